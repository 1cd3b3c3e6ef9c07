"""What one call and a whole evaluation come to: outcome, compliance, length, silence, latency; and against a baseline.

A call is right when the database holds what the caller wanted (`Expect.misses`); words are not compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

FAULTS = frozenset({"agent_fault", "conversation_fault"})
"""Events of a call in which something of ours broke."""


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
    silence_ms: float | None = None
    """The longest time from the end of a caller's turn to the agent's next word."""
    turn_ms: float | None = None
    """Median of those times."""
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return not self.misses

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


def findings_of(call: dict[str, Any]) -> list[str]:
    """What compliance would object to in a call, and faults of ours in it."""
    found = [f"{item['rule']}: {item['match']!r} in {item['sentence']!r}" for item in call.get("findings") or []]
    faults = [entry["event"] for entry in call["entries"] if entry["kind"] == "event" and entry["event"] in FAULTS]
    return found + [str(fault).replace("_", " ") for fault in faults]


@dataclass
class Totals:
    """Several calls together."""

    name: str
    calls: int
    right: int
    findings: int
    turns: float
    silence_ms: float | None
    turn_ms: float | None

    @property
    def rate(self) -> float:
        """Share of calls that came out right, 0 to 1; 1 of no calls."""
        return self.right / self.calls if self.calls else 1.0


def totals(name: str, scores: Iterable[Score]) -> Totals:
    """Sum up."""
    all_of = list(scores)
    silences = [score.silence_ms for score in all_of if score.silence_ms is not None]
    medians = sorted(score.turn_ms for score in all_of if score.turn_ms is not None)
    return Totals(
        name,
        len(all_of),
        sum(score.right for score in all_of),
        sum(len(score.findings) for score in all_of),
        round(sum(score.turns for score in all_of) / max(1, len(all_of)), 1),
        max(silences, default=None),
        medians[len(medians) // 2] if medians else None,
    )


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

    def to_json(self) -> dict[str, Any]:
        """Everything, for programs and as a later baseline."""
        total = self.total
        return {
            "at": self.at.isoformat(),
            "path": self.path,
            "calls": total.calls,
            "right": total.right,
            "success_rate": round(total.rate, 4),
            "findings": total.findings,
            "longest_silence_ms": total.silence_ms,
            "cells": [asdict(row) | {"rate": round(row.rate, 4)} for row in self.by_cell()],
            "groups": [asdict(row) | {"rate": round(row.rate, 4)} for row in self.by_group()],
            "results": {score.key: asdict(score) | {"right": score.right} for score in self.scores},
            "regressions": self.regressions,
        }


def _grouped(scores: Sequence[Score], name: Any) -> list[Totals]:
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        groups[name(score)].append(score)
    return [totals(group, members) for group, members in groups.items()]


def regressions(card: Card, baseline: dict[str, Any] | None, least: float) -> list[str]:
    """Why this evaluation is no good: too few right, a finding, a caller who was served before and is not now."""
    total, found = card.total, []
    if total.rate < least:
        found.append(f"{total.right} of {total.calls} calls came out right; at least {least:.0%} should")
    found += [f"{score.key}: {finding}" for score in card.scores for finding in score.findings]
    before = (baseline or {}).get("results", {})
    known = [score for score in card.scores if score.key in before]
    for score in known:
        if before[score.key]["right"] and not score.right:
            found.append(f"{score.key} was right in the baseline: {'; '.join(score.misses)}")
    was_right = sum(bool(before[score.key]["right"]) for score in known)
    now_right = sum(score.right for score in known)
    if now_right < was_right:
        found.append(f"{now_right} of {len(known)} calls of the baseline are right now, {was_right} were")
    return found


def as_baseline(card: Card) -> dict[str, Any]:
    """What of an evaluation later ones are compared with: small enough to be kept in the repository."""
    results = {score.key: {"right": score.right} for score in sorted(card.scores, key=lambda score: score.key)}
    return {"at": card.at.isoformat(), "path": card.path, "results": results}
