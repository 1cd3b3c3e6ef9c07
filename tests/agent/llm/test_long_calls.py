"""Sixty turns cost a turn no more than ten do, and nothing that matters is forgotten.

Cost is counted, not timed: calls of functions, bytes of the request and of the snapshot. A busy machine counts alike.
"""

import json
import sys
from typing import Any

from agent.llm.conversation import LlmConversation
from local.llm.server import StubLlm
from tests.agent.llm.bank import Bank, to_purpose
from tests.agent.llm.scripted import ScriptedMind, hear, verified_conversation
from tests.agent.running import RunningAgent

SAYINGS = (
    "tell me more about how that works",
    "what would that look like for me",
    "I would have to think about that with my wife",
    "I see, and what else is possible",
)


def turn(conversation: LlmConversation, number: int) -> None:
    """A turn of the caller and the model's answer."""
    hear(conversation, SAYINGS[number % len(SAYINGS)])


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
    mind = ScriptedMind()
    conversation = verified_conversation(mind)
    calls, snapshots = [], []
    for number in range(60):
        calls.append(work(conversation, number))
        snapshots.append(len(json.dumps(conversation.snapshot())))
    requests = [len(json.dumps(request.messages)) for request in mind.requests]
    for cost in (calls, requests, snapshots):
        assert sum(cost[50:60]) <= 1.2 * sum(cost[2:12]), cost


def test_facts_promises_and_verification_outlive_the_turns_that_made_them() -> None:
    mind = ScriptedMind()
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
