"""A call on paper: an understanding that reads labels out of the text, and a bank that answers tools.

`"pay_now | amount=50.00"` is a turn with that intent and slot; `conf=0.3` lowers the confidence.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from archer.conversation.events import Action, End, Event, Heard, Say, Started, ToolDone, Transfer, UseTool
from archer.conversation.policy import RuleConversation
from archer.protocol import Session, SessionState

OPTIONS: dict[str, Any] = {
    "balance": "412.35",
    "as_of": "2026-11-20",
    "due_date": "2026-11-01",
    "days_overdue": 19,
    "minimum_payment": "50.00",
    "options": [
        {"kind": "full_payment", "amount": "412.35"},
        {"kind": "partial_payment", "minimum": "50.00"},
        {"kind": "plan", "months": [3, 6, 12], "monthly": {"3": "137.45", "6": "68.73", "12": "34.36"}},
        {"kind": "promise", "max_days": 14, "until": "2026-12-04"},
        {"kind": "extension", "max_days": 30, "until": "2026-12-20"},
        {"kind": "settlement"},
    ],
    "methods": ["sms_link", "bank_transfer"],
}
FACTORS = "out_of_scope 4321 and 90210 | last_four=4321 | postal_code=90210"


class Scripted:
    """Understanding by the letter: the first word of a turn is its intent."""

    def __init__(self) -> None:
        self.slots: dict[str, dict[str, str]] = {}

    def heard(self, turn: str) -> str:
        """The words of a turn; its slots are kept for the extraction."""
        words, *slots = (part.strip() for part in turn.split("|"))
        self.slots[words] = dict(slot.split("=", 1) for slot in slots)  # type: ignore[misc]
        return words

    def classify(self, text: str, agent_said: str | None) -> Any:
        confidence = float(self.slots.get(text, {}).get("conf", "0.95"))
        return SimpleNamespace(label=text.split(maxsplit=1)[0], confidence=confidence)

    def extract(self, kind: str, text: str, context: dict[str, Any]) -> Any:
        value = self.slots.get(text, {}).get(kind)
        if value is None:
            return None
        if kind == "months":
            return int(value)
        if kind == "yes_no":
            return value == "true"
        if kind == "datetime" and len(value) == 10:
            return {"date": value}
        return value


def session(**changes: Any) -> Session:
    values: dict[str, Any] = {
        "call_id": UUID(int=1),
        "epoch": 1,
        "session_token": "token",
        "direction": "outbound",
        "business_name": "Maple Credit Bank",
        "agent_name": "Ava",
        "callback_number": "+18005550100",
        "customer_name": "Sam Rivera",
        "customer_timezone": "America/Los_Angeles",
        "customer_country": "US",
        "language": "en",
        "collector_mode": "first_party",
        "first_communication": True,
        "in_validation_period": False,
        "now": datetime(2026, 11, 20, 18, tzinfo=UTC),
        "agent_profile": "collections",
        "tools": [],
        "state": SessionState(),
    }
    return Session(**{**values, **changes})


@dataclass
class Bank:
    """The tools' far side; `answers` overrides, each a list that is used up or one answer for good."""

    answers: dict[str, Any] = field(default_factory=dict)
    used: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tries: int = 0

    def answer(self, use: UseTool) -> ToolDone:
        self.used.append((use.name, use.arguments))
        given = self.answers.get(use.name)
        if isinstance(given, list):
            given = given.pop(0) if given else None
        given = given if given is not None else getattr(self, use.name)(use.arguments)
        error = given.get("error")
        return ToolDone(use.tool_call_id, use.name, error is None, given.get("data", {}), given.get("say"), error)

    def verify_account(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.tries += 1
        right = arguments == {"account_last_4": "4321", "postal_code": "90210"}
        return {"data": {"verified": right, "attempts_left": 2 - self.tries}}

    def get_customer_options(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": OPTIONS}

    def get_negotiation_guidance(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": {"accept": False, "counter_amount": "50.00", "months": 12, "reason": "below_minimum"}}

    def process_payment(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": {"intent_id": "i1", "date": "2026-11-20", **arguments}, "say": "I will do that. Shall I go on?"}

    def calculate_payment_plan(self, arguments: dict[str, Any]) -> dict[str, Any]:
        data = {"intent_id": "i2", "installments": [], "total": "412.35", "first_due": "2026-11-27"}
        return {"data": data, "say": "The plan. Do you agree?"}

    def promise_to_pay(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": {"intent_id": "i3", **arguments}, "say": "You will pay then."}

    def adjust_due_date(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": {"intent_id": "i4", "new_due_date": arguments["new_date"]}}

    def confirm_arrangement(self, arguments: dict[str, Any]) -> dict[str, Any]:
        kind = {"i1": "payment", "i2": "plan", "i3": "promise", "i4": "extension"}[arguments["intent_id"]]
        return {"data": {"arrangement_id": "a1", "kind": kind, "message_queued": True}, "say": "That is set up."}

    def void_arrangement(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": {"voided": [{"arrangement_id": "a1", "kind": "plan"}]}, "say": "That is cancelled."}

    def schedule_callback(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {
            "data": {
                "callback_id": "c1",
                "scheduled_for": arguments.get("at") or f"{arguments['date']}T10:00:00-08:00",
                "timezone": "America/Los_Angeles",
            }
        }

    def transfer_to_agent(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": {"available": True, "queue": "people"}}

    def record_restriction(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"data": {"restriction_id": "r1"}}


class Call:
    """One conversation with its bank; every event is answered to the end of its tools."""

    def __init__(self, *, bank: Bank | None = None, understanding: Any = None, **changes: Any) -> None:
        self.session = session(**changes)
        self.understanding = understanding or Scripted()
        self.conversation = RuleConversation(self.session, self.understanding)
        self.bank = bank or Bank()
        self.actions: list[Action] = []

    def send(self, event: Event) -> list[Action]:
        """The actions up to the next event of the caller."""
        taken = self.conversation.handle(event)
        all_taken = list(taken)
        while uses := [a for a in taken if isinstance(a, UseTool)]:
            taken = self.conversation.handle(self.bank.answer(uses[0]))
            all_taken += taken
        self.actions += all_taken
        return all_taken

    def hear(self, *turns: str) -> list[Action]:
        """Turns of the caller; the actions after the last."""
        actions: list[Action] = []
        for turn in turns:
            actions = self.send(Heard(self.understanding.heard(turn)))
        return actions

    def start(self) -> "Call":
        self.send(Started())
        return self

    def verified(self) -> "Call":
        self.start().hear("identity_confirmed", FACTORS)
        return self

    @property
    def outcome(self) -> str | None:
        ends = [a for a in self.actions if isinstance(a, End)]
        return (
            ends[-1].outcome if ends else "transferred" if any(isinstance(a, Transfer) for a in self.actions) else None
        )

    @property
    def tools(self) -> list[str]:
        return [name for name, _ in self.bank.used]


def keys(actions: list[Action]) -> list[str]:
    return [a.key for a in actions if isinstance(a, Say)]


def text(actions: list[Action]) -> str:
    return " ".join(a.text for a in actions if isinstance(a, Say))
