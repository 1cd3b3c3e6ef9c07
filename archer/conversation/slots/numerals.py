"""Spoken and written numbers as values: "two thousand five hundred", "1.5k", "five and a half", "twelve fifty".

A number group is what a speaker says in one breath as one value; "thirty eight seventy five" is two groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from archer.conversation.slots.tokens import Token

UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "niner": 9, "fife": 5, "fower": 4,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "fourtheen": 14, "fiveteen": 15, "forteen": 14,
    "eightteen": 18, "ninteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "fourty": 40, "fivety": 50, "ninty": 90, "thirdy": 30, "twenny": 20, "fourdy": 40, "eigthy": 80,
    "fitty": 50, "fiddy": 50, "twunny": 20,
}  # fmt: skip
SOUND_ALIKES = {"to": 2, "too": 2, "for": 4, "fore": 4, "ate": 8, "won": 1, "tree": 3, "tew": 2, "sicks": 6}
"""Words that recognition writes for a digit; they count only where a digit must stand."""
_NO_PREPOSITIONS = SOUND_ALIKES.keys() - {"to", "for"}
_WINNERS = frozenset({
    "i", "we", "he", "she", "they", "you", "who", "i've", "we've", "just", "have", "had", "ever", "never", "and",
    "wife", "husband", "mom", "son", "it",
})  # fmt: skip
HUNDREDS = frozenset({"hundred", "hundreds", "hundered", "hunderd", "hundo", "hunnid", "hunnert", "hundrid"})
THOUSANDS = frozenset({"thousand", "thousands", "grand", "k", "thousend"})
_DOZEN = 12
_MONEY = frozenset({"dollars", "bucks"})
_LARGEST = 10**12
"""Longer strings of digits are no numbers but codes."""
_ZERO_WORDS = frozenset({"oh", "o", "zero"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number group."""

    value: Decimal
    start: int
    end: int
    """Index of the first token after it."""
    leading_zero: bool = False
    """Said as "oh five": can only be cents, minutes or a digit."""
    words: bool = False
    """Said in words, not written in digits."""
    scaled: bool = False
    """Holds "hundred", "thousand", "couple" or the like: a whole value by itself."""
    decimal: bool = False
    """Has a decimal point."""

    @property
    def is_digit(self) -> bool:
        """Whether it is a single digit."""
        return not self.leading_zero and not self.decimal and 0 <= self.value < 10 and not self.scaled


def word_at(tokens: Sequence[Token], index: int) -> str:
    """The word at an index, empty beyond the end."""
    return tokens[index].word if 0 <= index < len(tokens) else ""


def below_hundred(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """A spoken number under one hundred: (value, index after it)."""
    word = word_at(tokens, index)
    if word in UNITS:
        return UNITS[word], index + 1
    if word in TEENS:
        return TEENS[word], index + 1
    if word not in TENS:
        return None
    unit = word_at(tokens, index + 1)
    if tokens[index].stop in ("", "-"):
        if UNITS.get(unit, 0) > 0:
            return TENS[word] + UNITS[unit], index + 2
        if unit in SOUND_ALIKES and _closes(tokens, index + 2):
            return TENS[word] + SOUND_ALIKES[unit], index + 2
        if unit.isdecimal() and len(unit) == 1 and unit != "0":
            return TENS[word] + int(unit), index + 2
    return TENS[word], index + 1


def _closes(tokens: Sequence[Token], index: int) -> bool:
    """Whether a sound-alike just before this index can only have been a digit."""
    return index >= len(tokens) or word_at(tokens, index) in {"dollars", "bucks", "cents", "months", "hundred"}


def read_number(tokens: Sequence[Token], index: int) -> Number | None:
    """The longest number group that starts at an index, or None."""
    reader = _Reader(tokens, index)
    return reader.read()


def is_number_start(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number group starts at an index."""
    return read_number(tokens, index) is not None


class _Reader:
    """Reads one number group, left to right."""

    def __init__(self, tokens: Sequence[Token], start: int) -> None:
        self.tokens, self.start, self.at = tokens, start, start
        self.total = Decimal(0)
        self.current: Decimal | None = None
        self.multiplier = 0
        self.words = self.scaled = self.decimal = False

    def word(self, ahead: int = 0) -> str:
        return word_at(self.tokens, self.at + ahead)

    def read(self) -> Number | None:
        if self.word() in _ZERO_WORDS and self.word(1) in UNITS and not self.tokens[self.at].stop:
            return Number(Decimal(UNITS[self.word(1)]), self.start, self.start + 2, leading_zero=True, words=True)
        if self.word() in _ZERO_WORDS:
            return Number(Decimal(0), self.start, self.start + 1, words=True)
        if not self._opening():
            return None
        while self.at < len(self.tokens) and not self._broken() and self._step():
            pass
        if self.at == self.start:
            return None
        self._half()
        value = self.total + (self.current or 0)
        if value > _LARGEST:
            return None
        return Number(value, self.start, self.at, False, self.words, self.scaled, self.decimal)

    def _broken(self) -> bool:
        """A pause ended the group, unless a multiplier follows or led to it."""
        if self.at == self.start:
            return False
        stop = self.tokens[self.at - 1].stop
        if stop in ("", "-"):
            return False
        led = self.multiplier == 1000 and self.current is None
        return not (stop == "," and (led or self._goes_on_after_pause()))

    def _goes_on_after_pause(self) -> bool:
        """ "three hundred, and twelve dollars": the rest of the amount, and not a number of something else."""
        if not self.multiplier or self.word() != "and":
            return False
        small = below_hundred(self.tokens, self.at + 1)
        return small is not None and word_at(self.tokens, small[1]) in _MONEY

    def _opening(self) -> bool:
        """Openings that are no plain numbers: a couple of, half a, a hundred."""
        article = 1 if self.word() in ("a", "an", "one") else 0
        first, second = self.word(article), self.word(article + 1)
        if first == "couple":
            of = 1 if second == "of" else 0
            self.at += article + 1 + of
            self.current, self.scaled, self.words = Decimal(2), True, True
            return True
        if first == "half" and second in ("a", "of"):
            third = self.word(article + 2)
            if third in HUNDREDS | THOUSANDS | {"dozen", "million"}:
                self.at += article + 2
                self.current, self.scaled, self.words = Decimal("0.5"), True, True
                return True
            return False
        if first == "dozen" or (first in HUNDREDS | THOUSANDS - {"k"} and (article or second != "")):
            self.at += article
            self.current, self.words = Decimal(1), True
            return True
        if first in HUNDREDS | THOUSANDS - {"k"}:
            self.current, self.words = Decimal(1), True
            return True
        if self.word() in SOUND_ALIKES and self.word(1) in HUNDREDS | THOUSANDS:
            self.current, self.words = Decimal(SOUND_ALIKES[self.word()]), True
            self.at += 1
            return True
        if self.word() in _NO_PREPOSITIONS and self._digit_before_number():
            self.current, self.words = Decimal(SOUND_ALIKES[self.word()]), True
            self.at += 1
            return True
        return self._plain()

    def _digit_before_number(self) -> bool:
        """Whether a sound-alike can only be the first digit of "won fifty", and nobody won or ate something."""
        small = below_hundred(self.tokens, self.at + 1)
        said_of = word_at(self.tokens, self.at - 1)
        return small is not None and small[0] >= 10 and not self.tokens[self.at].stop and said_of not in _WINNERS

    def _plain(self) -> bool:
        """A number under a hundred in words, or one in digits."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None:
            return False
        if token.word[0].isdigit() or token.word[0] == ".":
            if not token.word.replace(".", "", 1).isdecimal():
                return False
            self.current, self.decimal = Decimal(token.word), "." in token.word
            self.at += 1
            return True
        small = below_hundred(self.tokens, self.at)
        if small is None:
            return False
        self.current, self.at, self.words = Decimal(small[0]), small[1], True
        return True

    def _step(self) -> bool:
        """Take one more part into the group; False when the group is complete."""
        word = self.word()
        if word == "and":
            return self._and()
        if word in HUNDREDS:
            return self._multiply(100)
        if word in THOUSANDS:
            return self._multiply(1000)
        if word in ("million", "mil"):
            return self._multiply(1_000_000)
        if word == "dozen" and self.current is not None:
            self.current, self.scaled = self.current * _DOZEN, True
            self.at += 1
            return True
        if word == "point" and self.current is not None and not self.decimal:
            return self._point()
        return self._tail()

    def _and(self) -> bool:
        if self.word(1) == "a" and self.word(2) == "half":
            if self.multiplier or self.current is None or self.decimal:
                return False
            if self.word(3) in HUNDREDS | THOUSANDS | {"million"}:
                self.current, self.decimal = self.current + Decimal("0.5"), True
                self.at += 3
                return True
            return False
        while self.word(1) == "and":
            self.at += 1
        if self.multiplier == 0 or not self.words or word_at(self.tokens, self.start - 1) == "between":
            return False
        small = below_hundred(self.tokens, self.at + 1)
        if small is None and self.word(1).isdecimal() and len(self.word(1)) <= 2:
            small = int(self.word(1)), self.at + 2
        if small is None and self.word(1) in SOUND_ALIKES and self.word(2) in _MONEY:
            self.current = (self.current or Decimal(0)) + Decimal(SOUND_ALIKES[self.word(1)])
            self.at += 2
            return True
        if small is None or word_at(self.tokens, small[1]) in ("cents", "cent"):
            return False
        self.at += 1
        if self._tail():
            return True
        self.at -= 1
        return False

    def _multiply(self, factor: int) -> bool:
        if self.current is None:
            return False
        if factor == 100 and self.current >= 100:
            return False
        if factor == 1000 and self.total:
            return False
        self.current *= factor
        self.scaled, self.words, self.multiplier = True, True, factor
        self.at += 1
        if factor >= 1000:
            self.total += self.current
            self.current = None
        return True

    def _tail(self) -> bool:
        """Units and tens after hundred, hundreds after thousand."""
        token = self.tokens[self.at]
        small = below_hundred(self.tokens, self.at)
        if small is not None:
            value, end = Decimal(small[0]), small[1]
        elif token.is_digits and self.multiplier and not token.word.startswith("0"):
            value, end = Decimal(token.word), self.at + 1
        else:
            return False
        if self.multiplier == 0 or value >= self.multiplier:
            return False
        if self.current is None:
            self.current = value
        elif self.multiplier == 100 and self.current % 100 == 0 and value < 100 and self.current:
            self.current += value
        elif self.multiplier == 1000 and 0 < self.current < 10 and 10 <= value < 100:
            self.current = self.current * 100 + value
        else:
            return False
        self.at = end
        return True

    def _point(self) -> bool:
        """Decimals after "point": digits one by one, or one number ("point fifty")."""
        digits, index = "", self.at + 1
        while True:
            word = word_at(self.tokens, index)
            if word in UNITS or word in _ZERO_WORDS:
                digits += str(UNITS.get(word, 0))
            elif word.isdecimal():
                digits += word
            elif not digits and (word in TENS or word in TEENS):
                small = below_hundred(self.tokens, index)
                assert small is not None
                digits, index = str(small[0]), small[1] - 1
            else:
                break
            index += 1
        if not digits:
            return False
        assert self.current is not None
        self.current += Decimal("0." + digits)
        self.decimal, self.at = True, index
        return True

    def _half(self) -> None:
        """A closing "and a half": of one, or of the "grand" before it ("a grand and a half")."""
        if not (self.word() == "and" and self.word(1) == "a" and self.word(2) == "half"):
            return
        if self.current is None or self.multiplier == 100:
            self.total += Decimal(self.multiplier) / 2
        else:
            self.current += Decimal("0.5")
        self.decimal = True
        self.at += 3
