"""A bank for whole calls with a model: the tools of the API in memory, with what was really arranged counted."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from archer.protocol import ToolOutcome, ToolRequest, ToolSchema
from tests.agent.fake_api import FakeApi, FakeCall
from tests.agent.fake_line_peer import LinePeer
from tools.registry import schemas

OPTIONS: dict[str, Any] = {
    "balance": "412.35",
    "as_of": "2026-11-23",
    "due_date": "2026-11-05",
    "days_overdue": 18,
    "minimum_payment": "25.00",
    "options": [
        {"kind": "full_payment", "amount": "412.35"},
        {"kind": "partial_payment", "minimum": "25.00"},
        {"kind": "plan", "months": [3, 6, 12], "monthly": {"3": "137.45", "6": "68.72", "12": "34.36"}},
        {"kind": "promise", "amount": "412.35", "until": "2026-12-07"},
        {"kind": "extension", "until": "2026-12-20"},
    ],
    "methods": ["sms_link", "bank_transfer"],
}
Tool = Callable[[ToolRequest], Awaitable[ToolOutcome]]


class Bank:
    """Prepared intents and arrangements of all calls of a test."""

    def __init__(self, api: FakeApi) -> None:
        self.api = api
        self.prepared: dict[str, dict[str, Any]] = {}
        self.arrangements: list[dict[str, Any]] = []
        self.restrictions: list[str] = []
        self.people = False
        self._numbers = count(1)
        for name in (schema.name for schema in schemas()):
            api.tools[name] = self._tool(name)

    def new_call(self, **session: Any) -> FakeCall:
        """A call whose session allows the model and names the real tools."""
        tools: list[ToolSchema] = schemas()
        return self.api.new_call(session={"degradation_level": 0, "tools": tools, **session})

    def _tool(self, name: str) -> Tool:
        async def run(request: ToolRequest) -> ToolOutcome:
            found = getattr(self, f"_{name}")(request.arguments)
            return ToolOutcome(tool_call_id=request.tool_call_id, name=name, **found)

        return run

    def _verify_account(self, arguments: dict[str, Any]) -> dict[str, Any]:
        right = (arguments["account_last_4"], arguments["postal_code"]) == ("4321", "94107")
        return {"ok": True, "data": {"verified": right, "attempts_left": 2 if right else 1}}

    def _get_customer_options(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "data": OPTIONS}

    def _get_negotiation_guidance(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "data": {"accept": False, "counter_amount": "25.00", "months": 12}}

    def _process_payment(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if float(arguments["amount"]) > 412.35:
            return {"ok": False, "error": "not_allowed", "data": {"field": "amount", "limit": "412.35"}}
        words = "To confirm: I will send a secure payment link to the number we are calling. Shall I send it?"
        return self._prepare("payment", words, arguments)

    def _calculate_payment_plan(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._prepare("plan", "To confirm: monthly payments, starting next week. Do you agree?", arguments)

    def _promise_to_pay(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._prepare("promise", "To confirm: you will pay by that day. Is that right?", arguments)

    def _adjust_due_date(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._prepare("extension", "To confirm: your new due date. Is that right?", arguments)

    def _prepare(self, kind: str, words: str, arguments: dict[str, Any]) -> dict[str, Any]:
        intent_id = f"intent-{next(self._numbers)}"
        self.prepared[intent_id] = {"kind": kind, **arguments}
        return {"ok": True, "say": words, "data": {"intent_id": intent_id, **arguments}}

    def _confirm_arrangement(self, arguments: dict[str, Any]) -> dict[str, Any]:
        intent = self.prepared[arguments["intent_id"]]
        self.arrangements.append(intent)
        return {"ok": True, "say": "That is arranged, thank you.", "data": {"kind": intent["kind"]}}

    def _schedule_callback(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "data": {"scheduled_for": "2026-11-24T17:00:00-05:00", "timezone": "America/New_York"}}

    def _transfer_to_agent(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "data": {"available": self.people}}

    def _record_restriction(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.restrictions.append(arguments["kind"])
        return {"ok": True, "data": {}}


async def to_purpose(peer: LinePeer) -> None:
    """Identity and verification, up to the first question about the account."""
    await peer.until_heard("Dana Reyes")
    await peer.say("yes this is Dana Reyes")
    await peer.say("4321 and my zip code is 94107")
    await peer.until_heard("four hundred twelve dollars")
