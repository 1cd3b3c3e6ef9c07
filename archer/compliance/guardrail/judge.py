"""Judge one sentence that the agent is about to speak: which of G-01 … G-18 forbid it.

Source: facts table 5 and the contract of `python -m archer.compliance speech`. Patterns (rules/*.toml) first, with
what denial and quotation take back (scope.py); amounts against the ledger; deadlines against the verified one; a linear
model (model.py) for wordings that no pattern knows.
"""

import re

from archer.compliance.guardrail.amounts import amounts
from archer.compliance.guardrail.catalog import Pattern, catalog
from archer.compliance.guardrail.deadlines import misstated, states_verified
from archer.compliance.guardrail.scope import PARDONS, Scope
from archer.compliance.guardrail.state import Finding, SpeechState
from archer.compliance.guardrail.text import Spoken, read

_SENTENCE_END = re.compile(r"[.?!;]")


def judge(text: str, state: SpeechState) -> list[Finding]:
    """Everything that forbids a sentence in a state, at most one finding a rule, in the order of the rules."""
    spoken = read(text)
    scope = Scope(spoken)
    found: dict[str, Finding] = {}
    cleared: set[str] = set()
    verified_deadline = states_verified(spoken.text, state)
    for pattern in catalog().candidates(spoken.text):
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
    innocent: list[tuple[int, int]] | None = None
    for match in pattern.match.finditer(spoken.text):
        start, end = match.span()
        if innocent is None:
            innocent = _innocent(pattern.rule, spoken.text)
        if (
            any(first < end and start < last for first, last in innocent)
            or (pattern.topic and _pardoned(pattern.rule, spoken.text, start, end))
            or ("denied" in pattern.clears and scope.denied(start, end, inside=pattern.inside, loose=pattern.loose))
            or ("reported" in pattern.clears and scope.reported(start))
        ):
            cleared.add(pattern.rule)
            continue
        return start, end
    return None


def _pardoned(rule: str, text: str, start: int, end: int) -> bool:
    """Whether the sentence around [start, end) holds a phrase that makes a topic of the rule innocent."""
    pardons = catalog().rules[rule].pardons
    first = max((match.end() for match in _SENTENCE_END.finditer(text, 0, start)), default=0)
    last = _SENTENCE_END.search(text, end)
    sentence = f" {text[first : last.end() if last else len(text)].strip()} "
    return bool(PARDONS.search(sentence) or (pardons and pardons.search(sentence)))


def _innocent(rule: str, text: str) -> list[tuple[int, int]]:
    """The stretches of a text in which the words of a rule mean nothing by it."""
    entry = catalog().rules[rule]
    found = [match.span() for match in entry.safe.finditer(text)] if entry.safe else []
    for match in entry.frees.finditer(text) if entry.frees else ():
        end = _SENTENCE_END.search(text, match.end())
        found.append((match.start(), end.start() if end else len(text)))
    return found


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
