"""Find card numbers in a chain: 13 to 19 digits with a valid check digit, however they were said.

A number that was written or said in one go needs only its check digit; one that is joined over pauses, asides or
corrections must also have a first digit and a length that card brands issue (ISO/IEC 7812), because one joined number
in ten has a valid check digit by chance.
"""

from itertools import pairwise

from archer.compliance.redaction.chains import NANP, Chain, Gap, digit_count

SHORTEST, LONGEST = 13, 19
_MOST_READINGS = 256
_MOST_WORK = 20_000
"""Readings of one chain that are looked at: fifty times what a card number said in pairs takes."""
_RARE = frozenset({13, 14, 17, 18})
_SHORTEST_GROUP = 4
_LONGEST_TAIL = 8
_LONGEST_EXPIRY_AND_CODE = 7
_OTHER_NUMBERS = frozenset({"phone", "order", "amount", "routing", "date", "postal", "ssn", "account"})
_PHONE_SHAPES = ([10], [3, 3, 4], [3, 7], [1, 3, 3, 4], [11])
_PIECES = ([4, 4, 4, 7], [8, 8])
"""Groups in which a whole number is said although one is longer than a card's groups: nineteen digits, and halves."""
_LAST = frozenset({"last", "another"})
_PRINTED = ([4, 6, 5], [4, 6, 4], [8, 8])
_DOUBLED = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))


class TooManyReadings(Exception):
    """A chain whose words stand for so many numbers that looking at all of them would keep a call waiting."""


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1 annex B)."""
    backwards = digits[::-1]
    return (sum(map(int, backwards[::2])) + sum(map(_DOUBLED.__getitem__, backwards[1::2]))) % 10 == 0


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
        or (digits[0] == "5" and size == 16)
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
    spoken = _phones(chain)
    phones = _written_phones(chain) if chain.card_context else spoken
    for start in range(len(chain.atoms)):
        read = readings(chain, start)
        _count(chain, len(read))
        for end, digits in read:
            if SHORTEST <= len(digits) <= LONGEST and luhn(digits) and len(set(digits)) > 1:
                rank = _rank(chain, start, end, digits, phones)
                if rank:
                    candidates.append((-rank, start, -end))
    found: list[tuple[int, int]] = []
    for _, start, end in sorted(candidates):
        if all(-end <= first or start >= stop for first, stop in found):
            found.append((start, -end))
    if not found and chain.label not in _OTHER_NUMBERS:
        like_a_phone = any(first == 0 for first, _ in phones) and (chain.phone_context or len(phones) > 1)
        corrected = _corrected(chain) if Gap.CORRECTION in chain.gaps and not like_a_phone else None
        corrected = corrected or _tail_said_anew(chain, like_a_phone)
        announced = None if corrected else _announced(chain)
        found = [span for span in (corrected, announced) if span]
    return _with_leftovers(chain, sorted(found), spoken)


def _announced(chain: Chain) -> tuple[int, int] | None:
    """As many digits as a card number has, or more when some were taken back, right after the word card: misread or
    misheard, they are still most of one."""
    if chain.label != "card":
        return None
    end = next((place for place, gap in enumerate(chain.gaps, start=1) if gap is Gap.ASIDE), len(chain.atoms))
    size = len(chain.likely(0, end))
    taken_back = Gap.CORRECTION in chain.gaps[: end - 1]
    return (0, end) if size >= SHORTEST and (size <= LONGEST or taken_back) else None


def _rank(chain: Chain, start: int, end: int, digits: str, phones: list[tuple[int, int]]) -> int:
    """How surely a window with a valid check digit is a card; 0 when it is not."""
    if end == start + 1 and len(chain.steps[start]) == 1:
        return 9
    worst = max(chain.gaps[start : end - 1], default=Gap.TIGHT)
    begins = start == 0 or chain.gaps[start - 1] is not Gap.TIGHT
    ends = end == len(chain.atoms) or chain.gaps[end - 1] is not Gap.TIGHT
    brand = branded(digits)
    plain = digits == chain.likely(start, end)
    anew = start == 0 or chain.gaps[start - 1] is Gap.CORRECTION
    whole = anew and end == len(chain.atoms)
    if begins and ends and plain and worst is Gap.TIGHT:
        return 8 if brand and (whole or not _maestro(digits)) else 3
    if whole and not brand:
        brand = chain.label == "card" or issued(digits)
    brand = brand or (begins and ends and _in_fours(chain, start, end) and digits[0] in "3456")
    if (
        not brand
        or chain.label in _OTHER_NUMBERS
        or (not chain.hinted and _runs_on(chain, start, end))
        or _holds_a_phone(chain, start, end, digits, phones)
        or (worst is not Gap.TIGHT and not chain.card_context and _long_piece(chain, start, end))
        or (len(digits) in _RARE and not chain.card_context and not chain.doubtful.isdisjoint(range(start, end - 1)))
    ):
        return 0
    if whole:
        return 7
    after = end + (not ends and any(not more for _, more in chain.steps[end]))  # "0319 oh, hold on"
    ends = ends or after == len(chain.atoms) or (after > end and chain.gaps[after - 1] is not Gap.TIGHT)
    if begins and ends:
        return 5 if worst <= Gap.SOFT else 4
    if begins and worst is not Gap.CORRECTION and _code_or_expiry_follows(chain, end):
        return 2
    return 1 if ends and worst <= Gap.SOFT else 0


def _runs_on(chain: Chain, start: int, end: int) -> bool:
    """Whether sentences run on between the digits of a window."""
    return any(chain.gaps[place - 1] is Gap.ASIDE for place in chain.run_on if start < place < end)


def _long_piece(chain: Chain, start: int, end: int) -> bool:
    """Whether a piece was written with more digits than a card's groups have: then it is a number of its own.

    The last seven of nineteen digits may be one piece after three groups of four, and sixteen come in halves."""
    said = [steps for steps in chain.steps[start:end] if all(digits for _, digits in steps)]  # not "first eight"
    sizes = [max((len(digits) for _, digits in steps), default=0) for steps in said] or [0]
    return max(sizes) > 6 and sizes not in _PIECES


def _phones(chain: Chain) -> list[tuple[int, int]]:
    """The atoms [first, end) that were said as a telephone number is: 3-3-4, 3-7 or in one go."""
    bounds = _bounds(chain)
    groups = [chain.likely(start, end) for start, end in pairwise(bounds)]
    found = []
    for place in range(len(groups)):
        for size in range(1, min(4, len(groups) - place) + 1):
            said = groups[place : place + size]
            if [len(piece) for piece in said] in _PHONE_SHAPES and NANP.fullmatch("".join(said)):
                span = bounds[place], bounds[place + size]
                found += [span] if _parts_after_three(chain, *span) else []
    return found


def _written_phones(chain: Chain) -> list[tuple[int, int]]:
    return [(place, place + 1) for place in sorted(chain.phones)]


def _parts_after_three(chain: Chain, first: int, end: int) -> bool:
    """Whether a number of ten digits was said so that its area code can be heard, or written as one."""
    heard, place = [0], first
    while place < end and chain.steps[place]:
        place, digits = chain.steps[place][0]
        heard.append(heard[-1] + len(digits))
    return len(heard) == 2 or heard[-1] - 7 in heard


def _holds_a_phone(chain: Chain, start: int, end: int, digits: str, phones: list[tuple[int, int]]) -> bool:
    """Whether a window cuts a telephone number, or holds one and what is left is no card's rest."""
    touched = [phone for phone in phones if phone[0] < end and phone[1] > start]
    if not touched:
        return False
    if any(first < start or stop > end for first, stop in touched):
        return True
    if end - start == len(chain.atoms) and not chain.phone_context:
        return not issued(digits)
    return not branded(digits) or (len(digits) not in {15, 16, 19} and touched[0][0] == start)


def _in_fours(chain: Chain, start: int, end: int) -> bool:
    """Whether sixteen digits were said in four groups of four."""
    bounds = [place for place in _bounds(chain) if start <= place <= end]
    return len(bounds) == 5 and all(len(chain.likely(*group)) == 4 for group in pairwise(bounds))


def _bounds(chain: Chain) -> list[int]:
    """Where each part that was said in one go begins, and the end."""
    return [0, *(place + 1 for place, gap in enumerate(chain.gaps) if gap is not Gap.TIGHT), len(chain.atoms)]


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
                if not more and place == start:
                    continue
                longer = digits + more
                reached = frontier.setdefault(after, set())
                if len(longer) > longest or longer in reached or len(reached) >= _MOST_READINGS:
                    continue
                reached.add(longer)
                if more:
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
                    if SHORTEST <= len(whole) <= LONGEST and luhn(whole) and issued(whole):
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
    for first in range(min(wholes, default=size), size):
        if chain.gaps[first - 1] is Gap.TIGHT:
            continue
        tails: dict[int, set[str]] = {}
        for end, tail in readings(chain, first, _LONGEST_TAIL):
            if end == size or chain.gaps[end - 1] is not Gap.TIGHT:
                tails.setdefault(end, set()).add(tail)
        olds = [old for stop, said in wholes.items() if stop <= first for old in said]
        _count(chain, sum(map(len, tails.values())) * len(olds))
        sure = not like_a_phone and (Gap.CORRECTION in chain.gaps[:first] or chain.card_context)
        for end in sorted(tails, reverse=True):
            if any(_mended(old, tails[end], sure) for old in olds):
                return 0, end
    return None


def _mended(old: str, tails: set[str], sure: bool) -> bool:
    """Whether one of the tails in place of the last digits gives a valid number."""
    wholes = (old[: -len(tail)] + tail for tail in tails)
    return any(luhn(whole) and (sure or issued(whole)) for whole in wholes)


def _with_leftovers(chain: Chain, found: list[tuple[int, int]], phones: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Widen each window over the false starts before it, the corrected tail after it, and what else of the number a
    window that fits by chance would leave."""
    widened: list[tuple[int, int]] = []
    for position, (first, end) in enumerate(found):
        floor = widened[-1][1] if widened else 0
        ceiling = found[position + 1][0] if position + 1 < len(found) else len(chain.atoms)
        if chain.label in _OTHER_NUMBERS:
            broken = first > floor and chain.gaps[first - 1] in {Gap.TIGHT, Gap.CORRECTION}
            widened.append((floor if broken else first, end))
        else:
            widened.append((_false_start(chain, floor, first, end, phones), _rest(chain, first, end, ceiling)))
    return widened


def _false_start(chain: Chain, floor: int, first: int, end: int, phones: list[tuple[int, int]]) -> int:
    """Where the digits begin that lead up to a window: a false start of it, or the beginning of a number of which the
    window fits by chance."""
    floor = _after_last_four(chain, floor, first)
    if first in chain.asked and _is_apart(chain, floor, first, end, phones):
        return first
    if Gap.CORRECTION in chain.gaps[floor:first]:
        return floor
    place = first
    while place > floor and chain.gaps[place - 1] is not Gap.ASIDE and place not in chain.named:
        if any(stop == place for _, stop in phones):
            break
        place -= 1
    before = chain.likely(place, first)
    if place == first or chain.gaps[first - 1] is Gap.TIGHT:
        return place
    another = len(before) < _SHORTEST_GROUP and not chain.likely(first, end).startswith(before[:2])
    return first if len(before) == 1 or (another and _as_printed(chain, first, end)) else place


def _is_apart(chain: Chain, floor: int, first: int, end: int, phones: list[tuple[int, int]]) -> bool:
    """Whether what stands before an answer is no false start of it: a digit that was only spoken of, or a telephone
    number before a question about a card."""
    if chain.doubtful.issuperset(range(floor, first)):
        return True
    before = next((chain.likely(*phone) for phone in phones if phone == (floor, first)), "")
    return bool(before) and first in chain.named and not chain.likely(first, end).startswith(before[:3])


def _after_last_four(chain: Chain, floor: int, first: int) -> int:
    """Where the digits begin after the last ones of another card: "the one ending in 9047?" "No, use ..."."""
    for start, end in reversed(list(pairwise(place for place in _bounds(chain) if floor <= place <= first))):
        called = chain.label in _LAST if start == 0 else start in chain.ending
        if (
            called
            and len(chain.likely(start, end)) <= _SHORTEST_GROUP
            and (chain.gaps[end - 1] >= Gap.CORRECTION or end == first)
        ):
            return end
    return floor


def _rest(chain: Chain, first: int, end: int, ceiling: int) -> int:
    """Where the digits end that go on after a window: a correction of it, or the rest of a number of which the window
    fits by chance. An expiry date or a card code is none."""
    pauses = [gap for gap in chain.gaps[end - 1 : ceiling - 1] if gap >= Gap.CORRECTION]
    if end in chain.asked and Gap.CORRECTION not in chain.gaps[first : end - 1]:
        return ceiling if _said_again(chain, first, end, ceiling) else end
    if pauses[:1] == [Gap.CORRECTION]:
        return ceiling
    stop = end
    while stop < ceiling and chain.gaps[stop - 1] is not Gap.ASIDE and stop not in chain.named:
        stop += 1
    if Gap.CORRECTION in chain.gaps[first : end - 1]:
        return stop
    if end in chain.ending and not chain.likely(first, end).endswith(chain.likely(end, stop)):
        return stop
    if _as_printed(chain, first, end) or _code_or_expiry_follows(chain, end):
        return end
    return stop


def _said_again(chain: Chain, first: int, end: int, ceiling: int) -> bool:
    """Whether the last digits of a window are asked for once more and repeated: "The last part again?"."""
    return chain.gaps[end - 1] is Gap.CORRECTION and chain.likely(first, end).endswith(chain.likely(end, ceiling))


def _as_printed(chain: Chain, first: int, end: int) -> bool:
    """Whether a window was said in one go or in the groups that are on the card, and nothing else runs into it."""
    bounds = [place for place in _bounds(chain) if first <= place <= end]
    if bounds[:1] != [first] or bounds[-1:] != [end]:
        return False
    sizes = [len(chain.likely(*group)) for group in pairwise(bounds)]
    return len(sizes) == 1 or sizes in _PRINTED or all(size == 4 for size in sizes[:-1])
