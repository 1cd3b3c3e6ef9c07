"""Judge one sentence that the agent is about to speak: which of G-01 … G-18 forbid it.

Source: facts table 5 and the contract of `python -m archer.compliance speech`. Patterns (rules/*.toml) first, with
what denial and quotation take back (scope.py); amounts against the ledger; deadlines against the verified one; a linear
model (model.py) for wordings that no pattern knows.
"""

from archer.compliance.guardrail.amounts import amounts
from archer.compliance.guardrail.catalog import Pattern, catalog
from archer.compliance.guardrail.deadlines import misstated, states_verified
from archer.compliance.guardrail.scope import Scope
from archer.compliance.guardrail.state import Finding, SpeechState
from archer.compliance.guardrail.text import Spoken, read


def judge(text: str, state: SpeechState) -> list[Finding]:
    """Everything that forbids a sentence in a state, at most one finding a rule, in the order of the rules."""
    spoken = read(text)
    scope = Scope(spoken)
    found: dict[str, Finding] = {}
    cleared: set[str] = set()
    verified_deadline = states_verified(spoken.text, state)
    for pattern in catalog().candidates(spoken.words):
        if pattern.rule in found or not _binds(pattern, state, verified_deadline):
            continue
        match = _guilty(pattern, spoken, scope, cleared)
        if match:
            found[pattern.rule] = Finding(pattern.rule, spoken.excerpt(*match))
    _check_amounts(spoken, scope, state, found)
    _check_deadlines(spoken, scope, state, found)
    return [found[rule] for rule in sorted(found)]


def _binds(pattern: Pattern, state: SpeechState, verified_deadline: bool) -> bool:
    if pattern.unless_deadline and verified_deadline:
        return False
    if pattern.when == "unverified":
        return not state.right_party_verified
    return pattern.when == "always" or state.in_validation_period


def _guilty(pattern: Pattern, spoken: Spoken, scope: Scope, cleared: set[str]) -> tuple[int, int] | None:
    """The first match that neither an innocent phrase nor denial nor quotation takes back."""
    safe = catalog().rules[pattern.rule].safe
    innocent: list[tuple[int, int]] | None = None
    for match in pattern.match.finditer(spoken.text):
        start, end = match.span()
        if innocent is None:
            innocent = [found.span() for found in safe.finditer(spoken.text)] if safe else []
        if (
            any(first < end and start < last for first, last in innocent)
            or ("denied" in pattern.clears and scope.denied(start, end))
            or ("reported" in pattern.clears and scope.reported(start))
        ):
            cleared.add(pattern.rule)
            continue
        return start, end
    return None


def _check_amounts(spoken: Spoken, scope: Scope, state: SpeechState, found: dict[str, Finding]) -> None:
    approved = state.amounts
    stated = amounts(spoken.text)
    wrong = [amount for amount in stated if not amount.values & approved]
    for amount in wrong:
        if scope.denied(amount.start, amount.end) or scope.reported(amount.start):
            continue
        found.setdefault("G-11", Finding("G-11", spoken.excerpt(amount.start, amount.end)))
    if stated and not wrong:
        found.pop("G-16", None)


def _check_deadlines(spoken: Spoken, scope: Scope, state: SpeechState, found: dict[str, Finding]) -> None:
    for stated in misstated(spoken.text, state):
        if not scope.denied(stated.start, stated.end) and not scope.reported(stated.start):
            found.setdefault("G-04", Finding("G-04", spoken.excerpt(stated.start, stated.end)))
