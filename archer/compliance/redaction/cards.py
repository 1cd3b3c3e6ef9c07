"""Find card numbers in a chain: 13 to 19 digits with a valid check digit, however they were said.

A number that was written or said in one go needs only its check digit; one that is joined over pauses, asides or
corrections must also have a first digit and a length that card brands issue (ISO/IEC 7812), because one joined number
in ten has a valid check digit by chance.
"""

import re
from itertools import pairwise

from archer.compliance.redaction.chains import Chain, Gap, digit_count

SHORTEST, LONGEST = 13, 19
_MOST_READINGS = 256
_MOST_WORK = 20_000
"""Readings of one chain that are looked at: fifty times what a card number said in pairs takes."""
_LONGEST_TAIL = 8
_LONGEST_EXPIRY_AND_CODE = 7
_OTHER_NUMBERS = frozenset({"phone", "order", "amount", "routing", "date", "postal", "ssn", "account"})
_PHONE_SHAPES = ([10], [3, 3, 4], [3, 7], [1, 3, 3, 4], [11])
_PIECES = ([4, 4, 4, 7], [8, 8])
"""Groups in which a whole number is said although one is longer than a card's groups: nineteen digits, and halves."""
_TWO_PHONES = frozenset({14, 17, 18})
_NANP = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


class TooManyReadings(Exception):
    """A chain whose words stand for so many numbers that looking at all of them would keep a call waiting."""


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1 annex B)."""
    total = 0
    double = False
    for character in reversed(digits):
        value = ord(character) - 48
        total += _DOUBLED[value] if double else value
        double = not double
    return total % 10 == 0


def branded(digits: str) -> bool:
    """Whether a card brand issues numbers of this prefix and length."""
    size, two, four = len(digits), digits[:2], int(digits[:4])
    if digits[0] == "4":
        return size in {13, 16, 19}
    if two in {"34", "37"}:
        return size == 15
    if two in {"36", "38", "39"} or 3000 <= four <= 3059 or four == 3095:
        return size in {14, 16, 19}
    if 3528 <= four <= 3589:
        return 16 <= size <= 19
    if "51" <= two <= "55" or 2200 <= four <= 2204 or 2221 <= four <= 2720:
        return size == 16
    if four == 6011 or two == "65" or "644" <= digits[:3] <= "649" or two == "62" or two in {"60", "81"}:
        return 16 <= size <= 19
    return _maestro(digits) and size in {16, 19}


def issued(digits: str) -> bool:
    """Whether a brand may issue it, rare lengths and ranges included: Maestro has 12 to 19 digits, a JCB or a Diners
    number up to 19, and the brands of single countries begin as the great ones do."""
    size, four = len(digits), int(digits[:4])
    return (
        branded(digits)
        or _maestro(digits)
        or (digits[:2] in {"30", "35", "36", "38", "39"} and size >= 14)
        or (four in {1800, 2131} and size == 15)
    )


def _maestro(digits: str) -> bool:
    return digits[:2] in {"50", "56", "57", "58"} or (digits[0] == "6" and digits[:2] != "61")


def card_windows(chain: Chain) -> list[tuple[int, int]]:
    """The atoms [first, end) of each card number in a chain, without overlap.

    A chain that can be read in more ways than can be looked at goes as a whole."""
    if digit_count(chain) < SHORTEST:
        return []
    try:
        return _windows(chain)
    except TooManyReadings:
        return [(0, len(chain.atoms))]


def _windows(chain: Chain) -> list[tuple[int, int]]:
    candidates: list[tuple[int, int, int]] = []
    named_otherwise = _named_otherwise(chain)
    for start in range(len(chain.atoms)):
        read = readings(chain, start)
        _count(chain, len(read))
        for end, digits in read:
            if SHORTEST <= len(digits) <= LONGEST and luhn(digits) and len(set(digits)) > 1:
                rank = _rank(chain, start, end, digits, named_otherwise)
                if rank:
                    candidates.append((-rank, start, -end))
    found: list[tuple[int, int]] = []
    for _, start, end in sorted(candidates):
        if all(-end <= first or start >= stop for first, stop in found):
            found.append((start, -end))
    if not found and chain.label not in _OTHER_NUMBERS:
        corrected = _corrected(chain) if Gap.CORRECTION in chain.gaps and not named_otherwise else None
        corrected = corrected or _tail_said_anew(chain, named_otherwise)
        found = [corrected] if corrected else []
    return _with_broken_starts(chain, sorted(found), named_otherwise)


def _rank(chain: Chain, start: int, end: int, digits: str, named_otherwise: bool) -> int:
    """How surely a window with a valid check digit is a card; 0 when it is not."""
    if end == start + 1 and len(chain.steps[start]) == 1:
        return 9
    worst = max(chain.gaps[start : end - 1], default=Gap.TIGHT)
    begins = start == 0 or chain.gaps[start - 1] is not Gap.TIGHT
    ends = end == len(chain.atoms) or chain.gaps[end - 1] is not Gap.TIGHT
    brand = branded(digits)
    plain = digits == chain.likely(start, end)
    if begins and ends and plain and worst is Gap.TIGHT:
        return 8 if brand else 3
    whole = start == 0 and end == len(chain.atoms)
    if whole and not brand:
        brand = chain.card_context or issued(digits)
    if (
        not brand
        or named_otherwise
        or (worst is not Gap.TIGHT and not chain.card_context and _long_piece(chain, start, end))
    ):
        return 0
    if (start == 0 or chain.gaps[start - 1] is Gap.CORRECTION) and end == len(chain.atoms):
        return 7
    if whole and worst is Gap.SOFT:
        return 6
    if begins and ends:
        return 5 if worst <= Gap.SOFT else 4
    if begins and _code_or_expiry_follows(chain, end):
        return 2
    return 1 if ends and worst is not Gap.CORRECTION else 0


def _long_piece(chain: Chain, start: int, end: int) -> bool:
    """Whether a piece was written with more digits than a card's groups have: then it is a number of its own.

    The last seven of nineteen digits may be one piece after three groups of four, and sixteen come in halves."""
    sizes = [max((len(digits) for _, digits in chain.steps[place]), default=0) for place in range(start, end)]
    return max(sizes) > 6 and sizes not in _PIECES


def _named_otherwise(chain: Chain) -> bool:
    """Whether the words around call it something else, or it begins as a phone number does: 3-3-4, 3-7 or in one go."""
    if chain.label in _OTHER_NUMBERS:
        return True
    whole = chain.likely(0, len(chain.atoms))
    if chain.card_context or (len(whole) in {14, 15} and branded(whole)):
        return False
    if SHORTEST <= len(whole) <= LONGEST and len(whole) not in _TWO_PHONES and issued(whole) and luhn(whole):
        return False
    groups = _groups(chain)
    for size in range(1, min(4, len(groups)) + 1):
        if [len(piece) for piece in groups[:size]] in _PHONE_SHAPES and _NANP.fullmatch("".join(groups[:size])):
            return True
    return False


def _groups(chain: Chain) -> list[str]:
    """The likeliest digits of each part that was said in one go."""
    bounds = [0, *(place + 1 for place, gap in enumerate(chain.gaps) if gap is not Gap.TIGHT), len(chain.atoms)]
    return [chain.likely(start, end) for start, end in pairwise(bounds)]


def _code_or_expiry_follows(chain: Chain, place: int) -> bool:
    """Whether what follows within the same breath is an expiry date or a card code."""
    for end, digits in readings(chain, place, _LONGEST_EXPIRY_AND_CODE):
        if end == len(chain.atoms) or chain.gaps[end - 1] is not Gap.TIGHT:
            month = digits[:2] if len(digits) in {4, 7} else ""
            if len(digits) == 3 or ("01" <= month <= "12" and "24" <= digits[2:4] <= "45"):
                return True
    return False


def readings(chain: Chain, start: int, longest: int = LONGEST) -> list[tuple[int, str]]:
    """All (end, digits) that may be read from an atom on, up to the longest card number or what else is asked for."""
    found: list[tuple[int, str]] = []
    frontier: dict[int, set[str]] = {start: {""}}
    for place in range(start, len(chain.atoms)):
        for digits in frontier.pop(place, ()):
            for after, more in chain.steps[place]:
                longer = digits + more
                reached = frontier.setdefault(after, set())
                if len(longer) > longest or longer in reached or len(reached) >= _MOST_READINGS:
                    continue
                reached.add(longer)
                found.append((after, longer))
    return found


def _count(chain: Chain, looked_at: int) -> None:
    chain.work += looked_at
    if chain.work > _MOST_WORK:
        raise TooManyReadings


def _corrected(chain: Chain) -> tuple[int, int] | None:
    """A card number of which a part was taken back and said anew."""
    bounds = [0, *(place + 1 for place, gap in enumerate(chain.gaps) if gap is Gap.CORRECTION), len(chain.atoms)]
    kept: set[str] = {""}
    for start, end in pairwise(bounds):
        said = {digits for stop, digits in readings(chain, start) if stop == end}
        heads = {digits for _, digits in readings(chain, start)}
        joined: set[str] = set(said)
        _count(chain, len(kept) * len(said) * 8)
        for old in kept:
            for new in said:
                for length in range(len(old) + 1):
                    whole = old[:length] + new
                    if SHORTEST <= len(whole) <= LONGEST and branded(whole) and luhn(whole):
                        return 0, end
                    if len(whole) <= LONGEST and len(joined) < _MOST_READINGS:
                        joined.add(whole)
        kept = joined or heads
    return None


def _tail_said_anew(chain: Chain, like_a_phone: bool) -> tuple[int, int] | None:
    """A number of a card's length whose wrong last digits were said anew: what comes last replaces as many digits.

    Without a brand it takes a word of correction or the word card; an aside alone takes a brand."""
    size = len(chain.atoms)
    taken_back = {place + 1 for place, gap in enumerate(chain.gaps) if gap in {Gap.CORRECTION, Gap.ASIDE}}
    wholes: dict[int, list[str]] = {}
    for stop, old in readings(chain, 0) if taken_back else []:
        if stop in taken_back and len(old) >= SHORTEST:
            wholes.setdefault(stop, []).append(old)
    for first in range(max(min(wholes, default=size), size - _LONGEST_TAIL * 2), size):
        if chain.gaps[first - 1] is Gap.TIGHT:
            continue
        tails = {tail for end, tail in readings(chain, first, _LONGEST_TAIL) if end == size and tail}
        _count(chain, len(tails) * sum(len(olds) for stop, olds in wholes.items() if stop <= first))
        sure = not like_a_phone and (Gap.CORRECTION in chain.gaps[:first] or chain.card_context)
        if any(_mended(old, tails, sure) for stop, olds in wholes.items() if stop <= first for old in olds):
            return 0, size
    return None


def _mended(old: str, tails: set[str], sure: bool) -> bool:
    """Whether one of the tails in place of the last digits gives a valid number."""
    wholes = (old[: -len(tail)] + tail for tail in tails)
    return any(luhn(whole) and (sure or issued(whole)) for whole in wholes)


def _with_broken_starts(chain: Chain, found: list[tuple[int, int]], named_otherwise: bool) -> list[tuple[int, int]]:
    """Widen each window over the false starts before it and the corrected tail after it."""
    widened: list[tuple[int, int]] = []
    for position, (first, end) in enumerate(found):
        floor = widened[-1][1] if widened else 0
        ceiling = found[position + 1][0] if position + 1 < len(found) else len(chain.atoms)
        corrected = Gap.CORRECTION in chain.gaps[floor : ceiling - 1] and not named_otherwise
        broken = first > floor and chain.gaps[first - 1] in {Gap.TIGHT, Gap.CORRECTION}
        widened.append((floor if corrected or broken else first, ceiling if corrected else end))
    return widened
