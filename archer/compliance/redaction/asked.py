"""What a question before a number asked for: "And the code on the back?" answers for "Sure, the three digits are 443".

The answer may begin with words that name nothing, and a few short sentences may stand before it ("hang on").
"""

import re
from bisect import bisect_left, bisect_right

from archer.compliance.redaction.described import Described
from archer.compliance.redaction.labels import STRONG, label_at, qualifies
from archer.compliance.redaction.lexicon import CONNECTORS, COUNTS, FILLERS, OPENERS
from archer.compliance.redaction.speakers import HOW_MUCH, asks, holds_a_number
from archer.compliance.redaction.tokens import Token

_SENTENCE = re.compile(r"[^.?!\n]+[.?!\n]*")
_WORD = re.compile(r"[a-z']+|\d+")
_REFERS = re.compile(r"\b(?:codes?|digits?|numbers?|it|it's|its|they|that's|those|three)\b")
_CODE = re.compile(r"\b(?:code|codes|cvv2?|cvc2?|cid|csc)\b")
_OTHER_CODE = re.compile(
    r"\b(?:area|promo\w*|confirmation|zip|postal|error|gate|door|tracking|discount|coupon|country|reference|text|texted|"
    r"sent|emailed|messaged|sms|login|access|offer|gift|reason|status) (?:\w+ ){0,2}?(?:codes?|digits)\b"
    r"|\bcode\b.{0,20}\b(?:text(?:ed)?|sent|email(?:ed)?|sms|letter|receipt|coupon)\b"
)
_OF_A_CARD = re.compile(
    r"\b(?:security|verification|card|back|front|reverse|signature|(?:three|four|3|4)[ -]digit|amex|visa|mastercard|"
    r"discover|american express)\b"
)
_SIDE = r"\b(?:back|front|reverse|signature|behind)\b"
_FEW = r"\b(?:three|four|3|4|little|small)(?: little| small)?[ -](?:digits?|numbers?|code)\b"
_DIGITS_ON_A_CARD = re.compile(rf"(?<!last ){_FEW}.*{_SIDE}|{_SIDE}.*{_FEW}")
_THREE_DIGITS = re.compile(r"(?<!last )(?<!first )(?<!next )\b(?:three|3)[ -]digits?\b")
_ASKS_BACK = re.compile(r"\s*(?:\w+\W+){0,3}\w+\s*\?")
"""A short question of the one who was asked: "The what?"."""
_LONGEST_LEAD, _FARTHEST, _MOST_SENTENCES = 90, 200, 5
_A_TURN_ENDS = "   "
"""A label of the next speaker, blanked."""
_GENERIC = CONNECTORS | FILLERS | OPENERS | COUNTS | {"one"}
_Bounds = tuple[int, int]


class Asked:
    """The questions of one text."""

    def __init__(self, text: str, tokens: list[Token], described: Described) -> None:
        """Cut a text into sentences; what one asks for is found out when a number comes after it."""
        self._text = text.lower().replace("’", "'")
        self._tokens = tokens
        self._described = described
        questions = "?" in text or "\n" in text or _A_TURN_ENDS in text
        self._sentences = [match.span() for match in _SENTENCE.finditer(self._text)] if questions else []
        self._kinds: dict[_Bounds, str | None] = {}

    def kind(self, start: int) -> str | None:
        """The label of what was asked for when the number at a character answers a question; None otherwise."""
        place = max(bisect_right(self._sentences, (start, len(self._text))) - 1, 0)
        lead = self._text[self._sentences[place][0] : start] if place else ""
        if not place or len(lead) > _LONGEST_LEAD or not all(word in _GENERIC for word in _WORD.findall(lead)):
            return None
        refers = bool(_REFERS.search(lead))
        for before in range(place - 1, max(-1, place - 1 - _MOST_SENTENCES), -1):
            bounds = self._sentences[before]
            said = self._text[bounds[0] : bounds[1]]
            kind = self._asked_in(bounds)
            if kind is None and refers and (_CODE.search(said) or _ASKS_BACK.match(said)):
                continue  # "what's the code?", handed on
            if kind or "?" in said or start - bounds[1] > _FARTHEST:
                fits = kind in {"code", "order"} or not _CODE.search(lead)
                return kind if fits and self._awaits(bounds) else None
            if holds_a_number(said) or not (refers or not asks(said)):
                return None
        return None

    def _awaits(self, bounds: _Bounds) -> bool:
        """Whether an answer may follow a sentence: it is a question or ends a turn."""
        said = self._text[slice(*bounds)]
        return "?" in said or "\n" in said or self._text.startswith(_A_TURN_ENDS, bounds[1])

    def _asked_in(self, bounds: _Bounds) -> str | None:
        if bounds not in self._kinds:
            said = self._text[slice(*bounds)]
            if HOW_MUCH.search(said):
                self._kinds[bounds] = "amount"
            else:
                self._kinds[bounds] = self._kind_of(said, *bounds) if asks(said) else None
        return self._kinds[bounds]

    def _kind_of(self, said: str, first: int, end: int) -> str | None:
        if _OTHER_CODE.search(said):
            return "order"
        if (_CODE.search(said) and _OF_A_CARD.search(said)) or _DIGITS_ON_A_CARD.search(said):
            return "code"
        if self._described.named_in(first, end) == "code":
            return "code"
        labels: list[str] = []
        qualifying: list[str] = []
        bounds = (bisect_left(self._tokens, character, key=lambda token: token.start) for character in (first, end))
        for place in range(*bounds):
            label = label_at(self._tokens, place, -1)
            if label:
                (qualifying if qualifies(self._tokens, place, -1) else labels).append(label)
        labels = labels or [label for label in qualifying if label in STRONG]  # "it's asking for the CVV"
        if "last" in labels:
            return "last"
        named = next((label for label in labels if label != "card"), None)
        number = "number" in said
        if (named == "account" and ("card" in labels or not number)) or (named == "amount" and _CODE.search(said)):
            return None
        if named is None and _THREE_DIGITS.search(said):
            return "code"
        return named or ("card" if labels and number else None)
