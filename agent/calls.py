"""What this replica carries right now: media streams and conversations, how many more it takes, and when it takes none.

A call has a media stream and a conversation; with several replicas they may live in different ones, so neither needs
the other. Where both are here, the bridge tells the conversation why the line closes and what it measured.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

from agent.session import CallSession
from agent.voice import VoiceAgent

Kind = Literal["stream", "conversation"]
Refusal = Literal["draining", "full"]

log = logging.getLogger("agent.calls")


class Calls:
    """The register of one process."""

    def __init__(self, max_calls: int) -> None:
        self.max_calls = max_calls
        self.draining = False
        self._open: dict[Kind, int] = {"stream": 0, "conversation": 0}
        self._streams: set[UUID] = set()
        self._voices: dict[UUID, VoiceAgent] = {}
        self._closing: dict[asyncio.Task[None], CallSession] = {}
        self._changed = asyncio.Event()

    def refusal(self, kind: Kind, call_id: UUID | None = None) -> Refusal | None:
        """Why no more of this kind is taken; None when it is.

        A conversation of a stream that is carried here is always taken.
        """
        if call_id is not None and call_id in self._streams:
            return None
        if self.draining:
            return "draining"
        return "full" if self._open[kind] >= self.max_calls else None

    @contextmanager
    def carrying(self, kind: Kind) -> Iterator[None]:
        """Count a connection while it is open."""
        self._open[kind] += 1
        try:
            yield
        finally:
            self._open[kind] -= 1
            self._changed.set()

    @contextmanager
    def stream(self, call_id: UUID) -> Iterator[None]:
        """This call's media goes through here."""
        self._streams.add(call_id)
        try:
            yield
        finally:
            self._streams.discard(call_id)

    @contextmanager
    def voice(self, call_id: UUID, voice: VoiceAgent) -> Iterator[None]:
        """This call's conversation is held here; a newer one of the same call replaces it."""
        self._voices[call_id] = voice
        try:
            yield
        finally:
            if self._voices.get(call_id) is voice:
                del self._voices[call_id]

    def closes(self, call_id: UUID, reason: str) -> None:
        """The bridge knows why the line of this call is about to close."""
        voice = self._voices.get(call_id)
        if voice is not None:
            voice.closed_reason = reason

    def measured(self, call_id: UUID, what: str, milliseconds: float) -> None:
        """The bridge measured something on this call."""
        voice = self._voices.get(call_id)
        if voice is not None and voice.call is not None:
            voice.call.entries.measured(what, milliseconds)

    def said_goodbye(self, call_id: UUID) -> bool:
        """The conversation here has come to its end: a closing line is no failure."""
        voice = self._voices.get(call_id)
        return voice is not None and voice.over

    async def stored(self, call_id: UUID, seconds: float) -> None:
        """Wait until the conversation of this call, if it was held here, is closed and stored; at most `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while call_id in self._voices or any(s.session.call_id == call_id for s in self._closing.values()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("call %s: the line closes before the API knows how it ended", call_id)

    def see_off(self, session: CallSession) -> None:
        """Hold on to a session whose line is closed until all of it is stored."""
        task = asyncio.create_task(session.closed())
        self._closing[task] = session
        task.add_done_callback(self._seen_off)

    def _seen_off(self, task: asyncio.Task[None]) -> None:
        self._closing.pop(task, None)
        self._changed.set()

    @property
    def in_progress(self) -> dict[str, int]:
        """For the health page."""
        return {
            "streams": self._open["stream"],
            "conversations": self._open["conversation"],
            "closing": len(self._closing),
        }

    @property
    def idle(self) -> bool:
        """Nothing open, nothing left to store."""
        return not any(self._open.values()) and not self._closing

    async def drained(self, seconds: float) -> bool:
        """Take nothing new and wait for what is open. False when it took longer than `seconds`."""
        self.draining = True
        try:
            async with asyncio.timeout(seconds):
                while not self.idle:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("still open after draining for %.0f s: %s", seconds, self.in_progress)
            return False
        return True

    async def stop(self, seconds: float) -> None:
        """The process ends: give the closing sessions this long, then leave the rest to their journals."""
        if self._closing:
            await asyncio.wait(list(self._closing), timeout=seconds)
        for task, session in list(self._closing.items()):
            task.cancel()
            session.abandon()
