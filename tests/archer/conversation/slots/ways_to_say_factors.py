"""Ways to say the last four digits and a postal code in one turn: order, names, pairs, corrections, chatter."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_UNITS = ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ALPHABET = {
    "a": "alpha", "b": "bravo", "c": "charlie", "e": "echo", "g": "golf", "h": "hotel", "j": "juliet", "k": "kilo",
    "l": "lima", "m": "mike", "n": "november", "p": "papa", "r": "romeo", "s": "sierra", "t": "tango", "v": "victor",
    "w": "whiskey", "x": "x-ray", "y": "yankee", "z": "zulu",
}  # fmt: skip
_NAMES = {
    "a": "apple", "b": "boy", "c": "charlie", "e": "edward", "g": "george", "h": "henry", "j": "john", "k": "king",
    "l": "larry", "m": "mary", "n": "nancy", "p": "peter", "r": "robert", "s": "sam", "t": "tom", "v": "victor",
    "w": "william", "x": "xray", "y": "young", "z": "zebra",
}  # fmt: skip
_ROW = ("words", "zeros", "pairs", "spaced", "doubles")
_STYLES = (*_ROW, "written", "hyphens", "commas", "chunks", "hesitant")
_PLAIN = ("words", "zeros", "spaced")


@dataclass(frozen=True)
class Way:
    """One turn, and what is in it."""

    name: str
    text: str
    country: Literal["US", "CA"]
    last_four: str
    postal_code: str


class Speaker:
    """Somebody who has two factors to say."""

    def __init__(self, last_four: str, code: str, chance: random.Random) -> None:
        self.last_four, self.raw_code, self._chance = last_four, code, chance
        self.canadian = code[0].isalpha()

    def pick(self, *words: str) -> str:
        return self._chance.choice(words)

    def four(self, *styles: str) -> str:
        return self._digits(self.last_four, styles or _STYLES)

    def code(self, *styles: str) -> str:
        return self._letters(self.raw_code) if self.canadian else self._digits(self.raw_code, styles or _STYLES)

    def other_four(self) -> str:
        return self._digits(self._other(self.last_four, 0), _STYLES)

    def other_code(self) -> str:
        other = self._other(self.raw_code, 0)
        return self._letters(other) if self.canadian else self._digits(other, _STYLES)

    def four_with_tail(self) -> tuple[str, str]:
        """The last four with a wrong end, and the right end."""
        return self._wrong_end(self.last_four, self._chance.choice([2, 3]))

    def code_with_tail(self) -> tuple[str, str]:
        return self._wrong_end(self.raw_code, self._chance.choice([3, 5] if self.canadian else [2, 3, 4]))

    def start_of_four(self) -> str:
        return " ".join(_words(self.last_four[: self._chance.choice([2, 3])]))

    def start_of_code(self) -> str:
        return self.code() if self.canadian else " ".join(_words(self.raw_code[: self._chance.choice([2, 3, 4])]))

    def zip(self) -> str:
        """What the postal code is called."""
        return self.pick("postal code", "postal", "code") if self.canadian else self.pick("zip", "zip code", "zip")

    def ending(self) -> str:
        """What the last four are called."""
        return self.pick("last four", "last four digits", "account", "account number", "last four of my card")

    def lead(self) -> str:
        return self.pick("", "yeah ", "it's ", "sure ", "okay so ", "um ", "uh it's ", "yes it's ", "that's ")

    def slip(self) -> str:
        return self.pick("no sorry", "i mean", "sorry", "no wait", "wait no", "no", "oops", "correction", "actually")

    def _other(self, value: str, kept: int) -> str:
        while True:
            tail = "".join(_random_like(place, self._chance) for place in value[kept:])
            if tail != value[kept:]:
                return value[:kept] + tail

    def _wrong_end(self, value: str, kept: int) -> tuple[str, str]:
        wrong, right = self._other(value, kept), value[kept:]
        if self.canadian and value == self.raw_code:
            return self._letters(wrong), " ".join(_UNITS[int(c)] if c.isdigit() else c.lower() for c in right)
        style = "words" if right == "0" else self.pick(*_PLAIN)
        return self._digits(wrong, _PLAIN), self._digits(right, [style]).replace("oh", "zero")

    def _digits(self, digits: str, styles: Sequence[str]) -> str:
        style, words = self._chance.choice(styles), _words(digits)
        if style == "written":
            return digits
        if style == "spaced":
            return " ".join(digits)
        if style == "words":
            return " ".join("zero" if word == "oh" else word for word in words)
        if style == "pairs":
            return self._pairs(digits)
        if style == "doubles":
            return _doubles(digits)
        if style == "chunks":
            cut = self._chance.choice([2, 3]) if len(digits) == 5 else 2
            return f"{digits[:cut]} {digits[cut:]}"
        if style == "hesitant":
            words.insert(self._chance.randint(1, len(words) - 1), self.pick("um", "uh", "let me see", "hang on"))
        return {"hyphens": "-", "commas": ", "}.get(style, " ").join(words)

    def _pairs(self, digits: str) -> str:
        """By pairs, with one digit alone where there are five ("sixty four one eleven")."""
        alone = -1
        if len(digits) % 2:
            alone = self._chance.choice([at for at in (0, 2, 4) if not at or _closed(digits[at - 2 : at], digits[at])])
        words, at = [], 0
        while at < len(digits):
            width = 1 if at == alone else 2
            words.append(_pair(digits[at : at + width]))
            at += width
        return " ".join(words)

    def _letters(self, code: str) -> str:
        style = self.pick("written", "joined", "spaced", "words", "alphabet", "names")
        if style in ("written", "joined"):
            return code if style == "joined" else f"{code[:3]} {code[3:]}"
        return " ".join(self._character(character.lower(), style) for character in code)

    def _character(self, character: str, style: str) -> str:
        if character.isdigit():
            return character if style == "spaced" else _UNITS[int(character)]
        if style == "alphabet":
            return _ALPHABET[character]
        if style == "names" and self._chance.random() < 0.6:
            return f"{character} {self.pick('as in', 'like', 'for')} {_NAMES[character]}"
        return character


def _random_like(character: str, chance: random.Random) -> str:
    return chance.choice("0123456789") if character.isdigit() else chance.choice("ABCEGHJKLMNPRSTVXY")


def _words(digits: str) -> list[str]:
    return [_UNITS[int(digit)] for digit in digits]


def _closed(pair: str, after: str) -> bool:
    """The digit after a pair cannot be heard as part of it ("fifty one")."""
    return not (pair[1] == "0" and pair[0] > "1" and after != "0")


def _pair(digits: str) -> str:
    if len(digits) == 1 or digits[0] == "0":
        return " ".join(_words(digits))
    if digits[0] == "1":
        return _TEENS[int(digits[1])]
    return _TENS[int(digits[0])] + ("" if digits[1] == "0" else f" {_UNITS[int(digits[1])]}")


def _doubles(digits: str) -> str:
    words, at = [], 0
    while at < len(digits):
        times = 1
        while times < 3 and digits[at : at + times + 1] == digits[at] * (times + 1):
            times += 1
        words.append(["", "double ", "triple "][times - 1] + _UNITS[int(digits[at])])
        at += times
    return " ".join(words)


def _four_tail(s: Speaker) -> str:
    wrong, right = s.four_with_tail()
    return f"{wrong} {s.slip()} {right} and the {s.zip()} is {s.code()}"


def _code_tail(s: Speaker) -> str:
    wrong, right = s.code_with_tail()
    return f"{s.four()}, {s.zip()} {wrong}, {s.slip()}, {right}"


def _apart(s: Speaker) -> tuple[str, str]:
    """Both in any style but one where every digit is followed by a comma, as the parts are."""
    styles = tuple(style for style in _STYLES if style != "commas")
    return s.code(*styles), s.four(*styles)


def _plus_four(s: Speaker) -> str:
    return f"{s.four()} and {s.code() if s.canadian else f'{s.raw_code}-{s.last_four[::-1]}'}"


WAYS: dict[str, Callable[[Speaker], str]] = {
    "in a row": lambda s: f"{s.lead()}{s.four(*_ROW)} {s.code(*_ROW)}",
    "in a row with words around": lambda s: f"oh for pete's sake {s.four(*_ROW)} {s.code(*_ROW)} now what",
    "in a row and done": lambda s: f"{s.four(*_ROW)} {s.code(*_ROW)} that's it",
    "comma": lambda s: f"{s.lead()}{s.four()}, {s.code()}.",
    "and": lambda s: f"{s.lead()}{s.four()} and {s.code()}",
    "code first, and": lambda s: f"{s.lead()}{s.code()} and {s.four()}",
    "code first, comma": lambda s: "{}, {}".format(*_apart(s)),
    "full stops": lambda s: f"{s.four()}. {s.code()}. Happy?",
    "code named": lambda s: f"{s.lead()}{s.four()} and my {s.zip()} is {s.code()}",
    "both named, code first": lambda s: f"the {s.zip()} is {s.code()} and the {s.ending()} is {s.four()}",
    "both named in long": lambda s: (
        f"The last four digits of my account number are {s.four()} and my {s.zip()} is {s.code()}."
    ),
    "names behind, code first": lambda s: f"{s.code()} for the {s.zip()} and {s.four()} on the card.",
    "names behind": lambda s: f"{s.four()} is the {s.ending()} and {s.code()} is the {s.zip()}",
    "bare names": lambda s: f"{s.ending()} {s.four()} {s.zip()} {s.code()}",
    "bare names, code first": lambda s: f"{s.zip()} {s.code()} {s.ending()} {s.four()}",
    "one name behind, one before": lambda s: f"{s.code()} is my {s.zip()}, last four's {s.four()}",
    "one name before, one behind": lambda s: f"last four would be {s.four()} then {s.code()} for the {s.zip()}",
    "both names first": lambda s: f"{s.zip()} and last four, {s.code()}, {s.four()}",
    "name said twice": lambda s: f"{s.four()}, and the {s.zip()}, the {s.zip()} is {s.code()}",
    "ends in, at": lambda s: f"It ends in {s.four()} and I'm at {s.code()}.",
    "number's": lambda s: f"Number's {s.four()}, {s.zip()}'s {s.code()}.",
    "on the account": lambda s: f"it's {s.four()} on the account, {s.zip()}'s {s.code()}",
    "hesitant": lambda s: f"uh {s.four('hesitant')} and uh my {s.zip()} {s.code('hesitant')}",
    "a second": lambda s: f"okay one second {s.four()} and {s.code()}",
    "told you": lambda s: f"i just told you {s.four()} and {s.code()}",
    "address of respect": lambda s: f"{s.four()}, ma'am, and {s.code()}",
    "a child between": lambda s: f"{s.four()} and {s.code()}. Tommy, I said no!",
    "looks for the card": lambda s: f"my {s.zip()} is {s.code()} and um hold on let me find the card okay {s.four()}",
    "a story between": lambda s: (
        f"{s.four()} and then what was it my {s.zip()} we moved here in the spring, {s.code()}"
    ),
    "begins anew": lambda s: f"{s.start_of_four()} {s.slip()} {s.four()} and {s.code()}",
    "begins the code anew": lambda s: f"{s.four()} and {s.start_of_code()}... {s.code()}",
    "last four corrected": lambda s: f"{s.other_four()} {s.slip()} {s.four()} and {s.code()}",
    "code corrected": lambda s: f"{s.four()} and {s.other_code()} {s.slip()} {s.code()}",
    "code corrected first": lambda s: f"{s.other_code()} {s.slip()} {s.code()} and the {s.ending()} is {s.four()}",
    "tail of last four corrected": _four_tail,
    "tail of code corrected": _code_tail,
    "starts over": lambda s: f"{s.other_four()} scratch that let me start over {s.four()} and {s.code()}",
    "denied": lambda s: f"not {s.other_four()}, it's {s.four()}, and {s.code()}",
    "moved": lambda s: f"we used to be at {s.other_code()} but now it's {s.code()}, and the card is {s.four()}",
    "one said twice": lambda s: f"{s.four()} that's {s.four()} and {s.code()}",
    "both said twice": lambda s: f"{s.four()} and {s.code()}, {s.four()} and {s.code()}",
    "zip plus four": _plus_four,
}


def _code(chance: random.Random) -> str:
    if chance.random() < 0.25:
        first, others = "ABCEGHJKLMNPRSTVXY", "ABCEGHJKLMNPRSTVWXYZ"
        letters = chance.choice(first) + chance.choice(others) + chance.choice(others)
        return "".join(letter + chance.choice("0123456789") for letter in letters)
    zip_code = f"{chance.randint(501, 99950):05}"
    return zip_code[:2] + "0" + zip_code[3:] if chance.random() < 0.3 else zip_code


def ways(draws: int, seed: int) -> Iterator[Way]:
    """Every way, said by so many people."""
    chance = random.Random(seed)
    for name, way in WAYS.items():
        for _ in range(draws):
            last_four, code = f"{chance.randint(0, 9999):04}", _code(chance)
            if chance.random() < 0.3:
                last_four = last_four[0] * 2 + last_four[2:]
            text = way(Speaker(last_four, code, chance))
            canadian = code[0].isalpha()
            written = f"{code[:3]} {code[3:]}" if canadian else code
            yield Way(name, text, "CA" if canadian else "US", last_four, written)
