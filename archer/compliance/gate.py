"""May we dial? `evaluate(facts)` asks every rule and overlay and says why not, and from when on.

Decisions, the most restrictive wins: block (until a person clears it) > block_until > human_only > allow. `human_only`
rules are asked for an AI voice alone. `until` is the first instant at which no `block_until` rule applies, all
together, found by jumping from one rule's release to the next and asking all of them again there; where none comes, the
rules that would wait block for good. Pure: the time is one of the facts, so a stored decision can be replayed.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from archer.compliance import rules_consent as consent
from archer.compliance import rules_person as person
from archer.compliance import rules_timing as timing
from archer.compliance.case import Case, Dial, Verdict
from archer.compliance.facts import DialFacts, Mode
from archer.compliance.localtime import next_transition
from archer.compliance.rules_overlays import concerned, in_force, overlay_verdicts, p_28
from archer.compliance.ruleset import Outcome, Rule, ruleset

Check = Callable[[Case, Rule], Verdict | None]
Outcomes = Literal["allow", "block", "block_until", "human_only"]

TIMING: dict[str, Check] = {
    "P-07": timing.p_07,
    "P-08": timing.p_08,
    "P-09": timing.p_09,
    "P-10": timing.p_10,
    "P-11": timing.p_11,
    "P-12": timing.p_12,
}
"""Rules that time lifts."""

STANDING: dict[str, Check] = {
    "P-01": consent.p_01,
    "P-02": consent.p_02,
    "P-03": consent.p_03,
    "P-04": consent.p_04,
    "P-05": consent.p_05,
    "P-06": consent.p_06,
    "P-13": consent.p_13,
    "P-14": person.p_14,
    "P-15": person.p_15,
    "P-16": person.p_16,
    "P-17": person.p_17,
    "P-18": person.p_18,
    "P-19": person.p_19,
    "P-20": person.p_20,
    "P-21": person.p_21,
    "P-22": person.p_22,
    "P-23": person.p_23,
    "P-24": consent.p_24,
    "P-25": person.p_25,
    "P-26": person.p_26,
    "P-27": person.p_27,
    "P-28": p_28,
    "P-29": person.p_29,
    "P-30": consent.p_30,
    "P-31": person.p_31,
}
"""Rules that stand until a person clears them. Each rule of data/rules.toml is a line here or in `TIMING`."""

_SEVERITY: dict[Outcomes, int] = {"block": 0, "block_until": 1, "human_only": 2, "allow": 3}
_HISTORY_REACH = timedelta(days=40)
"""So long after today, rows dated ahead included, no count and no pace of what has happened holds any more."""
_PATTERN = timedelta(days=23)
"""Hours, inconvenient times and holidays repeat within three weeks: what they shut so long stays shut until a clock
changes somewhere."""
_HORIZON = timedelta(days=400)


class Finding(BaseModel):
    """One rule that did not allow."""

    model_config = ConfigDict(frozen=True)

    id: str
    decision: Outcome
    reason: str


class Decision(BaseModel):
    """What was decided, why, on which facts, by which ruleset."""

    model_config = ConfigDict(frozen=True)

    decision: Outcomes
    until: datetime | None = None
    """With `block_until`: the first instant, UTC, at which no `block_until` rule applies to these facts."""
    rules: list[Finding] = []
    """Every rule that did not allow, the most restrictive first."""
    facts_used: dict[str, Any] = {}
    ruleset: str

    @property
    def allowed(self) -> bool:
        return self.decision == "allow"

    def wire(self) -> dict[str, Any]:
        """The decision as the command line's contract writes it: `until` only where there is one."""
        return self.model_dump(mode="json", exclude_none=True)


def evaluate(facts: DialFacts) -> Decision:
    """Decide one dial. Never raises for facts that passed validation; what is missing blocks."""
    dial = Dial(facts, ruleset())
    dial.overlays = concerned(dial)
    case = dial.at(facts.now.astimezone(UTC))
    waiting = _waiting(case)
    verdicts = [(name, _settled(verdict)) for name, verdict in [*_verdicts(case, "standing"), *waiting]]
    decision = _worst([verdict for _, verdict in verdicts])
    until: datetime | None = None
    if decision == "block_until":
        until = first_instant(dial, case.now, waiting)
        if until is None:
            verdicts = [(name, _for_good(verdict)) for name, verdict in verdicts]
            decision = "block"
    findings = [Finding(id=name, decision=v.decision, reason=v.reason) for name, v in verdicts]
    return Decision(
        decision=decision,
        until=until,
        rules=sorted(findings, key=lambda finding: (_SEVERITY[finding.decision], finding.id)),
        facts_used=_facts_used(case),
        ruleset=dial.rules.version,
    )


@cache
def _binding(kind: Literal["timing", "standing"], mode: Mode | None) -> list[tuple[Rule, Check]]:
    """The rules of one kind that bind a collector, with their functions."""
    checks = TIMING if kind == "timing" else STANDING
    pairs = [(ruleset().rule(rule_id), check) for rule_id, check in checks.items()]
    return [(rule, check) for rule, check in pairs if rule.binds(mode)]


def _verdicts(case: Case, kind: Literal["timing", "standing"]) -> list[tuple[str, Verdict]]:
    """Rules of a kind that do not allow, among those in force that bind this collector and this voice."""
    mode, day = case.facts.collector.mode if case.facts.collector else None, case.last_local_date
    asked = ((rule.id, check(case, rule)) for rule, check in _binding(kind, mode) if rule.in_force(day))
    return [(name, v) for name, v in asked if v and (case.ai or v.decision != "human_only")]


def _waiting(case: Case) -> list[tuple[str, Verdict]]:
    """Rules and overlays that time lifts and that do not allow yet."""
    return _verdicts(case, "timing") + overlay_verdicts(case)


def _settled(verdict: Verdict) -> Verdict:
    """A wait without an end is a block."""
    return _for_good(verdict) if verdict.decision == "block_until" and verdict.until is None else verdict


def _for_good(verdict: Verdict) -> Verdict:
    if verdict.decision != "block_until":
        return verdict
    return Verdict("block", f"{verdict.reason}, and no time to call comes")


def _worst(verdicts: list[Verdict]) -> Outcomes:
    return min((verdict.decision for verdict in verdicts), key=_SEVERITY.__getitem__, default="allow")


def first_instant(dial: Dial, start: datetime, held: list[tuple[str, Verdict]]) -> datetime | None:
    """The first instant from `start` on at which no `block_until` rule applies; None when none comes within 400 days
    of what history holds. `held` are the rules that wait at `start`.

    Each rule's release is exact, so nothing is allowed before the latest of them; from there all are asked again. A
    clock change may alter which zones count as one, so no jump passes one. Hours and inconvenient times that leave
    nothing of a week are not asked day by day until the clocks change.
    """
    at = start
    settled = start + _HISTORY_REACH
    end = settled + _HORIZON
    change: datetime | None = start
    shut = False
    while held and at <= end:
        releases = [verdict.until for _, verdict in held if verdict.until]
        if len(releases) < len(held):
            return None
        if change and at >= change:
            change = next_transition(dial.where.all_zones, at)
            shut = timing.shut_all_week(dial.at(at))
        if shut:
            if change is None:
                return None
            at, settled = change, max(settled, change)
        elif at <= settled + _PATTERN:
            at = min(max(releases), change) if change else max(releases)
        elif change:
            at = settled = change
        else:
            return None
        held = _waiting(dial.at(at))
    return None if held else at


def _facts_used(case: Case) -> dict[str, Any]:
    """What the decision turned on, for the reader of a stored decision; JSON-ready."""
    dial = case.dial
    counted = case.count("counted", lambda contact: timing.is_counted(contact) and dial.in_scope(contact), days=7)
    return {
        "zones": list(case.zones),
        "local_times": {name: case.local(name).isoformat() for name in case.zones},
        "states": sorted(dial.where.states),
        "overlays": sorted({overlay.rule_id for overlay in in_force(case)}),
        "counted_calls_7d": counted,
    }
