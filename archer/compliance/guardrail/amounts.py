"""Amounts of money in a sentence, in digits or words, compared with what tools returned (rules G-11 and I-18).

An amount may be spoken when it equals a money value of the ledger or an approved amount; sums and shares derived from
them may not.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from archer.compliance.guardrail.words import TENS, UNITS

_NUMBER = "|".join([*UNITS, *TENS, "hundred", "thousand", "oh", "million", "grand"])
_RUN = rf"(?:a (?=hundred|thousand|million|grand))?(?:{_NUMBER})(?: (?:and )?(?:{_NUMBER}))*"
_CURRENCY = r"(?:us |canadian )?(?:dollars?|bucks?)"
_WRITTEN = re.compile(
    rf"\$(?P<sign>[\d,]+(?:\.\d+)?)(?P<thousand> (?:thousand|k|grand)\b)?"
    rf"|\b(?P<figure>[\d,]+(?:\.\d+)?) {_CURRENCY}\b(?: (?:and )?(?P<cents>\d\d?|{_RUN}) cents?\b)?"
    rf"|\b(?P<bare>\d[\d,]*\.\d\d)\b(?! %)"
    rf"|\b(?P<words>{_RUN}) {_CURRENCY}\b(?: (?:and )?(?P<wordcents>{_RUN}|\d\d?) cents?\b)?"
    rf"|\b(?P<alone>{_RUN}|\d\d?) cents?\b"
)
_SPOKEN = re.compile(
    r"\b(?:balance|amount|payments?|total|minimum|owe|owed|owes|pay|paying|paid|settle for|accept|fee of|past due|"
    r"installments?|instalments?|settlement|looking at|comes to|come to|i (?:can|could|will|would) take|take|only|just)"
    r"(?: (?:is|of|was|be|will|would|comes|to|at|for|due|today|now|just|only|about|around|least|us|me|it|the|in full|"
    r"stands|currently|as|a|an|monthly|you|owe|are|another|extra|exactly))*"
    rf" (?P<run>{_RUN}|\d[\d,]*)\b(?! (?:months?|payments?|installments?|instalments?|days?|weeks?|years?|percent|%|"
    r"times?|digits?|hours?|minutes?|am|pm|st|nd|rd|th|of|different|more|options?|ways?|o clock|zero zero|accounts?|"
    r"cards?|things?|equal|monthly|separate|business|if|or two|colon|first|last|final|to|parts|halves|pieces|seconds?|"
    r"questions?|moment|minute|second|person|thing|step|steps|number|numbers|call|calls|time|one|words?|people|key)\b)"
)


class Amount(NamedTuple):
    """Where an amount stands in the normalised text and what it may be."""

    start: int
    end: int
    values: frozenset[Decimal]
    """Its possible values; more than one where speech is ambiguous ("four twelve")."""


def amounts(text: str) -> list[Amount]:
    """All amounts of money in a normalised text."""
    found = list(_written(text))
    for match in _SPOKEN.finditer(text):
        if not any(amount.start <= match.start("run") < amount.end for amount in found) and not _is_date(text, match):
            found.append(Amount(match.start("run"), match.end("run"), readings(match["run"])))
    return [amount for amount in found if amount.values]


def _is_date(text: str, match: re.Match[str]) -> bool:
    return bool(re.match(r" ?(?:/|-|:|st\b|nd\b|rd\b|th\b)", text[match.end("run") : match.end("run") + 4]))


def _written(text: str) -> Iterator[Amount]:
    for match in _WRITTEN.finditer(text):
        if match["sign"]:
            value = _figure(match["sign"]) * (1000 if match["thousand"] else 1)
            yield Amount(match.start(), match.end(), frozenset({value}))
        elif match["figure"]:
            cents = _cents(match["cents"])
            yield Amount(match.start(), match.end(), frozenset({_figure(match["figure"]) + cents}))
        elif match["bare"]:
            yield Amount(match.start(), match.end(), frozenset({_figure(match["bare"])}))
        elif match["words"]:
            cents = _cents(match["wordcents"])
            values = {value + cents for value in readings(match["words"]) if value == int(value) or not cents}
            yield Amount(match.start(), match.end(), frozenset(values))
        else:
            yield Amount(match.start(), match.end(), frozenset({_cents(match["alone"])}))


def _figure(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "").rstrip("."))


def _cents(words: str | None) -> Decimal:
    if not words:
        return Decimal(0)
    value = int(words) if words.isdecimal() else cardinal(words)
    return Decimal(value or 0) / 100


def readings(words: str) -> frozenset[Decimal]:
    """What number words may mean as money: 412.07 for "four twelve oh seven", 38.75 for "thirty eight seventy five"."""
    if words[0].isdigit():
        return frozenset({_figure(words)})
    found = set()
    value = cardinal(words)
    if value is not None:
        found.add(Decimal(value))
    groups = _groups(words.split())
    if groups and len(groups) > 1:
        for split in range(1, len(groups) + 1):
            dollars, cents = _joined(groups[:split]), _joined(groups[split:]) if split < len(groups) else "00"
            if len(cents) == 2:
                found.add(Decimal(f"{dollars}.{cents}"))
    return frozenset(found)


def _joined(groups: list[str]) -> str:
    return "".join(groups)


def _groups(words: list[str]) -> list[str] | None:
    """Digits said in groups: "four twelve oh seven" is 4, 12, 07."""
    groups: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        if word == "oh" and place + 1 < len(words) and words[place + 1] in UNITS:
            groups.append(f"0{UNITS[words[place + 1]]}")
            place += 2
        elif word in TENS:
            ones = UNITS.get(words[place + 1], 0) if place + 1 < len(words) else 0
            ones = ones if 0 < ones < 10 else 0
            groups.append(str(TENS[word] + ones))
            place += 2 if ones else 1
        elif word in UNITS:
            hundred = place + 1 < len(words) and words[place + 1] == "hundred"
            groups.append(f"{UNITS[word]}00" if hundred else str(UNITS[word]))
            place += 2 if hundred else 1
            if hundred and place < len(words) and words[place] == "and":
                place += 1
        elif word == "and":
            place += 1
        else:
            return None
    return groups


def cardinal(words: str) -> int | None:
    """A whole number in words ("four hundred and twelve", "twelve hundred"); None when it is not one number."""
    total = current = 0
    last = 1000
    for word in words.split():
        if word == "and":
            continue
        if word in {"a", "oh"}:
            if word == "oh":
                return None
            current = 1
        elif word in UNITS:
            size = UNITS[word]
            if (size < 10 and last < 20) or (size >= 10 and last < 100):
                return None
            current += size
            last = 1
        elif word in TENS:
            if last < 100:
                return None
            current += TENS[word]
            last = 20
        elif word == "hundred":
            if last > 20 and current == 0:
                return None
            current *= 100
            last = 100
        else:
            total += max(current, 1) * (1_000_000 if word == "million" else 1000)
            current, last = 0, 1000
    return total + current
