"""Messages waiting for one websocket, sent in order by a task of its own: a slow peer holds up nobody else."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiohttp


class Outbox:
    """The queue before one websocket. Every message may carry a callback that is called once it has left."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[tuple[str, bool, Callable[[], None] | None]] = deque()
        self._wake = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._task = asyncio.create_task(self._run())

    def put(self, text: str, audio: bool = False, sent: Callable[[], None] | None = None) -> None:
        """Send a message after those before it."""
        self._waiting.append((text, audio, sent))
        self._empty.clear()
        self._wake.set()

    def drop_audio(self) -> None:
        """Forget the audio that has not left yet: it was cut off."""
        self._waiting = deque(item for item in self._waiting if not item[1])

    async def flush(self) -> None:
        """Wait until everything has left, or the peer has gone."""
        await self._empty.wait()

    async def close(self) -> None:
        """Stop sending."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        # A peer that has gone is noticed by whoever reads from it; here the rest of the queue just has no receiver.
        with suppress(ConnectionError, aiohttp.ClientError):
            while True:
                while self._waiting:
                    text, _, sent = self._waiting.popleft()
                    await self._send(text)
                    if sent is not None:
                        sent()
                self._empty.set()
                self._wake.clear()
                await self._wake.wait()
        self._empty.set()
