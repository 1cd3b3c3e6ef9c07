"""The ladder in whole calls: switched by hand, down in the middle of a call, and up again with everything known."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from agent.conversations import Conversations
from local.llm.server import StubLlm
from tests.agent.fake_api import FakeApi, FakeCall
from tests.agent.llm.bank import Bank, to_purpose
from tests.agent.llm.conftest import PATIENT, settings_for
from tests.agent.running import RunningAgent, no_redaction, running_agent

Configured = Callable[..., AbstractAsyncContextManager[RunningAgent]]


@pytest.fixture
def configured(api: FakeApi, stub: StubLlm, tmp_path: Path) -> Configured:
    @asynccontextmanager
    async def run(**settings: object) -> AsyncIterator[RunningAgent]:
        conversations = Conversations(settings_for(stub, **settings), no_redaction)
        async with running_agent(api, tmp_path, script=conversations, timing=PATIENT) as running:  # type: ignore[arg-type]
            yield running

    return run


def levels(call: FakeCall) -> list[tuple[str, int]]:
    found = [entry for _, entry in sorted(call.entries.items()) if entry["event"] in ("degraded", "recovered")]
    return [(entry["event"], entry["data"]["level"]) for entry in found]


@pytest.mark.parametrize(("settings", "session"), [({"agent_level": 1}, {}), ({}, {"degradation_level": 1})])
async def test_small_model_by_hand(
    configured: Configured, bank: Bank, stub: StubLlm, settings: dict[str, int], session: dict[str, int]
) -> None:
    async with configured(**settings) as agent:
        call = bank.new_call(**session)
        peer = await agent.peer(call)
        await to_purpose(peer)
        await peer.say("money is tight, what can you do")
        assert [request["model"] for request in stub.requests] == ["small"]
        await peer.hang_up()
        await agent.until_idle()
        assert levels(call) == [("degraded", 1)]


async def test_rules_by_hand(configured: Configured, bank: Bank, stub: StubLlm) -> None:
    async with configured(agent_level=2) as agent:
        call = bank.new_call()
        peer = await agent.peer(call)
        await to_purpose(peer)
        await peer.say("a payment plan over six months")
        await peer.say("yes I agree")
        await peer.hang_up()
        await agent.until_idle()
        assert stub.count == 0
        assert [a["kind"] for a in bank.arrangements] == ["plan"]
        assert levels(call) == [("degraded", 2)]


@pytest.mark.parametrize("free", [True, False])
async def test_person_by_hand(configured: Configured, api: FakeApi, bank: Bank, stub: StubLlm, free: bool) -> None:
    bank.people = free
    async with configured(agent_level=3) as agent:
        call = bank.new_call()
        peer = await agent.peer(call)
        await to_purpose(peer)
        await peer.say("money is tight, what can you do")
        if not free:
            await peer.say("tomorrow at five p.m. please")
        await peer.hang_up()
        await api.until(lambda: call.ends)
        assert call.ends[0].outcome == ("transferred" if free else "callback_scheduled")
        assert stub.count == 0
        assert levels(call) == [("degraded", 3)]


async def test_without_a_key_the_rules_speak_and_the_level_is_told(
    api: FakeApi, bank: Bank, stub: StubLlm, tmp_path: Path
) -> None:
    conversations = Conversations(settings_for(stub, openai_api_key=""), no_redaction)
    async with running_agent(api, tmp_path, script=conversations, timing=PATIENT) as agent:  # type: ignore[arg-type]
        call = bank.new_call()
        peer = await agent.peer(call)
        await to_purpose(peer)
        await peer.say("a payment plan over six months")
        await peer.hang_up()
        await agent.until_idle()
        assert stub.count == 0
        assert levels(call) == [("degraded", 2)]


async def test_down_in_the_middle_and_up_again(configured: Configured, bank: Bank, stub: StubLlm) -> None:
    """What the caller told the model is known to the rules, and what the rules did is known to the model."""
    async with configured() as agent:
        call = bank.new_call()
        peer = await agent.peer(call)
        await to_purpose(peer)
        stub.behave("full", "small-talk")
        await peer.say("I would like a payment plan I think")
        for model in ("full", "small"):
            stub.behave(model, "status-500")
        await peer.say("over six months")
        assert "Do you agree?" in peer.heard[-1], "the rules go on with the plan that only the model had heard of"
        assert next(iter(bank.prepared.values()))["months"] == 6
        for model in ("full", "small"):
            stub.behave(model, "good")
        await peer.say("well, what would that look like for me")
        facts = stub.requests[-1]["messages"][-1]["content"]
        assert "waiting for the caller's yes" in facts
        assert "intent-1" in facts
        await peer.say("yes, fine")
        assert bank.arrangements == [], "a yes to something else than what was read out"
        await peer.say("set up the plan over six months")
        await peer.say("yes I agree")
        assert len(bank.arrangements) == 1
        await peer.hang_up()
        await agent.until_idle()
        assert levels(call) == [("degraded", 2), ("recovered", 0)]


async def test_broken_line_goes_on_with_what_the_model_had_reached(
    configured: Configured, bank: Bank, stub: StubLlm
) -> None:
    async with configured() as agent:
        call = bank.new_call()
        peer = await agent.peer(call)
        await to_purpose(peer)
        await peer.say("money is tight, what can you do")
        await peer.say("a plan over six months then")
        await peer.hang_up()
        await agent.until_idle()
        assert not call.ends
        call.nonce = None
        second = await agent.peer(call)
        await second.until_heard("cut off")
        await second.until_heard("Do you agree?")
        await second.say("yes I agree")
        assert [a["months"] for a in bank.arrangements] == [6]
        await second.hang_up()


async def test_operator_switches_a_call_in_progress_down_and_up_again(
    configured: Configured, api: FakeApi, bank: Bank, stub: StubLlm
) -> None:
    async with configured() as agent:
        call = bank.new_call()
        peer = await agent.peer(call)
        await to_purpose(peer)
        await peer.say("money is tight, what can you do")
        await peer.say("what would that look like for me")
        asked = stub.count
        assert asked == 2
        for level, models in ((2, []), (1, ["small"]), (0, ["full"])):
            api.best_level = level
            for _ in range(2):  # one request at a time: the second was made when the first was answered
                known = len(call.batches)
                await peer.say("what would that look like for me")
                await api.until(lambda known=known: len(call.batches) > known)  # type: ignore[misc]
            before = stub.count
            await peer.say("what would that look like for me")
            assert [request["model"] for request in stub.requests[before:]] == models
        await peer.hang_up()
        await agent.until_idle()
        assert levels(call) == [("degraded", 2), ("recovered", 1), ("recovered", 0)]


async def test_configured_level_cannot_be_switched_up(
    configured: Configured, api: FakeApi, bank: Bank, stub: StubLlm
) -> None:
    api.best_level = 0
    async with configured(agent_level=2) as agent:
        peer = await agent.peer(bank.new_call())
        await to_purpose(peer)
        await peer.say("money is tight, what can you do")
        assert stub.count == 0
        await peer.hang_up()


async def test_health_shows_the_models_circuits(configured: Configured, bank: Bank, stub: StubLlm) -> None:
    async with configured() as agent:
        stub.behave("full", "status-500")
        peer = await agent.peer(bank.new_call())
        await to_purpose(peer)
        for words in ("money is tight, what can you do", "what else is possible", "and what else"):
            await peer.say(words)
        async with agent.http.get(agent.url + "/health") as response:
            circuits = (await response.json())["circuits"]
        assert (circuits["model:full"], circuits["model:small"]) == ("open", "closed")
        await peer.hang_up()
