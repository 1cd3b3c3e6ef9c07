"""Whole calls with a model that behaves: the Line server, the stand-in endpoint and the bank's tools."""

from local.llm.server import StubLlm
from tests.agent.fake_api import FakeApi
from tests.agent.llm.bank import Bank, to_purpose
from tests.agent.running import RunningAgent


async def test_model_negotiates_and_the_callers_yes_arranges_once(
    talker: RunningAgent, api: FakeApi, bank: Bank, stub: StubLlm
) -> None:
    call = bank.new_call()
    peer = await talker.peer(call)
    await to_purpose(peer)
    assert stub.count == 0, "before the purpose was stated the rules speak alone"
    await peer.say("well money has been a bit tight lately to be honest, what can you do")
    assert "spread it over a few months" in peer.heard[-1]
    assert stub.count == 1
    await peer.say("a plan over six months then")
    assert "Do you agree?" in peer.heard[-1]
    assert bank.arrangements == []
    await peer.say("yes please")
    assert [a["kind"] for a in bank.arrangements] == ["plan"]
    assert bank.arrangements[0]["months"] == 6
    await peer.say("no that is all thank you")
    assert "oodbye" in peer.heard[-1]
    await peer.hang_up()
    await api.until(lambda: call.ends)
    assert call.ends[0].outcome == "plan_agreed"
    assert "degraded" not in call.happened()
    assert set(peer.types) <= {"message", "end_call", "response_end"}


async def test_model_is_told_nothing_of_the_account_before_verification_and_the_facts_after(
    talker: RunningAgent, bank: Bank, stub: StubLlm
) -> None:
    peer = await talker.peer(bank.new_call())
    await to_purpose(peer)
    await peer.say("money is tight, what can you do")
    messages = stub.requests[-1]["messages"]
    assert messages[0]["role"] == "system"
    assert "412" not in messages[0]["content"]
    assert '"balance":"412.35"' in messages[-1]["content"]
    names = {tool["function"]["name"] for tool in stub.requests[-1]["tools"]}
    assert "verify_account" not in names
    assert {"process_payment", "end_call"} <= names
    await peer.hang_up()


async def test_connection_to_the_model_is_open_before_it_is_asked_and_opened_once(
    talker: RunningAgent, bank: Bank, stub: StubLlm
) -> None:
    peers = [await talker.peer(bank.new_call()) for _ in range(3)]
    for peer in peers:
        await to_purpose(peer)
    assert (stub.connected, stub.count) == (1, 0)
    for peer in peers:
        await peer.hang_up()
