"""One conversation over the real Line server: turns, silence, keys, faults and the end (facts, §3)."""

from pathlib import Path

import pytest

from agent import speech
from agent.dialogue import Timing
from archer.conversation.events import (
    Action,
    End,
    Event,
    Heard,
    Interrupted,
    Keypad,
    MachineAnswered,
    Note,
    Say,
    Silence,
    Started,
    Transfer,
)
from tests.agent.fake_api import FakeApi
from tests.agent.running import QUICK, RunningAgent, running_agent
from tests.agent.scripted import GREETING, Scripted, ScriptedConversation, polite


async def test_greets_answers_and_says_goodbye(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer with Maple Bank")
    await peer.say("yes it is")
    answer = await peer.say("bye")
    assert [f["type"] for f in answer] == ["message", "end_call", "response_end"]
    assert answer[0]["interruptible"] is False
    await peer.hang_up()
    await api.until(lambda: call.ends)
    assert call.lines() == [
        ("agent", GREETING),
        ("customer", "yes it is"),
        ("agent", "You said yes it is."),
        ("customer", "bye"),
        ("agent", "Thank you. Goodbye."),
    ]
    end = call.ends[0]
    assert (end.outcome, end.reason, end.hang_up) == ("payment_arranged", "done", True)
    assert call.snapshot == {"events": 3}


async def test_only_sentences_and_ends_leave_the_agent(agent: RunningAgent, api: FakeApi) -> None:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    await peer.say("pay")
    await peer.hang_up()
    assert set(peer.types) <= {"message", "end_call", "response_end"}


async def test_turn_and_tool_latency_travel_with_the_entries(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    await peer.say("pay")
    await peer.hang_up()
    await agent.until_idle()
    measured = {what for batch in call.batches for what in batch.latency_ms}
    assert measured == {"turn", "tool"}


async def test_entries_are_redacted_before_they_leave(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    await peer.say("my card is 4242")
    await peer.hang_up()
    await agent.until_idle()
    assert ("customer", "my card is [redacted]") in call.lines()
    assert "4242" not in str(call.entries)


async def test_words_after_the_turns_end_are_answered(agent: RunningAgent, api: FakeApi) -> None:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    await peer.speaks()
    await peer.stops()
    await peer.words("late words")
    await peer.until_heard("You said late words.")
    assert agent.script.last.heard() == ["late words"]


async def test_a_turn_without_words_is_asked_about(agent: RunningAgent, api: FakeApi) -> None:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    await peer.speaks()
    answer = await peer.answer_to(await peer.stops())
    assert answer[0]["content"] == "Sorry, I did not catch that. "


async def test_words_before_the_greeting_are_kept(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        return [Say(GREETING, "opening")] if isinstance(event, Heard) else []

    async with running_agent(api, tmp_path, script=Scripted(script)) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.speaks()
        await peer.words("hello?")
        await peer.stops()
        await peer.until_heard("Archer")
        await peer.hang_up()
        await agent.until_idle()
        assert ("customer", "hello?") in call.lines()


async def test_silence_is_told_and_answered(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        return [Say("Are you still there?", "silence")] if isinstance(event, Silence) else polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script), timing=QUICK) as agent:
        peer = await agent.peer()
        await peer.until(lambda: peer.heard.count("Are you still there?") == 2)
        silences = [e.seconds for e in agent.script.last.events if isinstance(e, Silence)]
        assert all(seconds >= QUICK.silence for seconds in silences)


async def test_noise_without_end_is_taken_for_a_turn(api: FakeApi, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path, timing=QUICK) as agent:
        peer = await agent.peer()
        await peer.until_heard("Archer")
        await peer.speaks()
        await peer.until_heard("Sorry, I did not catch that.")


async def test_keys_reach_the_conversation_and_a_pause_after_them_too(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        if isinstance(event, Silence):
            return [Say("You stopped keying.", "settled")]
        return [] if isinstance(event, Keypad) else polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script), timing=QUICK) as agent:
        peer = await agent.peer()
        await peer.until_heard("Archer")
        for key in "42":
            await peer.press(key)
        await peer.until_heard("You stopped keying.")
        events = agent.script.last.events
        assert [e.digit for e in events if isinstance(e, Keypad)] == ["4", "2"]


async def test_answering_machine_is_told(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        return [End("voicemail", "machine")] if isinstance(event, MachineAnswered) else polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script)) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await peer.send({"type": "custom", "metadata": {"archer_wake": "machine"}})
        await peer.until(lambda: "end_call" in peer.types)
        await peer.hang_up()
        await api.until(lambda: call.ends)
        assert call.ends[0].outcome == "voicemail"


async def test_a_peer_cannot_wake_the_agent_otherwise(agent: RunningAgent, api: FakeApi) -> None:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    await peer.send({"type": "custom", "metadata": {"archer_wake": "silence"}})
    await peer.say("hello")
    assert peer.heard[-1] == "You said hello."


async def test_transfer_ends_the_stream_and_not_the_call(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        if isinstance(event, Heard):
            return [Say("I am connecting you.", "transfer"), Transfer("requested")]
        return polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script)) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        answer = await peer.say("a person please")
        assert [f["type"] for f in answer] == ["message", "end_call", "response_end"]
        await peer.hang_up()
        await api.until(lambda: call.ends)
        assert (call.ends[0].outcome, call.ends[0].hang_up) == ("transferred", False)
        assert "transfer" in call.happened()


async def test_end_is_reported_when_the_line_stays_open(api: FakeApi, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path, timing=QUICK) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await peer.say("bye")
        await api.until(lambda: call.ends)
        assert peer.closed_with is None
        assert call.ends[0].hang_up


async def test_notes_become_events(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        if isinstance(event, Heard):
            return [Note("opt_out_heard", {"words": "4242"}), Say("I understand.", "ok")]
        return polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script)) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await peer.say("stop calling")
        await peer.hang_up()
        await agent.until_idle()
        event = next(e for e in call.entries.values() if e["event"] == "opt_out_heard")
        assert event["data"] == {"words": "[redacted]"}


async def test_a_fault_is_spoken_around_and_then_ends_the_call_in_order(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        if isinstance(event, Heard | Interrupted):
            raise RuntimeError("secret db host=10.0.0.1")
        return polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script)) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await peer.say("one")
        assert "say that again" in peer.heard[-1]
        await peer.say("two")
        assert "end_call" in peer.types
        await peer.hang_up()
        await api.until(lambda: call.ends)
        assert call.ends[0].outcome == "error"
        assert "secret" not in str(peer.frames) + str(call.entries)


async def test_binary_frame_is_dropped(agent: RunningAgent, api: FakeApi) -> None:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    await peer.socket.send_bytes(b"\x00")
    await peer.say("hello")
    assert peer.heard[-1] == "You said hello."


async def test_voice_whose_end_is_not_reported_does_not_hide_silence(api: FakeApi, tmp_path: Path) -> None:
    def script(event: Event) -> list[Action]:
        if isinstance(event, Started):
            return [Say("Hello.", "opening")]
        return [Say("Are you still there?", "silence")] if isinstance(event, Silence) else polite(event)

    async with running_agent(api, tmp_path, script=Scripted(script), timing=QUICK) as agent:
        peer = await agent.peer(voice=False)
        await peer.until_heard("Hello.")
        await peer.voice_on()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(speech, "LOST_REPORT_SECONDS", 0.1)
            await peer.until_heard("Are you still there?")


async def test_unreadable_snapshot_does_not_stop_the_transcript(api: FakeApi, tmp_path: Path) -> None:
    class Forgetful(ScriptedConversation):
        def snapshot(self) -> dict[str, object]:
            raise RuntimeError

    async with running_agent(api, tmp_path, script=lambda _session: Forgetful(polite)) as agent:  # type: ignore[arg-type]
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await api.until(call.lines)
        assert call.snapshot is None


async def test_noise_from_the_beginning_does_not_keep_the_agent_from_greeting(api: FakeApi, tmp_path: Path) -> None:
    api.lose_next["session"] = 2
    async with running_agent(api, tmp_path, timing=QUICK) as agent:
        peer = await agent.peer()
        await peer.speaks()
        await peer.until_heard("Archer")


async def test_late_words_belong_to_their_turn_although_the_agent_has_begun_to_answer(
    api: FakeApi, tmp_path: Path
) -> None:
    async with running_agent(api, tmp_path, timing=Timing(same_turn=30.0, silence=60.0)) as agent:
        peer = await agent.peer(voice=False)
        await peer.until_heard("Archer")
        await peer.speaks()
        await peer.words("yes, this")
        await peer.stops()
        await peer.until_heard("You said yes, this.")
        await peer.voice_on()
        await peer.words("is she")
        await peer.until_heard("You said yes, this is she.")
        await peer.say("good day")
        await peer.until_heard("You said good day.")
