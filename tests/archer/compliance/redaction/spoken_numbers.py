"""Say card numbers the way people do: styles, frames, fillers, asides, false starts; a source of test data.

Everything is drawn from a `random.Random`, so that a seed gives the same sentences. `python spoken_numbers.py SEED
COUNT` writes lines of the data set `data/spoken.jsonl`.
"""

import json
import random
import sys
from collections.abc import Callable

BRANDS = [
    ("4", 16),
    ("4", 13),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
]
BRANDS += [("65", 16), ("3530", 16), ("36", 14), ("38", 14), ("62", 19), ("4", 19), ("4", 16), ("4", 16), ("53", 16)]
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["x", "x", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


ISSUERS = BRANDS + [("50", n) for n in range(13, 20)] + [("639", n) for n in range(13, 20)]
ISSUERS += [
    ("35", 16),
    ("3589", 19),
    ("36", 17),
    ("305", 14),
    ("39", 16),
    ("62", 17),
    ("6011", 19),
    ("81", 16),
    ("67", 17),
]
"""Prefixes and lengths that are rarer, Maestro's lengths among them."""


def check_digit(body: str) -> str:
    total = 0
    for place, character in enumerate(reversed(body)):
        value = int(character) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card(rng: random.Random, brands: list[tuple[str, int]] = BRANDS) -> str:
    prefix, size = rng.choice(brands)
    while True:
        body = prefix + "".join(rng.choice("0123456789") for _ in range(size - 1 - len(prefix)))
        number = body + check_digit(body)
        if len(set(number)) > 1:
            return number


def groups(number: str, rng: random.Random) -> list[str]:
    if len(number) == 15:
        sizes = [4, 6, 5]
    elif len(number) == 14:
        sizes = [4, 6, 4]
    else:
        sizes = [4] * 5
    if rng.random() < 0.2:
        sizes = [rng.choice([2, 3, 4, 5, 6]) for _ in range(12)]
    parts, place = [], 0
    for size in sizes:
        if number[place : place + size]:
            parts.append(number[place : place + size])
        place += size
    return parts


def digit(character: str, rng: random.Random) -> str:
    return rng.choice(["oh", "zero", "o", "zero"]) if character == "0" else _ONES[int(character)]


def one_by_one(group: str, rng: random.Random) -> str:
    return " ".join(digit(character, rng) for character in group)


def pair(two: str, rng: random.Random) -> str:
    value = int(two)
    if two[0] == "0":
        return one_by_one(two, rng)
    if value < 20:
        return _TEENS[value - 10]
    tens, ones = _TENS[value // 10], value % 10
    return tens if ones == 0 else f"{tens}{rng.choice([' ', '-'])}{_ONES[ones]}"


def in_pairs(group: str, rng: random.Random) -> str:
    said = [pair(group[i : i + 2], rng) for i in range(0, len(group) - 1, 2)]
    return " ".join(said + ([digit(group[-1], rng)] if len(group) % 2 else []))


def with_repeats(group: str, rng: random.Random) -> str:
    said, place = [], 0
    while place < len(group):
        run = 1
        while run < 4 and group[place : place + run + 1] == group[place] * (run + 1):
            run += 1
        if run > 1:
            said.append(f"{['', '', 'double', 'triple', 'quadruple'][run]} {digit(group[place], rng)}")
        else:
            said.append(digit(group[place], rng))
        place += run
    return " ".join(said)


def as_hundreds(group: str, rng: random.Random) -> str:
    if len(group) == 4 and group[2:] == "00" and group[0] != "0" and group[1] != "0":
        return f"{pair(group[:2], rng)} hundred"
    if len(group) == 3 and group[0] != "0" and group[1] != "0":
        return f"{_ONES[int(group[0])]} hundred {rng.choice(['and ', ''])}{pair(group[1:], rng)}"
    return in_pairs(group, rng)


def as_thousands(group: str, rng: random.Random) -> str:
    if len(group) == 4 and group[0] != "0" and group[1:] == "000":
        return f"{_ONES[int(group[0])]} thousand"
    return as_hundreds(group, rng)


def written(group: str, rng: random.Random) -> str:
    return group


def spaced(group: str, rng: random.Random) -> str:
    return " ".join(group)


STYLES: list[Callable[[str, random.Random], str]] = [
    one_by_one, one_by_one, in_pairs, with_repeats, as_hundreds, as_thousands, written, spaced,
]  # fmt: skip
JOINTS = [
    " ",
    " ",
    ", ",
    " um ",
    ", uh, ",
    " and ",
    " then ",
    "\n",
    ". ",
    " - ",
    " dash ",
    ", okay, ",
    " and then ",
    "... ",
]
ASIDES = [
    ", hold on, ", " let me see ", ", sorry, the baby is crying, ", ", one second, ", " just a moment ",
    ", are you there? ",
    ", I can barely read this, ", ", give me a sec, ", ", the print is so small, ", " wait I need my glasses ",
    ", yeah, ", ", you got that? ", ", next part, ", ", hang on my dog is at the door, ", ", still with me? ",
]  # fmt: skip
RESTARTS = [
    ", no wait, ", " sorry, ", ", let me start over, ", ", scratch that, ", " no no ", ", I mean ", ", oops, ",
    ", actually ", ", correction, ", ", let me try that again, ",
]  # fmt: skip
FRAMES = [
    "my card number is {}", "it's {}", "{}", "sure, {}", "the number is {} okay", "use {} please", "okay so {} got it?",
    "I'd like to pay with {} today", "card number {} thanks", "the visa is {}.", "yeah it's {}, did that work?",
    "put it on {} please", "my debit card, {}", "here you go: {}", "you can charge {} for the balance",
]  # fmt: skip


CORRECTIONS = [
    ", no wait, ", ", sorry, ", ", correction, ", ", I mean ", ", scratch that, ", ". Oops, ", ", no, it's ",
    ", wait, that should be ", ", my mistake, ", ", let me correct that, ", ", no no, the last part is ",
    ", make that ",
    ", or rather, ", ", strike that, ", ", hang on, it's actually ",
]  # fmt: skip
POSITIONS = [
    ["the first four are {}", ", the next are {}", ", then {}", ", and the final ones {}"],
    ["the first group is {}", ", the second group is {}", ", third group {}", ", and the last group is {}"],
    ["the first set of four is {}", ", the second set is {}", ", the third is {}", ", the fourth is {}"],
    ["it starts with {}", ", next four are {}", ", the following ones are {}", ", and the remaining digits are {}"],
    ["first four {}", ", next four {}", ", next four {}", ", and finally {}"],
    ["begins with {}", ", followed by {}", ", the middle part is {}", ", and the rest is {}"],
]


def say_with_a_corrected_tail(number: str, rng: random.Random) -> str:
    """A number whose last one to eight digits were wrong at first and are said anew."""
    style, size = rng.choice(STYLES), rng.choice([1, 2, 3, 4, 4, 4, 5, 6, 7, 8])
    wrong = number[-size:]
    while wrong == number[-size:]:
        wrong = "".join(rng.choice("0123456789") for _ in range(size))
    sizes = {14: [4, 6, 4], 15: [4, 6, 5]}.get(len(number), [4] * 5)
    said, place = [], 0
    for length in sizes:
        if group := (number[:-size] + wrong)[place : place + length]:
            said.append(style(group, rng))
        place += length
    return rng.choice([" ", ", "]).join(said) + rng.choice(CORRECTIONS) + style(number[-size:], rng)


def say_by_position(number: str, rng: random.Random) -> str:
    """Four groups of a number of sixteen digits, each named by its place."""
    style = rng.choice(STYLES)
    groups_of_four = [number[place : place + 4] for place in range(0, 16, 4)]
    phrases = rng.choice(POSITIONS)
    return "".join(phrase.format(style(four, rng)) for phrase, four in zip(phrases, groups_of_four, strict=True))


def say(number: str, rng: random.Random) -> str:
    style = rng.choice(STYLES) if rng.random() < 0.8 else None
    joint = rng.choice(JOINTS)
    parts = [(style or rng.choice(STYLES))(group, rng) for group in groups(number, rng)]
    said = parts[0]
    aside = rng.randrange(1, len(parts)) if rng.random() < 0.35 else 0
    for place, part in enumerate(parts[1:], start=1):
        said += (rng.choice(ASIDES) if place == aside else joint) + part
    if rng.random() < 0.15:
        kept = groups(number, rng)[: rng.randrange(1, 3)]
        false = "".join(kept)[: rng.randrange(2, 8)]
        said = one_by_one(false, rng) + rng.choice(RESTARTS) + said
    return said


def sentence(rng: random.Random) -> tuple[str, str]:
    """A sentence with a card number and what must be left of it."""
    frame = rng.choice(FRAMES)
    return frame.format(say(card(rng), rng)), frame.format("[card number]")


if __name__ == "__main__":
    generator = random.Random(int(sys.argv[1]))
    for index in range(int(sys.argv[2])):
        text, expected = sentence(generator)
        line = {"id": f"s-{index + 1:03}", "text": text, "expected": expected, "redacted": ["card_number"]}
        print(json.dumps(line, ensure_ascii=False))
