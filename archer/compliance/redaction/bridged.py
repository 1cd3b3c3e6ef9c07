"""Find card numbers in the groups that are printed on cards, whatever else is said between: "4556, the payment is $50
right, 7375, ...".

Four groups of four, or 4-6-5, with an issuer's prefix and a valid check digit are a card's although another number, an
amount or a name of another number stands between two of them. Smaller numbers and years between the groups are skipped.
"""

import re
from itertools import pairwise, product
from typing import NamedTuple

from archer.compliance.redaction.atoms import runs_on
from archer.compliance.redaction.cards import branded, luhn
from archer.compliance.redaction.chains import Chain, Gap
from archer.compliance.redaction.lexicon import FILLERS
from archer.compliance.redaction.model import Span
from archer.compliance.redaction.tokens import Token

_PRINTED = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4))
_FARTHEST = 40
"""Words between two groups."""
_MOST_SKIPPED = 12
_SHORTEST_GROUP, _LONGEST_WRITTEN = 4, 8
_ENDS = frozenset({"last", "final", "ends", "ending", "ended", "end"})
_OF_ANOTHER = frozenset({"last", "another"})
_WHEN = frozenset({"in", "since", "until", "till", "of", "from", "to"})
_YEAR = re.compile(r"(?:19|20)\d\d")
_APART = re.compile(r"[()…]|\.\.|\. |\s[-–—]\s")
"""What parts two groups although nothing is said between them."""
_ELSEWHERE = frozenset({"phone", "order", "amount", "routing", "account", "ssn"})


def _said(printed: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The sizes of what is said in one go when groups are said separately or together: (4, 8, 4), (8, 8) ..."""
    found = []
    for joints in product((False, True), repeat=len(printed) - 1):
        sizes = [printed[0]]
        for size, joined in zip(printed[1:], joints, strict=True):
            sizes = [*sizes[:-1], sizes[-1] + size] if joined else [*sizes, size]
        found.append(tuple(sizes))
    return [sizes for sizes in found if len(sizes) > 1]


_SIZES = [sizes for printed in _PRINTED for sizes in _said(printed)]


class Group(NamedTuple):
    """Digits said in one go: tokens [first, last]."""

    digits: str
    first: int
    last: int
    label: str | None
    chain: Chain


def bridged(text: str, found: list[Chain], tokens: list[Token]) -> list[Span]:
    """The card numbers whose groups may stand in several chains or among other numbers."""
    groups = _groups(text, found, tokens)
    spans: list[Span] = []
    place = 0
    while place < len(groups):
        window = next((w for sizes in _SIZES if (w := _window(text, tokens, groups, place, sizes))), None)
        if window:
            spans.append(Span(tokens[groups[place].first].start, tokens[groups[window].last].end, "card_number"))
        place = window + 1 if window else place + 1
    return spans


def _groups(text: str, found: list[Chain], tokens: list[Token]) -> list[Group]:
    groups = []
    for chain in found:
        between = [text[tokens[one].end : tokens[two].start] for one, two in pairwise(chain.atoms)]
        apart = [
            place
            for place, (gap, parting) in enumerate(zip(chain.gaps, between, strict=True), start=1)
            if gap is not Gap.TIGHT or _APART.search(parting)
        ]
        bounds = [0, *apart, len(chain.atoms)]
        for first, end in pairwise(bounds):
            label = None if Gap.ASIDE in chain.gaps[:first] else chain.label
            digits = chain.likely(first, end)
            groups.append(Group(digits, chain.atoms[first], chain.atoms[end - 1], label, chain))
    return groups


def _window(text: str, tokens: list[Token], groups: list[Group], start: int, sizes: tuple[int, ...]) -> int | None:
    """The last group of a card number of these group sizes that begins at a group."""
    if len(groups[start].digits) != sizes[0] or groups[start].label in _ELSEWHERE:
        return None
    if groups[start].label in _OF_ANOTHER and _says(tokens, groups[start].first, 4, _ENDS):
        return None
    digits, place = groups[start].digits, start
    for size in sizes[1:]:
        near = range(place + 1, min(place + 1 + _MOST_SKIPPED, len(groups)))
        following = next((at for at in near if not _skipped(tokens, groups[at])), None)
        if following is None or len(groups[following].digits) != size:
            return None
        if size > _LONGEST_WRITTEN and _another(groups[following]):
            return None
        last, first = groups[place].last, groups[following].first
        filled = all(token.text in FILLERS for token in tokens[last + 1 : first])
        run_on = not filled and not groups[start].chain.hinted and runs_on(text, tokens[last], tokens[first])
        if run_on or first - last > _FARTHEST:
            return None
        digits, place = digits + groups[following].digits, following
    return place if branded(digits) and luhn(digits) and len(set(digits)) > 1 else None


def _another(group: Group) -> bool:
    """Whether digits that would be several groups of a card are a number of their own: named, or written as one."""
    return group.first == group.last or group.label in _ELSEWHERE


def _skipped(tokens: list[Token], group: Group) -> bool:
    """Whether a group may stand between those of a card: it is smaller, or a year."""
    year = group.first == group.last and bool(_YEAR.fullmatch(group.digits))
    return len(group.digits) < _SHORTEST_GROUP or (year and _says(tokens, group.first, 1, _WHEN))


def _says(tokens: list[Token], first: int, reach: int, words: frozenset[str]) -> bool:
    """Whether one of some words stands shortly before a token."""
    return any(token.text in words for token in tokens[max(0, first - reach) : first])
