"""What a language model's turn costs the agent: `python -m tests.agent.llm.bench_conversations --calls 100`.

Three processes: the agent as in production, the stand-in endpoint (`python -m local.llm`), and this one with the API
and the callers. Added latency is what the caller waits beyond the model's time to its first token.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil

from tests.agent.fake_api import FakeApi
from tests.agent.fake_line_peer import LinePeer
from tests.agent.llm.bank import Bank, to_purpose

SAYINGS = (
    "money is tight, what can you do",
    "I see, and what else is possible",
    "my hours were cut at work this month",
    "what would that look like for me",
    "I would have to think about that with my wife",
)


@asynccontextmanager
async def process(*arguments: str, env: dict[str, str]) -> AsyncIterator[psutil.Process]:
    running = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=os.environ | env, stdout=asyncio.subprocess.DEVNULL, stderr=sys.stderr
    )
    try:
        yield psutil.Process(running.pid)
    finally:
        running.send_signal(signal.SIGINT)
        await running.wait()


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


async def answers(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.05)


DIRECT: list[float] = []
"""What the endpoint takes beyond its time to the first token when this process asks it, in milliseconds."""


async def _probe(http: aiohttp.ClientSession, url: str, first_token_ms: float) -> None:
    """Ask the endpoint directly now and then: the share of the latency that is not the agent's."""
    body = {"model": "stub-small-talk", "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    while True:
        began = time.perf_counter()
        async with http.post(url, json=body) as response:
            async for line in response.content:
                if b'"content"' in line:
                    DIRECT.append((time.perf_counter() - began) * 1000 - first_token_ms)
                    break
        await asyncio.sleep(0.2)


async def converse(peer: LinePeer, turns: int, think: float, number: int) -> list[float]:
    waits = []
    for turn in range(turns):
        await asyncio.sleep(think * (0.75 + (number * 37 % 50) / 100))
        await peer.speaks()
        await peer.words(SAYINGS[(turn + number) % len(SAYINGS)])
        before, began = len(peer.heard), time.perf_counter()
        event = await peer.stops()
        await peer.until(lambda before=before: len(peer.heard) > before, 30)  # type: ignore[misc]
        waits.append((time.perf_counter() - began) * 1000)
        await peer.answer_to(event)
    return waits


def share(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


async def measure(calls: int, turns: int, think: float, first_token_ms: float, *, rules: bool) -> dict[str, float]:
    api = FakeApi()
    await api.start()
    bank, port, stub_port = Bank(api), free_port(), free_port()
    with tempfile.TemporaryDirectory() as spool:
        env = {
            "ENVIRONMENT": "test",
            "PUBLIC_API_URL": api.url,
            "ARCHER_AGENT_SPOOL": str(Path(spool) / "spool"),
            "OPENAI_API_KEY": "" if rules else "sk-bench",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{stub_port}/v1",
            "AGENT_MODEL": "stub-small-talk",
            "AGENT_SMALL_MODEL": "stub-small-talk",
            "AGENT_MAX_CALLS": "500",
        }
        stub_arguments = ("-m", "local.llm", "--port", str(stub_port), "--first-token-ms", str(first_token_ms))
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
            process(*stub_arguments, env={}),
            process("-m", "agent", "--port", str(port), env=env) as agent,
        ):
            await answers(http, f"http://127.0.0.1:{port}/health/live")
            await answers(http, f"http://127.0.0.1:{stub_port}/v1/models")
            url, stub_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{stub_port}/v1/chat/completions"
            probing = asyncio.create_task(_probe(http, stub_url, first_token_ms))
            try:
                found = await _load(bank, http, url, agent, (calls, turns, think, 0.0 if rules else first_token_ms))
            finally:
                probing.cancel()
            return found | {
                "direct_p50_ms": round(statistics.median(DIRECT), 2),
                "direct_p95_ms": round(share(DIRECT, 0.95), 2),
            }


async def _load(
    bank: Bank, http: aiohttp.ClientSession, url: str, agent: psutil.Process, load: tuple[int, int, float, float]
) -> dict[str, float]:
    calls, turns, think, first_token_ms = load
    warm = await _opened(bank, http, url)
    await converse(warm, 2, 0.0, 0)
    base = agent.memory_info().rss
    peers = []
    for _ in range(calls):
        peers.append(await _opened(bank, http, url))
    fakes = list(bank.api.calls.values())
    known = {id(call): len(call.batches) for call in fakes}
    cpu, began = sum(agent.cpu_times()[:2]), time.monotonic()
    waits = [w for ws in await asyncio.gather(*(converse(p, turns, think, n) for n, p in enumerate(peers))) for w in ws]
    spent, seconds = sum(agent.cpu_times()[:2]) - cpu, time.monotonic() - began
    await asyncio.sleep(0.5)
    own = [ms for call in fakes for batch in call.batches[known[id(call)] :] for ms in batch.latency_ms.get("turn", [])]
    rss = agent.memory_info().rss
    for peer in [warm, *peers]:
        await peer.hang_up()
    added, agents = [w - first_token_ms for w in waits], [ms - first_token_ms for ms in own]
    return {
        "calls": calls,
        "turns": len(waits),
        "seconds": round(seconds, 1),
        "added_p50_ms": round(statistics.median(added), 2),
        "added_p95_ms": round(share(added, 0.95), 2),
        "added_p99_ms": round(share(added, 0.99), 2),
        "agent_added_p50_ms": round(statistics.median(agents), 2),
        "agent_added_p95_ms": round(share(agents, 0.95), 2),
        "cpu_ms_a_turn": round(spent * 1000 / len(waits), 2),
        "rss_base_mb": round(base / 1e6, 1),
        "rss_mb_a_call": round((rss - base) / 1e6 / calls, 3),
    }


async def _opened(bank: Bank, http: aiohttp.ClientSession, url: str) -> LinePeer:
    peer = LinePeer(http, url)
    await peer.start(bank.new_call())
    await to_purpose(peer)
    return peer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--turns", type=int, default=8)
    parser.add_argument("--think", type=float, default=4.0, help="seconds between an answer and the next turn")
    parser.add_argument("--first-token-ms", type=float, default=200.0)
    parser.add_argument("--rules", action="store_true", help="without a model, for comparison")
    given = parser.parse_args()
    found = asyncio.run(measure(given.calls, given.turns, given.think, given.first_token_ms, rules=given.rules))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
