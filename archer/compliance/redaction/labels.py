"""What the words around a number call it: "my card is", "1234 is my PIN", "the social on the application should be"."""

from archer.compliance.redaction.lexicon import CONNECTORS, COPULAS, COUNTS, FILLERS, GROUPS, LABELS
from archer.compliance.redaction.tokens import Token, is_numeric

LAST = frozenset({"last", "final", "first"})
STRONG = frozenset({"code", "ssn", "account", "pin"})
_REACH = 12
_SPELLED = {("s", "s", "n"): "ssn", ("c", "v", "v"): "code", ("c", "v", "c"): "code", ("p", "i", "n"): "pin"}
_MEANS = frozenset({"with", "using", "on", "from"})
_PREPOSITIONS = frozenset({"on", "for", "in", "of", "from", "to", "with"})
_DETERMINERS = frozenset({"the", "my", "our", "your", "this", "that", "his", "her", "their", "a"})
_OF_A_CARD = frozenset({"code", "pin", "date"})
_OF_ANOTHER = STRONG | {"phone", "postal", "date"}
_AFTER_FIRST = COUNTS | GROUPS | COPULAS | {"digits", "numbers", "ones", "half", "part"}
HALVES = frozenset({(side, part) for side in ("front", "back") for part in ("half", "part", "eight")})
"""Words that say which digits of a number come: "the back half"."""
_ENDING = frozenset({"ending", "ended"})
_CALLED = frozenset({"it", "that", "this", "them", "those"})
_OF_ITS_SENTENCE = frozenset({"order", "amount", "postal", "date", "phone"})
"""Labels that name a number of another sentence only when it comes at once: not "the other room. Okay. Five ..."."""
_VERBS = {"call": _CALLED, "pin": _CALLED, "checking": frozenset({"in", "on", "to", "if", "whether", "for"})}
"""Words that are no names of numbers before some others: "if that's what you call it", "checking in on"."""
_AFTER_A_CODE = frozenset({"verification", "signature"})


def label_before(tokens: list[Token], index: int, limit: int, card_words: bool = False) -> str | None:
    """What the words before a number call it: the nearest label that only connecting words part from it.

    Of "the phone on the account" the phone is meant."""
    code = means = False
    held: str | None = None
    for place in range(index - 1, max(limit, index - 1 - _REACH), -1):
        token = tokens[place]
        if token.kind == "mask":
            return _meant(held)
        label = label_at(tokens, place, limit)
        if token.stops and place < index - 1 and label in _OF_ITS_SENTENCE:
            return _meant(held)
        if label == "card" and code:
            return "code"
        if held and label in (_OF_A_CARD if held == "card" else _OF_ANOTHER):
            return label
        if held is None and label == "amount" and means:
            return "card"
        if held is None and label and qualifies(tokens, place, limit):
            held = label
        elif held is None and label:
            return label
        word = token.text.removesuffix("'s")
        if word in _MEANS:
            means = True
        if word in {"code", "codes"}:
            code = True
        elif (word in _AFTER_A_CODE and code) or (code and is_numeric(token)):
            return "code"
        elif not (label or word in CONNECTORS or word in FILLERS or token.kind == "hash" or is_numeric(token)):
            return _meant(held) or ("code" if code and (card_words or word == "digit") else None)
    return _meant(held) or ("code" if code and card_words else None)


def _meant(held: str | None) -> str | None:
    """What a label that only says where means if nothing is named before it; "on the phone" names no number."""
    return None if held == "phone" else held


def qualifies(tokens: list[Token], place: int, limit: int) -> bool:
    """Whether a label only says where the number named before it stands: "on the account"."""
    while place - 1 > limit and tokens[place - 1].text in _DETERMINERS:
        place -= 1
    return place - 1 > limit and tokens[place - 1].text in _PREPOSITIONS


def distant_label(tokens: list[Token], index: int, limit: int) -> str | None:
    """The label of something secret that an aside parts from its number: "cvv is, let me turn it over, 123"."""
    held: str | None = None
    for place in range(index - 1, max(limit, index - 1 - _REACH), -1):
        if tokens[place].kind != "word":
            return held
        label = label_at(tokens, place, limit)
        if label in STRONG and not qualifies(tokens, place, limit):
            return label
        if label == "last":
            return held
        held = held or (label if label in STRONG else None)
    return held


def label_at(tokens: list[Token], place: int, limit: int) -> str | None:
    """The label whose last word stands at a place."""
    word = tokens[place].text.removesuffix("'s")
    before = tokens[place - 1].text if place > limit + 1 and place > 0 else ""
    if word == "security":
        return "ssn" if before == "social" else "code"
    if word == "insurance" and before == "social":
        return "ssn"
    if word == "back" and before in {"the", "on"}:
        follows = tokens[place + 1].text.removesuffix("'s") if place + 1 < len(tokens) else ""
        return "code" if (word, follows) not in HALVES and _of_a_card(tokens, place) else None
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after and after.start - tokens[place].end > 1:
        after = None
    if word == "first" and not (after and (is_numeric(after) or after.text in _AFTER_FIRST)):
        return None
    if word == "ends" and after and after.text == "up":
        return None
    if word in LAST or (word in {"four", "4", "for"} and before in LAST):
        return "last"
    if after and after.text in _VERBS.get(word, ()):
        return None
    if word in _ENDING and (before in {"one", "number"} or LABELS.get(before) in {"card", "account"}):
        return "another"
    if len(word) == 1 and place - 2 > limit:
        return _SPELLED.get((tokens[place - 2].text, before, word))
    return LABELS.get(word)


def _of_a_card(tokens: list[Token], place: int) -> bool:
    """Whether "the back" is not the back of something else."""
    rest = [token.text for token in tokens[place + 1 : place + 6]]
    return rest[:1] != ["of"] or any(LABELS.get(word) == "card" or word == "it" for word in rest)


def label_after(tokens: list[Token], index: int, limit: int) -> str | None:
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
            return label if label in STRONG or (linked == "names" and label != "amount") else None
        elif word not in {
            "my",
            "the",
            "our",
            "a",
            "it",
            "in",
            "of",
            "three",
            "digit",
            "social",
            "bank",
            "card",
            "new",
            "one",
        }:
            return None
    return None
