"""A day, a part of a day or a moment as spoken, in the caller's time zone.

Rules: without am or pm, 1 to 7 is afternoon, 8 to 11 morning, 12 noon; minutes and hours are elapsed time, days,
weeks and months give a date; "tonight" without an hour is the evening, with one it is that hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archer.conversation.slots.calendar_words import next_day_of_month, weekday_of_week
from archer.conversation.slots.clock_times import Clock, Span, read_clocks, read_spans
from archer.conversation.slots.corrections import Repair, split_corrections
from archer.conversation.slots.day_parts import Part, read_parts
from archer.conversation.slots.days import read_days
from archer.conversation.slots.named_day import Day
from archer.conversation.slots.numerals import read_number, word_at
from archer.conversation.slots.time_words import prepared
from archer.conversation.slots.tokens import Token
from archer.conversation.slots.wishes import meant_clock, meant_day

Value = str | dict[str, str]
_MOST = 5000
"""No larger number is one of days, hours or minutes."""
_EVENING_HOURS_AFTER_MIDNIGHT = 3


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for so far; a correction changes some of it."""

    day: Day | None = None
    part: Part | None = None
    clock: Clock | None = None
    span: Span | None = None
    now: bool = False

    @property
    def empty(self) -> bool:
        return self.day is None and self.part is None and self.clock is None and self.span is None and not self.now


def extract(text: str, context: Mapping[str, Any]) -> Value | None:
    """ISO 8601 with offset, `{"date"}`, or `{"date", "part"}`; None when no day or time was said.

    `context["now"]` (ISO 8601 with offset) and `context["timezone"]` (IANA) are required; ValueError without them.
    `context["day"]` (ISO 8601) is the day that is spoken of: the one meant where none is named.
    """
    now = _now(context)
    wish = _Wish()
    for segment in split_corrections(prepared(text), ignore=frozenset({"wrong"})):
        timed = segment.repair is not Repair.NONE and wish.clock is not None
        heard = _hear(segment.tokens, now, wish.day, timed=timed)
        if segment.repair is Repair.RESTART:
            wish = heard
        elif heard.empty:
            wish = _renumbered(wish, segment.tokens, now) if segment.repair is not Repair.NONE else wish
        else:
            wish = _merged(wish, heard, segment.repair, now)
    return _resolve(_on_day(wish, context.get("day")), now)


def _on_day(wish: _Wish, day: Any) -> _Wish:
    """The same on the day that is spoken of, unless a day was named or another one is clear."""
    if not isinstance(day, str) or wish.day or wish.span or wish.now or (wish.part and wish.part.today):
        return wish
    return replace(wish, day=Day(date.fromisoformat(day), 0, 0)) if wish.part or wish.clock else wish


def _now(context: Mapping[str, Any]) -> datetime:
    given, name = context.get("now"), context.get("timezone")
    if not isinstance(given, str) or not isinstance(name, str):
        raise ValueError("datetime needs context.now (ISO 8601 with offset) and context.timezone (IANA name)")
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise ValueError(f"context.now must be ISO 8601 with offset, is {given!r}") from None
    zone = _zone(name)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"context.timezone must be an IANA name such as America/New_York, is {name!r}") from None


def _hear(tokens: Sequence[Token], now: datetime, before: Day | None = None, *, timed: bool = False) -> _Wish:
    """What one segment asks for.

    `before` is the day spoken of; `timed`: it corrects a time, so that a number it begins with is one.
    """
    spans = read_spans(tokens)
    days = [day for day in read_days(tokens, now.date(), before) if not _overlaps(day, spans)]
    day = meant_day(days, tokens)
    parts = read_parts(tokens)
    taken: list[Day | Span] = [*days, *spans]
    clocks = [clock for clock in read_clocks(tokens) if not _overlaps(clock, taken)]
    part = _nearest_part(parts, day)
    if timed and clocks and clocks[0].start == 0:
        clocks[0] = replace(clocks[0], sure=True)
    sure = [clock for clock in clocks if clock.sure or _beside(clock, day, part, tokens)]
    clock = meant_clock(sure, day, tokens)
    if clock is None and day is None and part is None and not spans and len(clocks) == 1:
        clock = clocks[0] if _whole(clocks[0], tokens) else None
    if clock is None and (same := _same_time(tokens, now)):
        clock = same
    if spans and clock is None and day is None:
        return _Wish(span=spans[0])
    immediately = day is None and part is None and clock is None and _immediately(tokens)
    if day is None and part is None and clock is None and _end_of_day(tokens):
        day = Day(now.date(), 0, 0)
    return _Wish(day, part, clock, None, immediately)


def _overlaps(item: Day | Clock, others: Sequence[Day | Span]) -> bool:
    return any(item.start < other.end and other.start < item.end for other in others)


def _nearest_part(parts: Sequence[Part], day: Day | None) -> Part | None:
    """The part that stands nearest to the day, the earlier one of two."""
    if not parts:
        return None
    if day is None:
        return parts[0]
    return min(parts, key=lambda part: min(abs(part.start - day.end), abs(day.start - part.end)))


def _beside(clock: Clock, day: Day | None, part: Part | None, tokens: Sequence[Token]) -> bool:
    """Whether a bare number stands right beside a day or part of it ("friday 5", "5 tomorrow", "8 in the morning")."""
    if word_at(tokens, clock.start - 1) in {"pay", "do", "send", "of", "afford", "give", "$"}:
        return False
    for other in (day, part):
        if other is None:
            continue
        between = tokens[clock.end : other.start] if clock.end <= other.start else tokens[other.end : clock.start]
        if len(between) <= 2 and all(token.word in {"in", "the", "on", "at", "this", "of"} for token in between):
            return True
    return False


_AROUND_A_TIME = frozenset({
    "it's", "its", "make", "how", "about", "please", "is", "good", "works", "would", "be", "or", "then", "for", "me",
    "fine", "yes", "to", "and", "it", "that", "great", "better", "best", "okay",
})  # fmt: skip


def _whole(clock: Clock, tokens: Sequence[Token]) -> bool:
    """Whether the utterance is little more than the time."""
    rest = [token.word for token in [*tokens[: clock.start], *tokens[clock.end :]]]
    return all(word in _AROUND_A_TIME or word.isdecimal() for word in rest)


def _same_time(tokens: Sequence[Token], now: datetime) -> Clock | None:
    text = " ".join(token.word for token in tokens)
    if "same time" in text or "this time tomorrow" in text or "this time next" in text:
        return Clock(now.hour, now.minute, 0, 0, exact=True)
    return None


def _immediately(tokens: Sequence[Token]) -> bool:
    text = " " + " ".join(token.word for token in tokens) + " "
    return any(
        f" {phrase} " in text for phrase in ("right now", "right away", "now", "immediately", "straight away")
    ) and (" from now " not in text and " by now " not in text and " not now " not in text)


def _end_of_day(tokens: Sequence[Token]) -> bool:
    text = " ".join(token.word for token in tokens)
    return any(
        phrase in text for phrase in ("end of day", "end of the day", "close of business", "end of business", "eod")
    )


def _merged(before: _Wish, heard: _Wish, repair: Repair, now: datetime) -> _Wish:
    """A correction replaces the day, the part or the time that it names and leaves the rest."""
    if before.empty or heard.span or heard.now or (before.span and heard.day):
        return heard
    if before.span:
        return heard if heard.day or (heard.clock and heard.clock.sure) else before
    day = heard.day
    if day and before.day and repair is Repair.SLIP:
        day = _same_manner(before.day, day, now.date())
    part = heard.part
    if part is None and not (day and repair is not Repair.SLIP) and not (before.part and before.part.today and day):
        part = before.part
    if heard.part and heard.part.today:
        return _Wish(None, heard.part, heard.clock or before.clock)
    return _Wish(day or before.day, part, heard.clock or before.clock)


def _same_manner(before: Day, after: Day, today: date) -> Day:
    """ "next tuesday, sorry, wednesday" is the wednesday of next week; "march 15th, I mean 16th" stays in march."""
    if before.kind == after.kind == "weekday" and before.modifier == "next" and not after.modifier:
        assert after.weekday is not None
        return replace(after, date=weekday_of_week(today, after.weekday, 1), modifier="next")
    if before.kind == "month_day" and after.kind == "ordinal":
        day = next_day_of_month(before.date.replace(day=1) - timedelta(1), after.date.day)
        return replace(after, date=day, kind="month_day")
    return after


def _renumbered(wish: _Wish, tokens: Sequence[Token], now: datetime) -> _Wish:
    """A bare number after a correction replaces the number of what was said before it."""
    index = next((at for at in range(len(tokens)) if read_number(tokens, at)), None)
    number = read_number(tokens, index) if index is not None else None
    if number is None or index is None or len(tokens) > number.end - index + 3:
        return wish
    value = int(number.value)
    if value > _MOST:
        return wish
    if wish.span:
        unit = 3600 if wish.span.unit == "hour" else 60
        return replace(wish, span=replace(wish.span, length=timedelta(seconds=float(number.value) * unit)))
    clocks = read_clocks(tokens)
    if wish.clock and clocks:
        kept = clocks[0].half or wish.clock.half
        return replace(wish, clock=replace(clocks[0], half=kept, zone=clocks[0].zone or wish.clock.zone))
    if wish.day and wish.day.kind in {"ordinal", "month_day"} and 1 <= value <= 31:
        moved = replace(wish.day, kind="ordinal", date=next_day_of_month(now.date(), value))
        return replace(wish, day=_same_manner(wish.day, moved, now.date()))
    return wish


def _resolve(wish: _Wish, now: datetime) -> Value | None:
    if wish.now:
        return _iso(now)
    if wish.span:
        return _iso((now.astimezone(UTC) + wish.span.length).astimezone(now.tzinfo))
    if wish.clock:
        return _iso(_moment(wish, wish.clock, now))
    day = wish.day.date if wish.day else None
    if day is None and wish.part is None:
        return None
    if day is None:
        assert wish.part is not None
        day = _day_of_part(wish.part, now)
    if wish.part and not (wish.day and wish.day.vague and wish.day.kind != "week"):
        return {"date": day.isoformat(), "part": wish.part.name}
    return {"date": day.isoformat()}


def _iso(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def _day_of_part(part: Part, now: datetime) -> date:
    """Today while that part of the day lies ahead, else tomorrow."""
    ends = {"morning": 6, "afternoon": 16, "evening": 20}[part.name]
    if part.today or now.hour < ends:
        return now.date()
    return now.date() + timedelta(1)


def _moment(wish: _Wish, clock: Clock, now: datetime) -> datetime:
    """The instant of a time of day on the day asked for, or on the next day that has it ahead."""
    zone = _zone(clock.zone) if clock.zone else now.tzinfo
    here = now.astimezone(zone)
    hour, next_day = _hour_of_day(clock, wish.part)
    day = wish.day.date if wish.day else None
    if day is None and wish.part and wish.part.today:
        day = here.date()
    midnight = hour == 0 and clock.minute == 0 and clock.exact
    if midnight and (day == here.date() or (wish.part and wish.part.night)):
        next_day = True
    if day is not None:
        found = _at(day + timedelta(next_day), hour, clock.minute, zone)
        if day == here.date() and found <= here and hour < 12 and not (clock.half or clock.exact or wish.part):
            found = _at(day, hour + 12, clock.minute, zone)
    else:
        found = _at(here.date(), hour, clock.minute, zone)
        if found <= here:
            found = _at(here.date() + timedelta(1), hour, clock.minute, zone)
    return found.astimezone(now.tzinfo)


def _hour_of_day(clock: Clock, part: Part | None) -> tuple[int, bool]:
    """The hour from 0 to 23, and whether it belongs to the next day ("tonight at one")."""
    hour = clock.hour
    if clock.exact or hour > 12 or hour == 0:
        return hour, False
    if clock.half:
        return hour % 12 + (12 if clock.half == "pm" else 0), False
    if part:
        if part.name == "morning":
            return hour % 12, False
        if part.night and (hour == 12 or hour <= _EVENING_HOURS_AFTER_MIDNIGHT):
            return hour % 12, True
        return hour % 12 + 12, False
    return (hour + 12 if hour <= 7 else hour), False


def _at(day: date, hour: int, minute: int, zone: Any) -> datetime:
    """A wall-clock time; one that daylight saving skips moves on by the hour that is skipped."""
    local = datetime.combine(day, time(hour, minute), zone)
    return local.astimezone(UTC).astimezone(zone)
