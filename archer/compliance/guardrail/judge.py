"""Judge one sentence that the agent is about to speak: which of G-01 … G-18 forbid it.

Source: facts table 5 and the contract of `python -m archer.compliance speech`. Amounts are compared with the ledger and
deadlines with the verified one, exactly. For everything else the patterns (rules/*.toml), with what denial and
quotation take back (scope.py), and a linear model (model.py) weigh together: a threat, a claim or a request is refused,
a sentence that only uses its words is not.
"""

import re
from collections.abc import Iterable
from math import log

from archer.compliance.guardrail.amounts import amounts
from archer.compliance.guardrail.catalog import Pattern, catalog
from archer.compliance.guardrail.deadlines import misstated, states_verified
from archer.compliance.guardrail.model import load
from archer.compliance.guardrail.scope import PARDONS, Scope
from archer.compliance.guardrail.state import Finding, SpeechState
from archer.compliance.guardrail.text import Spoken, read

_SENTENCE_END = re.compile(r"[.?!;]")
_LEAST_ODDS = 1e-9
_DEADLINE, _DISCLOSURE, _DEAL = "G-04", "G-07", "G-16"
Match = tuple[Pattern, int, int]


def judge(text: str, state: SpeechState) -> list[Finding]:
    """Everything that forbids a sentence in a state, at most one finding a rule, in the order of the rules."""
    spoken = read(text)
    if not spoken.words:
        return []
    scope = Scope(spoken)
    exact, all_approved = exact_findings(spoken, scope, state)
    found = {finding.rule: finding for finding in _weighed(spoken, scope, state, all_approved)}
    found |= exact
    return [found[rule] for rule in sorted(found)]


def exact_findings(spoken: Spoken, scope: Scope, state: SpeechState) -> tuple[dict[str, Finding], bool]:
    """Amounts and deadlines that no tool gave, by rule; and whether it states amounts and all are approved."""
    found: dict[str, Finding] = {}
    stated = amounts(spoken.text)
    wrong = [amount for amount in stated if not amount.values & state.amounts]
    for amount in wrong:
        if not (scope.denied(amount.start, amount.end) or scope.reported(amount.start)):
            found.setdefault("G-11", Finding("G-11", spoken.excerpt(amount.start, amount.end)))
    for deadline in misstated(spoken.text, state):
        if not (scope.denied(deadline.start, deadline.end) or scope.reported(deadline.start)):
            found.setdefault("G-04", Finding("G-04", spoken.excerpt(deadline.start, deadline.end)))
    return found, bool(stated) and not wrong


def matches(spoken: Spoken, scope: Scope, state: SpeechState) -> list[Match]:
    """The first guilty match of each rule that binds in a state: its pattern, and where it stands."""
    found: dict[str, Match] = {}
    verified_deadline = states_verified(spoken.text, state)
    for pattern in catalog().candidates(spoken.text):
        if pattern.rule in found or not _binds(pattern, state, verified_deadline):
            continue
        match = _guilty(pattern, spoken, scope)
        if match:
            found[pattern.rule] = (pattern, *match)
    return list(found.values())


def _weighed(spoken: Spoken, scope: Scope, state: SpeechState, all_approved: bool) -> list[Finding]:
    """What patterns and model forbid together.

    Three weighings, each with more rules than the one before: all but deals and disclosure; deals too, unless every
    stated amount is approved; disclosure too, before verification. So a further approved amount or a verification
    only ever allows more. A sentence that states the verified deadline is not urged by it.
    """
    model = load()
    odds = model.odds(spoken, scope)
    matched = matches(spoken, scope, state)
    extra = [] if all_approved else [_DEAL]
    if not state.right_party_verified:
        extra.append(_DISCLOSURE)
    rules = frozenset(odds) - {_DEAL, _DISCLOSURE}
    if states_verified(spoken.text, state) and not any(pattern.rule == _DEADLINE for pattern, _, _ in matched):
        rules -= {_DEADLINE}
    found: list[Finding] = []
    for more in ["", *extra]:
        rules |= {more} if more else frozenset()
        hits = [match for match in matched if match[0].rule in rules]
        if score(odds, hits, rules) <= 0:
            continue
        named = hits if not more else [match for match in hits if match[0].rule == more]
        found += [Finding(pattern.rule, spoken.excerpt(start, end)) for pattern, start, end in named]
        if not found:
            likeliest = max(sorted(rules), key=lambda rule: odds.get(rule, 0.0))
            found.append(Finding(more or likeliest, spoken.source.strip()))
    return found


def score(odds: dict[str, float], hits: Iterable[Match], rules: frozenset[str]) -> float:
    """How much speaks against a sentence, above 0 to refuse it: the model's log odds over some rules and the matches.

    What breaks only other rules is as good as allowed.
    """
    model = load()
    risk = rest = 0.0
    for rule, value in odds.items():
        if rule in rules:
            risk += value
        else:
            rest += value
    weights = sum([model.weight(key(match[0])) for match in hits])
    return log(max(risk / (1.0 + rest), _LEAST_ODDS)) + weights + model.bias


def key(pattern: Pattern) -> str:
    """The name of a pattern among all rules."""
    return f"{pattern.rule}.{pattern.name}"


def _binds(pattern: Pattern, state: SpeechState, verified_deadline: bool) -> bool:
    if pattern.unless_deadline and verified_deadline:
        return False
    if pattern.when == "unverified":
        return not state.right_party_verified
    return pattern.when == "always" or state.in_validation_period


def _guilty(pattern: Pattern, spoken: Spoken, scope: Scope) -> tuple[int, int] | None:
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
