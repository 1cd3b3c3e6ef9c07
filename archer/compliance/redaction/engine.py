"""Take out of a text what must never be stored: card numbers and codes, SSNs, bank accounts, passwords.

Source: rule I-20 (PCI DSS 3.3.1) and the redaction contract. Phone numbers, amounts, dates, the last four digits and
postal codes stay.
"""

import re

from archer.compliance.redaction.bridged import bridged
from archer.compliance.redaction.cards import card_windows
from archer.compliance.redaction.chains import Chain, chains, span_of, with_homophone, with_homophones
from archer.compliance.redaction.lexicon import LABELS, MASKS
from archer.compliance.redaction.model import Redaction, Span
from archer.compliance.redaction.secrets import after_card, labelled, only_dates, written
from archer.compliance.redaction.speakers import asked_unseen, views
from archer.compliance.redaction.tokens import Token, tokenize, without_invisible

_MAY_HOLD = re.compile(
    r"\d|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|fou?rty|"
    r"fifty|sixty|seventy|eighty|ninety|double|triple)|pass|pwd|\bpw\b|(?:security|secret|safe) ?word|pin\b",
    re.IGNORECASE,
)
_MOST_PASSES = 4
_IN_A_PASSWORD = frozenset("_-@#$%&*+=!")
_UNNAMED = frozenset({None, "date", "card"})


def redact(text: str) -> Redaction:
    """The text as it may be kept. A second redaction changes nothing."""
    if not _MAY_HOLD.search(text):
        return Redaction(text, [])
    kinds: list[str] = []
    for _ in range(_MOST_PASSES):
        found = spans(text)
        if not found:
            break
        text = masked(text, found)
        kinds += [span.kind for span in found if span.kind not in kinds]
    return Redaction(text, list(dict.fromkeys(kinds)))


def spans(text: str) -> list[Span]:
    """What must go, in order, without overlap."""
    found: list[Span] = []
    clean = without_invisible(text)
    if clean != text:
        return _spans_of(text, clean)
    for view in views(text):
        found += _spans_in(view, text)
    return merged(found)


def _spans_in(text: str, whole: str) -> list[Span]:
    """The spans of a view of the whole text."""
    found: list[Span] = []
    tokens = tokenize(text)
    card_end = next((index + 1 for index, token in enumerate(tokens) if token.text == MASKS["card_number"]), 0)
    numbers = chains(text, tokens)
    for named in numbers:
        chain, windows = _with_cards(text, tokens, named)
        found += [Span(*span_of(chain, tokens, first, end), "card_number") for first, end in windows]
        found += [
            _with_letters(text, span)
            for span in labelled(with_homophones(text, tokens, chain) or chain, tokens, windows)
        ]
        codes: list[Span] = []
        if windows:
            codes = after_card(chain, tokens, windows[-1][1])
            card_end = chain.atoms[windows[-1][1] - 1] + 1
        elif card_end and chain.label in _UNNAMED and only_dates(tokens, card_end, chain.atoms[0]):
            dated = any(token.kind == "date" for token in tokens[card_end : chain.atoms[0]])
            codes = after_card(chain, tokens, 0, dated)
        found += [code for code in codes if not asked_unseen(whole, text, tokens[card_end - 1].end, code.start)]
    return [*found, *bridged(text, numbers, tokens), *written(text)]


def _with_letters(text: str, span: Span) -> Span:
    """A password's span with the letters and marks before its digits: it is one word."""
    start = span.start
    while span.kind == "password" and start and (text[start - 1].isalnum() or text[start - 1] in _IN_A_PASSWORD):
        start -= 1
    named = text[start : span.start].strip("_-=").lower() in LABELS  # "PIN-2580"
    return span if named else Span(start, span.end, span.kind)


def _with_cards(text: str, tokens: list[Token], chain: Chain) -> tuple[Chain, list[tuple[int, int]]]:
    """The chain and the atoms [first, end) of the card numbers in it, if need be with the word before it."""
    windows = card_windows(chain)
    led = None if windows else with_homophone(text, tokens, chain)
    led_windows = card_windows(led) if led else []
    return (led, led_windows) if led and led_windows else (chain, windows)


def merged(found: list[Span]) -> list[Span]:
    """The spans in order; of two that overlap, their union under the kind of the first."""
    result: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if result and span.start < result[-1].end:
            last = result[-1]
            result[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            result.append(span)
    return result


def masked(text: str, found: list[Span]) -> str:
    """The text with a mask in place of each span."""
    parts = []
    place = 0
    for span in found:
        parts += [text[place : span.start], MASKS[span.kind]]
        place = span.end
    return "".join([*parts, text[place:]])


def _spans_of(text: str, clean: str) -> list[Span]:
    """The spans of a text with invisible characters, found in the text without them."""
    kept = [index for index, character in enumerate(text) if without_invisible(character)]
    return [Span(kept[span.start], kept[span.end - 1] + 1, span.kind) for span in spans(clean)]
