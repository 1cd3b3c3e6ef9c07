"""Find card codes, social security numbers, bank account numbers, PINs and passwords by what the words call them."""

import re

from archer.compliance.redaction.chains import Chain, Gap, digit_count
from archer.compliance.redaction.lexicon import NOT_A_PASSWORD
from archer.compliance.redaction.model import Span
from archer.compliance.redaction.tokens import Token

_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_PASSWORD = re.compile(
    r"""\b(?:pass\s?word|pass\s?code|pass\s?phrase|passwd|pwd|pin(?:\s(?:number|code))?)
    (?:\s(?:for|to|on|of)\s(?:\w+\s){1,4}?)?
    (?:\s?(?:is|was|would\sbe|will\sbe|'s)\b|\s?[:=]|\sit's|\sit\sis)\s*
    (?:(?:uh|um|like|just|simply|actually|currently|now|set\sto|spelled)[,\s]+)*
    ["']?(?P<value>[^\s"',;?]+(?:\s[^\s,;?"']+){0,7})""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDS_VALUE = re.compile(
    r"\s(?:and|but|so|is|can|could|do|does|did|please|thanks|okay|ok|i|my|you|if|because|for|to|then)\b|[.!](?=\s|$)",
    re.I,
)
_RANGES = {"ssn": (5, 12), "bank_account": (5, 19), "card_code": (3, 4), "password": (3, 12)}
_KINDS = {"ssn": "ssn", "account": "bank_account", "code": "card_code", "pin": "password"}


def labelled(chain: Chain, tokens: list[Token], taken: list[tuple[int, int]]) -> list[Span]:
    """What the label of a chain says must go; `taken` are its atoms that are card numbers already."""
    kind = _KINDS.get(chain.label or "")
    if kind is None or taken:
        return []
    least, most = _RANGES[kind]
    if digit_count(chain) < least:
        return []
    end = len(chain.atoms)
    if kind == "card_code" and Gap.CORRECTION not in chain.gaps:
        end = next(
            (
                place + 1
                for place, gap in enumerate(chain.gaps)
                if gap is not Gap.TIGHT and _size(chain, place + 1) >= 3
            ),
            end,
        )
    if _size(chain, end) > most and Gap.CORRECTION not in chain.gaps:
        end = next((place for place in range(end, 0, -1) if _size(chain, place) <= most and _breaks(chain, place)), 0)
    return [Span(tokens[chain.atoms[0]].start, _end(chain, tokens, end), kind)] if end else []


def after_card(chain: Chain, tokens: list[Token], place: int) -> list[Span]:
    """A card code said right after the card number or its expiry date: the last three or four digits of the chain."""
    rest = Chain(chain.atoms[place:], chain.gaps[place:], steps=[])
    if not rest.atoms:
        return []
    for first in range(place, len(chain.atoms)):
        size = sum(len(chain.steps[index][0][1]) for index in range(first, len(chain.atoms)))
        whole = sum(len(chain.steps[index][0][1]) for index in range(place, len(chain.atoms)))
        if (size == 3 and whole in {3, 7, 9}) or (size == 4 and whole == 8):
            return [Span(tokens[chain.atoms[first]].start, _end(chain, tokens, len(chain.atoms)), "card_code")]
    return []


def written(text: str) -> list[Span]:
    """Secrets with a shape of their own, or said after the word password."""
    spans = [Span(match.start(), match.end(), "ssn") for match in _SSN.finditer(text)]
    spans += [Span(match.start(), match.end(), "bank_account") for match in _IBAN.finditer(text)]
    for match in _PASSWORD.finditer(text):
        value = match.group("value")
        first = value.split()[0].lower().strip(".!")
        if first in NOT_A_PASSWORD or first.endswith("n't") or value.startswith("["):
            continue
        end = _ENDS_VALUE.search(value)
        length = end.start() if end and end.start() else len(value.rstrip(".!"))
        spans.append(Span(match.start("value"), match.start("value") + length, "password"))
    return spans


def _size(chain: Chain, end: int) -> int:
    return sum(len(steps[0][1]) for steps in chain.steps[:end] if steps)


def _breaks(chain: Chain, place: int) -> bool:
    return place == len(chain.atoms) or chain.gaps[place - 1] is not Gap.TIGHT


def _end(chain: Chain, tokens: list[Token], place: int) -> int:
    return tokens[chain.atoms[place - 1]].end
