"""Synthesis: the agent's text as audio, sent a little ahead of real time, cut when the caller speaks over it.

What counts as spoken is what has been played by the wall clock, whole words only, not what has been sent: the audio
sent ahead is thrown away by the client on `clear`.
"""

import itertools
import math
from base64 import b64encode
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from local.speech import FRAME_SECONDS, characters_after, speak

_LEAD_FRAMES = 10
"""200 ms are sent ahead, so that a late beat is not heard as a gap."""
_CHUNK_FRAMES = 5
"""100 ms of audio in a message."""


class Listens(Protocol):
    """Who must know how the agent's speech goes."""

    def send_audio(self, payload: str) -> None:
        """Send base64 mu-law to the client."""

    def agent_began(self) -> None:
        """The first sound of a stretch of speech has been sent."""

    def agent_said(self, text: str) -> None:
        """These words have been played."""

    def agent_ceased(self) -> None:
        """All there was to say has been played, or was cut off."""


@dataclass
class _Utterance:
    text: str
    interruptible: bool
    frames: list[bytes]
    played: int = field(default=0)


class Speaker:
    """The agent's voice on one line. `beat` must be called each 20 ms while `busy`."""

    def __init__(self, speed: float, owner: Listens) -> None:
        self._speed = speed
        self._owner = owner
        self._numbers = itertools.count(1)
        self._utterances: deque[_Utterance] = deque()
        """Not yet played to the end."""
        self._unsent: deque[bytes] = deque()
        self._began: float | None = None
        """Monotonic time at which the first frame of this stretch began to play."""
        self._sent = 0
        self._played = 0
        self.frames = 0

    @property
    def busy(self) -> bool:
        """Whether something is being played or waits to be."""
        return bool(self._utterances)

    def say(self, text: str, interruptible: bool, now: float) -> None:
        """Speak this after what is being spoken; the first audio leaves at once."""
        frames = speak(text, next(self._numbers), self._speed)
        self._utterances.append(_Utterance(text, interruptible, frames))
        self._unsent.extend(frames)
        if self._began is None:
            self._began, self._sent, self._played = now, 0, 0
            self._owner.agent_began()
        self._send(now)

    def beat(self, now: float) -> None:
        """Play on: report what has been spoken, send what is due."""
        if self._began is None:
            return
        played = min(self._sent, int((now - self._began) / FRAME_SECONDS))
        self._account(played - self._played)
        self._played = played
        if self._utterances:
            self._send(now)
        else:
            self._began = None
            self._owner.agent_ceased()

    def interrupt(self, now: float) -> str | None:
        """The caller speaks: stop at once, unless what is being said must be heard to its end.

        What must be heard goes on, what comes behind it is dropped. When the audio was cut, so that the client has to
        `clear` what it holds, the answer is what was heard of the sentence (perhaps an empty string); else None.
        """
        if self._began is None:
            return None
        self.beat(now)
        kept = list(itertools.takewhile(lambda utterance: not utterance.interruptible, self._utterances))
        if kept:
            self._drop_behind(kept)
            return None
        if not self._utterances:
            return None
        current = self._utterances[0]
        end = characters_after(current.text, current.played, len(current.frames))
        self._utterances.clear()
        self._unsent.clear()
        self._began = None
        return _whole_words(current.text, end)

    def _drop_behind(self, kept: list[_Utterance]) -> None:
        left = sum(len(utterance.frames) - utterance.played for utterance in kept)
        already_sent = self._sent - self._played
        while len(self._unsent) > max(0, left - already_sent):
            self._unsent.pop()
        self._utterances = deque(kept)

    def _account(self, frames: int) -> None:
        """Ascribe frames that have been played to the utterances they belong to."""
        while frames > 0 and self._utterances:
            current = self._utterances[0]
            step = min(frames, len(current.frames) - current.played)
            current.played += step
            frames -= step
            if current.played == len(current.frames):
                self._utterances.popleft()
                self._owner.agent_said(current.text)

    def _send(self, now: float) -> None:
        assert self._began is not None
        if self._sent * FRAME_SECONDS < now - self._began:
            # The queue ran dry and more text came: what follows begins now, not in the past.
            self._began = now - self._sent * FRAME_SECONDS
        due = math.ceil((now - self._began) / FRAME_SECONDS) + _LEAD_FRAMES
        while self._unsent and self._sent < due:
            chunk = [self._unsent.popleft() for _ in range(min(_CHUNK_FRAMES, len(self._unsent)))]
            self._sent += len(chunk)
            self.frames += len(chunk)
            self._owner.send_audio(b64encode(b"".join(chunk)).decode())


def _whole_words(text: str, end: int) -> str:
    """The words of `text` that are complete after `end` characters."""
    if end >= len(text) or text[end].isspace():
        return text[:end]
    return text[: text.rfind(" ", 0, end) + 1].rstrip()
