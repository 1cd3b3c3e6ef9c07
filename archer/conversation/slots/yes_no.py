"""Yes or no, from what was answered and, where it is known, to which question.

Rules: "si" and "oui" count; maybe, it depends and a counter-question are no answer. After "do you mind …" a no
allows, so it is a yes to the request. Phrases are read longest first; what was said last counts.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from archer.conversation.slots.answers import (
    AFTER_ANYTHING_ELSE,
    COUNTER_QUESTIONS,
    EXPLETIVES,
    MAYBE,
    NO,
    UNSURE,
    WEAK_YES,
    YES,
)

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[?.!,;]")
_MIND = re.compile(r"\b(do|would|will) you mind\b|\bany objections?\b|\bobject to\b|\bis it a problem\b|\bbother you\b")
_ELSE = re.compile(r"\b(anything else|something else|any (other|more|further) (questions?|help)|else i can)\b")
_THINKS_NOT = re.compile(r"i (don't|dont|do not) (think|believe|feel)\b")
_NO_HARM = re.compile(r"\b(problem|problems|issue|issues|objection|objections|wrong|matter|matters|mind|hurt)\b")
_PIVOTS = {"but": "|", "however": "|", "although": "|", "though": "|", "actually": ">"}


def extract(text: str, context: Mapping[str, Any]) -> bool | None:
    """True, False, or None when the answer is open. `context["question"]` is what the agent asked."""
    question = str(context.get("question") or "").lower().replace("’", "'")
    spoken = text.lower().replace("’", "'").replace("-", " ").strip()
    if _ELSE.search(question):
        plain = " ".join(re.findall(r"[a-zà-ÿ']+", spoken))
        if AFTER_ANYTHING_ELSE.search(plain):
            return False
    signs = _signs(spoken)
    verdict = _decide(signs)
    if _MIND.search(question):
        return _permission(spoken, signs, verdict)
    return verdict


def _signs(spoken: str) -> list[str]:
    """Signs in the order they were said: yes (Y, weak y), no (N), maybe (M), unsure or asking (?), but (|), "
    "actually (>)."""
    signs: list[str] = []
    for clause in _clauses(spoken):
        signs.extend(_clause_signs(clause))
    return signs


def _clauses(spoken: str) -> list[tuple[list[str], bool]]:
    """Words between pauses, and whether a question mark closed them."""
    clauses: list[tuple[list[str], bool]] = []
    words: list[str] = []
    for word in _WORD.findall(spoken):
        if word in "?.!,;":
            if words:
                clauses.append((words, word == "?"))
            words = []
        else:
            words.append(word)
    if words:
        clauses.append((words, False))
    return clauses


def _clause_signs(clause: tuple[list[str], bool]) -> list[str]:
    words, asked = clause
    signs: list[str] = []
    index = 0
    while index < len(words):
        if _is_question(words, index):
            return [*signs, "?"]
        if _THINKS_NOT.match(" ".join(words[index:])):
            fine = _NO_HARM.search(" ".join(words[index:]))
            return [*signs, "Y" if fine else "N"]
        length, sign = _phrase_at(words, index)
        if sign == "y" and length == 1 and not _stands_alone(words, index):
            length = 0
        if length == 0 and words[index] in _PIVOTS:
            length, sign = 1, _PIVOTS[words[index]]
        if length:
            signs.append(sign)
        index += max(length, 1)
    if asked and len(words) > 2:
        return [sign for sign in signs[:1] if sign == "Y" and words[0] in {"yes", "yeah", "sure", "okay"}] + ["?"]
    return signs


def _stands_alone(words: list[str], index: int) -> bool:
    """Whether "great" or "nice" is the answer and not part of a remark."""
    return index == 0 or words[index - 1] in {
        "that's",
        "thats",
        "sounds",
        "oh",
        "sound",
        "it's",
        "be",
        "yes",
        "yeah",
        "okay",
        "just",
    }


def _is_question(words: list[str], index: int) -> bool:
    """Whether a counter-question starts at an index (a clause start, or right after yes, no, well, but)."""
    if index and words[index - 1] not in {
        "yes",
        "yeah",
        "no",
        "well",
        "but",
        "and",
        "okay",
        "ok",
        "so",
        "sorry",
        "wait",
    }:
        return False
    rest = " ".join(words[index:])
    return any(pattern.match(rest) for pattern in COUNTER_QUESTIONS)


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Phrases by first word, the longest first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for sign, texts in (("Y", YES), ("y", WEAK_YES), ("N", NO), ("M", MAYBE), ("?", UNSURE)):
        for text in texts:
            words = tuple(text.split())
            table.setdefault(words[0], []).append((words, sign))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


def _phrase_at(words: list[str], index: int) -> tuple[int, str]:
    """The longest phrase at an index, hesitation inside it allowed: (words taken, sign)."""
    for phrase, sign in _table().get(words[index], []):
        end = index + 1
        for wanted in phrase[1:]:
            while end < len(words) and words[end] != wanted and words[end] in EXPLETIVES:
                end += 1
            if end >= len(words) or words[end] != wanted:
                break
            end += 1
        else:
            return end - index, sign
    return 0, ""


def _decide(signs: list[str]) -> bool | None:
    """The last clear sign, unless maybe clouds it; after "actually" or "but" what follows decides."""
    if ">" in signs:
        last = len(signs) - 1 - signs[::-1].index(">")
        after = _decide(signs[last + 1 :])
        return _decide(signs[:last]) if after is None and "M" not in signs[last:] else after
    if "|" in signs:
        at = signs.index("|")
        if any(sign in "YN" for sign in signs[:at]) and "M" not in signs[:at]:
            return _decide(signs[:at])
        after = _decide(signs[at + 1 :])
        return _decide(signs[:at]) if after is None else after
    if "M" in signs:
        return None
    clear = [sign for sign in signs if sign in "YN"]
    if clear:
        return clear[-1] == "Y"
    return True if "y" in signs and "?" not in signs else None


def _permission(spoken: str, signs: list[str], verdict: bool | None) -> bool | None:
    """The answer to "do you mind": no and a friendly word allow, a plain yes minds."""
    if re.search(r"\b(i do mind|i would mind|i'd mind|rather you (didn't|not)|please don't|don't do)\b", spoken):
        return False
    allowing = re.search(
        r"\b(go ahead|sure|of course|fine|okay|ok|all right|alright|no problem|please do|go for it)\b", spoken
    )
    if allowing and not re.search(r"\b(not|isn't) (fine|okay|ok|all right|alright)\b", spoken):
        return True
    if re.search(r"\b(yes|yeah|yep|yup)\b", spoken) and verdict is True:
        return False
    if verdict is False and "?" not in signs:
        return True
    return verdict
