"""The legal order of a call, enforced for every sentence: who we are, whom we ask for, proof, disclosure, purpose.

Rule I-27 with I-01, I-03 … I-07, I-11, I-12 (opening, allow-list, mini-Miranda) and I-21 (explicit yes). Both the
rule-based and the LLM conversation speak through `Order.check`; what it refuses is never said. It is a hard
assertion, not advice: a caller of `check` lets `OrderViolation` surface or says something that is allowed.
"""

import re
from enum import StrEnum
from typing import Any

from archer.conversation.words import account, before, spoken
from archer.protocol import Session

FREE = "free"
"""The key of a sentence that comes from no list: a language model's own, or a tool's."""


class Phase(StrEnum):
    """How far the call has come. Each phase allows what is listed, and nothing of a later one."""

    NOTICE = "notice"
    """Nothing said yet: only the opening sentence."""
    PERSON = "person"
    """Opening said: ask for the person, courtesies, rights."""
    VERIFICATION = "verification"
    """Somebody says to be that person: ask for the factors."""
    DISCLOSURE = "disclosure"
    """Verified, third-party collector: the mini-Miranda before anything about the account."""
    PURPOSE = "purpose"
    """Everything that the guardrail lets pass."""


class OrderViolation(AssertionError):
    """A sentence or tool that this phase does not allow. `rule` is the id of the facts page."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{rule}: {reason}")
        self.rule = rule
        self.reason = reason


_ANYTIME = frozenset({**before.ANYTIME, **before.DANGER, **before.RIGHTS}) | {
    "third_party_message",
    "wrong_number_sorry",
}
ALLOWED: dict[Phase, frozenset[str]] = {
    Phase.NOTICE: frozenset(before.OPENING),
    Phase.PERSON: frozenset(before.OPENING) | frozenset(before.IDENTITY) | _ANYTIME,
    Phase.VERIFICATION: frozenset(before.SENTENCES),
    Phase.DISCLOSURE: frozenset(before.SENTENCES) | frozenset(account.DISCLOSURE) | {"verified"},
}
"""Sentence keys by phase; `PURPOSE` allows every key."""

_EARLY_TOOLS = frozenset({"schedule_callback", "transfer_to_agent", "record_restriction"})

_IMPLIES_DEBT = re.compile(
    r"\b(?:debts?|owe[ds]?|owing|balances?|past[- ]due|overdue|delinquen\w*|arrears|pay|pays|paid|paying|payments?|"
    r"payable|bills?|invoices?|loans?|credit|mortgage|lend\w*|borrow\w*|collect\w*|settle\w*|instal+ments?|dollars?|cents?|"
    r"charged?[- ]off|repossess\w*|due (?:date|on)|amount|minimum due|late fees?|default(?:ed)?|your card|"
    r"(?:checking|savings|credit card|card) account)\b|\$",
    re.IGNORECASE,
)
_DIGIT_RUN = re.compile(
    r"(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b[\s,-]*){4,}|\d[\d\s-]{2,}\d", re.IGNORECASE
)


class Order:
    """Tracks the phase of one call and says which sentence or tool is allowed next. Serialisable."""

    def __init__(self, session: Session) -> None:
        self._business = session.business_name
        self._customer = session.customer_name
        self._number = _digit_words(spoken.phone(session.callback_number))
        self.third_party = session.collector_mode == "third_party"
        self.mini_miranda_key = "mini_miranda" if session.first_communication else "mini_miranda_later"
        self.noticed = False
        self.claimed = False
        """Somebody said to be the person asked for."""
        self.verified = session.state.verified
        self.disclosed = False
        self.read_out: str | None = None
        """The intent whose sentence to confirm was spoken."""
        self.agreed: str | None = None
        """The intent that the caller said an explicit yes to."""

    @property
    def phase(self) -> Phase:
        """How far the call has come."""
        if not self.noticed:
            return Phase.NOTICE
        if self.verified:
            return Phase.DISCLOSURE if self.third_party and not self.disclosed else Phase.PURPOSE
        return Phase.VERIFICATION if self.claimed else Phase.PERSON

    def check(self, key: str, text: str) -> None:
        """Raise OrderViolation unless this sentence may be spoken now."""
        phase = self.phase
        if phase is Phase.PURPOSE:
            return
        if key not in ALLOWED[phase]:
            raise OrderViolation("I-27", f"{key!r} is not allowed in phase {phase.value}")
        if key in before.OPENING:
            self._check_opening(text)
        if key in account.DISCLOSURE and text != account.DISCLOSURE[key].plain[0]:
            raise OrderViolation("I-11", "the mini-Miranda is spoken verbatim")
        if not self.verified:
            self._check_words(key, text)

    def allows(self, key: str, text: str) -> bool:
        """Whether this sentence may be spoken now."""
        try:
            self.check(key, text)
        except OrderViolation:
            return False
        return True

    def check_tool(self, name: str, arguments: dict[str, Any]) -> None:
        """Raise OrderViolation unless this tool may be used now: proof before data, a yes before a deed."""
        if not self.noticed:
            raise OrderViolation("I-27", f"{name} before the opening")
        if name in _EARLY_TOOLS:
            return
        if name == "verify_account":
            if not self.claimed:
                raise OrderViolation("I-06", "verification before somebody said to be the person asked for")
            return
        if not self.verified:
            raise OrderViolation("I-06", f"{name} before verification")
        if self.phase is Phase.DISCLOSURE:
            raise OrderViolation("I-11", f"{name} before the mini-Miranda")
        if name == "confirm_arrangement" and (not self.agreed or arguments.get("intent_id") != self.agreed):
            raise OrderViolation("I-21", "confirmation without the caller's explicit yes to this very arrangement")

    def said(self, key: str) -> None:
        """A sentence is on its way to the caller."""
        if key in before.OPENING:
            self.noticed = True
        elif key in account.DISCLOSURE:
            self.disclosed = True

    def unheard(self, key: str) -> None:
        """A sentence that has to be heard in full was broken off: it is due again."""
        if key in before.OPENING:
            self.noticed = False
        elif key in account.DISCLOSURE:
            self.disclosed = False

    def person_claimed(self) -> None:
        """Somebody said to be the person asked for."""
        self.claimed = True

    def person_verified(self) -> None:
        """`verify_account` said that the factors are right."""
        self.claimed = self.verified = True

    def person_lost(self) -> None:
        """Somebody else is on the line now: everything about the person is off again."""
        self.claimed = self.verified = self.disclosed = False
        self.read_out = self.agreed = None

    def person_back(self, *, disclosed: bool) -> None:
        """It is the same person after all, who has heard the disclosure or not."""
        self.claimed = self.verified = True
        self.disclosed = disclosed

    def interrupted_line(self) -> None:
        """The line broke and came back: the notices are due again (I-04, I-05)."""
        self.noticed = False
        self.read_out = self.agreed = None

    def arrangement_read(self, intent_id: str) -> None:
        """The sentence to confirm of this intent was spoken to the caller."""
        self.read_out, self.agreed = intent_id, None

    def arrangement_agreed(self, intent_id: str) -> None:
        """The caller said an explicit yes; raises OrderViolation when the arrangement was not read out before."""
        if self.read_out != intent_id:
            raise OrderViolation("I-21", "a yes to something that was not read out")
        self.agreed = intent_id

    def arrangement_dropped(self) -> None:
        """The caller said no or changed his mind."""
        self.read_out = self.agreed = None

    def snapshot(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            name: getattr(self, name) for name in ("noticed", "claimed", "verified", "disclosed", "read_out", "agreed")
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Take over a snapshot; raises KeyError when it is not one."""
        for name in ("noticed", "claimed", "verified", "disclosed", "read_out", "agreed"):
            setattr(self, name, snapshot[name])

    def _check_opening(self, text: str) -> None:
        needed = {
            "I-01": self._business,
            "I-04": "automated assistant",
            "I-05": "recorded line",
            "I-03": "stop or press",
        }
        for rule, words in needed.items():
            if words.lower() not in text.lower():
                raise OrderViolation(rule, f"the opening does not say {words!r}")

    def _check_words(self, key: str, text: str) -> None:
        """The names of bank and customer may hold any word ("Maple Credit Union", "Bill Payne"); the rest may not."""
        rest = text.replace(self._business, " ").replace(self._customer, " ")
        found = _IMPLIES_DEBT.search(rest)
        if found:
            raise OrderViolation("I-06", f"{key!r} says {found.group()!r} before verification")
        run = _DIGIT_RUN.search(_digit_words(rest).replace(self._number, " "))
        if run:
            raise OrderViolation("I-06", f"{key!r} speaks digits before verification")


def _digit_words(text: str) -> str:
    """Written digits as words, so that a number is the same number however it is put down."""
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    spaced = re.sub(r"\d", lambda match: f" {names[int(match.group())]} ", text)
    return re.sub(r"[\s,+()-]+", " ", spaced).strip()
