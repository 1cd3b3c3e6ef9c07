"""A real agent for a test: uvicorn on a free port, in the test's own loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from agent.dialogue import Timing
from agent.main import Agent, Options, Server
from archer.settings import Settings
from tests.agent.fake_api import FakeApi
from tests.agent.fake_line_peer import LinePeer
from tests.agent.scripted import Scripted

QUICK = Timing(filler=0.1, quiet=0.3, late_transcript=0.1, silence=0.4, keypad=0.2, stuck=0.8, end=0.2, setup=0.2)
"""Production's proportions, shorter."""
CALM = Timing(late_transcript=0.15, silence=30.0)
"""Nothing happens unasked."""


def no_redaction(text: str) -> str:
    return text.replace("4242", "[redacted]")


class TestServer(Server):
    """Without signals: the test stops it."""

    __test__ = False

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class RunningAgent:
    """An agent and what belongs to it."""

    def __init__(self, url: str, agent: Agent, api: FakeApi, script: Scripted, http: aiohttp.ClientSession) -> None:
        self.url, self.agent, self.api, self.script, self.http = url, agent, api, script, http

    async def peer(self, call: Any = None, *, voice: bool = True, **metadata: Any) -> LinePeer:
        """A conversation with a new call (or this one)."""
        peer = LinePeer(self.http, self.url, voice=voice)
        return await peer.start(call or self.api.new_call(), **metadata)

    async def until_idle(self) -> None:
        """Wait until every line is closed and everything is stored."""
        await self.api.until(lambda: self.agent.calls.idle)


@asynccontextmanager
async def running_agent(
    api: FakeApi,
    spool: Path,
    *,
    script: Scripted | None = None,
    timing: Timing = CALM,
    start_seconds: float = 10.0,
    redact: Any = no_redaction,
    **settings: Any,
) -> AsyncIterator[RunningAgent]:
    settings = {"line_server_token": "", **settings}  # a stack's, should its tests have run before
    given = Settings(_env_file=None, environment="test", public_api_url=api.url, **settings)
    script = script or Scripted()
    options = Options(
        new_conversation=script,
        redact=redact,
        spool=spool,
        timing=timing,
        start_seconds=start_seconds,
        opened=getattr(script, "running", contextlib.nullcontext),
        models=getattr(script, "circuits", dict),
    )
    agent = Agent(given, options)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = TestServer(agent, "127.0.0.1", 0, 5.0)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        await _answers(http, url)
        try:
            yield RunningAgent(url, agent, api, script, http)
        finally:
            await http.close()
            server.should_exit = True
            await serving


async def _answers(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(url + "/health/live") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.02)
