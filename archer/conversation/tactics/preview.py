"""What a tactic changes in the rule-based conversation: short standard calls, spoken with it and without.

The calls run through the very conversation that callers hear (`archer.conversation.policy`), with an understanding
that reads its labels off the script and a bank that answers from one example account. Nothing is stored, no network
is asked.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from archer.conversation.events import End, Heard, Say, Started, ToolDone, Transfer, UseTool
from archer.conversation.policy import RuleConversation
from archer.conversation.policy.tone import tone
from archer.protocol import Session, SessionState

BUSINESS, NUMBER, CUSTOMER = "Maple Bank", "+18005550100", "Sam Smith"
LEDGER = {"balance": "412.35", "due_date": "2026-11-01"}
AMOUNTS = ("412.35", "25.00", "50.00", "137.45", "68.72", "34.36")
"""Every amount that the example bank puts on the table."""
_START = datetime(2026, 11, 16, 17, tzinfo=UTC)
_FACTORS = {"account_last_4": "4321", "postal_code": "90210"}
_OPTIONS: dict[str, Any] = {
    **LEDGER,
    "as_of": "2026-11-16",
    "days_overdue": 15,
    "minimum_payment": "25.00",
    "options": [
        {"kind": "full_payment", "amount": "412.35"},
        {"kind": "partial_payment", "minimum": "25.00"},
        {"kind": "plan", "months": [3, 6, 12], "monthly": {"3": "137.45", "6": "68.72", "12": "34.36"}},
        {"kind": "promise", "max_days": 14, "until": "2026-11-30"},
        {"kind": "extension", "max_days": 30, "until": "2026-12-16"},
    ],
    "methods": ["sms_link", "bank_transfer"],
}
_WHOLE = "four hundred twelve dollars and thirty-five cents"
_PREPARED = {
    "process_payment": (
        "payment",
        "To confirm: I will send a secure payment link for the amount that you named by text message to the number we "
        "are calling. Shall I send it?",
    ),
    "calculate_payment_plan": (
        "plan",
        f"To confirm: monthly payments, {_WHOLE} in all, starting on Monday, November twenty-third. Do you agree to "
        "this plan?",
    ),
    "promise_to_pay": ("promise", f"To confirm: you will pay {_WHOLE} by the day that you named. Is that right?"),
    "adjust_due_date": ("extension", "To confirm: your due date moves to the day that you named. Is that right?"),
}
"""What each tool prepares, and a sentence like the one that it gives to be confirmed."""


@dataclass(frozen=True)
class Line:
    """One sentence of the agent. `verified`: the caller had proved who he is when it was said."""

    text: str
    key: str
    verified: bool


@dataclass
class Turn:
    """What the caller says, and what the agent answers without the tactic and with it."""

    caller: str
    without: list[Line] = field(default_factory=list)
    with_tactic: list[Line] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """The answers are not the same words."""
        return [line.text for line in self.without] != [line.text for line in self.with_tactic]


@dataclass(frozen=True)
class Scene:
    """One standard call, turn by turn; the first turn is the agent's opening."""

    name: str
    turns: list[Turn]


def scenes(tactic: dict[str, Any]) -> list[Scene]:
    """All standard calls, spoken without a tactic and with `tactic` as a session carries it."""
    played = []
    for scene in _script():
        plain, coloured = _Call(scene, None), _Call(scene, tactic)
        turns = [Turn("(picks up)", plain.begin(), coloured.begin())]
        for said in scene["turns"]:
            if plain.over and coloured.over:
                break
            turns.append(Turn(said["says"], plain.hear(said["says"]), coloured.hear(said["says"])))
        played.append(Scene(scene["name"], turns))
    return played


def behaviour(tactic: dict[str, Any] | None) -> dict[str, Any]:
    """What the dials decide in the rule-based conversation: the voice, the order of offers, how often it asks."""
    chosen = tone(tactic)
    return {
        "voice": chosen.voice,
        "offers_in_order": list(chosen.ladder),
        "options_offered": chosen.offers,
        "counter_offers": chosen.counter_offers,
        "asks_after_refusal": chosen.asks_after_refusal,
        "frustration_before_person": chosen.patience,
        "techniques": sorted(chosen.techniques),
    }


@cache
def _script() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(
        resources.files(__package__).joinpath("scenes.toml").read_text("utf-8")
    )["scene"]
    return found


class _ByTheScript:
    """Understanding that knows the scene's turns by heart."""

    def __init__(self, turns: list[dict[str, Any]]) -> None:
        self._turns = {turn["says"]: turn for turn in turns}

    def classify(self, text: str, agent_said: str | None) -> Any:  # noqa: ARG002 - the protocol's signature
        return SimpleNamespace(label=self._turns[text]["means"], confidence=0.95)

    def extract(self, kind: str, text: str, context: dict[str, Any]) -> Any:  # noqa: ARG002 - the protocol's signature
        value = self._turns.get(text, {}).get(kind)
        return {"date": value} if kind == "datetime" and value else value


class _Call:
    """One standard call; tools are answered at once."""

    def __init__(self, scene: dict[str, Any], tactic: dict[str, Any] | None) -> None:
        self._conversation = RuleConversation(example_session(tactic), _ByTheScript(scene["turns"]))
        self._verified = False
        self._attempts = 0
        self._prepared = ""
        self.over = False

    def begin(self) -> list[Line]:
        return self._spoken(Started())

    def hear(self, text: str) -> list[Line]:
        return [] if self.over else self._spoken(Heard(text))

    def _spoken(self, event: Started | Heard | ToolDone) -> list[Line]:
        lines: list[Line] = []
        asked: UseTool | None = None
        for action in self._conversation.handle(event):
            if isinstance(action, Say):
                lines.append(Line(action.text, action.key, self._verified))
            elif isinstance(action, UseTool):
                asked = action
            elif isinstance(action, End | Transfer):
                self.over = True
        return lines if asked is None else lines + self._spoken(self._answer(asked))

    def _answer(self, use: UseTool) -> ToolDone:
        data: dict[str, Any] = {}
        say = None
        if use.name == "verify_account":
            self._verified = use.arguments == _FACTORS
            self._attempts += not self._verified
            data = {"verified": self._verified, "attempts_left": 2 - self._attempts}
        elif use.name == "get_customer_options":
            data = _OPTIONS
        elif use.name == "get_negotiation_guidance":
            data = {"accept": False, "counter_amount": "25.00", "months": 12, "reason": "below_minimum"}
        elif use.name in _PREPARED:
            self._prepared, say = _PREPARED[use.name]
            data = {"intent_id": "example", **use.arguments}
        elif use.name == "confirm_arrangement":
            data = {"arrangement_id": "example", "kind": self._prepared, "message_queued": False}
        elif use.name == "transfer_to_agent":
            data = {"available": True, "queue": "people"}
        elif use.name == "record_restriction":
            data = {"restriction_id": "example"}
        return ToolDone(use.tool_call_id, use.name, ok=True, data=data, say=say)


def example_session(tactic: dict[str, Any] | None = None) -> Session:
    """A session with the example customer, as the agent would be given it."""
    return Session(
        call_id=UUID(int=0),
        epoch=1,
        session_token="",
        direction="outbound",
        business_name=BUSINESS,
        agent_name="Archer",
        callback_number=NUMBER,
        customer_name=CUSTOMER,
        customer_timezone="America/New_York",
        customer_country="US",
        language="en",
        collector_mode="first_party",
        first_communication=True,
        in_validation_period=False,
        now=_START,
        agent_profile="collections",
        tactic=tactic,
        tools=[],
        state=SessionState(),
    )
