"""A tool during a conversation: bridged, done once, its outcome told, whatever the caller does (facts, §3.8)."""

import asyncio
from pathlib import Path

import pytest

from agent import api_client
from archer.conversation.events import (
    ToolDone,
    UseTool,
)
from archer.protocol import ToolOutcome, ToolRequest
from tests.agent.fake_api import FakeApi
from tests.agent.running import QUICK, RunningAgent, running_agent


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


async def test_a_tool_takes_along_the_words_that_led_to_it(agent: RunningAgent, api: FakeApi) -> None:
    api.lose_next["entries"] = 1000
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    await peer.say("pay")
    (_, request), *_ = call.tool_runs
    assert [entry.text for entry in request.entries if entry.speaker == "customer"] == ["pay"]
    api.lose_next["entries"] = 0


async def test_refused_tool_is_told_to_the_conversation(agent: RunningAgent, api: FakeApi) -> None:
    async def refuse(request: ToolRequest) -> ToolOutcome:
        return ToolOutcome(tool_call_id=request.tool_call_id, name="process_payment", ok=False, error="not_allowed")

    api.tools["process_payment"] = refuse
    peer = await agent.peer()
    await peer.until_heard("Archer")
    assert (await peer.say("pay"))[-2]["content"] == "That did not work. "


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
