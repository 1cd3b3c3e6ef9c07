"""Which words and figures of a text are digits of a number, rather than counts, pronouns, amounts or other words."""

import re
from bisect import bisect_left
from enum import Enum
from itertools import pairwise

from archer.compliance.redaction.labels import LAST
from archer.compliance.redaction.lexicon import (
    BEFORE_ONE,
    COPULAS,
    CORRECTIONS,
    COUNTED,
    COUNTS,
    CURRENCY,
    DIGITS,
    FILLERS,
    GROUPS,
    OPTIONAL_ZERO,
    PAYING,
    SCALES,
    SURELY_COUNTED,
    TIMES,
    UNITS,
    WEAK,
    WHEN_PAID,
    WHICH,
)
from archer.compliance.redaction.tokens import Token, edges, is_numeric

_BEFORE_A_DIGIT = (FILLERS | COPULAS) - {"that's", "thats", "like"}
_LONGEST_DIGIT = 5
_PAUSES = frozenset(",.;:?")
_FOUR = frozenset({"four", "4", "for"})
_HOW_MANY = re.compile(r"\bhow many\b[^?\n]*\?\s*(?:(?!\d)\w+[:,]?\s+){0,3}?(\w+)[.\n]", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][a-z]+ ){1,3}(?:Court|Ct|Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Way|"
    r"Boulevard|Blvd|Place|Pl|Terrace|Circle|Parkway|Pkwy|Highway|Hwy|Square|Trail)\b"
)
_LONGEST_AMOUNT = 6
"""Words: "twelve hundred and fifty five"."""
_MOST_DIGITS = 4
_PAID_TO = frozenset(
    {"me", "us", "you", "just", "the", "extra", "maybe", "like", "only", "another", "about", "him", "her", "them", "it"}
)
_CAN_DO = frozenset(
    {
        "you",
        "i",
        "we",
        "let's",
        "lets",
        "can",
        "could",
        "i'll",
        "we'll",
        "will",
        "to",
        "just",
        "probably",
        "only",
        "please",
        "me",
    }
)
_THE_ONES = frozenset({("the", "one"), ("that", "one"), ("the", "card"), ("the", "account")})
_THE = frozenset({"the", "those", "these"})
_ARTICLES = frozenset({"a", "an"})


class Role(Enum):
    """What a word is to a dictated number."""

    NONE = 0
    DIGITS = 1
    PERHAPS = 2
    """A digit or a word of the sentence: "one", standing alone."""


def roles(text: str, tokens: list[Token]) -> list[Role]:
    """The role of each token."""
    found = [
        Role.DIGITS if is_numeric(token) or (token.kind == "phone" and token.text[0] != "+") else Role.NONE
        for token in tokens
    ]
    for index, token in enumerate(tokens):
        if token.text in TIMES and token.kind == "word":
            found[index] = Role.DIGITS if edges(tokens, index) else Role.NONE
        if _counts_digits(tokens, index + 1) or _four_follow(text, tokens, index + 1):
            found[index + 1] = Role.NONE
        if token.text == "all" and index + 1 < len(tokens) and text[tokens[index + 1].end :][:1] in _PAUSES:
            found[index + 1] = Role.NONE  # "my social, all nine, ..."
        if token.text.isdigit() and _points_at(text, tokens, index):
            found[index : index + 2] = [Role.NONE] * 2  # "not the 4471 one"
        if token.text in OPTIONAL_ZERO and _exclaims(text, tokens, index):
            found[index] = Role.NONE
        if token.text == "or" and _wonders(tokens, index):
            found[index - 1] = found[index + 2] = Role.NONE
    for match in _HOW_MANY.finditer(text):
        found = [
            Role.NONE if match.start(1) <= token.start < match.end() else role
            for token, role in zip(tokens, found, strict=True)
        ]
    for match in _ADDRESS.finditer(text):
        place = bisect_left(tokens, match.start(), key=lambda token: token.start)
        if not place or not is_numeric(tokens[place - 1]) or not tight(text, tokens[place - 1], tokens[place]):
            found[place] = Role.NONE
    _strike_counts(text, tokens, found)
    for index, token in enumerate(tokens):
        if found[index] is Role.DIGITS and len(token.text) <= _LONGEST_DIGIT:
            found[index] = (_one if token.text == "one" else _single)(text, tokens, index)
    _weak(text, tokens, found)
    return found


def _points_at(text: str, tokens: list[Token], index: int) -> bool:
    """Whether figures only say which one is meant: "the 4471 one"."""
    if not 0 < index < len(tokens) - 1 or text[tokens[index - 1].end : tokens[index + 1].start].count(" ") != 2:
        return False
    return (tokens[index - 1].text, tokens[index + 1].text) in _THE_ONES and text[tokens[index].end] == " "


def _points_with_a_number(text: str, tokens: list[Token], index: int) -> bool:
    """Whether "one" comes after groups of figures that only say which one is meant: "the 4111 2222 one"."""
    first = index
    while first and tokens[first - 1].kind == "digits" and tight(text, tokens[first - 1], tokens[first]):
        first -= 1
    return 0 < first < index - 1 and tokens[first - 1].text in {"the", "that", "this"}


def tight(text: str, before: Token, after: Token) -> bool:
    """Whether two tokens stand or are said together: only spaces and dashes between them."""
    between = text[before.end : after.start]
    return (
        all(character in " \t-.–—_/\u00a0\u2010\u2011\u2012·*~+()'\"" for character in between) and ". " not in between
    )


def runs_on(text: str, before: Token, after: Token) -> bool:
    """Whether a sentence runs on between two tokens: neither punctuation nor a line break comes after the one or
    before the other."""
    between = text[before.end : after.start]
    return _plain(between[:2]) and _plain(between[-2:])


def _plain(edge: str) -> bool:
    return "\n" not in edge and edge.strip(" ").isalnum()


def may_count(tokens: list[Token], index: int) -> bool:
    """Whether a number may say how many digits follow: "next four" before four digits."""
    return index > 0 and tokens[index - 1].text in WHICH and tokens[index].text in COUNTS


def _weak(text: str, tokens: list[Token], found: list[Role]) -> None:
    """Words that recognition writes for digits count within a run of digits and at the end of a sentence after one."""
    for index, token in enumerate(tokens):
        if token.text in WEAK and token.kind == "word" and found[index] is Role.NONE:
            before = index > 0 and found[index - 1] is not Role.NONE and tight(text, tokens[index - 1], token)
            after = _digits_follow(text, tokens, found, index)
            figures = after and all(tokens[place].text.isdigit() for place in (index - 1, index + 1))
            if before and not figures and (after or _sentence_ends(text, tokens, index)):
                found[index] = Role.DIGITS


def _digits_follow(text: str, tokens: list[Token], found: list[Role], index: int) -> bool:
    while index + 1 < len(tokens) and tight(text, tokens[index], tokens[index + 1]):
        index += 1
        if found[index] is not Role.NONE:
            return True
        if tokens[index].text not in WEAK:
            return False
    return False


def _sentence_ends(text: str, tokens: list[Token], index: int) -> bool:
    return index + 1 == len(tokens) or not tight(text, tokens[index], tokens[index + 1])


def _one(text: str, tokens: list[Token], index: int) -> Role:
    """Whether "one" is a digit or stands for a thing: "use this one", "the blue one", "the one I use"."""
    before = tokens[index - 1] if index and tight(text, tokens[index - 1], tokens[index]) else None
    after = tokens[index + 1] if not _sentence_ends(text, tokens, index) else None
    beside = before is not None and text[before.end : tokens[index].start] == " "
    among_digits = any(token and (is_numeric(token) or token.text in TIMES) for token in (before, after))
    if text[tokens[index].end : tokens[index].end + 2] == ": ":
        return Role.PERHAPS
    if before is not None and after is None and beside and _points_with_a_number(text, tokens, index):
        return Role.NONE
    corrected = index > 1 and tokens[index - 2].text in CORRECTIONS  # "make that one"
    referring = beside and not corrected and (tokens[index - 1].text in BEFORE_ONE or _described(text, tokens, index))
    if not among_digits and (referring or (after is not None and after.text == "of")):
        return Role.NONE
    return Role.PERHAPS if referring or not among_digits else Role.DIGITS


def _single(text: str, tokens: list[Token], index: int) -> Role:
    """Whether a single digit within a sentence may be no part of a number: "a funny looking seven"."""
    word, end = tokens[index].text, tokens[index].end
    if word not in UNITS and not (word.isdigit() and len(word) == 1):
        return Role.DIGITS
    if text[end : end + 2] == ": ":
        return Role.PERHAPS
    before = tokens[index - 1] if index and tight(text, tokens[index - 1], tokens[index]) else None
    after = tokens[index + 1] if not _sentence_ends(text, tokens, index) else None
    if any(token and (is_numeric(token) or token.text in TIMES) for token in (before, after)):
        return Role.DIGITS
    if (UNITS.get(word) or int(word)) in _lengths(text, tokens, index + 1) - {0, 1}:
        return Role.PERHAPS  # "and five, nine four five six two"
    spoken_of = before is not None and before.kind == "word" and before.text not in _BEFORE_A_DIGIT
    return Role.PERHAPS if spoken_of else Role.DIGITS


def _described(text: str, tokens: list[Token], index: int) -> bool:
    """Whether "one" comes after an adjective with its article: "the prepaid one"."""
    if index < 2 or not tight(text, tokens[index - 2], tokens[index - 1]):
        return False
    article, adjective = tokens[index - 2].text, tokens[index - 1]
    return article in BEFORE_ONE and adjective.kind == "word" and adjective.text not in COPULAS | {"number", "card"}


def _counts_digits(tokens: list[Token], index: int) -> bool:
    """Whether a number says which digits follow rather than being one of them: "the next four are", "the last ones"."""
    if index == 0 or index >= len(tokens):
        return False
    before, word = tokens[index - 1].text, tokens[index].text
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    linked = following is not None and (following.text.removesuffix("'s") in COPULAS or following.text == "of")
    if word in COUNTS and before in _THE and following is not None and following.text == "on":
        return [token.text for token in tokens[index + 2 : index + 4]] in (["the", "front"], ["the", "back"])
    if before == "of":
        return linked and word in COUNTS and index > 1 and tokens[index - 2].text in GROUPS
    if before not in WHICH:
        return False
    return (
        word == "ones"
        or (linked and (word in COUNTS or word == "one"))
        or (before in LAST and word in COUNTS and not _digit_at(tokens, index + 1))
    )


def _four_follow(text: str, tokens: list[Token], index: int) -> bool:
    """Whether a four that may count digits is followed by four, said in one go: "first four six oh one one"."""
    counts = index < len(tokens) and tokens[index].text in _FOUR and may_count(tokens, index)
    return counts and tight(text, tokens[index - 1], tokens[index]) and 4 in _lengths(text, tokens, index + 1)


def _lengths(text: str, tokens: list[Token], first: int) -> set[int]:
    """How many digits may be said in one go from a token on."""
    stop = first
    while stop < len(tokens) and (stop == first or tight(text, tokens[stop - 1], tokens[stop])) and edges(tokens, stop):
        stop += 1
    lengths: dict[int, set[int]] = {first: {0}}
    for place in range(first, stop):
        for edge in edges(tokens, place):
            said = {length + len(edge.digits) for length in lengths.get(place, ()) if length < 9}
            lengths.setdefault(edge.end, set()).update(said)
    return lengths.get(stop, set())


def _exclaims(text: str, tokens: list[Token], index: int) -> bool:
    """Whether an "oh" opens a sentence before other words, or a comma parts it from digits said in one go: "Oh, nine
    seven eight"."""
    if index and is_numeric(tokens[index - 1]) and not _digit_at(tokens, index + 1):
        turn = re.search(r"\n|\s{3}", text[tokens[index - 1].end : tokens[index].start])
        return bool(turn and re.match(r",? [^\W\d]", text[tokens[index].end :]))
    opens = index == 0 or re.search(r"[.?!\n][-–—>*\s]*$|\s{3}$", text[tokens[index - 1].end : tokens[index].start])
    if not opens or index + 1 == len(tokens) or not (is_numeric(tokens[index + 1]) or tokens[index + 1].text in TIMES):
        return bool(opens)
    sizes = _lengths(text, tokens, index + 1)
    return text[tokens[index].end :][:1] in {",", ".", "!"} and (not sizes or max(sizes) > 1)


def _wonders(tokens: list[Token], index: int) -> bool:
    """Whether the speaker asks which digit it is, at an "or": "is this a three or an eight"."""
    if index < 2 or index + 2 >= len(tokens):
        return False
    articles = {tokens[index - 2].text, tokens[index + 1].text} <= _ARTICLES
    return articles and is_numeric(tokens[index - 1]) and is_numeric(tokens[index + 2])


def _digit_at(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and (is_numeric(tokens[index]) or tokens[index].text in TIMES)


def _strike_counts(text: str, tokens: list[Token], found: list[Role]) -> None:
    """Take out numbers that count something: "twelve dollars", "one second", "16 digits"; of a longer run the last."""
    index = 0
    while index < len(tokens):
        if found[index] is Role.NONE:
            index += 1
            continue
        end = index + 1
        while end < len(tokens) and (found[end] is not Role.NONE or tokens[end].text in SCALES | {"and"}):
            if not _beside(text, tokens[end - 1], tokens[end]):
                break
            end += 1
        following = tokens[end].text if end < len(tokens) and _beside(text, tokens[end - 1], tokens[end]) else ""
        if following == "second" and tokens[end - 1].text not in {"one", "1"}:
            following = ""
        size = end - index
        if (
            _is_paid(text, tokens, index, end)
            or (following in CURRENCY and size <= 9)
            or (following in COUNTED and size <= 2 and _short(tokens, index, end))
        ):
            found[index:end] = [Role.NONE] * size
        elif following in SURELY_COUNTED and _short(tokens, end - 1, end):
            found[end - 1] = Role.NONE
        index = end


def _is_paid(text: str, tokens: list[Token], first: int, end: int) -> bool:
    """Whether a short number is what somebody pays: "let's do one fifty.", "pay 200 today"."""
    if end - first > _LONGEST_AMOUNT or first == 0 or text[tokens[first - 1].end : tokens[first].start] != " ":
        return False
    place = first - 1 - (first > 1 and tokens[first - 1].text in _PAID_TO)
    verb, before = tokens[place].text, tokens[place - 1] if place else None
    if verb == "do":
        opens = before is None or text[before.end : tokens[place].start].strip(" ") != ""
        verb = "pay" if opens or (before and before.text in _CAN_DO) else ""
    if verb == "of" and before and before.text == "instead":
        verb = "pay"
    if verb not in PAYING or not _may_be_an_amount(tokens[first:end]):
        return False
    if any(token.text in SCALES for token in tokens[first:end]):
        return True
    rest = text[tokens[end - 1].end :].lstrip(" ")
    ended = not rest or (rest[0] in ".?!\n" and rest[:2] != "..")
    return ended or (end < len(tokens) and rest[0].isalpha() and tokens[end].text in WHEN_PAID)


def _may_be_an_amount(said: list[Token]) -> bool:
    """Whether words may be "one fifty" or "1200" rather than digits said one by one or in groups of four."""
    said = [token for token in said if token.text not in SCALES | {"and"}]
    if any(token.text.isdigit() and len(token.text) == _MOST_DIGITS and token.text[-1] != "0" for token in said):
        return False
    sizes = [len(token.text) if token.text.isdigit() else 2 - (token.text in DIGITS) for token in said]
    return sum(sizes) <= _MOST_DIGITS and (1, 1) not in pairwise(sizes)


def _beside(text: str, before: Token, after: Token) -> bool:
    """Whether nothing but a space or a hyphen parts two words."""
    return text[before.end : after.start] in {" ", "-", "\u00a0", "  "}


def _short(tokens: list[Token], start: int, end: int) -> bool:
    return all(len(token.text) <= 2 or not token.text.isdigit() for token in tokens[start:end])
