"""Many conversations at once and long ones: nobody waits for the others, the sixtieth turn costs what the tenth did."""

import asyncio
import statistics
import time
from pathlib import Path

from tests.agent.fake_api import FakeApi
from tests.agent.fake_line_peer import LinePeer
from tests.agent.running import RunningAgent, running_agent
from tests.agent.test_agent_process import agent_process

CONVERSATIONS = 50
TURNS = 6
TURN_P95_MS = 50.0


async def test_fifty_conversations_at_once(api: FakeApi, tmp_path: Path) -> None:
    calls = [api.new_call() for _ in range(CONVERSATIONS)]
    async with agent_process(api, tmp_path / "spool") as agent:

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
        await api.until(lambda: all(call.ends for call in calls))
    for number, call in enumerate(calls):
        said = [text for speaker, text in call.lines() if speaker == "customer"]
        assert said == ["pay" if turn == 2 else f"caller {number} says {turn}" for turn in range(TURNS)] + ["bye"]
        assert [e.outcome for e in call.ends] == ["payment_arranged"]
        assert len(call.tool_runs) == 1
    turns = [ms for call in calls for batch in call.batches for ms in batch.latency_ms.get("turn", [])]
    assert len(turns) == CONVERSATIONS * (TURNS + 1)
    assert statistics.quantiles(turns, n=20)[-1] < TURN_P95_MS


async def test_long_calls_do_not_slow_down(api: FakeApi, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path) as agent:
        took = await _turns(agent, 200)
        early, late = statistics.median(took[10:60]), statistics.median(took[-50:])
        assert late < early * 1.5


async def _turns(agent: RunningAgent, count: int) -> list[float]:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    took = []
    for turn in range(count):
        began = time.perf_counter()
        await peer.say(f"this is what the caller says in turn number {turn} of a long conversation")
        took.append((time.perf_counter() - began) * 1000)
    return took
