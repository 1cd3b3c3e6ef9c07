"""What a scripted caller is made of: the customer's facts, the rules, the telephone, the expected outcome."""

import re
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from local.callers import days

NO_CALLBACK = "none"


@dataclass(frozen=True)
class Customer:
    """The facts that both the bank's books and the caller's answers are made from."""

    name: str = "Jordan Rivera"
    account_last_4: str = "4321"
    postal_code: str = "94107"
    state: str = "CA"
    country: str = "US"
    timezone: str = "America/Los_Angeles"
    language: str = "en"
    email: str = "jordan.rivera@example.com"
    balance: str = "412.35"
    days_overdue: int = 18
    segment: str = "standard"

    def words(self) -> dict[str, str]:
        """The facts as placeholders for rules and sentences: `{name}`, `{first_name}`, `{last_four}`, …"""
        return {
            "name": self.name,
            "first_name": self.name.split()[0],
            "last_four": self.account_last_4,
            "last_four_spaced": " ".join(self.account_last_4),
            "postal_code": self.postal_code,
            "balance": self.balance,
            "wrong_four": "9999" if self.account_last_4 != "9999" else "1111",
        }

    def book_entry(self, external_id: str, phone_number: str, now: date) -> dict[str, Any]:
        """The body of `POST /customers` that makes the bank know this person, reachable and consenting.

        `now` is the policy date: due date and consents lie before it.
        """
        return {
            "external_id": external_id,
            "phone_number": phone_number,
            **asdict(self),
            "due_date": (now - timedelta(days=self.days_overdue)).isoformat(),
            "flags": {},
            "consents": [
                {"kind": kind, "source": "application", "granted_at": f"{now - timedelta(days=400)}T17:00:00Z"}
                for kind in ("ai_voice", "sms", "recording")
            ],
            "number": {
                "line_type": "wireless",
                "kind": "personal",
                "reassigned": {"result": "no", "queried_on": (now - timedelta(days=1)).isoformat()},
            },
        }


@dataclass(frozen=True)
class Rule:
    """When the agent says something like this, do that.

    `when` is a regular expression over what the agent said since the caller last answered, lower case, in which
    placeholders such as `{name}` stand for the customer's facts. Write a literal brace twice.
    """

    when: str
    say: tuple[str, ...] = ()
    """What to say at the first, second, … use; the last sentence stands for all further uses."""
    press: str = ""
    """Keys to press, after anything said."""
    hang_up: bool = False
    silent: bool = False
    """Take note and say nothing: the agent's words need no answer."""
    interrupt: bool = False
    """Do not wait for the end of the agent's turn: speak over it as soon as the words are heard."""
    times: int | None = None
    """How often the rule may be used; without a number, always."""
    group: str = ""
    """Rules of one group count their uses together: the second wrong answer is the second, however it was asked."""


@dataclass(frozen=True)
class Arrangement:
    """The arrangement that the call should leave behind; None is not looked at."""

    kind: str
    method: str | None = None
    amount: str | None = None
    installments: int | None = None
    """Payments of a plan, a down payment included."""
    due: str | None = None
    """The day it is due, counted from the day of the call: see `local.callers.days`."""

    def fits(self, found: list[dict[str, Any]], call: dict[str, Any]) -> bool:
        """Whether this is the one found in a call, as `GET /calls/{id}` gives it."""
        wanted = {key: value for key, value in asdict(self).items() if value is not None}
        due = wanted.pop("due", None)
        if [{key: item.get(key) for key in wanted} for item in found] != [wanted]:
            return False
        return due is None or days.fits_day(due, found[0].get("due_date"), days.day_of_call(call))


@dataclass(frozen=True)
class Expect:
    """What the call should come to, in the words of the API; None is not looked at."""

    status: str = "completed"
    disposition: str | None = None
    verified: bool | None = None
    arrangement: Arrangement | None = None
    rest: Arrangement | None = None
    """The promise for the rest beside a payment."""
    no_arrangement: bool = False
    restriction: str | None = None
    sms: int | None = None
    callback: str | None = None
    """When the bank is to call again, in the customer's time, counted from the day of the call: `+1 17:00`,
    `friday 10:00`, `any`, or `none`."""

    def misses(self, call: dict[str, Any]) -> list[str]:
        """Where a call, as `GET /calls/{id}` gives it, differs from this: one sentence each, none when all is well."""
        active = [item for item in call.get("arrangements") or [] if item.get("status") == "active"]
        texts = [item for item in call.get("messages") or [] if item.get("channel") == "sms"]
        restriction = (call.get("restriction") or {}).get("kind")
        found = {
            "status": (self.status, call.get("status")),
            "disposition": (self.disposition, call.get("disposition")),
            "verified": (self.verified, call.get("verified")),
            "restriction": (self.restriction, restriction),
            "text messages": (self.sms, len(texts)),
        }
        wrong = [
            f"{name} should be {wanted!r}, is {actual!r}"
            for name, (wanted, actual) in found.items()
            if wanted is not None and wanted != actual
        ]
        if self.no_arrangement and active:
            wrong.append(f"nothing should be arranged, is {[item.get('kind') for item in active]}")
        wrong += self._arrangement_misses(active, call)
        wrong += self._callback_misses(call)
        return wrong

    def _arrangement_misses(self, active: list[dict[str, Any]], call: dict[str, Any]) -> list[str]:
        if self.arrangement is None:
            return []
        if self.arrangement.kind == "payment":
            promised = [item for item in active if item.get("kind") == "promise"]
            active = [item for item in active if item not in promised]
            if self.rest is not None and not self.rest.fits(promised, call):
                return [f"the rest should be promised as {asdict(self.rest)}, is {[_shown(item) for item in promised]}"]
        wanted = {key: value for key, value in asdict(self.arrangement).items() if value is not None}
        due = wanted.pop("due", None)
        if [{key: item.get(key) for key in wanted} for item in active] != [wanted]:
            return [f"the one arrangement should be {wanted}, there are {[_shown(item) for item in active]}"]
        if due is not None and not days.fits_day(due, active[0].get("due_date"), days.day_of_call(call)):
            return [f"the arrangement should be due {due}, is {active[0].get('due_date')}"]
        return []

    def _callback_misses(self, call: dict[str, Any]) -> list[str]:
        if self.callback is None:
            return []
        booked = call.get("callback") or {}
        if self.callback == NO_CALLBACK:
            return [f"no callback should be booked, is {booked}"] if booked.get("status") == "scheduled" else []
        at, zone = booked.get("scheduled_for"), booked.get("timezone")
        if days.fits_moment(self.callback, at, zone, days.day_of_call(call)):
            return []
        return [f"the callback should be {self.callback}, is {at} ({zone})"]


def _shown(arrangement: dict[str, Any]) -> dict[str, Any]:
    return {key: arrangement.get(key) for key in ("kind", "method", "amount", "installments", "due_date")}


@dataclass(frozen=True)
class Persona:
    """One scripted caller."""

    name: str
    description: str
    rules: tuple[Rule, ...] = ()
    expect: Expect = field(default_factory=Expect)
    customer: Customer = field(default_factory=Customer)
    answers: Literal["human", "machine", "no_answer", "busy", "failed"] = "human"
    """What picks up when the telephone rings."""
    ring_seconds: float = 2.0
    greeting: str = ""
    """Said on picking up, before the agent speaks."""
    fallback: str = "Sorry, could you say that again?"
    """Said when a question fits no rule; empty for a caller who then stays silent."""
    think_seconds: float = 0.6
    """Between the end of the agent's turn and the answer."""
    patience_seconds: float = 45.0
    """Hangs up after that much silence of the agent."""
    texts_back: str = ""
    """Sent as a text message in answer to each text message."""
    brief: str = ""
    """Who he is and what he wants, in the second person: a language model plays him (`local.callers.played`)."""

    def __post_init__(self) -> None:
        words = self.customer.words()
        for rule in self.rules:
            re.compile(rule.when.format(**words))
            for sentence in rule.say:
                sentence.format(**words)
