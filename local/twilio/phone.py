"""The called person's telephone: the scripted caller's mouth and ear, and a note of everything said on the line."""

import time
from base64 import b64encode
from collections import deque
from typing import Any

from local.callers.engine import Caller, Reply
from local.speech import SpeechFrame, join, speak


class Phone:
    """One telephone. Audio goes out as ready base64 payloads of 20 ms each."""

    def __init__(self, caller: Caller, speed: float) -> None:
        self.caller = caller
        self.speed = speed
        self.out: deque[str] = deque()
        """Payloads still to be sent, one each 20 ms."""
        self.keys: deque[str] = deque()
        """Keys to press once nothing is left to say."""
        self.leaving = False
        """Hang up once nothing is left to say and press."""
        self.transcript: list[dict[str, Any]] = []
        self._utterances = 0
        self._hearing: int | None = None

    def hear(self, frame: SpeechFrame, now: float) -> None:
        """20 ms of the agent's voice as they are played."""
        new = frame.utterance != self._hearing
        self._hearing = frame.utterance
        self.caller.hear(frame.text, now, new_utterance=new)
        if frame.text:
            self._note("agent", frame.text, new)

    def hear_text(self, text: str, now: float, *, goes_on: bool = False) -> None:
        """A sentence that the carrier itself, or another telephone, speaks; or more of one that `goes_on`."""
        self.caller.hear(text, now, new_utterance=not goes_on)
        self._note("agent", text, new_utterance=not goes_on)

    def answer(self, now: float) -> Reply | None:
        """What the person does now; speech is turned into audio and begins to go out."""
        reply = self.caller.poll(now)
        if reply is not None:
            self.do(reply)
        return reply

    def do(self, reply: Reply) -> None:
        """Say, press, hang up: in this order."""
        if reply.say:
            self.note_said(reply.say)
            self._utterances += 1
            self.out.extend(b64encode(frame).decode() for frame in speak(reply.say, self._utterances, self.speed))
        self.keys.extend(reply.press)
        self.leaving = self.leaving or reply.hang_up

    def note_said(self, text: str) -> None:
        """Write down what the person says, for a line without audio."""
        self.transcript.append({"speaker": "callee", "text": text, "at": time.time()})

    def note_interrupted(self) -> None:
        """The agent's last words were cut off."""
        for line in reversed(self.transcript):
            if line["speaker"] == "agent":
                line["interrupted"] = True
                return

    def _note(self, speaker: str, text: str, new_utterance: bool) -> None:
        last = self.transcript[-1] if self.transcript else None
        if last is None or last["speaker"] != speaker or last.get("interrupted"):
            self.transcript.append({"speaker": speaker, "text": text.lstrip(), "at": time.time()})
        else:
            last["text"] = join(last["text"], text) if new_utterance else last["text"] + text
