"""The caller speaks over a model: what he heard is remembered, and a tool under way is neither lost nor denied."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.conversations import Conversations
from agent.llm.history import IN_PROGRESS
from archer.protocol import ToolOutcome, ToolRequest
from local.llm.server import StubLlm
from tests.agent.fake_api import FakeApi
from tests.agent.llm.bank import Bank, to_purpose
from tests.agent.llm.conftest import PATIENT, settings_for
from tests.agent.running import RunningAgent, no_redaction, running_agent

OFFER = "I understand, thank you for telling me."


@dataclass
class Held:
    """A tool that answers only when it is let go."""

    tool: Callable[[ToolRequest], Awaitable[ToolOutcome]]
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: ToolRequest) -> ToolOutcome:
        outcome = await self.tool(request)  # the effect has happened
        self.begun.set()
        await self.let_go.wait()
        return outcome


def held(api: FakeApi, name: str) -> Held:
    holder = Held(api.tools[name])
    api.tools[name] = holder
    return holder


def tool_results(stub: StubLlm) -> list[dict[str, Any]]:
    """What the model was last told of its tools."""
    return [json.loads(m["content"]) for m in stub.requests[-1]["messages"] if m["role"] == "tool"]


async def test_model_knows_how_much_of_its_sentence_was_heard(talker: RunningAgent, bank: Bank, stub: StubLlm) -> None:
    call = bank.new_call()
    peer = await talker.peer(call)
    await to_purpose(peer)
    peer.voice = False
    await peer.say("money is tight, what can you do")
    await peer.voice_on()
    await peer.spoke(OFFER)
    await peer.spoke("Would you like to")
    await peer.say("hold on, what would that cost me")
    said = [m["content"] for m in stub.requests[-1]["messages"] if m["role"] == "assistant"]
    assert said[-1].endswith(f"{OFFER} Would you like to … (the caller interrupted here)")
    await peer.hang_up()
    await talker.until_idle()
    cut = [e["text"] for _, e in sorted(call.entries.items()) if e["interrupted"]]
    assert cut == [f"{OFFER} Would you like to"]


async def test_false_barge_in_resumes_the_models_sentence_and_asks_it_nothing(
    talker: RunningAgent, bank: Bank, stub: StubLlm
) -> None:
    peer = await talker.peer(bank.new_call())
    await to_purpose(peer)
    peer.voice = False
    await peer.say("money is tight, what can you do")
    asked = stub.count
    await peer.voice_on()
    await peer.spoke(f"{OFFER} Would you like")
    await peer.speaks()
    answer = await peer.answer_to(await peer.stops())
    spoken = [f["content"].strip() for f in answer if f["type"] == "message"]
    assert spoken == ["Would you like to pay in full, or spread it over a few months?"]
    assert stub.count == asked
    await peer.hang_up()


async def test_cough_while_the_model_thinks_changes_nothing(talker: RunningAgent, bank: Bank, stub: StubLlm) -> None:
    stub.behave("full", "slow")
    peer = await talker.peer(bank.new_call())
    await to_purpose(peer)
    await peer.speaks()
    await peer.words("money is tight, what can you do")
    await peer.stops()
    await peer.until(lambda: stub.count == 1)
    await peer.speaks()
    await peer.stops()
    await peer.until_heard("spread it over a few months")
    await peer.hang_up()


async def test_words_that_come_after_the_turns_end_are_answered_by_the_model(
    talker: RunningAgent, bank: Bank, stub: StubLlm
) -> None:
    peer = await talker.peer(bank.new_call())
    await to_purpose(peer)
    await peer.speaks()
    await peer.stops()
    await peer.words("money is tight, what can you do")
    await peer.until_heard("spread it over a few months")
    assert stub.count == 1
    await peer.hang_up()


async def test_tool_under_way_is_done_once_read_out_and_never_told_as_not_run(
    talker: RunningAgent, api: FakeApi, bank: Bank, stub: StubLlm
) -> None:
    tool = held(api, "calculate_payment_plan")
    call = bank.new_call()
    peer = await talker.peer(call)
    await to_purpose(peer)
    await peer.speaks()
    await peer.words("a payment plan over six months")
    await peer.stops()
    await tool.begun.wait()
    await peer.speaks()
    await peer.words("are you still there")
    turn = await peer.stops()
    await peer.until(lambda: any("moment" in sentence for sentence in peer.heard))
    tool.let_go.set()
    await peer.answer_to(turn)
    assert "Do you agree?" in peer.heard[-1]
    await peer.say("hmm, what would that look like for me")
    (result,) = tool_results(stub)
    assert (result["ok"], result["data"]["intent_id"]) == (True, "intent-1")
    await peer.say("set up the plan over six months then")
    await peer.say("yes I agree")
    assert [a["kind"] for a in bank.arrangements] == ["plan"]
    assert [name for name, _ in call.tool_runs].count("confirm_arrangement") == 1
    await peer.hang_up()


async def test_right_invoked_while_the_models_tool_is_under_way_is_acted_on(
    talker: RunningAgent, api: FakeApi, bank: Bank
) -> None:
    tool = held(api, "process_payment")
    call = bank.new_call()
    peer = await talker.peer(call)
    await to_purpose(peer)
    await peer.speaks()
    await peer.words("I could pay 50 dollars by link")
    await peer.stops()
    await tool.begun.wait()
    await peer.speaks()
    await peer.words("no, stop calling me, do not ever call me again")
    turn = await peer.stops()
    tool.let_go.set()
    await peer.answer_to(turn)
    assert bank.restrictions == ["cease"]
    assert bank.arrangements == []
    await peer.hang_up()


async def test_hang_up_during_the_models_tool_loses_nothing(talker: RunningAgent, api: FakeApi, bank: Bank) -> None:
    tool = held(api, "calculate_payment_plan")
    call = bank.new_call()
    peer = await talker.peer(call)
    await to_purpose(peer)
    await peer.speaks()
    await peer.words("a payment plan over six months")
    await peer.stops()
    await tool.begun.wait()
    await peer.hang_up()
    tool.let_go.set()
    await talker.until_idle()
    assert [name for name, _ in call.tool_runs].count("calculate_payment_plan") == 1
    assert call.lines()[-1] == ("customer", "a payment plan over six months")


async def test_what_the_rules_carried_out_for_the_model_is_told_as_done(
    talker: RunningAgent, api: FakeApi, bank: Bank, stub: StubLlm
) -> None:
    stub.behave_next("full", "records-hardship")
    peer = await talker.peer(bank.new_call())
    await to_purpose(peer)
    await peer.say("well, that is how life goes, you know")
    assert bank.restrictions == ["hardship"]
    await peer.say("what would that look like for me")
    assert tool_results(stub)[0]["ok"] is True
    assert IN_PROGRESS not in str(stub.requests[-1])
    await peer.hang_up()


async def test_silence_before_words_does_not_keep_them_from_the_model(
    api: FakeApi, bank: Bank, stub: StubLlm, tmp_path: Path
) -> None:
    conversations = Conversations(settings_for(stub), no_redaction)
    impatient = replace(PATIENT, silence=0.6)
    async with running_agent(api, tmp_path, script=conversations, timing=impatient) as agent:  # type: ignore[arg-type]
        peer = await agent.peer(bank.new_call())
        await to_purpose(peer)
        await peer.until_heard("still there")
        await peer.say("I would have to think about that with my wife")
        assert stub.count == 1
        await peer.hang_up()
