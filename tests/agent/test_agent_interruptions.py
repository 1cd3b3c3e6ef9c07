"""The caller speaks over the agent: what was heard is kept, a cough changes nothing."""

from pathlib import Path

from archer.conversation.events import (
    Action,
    Event,
    Say,
    Started,
)
from tests.agent.fake_api import FakeApi
from tests.agent.running import CALM, RunningAgent, running_agent
from tests.agent.scripted import Scripted, polite


async def test_interrupted_sentence_is_recorded_as_heard(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call, voice=False)
    await peer.until_heard("Archer")
    await peer.voice_on()
    await peer.spoke("Hello, this is Archer")
    await peer.say("who is this")
    assert agent.script.last.interruptions() == ["Hello, this is Archer"]
    await peer.hang_up()
    await agent.until_idle()
    first = call.entries[(1, 1)]
    assert (first["text"], first["interrupted"]) == ("Hello, this is Archer", True)
    assert call.lines()[1] == ("customer", "who is this")


async def test_false_barge_in_resumes_the_sentence(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call, voice=False)
    await peer.until_heard("Archer")
    await peer.voice_on()
    await peer.spoke("Hello, this is Archer with Maple Bank. Am I")
    await peer.speaks()
    answer = await peer.answer_to(await peer.stops())
    assert [f["content"] for f in answer if f["type"] == "message"] == ["Am I speaking with Dana Reyes? "]
    assert not agent.script.last.interruptions()


async def test_uninterruptible_words_are_not_taken_for_interrupted(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        if isinstance(event, Started):
            return [Say("This call is recorded.", "notice", interruptible=False), Say("Is this Dana?", "ask")]
        return polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script), timing=CALM) as agent:
        call = api.new_call()
        peer = await agent.peer(call, voice=False)
        await peer.until_heard("Is this Dana?")
        await peer.voice_on()
        await peer.spoke("This call")
        await peer.say("yes")
        await peer.spoke("is recorded.")
        await peer.hang_up()
        await agent.until_idle()
        assert agent.script.last.interruptions() == ["This call is recorded."]
        recorded = {e["text"]: e["interrupted"] for e in call.entries.values() if e["speaker"] == "agent"}
        assert recorded["This call is recorded."] is False
        assert "not_heard" in call.happened()


async def test_goodbye_spoken_over_is_answered_and_still_ends_the_call(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    await peer.say("bye")
    answer = await peer.say("one more thing")
    assert [f["type"] for f in answer] == ["message", "end_call", "response_end"]
    await peer.speaks()
    assert [f["type"] for f in await peer.answer_to(await peer.stops())] == ["end_call", "response_end"]
