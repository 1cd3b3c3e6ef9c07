"""What one call and a whole evaluation come to: outcome, compliance, length, silence, latency.

A call is right when the database holds what the caller wanted (`Expect.misses`); words are not compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import ceil
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Cell:
    """One way of calling: which tactic, which rung of the ladder at best."""

    tactic: str | None = None
    level: int = 2

    @property
    def name(self) -> str:
        """For people and for the baseline."""
        return f"{self.tactic or 'no tactic'}, level {self.level}"


@dataclass
class Score:
    """One call."""

    caller: str
    about: str
    group: str
    """The set that the caller is from: `people` or the name of a set of variations."""
    cell: Cell
    misses: list[str]
    findings: list[str] = field(default_factory=list)
    """Compliance: sentences that the guardrail objects to, violations of the legal order."""
    status: str | None = None
    disposition: str | None = None
    turns: int = 0
    """Times that the caller spoke."""
    seconds: float | None = None
    waits_ms: list[float] = field(default_factory=list)
    """The times from the end of each of the caller's turns to the agent's next word; none offline."""
    gaps_ms: list[float] = field(default_factory=list)
    """The times without a sound of the agent while it owed an answer; none offline."""
    stood: int | None = None
    """The worst rung of the ladder that the call stood on; None offline, where there are only the rules."""
    latency_ms: dict[str, float] = field(default_factory=dict)
    """What the call itself measured: `setup`, `tool_p50`, `tool_p95`, …; none offline."""
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return not self.misses

    @property
    def silence_ms(self) -> float | None:
        """The longest time without a sound of the agent while it owed an answer."""
        return max([*self.waits_ms, *self.gaps_ms], default=None)

    @property
    def fell(self) -> bool:
        """The call did not keep to the rung of its cell: some of it was led by a lower one."""
        return self.stood is not None and self.stood > self.cell.level

    @property
    def turn_ms(self) -> float | None:
        """The median wait for an answer."""
        return round(median(self.waits_ms), 1) if self.waits_ms else None

    @property
    def key(self) -> str:
        """What names this call in a baseline."""
        return f"{self.caller} | {self.cell.name}"


def lines_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    """A call's entries as a page shows them: who, what, and whether it was cut off."""
    lines = []
    for entry in call["entries"]:
        if entry["kind"] == "transcript":
            cut = bool(entry.get("interrupted"))
            lines.append({"who": entry["speaker"], "text": entry["text"], "cut": cut})
        elif entry["kind"] == "tool":
            tool = entry["tool"]
            arguments = ", ".join(f"{name}={value}" for name, value in tool["arguments"].items())
            result = "ok" if tool["ok"] else str((tool["result"] or {}).get("error"))
            lines.append({"who": "tool", "text": f"{tool['name']}({arguments}) → {result}", "cut": False})
        else:
            lines.append({"who": "event", "text": str(entry["event"]).replace("_", " "), "cut": False})
    return lines


def turns_of(call: dict[str, Any]) -> int:
    """How often the caller spoke."""
    return sum(entry["kind"] == "transcript" and entry["speaker"] == "customer" for entry in call["entries"])


@dataclass
class Totals:
    """Several calls together; times in milliseconds, None where nothing was measured."""

    name: str
    calls: int
    right: int
    findings: int
    turns: float
    """Of the caller, a call."""
    seconds: float | None
    """A call, on average."""
    silence_ms: float | None
    """The longest time without a sound of the agent while it owed an answer, in any of the calls."""
    turn_p50_ms: float | None
    turn_p95_ms: float | None
    setup_p95_ms: float | None
    """From the API's yes to the carrier being asked to dial."""
    tool_p95_ms: float | None
    """The 95th percentile of the calls' own 95th percentiles."""
    fell: int
    """Calls of which some turns were led by a lower rung than asked for."""

    @property
    def rate(self) -> float:
        """Share of calls that came out right, 0 to 1; 1 of no calls."""
        return self.right / self.calls if self.calls else 1.0


def totals(name: str, scores: Iterable[Score]) -> Totals:
    """Sum up."""
    all_of = list(scores)
    waits = [wait for score in all_of for wait in score.waits_ms]
    lengths = [score.seconds for score in all_of if score.seconds is not None]
    return Totals(
        name,
        calls=len(all_of),
        right=sum(score.right for score in all_of),
        findings=sum(len(score.findings) for score in all_of),
        turns=round(sum(score.turns for score in all_of) / max(1, len(all_of)), 1),
        seconds=round(sum(lengths) / len(lengths), 1) if lengths else None,
        silence_ms=max((score.silence_ms for score in all_of if score.silence_ms is not None), default=None),
        turn_p50_ms=percentile(waits, 50),
        turn_p95_ms=percentile(waits, 95),
        setup_p95_ms=percentile([s.latency_ms["setup"] for s in all_of if "setup" in s.latency_ms], 95),
        tool_p95_ms=percentile([s.latency_ms["tool_p95"] for s in all_of if "tool_p95" in s.latency_ms], 95),
        fell=sum(score.fell for score in all_of),
    )


def percentile(values: Sequence[float], share: int) -> float | None:
    """The `share`-th percentile, by the nearest rank; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, ceil(share / 100 * len(ordered)) - 1)], 1)


@dataclass
class Card:
    """A whole evaluation."""

    at: datetime
    path: str
    """`whole path` or `offline`."""
    scores: list[Score]
    regressions: list[str] = field(default_factory=list)

    @property
    def total(self) -> Totals:
        return totals("all calls", self.scores)

    def by_cell(self) -> list[Totals]:
        """One row for each tactic and level."""
        return _grouped(self.scores, lambda score: score.cell.name)

    def by_group(self) -> list[Totals]:
        """One row for each set of callers."""
        return _grouped(self.scores, lambda score: score.group)

    def contested(self) -> list[tuple[str, str, dict[str, bool]]]:
        """Callers whose call came out right in some cells and not in all: name, what he does, right by cell."""
        by_caller: dict[str, list[Score]] = defaultdict(list)
        for score in self.scores:
            by_caller[score.caller].append(score)
        return [
            (caller, scores[0].about, {score.cell.name: score.right for score in scores})
            for caller, scores in by_caller.items()
            if len({score.right for score in scores}) > 1
        ]

    def to_json(self) -> dict[str, Any]:
        """Everything, for programs and as a later baseline."""
        total = self.total
        return {
            "at": self.at.isoformat(),
            "path": self.path,
            "success_rate": round(total.rate, 4),
            "total": _row(total),
            "cells": [_row(row) for row in self.by_cell()],
            "groups": [_row(row) for row in self.by_group()],
            "contested": [{"caller": caller, "right": cells} for caller, _, cells in self.contested()],
            "results": {
                score.key: asdict(score)
                | {"right": score.right, "silence_ms": score.silence_ms, "turn_ms": score.turn_ms}
                for score in self.scores
            },
            "regressions": self.regressions,
        }


def _row(row: Totals) -> dict[str, Any]:
    return asdict(row) | {"rate": round(row.rate, 4)}


def _grouped(scores: Sequence[Score], name: Any) -> list[Totals]:
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        groups[name(score)].append(score)
    return [totals(group, members) for group, members in groups.items()]
