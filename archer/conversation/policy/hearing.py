"""What the caller said in one turn: its intent, and the values in it, found when somebody asks for them.

Intents and slots come from the understanding; here is only what depends on the conversation: how sure is sure
enough, which words choose a way of paying, what counts as an explicit yes (I-21), when digits are a card (I-20).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from archer.conversation.policy import bare_month, cleaning, evidence, factors, methods
from archer.conversation.policy.digits import digits_in
from archer.conversation.policy.methods import Method
from archer.conversation.understanding import Understanding

SURE = 0.40
"""Below this an intent is not acted on."""
RIGHT_SURE = 0.50
"""A right is acted on from here on; it is written down and cannot be taken back by a misheard word."""
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
    r"\b(?:but|if|unless|except|instead|(?:as|so) long as|provided|assuming|depend(?:s|ing)|wait|hold on|actually|"
    r"not sure|maybe|perhaps|possibly|probably|hopefully|might|rather|can i|could i|"
    r"(?<!that's )(?<!thats )what|how|why|when|which)\b",
    re.I,
)
_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|sure|okay|ok|correct|right(?! now)|go ahead|please do|do it|agreed?|authori[sz]e|"
    r"confirm(?:ed)?|absolutely(?! not)|of course(?! not)|si|oui|sounds (?:good|great|perfect)|works for me|go for it|"
    r"by all means|you bet(?:cha)?)\b|"
    r"^\W*(?:yah?|yea|aye|ja|ayuh)\b(?! know)|"
    r"^\W*(?:please )?(?:send|set|book|let's do) (?:it|that)(?: up| over| now| please)*\W*$",
    re.I,
)
_BARE_NO = re.compile(
    r"^\W*(?:no|nope|nah)(?:\W+(?:sorry|sir|ma'?am|not (?:me|him|her)|i'?m not|it'?s not|this isn'?t))*\W*$", re.I
)
_LEADS_WITH_NO = re.compile(r"^\W*(?:no|nope|nah)\b(?! (?:problem|objection|worries|issue|doubt))", re.I)
_BARE_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|yah?|yea|aye|ja|ayuh|sure|okay|ok|uh\W?huh|m+\W?hm+|you bet(?:cha)?|by all means)"
    r"(?:\W+(?:please|sir|ma'?am|sure|okay|ok|yes|yeah))*[^\w?]*$",
    re.I,
)
_BUSY = re.compile(
    r"\b(?:driving|behind the wheel|(?:in|into) a meeting|busy|can'?t (?:really )?talk|bad timing|not now|swamped|"
    r"tied up|(?:bad|inconvenient|not (?:a|the) (?:good|great|best)) (?:time|moment)|in the middle of|about to|"
    r"walking into|on my way)\b",
    re.I,
)
_GOES_ON = re.compile(
    r"\b(?:go ahead|go on|(?:make|keep) it (?:quick|fast|short|brief)|i can talk|"
    r"(?:i'?ve got|i have|got) (?:a|one|two|five|a few) (?:min\w*|second|sec|moment)s?)\b",
    re.I,
)
"""C-08: "I'm at work, go ahead" puts nothing off."""
_CALL_THEN = re.compile(
    r"\b(?:try (?:me|again)|(?:call|ring|phone|reach|get) (?:me|back)|better|instead|how about|works?|suits?|free|"
    r"good time|available|would be (?:good|fine|great|ok|okay|best))\b",
    re.I,
)
_ALSO_ME = re.compile(
    r"^\W*(?:speaking|yes|yeah|yep|yup|uh\W?huh|m+\W?hm+|this is (?:he|she|me|(?:him|her)(?! (?!but|and|who|what)\w))|"
    r"that'?s me|it'?s me)\b",
    re.I,
)
_IS_ME = re.compile(r"\b(?:this is|speaking|i am|i'm|it's me|that's me|me)\b", re.I)
_MONEY = re.compile(r"\$|\b(?:dollars?|bucks|cents?)\b|\.\d\d\b", re.I)
_AT_TIME = re.compile(r"\b(?:at|around|by|o'?clock|[ap]\.?m|tomorrow|tonight|in the|months?|weeks?|days?)\b", re.I)
_PAYING = frozenset({"offer_amount", "pay_now", "promise_to_pay", "payment_plan"})
_SAYS_LITTLE = frozenset({"affirm", "negate", "thanks", "out_of_scope", "identity_confirmed", "knowledge_question"})
_CHANGE = re.compile(r"\b(?:change|instead|rather|different|actually|make it|switch|other)\b", re.I)
_PARTIAL_TIMES = re.compile(
    r"\b(?:before|after|until) (?:noon|lunch|work|school|\d|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve)"
    r"|\bin the (?:mornings?|evenings?|afternoons?|daytime|day)\b|\b(?:mornings|evenings|afternoons|daytime)\b"
    r"|\b(?:weekends?|weekdays|(?:sun|mon|tues|wednes|thurs|fri|satur)days)\b"
    r"|\bduring (?:the day|(?:work|business|office|school|dinner)\w*)|\bat (?:night|dinner)",
    re.I,
)
_AT_WORK = re.compile(r"\b(?:at|on) (?:my |the )?(?:work|job|office|workplace)\b|\bwork (?:phone|number|line)\b", re.I)
_FOR_GOOD = re.compile(
    r"\b(?:(?<!n['’]t )(?<!not )ever|anymore|any more|at all|again|altogether|period|list|harass\w*|letters?|mail|"
    r"writing)\b",
    re.I,
)
_ONE = re.compile(
    r"(?<!twenty[ -])\b(?:(?:which|that|this|the|each|every|any|no|some|another|either|last|first|second|third|other|"
    r"next|good|bad|miss|skip|quick) one|one (?:of (?:those|them|these|your|my|the)|more (?:question|thing|time)|"
    r"question|thing|moment|second|sec|minute|day|time))\b(?! (?:hundred|thousand|dollar|ten|eleven|\w+teen|\w+ty\b))",
    re.I,
)
"""A "one" that counts no dollars: "that one", "one of those"."""
_SMALL = Decimal(20)
"""Below this, dollars and cents are more likely hundreds and dollars."""
_CLAUSES = re.compile(r"[.?!;,]+\s+|\bbut\b|\bthough\b", re.I)
_HARMLESS_NO = re.compile(r"\b(?:no|not a) (?:problem|objections?|worries|issue|doubt)\b|\bwhy not\b", re.I)
_DENIES = re.compile(r"\b(?:can'?t|cannot|can not|don'?t|do not|won'?t|no|not|never|unable)\b", re.I)
_SPAN = re.compile(
    r"\b(a couple(?: of)?|an?(?:other)?|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|fifteen|twenty|"
    r"thirty|\d{1,2})[- ](?:more |extra |additional |full )?(day|week|month)s?\b",
    re.I,
)
_AHEAD = timedelta(minutes=10)
_INTENDS = re.compile(
    r"\b(?:i'?ll|i'?d better|might as well|i guess i|i will|let'?s|let me|i want to|i'?d like to|i can|gonna|going to|"
    r"put)\b",
    re.I,
)
_MARKER = re.compile(r"\[(?:card number|card code)\]", re.I)


@dataclass(frozen=True)
class Clock:
    """What the slots need to know of the call: the customer's time and country, and the balance once it may be used."""

    now: datetime
    timezone: str
    country: Literal["US", "CA"]


class Hearing:
    """One turn of the caller."""

    def __init__(self, text: str, agent_said: str | None, understanding: Understanding, clock: Clock) -> None:
        self._said, self.text = text, cleaning.plain(text)
        self._understanding = understanding
        self._clock = clock
        self._agent_said = agent_said
        self.mood = ""  # "complains" of calls that were made, or is "bereaved" of somebody else than the customer
        self.label, self.confidence = "out_of_scope", 0.0
        self.ranked: tuple[tuple[str, float], ...] = ()
        """The likeliest labels with their probabilities, best first; empty when the words themselves decide."""
        if self.text:
            classified = understanding.classify(self.text, agent_said)
            self.label, self.confidence = classified.label, float(classified.confidence)
            self.ranked = tuple(getattr(classified, "ranked", ())) or ((self.label, self.confidence),)
        if self.bare_no:  # whatever was asked, these words are no more than that
            self._decide("negate", max(self.confidence, 0.9))
        elif _BARE_YES.match(self.text) and self.label != "identity_confirmed":
            self._decide("affirm", max(self.confidence, 0.9))
        if _STOP.match(self.text):
            self._decide("cease_contact", 1.0)  # the very words that the opening asks for

    def only(self, text: str) -> "Hearing":
        """A part of the turn, heard as if it had come alone."""
        return Hearing(text, self._agent_said, self._understanding, self._clock)

    def _decide(self, label: str, confidence: float) -> None:
        self.label, self.confidence, self.ranked = label, confidence, ()

    def take(self, label: str, confidence: float) -> None:
        """Read the turn otherwise than it was classified."""
        self.label, self.confidence = label, confidence
        self.__dict__.pop("yes_no", None)

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
        return self.label if self.label in RIGHTS and MAYBE <= self.confidence < RIGHT_SURE else None

    @property
    def right(self) -> str | None:
        """The right that is invoked; None when none surely is."""
        return self.label if self.label in RIGHTS and self.confidence >= RIGHT_SURE else None

    def slot(self, kind: str, **context: Any) -> Any:
        """One slot of the contract, None when it is not in the text."""
        return self._understanding.extract(kind, self.text, context) if self.text else None

    def amount(self, balance: str | None, *, asked: bool = False) -> Decimal | None:
        """The amount of money named, in dollars, positive.

        A small bare number is an hour or a count rather than money, unless an amount was `asked` for. "Two fifty" is
        two hundred fifty dollars to somebody who owes as much, and two dollars fifty to nobody; the balance without its
        cents is the balance.
        """
        context = {"balance": balance} if balance else {}
        amount = self._sum(**context)
        if amount is None:
            return None
        if balance and amount < _SMALL:
            hundreds = self._sum(**context, scale_hint="hundreds")
            amount = hundreds if hundreds is not None and hundreds <= Decimal(balance) else amount
        if balance and same_sum(amount, Decimal(balance)):
            return Decimal(balance)
        doubtful = amount <= 12 and not asked and not _MONEY.search(self.text)
        return None if doubtful and (self.label not in _PAYING or _AT_TIME.search(self.text)) else amount

    def _sum(self, **context: Any) -> Decimal | None:
        text = _ONE.sub(" ", bare_month.DAY_OF_MONTH.sub(" ", self.text))
        return _money(self._understanding.extract("amount", text, context)) if text.strip() else None

    @cached_property
    def months(self) -> int | None:
        """The number of months or payments named."""
        value = self.slot("months")
        return value if isinstance(value, int) and value > 0 else None

    @cached_property
    def moment(self) -> str | dict[str, str] | None:
        """The day or time named: ISO 8601 with offset, or `{"date": …}` with or without `part`."""
        return bare_month.or_month(self.text, self.moment_on(None), self._clock.now, self._clock.timezone)

    def moment_on(self, day: str | None) -> str | dict[str, str] | None:
        """The same, on `day` (ISO 8601) where none is named."""
        context = {"now": self._clock.now.isoformat(), "timezone": self._clock.timezone, "day": day}
        value: str | dict[str, str] | None = self.slot("datetime", **context)
        return value

    @property
    def later(self) -> str | dict[str, str] | None:
        """The day or time named, when it lies ahead: "right now" and "today" are none."""
        moment = self.moment
        if isinstance(moment, str):
            return moment if datetime.fromisoformat(moment) > self._clock.now + _AHEAD else None
        today = self._clock.now.astimezone(ZoneInfo(self._clock.timezone)).date().isoformat()
        return moment if moment and (moment["date"] > today or "part" in moment) else None

    @cached_property
    def span(self) -> str | None:
        """The day that so much more time leads to: "by two weeks", "a ten day extension"."""
        found = _SPAN.search(self.text)
        if found is None:
            return None
        context = {"now": self._clock.now.isoformat(), "timezone": self._clock.timezone}
        span = f"in {found[1].lower().replace('another', 'one')} {found[2]}s"
        value = self._understanding.extract("datetime", span, context)
        return value.get("date") if isinstance(value, dict) else None

    @property
    def says_yes(self) -> bool:
        """A word of assent or of intention is there, and no denial."""
        return bool(_YES.search(self.text) or _INTENDS.search(self.text)) and not _DENIES.search(self.text)

    @property
    def day(self) -> str | None:
        """The calendar day named, ISO 8601."""
        moment = self.moment
        return moment.get("date") if isinstance(moment, dict) else moment[:10] if moment else None

    @cached_property
    def yes_no(self) -> bool | None:
        """A yes or a no, by intent or, where the intent says little, by words."""
        if self.sure and self.label in ("affirm", "negate"):
            return self.label == "affirm"
        if self.sure and self.label not in _SAYS_LITTLE and not _YES.search(self.text):
            return None
        value = self.slot("yes_no", **({"question": self._agent_said} if self._agent_said else {}))
        if value is True and _LEADS_WITH_NO.match(self.text) and not _YES.search(self.text):
            return False  # "no, let's go on" is no yes to whatever was asked
        return value if isinstance(value, bool) else None

    @property
    def offers_part(self) -> bool:
        """One clause names an amount and denies nothing, whatever the others say: "not all that, but fifty"."""
        clauses = [clause for clause in _CLAUSES.split(self.text) if clause and not _DENIES.search(clause)]
        return any(_money(self._understanding.extract("amount", clause, {})) for clause in clauses)

    @property
    def bare_no(self) -> bool:
        """No, and nothing else: who is there, and whether the person asked for is, stays open."""
        return bool(_BARE_NO.match(self.text))

    @property
    def is_me(self) -> bool:
        """The speaker says in so many words to be the person asked for."""
        return self.intent == "identity_confirmed" and bool(_IS_ME.search(self.text))

    @property
    def also_me(self) -> bool:
        """It begins with "speaking" or the like, whatever follows."""
        return bool(_ALSO_ME.match(self.text))

    @property
    def is_busy(self) -> bool:
        """The words say that now is a bad time, and not that it will do all the same."""
        return bool(_BUSY.search(self.text)) and not _GOES_ON.search(self.text)

    @property
    def asks_to_wait(self) -> bool:
        """It begins with "hold on" or the like, whatever follows."""
        return cleaning.waits(self._said)

    @property
    def goes_on(self) -> bool:
        """The speaker wants to go on, whatever else keeps him busy."""
        return bool(_GOES_ON.search(self.text))

    @property
    def proposes_time(self) -> bool:
        """A time is named as one to call at, and not as one that is taken."""
        return self.later is not None and bool(_CALL_THEN.search(self.text))

    @property
    def explicit_yes(self) -> bool:
        """A yes without an if or a but; whether it is consent to what was read out, `consent` tells."""
        said = self.label == "affirm" or bool(_YES.search(self.text))
        doubtful = _CONDITION.search(self.text) or _DENIES.search(_HARMLESS_NO.sub("", self.text))
        return self.yes_no is True and said and not doubtful

    @property
    def wants_change(self) -> bool:
        """Words of somebody who wants something else than what lies before him."""
        return bool(_CHANGE.search(self.text))

    @property
    def method(self) -> Method | None:
        """The way of paying named in so many words; None when none or both are."""
        return methods.named(self.text)

    @property
    def method_left(self) -> Method | None:
        """The way that is left when just the other one is turned down: "nothing with links"."""
        return methods.left(self.text)

    @property
    def method_asked(self) -> Method | None:
        """The way of paying, when the question was just that: looser words and "the first one" count."""
        return methods.chosen(self.text)

    @property
    def only_some_times(self) -> bool:
        """A wish not to be called concerns certain hours or days and not calls as such."""
        text = evidence.EVER.sub(r"\1", self.text)
        return (self.at_work or bool(_PARTIAL_TIMES.search(text))) and not _FOR_GOOD.search(text)

    @property
    def at_work(self) -> bool:
        """It is about being called at work (C-08)."""
        return bool(_AT_WORK.search(self.text))

    @property
    def card_digits(self) -> bool:
        """So many digits in a row of speech that they can only be a card or an account number."""
        return bool(_MARKER.search(self.text)) or self.digit_count >= 13

    @property
    def digit_count(self) -> int:
        """Digits in the text, spoken or written."""
        return len(digits_in(self.text))

    @cached_property
    def factors(self) -> factors.Factors:
        """Last four and postal code, for whoever knows of none yet; both may come in one breath."""
        return factors.of(self.text, self._clock.country)


def same_sum(named: Decimal, exact: Decimal | None) -> bool:
    """Whether an amount is the exact one, be it without its cents: "four twelve" is 412.35."""
    if exact is None:
        return False
    return named == exact or (named == int(named) and int(exact) <= named <= int(exact) + (exact % 1 >= _HALF))


_HALF = Decimal("0.5")


def _money(value: Any) -> Decimal | None:
    try:
        amount = Decimal(value) if value is not None else None
    except (InvalidOperation, TypeError):
        return None
    return amount if amount is not None and amount > 0 else None
