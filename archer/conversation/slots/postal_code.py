"""Postal codes of the United States and Canada, as spoken.

Rules: ZIP+4 gives the first five digits; digits of a street address are ignored; Canadian codes come as "A1A 1A1",
where sound-alikes and spelling words stand for letters. Letters never used in Canadian codes: Canada Post.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from archer.conversation.slots.corrections import Repair, Segment, split_corrections
from archer.conversation.slots.digits import Run, digit_tokens, fold, runs, segment_readings
from archer.conversation.slots.letters import read_letter
from archer.conversation.slots.numerals import SOUND_ALIKES, UNITS
from archer.conversation.slots.tokens import Token, tokenize, without_fillers

_GLUE = frozenset({
    "it's", "its", "is", "the", "zip", "code", "postal", "then", "plus", "four", "dash", "next", "that's",
})  # fmt: skip
_STREET = frozenset({
    "street", "st", "avenue", "ave", "av", "road", "rd", "boulevard", "blvd", "lane", "ln", "drive", "dr", "court",
    "ct", "circle", "place", "pl", "terrace", "ter", "highway", "hwy", "parkway", "pkwy", "way", "trail", "trl",
    "square", "sq", "loop", "pike", "alley", "crescent", "cres", "broadway", "route", "row", "plaza", "run", "cove",
    "point", "heights", "north", "south", "east", "west", "northwest", "northeast", "southwest", "southeast", "nw",
    "ne", "sw", "se",
})  # fmt: skip
_ADDRESS_WORDS = frozenset({
    "apartment", "apt", "unit", "suite", "box", "highway", "route", "number", "floor", "room", "lot", "building",
    "po", "#",
})  # fmt: skip
_CUE = re.compile(r"\b(zip|zipcode|postal|postcode)\b")
_NUMBERED = re.compile(r"\b(street|house|building|account|order|reference|loan|card|phone|case) number( is)?$")
_OLD = re.compile(r"\b(used to be|old|previous|former|moved from|was|before|lived in|isn't|not)\b")
_CANADIAN = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d")
_SKIPPED = frozenset({
    "space", "dash", "hyphen", "then", "and", "comma", "uh", "um", "capital", "letter", "number", "the", "followed",
    "by",
})  # fmt: skip


def extract(text: str, context: Mapping[str, Any]) -> str | None:
    """`"90210"` or `"M5V 3L9"`, or None. `context["country"]` is `US` (when absent) or `CA`; ValueError otherwise."""
    country = str(context.get("country") or "US").upper()
    if country == "US":
        digits = fold(digit_tokens(tokenize(text)), _zip_readings, _is_zip)
        return digits[:5] if digits else None
    if country == "CA":
        return _canadian(tokenize(text))
    raise ValueError(f"context.country must be US or CA, is {context.get('country')!r}")


def _is_zip(digits: str) -> bool:
    return len(digits) in (5, 9) and digits[:5] != "00000"


def _zip_readings(segment: Segment) -> list[str]:
    tokens = segment.tokens
    found = [run for run in runs(tokens) if not _is_address(tokens, run)]
    cued = [run for run in found if _CUE.search(_before(tokens, run)) and run.reading(_is_zip) and not run.noise]
    complete = [run for run in found if run.reading(_is_zip)]
    current = [run for run in complete if not _OLD.search(_before(tokens, run))]
    if cued:
        kept = [run for run in cued if run in current] or current or cued
        return [reading for run in kept[-1:] if (reading := run.reading(_is_zip))]
    if current and len(complete) > 1:
        return [reading for run in current[-1:] if (reading := run.reading(_is_zip))]
    return segment_readings(found, tokens, _is_zip, _GLUE)


def _before(tokens: Sequence[Token], run: Run) -> str:
    words: list[str] = []
    for token in reversed(tokens[max(0, run.start - 8) : run.start]):
        if token.is_digits or (token.word in UNITS and token.word != "one"):
            break
        words.append(token.word)
    return " ".join(reversed(words))


def _is_address(tokens: Sequence[Token], run: Run) -> bool:
    """Whether a street follows within a few words, or an apartment or box precedes."""
    if _NUMBERED.search(_before(tokens, run)):
        return True
    if run.start and tokens[run.start - 1].word in _ADDRESS_WORDS:
        return tokens[run.start - 1].word != "number" or run.start < 2 or tokens[run.start - 2].word != "zip"
    if _CUE.search(_before(tokens, run)):
        return False
    for token, previous in zip(tokens[run.end : run.end + 4], tokens[run.end - 1 :], strict=False):
        if previous.stop in {",", ".", "?", ";"} or (token.is_digits and len(token.word) > 3):
            return False
        if token.word in _STREET:
            return True
    return False


def _canadian(tokens: Sequence[Token]) -> str | None:
    current = ""
    for segment in split_corrections(without_fillers(tokens, keep={"like", "so", "ah", "okay"})):
        heard = _codes(segment.tokens)
        if heard:
            current = heard[-1]
        elif segment.repair is Repair.RESTART:
            current = ""
        elif current or segment.repair is not Repair.NONE:
            current = _tail_replaced(current, segment.tokens)
        else:
            current = _partial(segment.tokens)
    return f"{current[:3]} {current[3:]}" if _CANADIAN.fullmatch(current) else None


def _codes(tokens: Sequence[Token]) -> list[str]:
    """All complete codes, in order; those after "postal code" last."""
    found: list[tuple[bool, int, str]] = []
    start = 0
    while start < len(tokens):
        code, end = _match(tokens, start, "LDLDLD")
        if code:
            before = " ".join(token.word for token in tokens[max(0, start - 6) : start])
            found.append((bool(_CUE.search(before)) and not _OLD.search(before), start, code))
        start = max(end, start + 1)
    return [code for _, _, code in sorted(found)]


def _match(tokens: Sequence[Token], start: int, pattern: str) -> tuple[str, int]:
    """The code that starts exactly at an index, in a pattern of letters (L) and digits (D), and the index after it."""
    stack: list[tuple[int, str]] = [(start, "")]
    while stack:
        index, code = stack.pop()
        if len(code) >= len(pattern):
            if len(code) == len(pattern) and (len(pattern) < 6 or _CANADIAN.fullmatch(code)):
                return code, index
            continue
        for text, after in reversed(_symbols(tokens, index, pattern[len(code) :], bool(code))):
            stack.append((after, code + text))
    return "", start


def _symbols(tokens: Sequence[Token], index: int, pattern: str, inside: bool) -> list[tuple[str, int]]:
    """What may stand at an index for the rest of a pattern, the likeliest first."""
    if index >= len(tokens):
        return []
    word = tokens[index].word
    options: list[tuple[str, int]] = []
    if pattern[0] == "L":
        letter = read_letter(tokens, index)
        if letter and len(letter.text) == 1:
            options.append((letter.text.upper(), letter.end))
            if letter.end > index + 1 and tokens[index].word != "double" and tokens[index].word != "x":
                options.append((letter.text.upper(), index + 1))
    else:
        options.extend(_digits(tokens, index))
    if inside and word in _SKIPPED:
        options.append(("", index + 1))
    return options


def _digits(tokens: Sequence[Token], index: int) -> list[tuple[str, int]]:
    word = tokens[index].word
    if len(word) == 1 and word.isdecimal():
        return [(word, index + 1)]
    if word in UNITS:
        return [(str(UNITS[word]), index + 1)]
    if word in {"oh", "o", "nought", "naught", "owe"}:
        return [("0", index + 1)]
    if word in SOUND_ALIKES:
        return [(str(SOUND_ALIKES[word]), index + 1)]
    return []


def _partial(tokens: Sequence[Token]) -> str:
    """The longest beginning of a code in a segment that was broken off by a correction."""
    for length in range(5, 0, -1):
        for start in range(len(tokens)):
            code, _ = _match(tokens, start, "LDLDLD"[:length])
            if code and (length > 2 or start + length >= len(tokens)):
                return code
    return ""


def _tail_replaced(current: str, tokens: Sequence[Token]) -> str:
    """The code with its last places replaced by what a correction says; unchanged when it says no code."""
    for length in range(5, 0, -1):
        kept = _kept_lengths(current, length)
        for start in range(len(tokens)):
            for keep in kept:
                tail, _ = _match(tokens, start, "LDLDLD"[keep : keep + length])
                if tail and (len(tail) > 1 or len(tokens) <= 4):
                    return current[:keep] + tail
    return current


def _kept_lengths(current: str, length: int) -> list[int]:
    """Where a tail may begin: first such that the code becomes complete."""
    complete = 6 - length
    return [
        keep
        for keep in dict.fromkeys([complete, len(current) - length, len(current)])
        if 0 <= keep <= len(current) and keep + length <= 6
    ]
