"""Group the numbers of a text into chains: digits that may belong to one dictated number, whatever stands between.

Fillers, short asides, corrections and line breaks do not end a chain; a label of another number, an amount or a
date does.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from archer.compliance.redaction.described import Described, without_asides
from archer.compliance.redaction.lexicon import (
    CONNECTORS,
    COPULAS,
    CORRECTIONS,
    COUNTED,
    COUNTS,
    CURRENCY,
    FILLERS,
    GROUPS,
    LABELS,
    POSITIONS,
    TIMES,
    WEAK,
    WHICH,
)
from archer.compliance.redaction.tokens import Token, edges, is_numeric

_LONGEST_ASIDE = 14
_LABEL_REACH = 12
_LONGEST_CODE = 4
_LAST = frozenset({"last", "final", "first"})
_HARMLESS = frozenset({None, "card", "last"})
_SPELLED = {("s", "s", "n"): "ssn", ("c", "v", "v"): "code", ("c", "v", "c"): "code", ("p", "i", "n"): "pin"}
_MEANS = frozenset({"with", "using", "on", "from"})
_CODE = frozenset({"code", "codes"})
_STRONG = frozenset({"code", "ssn", "account", "pin"})


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
    atom = _atoms(text, tokens)
    positions = [index for index, is_atom in enumerate(atom) if is_atom]
    found: list[Chain] = []
    for index in positions:
        gap = _gap(text, tokens, atom, found[-1].atoms[-1], index) if found else None
        if gap is None:
            found.append(Chain([index]))
        else:
            found[-1].atoms.append(index)
            found[-1].gaps.append(gap)
    card_words = any(LABELS.get(token.text) == "card" or token.text == "[card number]" for token in tokens)
    described = Described(text)
    for position, chain in enumerate(found):
        limit = found[position - 1].atoms[-1] if position else -1
        after = found[position + 1].atoms[0] if position + 1 < len(found) else len(tokens)
        first = chain.atoms[0]
        chain.label = (
            label_before(tokens, first, limit, card_words)
            or _label_after(tokens, chain.atoms[-1], after)
            or _distant_label(tokens, first, limit)
        )
        chain.card_context = card_words
        chain.steps = [_steps(tokens, chain.atoms, place) for place in range(len(chain.atoms))]
        if chain.label not in _STRONG:
            chain.label = _described(described, chain, tokens) or chain.label
    return found


def _described(described: Described, chain: Chain, tokens: list[Token]) -> str | None:
    """What the words around describe a chain as; a card code has no more than four digits."""
    kind = described.kind(tokens[chain.atoms[0]].start, tokens[chain.atoms[-1]].end)
    return None if kind == "code" and digit_count(chain) > _LONGEST_CODE else kind


def _steps(tokens: list[Token], atoms: list[int], place: int) -> list[tuple[int, str]]:
    steps = []
    for edge in edges(tokens, atoms[place]):
        following = place + 1
        while following < len(atoms) and atoms[following] < edge.end:
            following += 1
        steps.append((following, edge.digits))
    if _may_count(tokens, atoms[place]):
        steps.append((place + 1, ""))
    return steps


def _atoms(text: str, tokens: list[Token]) -> list[bool]:
    """Which tokens are digits of a number, rather than counts, amounts or other words."""
    atom = [is_numeric(token) or (token.kind == "phone" and token.text[0] != "+") for token in tokens]
    for index, token in enumerate(tokens):
        if token.text in TIMES and token.kind == "word":
            atom[index] = bool(edges(tokens, index))
        if _counts_digits(tokens, index + 1):
            atom[index + 1] = False
        if token.text == "or" and _wonders(tokens, index):
            atom[index - 1] = atom[index + 2] = False
    _strike_counts(text, tokens, atom)
    for index, token in enumerate(tokens):
        if token.text in WEAK and token.kind == "word" and not atom[index]:
            before = index > 0 and atom[index - 1] and _tight(text, tokens[index - 1], token)
            after = _digits_follow(text, tokens, atom, index)
            atom[index] = (before and after) or (before and _sentence_ends(text, tokens, index))
    return atom


def _digits_follow(text: str, tokens: list[Token], atom: list[bool], index: int) -> bool:
    while index + 1 < len(tokens) and _tight(text, tokens[index], tokens[index + 1]):
        index += 1
        if atom[index]:
            return True
        if tokens[index].text not in WEAK:
            return False
    return False


def _sentence_ends(text: str, tokens: list[Token], index: int) -> bool:
    return index + 1 == len(tokens) or not _tight(text, tokens[index], tokens[index + 1])


def _counts_digits(tokens: list[Token], index: int) -> bool:
    """Whether a number says which digits follow rather than being one of them: "the next four are", "the last ones"."""
    if index == 0 or index >= len(tokens):
        return False
    before, word = tokens[index - 1].text, tokens[index].text
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    linked = following is not None and (following.text.removesuffix("'s") in COPULAS or following.text == "of")
    if before == "of":
        return linked and word in COUNTS and index > 1 and tokens[index - 2].text in GROUPS
    if before not in WHICH:
        return False
    return (
        word == "ones"
        or (linked and (word in COUNTS or word == "one"))
        or (before in _LAST and word in COUNTS and not _digit_at(tokens, index + 1))
    )


def _wonders(tokens: list[Token], index: int) -> bool:
    """Whether the speaker asks which digit it is, at an "or": "is this a three or an eight"."""
    if index < 2 or index + 2 >= len(tokens):
        return False
    articles = {tokens[index - 2].text, tokens[index + 1].text} <= {"a", "an"}
    return articles and is_numeric(tokens[index - 1]) and is_numeric(tokens[index + 2])


def _digit_at(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and (is_numeric(tokens[index]) or tokens[index].text in TIMES)


def _may_count(tokens: list[Token], index: int) -> bool:
    """Whether a number may say how many digits follow: "next four" before four digits."""
    return index > 0 and tokens[index - 1].text in WHICH and tokens[index].text in COUNTS


def _strike_counts(text: str, tokens: list[Token], atom: list[bool]) -> None:
    """Take out numbers that count something: "twelve dollars", "one second", "16 digits"."""
    index = 0
    while index < len(tokens):
        if not atom[index]:
            index += 1
            continue
        end = index + 1
        while end < len(tokens) and (atom[end] or tokens[end].text in {"hundred", "thousand", "and"}):
            if not _tight(text, tokens[end - 1], tokens[end]):
                break
            end += 1
        following = tokens[end].text if end < len(tokens) and _tight(text, tokens[end - 1], tokens[end]) else ""
        size = end - index
        if (following in CURRENCY and size <= 9) or (following in COUNTED and size <= 2 and _short(tokens, index, end)):
            for place in range(index, end):
                atom[place] = False
        index = end


def _short(tokens: list[Token], start: int, end: int) -> bool:
    return all(len(token.text) <= 2 or not token.text.isdigit() for token in tokens[start:end])


def _tight(text: str, before: Token, after: Token) -> bool:
    between = text[before.end : after.start]
    return (
        all(character in " \t-.–—_/\u00a0\u2010\u2011\u2012·*~+()'\"" for character in between) and ". " not in between
    )


def _gap(text: str, tokens: list[Token], atom: list[bool], before: int, after: int) -> Gap | None:
    """How the digits at two tokens hang together; None when they do not."""
    if after == before + 1:
        return Gap.TIGHT if _tight(text, tokens[before], tokens[after]) else Gap.SOFT
    words = tokens[before + 1 : after]
    if any(token.kind in {"mask", "amount", "date", "phone"} for token in words):
        return None
    if any(_amount_in_words(tokens, index, before, after, atom) for index in range(before + 1, after)):
        return None
    names = [token.text for token in words if token.text not in {"hundred", "thousand"}]
    if not names or (names == ["and"] and tokens[before + 1].text in {"hundred", "thousand"}):
        return Gap.TIGHT
    if label_before(tokens, after, before) not in _HARMLESS:
        return None
    if _label_after(tokens, before, after) not in _HARMLESS:
        return None
    if names[-1] in _CODE:
        return None
    if names == ["and"] or all(name in FILLERS for name in names) or _tells_position(names):
        return Gap.SOFT
    if all(name in FILLERS for name in without_asides(text[words[0].start : words[-1].end]).split()):
        return Gap.SOFT
    if len(names) > _LONGEST_ASIDE or names[-1] == "or":
        return None
    return Gap.CORRECTION if any(name in CORRECTIONS for name in names) else Gap.ASIDE


def _tells_position(names: list[str]) -> bool:
    """Whether words between two digits only say which digits come: "the next four are", "and the final ones"."""
    return all(name in POSITIONS or name in FILLERS for name in names)


def _amount_in_words(tokens: list[Token], index: int, before: int, after: int, atom: list[bool]) -> bool:
    """Whether a struck number before a currency word stands between two digits."""
    return tokens[index].text in CURRENCY and before < index - 1 < after and not atom[index - 1]


def label_before(tokens: list[Token], index: int, limit: int, card_words: bool = False) -> str | None:
    """What the words before a number call it: the nearest label that only connecting words part from it."""
    code = means = False
    for place in range(index - 1, max(limit, index - 1 - _LABEL_REACH), -1):
        token = tokens[place]
        if token.kind == "mask":
            return None
        label = _label_at(tokens, place, limit)
        if label == "card" and code:
            return "code"
        if label == "amount" and means:
            return "card"
        if label:
            return label
        word = token.text.removesuffix("'s")
        if word in _MEANS:
            means = True
        if word in {"code", "codes"}:
            code = True
        elif (word in {"verification", "signature"} and code) or (code and is_numeric(token)):
            return "code"
        elif not (word in CONNECTORS or word in FILLERS or token.kind == "hash" or is_numeric(token)):
            return "code" if code and (card_words or word == "digit") else None
    return "code" if code and card_words else None


def _distant_label(tokens: list[Token], index: int, limit: int) -> str | None:
    """The label of something secret that an aside parts from its number: "cvv is, let me turn it over, 123"."""
    for place in range(index - 1, max(limit, index - 1 - _LABEL_REACH), -1):
        if tokens[place].kind != "word":
            return None
        label = _label_at(tokens, place, limit)
        if label and label != "card":  # "security code, let me flip the card over, it's two seven three"
            return label if label in _STRONG else None
    return None


def _label_at(tokens: list[Token], place: int, limit: int) -> str | None:
    """The label whose last word stands at a place."""
    word = tokens[place].text.removesuffix("'s")
    before = tokens[place - 1].text if place > limit + 1 and place > 0 else ""
    if word == "security":
        return "ssn" if before == "social" else "code"
    if word == "insurance" and before == "social":
        return "ssn"
    if word == "back" and before in {"the", "on"}:
        return "code"
    if word in _LAST or (word in {"four", "4", "for"} and before in _LAST):
        return "last"
    if len(word) == 1 and place - 2 > limit:
        return _SPELLED.get((tokens[place - 2].text, before, word))
    return LABELS.get(word)


def _label_after(tokens: list[Token], index: int, limit: int) -> str | None:
    """What the words after a number call it: "1234 is my PIN"."""
    linked = ""
    for place in range(index + 1, min(limit, index + 8, len(tokens))):
        word = tokens[place].text
        if tokens[place].kind != "word":
            return None
        if word in {"is", "was", "are", "for", "as", "that's", "thats", "being", "which", "on"}:
            linked = "names" if linked in {"", "names"} and word not in {"for", "on"} else "serves"
        elif linked and word == "security":
            return "ssn" if tokens[place - 1].text == "social" else "code"
        elif linked and word == "back":
            return "code"
        elif linked and word in LABELS and LABELS[word] != "card":
            label = LABELS[word]
            return label if label in _STRONG or (linked == "names" and label != "amount") else None
        elif word not in {"my", "the", "our", "a", "it", "in", "of", "three", "digit", "social", "bank", "card", "new"}:
            return None
    return None


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
    while last + 1 < len(tokens) and tokens[last + 1].text in {"hundred", "thousand"}:
        last += 1
    return tokens[chain.atoms[first]].start, tokens[last].end


def digit_count(chain: Chain) -> int:
    """The most digits that the chain can hold."""
    most = [0] * (len(chain.atoms) + 1)
    for place in range(len(chain.atoms) - 1, -1, -1):
        most[place] = max((len(digits) + most[after] for after, digits in chain.steps[place]), default=most[place + 1])
    return most[0]
