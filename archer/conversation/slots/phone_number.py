"""Phone numbers as spoken, to E.164 through `phonenumbers`.

Rules: extensions are ignored; too few or too many digits or an invalid area code is no value; "plus", "oh one one"
and "double oh" are international prefixes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from archer.conversation.slots.corrections import Repair, Segment
from archer.conversation.slots.digits import Run, corrected, digit_tokens, runs, segment_readings
from archer.conversation.slots.numerals import UNITS
from archer.conversation.slots.tokens import Token, tokenize

_SHORTEST, _LONGEST = 7, 19
"""What a number may have in digits, prefixes included (E.164 allows fifteen after the plus)."""
_GLUE = frozenset({
    "area", "code", "number", "is", "it's", "its", "the", "that's", "then", "next", "followed", "by", "rest", "and",
    "prefix", "after", "zero", "phone", "my", "at", "with", "first", "last", "three", "four", "digits", "part",
    "country",
})  # fmt: skip
_OLD = re.compile(
    r"\b(old|previous|former|used to be|not|don't use|don't call|instead of|was|stop calling|never call"
    r"|isn't|wrong number|no longer|other than)\b"
)
_BEST = re.compile(r"\b(best|new|cell|mobile|use|call me|reach me|prefer|try|current|text me|instead)\b")
_OUT_OF_USE = re.compile(
    r"(that's|that is|is|was|which is|anymore|any more|it's)?( no longer| my old| old| out of|"
    r" disconnected| not in| changed| dead)\b"
)
_BEST_AFTER = re.compile(r"(is|that's|that is|would be|works|it's)( the| my)? (best|better|cell|mobile|current|new)\b")
_AREA = re.compile(r"\barea code( is| was| should be| it's| of| would be)*( now| actually| really)?$")
_EXTENSION = re.compile(r"\b(extension|ext|x)( is| number| of|,)*$")


def extract(text: str, context: Mapping[str, Any]) -> str | None:
    """The number in E.164, or None. `context["region"]` is an ISO country code, US unless given.

    Raises ValueError for a region that has no numbering plan.
    """
    import phonenumbers

    region = str(context.get("region") or "US").upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"context.region must be an ISO country code such as US, is {context.get('region')!r}")
    segments = digit_tokens(_prepared(text))
    return _number(segments, region, strict=True) or _number(segments, region, strict=False)


def _number(segments: Sequence[Segment], region: str, *, strict: bool) -> str | None:
    """The number that the segments spell; `strict`: only one that its country is known to give out."""
    accept = partial(_acceptable, region, strict)
    current: list[str] = []
    in_extension = False
    for segment in segments:
        heard, area, ends_in_extension = _hear(segment, accept)
        if in_extension and not any(accept(digits) for digits in heard):
            continue
        if segment.repair is Repair.RESTART:
            current = heard
        elif area and any(accept(digits) for digits in current):
            current = [_with_area(digits, area) for digits in current]
        elif heard:
            current = corrected(current, heard, accept) if current else heard
        in_extension = ends_in_extension
    return next((number for digits in current if (number := _e164(digits, region, strict))), None)


def _prepared(text: str) -> list[Token]:
    """Tokens in which a slash is a pause and a number sign opens an extension."""
    tokens = [token for token in tokenize(text) if token.word != "/"]
    return [replace(token, word="extension") if token.word == "#" and at else token for at, token in enumerate(tokens)]


def _acceptable(region: str, strict: bool, digits: str) -> bool:
    return _e164(digits, region, strict) is not None


def _e164(digits: str, region: str, strict: bool) -> str | None:
    import phonenumbers

    if not _SHORTEST <= len(digits) <= _LONGEST:
        return None
    spellings: list[tuple[str, str | None]] = [(digits, region)]
    if digits.startswith("00"):
        spellings.append(("+" + digits[2:], None))
    if digits.startswith("011"):
        spellings.append(("+" + digits[3:], None))
    for spelling, assumed in spellings:
        try:
            number = phonenumbers.parse(spelling, assumed)
        except phonenumbers.NumberParseException:
            continue
        # Outside North America a range that the plan has not given out yet may be in use; the length decides.
        known = phonenumbers.is_valid_number(number)
        possible = number.country_code != 1 and phonenumbers.is_possible_number_with_reason(number) == 0
        if known or (possible and not strict):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None


def _with_area(digits: str, area: str) -> str:
    return digits[:-10] + area + digits[-7:]


def _hear(segment: Segment, accept: partial[bool]) -> tuple[list[str], str | None, bool]:
    """Digit strings of a segment, the area code if it names only that, and whether it ends in an extension."""
    tokens = segment.tokens
    found = [_with_plus(run, tokens) for run in runs(tokens, loose=True)]
    extensions = [run for run in found if _EXTENSION.search(_before(tokens, run))]
    useful = [run for run in found if run not in extensions and not run.noise]
    ends_in_extension = bool(extensions) and extensions[-1] is found[-1]
    areas = [run for run in useful if _is_area(tokens, run)]
    if areas and len(useful) == 1:
        return list(areas[0].readings), areas[0].readings[0], ends_in_extension
    complete = [(run, reading) for run in useful if (reading := run.reading(accept))]
    kept = [pair for pair in complete if not (_OLD.search(_before(tokens, pair[0])) or _given_up(tokens, pair[0]))]
    if kept:
        best = [pair for pair in kept if _is_best(tokens, pair[0])]
        return [(best or kept)[0][1]], None, ends_in_extension
    if areas and areas[-1] is useful[-1]:
        moved = [area + rest for area in areas[-1].readings for run in useful[:-1] for rest in run.readings]
        if any(accept(digits) for digits in moved):
            return moved, None, ends_in_extension
    remaining = [run for run in useful if not any(run is pair[0] for pair in complete)]
    return segment_readings(remaining, tokens, accept, _GLUE) or _windows(remaining, accept), None, ends_in_extension


def _is_best(tokens: Sequence[Token], run: Run) -> bool:
    after = " ".join(token.word for token in tokens[run.end : run.end + 5])
    return bool(_BEST.search(_before(tokens, run)) or _BEST_AFTER.match(after))


def _given_up(tokens: Sequence[Token], run: Run) -> bool:
    """Whether the words after a number say that it is out of use."""
    return bool(_OUT_OF_USE.match(" ".join(token.word for token in tokens[run.end : run.end + 5])))


def _is_area(tokens: Sequence[Token], run: Run) -> bool:
    """Whether a run is called an area code, before or after it."""
    following = [token.word for token in tokens[run.end : run.end + 2]]
    named = following == ["area", "code"] or bool(_AREA.search(_before(tokens, run)))
    return named and len(run.readings[0]) == 3


def _windows(useful: Sequence[Run], accept: partial[bool]) -> list[str]:
    """Neighbouring runs that make a number together, whatever stood between them."""
    for first, second in pairwise(useful):
        for digits in (one + two for one in first.readings for two in second.readings):
            if accept(digits):
                return [digits]
    return []


def _with_plus(run: Run, tokens: Sequence[Token]) -> Run:
    if run.start and tokens[run.start - 1].word in {"+", "plus"}:
        return replace(run, readings=tuple("+" + reading for reading in run.readings))
    return run


def _before(tokens: Sequence[Token], run: Run) -> str:
    """Up to eight words before a run, back to the last number."""
    words: list[str] = []
    for token in reversed(tokens[max(0, run.start - 8) : run.start]):
        if token.is_digits or token.word in UNITS:
            break
        words.append(token.word)
    return " ".join(reversed(words))
