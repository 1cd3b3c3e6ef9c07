"""Local clocks: IANA zones from the pinned `tzdata` package, and exact conversions from wall time to instants.

The package's data is read directly, so that an old system database cannot change a decision and nothing global is set.
Facts page, "Computations": IANA zones, never fixed offsets; dates are consumer-local.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_COMPARED_FROM = datetime(2026, 11, 2, tzinfo=UTC)
_COMPARED_YEARS = range(2026, 2037)
"""Clocks are compared from here on: the zones that gave up changing clocks in 2026 have done so by then."""


@cache
def _known() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


def is_location_zone(name: str) -> bool:
    """Whether `name` is an IANA zone of a place; fixed offsets (`UTC`, `EST`, `Etc/GMT+5`) are none."""
    return name in _known() and "/" in name and not name.startswith("Etc/")


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; KeyError when the package has none."""
    if name not in _known():
        raise KeyError(f"no IANA zone {name!r}")
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def local_date(at: datetime, name: str) -> date:
    """The calendar date that the clock of this zone shows at an instant."""
    return at.astimezone(zone(name)).date()


def _offset(name: str, at: datetime) -> timedelta:
    return at.astimezone(zone(name)).utcoffset() or timedelta()


@lru_cache(maxsize=4096)
def transitions(name: str, year: int) -> tuple[datetime, ...]:
    """The instants of that UTC year at which this zone's offset changes, to the second."""
    found: list[datetime] = []
    start = datetime(year, 1, 1, tzinfo=UTC)
    for n in range(366):
        low, high = start + n * DAY, start + (n + 1) * DAY
        if low.year != year or _offset(name, low) == _offset(name, high):
            continue
        before = _offset(name, low)
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > low else middle
            low, high = (middle, high) if _offset(name, middle) == before else (low, middle)
        found.append(high)
    return tuple(found)


def next_transition(names: Iterable[str], after: datetime) -> datetime | None:
    """The first instant after `after`, within that year or the next, at which one of these clocks changes."""
    years = (after.year, after.year + 1)
    return min((t for name in names for year in years for t in transitions(name, year) if t > after), default=None)


@cache
def _clock(name: str) -> tuple[timedelta, tuple[datetime, ...]]:
    later = (t for year in _COMPARED_YEARS for t in transitions(name, year) if t > _COMPARED_FROM)
    return _offset(name, _COMPARED_FROM), tuple(later)


def same_clock(one: str, other: str, at: datetime) -> bool:
    """Whether two zones show the same time at that instant and ever after (America/Boise and America/Denver do)."""
    return one == other or (_offset(one, at) == _offset(other, at) and _clock(one) == _clock(other))


def distinct(names: Iterable[str], at: datetime) -> tuple[str, ...]:
    """These zones in their order, without those whose clock an earlier one has."""
    kept: list[str] = []
    for name in names:
        if not any(same_clock(name, other, at) for other in kept):
            kept.append(name)
    return tuple(kept)


@lru_cache(maxsize=65536)
def start_of_day(name: str, day: date) -> datetime:
    """The first instant of a local date; where midnight is skipped, the instant of the change."""
    naive = datetime.combine(day, time())
    start = naive.replace(tzinfo=zone(name)).astimezone(UTC)
    if start.astimezone(zone(name)).replace(tzinfo=None) == naive:
        return start
    changes = [t for t in transitions(name, start.year) if abs(t - start) <= DAY and local_date(t, name) >= day]
    return min(changes, default=start)


@lru_cache(maxsize=16384)
def _instants(name: str, day: date, seconds: tuple[int, ...]) -> tuple[datetime, ...]:
    """Every instant of a local date at which the clock shows, or jumps over, one of these seconds of the day."""
    tz, midnight = zone(name), datetime.combine(day, time())
    found = {
        (midnight + timedelta(seconds=s)).replace(tzinfo=tz, fold=fold).astimezone(UTC)
        for s in seconds
        for fold in (0, 1)
    }
    begin, end = start_of_day(name, day), start_of_day(name, day + DAY)
    if _offset(name, begin) != _offset(name, end):
        years = {begin.year, end.year}
        found.update(t for year in years for t in transitions(name, year) if begin <= t <= end)
    return tuple(sorted(found))


def next_allowed(
    name: str, at: datetime, boundaries: Iterable[int], allowed: Callable[[datetime], bool]
) -> datetime | None:
    """The first instant from `at` on at which `allowed(local time)` holds, within nine days; None when it never does.

    `boundaries` are the seconds of the day at which the answer may change; clock changes are looked at as well.
    """
    tz = zone(name)
    here = at.astimezone(tz)
    if allowed(here):
        return at
    seconds = tuple(sorted(boundaries))
    for n in range(10):
        for candidate in _instants(name, here.date() + n * DAY, seconds):
            if candidate > at and allowed(candidate.astimezone(tz)):
                return candidate
    return None


@lru_cache(maxsize=4096)
def seconds_of_day(text: str) -> int:
    """`HH:MM` or `HH:MM:SS` as seconds since midnight; `24:00` is 86,400."""
    hours, minutes, *rest = (int(part) for part in text.split(":"))
    return hours * 3600 + minutes * 60 + (rest[0] if rest else 0)
