"""Many conversations at once and long ones: none is mixed up, none gets dearer. Costs are processor time: waiting for a
busy machine is not the agent's fault."""

import asyncio
import time
from pathlib import Path

import psutil

from tests.agent.fake_api import FakeApi
from tests.agent.fake_line_peer import LinePeer
from tests.agent.running import RunningAgent
from tests.agent.test_agent_process import agent_process

CONVERSATIONS = 50
TURNS = 6
CPU_MS_PER_TURN = 15.0
"""Of the agent's process, with transcript, journal and posting; about 5 when nothing else runs."""


async def test_fifty_conversations_at_once(api: FakeApi, tmp_path: Path) -> None:
    calls = [api.new_call() for _ in range(CONVERSATIONS)]
    async with agent_process(api, tmp_path / "spool") as agent:
        process = psutil.Process(agent.process.pid)
        before = sum(process.cpu_times()[:2])

        async def converse(number: int) -> None:
            peer = LinePeer(agent.http, agent.url)
            await peer.start(calls[number])
            await peer.until_heard("Archer")
            for turn in range(TURNS):
                await peer.say("pay" if turn == 2 else f"caller {number} says {turn}")
                await asyncio.sleep(0.05)
            await peer.say("bye")
            await peer.hang_up()

        await asyncio.gather(*(converse(number) for number in range(CONVERSATIONS)))
        await api.until(lambda: all(call.ends for call in calls), 30)
        spent = (sum(process.cpu_times()[:2]) - before) * 1000
    for number, call in enumerate(calls):
        said = [text for speaker, text in call.lines() if speaker == "customer"]
        assert said == ["pay" if turn == 2 else f"caller {number} says {turn}" for turn in range(TURNS)] + ["bye"]
        assert [e.outcome for e in call.ends] == ["payment_arranged"]
        assert len(call.tool_runs) == 1
    turns = [ms for call in calls for batch in call.batches for ms in batch.latency_ms.get("turn", [])]
    assert len(turns) == CONVERSATIONS * (TURNS + 1)
    assert spent / len(turns) < CPU_MS_PER_TURN


async def test_long_calls_do_not_get_dearer(agent: RunningAgent) -> None:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    costs = [await _cost_of_turns(peer, 10) for _ in range(20)]
    assert min(costs[-6:]) < 1.4 * min(costs[1:7])


async def _cost_of_turns(peer: LinePeer, count: int) -> float:
    """Processor seconds of both sides."""
    peer.frames.clear()
    began = time.process_time()
    for turn in range(count):
        await peer.say(f"this is what the caller says in turn number {turn} of a long conversation")
    return time.process_time() - began
