"""A turn of the caller, and when he heard what."""

import time
from dataclasses import dataclass, field
from itertools import pairwise

from agent.dialogue import FILLERS, THINKING_ALOUD
from tests.agent.fake_line_peer import LinePeer

IN_TIME = 2.0
"""Seconds from the end of the caller's turn to a sentence that answers it, and the longest silence."""
FILLER_IN_TIME = 0.4 + 0.15
"""Seconds to the first sound; the second part is for a busy machine."""
BRIDGES = {*FILLERS, *THINKING_ALOUD, "Just a moment longer."}


@dataclass
class Answer:
    """What was heard in answer to one turn, and after how many seconds each."""

    heard: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

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
        assert self.took < IN_TIME, (self.heard, self.at)
        assert self.at[0] < FILLER_IN_TIME, (self.heard, self.at)
        assert self.silence < IN_TIME, (self.heard, self.at)
        return self


async def answered(peer: LinePeer, words: str) -> Answer:
    """Say something and hear the whole answer."""
    await peer.speaks()
    await peer.words(words)
    before, began = len(peer.frames), time.monotonic()
    turn = await peer.stops()
    await peer.answer_to(turn)
    new = [frame for frame in peer.frames[before:] if frame["type"] == "message"]
    return Answer([frame["content"].strip() for frame in new], [frame["at"] - began for frame in new])
