"""The Cartesia stand-in on a free port between a websocket client of the test and a real Line server with its agent."""

import asyncio
import itertools
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import uvicorn
from aiohttp import web
from line.events import CallEnded, CallStarted, UserTurnEnded, UserTurnStarted
from line.voice_agent_app import VoiceAgentApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from local.cartesia.app import create_app
from local.cartesia.config import CartesiaConfig
from local.speech import SILENCE, Ear, speak

SPEED = 10.0
HEADERS = {"Authorization": "Bearer key", "Cartesia-Version": "2026-03-01"}


@dataclass
class Agent:
    """What the Line server runs: `reply(event)` gives the output events."""

    events: list[Any] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    reply: Callable[[Any], list[Any]] = lambda event: []
    run: list[Any] = field(default_factory=lambda: [CallStarted, UserTurnEnded, CallEnded])
    chats: Any = None
    """What `pre_call_handler` gives back."""

    async def process(self, env: Any, event: Any) -> Any:
        self.events.append(event)
        for output in self.reply(event):
            yield output


class Caller:
    """A telephony client: sends audio in real time, keeps what comes back."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.received: list[dict[str, Any]] = []
        self.words = ""
        self.closed: tuple[int, str] | None = None
        self._ear = Ear()
        self._utterances = itertools.count(1)
        self._talking: list[bytes] = []
        self._tasks = [asyncio.create_task(self._listen())]

    async def start(self, **metadata: Any) -> "Caller":
        config = {"input_format": "mulaw_8000"}
        await self.send({"event": "start", "stream_id": "s1", "config": config, "metadata": metadata})
        self._tasks.append(asyncio.create_task(self._talk()))
        return self

    async def send(self, message: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(message))

    def say(self, text: str) -> None:
        self._talking += speak(text, next(self._utterances), SPEED)

    def of(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.received if message["event"] == event]

    async def close(self) -> None:
        for task in self._tasks[1:]:
            task.cancel()
        await self.socket.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _talk(self) -> None:
        try:
            while True:
                frame = self._talking.pop(0) if self._talking else SILENCE
                await self.send({"event": "media_input", "media": {"payload": b64encode(frame).decode()}})
                await asyncio.sleep(0.02)
        except ConnectionClosed:
            return

    async def _listen(self) -> None:
        try:
            async for text in self.socket:
                message = json.loads(text)
                self.received.append(message)
                if message["event"] == "media_output":
                    heard = self._ear.hear(b64decode(message["media"]["payload"]))
                    self.words += "".join(frame.text for frame in heard if frame)
        except ConnectionClosed:
            pass
        self.closed = (self.socket.protocol.close_code or 0, self.socket.protocol.close_reason or "")


@dataclass
class Cartesia:
    """The stand-in as a test sees it."""

    url: str
    http: aiohttp.ClientSession
    agent: Agent
    server: uvicorn.Server
    callers: list[Caller] = field(default_factory=list)

    @property
    def stream_url(self) -> str:
        return self.url.replace("http", "ws") + "/agents/stream/agent_1"

    async def connect(self) -> Caller:
        caller = Caller(await connect(self.stream_url, additional_headers=HEADERS))
        self.callers.append(caller)
        return caller

    async def call(self, **metadata: Any) -> Caller:
        return await (await self.connect()).start(**metadata)

    async def get(self, path: str) -> Any:
        async with self.http.get(self.url + path) as response:
            return await response.json()

    async def faults(self, **faults: Any) -> None:
        async with self.http.post(f"{self.url}/_test/faults", json=faults) as response:
            assert response.status == 200, await response.text()

    async def harness(self) -> list[dict[str, Any]]:
        """The frames sent to the agent in the latest call."""
        events = (await self.get("/_test/calls"))["calls"][-1]["events"]
        return [event for event in events if event["side"] == "harness"]

    async def until(self, condition: Callable[[], Any], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - the condition has no event
                await asyncio.sleep(0.005)

    def types(self) -> list[str]:
        return [type(event).__name__ for event in self.agent.events]


def _watched(app: Any, agent: Agent) -> Any:
    async def watch(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            agent.headers.append({key.decode(): value.decode() for key, value in scope["headers"]})
        await app(scope, receive, send)

    return watch


@pytest.fixture
async def cartesia() -> AsyncIterator[Cartesia]:
    agent = Agent()

    async def get_agent(env: Any, request: Any) -> Any:
        agent.requests.append(request)
        return agent, agent.run, [UserTurnStarted]

    async def pre_call(request: Any) -> Any:
        return agent.chats(request) if agent.chats else SimpleResult({}, {})

    line = _watched(VoiceAgentApp(get_agent, pre_call).fastapi_app, agent)
    server = uvicorn.Server(uvicorn.Config(line, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    agent_url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    config = CartesiaConfig(agent_url, line_token="line-secret", speed=SPEED, endpoint_seconds=0.06)
    runner = web.AppRunner(create_app(config), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        standin = Cartesia(f"http://127.0.0.1:{runner.addresses[0][1]}", http, agent, server)
        yield standin
        for caller in standin.callers:
            await caller.close()
    await runner.cleanup()
    server.should_exit = True
    await serving


@dataclass
class SimpleResult:
    metadata: dict[str, Any]
    config: dict[str, Any]
