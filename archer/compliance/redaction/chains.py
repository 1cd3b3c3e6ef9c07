"""Group the numbers of a text into chains: digits that may belong to one dictated number, whatever stands between.

Any words may stand between two groups of digits: fillers, asides, corrections, line breaks. What ends a chain is
evidence that another number begins: a label of its own, an amount, a date, a telephone number in its usual shape.
"""

import re
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import pairwise, product

from archer.compliance.redaction.asked import Asked
from archer.compliance.redaction.atoms import Role, may_count, roles, runs_on, tight
from archer.compliance.redaction.described import Described, without_asides
from archer.compliance.redaction.labels import HALVES, STRONG, distant_label, label_after, label_before
from archer.compliance.redaction.lexicon import (
    COPULAS,
    CORRECTIONS,
    CURRENCY,
    FILLERS,
    HINTS,
    LABELS,
    POSITIONS,
    SCALES,
    WEAK,
)
from archer.compliance.redaction.tokens import Token, edges

_LONGEST_ASIDE = 30
_LONGEST_CODE = 4
_SHORTEST_CODE = 3
_LONGEST_AMOUNT = 12
_SHORTEST_ACCOUNT = 6
_SSN = 9
"""Digits of a social security number."""
_ASKED_FOR = frozenset({None, "code", "last"})
"""Labels in whose place a question says more: "The promo code?" "The code is ..."."""
_HARMLESS = frozenset({None, "card", "last"})
_CODE = frozenset({"code", "codes"})
_SHORT = frozenset({"code", "pin"})
NANP = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")
"""The digits of a telephone number of the North American plan."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATED = re.compile(r"0[1-9]|1[0-2]|19|20")
_WHOLE = frozenset(product(("whole", "full", "entire", "complete"), ("thing", "number", "one", "social")))
"""Words that announce all of a number after a part of it."""
_STARRED = re.compile(r"(?:^|[\s,])\*{1,2}$")
_TYPO = re.compile(r"\*?[,.]? (?:\(?typo|i meant|fixed|correction|my bad|sorry,? typo)\b", re.IGNORECASE)
_OF_ANOTHER = frozenset({"last", "another"})
_TURN_ASKS = re.compile(r"[^\n]*\?[ \t]*\n")
_WHEN = frozenset({"in", "since", "until", "till", "from", "of"})
_CLOSED = frozenset({"phone", "order", "amount", "routing", "date", "postal"})
"""What is another number for sure, so that an aside ends it."""


class Gap(IntEnum):
    """What stands between two digits of a chain, from harmless to suspicious."""

    TIGHT = 0
    SOFT = 1
    CORRECTION = 2
    ASIDE = 3


@dataclass(slots=True)
class Chain:
    """Numbers that may be one."""

    atoms: list[int]
    """Indices of the numeric tokens."""
    gaps: list[Gap] = field(default_factory=list)
    """`gaps[i]` stands between `atoms[i]` and `atoms[i + 1]`."""
    label: str | None = None
    """What the words before, or else after it, call it."""
    card_context: bool = False
    """Whether the text speaks of a card."""
    hinted: bool = False
    """Whether the text speaks of a card or has words of someone who dictates."""
    phone_context: bool = False
    """Whether the text speaks of a telephone."""
    named: set[int] = field(default_factory=set)
    """Places of atoms, after the first, that the words before announce as a card's."""
    asked: set[int] = field(default_factory=set)
    """Places of atoms before which a turn ends with a question."""
    ending: set[int] = field(default_factory=set)
    """Places of atoms that the words before call the last of a number."""
    run_on: set[int] = field(default_factory=set)
    """Places of atoms before which a sentence runs on from the atom before: "4471 people came in 2019"."""
    phones: set[int] = field(default_factory=set)
    """Places of atoms that are written as a telephone number is."""
    doubtful: set[int] = field(default_factory=set)
    """Places of atoms that may be no digits."""
    work: int = 0
    """How many readings of it were looked at so far."""
    steps: list[list[tuple[int, str]]] = field(default_factory=list)
    """`steps[i]`: what may be read from atom i on, as (index of the next atom, digits)."""

    def likely(self, first: int, end: int) -> str:
        """The likeliest reading of the atoms [first, end)."""
        digits, place = "", first
        while place < end and self.steps[place]:
            place, more = self.steps[place][0]
            digits += more
        return digits


def chains(text: str, tokens: list[Token]) -> list[Chain]:
    """All chains of a text, in order."""
    atom = roles(text, tokens)
    card_words = any(LABELS.get(token.text) == "card" or token.text == "[card number]" for token in tokens)
    hinted = card_words or any(token.text in HINTS for token in tokens)
    phone_words = any(LABELS.get(token.text) == "phone" for token in tokens)
    described = Described(text)
    asked = Asked(text, tokens, described)
    found: list[Chain] = []
    for index, role in enumerate(atom):
        if role is Role.NONE:
            continue
        gap = _gap(text, tokens, atom, found[-1], index) if found else None
        if gap is not None and gap > Gap.TIGHT and _answers(tokens, found, index, asked, described):
            gap = None
        if gap is None or (gap is not Gap.TIGHT and _another(text, tokens, found, index, card_words, gap)):
            found.append(Chain([index]))
        else:
            found[-1].atoms.append(index)
            found[-1].gaps.append(gap)
            _note(text, tokens, found[-1])
        if role is Role.PERHAPS:
            found[-1].doubtful.add(len(found[-1].atoms) - 1)
        if tokens[index].kind == "phone":
            found[-1].phones.add(len(found[-1].atoms) - 1)
    for position, chain in enumerate(found):
        limit = found[position - 1].atoms[-1] if position else -1
        after = found[position + 1].atoms[0] if position + 1 < len(found) else len(tokens)
        first = chain.atoms[0]
        before = label_before(tokens, first, limit, card_words)
        if position and before and before == label_after(tokens, limit, first):
            before = "account" if before == "routing" and _may_be_an_account(chain, tokens) else before
            before = label_after(tokens, chain.atoms[-1], after) or before  # "..., that's the routing, and then ..."
        chain.label = before or label_after(tokens, chain.atoms[-1], after)
        chain.card_context, chain.phone_context, chain.hinted = card_words, phone_words, hinted
        chain.steps = [_steps(tokens, chain, place) for place in range(len(chain.atoms))]
        chain.label = _judged(chain, tokens, described, limit)
        chain.label = _answered(chain, asked.kind(tokens[first].start))
    return found


def _answered(chain: Chain, kind: str | None) -> str | None:
    """What a chain is when a question before it asks for a kind of number that it may be: an amount has no card's
    length, and a date no nine digits ("your social and your date of birth?")."""
    most = digit_count(chain)
    if chain.label == "date" and kind == "ssn" and most == _SSN:
        return kind
    if chain.label not in _ASKED_FOR or (chain.label == "last" and most > _SHORTEST_CODE):
        return chain.label
    return chain.label if kind == "amount" and most > _LONGEST_AMOUNT else kind or chain.label


def _answers(tokens: list[Token], found: list[Chain], index: int, asked: Asked, described: Described) -> bool:
    """Whether a question or a description before the digits at a token names another number than the last chain."""
    start, first = tokens[index].start, tokens[found[-1].atoms[0]].start
    kind = asked.kind(start) or described.before(start)
    return kind not in _HARMLESS and kind != (
        asked.kind(first) or described.before(first) or _label(tokens, found, card_words=True)
    )


def _note(text: str, tokens: list[Token], chain: Chain) -> None:
    """Note what the words before the last atom of a chain say about it."""
    before, index = chain.atoms[-2:]
    between, label = text[tokens[before].end : tokens[index].start], label_before(tokens, index, before)
    if ": " in between or "? " in between or label == "card":
        chain.named.add(len(chain.gaps))
    if _TURN_ASKS.search(between):
        chain.asked.add(len(chain.gaps))
    if label == "last":
        chain.ending.add(len(chain.gaps))
    elif runs_on(text, tokens[before], tokens[index]):
        chain.run_on.add(len(chain.gaps))


def _another(text: str, tokens: list[Token], found: list[Chain], index: int, card_words: bool, gap: Gap) -> bool:
    """Whether the digits at a token are another number than the last chain: one of the two has a telephone number's
    shape, or the chain has a name with which an aside ends it, or it is the last of a card that somebody asks about."""
    shaped = any(_is_phone(tokens[place]) for place in (found[-1].atoms[-1], index))
    label = _label(tokens, found, card_words) if shaped or gap >= Gap.CORRECTION else None
    before = found[-1].atoms[-1]
    if len(tokens[before].text) == _LONGEST_CODE and _TURN_ASKS.match(text, tokens[before].end):
        return _label(tokens, found, card_words) in _OF_ANOTHER
    return (shaped and (label not in STRONG or gap is Gap.ASIDE)) or (gap >= Gap.CORRECTION and label in _CLOSED)


def _may_be_an_account(chain: Chain, tokens: list[Token]) -> bool:
    """Whether digits after a routing number are long enough for an account number and are no telephone number."""
    size = sum(len(tokens[place].text) if tokens[place].text.isdigit() else 1 for place in chain.atoms)
    return size >= _SHORTEST_ACCOUNT and not any(_is_phone(tokens[place]) for place in chain.atoms)


def _is_phone(token: Token) -> bool:
    return token.kind == "phone" and not token.text.isdigit()


def _label(tokens: list[Token], found: list[Chain], card_words: bool) -> str | None:
    """What the words before the last chain call it."""
    limit = found[-2].atoms[-1] if len(found) > 1 else -1
    return label_before(tokens, found[-1].atoms[0], limit, card_words)


def _judged(chain: Chain, tokens: list[Token], described: Described, limit: int) -> str | None:
    """What a chain is, by the words right beside it, else by a description, else by a name from which an aside parts
    it. A year is no secret, a telephone number no code, and a code has no more than four digits."""
    first, digits = chain.atoms[0], chain.likely(0, len(chain.atoms))
    label = chain.label
    few = digit_count(chain) <= _LONGEST_CODE
    if (label is None and not _is_phone(tokens[first])) or (label == "card" and few):
        label = distant_label(tokens, first, limit) or label
    if label in _SHORT and (NANP.fullmatch(digits) or (_YEAR.fullmatch(digits) and tokens[first - 1].text in _WHEN)):
        label = None
    if label in STRONG:
        return label
    kind = described.kind(tokens[first].start, tokens[chain.atoms[-1]].end)
    return label if kind is None or (kind == "code" and not few) else kind


def _steps(tokens: list[Token], chain: Chain, place: int) -> list[tuple[int, str]]:
    atoms, steps = chain.atoms, []
    for edge in edges(tokens, atoms[place]):
        following = place + 1
        while following < len(atoms) and atoms[following] < edge.end:
            following += 1
        steps.append((following, edge.digits))
    if may_count(tokens, atoms[place]) or place in chain.doubtful:
        steps.append((place + 1, ""))
    return steps


def _gap(text: str, tokens: list[Token], atom: list[Role], chain: Chain, after: int) -> Gap | None:
    """How the digits at a token hang together with a chain before it; None when they do not."""
    before = chain.atoms[-1]
    if after == before + 1:
        if text[tokens[before].end : tokens[after].start].strip(" ") and _mends(text, tokens, after):
            return Gap.CORRECTION
        return Gap.TIGHT if tight(text, tokens[before], tokens[after]) else Gap.SOFT
    words = tokens[before + 1 : after]
    if any(token.kind in {"mask", "amount", "date", "phone"} for token in words):
        return None
    if any(_amount_in_words(tokens, index, before, after, atom) for index in range(before + 1, after)):
        return None
    if words and " | " in text[tokens[before].end : tokens[after].start]:
        return None
    names = [token.text for token in words if token.text not in SCALES]
    if not names or (names == ["and"] and tokens[before + 1].text in SCALES):
        return Gap.TIGHT
    label = label_before(tokens, after, before)
    if label not in _HARMLESS and not (label == "date" and _is_no_date(text, tokens, after)):
        return None
    if label_after(tokens, before, after) not in _HARMLESS:
        return None
    if names[-1] in _CODE or not _WHOLE.isdisjoint(pairwise(names)):
        return None
    if names == ["and"] or all(name in FILLERS for name in names) or _tells_position(names):
        return Gap.SOFT
    if all(name in FILLERS for name in without_asides(text[words[0].start : words[-1].end]).split()):
        return Gap.SOFT
    if len(names) > _LONGEST_ASIDE or names[-1] == "or":
        return None
    return Gap.CORRECTION if _takes_back(names) else Gap.ASIDE


def _takes_back(names: list[str]) -> bool:
    """Whether words between two digits take back what was said; "should" does in "it should be" alone."""
    following = zip(["", *names], names, [*names[1:], "be"], strict=False)
    should = any(name == "should" and then in COPULAS and before != "there" for before, name, then in following)
    return should or any(name in CORRECTIONS and name != "should" for name in names)


def _mends(text: str, tokens: list[Token], after: int) -> bool:
    """Whether digits are marked as what should have been written: "*9922", "9922, typo"."""
    if _STARRED.search(text, 0, tokens[after].start):
        return True
    while after + 1 < len(tokens) and tight(text, tokens[after], tokens[after + 1]) and edges(tokens, after + 1):
        after += 1
    return bool(_TYPO.match(text, tokens[after].end))


def _is_no_date(text: str, tokens: list[Token], first: int) -> bool:
    """Whether four digits are said in one go that are neither month and year or day, nor a year."""
    digits, place = "", first
    while place < len(tokens) and (place == first or tight(text, tokens[place - 1], tokens[place])):
        readable = edges(tokens, place)
        if not readable:
            break
        digits, place = digits + readable[0].digits, readable[0].end
    return len(digits) == 4 and not _DATED.match(digits)


def _tells_position(names: list[str]) -> bool:
    """Whether words between two digits only say which digits come: "the next four are", "and the final ones"."""
    said = [name.removesuffix("'s") for name in names]
    halves = {place for place, pair in enumerate(pairwise(said)) if pair in HALVES}
    return all(name in POSITIONS or name in FILLERS or place in halves for place, name in enumerate(said))


def _amount_in_words(tokens: list[Token], index: int, before: int, after: int, atom: list[Role]) -> bool:
    """Whether a struck number before a currency word stands between two digits."""
    return tokens[index].text in CURRENCY and before < index - 1 < after and atom[index - 1] is Role.NONE


def with_homophone(text: str, tokens: list[Token], chain: Chain) -> Chain | None:
    """The chain with the word before it as its first digit, when it sounds like one: "for one one one"."""
    index = chain.atoms[0] - 1
    if index < 0 or tokens[index].text not in WEAK or not tight(text, tokens[index], tokens[index + 1]):
        return None
    led = replace(
        chain,
        atoms=[index, *chain.atoms],
        gaps=[Gap.TIGHT, *chain.gaps],
        doubtful={place + 1 for place in chain.doubtful},
        asked={place + 1 for place in chain.asked},
        named={place + 1 for place in chain.named},
        ending={place + 1 for place in chain.ending},
        phones={place + 1 for place in chain.phones},
        run_on={place + 1 for place in chain.run_on},
    )
    led.steps = [_steps(tokens, led, place) for place in range(len(led.atoms))]
    return led


def with_homophones(text: str, tokens: list[Token], chain: Chain) -> Chain | None:
    """A social security number that lacks one digit or two, with the word after it, or else before it, as the digit
    that it sounds like: "nine oh six tree"."""
    if chain.label != "ssn" or not _SSN - 2 <= digit_count(chain) < _SSN:
        return None
    index = chain.atoms[-1] + 1
    longer = None
    if index < len(tokens) and tokens[index].text in WEAK and tight(text, tokens[index - 1], tokens[index]):
        longer = replace(chain, atoms=[*chain.atoms, index], gaps=[*chain.gaps, Gap.TIGHT])
        longer.steps = [_steps(tokens, longer, place) for place in range(len(longer.atoms))]
    if digit_count(longer or chain) < _SSN:
        longer = with_homophone(text, tokens, longer or chain)
    return longer


def lengths(chain: Chain, first: int, end: int) -> frozenset[int]:
    """How many digits the atoms [first, end) may hold."""
    reach: dict[int, set[int]] = {first: {0}}
    for place in range(first, end):
        for length in reach.get(place, ()):
            for after, digits in chain.steps[place]:
                reach.setdefault(after, set()).add(length + len(digits))
    return frozenset(reach.get(end, ()))


def span_of(chain: Chain, tokens: list[Token], first: int, end: int) -> tuple[int, int]:
    """Where in the text the atoms [first, end) stand."""
    last = chain.atoms[end - 1]
    while last + 1 < len(tokens) and tokens[last + 1].text in SCALES:
        last += 1
    return tokens[chain.atoms[first]].start, tokens[last].end


def digit_count(chain: Chain) -> int:
    """The most digits that the chain can hold."""
    most = [0] * (len(chain.atoms) + 1)
    for place in range(len(chain.atoms) - 1, -1, -1):
        most[place] = max((len(digits) + most[after] for after, digits in chain.steps[place]), default=most[place + 1])
    return most[0]
