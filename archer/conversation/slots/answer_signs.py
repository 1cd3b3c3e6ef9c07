"""Read the signs of an answer, clause by clause: yes, no, maybe, not sure, a question in return.

A denial holds for the rest of its clause ("I can't right now" holds no yes), unless a plain yes or no follows it.
"""

import re
from enum import StrEnum
from functools import cache

from archer.conversation.slots.answers import (
    COUNTER_QUESTIONS,
    EXPLETIVES,
    MAYBE,
    NEUTRAL,
    NO,
    OPEN_ENDED,
    PLAIN_NO,
    PLAIN_YES,
    UNSURE,
    WEAK_YES,
    YES,
)


class Sign(StrEnum):
    """One sign of an answer."""

    YES = "yes"
    WEAK_YES = "weak yes"
    """A friendly word that is a yes where nothing else was said ("great")."""
    NO = "no"
    DENIED = "denied"
    """A clause that denies something in other words; a no where nothing else was said."""
    MAYBE = "maybe"
    OPEN = "open"
    """Not sure, not heard, or a question in return."""
    BUT = "but"
    INSTEAD = "instead"
    """What follows replaces what was said ("actually")."""


_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[?.!,;]")
_THINKS_NOT = re.compile(r"i (don't|dont|do not) (think|believe|feel)\b")
_NO_HARM = re.compile(r"\b(problem|problems|issue|issues|objection|objections|wrong|matter|matters|mind|hurt)\b")
_NEGATION = re.compile(r"\b(not|never|nothing|none|nobody|\w+n't)\b")
_THATS_MINE = re.compile(
    r"(that's|thats|that is|it's|it is) (still )?my (?!old|ex|former|brother|son|wife|husband|problem)\w+"
)
_VERDICT = re.compile(
    r"(sounds|seems|looks|(that|it|this|which|everything|all of that|that's|thats|it's|its|everything's)"
    r"( is| was| sounds| seems| looks| would be|'d be|'ll be| will be| all sounds)?)"
    r"( very| pretty| really| quite| totally| perfectly| just| completely| all| about| a| like a)* (?P<word>\w+)\b"
)
_GOOD = frozenset({
    "fair", "acceptable", "good", "great", "fine", "okay", "ok", "reasonable", "perfect", "right", "correct", "true",
    "accurate", "agreeable", "doable", "possible", "wonderful", "awesome", "excellent", "lovely", "alright", "cool",
    "terrific", "fantastic", "ideal", "amazing", "manageable", "workable", "plan", "deal",
})  # fmt: skip
_BAD = frozenset({
    "wrong", "incorrect", "false", "unacceptable", "impossible", "untrue", "unfair", "mistaken", "inaccurate", "lie",
    "unreasonable", "nonsense", "mistake", "error",
})  # fmt: skip
_CONSENT = re.compile(
    r"(you have my (permission|consent|word|blessing|ok|approval)|i (give|grant) (you )?(my )?(permission|consent)"
    r"|i (do )?(consent|authorize|authorise|approve|confirm|acknowledge|permit|allow)|permission granted"
    r"|consider it done|(approved|granted|authorized|done|go on)\b|i'll (do|take|make|pay|accept|sign|agree|confirm"
    r"|go for|go ahead)|i'm (certain|positive|sure|ready|game|willing)|(she|he|they) do(es)?$)"
)
_REFUSAL = re.compile(
    r"i (object|oppose|refuse|decline|deny|dispute|disagree|protest)\b"
    r"|(you're|you are) (wrong|mistaken)\b"
)
_STRESSED_NO = re.compile(
    r"((i|we|it|he|she|they|that|this) )?(most )?(certainly|definitely|absolutely|surely|sure|totally|truly|of course)"
    r"( (i|we|it|he|she|they|that|this))?"
    r" (am|is|are|was|were|do|does|did|will|would|can|could|have|has|had) not\b"
    r"(?! (mind|object|see why|have (a|any) (problem|issue|objection)s?|a problem|an issue|wrong))"
)
"""A no with a word for stress that would be a yes by itself ("it most certainly is not")."""
_CONDITION = re.compile(r"(only )?(if|unless|as long as|provided|depending|assuming)\b")
_PIVOTS = {"but": Sign.BUT, "however": Sign.BUT, "although": Sign.BUT, "though": Sign.BUT, "actually": Sign.INSTEAD}
_BEFORE_QUESTION = frozenset({"yes", "yeah", "no", "well", "but", "and", "okay", "ok", "so", "sorry", "wait"})
_BEFORE_REMARK = frozenset({
    "that's", "thats", "sounds", "oh", "sound", "it's", "be", "yes", "yeah", "okay", "just", "all",
})  # fmt: skip
_AFTER_BARE_VERB = frozenset({
    "so", "indeed", "sir", "ma'am", "actually", "yes", "now", "already", "today", "yesterday", "too", "for", "that",
    "agree",
    "want", "understand", "accept", "know", "believe", "it", "this", "him", "her", "he", "she", "correct", "right",
    "fine",
    "ready", "able", "willing", "sure", "interested", "okay", "do", "and", "but", "please", "thanks", "thank", "i",
    "still",
})  # fmt: skip


def read_signs(spoken: str) -> list[Sign]:
    """All signs of an answer in the order they were said; `spoken` is in lower case."""
    return [sign for words, asked in _clauses(spoken) for sign in _clause_signs(words, asked)]


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


def _clause_signs(words: list[str], asked: bool) -> list[Sign]:
    signs: list[Sign] = []
    index, denied = 0, False
    while index < len(words):
        rest = " ".join(words[index:])
        if _is_question(words, index, rest):
            signs = [*signs, Sign.OPEN] if len(words) > 2 else [Sign.OPEN]
            break
        if _THINKS_NOT.match(rest):
            signs.append(Sign.YES if _NO_HARM.search(rest) else Sign.NO)
            break
        if _CONDITION.match(rest) and not signs:
            signs.extend(_plain_after_condition(words[index + 1 :]))
            break
        length, sign = _sign_at(words, index, rest)
        phrase = " ".join(words[index : index + max(length, 1)])
        plain = sign is not None and phrase in PLAIN_YES | PLAIN_NO
        if sign in _PIVOTS.values():
            denied = False
        elif sign is not None and denied and not plain:
            sign = None
        elif not plain and _NEGATION.search(phrase) and sign is not Sign.YES:
            denied = True
        if sign is not None:
            signs.append(sign)
        index += max(length, 1)
    if not signs and _NEGATION.search(" ".join(words)):
        signs.append(Sign.DENIED)
    if asked and len(words) > 2:
        kept = [sign for sign in signs[:1] if sign is Sign.YES and words[0] in PLAIN_YES]
        return [*kept, Sign.OPEN]
    return signs


def _plain_after_condition(words: list[str]) -> list[Sign]:
    """ "If I have to, yes": only a plain answer at the end counts after a condition."""
    if words and words[-1] in PLAIN_YES:
        return [Sign.YES]
    return [Sign.NO] if words and words[-1] in PLAIN_NO else [Sign.OPEN]


def _is_question(words: list[str], index: int, rest: str) -> bool:
    """Whether a counter-question starts at an index (a clause start, or right after yes, no, well, but)."""
    if index and words[index - 1] not in _BEFORE_QUESTION:
        return False
    return any(pattern.match(rest) for pattern in COUNTER_QUESTIONS)


def _sign_at(words: list[str], index: int, rest: str) -> tuple[int, Sign | None]:
    """The longest phrase at an index: (words taken, its sign)."""
    for pattern, meant in ((_THATS_MINE, Sign.YES), (_REFUSAL, Sign.NO), (_STRESSED_NO, Sign.NO)):
        if match := pattern.match(rest):
            return len(match.group().split()), meant
    for phrase, sign in _table().get(words[index], []):
        end = _phrase_end(words, index, phrase)
        if not end:
            continue
        if sign is Sign.WEAK_YES and len(phrase) == 1 and index and words[index - 1] not in _BEFORE_REMARK:
            return 1, None
        open_ended = " ".join(phrase) in OPEN_ENDED and end < len(words) and words[end] not in _AFTER_BARE_VERB
        return end - index, None if open_ended else sign
    if (match := _VERDICT.match(rest)) and match.group("word") in _GOOD | _BAD:
        return len(match.group().split()), Sign.YES if match.group("word") in _GOOD else Sign.NO
    if match := _CONSENT.match(rest):
        return len(match.group().split()), Sign.YES
    if words[index] in _PIVOTS:
        return 1, _PIVOTS[words[index]]
    return 0, None


def _phrase_end(words: list[str], index: int, phrase: tuple[str, ...]) -> int:
    """The index after a phrase, hesitation inside it allowed; 0 when it does not stand there."""
    end = index + 1
    for wanted in phrase[1:]:
        while end < len(words) and words[end] != wanted and words[end] in EXPLETIVES:
            end += 1
        if end >= len(words) or words[end] != wanted:
            return 0
        end += 1
    return end


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], Sign | None]]]:
    """Phrases by first word, the longest first."""
    table: dict[str, list[tuple[tuple[str, ...], Sign | None]]] = {}
    listed = (
        (Sign.YES, YES), (Sign.WEAK_YES, WEAK_YES), (Sign.NO, NO), (Sign.MAYBE, MAYBE), (Sign.OPEN, UNSURE),
        (None, NEUTRAL),
    )  # fmt: skip
    for sign, texts in listed:
        for text in texts:
            words = tuple(text.split())
            table.setdefault(words[0], []).append((words, sign))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table
