"""What a model must not say beside what the guardrail refuses: deeds that were not done, lengths of plan that are not
offered, what would be done with the debt, and what it was told in confidence.

Rules I-21, G-16, G-03 and I-17. Each look at a sentence begins with one that is cheap and mostly ends it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.llm.claims import NOT_SO, NOTHING_DONE, unfounded_claim
from archer.conversation.policy.state import State
from archer.conversation.prompts.whole import RULES
from archer.conversation.words import spoken

NOT_ABOUT_ME = "I can't go into how I work, but I am glad to help with your account."
ONLY_OFFERED = "I can only offer what has been approved for your account."
ONLY_HELP = "I'm only here to talk about your account and what could work for you."


@dataclass(frozen=True)
class Unsayable:
    """Why a sentence is not said, and what is said in its place."""

    rule: str
    match: str
    say_instead: str


def unsayable(sentence: str, state: State, system: str) -> Unsayable | None:
    """None when the sentence may be said. `system` is what the model was told in confidence."""
    if (quoted := recited(sentence, system)) is not None:
        return Unsayable("I-17", quoted, NOT_ABOUT_ME)
    stands = state.in_force if state.arranged else ()
    if (claim := unfounded_claim(sentence, stands)) is not None:
        return Unsayable("I-21", claim, NOT_SO if state.arranged else NOTHING_DONE)
    if (months := unoffered_months(sentence, state)) is not None:
        return Unsayable("G-16", months, ONLY_OFFERED)
    if _HANDED_TO.search(sentence) is None:
        return None
    if (threat := _HANDED_ON.search(sentence)) is not None and not _DENIED.search(sentence[: threat.end()]):
        return Unsayable("G-03", threat.group(), ONLY_HELP)
    return None


_DENIED = re.compile(r"n['’]t\b|\b(?:not|no|never|nothing|none|cannot|unable|only|longer than|beyond|too long)\b", re.I)
_HANDED_TO = re.compile(r"collect|recover|legal|charge", re.IGNORECASE)
_HANDED_ON = re.compile(
    r"\b(?:go(?:es|ing)?|went|gone|sen[dt]\w*|turn\w*|refer\w*|hand\w*|mov\w*|pass\w*|forward\w*|assign\w*|plac\w*|put|"
    r"sell\w*|sold|transferr?\w*|escalat\w*|end(?:s|ed|ing)? up)\b[^.?!]{0,40}?\b(?:(?:in)?to|in|with|over to) "
    r"(?:an? |the |our |outside |third.party |external |debt )*(?:collections?\b(?! page)|collectors?|recovery|legal\b|"
    r"charge.?offs?)",
    re.IGNORECASE,
)
"""The account, or the caller, is said to be handed on to those who collect in another way."""

# lengths of plan

_NUMBERS = {spoken.cardinal(number): number for number in range(1, 121)} | {"couple": 2, "dozen": 12}
_MONTHS = re.compile(
    r"(?<!last )(?<!past )(?<!previous )\b(\d{1,3}|(?:(?:twenty|thirty|forty|fifty|sixty)[- ])?[a-z]+)[- ]"
    r"(?:(?:equal|monthly|more|full|easy)[- ])*(months?|payments|instal+ments)\b"
    r"(?! (?:ago|overdue|behind|late|past|old|before|earlier))"
)
_ANY_TIME = re.compile(r"\b(?:any ?time|whenever|at any point)\b[^.?!]{0,30}\bmonths?\b")
_HIS_WORDS = re.compile(
    r"\byou (?:said|say|asked|mentioned|wanted|meant)\b|\bdid you (?:say|mean|want)\b", re.IGNORECASE
)


def unoffered_months(sentence: str, state: State) -> str | None:
    """The words that offer so many months or payments as the tools do not; None when there are none."""
    lowered = sentence.lower()
    if "month" not in lowered and "payments" not in lowered and "ments" not in lowered:
        return None
    if _DENIED.search(sentence) or _HIS_WORDS.search(sentence):
        return None
    if (freely := _ANY_TIME.search(lowered)) is not None:
        return freely.group()
    for found in _MONTHS.finditer(lowered):
        word = found[1].replace(" ", "-")
        number = int(word) if word.isdecimal() else _NUMBERS.get(word, 0)
        if number > 1 and number not in _offered(state, payments="month" not in found[2]):
            return found.group()
    return None


def _offered(state: State, *, payments: bool) -> set[int]:
    """Lengths that are on the table or agreed; as payments, one more where a first payment comes on top of them."""
    plans = [option for option in (state.options or {}).get("options") or () if option.get("months")]
    found = {int(months) for option in plans for months in option["months"]}
    found |= {one.months for one in (*state.in_force, state.prepared) if one is not None and one.months}
    down = any(option.get("down_payment") for option in plans) or any(one.down_payment for one in state.in_force)
    return found | {months + 1 for months in found} if payments and down else found


# what it was told in confidence

_RECITED_WORDS, _OF_PROMPT = 7, 9
"""So many words in a row as in the rules, or as elsewhere in what it was told, are no chance."""
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”")
_ORDINARY = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|the full balance|(?:a )?part of it|a payment plan|"
    r"a promise to pay|a later due date)\b",
    re.IGNORECASE,
)
"""What may be spoken just as it was told: examples, numbers, the names of what is offered."""
_MANNER = re.compile(
    r"\b(?:urgency|empathy|persistence|authority)\b[^.?!]{0,20}\b(?:\d+|\w+) (?:out )?of (?:10|ten)\b", re.I
)


def recited(sentence: str, system: str = "") -> str | None:
    """The words that come straight from what the model was told; None when there are none."""
    if (manner := _MANNER.search(sentence)) is not None:
        return manner.group()
    words = _words(sentence)
    if len(words) < _RECITED_WORDS:
        return None
    of_rules = next((run for run in _runs(words, _RECITED_WORDS) if run in _CONFIDENTIAL), None)
    if of_rules is not None or len(words) < _OF_PROMPT or not system:
        return of_rules
    told = _told(system)
    return next((run for run in _runs(words, _OF_PROMPT) if run in told), None)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", _ORDINARY.sub(" ", text).lower())


def _runs(words: list[str], length: int) -> Iterator[str]:
    return (" ".join(words[n : n + length]) for n in range(len(words) - length + 1))


_CONFIDENTIAL = frozenset(_runs(_words(RULES), _RECITED_WORDS))


@lru_cache(maxsize=32)
def _told(system: str) -> frozenset[str]:
    """The runs of words of one call's instructions."""
    return frozenset(_runs(_words(_QUOTED.sub(" ", system)), _OF_PROMPT))
