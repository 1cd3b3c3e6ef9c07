"""One dial as the rules see it: facts, an instant, the zones at that instant, and the history by local dates.

`Dial` is built once for a set of facts; `Dial.at(t)` is the same dial at another instant, so that `until` is found by
asking the very rules that decided.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from archer.compliance.facts import Contact, DialFacts, InconvenientTime
from archer.compliance.localtime import local_date, seconds_of_day, start_of_day, zone
from archer.compliance.ruleset import Outcome, Overlay, Ruleset
from archer.compliance.zones import Whereabouts, whereabouts

LOOK_BACK = timedelta(days=33)
"""The longest window of any rule is 30 local dates (P-02, S-MA elsewhere); the rest is room for zones."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD = timedelta(days=7)
"""Rows dated after the instant, as clocks that disagree make them, count too. Further ahead they are no skew but a
history of later days, which a replay of an earlier decision leaves out."""
Selection = Callable[[Contact], bool]


class Verdict(NamedTuple):
    """A rule that does not allow."""

    decision: Outcome
    reason: str
    until: datetime | None = None
    """With `block_until`: the first instant from which this rule alone allows; None when it never will."""


class Row(NamedTuple):
    at: datetime
    contact: Contact


class Window(NamedTuple):
    """An inconvenient time, in seconds of the local day."""

    days: frozenset[int]
    """Weekdays, 0 is Monday."""
    begin: int
    end: int

    def covers(self, weekday: int, second: int) -> bool:
        """Whether it forbids this second of this weekday; over midnight this morning and the next are meant."""
        if self.begin < self.end:
            return weekday in self.days and self.begin <= second < self.end
        listed = weekday in self.days and (second >= self.begin or second < self.end)
        return listed or ((weekday - 1) % 7 in self.days and second < self.end)


def _window(time: InconvenientTime) -> Window:
    days = frozenset(WEEKDAYS.index(day) for day in time.days) or frozenset(range(7))
    return Window(days, seconds_of_day(time.from_), seconds_of_day(time.to))


@dataclass
class Dial:
    """The facts of one dial, prepared: rows within reach of a rule, places, and caches of their local dates."""

    facts: DialFacts
    rules: Ruleset
    overlays: list[Overlay] = field(init=False, default_factory=list)
    """Overlays of this place that bind this collector; set by the gate."""
    where: Whereabouts = field(init=False)
    rows: list[Row] = field(init=False)
    _selected: dict[object, list[datetime]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.where = whereabouts(self.facts)
        since = self.facts.now - LOOK_BACK
        self.rows = [Row(row.at.astimezone(UTC), row) for row in self.facts.history if row.at > since]

    @cached_property
    def inconvenient(self) -> list[Window]:
        """The consumer's inconvenient times."""
        return [_window(time) for time in self.facts.consumer.inconvenient] if self.facts.consumer else []

    @cached_property
    def scope_debt(self) -> str | None:
        """The debt to which counts are limited (`frequency_scope: debt`); None counts across debts."""
        if self.facts.policy.frequency_scope == "consumer" or not self.facts.debt:
            return None
        return self.facts.debt.id

    def in_scope(self, contact: Contact) -> bool:
        """Whether a row counts for this debt; a row that names no debt counts for every one."""
        return self.scope_debt is None or not contact.debt_ids or self.scope_debt in contact.debt_ids

    def instants(self, key: object, selection: Selection) -> list[datetime]:
        """Instants of the selected rows, in order; `key` names the selection for the cache."""
        if key not in self._selected:
            self._selected[key] = sorted(row.at for row in self.rows if selection(row.contact))
        return self._selected[key]

    def at(self, instant: datetime) -> "Case":
        """This dial at an instant."""
        zones = self.where.zones(instant)
        return Case(self, instant, zones, {name: local_date(instant, name) for name in zones})


@dataclass(frozen=True)
class Case:
    """A dial at one instant."""

    dial: Dial
    now: datetime
    zones: tuple[str, ...]
    today: dict[str, date]
    """The date that each zone's calendar shows."""

    @property
    def facts(self) -> DialFacts:
        return self.dial.facts

    @property
    def ai(self) -> bool:
        """Whether an AI voice would speak; so it is when the facts do not say."""
        return self.dial.facts.voice != "human"

    def local(self, name: str) -> datetime:
        """What the clock of a zone shows."""
        return self.now.astimezone(zone(name))

    @property
    def latest_date(self) -> date:
        """The latest date that any of these calendars or the UTC one shows."""
        return max((*self.today.values(), self.now.date()))

    @property
    def last_local_date(self) -> date:
        """The latest date in the zones; the UTC date when there are none."""
        return max(self.today.values(), default=self.now.date())

    def latest(self, key: object, selection: Selection) -> list[datetime]:
        """Instants of the selected rows that count at this instant, latest first."""
        instants = self.dial.instants(key, selection)
        return instants[: bisect_right(instants, self.now + LOOK_AHEAD)][::-1]

    def count(self, key: object, selection: Selection, days: int) -> int:
        """Selected rows of the last `days` local dates, today included; the largest over the zones."""
        rows = self.latest(key, selection)
        since = [(name, today - timedelta(days=days)) for name, today in self.today.items()]
        return max((sum(1 for _ in takewhile(_later(name, day), rows)) for name, day in since), default=0)

    def until_fewer(self, key: object, selection: Selection, cap: int, days: int) -> datetime | None:
        """When fewer than `cap` selected rows fall into the last `days` dates in every zone; None when so already.

        Rows are dated in each zone by its own calendar and a later row is never less in the way than an earlier one,
        so the `cap`-th latest row decides.
        """
        rows = self.latest(key, selection)
        if len(rows) < cap:
            return None
        releases = {name: local_date(rows[cap - 1], name) + timedelta(days=days) for name in self.zones}
        held = [start_of_day(name, day) for name, day in releases.items() if day > self.today[name]]
        return max(held, default=None)


def _later(name: str, day: date) -> Callable[[datetime], bool]:
    """Whether an instant's date in this zone is after a day."""
    return lambda at: local_date(at, name) > day
