"""Cartesia as the Line server sees it: the peer of `/ws`, with a voice that reports what it has spoken."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.agent.fake_api import FakeCall


class LinePeer:
    """One conversation. With `voice` on, every message is spoken at once and reported; off, the test reports itself."""

    def __init__(self, http: aiohttp.ClientSession, base_url: str, *, voice: bool = True, token: str = "") -> None:
        self.http, self.base_url, self.voice, self.token = http, base_url, voice, token
        self.frames: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()

    async def connect(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self.socket = await self.http.ws_connect(self.base_url + "/ws", headers=headers)
        self._reader = asyncio.create_task(self._read())

    async def start(self, call: FakeCall, **metadata: Any) -> "LinePeer":
        await self.connect()
        given = {"call_id": str(call.call_id), "call_token": call.call_token, **metadata}
        await self.send(
            {
                "type": "start",
                "call_id": "c1",
                "from": "+16175550123",
                "to": "+18005550100",
                "agent_call_id": "ac1",
                "agent": {"id": "ag1", "system_prompt": None, "introduction": None},
                "metadata": given,
                "agent_token": "jwt",
                "api_base_url": "http://127.0.0.1:9",
            }
        )
        return self

    async def send(self, frame: dict[str, Any]) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def speaks(self) -> None:
        """The caller's voice comes on."""
        await self.send({"type": "user_state", "value": "speaking", "event_id": f"s{next(self._numbers)}"})

    async def words(self, text: str) -> None:
        await self.send({"type": "message", "content": text, "event_id": f"m{next(self._numbers)}"})

    async def stops(self) -> str:
        """The caller's voice goes off; the id that answers carry."""
        event_id = f"i{next(self._numbers)}"
        await self.send({"type": "user_state", "value": "idle", "event_id": event_id})
        return event_id

    async def say(self, text: str) -> list[dict[str, Any]]:
        """A whole turn, and the frames that answer it."""
        await self.speaks()
        await self.words(text)
        return await self.answer_to(await self.stops())

    async def voice_on(self) -> None:
        await self.send({"type": "agent_state", "value": "speaking"})

    async def voice_off(self) -> None:
        await self.send({"type": "agent_state", "value": "idle"})

    async def spoke(self, text: str) -> None:
        """The synthesis reports: without whitespace."""
        await self.send({"type": "agent_speech", "content": "".join(text.split())})

    async def press(self, key: str) -> None:
        await self.send({"type": "dtmf", "button": key, "event_id": f"k{next(self._numbers)}"})

    async def answer_to(self, event_id: str, seconds: float = 10.0) -> list[dict[str, Any]]:
        """All frames up to the end of the answer to an event."""
        await self.until(
            lambda: any(f["type"] == "response_end" and f["responding_to"] == event_id for f in self.frames), seconds
        )
        return [f for f in self.frames if f.get("responding_to") == event_id]

    async def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    @property
    def heard(self) -> list[str]:
        """Every sentence sent to be spoken."""
        return [f["content"].strip() for f in self.frames if f["type"] == "message"]

    @property
    def types(self) -> list[str]:
        return [f["type"] for f in self.frames]

    async def until_heard(self, part: str, seconds: float = 10.0) -> None:
        await self.until(lambda: any(part in sentence for sentence in self.heard), seconds)

    async def hang_up(self) -> None:
        await self.socket.close()
        await self._reader

    async def _read(self) -> None:
        async for message in self.socket:
            frame = json.loads(message.data) | {"at": time.monotonic()}
            self.frames.append(frame)
            if self.voice and frame["type"] == "message":
                await self.voice_on()
                await self.spoke(frame["content"])
                await self.voice_off()
            self._changed.set()
        self.closed_with = self.socket.close_code
        self._changed.set()
