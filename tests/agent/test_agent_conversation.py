"""One conversation over the real Line server: turns, interruptions, tools, silence and the end (facts, §3)."""

import asyncio
from pathlib import Path

import pytest

from agent import api_client, speech
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
    ToolDone,
    Transfer,
    UseTool,
)
from archer.protocol import ToolOutcome, ToolRequest
from tests.agent.fake_api import FakeApi
from tests.agent.running import CALM, QUICK, RunningAgent, running_agent
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


async def test_slow_tool_is_bridged_by_words(api: FakeApi, tmp_path: Path) -> None:
    release = asyncio.Event()

    async def slow(request: ToolRequest) -> ToolOutcome:
        await release.wait()
        return ToolOutcome(tool_call_id=request.tool_call_id, name="process_payment", ok=True)

    api.tools["process_payment"] = slow
    async with running_agent(api, tmp_path, timing=QUICK) as agent:
        peer = await agent.peer()
        await peer.until_heard("Archer")
        await peer.speaks()
        await peer.words("pay")
        event = await peer.stops()
        await peer.until_heard("still checking")
        release.set()
        answer = await peer.answer_to(event)
        spoken = [f["content"].strip() for f in answer if f["type"] == "message"]
        assert spoken[:2] == ["One moment, please.", "I am still checking, thank you for your patience."]
        assert spoken[-1] == "The payment is arranged."


async def test_barge_in_during_a_tool_neither_loses_nor_doubles_it(api: FakeApi, tmp_path: Path) -> None:
    release, begun = asyncio.Event(), asyncio.Event()

    async def slow(request: ToolRequest) -> ToolOutcome:
        begun.set()
        await release.wait()
        return ToolOutcome(tool_call_id=request.tool_call_id, name="process_payment", ok=True)

    api.tools["process_payment"] = slow
    async with running_agent(api, tmp_path) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await peer.speaks()
        await peer.words("pay")
        await peer.stops()
        await begun.wait()
        await peer.speaks()
        release.set()
        await peer.words("are you there")
        answer = await peer.answer_to(await peer.stops())
        spoken = [f["content"].strip() for f in answer if f["type"] == "message"]
        assert spoken == ["You said are you there.", "The payment is arranged."]
        events = [type(e) for e in agent.script.last.events]
        assert events.count(ToolDone) == 1
        assert events.index(ToolDone) == len(events) - 1, "the words come before the outcome they cannot answer"
        assert len(call.tool_runs) == 1


async def test_hang_up_during_a_tool_waits_for_its_outcome(api: FakeApi, tmp_path: Path) -> None:
    release, begun = asyncio.Event(), asyncio.Event()

    async def slow(request: ToolRequest) -> ToolOutcome:
        begun.set()
        await release.wait()
        return ToolOutcome(tool_call_id=request.tool_call_id, name="process_payment", ok=True)

    api.tools["process_payment"] = slow
    async with running_agent(api, tmp_path) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await peer.speaks()
        await peer.words("pay")
        await peer.stops()
        await begun.wait()
        await peer.hang_up()
        await api.until(lambda: ("customer", "pay") in call.lines())
        assert not call.ends
        release.set()
        await agent.until_idle()
        assert call.outcomes["t1"].ok
        assert not call.ends, "the line broke, or so it seems from here: another session may go on"


async def test_lost_answer_of_a_tool_is_asked_for_again(agent: RunningAgent, api: FakeApi) -> None:
    api.lose_next["run"] = 2
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    answer = await peer.say("pay")
    assert answer[-2]["content"] == "The payment is arranged. "
    assert len(call.tool_runs) == 1


async def test_refused_tool_is_told_to_the_conversation(agent: RunningAgent, api: FakeApi) -> None:
    async def refuse(request: ToolRequest) -> ToolOutcome:
        return ToolOutcome(tool_call_id=request.tool_call_id, name="process_payment", ok=False, error="not_allowed")

    api.tools["process_payment"] = refuse
    peer = await agent.peer()
    await peer.until_heard("Archer")
    assert (await peer.say("pay"))[-2]["content"] == "That did not work. "


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


async def test_unreachable_api_is_answered_by_a_sentence_that_names_nothing(
    api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_client, "SESSION", api_client.Patience(attempt=0.2, total=0.6))
    api.away = True
    async with running_agent(api, tmp_path, timing=QUICK) as agent:
        peer = await agent.peer()
        await peer.until(lambda: "end_call" in peer.types)
        assert peer.heard == [
            "One moment, please.",
            "I am sorry, we are having a technical problem. We will be in touch another time. Goodbye.",
        ]


async def test_used_token_is_refused_politely(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    first = await agent.peer(call)
    await first.until_heard("Archer")
    second = await agent.peer(call)
    await second.until(lambda: "end_call" in second.types)
    assert "Maple" not in " ".join(second.heard)


async def test_lost_answer_of_the_session_is_asked_for_again(agent: RunningAgent, api: FakeApi) -> None:
    api.lose_next["session"] = 1
    peer = await agent.peer()
    await peer.until_heard("Archer")


async def test_resumed_session_is_told_so(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call(epoch=1, snapshot={"events": 7})
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    assert agent.script.last.events[0] == Started(resumed=True)


async def test_entries_wait_while_the_api_is_away(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    await api.until(lambda: call.entries)
    api.away = True
    for n in range(20):
        await peer.say(f"line {n}")
    await peer.hang_up()
    assert not call.ends
    api.away = False
    await agent.until_idle()
    numbers = sorted(n for _, n in call.entries)
    assert numbers == list(range(1, 42))


async def test_caller_who_hangs_up_at_once_leaves_an_ended_session(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.hang_up()
    await agent.until_idle()
    assert call.epoch == 1
    assert not call.lines()


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


async def test_tool_that_stays_silent_for_too_long_is_unknown_not_failed(
    api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_request: ToolRequest) -> ToolOutcome:
        await asyncio.sleep(60)
        raise AssertionError

    api.tools["process_payment"] = never
    quick = api_client.Patience(attempt=0.2, total=0.4)
    monkeypatch.setattr(api_client, "TOOL", quick)
    monkeypatch.setattr(api_client, "READ_BACK", quick)
    async with running_agent(api, tmp_path) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        await peer.say("pay")
        done = next(e for e in agent.script.last.events if isinstance(e, ToolDone))
        assert (done.ok, done.error) == (False, "unavailable")
        assert UseTool("t1", "process_payment", {"amount": "10.00"}).tool_call_id == done.tool_call_id
        await peer.hang_up()
        await api.until(lambda: "tool_outcome_unknown" in call.happened())


async def test_goodbye_spoken_over_is_answered_and_still_ends_the_call(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    await peer.say("bye")
    answer = await peer.say("one more thing")
    assert [f["type"] for f in answer] == ["message", "end_call", "response_end"]
    await peer.speaks()
    assert [f["type"] for f in await peer.answer_to(await peer.stops())] == ["end_call", "response_end"]


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


async def test_tool_that_the_api_rejects_is_told_as_refused(api: FakeApi, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path) as agent:
        call = api.new_call()
        peer = await agent.peer(call)
        await peer.until_heard("Archer")
        call.session_token = "a newer session"
        await peer.say("pay")
        done = next(e for e in agent.script.last.events if isinstance(e, ToolDone))
        assert (done.ok, done.error) == (False, "refused")
        assert peer.heard[-1] == "That did not work."
        assert not call.tool_runs
