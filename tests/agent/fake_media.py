"""Both ends of the media bridge: Twilio's Media Stream (a client) and Cartesia's agent stream (a server)."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

from tests.agent.fake_api import FakeCall

STREAM_SID = "MZ0123456789abcdef0123456789abcdef"


def audio(value: int, size: int = 160) -> str:
    """20 ms of mu-law, all of one value."""
    return b64encode(bytes([value]) * size).decode()


class Changes:
    """Something to wait on."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def tell(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


class CartesiaStream:
    """One agent stream, as Cartesia has it."""

    def __init__(self, socket: web.WebSocketResponse, headers: Any, agent_id: str) -> None:
        self.socket, self.headers, self.agent_id = socket, headers, agent_id
        self.frames: list[dict[str, Any]] = []
        self.closed = False
        self.changes = Changes()

    @property
    def start(self) -> dict[str, Any]:
        return self.frames[0]

    @property
    def audio(self) -> list[str]:
        return [f["media"]["payload"] for f in self.frames if f["event"] == "media_input"]

    async def send(self, frame: dict[str, Any]) -> None:
        await self.socket.send_str(json.dumps(frame, separators=(",", ":")))

    async def speak(self, *payloads: str) -> None:
        for payload in payloads:
            await self.send({"event": "media_output", "stream_id": STREAM_SID, "media": {"payload": payload}})


class FakeCartesia:
    """`/agents/stream/{agent_id}`; acknowledges the start unless told not to."""

    def __init__(self) -> None:
        self.streams: list[CartesiaStream] = []
        self.acknowledge = True
        self.refuse_with: int | None = None
        self.close_at_start: int | None = None
        self.changes = Changes()
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/agents/stream/{agent_id}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def stream(self) -> CartesiaStream:
        """The newest stream, once it has started."""
        await self.changes.until(lambda: self.streams and self.streams[-1].frames)
        return self.streams[-1]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_with is not None:
            return web.Response(status=self.refuse_with)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        stream = CartesiaStream(socket, request.headers, request.match_info["agent_id"])
        self.streams.append(stream)
        self.changes.tell()
        async for message in socket:
            frame = json.loads(message.data)
            stream.frames.append(frame)
            if frame["event"] == "start":
                if self.close_at_start is not None:
                    await socket.close(code=self.close_at_start)
                elif self.acknowledge:
                    await stream.send({"event": "ack", "stream_id": frame["stream_id"], "config": frame["config"]})
            stream.changes.tell()
            self.changes.tell()
        stream.closed = True
        stream.changes.tell()
        return socket


class TwilioStream:
    """One Media Stream, as Twilio has it. Marks are answered once what was before them is played, at once here."""

    def __init__(self, http: aiohttp.ClientSession, agent_url: str) -> None:
        self.http, self.agent_url = http, agent_url
        self.frames: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        self.play_marks = True
        self.changes = Changes()
        self._sequence = 0

    async def connect(self) -> "TwilioStream":
        self.socket = await self.http.ws_connect(self.agent_url + "/twilio/media")
        self._reader = asyncio.create_task(self._read())
        return self

    async def start(self, call: FakeCall, **parameters: str) -> "TwilioStream":
        await self.connect()
        await self.send({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        given = {"call_id": str(call.call_id), "call_token": call.call_token, **parameters}
        await self.send(start_frame(given))
        return self

    async def send(self, frame: dict[str, Any]) -> None:
        self._sequence += 1
        await self.socket.send_str(json.dumps({**frame, "sequenceNumber": str(self._sequence)}, separators=(",", ":")))

    async def say(self, *payloads: str) -> None:
        for chunk, payload in enumerate(payloads, start=1):
            media = {"track": "inbound", "chunk": str(chunk), "timestamp": str(20 * chunk), "payload": payload}
            await self.send({"event": "media", "streamSid": STREAM_SID, "media": media})

    async def hang_up(self) -> None:
        await self.send({"event": "stop", "streamSid": STREAM_SID, "stop": {"accountSid": "AC1", "callSid": "CA1"}})

    @property
    def audio(self) -> list[str]:
        return [f["media"]["payload"] for f in self.frames if f["event"] == "media"]

    @property
    def events(self) -> list[str]:
        return [f["event"] for f in self.frames]

    async def closed(self) -> int | None:
        await self.changes.until(lambda: self.closed_with is not None)
        return self.closed_with

    async def _read(self) -> None:
        async for message in self.socket:
            frame = json.loads(message.data)
            self.frames.append(frame)
            if frame["event"] == "mark" and self.play_marks:
                await self.send({"event": "mark", "streamSid": STREAM_SID, "mark": frame["mark"]})
            self.changes.tell()
        self.closed_with = self.socket.close_code or 1006
        self.changes.tell()


def start_frame(parameters: dict[str, str], encoding: str = "audio/x-mulaw") -> dict[str, Any]:
    return {
        "event": "start",
        "streamSid": STREAM_SID,
        "start": {
            "accountSid": "AC1",
            "streamSid": STREAM_SID,
            "callSid": "CA1",
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": encoding, "sampleRate": 8000, "channels": 1},
            "customParameters": parameters,
        },
    }
