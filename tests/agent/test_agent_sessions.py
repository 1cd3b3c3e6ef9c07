"""The session behind a conversation: opened once, resumed, refused, and the API away."""

from pathlib import Path

import pytest

from agent import api_client
from archer.conversation.events import (
    Started,
)
from tests.agent.fake_api import FakeApi
from tests.agent.running import QUICK, RunningAgent, running_agent


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


async def test_a_used_token_ends_the_line_without_a_farewell(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    first = await agent.peer(call)
    await first.until_heard("Archer")
    second = await agent.peer(call)
    await second.until(lambda: "end_call" in second.types)
    assert second.heard == ["One moment, please."], "the carrier asks the API how to go on: this is no goodbye"


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
