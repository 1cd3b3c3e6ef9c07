"""The agent as a process: killed, restarted, drained, measured."""

import asyncio
import contextlib
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil

from tests.agent.fake_api import FakeApi
from tests.agent.fake_line_peer import LinePeer

ROOT = Path(__file__).parents[2]
MEGABYTE_LIMIT = 90


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class AgentProcess:
    def __init__(self, process: asyncio.subprocess.Process, url: str, http: aiohttp.ClientSession) -> None:
        self.process, self.url, self.http = process, url, http

    async def answers(self) -> None:
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with self.http.get(self.url + "/health/live") as response:
                        if response.status == 200:
                            return
                assert self.process.returncode is None, "the agent did not start"
                await asyncio.sleep(0.05)


@asynccontextmanager
async def agent_process(
    api: FakeApi, spool: Path, *, drain: float = 10.0, module: str = "tests.agent.agent_process"
) -> AsyncIterator[AgentProcess]:
    port = free_port()
    environment = {
        **os.environ,
        "ENVIRONMENT": "test",
        "PUBLIC_API_URL": api.url,
        "OPENAI_API_KEY": "",
        "LINE_SERVER_TOKEN": "",
        "ARCHER_AGENT_SPOOL": str(spool),
        "ARCHER_AGENT_DRAIN_SECONDS": str(drain),
        "PYTHONPATH": str(ROOT),
    }
    own = [str(port), str(spool), str(drain)] if module != "agent" else ["--port", str(port)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *own, cwd=spool.parent, env=environment, stderr=asyncio.subprocess.PIPE
    )
    async with aiohttp.ClientSession() as http:
        running = AgentProcess(process, f"http://127.0.0.1:{port}", http)
        try:
            await running.answers()
            yield running
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def test_what_a_killed_agent_held_is_posted_by_the_next(api: FakeApi, tmp_path: Path) -> None:
    spool, call = tmp_path / "spool", api.new_call()
    async with agent_process(api, spool) as agent:
        peer = LinePeer(agent.http, agent.url)
        await peer.start(call)
        await peer.until_heard("Archer")
        await api.until(lambda: call.entries)
        api.away = True
        for n in range(5):
            await peer.say(f"line {n}")
        journal = spool / f"{call.call_id}.1.jsonl"
        await api.until(lambda: journal.read_bytes().count(b'{"entry"') == 11)
        assert stat.S_IMODE(journal.stat().st_mode) == 0o600
        agent.process.kill()
        await agent.process.wait()
    api.away = False
    async with agent_process(api, spool):
        await api.until(lambda: len(call.entries) == 11)
        await api.until(lambda: not list(spool.glob("*.jsonl")))
    assert sorted(n for _, n in call.entries) == list(range(1, 12))
    assert call.lines()[-1] == ("agent", "You said line 4.")
    assert not call.ends, "the conversation did not end: another session goes on with it"


async def test_journal_that_the_api_refuses_is_set_aside(api: FakeApi, tmp_path: Path) -> None:
    spool, call = tmp_path / "spool", api.new_call()
    async with agent_process(api, spool) as agent:
        peer = LinePeer(agent.http, agent.url)
        await peer.start(call)
        await peer.until_heard("Archer")
        await api.until(lambda: call.entries)
        api.away = True
        await peer.say("hello")
        journal = spool / f"{call.call_id}.1.jsonl"
        await api.until(lambda: journal.read_bytes().count(b'{"entry"') == 3)
        agent.process.kill()
        await agent.process.wait()
    api.away, call.session_token = False, "a newer session"
    async with agent_process(api, spool):
        await api.until((spool / "rejected" / journal.name).exists)
    assert len(call.entries) == 1


async def test_terminated_agent_lets_calls_end_first(api: FakeApi, tmp_path: Path) -> None:
    call = api.new_call()
    async with agent_process(api, tmp_path / "spool") as agent:
        peer = LinePeer(agent.http, agent.url)
        await peer.start(call)
        await peer.until_heard("Archer")
        agent.process.send_signal(signal.SIGTERM)
        await _until_draining(agent)
        async with agent.http.post(agent.url + "/chats", json={}) as response:
            assert response.status == 503
        await peer.say("still here")
        assert peer.heard[-1] == "You said still here."
        await peer.hang_up()
        assert await asyncio.wait_for(agent.process.wait(), 10) == 0
    assert call.lines()[-1] == ("agent", "You said still here.")
    assert not list((tmp_path / "spool").glob("*.jsonl"))


async def test_terminated_agent_does_not_wait_for_ever(api: FakeApi, tmp_path: Path) -> None:
    call = api.new_call()
    async with agent_process(api, tmp_path / "spool", drain=0.3) as agent:
        peer = LinePeer(agent.http, agent.url)
        await peer.start(call)
        await peer.until_heard("Archer")
        agent.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(agent.process.wait(), 15) == 0
    assert len(call.lines()) == 1
    assert not list((tmp_path / "spool").glob("*.jsonl"))


async def test_agent_without_a_model_is_small(api: FakeApi, tmp_path: Path) -> None:
    """Issue: without a key litellm is not imported, less than 90 MB resident."""
    async with agent_process(api, tmp_path / "spool", module="agent") as agent:
        call = api.new_call()
        peer = LinePeer(agent.http, agent.url)
        await peer.start(call)
        await peer.until(lambda: peer.heard)
        await peer.say("yes this is Dana speaking")
        assert psutil.Process(agent.process.pid).memory_info().rss < MEGABYTE_LIMIT * 2**20
        loaded = {mapped.path for mapped in psutil.Process(agent.process.pid).memory_maps()}
        assert not [path for path in loaded if "litellm" in path or "tiktoken" in path]


async def test_bad_settings_end_with_one_line(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agent",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AGENT_MAX_CALLS": "0"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, stderr = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert len(stderr.decode().strip().splitlines()) == 1


async def _until_draining(agent: AgentProcess) -> None:
    async with asyncio.timeout(5):
        while True:
            async with agent.http.get(agent.url + "/health/ready") as response:
                if response.status == 503:
                    return
