"""A turn of the caller, and when he heard what."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from agent.dialogue import FILLERS, THINKING_ALOUD
from tests.agent.fake_line_peer import LinePeer

IN_TIME = 2.0
"""Seconds from the end of the caller's turn to a sentence that answers it, and the longest silence."""
FILLER_IN_TIME = 0.4 + 0.15
"""Seconds to the first sound, and what it takes on its way."""
LOOK_SECONDS = 0.02
BRIDGES = {*FILLERS, *THINKING_ALOUD, "Just a moment longer."}


@dataclass
class Answer:
    """What was heard in answer to one turn, and after how many seconds each."""

    heard: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    starved: float = 0.0
    """Seconds in which the machine ran something else while this process had work to do: not the agent's fault."""

    @property
    def took(self) -> float:
        """Seconds to the first sentence that is no filler."""
        return next(at for at, sentence in zip(self.at, self.heard, strict=True) if sentence not in BRIDGES)

    @property
    def silence(self) -> float:
        """The longest time without a word, in seconds; what is said takes no time here."""
        return max(later - earlier for earlier, later in pairwise([0.0, *self.at]))

    def check(self) -> "Answer":
        """The caller was answered in time and never left in silence."""
        assert self.heard, "nothing was heard"
        assert self.took < IN_TIME + self.starved, self
        assert self.at[0] < FILLER_IN_TIME + self.starved, self
        assert self.silence < IN_TIME + self.starved, self
        return self


class Starvation:
    """How long this process was kept waiting for a processor: lateness of its loop less what it computed itself."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            began, computed = time.monotonic(), time.process_time()
            await asyncio.sleep(LOOK_SECONDS)
            late = time.monotonic() - began - LOOK_SECONDS
            self.seconds += max(0.0, late - (time.process_time() - computed))


@asynccontextmanager
async def starvation() -> AsyncIterator[Starvation]:
    """Watch while something happens."""
    found = Starvation()
    watching = asyncio.create_task(found.watch())
    try:
        yield found
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def answered(peer: LinePeer, words: str) -> Answer:
    """Say something and hear the whole answer."""
    await peer.speaks()
    await peer.words(words)
    async with starvation() as starved:
        before, began = len(peer.frames), time.monotonic()
        turn = await peer.stops()
        await peer.answer_to(turn)
    new = [frame for frame in peer.frames[before:] if frame["type"] == "message"]
    return Answer([f["content"].strip() for f in new], [f["at"] - began for f in new], starved.seconds)
