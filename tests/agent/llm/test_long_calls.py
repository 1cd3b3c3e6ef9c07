"""Sixty turns cost a turn no more than ten do, and nothing that matters is forgotten.

Cost is counted, not timed: calls of functions, bytes of the request and of the snapshot. A busy machine counts alike.
"""

import json
import sys
from typing import Any

from agent.llm.conversation import LlmConversation
from local.llm.server import StubLlm
from tests.agent.llm.bank import Bank, to_purpose
from tests.agent.llm.scripted import (
    ScriptedMind,
    answer,
    calls,
    hear,
    heard,
    says,
    session,
    used,
    verified_conversation,
)
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


PROMISED = {"kind": "promise", "amount": "200.00", "due_date": "2026-12-04", "method": None}


def test_facts_promises_and_verification_outlive_the_turns_that_made_them() -> None:
    mind = ScriptedMind()
    conversation = verified_conversation(mind)
    conversation.rules.state.claims.append("hardship")
    mind.script = [calls("promise_to_pay", '{"amount":"200.00","date":"2026-12-04"}')]
    use = used(hear(conversation, "let me think, I could do something in december I guess"))
    said = "To confirm: you will pay two hundred dollars by Friday, December fourth. Is that right?"
    answer(conversation, use, {"intent_id": "i1", "amount": "200.00", "date": "2026-12-04"}, said)
    answer(conversation, used(hear(conversation, "yes")), PROMISED, "I have noted that you will pay.")
    for number in range(40):
        turn(conversation, number)
    facts = mind.requests[-1].messages[-1]["content"]
    assert '"balance":"412.35"' in facts
    assert "Arranged in this call: promise_to_pay" in facts
    assert '"amount":"200.00"' in facts
    assert '"date":"2026-12-04"' in facts
    assert "hardship" in facts
    assert "verified" in facts
    mind.script = [says("You said that you would pay two hundred dollars, and it is due on Friday, December fourth.")]
    assert "December fourth" in heard(hear(conversation, "remind me of what is coming up for me there please"))


def test_a_plan_is_known_to_the_model_and_to_the_rules_long_after_it_was_made() -> None:
    mind = ScriptedMind()
    conversation = verified_conversation(mind)
    mind.script = [calls("calculate_payment_plan", '{"months":6}')]
    use = used(hear(conversation, "let me think, I could do something by and by I guess"))
    parts = [{"due_date": f"2026-12-{day:02}", "amount": "68.72"} for day in range(1, 6)]
    parts.append({"due_date": "2027-05-01", "amount": "68.75"})
    plan = {"intent_id": "i1", "installments": parts, "first_due": "2026-12-01", "down_payment": None}
    answer(conversation, use, plan, "To confirm: six monthly payments. Do you agree to this plan?")
    done = {"kind": "plan", "amount": "412.35", "due_date": "2026-12-01"}
    answer(conversation, used(hear(conversation, "yes I agree")), done, "Your plan of six payments is set up.")
    for number in range(40):
        turn(conversation, number)
    facts = mind.requests[-1].messages[-1]["content"]
    assert '"months":6,"each":"68.72","last":"68.75"' in facts
    kept = json.loads(json.dumps(conversation.snapshot()))
    for words, told in (
        ("when is the first payment", "December first"),
        ("how much is each payment", "sixty-eight dollars and seventy-two cents"),
        ("what did I agree to", "December first"),
    ):
        without = LlmConversation(session(), None)
        assert without.restore(kept)
        assert told in heard(hear(without, words))


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
    (promise,) = bank.arrangements
    assert f'"amount":"{promise["amount"]}","date":"{promise["date"]}"' in facts
    await peer.hang_up()
