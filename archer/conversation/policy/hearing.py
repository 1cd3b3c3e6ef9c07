"""What the caller said in one turn: its intent, and the values in it, found when somebody asks for them.

Intents and slots come from the understanding; here is only what depends on the conversation: how sure is sure
enough, which words choose a way of paying, what counts as an explicit yes (I-21), when digits are a card (I-20).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Literal

from archer.conversation.understanding import Understanding

SURE = 0.40
"""Below this an intent is not acted on."""
MAYBE = 0.22
"""A right heard at least this surely, but not surely, is asked about once."""
RIGHTS = frozenset(
    {
        "cease_contact",
        "attorney",
        "bankruptcy",
        "deceased",
        "identity_theft",
        "dispute_debt",
        "already_paid",
        "wrong_number",
        "third_party",
        "military",
        "language_request",
        "do_not_record",
        "request_human",
    }
)
"""What has to be acted on at once, wherever the conversation is (compliance table 6)."""

_STOP = re.compile(
    r"^\W*(?:please |just |ok(?:ay)? )?(?:stop|opt out|unsubscribe)(?:\W+(?:please|now|stop|calling|it))*\W*$", re.I
)
_CONDITION = re.compile(
    r"\b(?:but|if|unless|except|instead|only if|wait|hold on|actually|not sure|maybe|rather)\b", re.I
)
_CHANGE = re.compile(r"\b(?:change|instead|rather|different|actually|make it|switch|other)\b", re.I)
_LINK = re.compile(r"\b(?:links?|text(?:ed|ing)?|texts|sms|(?:debit|credit|my|a|by) card)\b", re.I)
_BANK = re.compile(
    r"\b(?:bank (?:transfer|account)|(?:my|the) bank|transfer|ach|checking|savings|e-?check|direct debit)\b", re.I
)
_LINK_ASKED = re.compile(r"\b(?:message|card|online|website|phone|cell|send)\b", re.I)
_BANK_ASKED = re.compile(r"\b(?:bank|routing|account)\b", re.I)
_FIRST = re.compile(r"^\W*(?:the )?(?:first|former)(?: one)?\W*$", re.I)
_SECOND = re.compile(r"^\W*(?:the )?(?:second|latter|other)(?: one)?\W*$", re.I)
_PARTIAL_TIMES = re.compile(
    r"\b(?:before|after|until) (?:noon|lunch|work|school|\d|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve)"
    r"|\bin the (?:mornings?|evenings?|afternoons?)\b|\b(?:mornings|evenings|afternoons|weekends|sundays|saturdays)\b"
    r"|\bat (?:night|dinner)",
    re.I,
)
_AT_WORK = re.compile(r"\b(?:at|on) (?:my |the )?(?:work|job|office|workplace)\b|\bwork (?:phone|number|line)\b", re.I)
_FOR_GOOD = re.compile(
    r"\b(?:ever|anymore|any more|at all|again|altogether|period|list|harass\w*|letters?|mail|writing)\b", re.I
)
_DIGIT_WORDS = ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_DIGIT = re.compile(rf"\d|\b(?:{'|'.join(_DIGIT_WORDS)}|double|triple)\b", re.I)
_MARKER = re.compile(r"\[(?:card number|card code)\]", re.I)
_BREAKS = re.compile(
    r"[,;.]|\band\b|\b(?:my |the )?(?:zip|postal)(?: ?code)?(?: is|'s)?\b|"
    r"\b(?:account|last four|digits)\b(?: is| are)?",
    re.I,
)


Method = Literal["sms_link", "bank_transfer"]


@dataclass(frozen=True)
class Clock:
    """What the slots need to know of the call: the customer's time and country, and the balance once it may be used."""

    now: datetime
    timezone: str
    country: Literal["US", "CA"]


class Hearing:
    """One turn of the caller."""

    def __init__(self, text: str, agent_said: str | None, understanding: Understanding, clock: Clock) -> None:
        self.text = " ".join(text.split())
        self._understanding = understanding
        self._clock = clock
        self.label, self.confidence = "out_of_scope", 0.0
        if self.text:
            classified = understanding.classify(self.text, agent_said)
            self.label, self.confidence = classified.label, float(classified.confidence)
        if _STOP.match(self.text):
            self.label, self.confidence = "cease_contact", 1.0  # the very words that the opening asks for

    @property
    def sure(self) -> bool:
        """The intent can be acted on."""
        return self.confidence >= SURE

    @property
    def intent(self) -> str:
        """The label when it is sure enough, else `unclear`."""
        return self.label if self.sure else "unclear"

    @property
    def suspected_right(self) -> str | None:
        """A right that was perhaps invoked; worth one question."""
        return self.label if self.label in RIGHTS and MAYBE <= self.confidence < SURE else None

    def slot(self, kind: str, **context: Any) -> Any:
        """One slot of the contract, None when it is not in the text."""
        return self._understanding.extract(kind, self.text, context) if self.text else None

    def amount(self, balance: str | None) -> Decimal | None:
        """The amount of money named, in dollars, positive."""
        value = self.slot("amount", **({"balance": balance} if balance else {}))
        try:
            amount = Decimal(value) if value is not None else None
        except (InvalidOperation, TypeError):
            return None
        return amount if amount is not None and amount > 0 else None

    @cached_property
    def months(self) -> int | None:
        """The number of months or payments named."""
        value = self.slot("months")
        return value if isinstance(value, int) and value > 0 else None

    @cached_property
    def moment(self) -> str | dict[str, str] | None:
        """The day or time named: ISO 8601 with offset, or `{"date": …}` with or without `part`."""
        value: str | dict[str, str] | None = self.slot(
            "datetime", now=self._clock.now.isoformat(), timezone=self._clock.timezone
        )
        return value

    @property
    def day(self) -> str | None:
        """The calendar day named, ISO 8601."""
        moment = self.moment
        return moment.get("date") if isinstance(moment, dict) else moment[:10] if moment else None

    @cached_property
    def yes_no(self) -> bool | None:
        """A yes or a no, by intent or by words."""
        if self.sure and self.label in ("affirm", "negate"):
            return self.label == "affirm"
        value = self.slot("yes_no")
        return value if isinstance(value, bool) else None

    @property
    def explicit_yes(self) -> bool:
        """A yes without an if or a but."""
        return self.yes_no is True and not _CONDITION.search(self.text)

    @property
    def wants_change(self) -> bool:
        """Words of somebody who wants something else than what lies before him."""
        return bool(_CHANGE.search(self.text))

    @property
    def method(self) -> Method | None:
        """The way of paying named in so many words; None when none or both are."""
        return _one_of(bool(_LINK.search(self.text)), bool(_BANK.search(self.text)))

    @property
    def method_asked(self) -> Method | None:
        """The way of paying, when the question was just that: looser words and "the first one" count."""
        if _FIRST.match(self.text) or _SECOND.match(self.text):
            return "sms_link" if _FIRST.match(self.text) else "bank_transfer"
        loose = _one_of(bool(_LINK_ASKED.search(self.text)), bool(_BANK_ASKED.search(self.text)))
        return self.method or (loose if not (_LINK.search(self.text) or _BANK.search(self.text)) else None)

    @property
    def only_some_times(self) -> bool:
        """A wish not to be called concerns certain hours or days and not calls as such."""
        return (self.at_work or bool(_PARTIAL_TIMES.search(self.text))) and not _FOR_GOOD.search(self.text)

    @property
    def at_work(self) -> bool:
        """It is about being called at work (C-08)."""
        return bool(_AT_WORK.search(self.text))

    @property
    def card_digits(self) -> bool:
        """So many digits in a row of speech that they can only be a card or an account number."""
        return bool(_MARKER.search(self.text)) or len(_DIGIT.findall(self.text)) >= 13

    @property
    def digit_count(self) -> int:
        """Digits in the text, spoken or written."""
        return len(_DIGIT.findall(self.text))

    def factors(self) -> tuple[str | None, str | None]:
        """Last four and postal code, each None when it is not there; both may come in one breath."""
        country = self._clock.country
        last_four, postal = self.slot("last_four"), self.slot("postal_code", country=country)
        if last_four and postal and self.digit_count >= 4 + sum(c.isdigit() for c in postal):
            return last_four, postal
        if last_four and postal:  # one run of digits was read as both
            return (last_four, None) if self.digit_count <= 4 and country == "US" else (None, postal)
        if last_four or postal:
            return self._other_part(last_four, postal)
        return self._by_parts(None, None)

    def _other_part(self, last_four: str | None, postal: str | None) -> tuple[str | None, str | None]:
        """One factor was found in the whole; the other may stand in a part of it."""
        if self.digit_count <= (4 if last_four else 5):
            return last_four, postal
        return self._by_parts(last_four, postal)

    def _by_parts(self, last_four: str | None, postal: str | None) -> tuple[str | None, str | None]:
        parts = [part for part in _BREAKS.split(self.text) if part and _DIGIT.search(part)]
        runs = [self.text] if len(parts) < 2 else parts
        for part in runs:
            plain = "".join(c for c in _spoken_as_digits(part) if c.isdigit())
            if len(plain) == 9 and self._clock.country == "US":
                return last_four or plain[:4], postal or plain[4:]
            four = self._understanding.extract("last_four", part, {})
            code = self._understanding.extract("postal_code", part, {"country": self._clock.country})
            if code and not postal and (not four or len(plain) != 4):
                postal = code
            elif four and not last_four:
                last_four = four
        return last_four, postal


def _spoken_as_digits(text: str) -> str:
    values = {word: str(max(0, i - 1)) for i, word in enumerate(_DIGIT_WORDS)}
    return re.sub(r"[a-z]+", lambda match: values.get(match.group(), " "), text.lower())


def _one_of(link: bool, bank: bool) -> Method | None:
    return None if link == bank else "sms_link" if link else "bank_transfer"
