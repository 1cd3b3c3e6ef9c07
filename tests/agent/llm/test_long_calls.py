"""Sixty turns cost a turn no more than ten do, and nothing that matters is forgotten.

Cost is counted, not timed: calls of functions, bytes of the request and of the snapshot. A busy machine counts alike.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from agent.llm.conversation import LlmConversation
from agent.llm.events import ModelDone, ModelEvent, ModelSaid, Request
from agent.thinking import Think
from archer.conversation.events import Heard, Started, ToolDone, UseTool
from archer.protocol import Session, SessionState
from local.llm.server import StubLlm
from tests.agent.llm.bank import OPTIONS, Bank, to_purpose
from tests.agent.running import RunningAgent
from tools.registry import schemas

SAYINGS = (
    "tell me more about how that works",
    "what would that look like for me",
    "I would have to think about that with my wife",
    "I see, and what else is possible",
)


class EagerThought:
    """A thought that is there at once."""

    def __init__(self, deliver: Any) -> None:
        self.deliver = deliver
        self.over = False

    def cancel(self) -> None:
        self.over = True

    def take(self) -> list[Any]:
        self.over = True
        events: list[ModelEvent] = [
            ModelSaid("I understand. ", 0),
            ModelSaid("What would work for you?", 0),
            ModelDone(0),
        ]
        return [action for event in events for action in self.deliver(event)]


class EagerMind:
    """A model that always answers the same, in no time."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def available(self, _best: int) -> bool:
        return True

    def think(self, request: Request, deliver: Any) -> EagerThought:
        self.requests.append(request)
        return EagerThought(deliver)


def verified_conversation(mind: EagerMind) -> LlmConversation:
    session = Session(
        call_id=uuid4(),
        epoch=1,
        session_token="t",
        direction="outbound",
        business_name="Maple Bank",
        agent_name="Archer",
        callback_number="+18005550100",
        customer_name="Dana Reyes",
        customer_timezone="America/New_York",
        customer_country="US",
        language="en",
        collector_mode="first_party",
        first_communication=True,
        in_validation_period=False,
        now=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        agent_profile="collections",
        tools=schemas(),
        state=SessionState(),
        degradation_level=0,
    )
    conversation = LlmConversation(session, mind)  # type: ignore[arg-type]
    conversation.handle(Started())
    conversation.handle(Heard("yes this is Dana Reyes"))
    answer = conversation.handle(Heard("4321 and my zip code is 94107"))
    for name, data in (("verify_account", {"verified": True}), ("get_customer_options", OPTIONS)):
        use = next(action for action in answer if isinstance(action, UseTool))
        assert use.name == name
        answer = conversation.handle(ToolDone(use.tool_call_id, name, ok=True, data=data))
    return conversation


def turn(conversation: LlmConversation, number: int) -> None:
    """A turn of the caller and the model's answer."""
    actions = conversation.handle(Heard(SAYINGS[number % len(SAYINGS)]))
    think = next(action for action in actions if isinstance(action, Think))
    think.begin().take()


def work(conversation: LlmConversation, number: int) -> int:
    """Functions called in one turn, the snapshot that is written down included."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        turn(conversation, number)
        conversation.snapshot()
    finally:
        sys.setprofile(None)
    return calls


def test_sixty_turns_cost_a_turn_no_more_than_ten() -> None:
    mind = EagerMind()
    conversation = verified_conversation(mind)
    calls, snapshots = [], []
    for number in range(60):
        calls.append(work(conversation, number))
        snapshots.append(len(json.dumps(conversation.snapshot())))
    requests = [len(json.dumps(request.messages)) for request in mind.requests]
    for cost in (calls, requests, snapshots):
        assert sum(cost[50:60]) <= 1.2 * sum(cost[2:12]), cost


def test_facts_promises_and_verification_outlive_the_turns_that_made_them() -> None:
    mind = EagerMind()
    conversation = verified_conversation(mind)
    conversation.rules.state.claims.append("hardship")
    conversation.rules.state.arranged = "promise_to_pay"
    for number in range(40):
        turn(conversation, number)
    facts = mind.requests[-1].messages[-1]["content"]
    assert '"balance":"412.35"' in facts
    assert "promise_to_pay" in facts
    assert "hardship" in facts
    assert "verified" in facts


async def test_promise_made_and_what_the_caller_said_are_known_thirty_turns_later(
    talker: RunningAgent, bank: Bank, stub: StubLlm
) -> None:
    peer = await talker.peer(bank.new_call())
    await to_purpose(peer)
    await peer.say("my hours were cut at the bakery and I am paid on the fifteenth, what can you do")
    await peer.say("I promise I will pay it next week")
    await peer.say("yes that is right")
    assert [a["kind"] for a in bank.arrangements] == ["promise"]
    stub.behave("full", "small-talk")
    for number in range(30):
        await peer.say(SAYINGS[number % len(SAYINGS)])
    messages = stub.requests[-1]["messages"]
    assert len(messages) < 30
    assert "my hours were cut at the bakery" in messages[1]["content"]
    facts = messages[-1]["content"]
    assert "verified" in facts
    assert "Arranged in this call: promise_to_pay" in facts
    await peer.hang_up()
