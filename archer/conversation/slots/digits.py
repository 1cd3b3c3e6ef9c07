"""Digit strings as people say them: one by one, in pairs, with "double", "hundred", "oh", sound-alikes and pauses.

The same words may stand for several strings ("eight hundred five" is 805 or 800 5), so that a run of digits has
readings, the likeliest first, and the slot takes the first that is complete for it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archer.conversation.slots.corrections import Repair, Segment, split_corrections
from archer.conversation.slots.numerals import HUNDREDS, SOUND_ALIKES, TEENS, TENS, UNITS
from archer.conversation.slots.tokens import Phrases, Token, without_fillers

Accept = Callable[[str], bool]
_MAX_READINGS = 64
_MAX_CORRECTED = 12
_ZERO = frozenset(
    {"oh", "o", "zero", "zeros", "zeroes", "nought", "naught", "nil", "owe", "ow", "null", "aught", "ought"}
)
_DIGIT = {**{word: str(value) for word, value in UNITS.items()}, **dict.fromkeys(_ZERO, "0"), "nein": "9"}
_WEAK = {**{word: str(value) for word, value in SOUND_ALIKES.items()}, "free": "3", "sex": "6", "wan": "1"}
_THOUSANDS = frozenset({"thousand", "thousands"})
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_PLURAL = {
    "zeros": "0", "zeroes": "0", "ohs": "0", "oh's": "0", "ones": "1", "twos": "2", "threes": "3", "fours": "4",
    "fives": "5", "sixes": "6", "sevens": "7", "eights": "8", "nines": "9",
}  # fmt: skip
_TRANSPARENT = frozenset({"and", "then", "dash", "hyphen", "space", "dot", "comma", "hash", "#", "pause", "minus"})
_DETERMINERS = frozenset({
    "the", "this", "that", "which", "other", "another", "every", "only", "new", "old", "first", "last", "no", "any",
    "some", "each",
})  # fmt: skip
_UNITS_OF = frozenset({
    "year", "years", "yr", "yrs", "day", "days", "week", "weeks", "month", "months", "minute", "minutes", "hour",
    "hours", "second", "seconds", "sec", "secs", "moment", "dollar", "dollars", "buck", "bucks", "cents", "percent",
    "%", "kids", "children", "people", "accounts", "account", "cards", "card", "payments", "payment", "times", "time",
    "o'clock", "oclock", "pm", "bedrooms", "miles", "digits", "digit", "numbers", "thing", "things", "question",
    "more", "of", "them",
})  # fmt: skip
_MONTHS = frozenset({
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
})  # fmt: skip
_COUNTS = Phrases((
    "last four", "last 4", "final four", "final 4", "first five", "first 5", "first four", "first three",
    "first two", "first 2", "last five",
    "last 5", "last for", "last two", "last three", "last 2", "last 3", "last one", "first six", "first 6",
))  # fmt: skip
_COUNTED_PLACES = frozenset({"apartment", "apt", "unit", "suite", "floor", "box", "lot"})
_REJECTED = re.compile(r"\b(not|isn't|isnt|wasn't|instead of|rather than|not the|isn't it|not at)$")


@dataclass(frozen=True, slots=True)
class Run:
    """Digits said in one go."""

    readings: tuple[str, ...]
    """What they may stand for, the likeliest first."""
    start: int
    end: int
    """Where it stands in the tokens of its segment."""
    noise: bool
    """It counts something else (money, years, an apartment) or is denied ("not 4312")."""
    parts: tuple[tuple[str, ...], ...]
    """The readings of its parts where a comma or full stop divides it."""

    def reading(self, accept: Accept) -> str | None:
        """The first complete reading; one repeated in full counts once."""
        for reading in self.readings:
            if accept(reading):
                return reading
        return next((once for once in map(_once, self.readings) if once and accept(once)), None)


def _once(digits: str) -> str | None:
    for times in (2, 3):
        part, rest = divmod(len(digits), times)
        if rest == 0 and part >= 3 and digits[:part] * times == digits:
            return digits[:part]
    return None


def digit_tokens(text_tokens: Sequence[Token]) -> list[Segment]:
    """Segments between corrections, without hesitation."""
    return split_corrections(without_fillers(text_tokens))


def runs(tokens: Sequence[Token], loose: bool = False) -> list[Run]:
    """All runs of digits in a segment.

    `loose` also reads "eight hundred five" as 800 5, for slots that know by other means which of them is right.
    """
    masked = counted(tokens)
    found: list[Run] = []
    index = 0
    while index < len(tokens):
        end = index
        while end < len(tokens) and not masked[end] and _belongs(tokens, end, end > index):
            end += 1
        while end > index and tokens[end - 1].word in _TRANSPARENT:
            end -= 1
        if end > index:
            end = _end_of_denied(tokens, index, end)
            found.append(_run(tokens, index, end, loose))
        index = max(end, index + 1)
    return [run for run in found if run.readings]


def _end_of_denied(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where a denied number ends ("not 99501, 78704"): at a pause, or after a number written in one piece."""
    if start and tokens[start - 1].word in _COUNTED_PLACES and tokens[start].is_digits:
        return start + 1
    if not _REJECTED.search(_words_before(tokens, start)):
        return end
    for index in range(start, end - 1):
        if tokens[index].stop in {",", ".", ";"} or (
            index == start and len(tokens[index].word) > 3 and tokens[index].is_digits
        ):
            return index + 1
    return end


def _words_before(tokens: Sequence[Token], start: int) -> str:
    return " ".join(token.word for token in tokens[max(0, start - 3) : start])


def run_end(tokens: Sequence[Token], index: int) -> int:
    """The index after the digits that start at an index; the index itself when none do."""
    end = index
    while end < len(tokens) and _belongs(tokens, end, end > index):
        end += 1
    while end > index and tokens[end - 1].word in _TRANSPARENT:
        end -= 1
    return end


def counted(tokens: Sequence[Token]) -> list[bool]:
    """Which tokens say how many digits follow ("the last four") rather than being digits."""
    masked = [False] * len(tokens)
    for index in range(len(tokens)):
        if _COUNTS.longest(tokens, index):
            masked[index] = masked[index + 1] = True
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        if following in {"digit", "digits"} and (tokens[index].word in _DIGIT or tokens[index].is_digits):
            alone = index == 0 or tokens[index - 1].word not in _DIGIT or masked[index - 1]
            masked[index] = masked[index] or (alone and len(tokens[index].word) != 4) or not tokens[index].is_digits
    return masked


def _belongs(tokens: Sequence[Token], index: int, inside: bool) -> bool:
    word = tokens[index].word
    if word == "ought" and not _between_digits(tokens, index):
        return False
    if _numeric(word) or word in _DIGIT or word in TEENS or word in TENS:
        return True
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if word in _TIMES:
        return following in _DIGIT or following in _WEAK or following in _PLURAL or following.isdecimal()
    if word in _PLURAL or (word == "a" and inside and following in _DIGIT):
        return True
    if word in _WEAK:
        before = tokens[index - 1].word if index else ""
        return not (before.isdecimal() and len(before) > 2 and following.isdecimal() and len(following) > 2)
    if word in HUNDREDS or word in {"thousand", "thousands"}:
        return inside or following in _DIGIT
    if word in {"a", "one"} and following in HUNDREDS | {"thousand"}:
        return True
    return inside and word in _TRANSPARENT


def is_digit_word(tokens: Sequence[Token], index: int) -> bool:
    """Whether digits may begin at an index, sound-alikes included."""
    return 0 <= index < len(tokens) and _belongs(tokens, index, False)


def _between_digits(tokens: Sequence[Token], index: int) -> bool:
    """Whether "ought" is the digit of "nineteen ought six" and not the verb of "that ought to do"."""
    around = (tokens[at].word for at in (index - 1, index + 1) if 0 <= at < len(tokens))
    return any(word in _DIGIT or word in TEENS or word in TENS or _numeric(word) for word in around)


def _numeric(word: str) -> bool:
    return word[0].isdigit() and word.replace(".", "").isdecimal()


def _run(tokens: Sequence[Token], start: int, end: int, loose: bool) -> Run:
    inner = [
        token
        for index, token in enumerate(tokens[start:end], start)
        if token.word not in _TRANSPARENT - {"and"} and not (token.word == "a" and tokens[index + 1].word in _DIGIT)
    ]
    pieces: list[list[Token]] = [[]]
    for token in inner:
        pieces[-1].append(token)
        if token.stop in {".", ",", ";", "?", "!"} or (token.word == "and" and len(pieces[-1][0].word) > 2):
            pieces.append([])
    parts = tuple(tuple(_readings(piece, loose)) for piece in pieces if piece)
    readings = _readings(inner, loose, start > 0 and tokens[start - 1].word in _DETERMINERS and inner[0].word == "one")
    if start > 0 and tokens[start - 1].word in _DETERMINERS and inner[-1].word == "one" and len(inner) > 3:
        readings += _readings(inner[:-1], loose)
    return Run(tuple(readings), start, end, _is_noise(tokens, start, end), parts)


def _is_noise(tokens: Sequence[Token], start: int, end: int) -> bool:
    before = [token.word for token in tokens[max(0, start - 3) : start]]
    after = tokens[end].word if end < len(tokens) and tokens[end - 1].stop in ("", "-") else ""
    if after in _UNITS_OF and not (after in {"account", "card", "of", "time", "more"} and end - start > 2):
        return True
    if before and before[-1] in {"$", "€", "£", "apartment", "apt", "unit", "suite", "extension", "ext", "floor", "x"}:
        return True
    if before and before[-1] in _MONTHS:
        return True
    return bool(_REJECTED.search(_words_before(tokens, start)))


class Option(NamedTuple):
    """What may stand at an index of a run."""

    text: str
    end: int
    cost: int = 0
    """How far from the likeliest: 1 for a second choice, more for one that few people would say."""


def _readings(tokens: Sequence[Token], loose: bool, determined: bool = False) -> list[str]:
    """What the tokens of a run may stand for, the likeliest first. `determined`: "one" at its start may be a "
    "pronoun."""
    results: dict[str, int] = {}
    stack: list[tuple[int, str, int]] = [(0, "", 0)]
    while stack and len(results) < _MAX_READINGS:
        index, digits, cost = stack.pop()
        if index >= len(tokens):
            if digits:
                results[digits] = min(cost, results.get(digits, cost))
            continue
        options = digit_options(tokens, index, loose)
        if index == 0 and determined:
            options.insert(0, Option("", 1))
        for option in reversed(options):
            stack.append((option.end, digits + option.text, cost + option.cost))
    return sorted(results, key=lambda digits: results[digits])


def digit_options(tokens: Sequence[Token], index: int, loose: bool = False) -> list[Option]:
    """What may stand at an index, the likeliest first."""
    word, after = tokens[index].word, index + 1
    if word in _TIMES:
        return _times(tokens, index)
    if word == "and":
        return [Option("", after)]
    if word in _WEAK:
        edge = index in (0, len(tokens) - 1)
        large = _large(tokens, index, int(_WEAK[word]), after, loose)
        return large or [Option("", after, 1 - edge), Option(_WEAK[word], after, int(edge))][:: 1 if edge else -1]
    if word in _PLURAL:
        return [Option(_PLURAL[word], after)]
    if word in HUNDREDS or (word == "a" and after < len(tokens)):
        return _large(tokens, index, 1, index + (word == "a"), loose)
    if _numeric(word):
        digits = word.replace(".", "")
        large = _large(tokens, index, int(digits), after, loose) if len(digits) < 4 else []
        return large or [Option(digits, after)]
    following = tokens[after].word if after < len(tokens) else ""
    if word in _DIGIT and following in _PLURAL and _DIGIT[word] in "23456":
        return [Option(_PLURAL[following] * int(_DIGIT[word]), index + 2)]
    if word in {"oh", "o"} and index == 0:
        return [Option("0", 1), Option("", 1, 1)]
    if word in _DIGIT:
        return _large(tokens, index, int(_DIGIT[word]), after, loose) or [Option(_DIGIT[word], after)]
    return _below_hundred(tokens, index, loose)


def _times(tokens: Sequence[Token], index: int) -> list[Option]:
    if index + 1 >= len(tokens):
        return []
    word, times = tokens[index + 1].word, _TIMES[tokens[index].word]
    digit = _DIGIT.get(word) or _WEAK.get(word) or _PLURAL.get(word)
    if digit is None and word.isdecimal():
        repeated = len(word) > 1 and set(word) == {word[0]} and len(word) == times
        return [Option(word if repeated else word[0] * times + word[1:], index + 2)]
    return [Option(digit * times, index + 2)] if digit else []


def _below_hundred(tokens: Sequence[Token], index: int, loose: bool) -> list[Option]:
    word, after = tokens[index].word, index + 1
    value = TEENS[word] if word in TEENS else TENS.get(word, -1)
    if value < 0:
        return []
    unit = tokens[after].word if after < len(tokens) else ""
    if word in TENS and (UNITS.get(unit, 0) > 0 or (unit.isdecimal() and len(unit) == 1 and unit != "0")):
        joined = value + (UNITS[unit] if unit in UNITS else int(unit))
        together = _large(tokens, index, joined, after + 1, loose) or [Option(str(joined), after + 1)]
        if tokens[index].stop not in ("", "-"):
            return [Option(str(value), after), *(option._replace(cost=1) for option in together)]
        return [*together, Option(str(value), after, 3)] if loose else together
    if word in TENS and unit in _WEAK:
        return [Option(str(value + int(_WEAK[unit])), after + 1), Option(str(value), after, 1)]
    return _large(tokens, index, value, after, loose) or [Option(str(value), after)]


def _large(tokens: Sequence[Token], start: int, value: int, index: int, loose: bool) -> list[Option]:
    """Readings of a number followed by "hundred" or "thousand", with what comes after it, or without when `loose`."""
    if index >= len(tokens) or not (tokens[index].word in HUNDREDS or tokens[index].word in _THOUSANDS) or value == 0:
        return []
    base = value * (100 if tokens[index].word in HUNDREDS else 1000)
    after = index + 1
    linked = after < len(tokens) and tokens[after].word == "and"
    results: list[Option] = []
    if after + linked < len(tokens):
        for text, end, cost in digit_options(tokens, after + linked, loose):
            leading_zero = text.startswith("0") or not text
            if end > start and not leading_zero and len(text) < len(str(base)) - len(str(value)) + 1:
                results.append(Option(str(base + int(text)), end, cost))
    return [*results, Option(str(base), after, len(results) and 1)] if loose or not results else results


def fold(segments: Sequence[Segment], read: Callable[[Segment], list[str]], accept: Accept) -> str | None:
    """Apply corrections in turn: each replaces all of what was said, or the tail that it can complete."""
    current: list[str] = []
    for segment in segments:
        heard = read(segment)
        if segment.repair is Repair.RESTART:
            current = heard
        elif heard:
            current = corrected(current, heard, accept) if current else heard
    return next((digits for digits in current if accept(digits)), None)


def corrected(before: list[str], after: list[str], accept: Accept) -> list[str]:
    for digits in after:
        if accept(digits):
            return [digits]
    for old in before[:_MAX_CORRECTED]:
        for new in after[:_MAX_CORRECTED]:
            same_length = len(old) - len(new)
            for kept in [same_length, *range(len(old), -1, -1)]:
                if 0 <= kept <= len(old) and accept(old[:kept] + new):
                    return [old[:kept] + new]
    old, new = before[0], after[0]
    return [old[: len(old) - len(new)] + new, old + new] if len(new) <= len(old) else [old + new, new]


def segment_readings(found: Sequence[Run], tokens: Sequence[Token], accept: Accept, glue: frozenset[str]) -> list[str]:
    """Digit strings of a segment: a complete run if there is one (the last), else runs joined over `glue` words."""
    useful = [run for run in found if not run.noise]
    complete = [reading for run in useful if (reading := run.reading(accept))]
    if complete:
        return [complete[-1]]
    for run in useful:
        divided = [_first(part, accept) for part in run.parts]
        whole = [part for part in divided if part]
        if len(run.parts) > 1 and whole and all(part or _long(run.parts[i]) for i, part in enumerate(divided)):
            return [whole[-1]]
    chains: list[list[Run]] = []
    for run in useful:
        gap = tokens[chains[-1][-1].end : run.start] if chains else ()
        if chains and all(token.word in glue for token in gap):
            chains[-1].append(run)
        else:
            chains.append([run])
    joined = [text for chain in chains for text in _product(chain)]
    return [text for text in joined if accept(text)][-1:] or (list(_product(chains[-1])) if chains else [])


def _first(readings: Sequence[str], accept: Accept) -> str | None:
    return next((reading for reading in readings if accept(reading)), None)


def _long(readings: Sequence[str]) -> bool:
    return bool(readings) and len(readings[0]) >= 5


def _product(chain: Sequence[Run]) -> list[str]:
    results = [""]
    for run in chain:
        results = [text + reading for text in results for reading in run.readings][:_MAX_READINGS]
    return results
