"""Cartesia's side of the Line protocol for a bench: callers by text, an agent's voice that takes no time."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from local.bench.desk import Account

ANSWER_SECONDS = 30.0


class Line:
    """One conversation over `/ws`. What the agent says is reported as spoken at once."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()
        self._answered: set[str] = set()
        self.heard: list[str] = []
        self.messages = 0
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, agent_url: str, account: Account) -> "Line":
        """Connect, start, and come to where the account is talked about."""
        line = cls(await http.ws_connect(f"{agent_url}/ws", compress=0))
        metadata = {"call_id": str(account.call_id), "call_token": account.token}
        await line._send({"type": "start", "call_id": "bench", "from": "+1", "to": "+1", "metadata": metadata})
        person = account.books.customer
        await line.until(lambda: person.name in line.said)
        await line.say(f"yes this is {person.name}")
        await line.say(f"{person.account_last_4} and my zip code is {person.postal_code}")
        await line.until(lambda: "dollars" in line.said)
        return line

    @property
    def said(self) -> str:
        """All that the agent said lately."""
        return " ".join(self.heard)

    async def say(self, words: str) -> float:
        """A whole turn; milliseconds from its end to the agent's first word."""
        await self._send({"type": "user_state", "value": "speaking", "event_id": f"s{next(self._numbers)}"})
        await self._send({"type": "message", "content": words, "event_id": f"m{next(self._numbers)}"})
        self.heard.clear()
        before, turn = self.messages, f"i{next(self._numbers)}"
        began = time.perf_counter()
        await self._send({"type": "user_state", "value": "idle", "event_id": turn})
        await self.until(lambda: self.messages > before)
        took = (time.perf_counter() - began) * 1000
        await self.until(lambda: turn in self._answered)
        self._answered.clear()
        return took

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the agent does. Raises TimeoutError."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def hang_up(self) -> None:
        """Close the line."""
        await self._socket.close()
        await self._reader

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._socket.send_str(json.dumps(frame))

    async def _read(self) -> None:
        async for message in self._socket:
            frame = json.loads(message.data)
            if frame["type"] == "message":
                self.messages += 1
                self.heard.append(frame["content"])
                self._changed.set()
                await self._send({"type": "agent_state", "value": "speaking"})
                await self._send({"type": "agent_speech", "content": "".join(frame["content"].split())})
                await self._send({"type": "agent_state", "value": "idle"})
            elif frame["type"] == "response_end":
                self._answered.add(str(frame["responding_to"]))
                self._changed.set()
