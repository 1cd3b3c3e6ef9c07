"""What the agent has said, as the caller heard it: utterances, how far each was spoken, and where one was cut off.

Cartesia reports what it spoke as text without whitespace, in pieces (`agent_speech`), and when it begins and stops
(`agent_state`); facts on the Line SDK, §2. Both are matched here to the words that were sent. Without any report in the
whole call the length of the words decides. Times are monotonic seconds, given by the caller of each method.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher

SECONDS_PER_CHARACTER = 0.065
"""150 words a minute, as synthesis speaks."""
ALIGNMENT_WINDOW = 80
"""How many letters the synthesis may have skipped before a report is taken for noise."""
TELLING = 4
"""Fewer letters than this may be found anywhere by chance."""
NEARLY_ALL = 0.85
"""An utterance of which this part was reported when the agent fell silent was spoken to its end."""
LOST_REPORT_SECONDS = 10.0
"""A voice that should have stopped so long ago has."""
BARGE_IN_SECONDS = 1.0
"""Falling silent this shortly before the caller speaks is being interrupted, not being done."""

_SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s+")


@dataclass
class Utterance:
    """One thing sent to be spoken."""

    text: str
    key: str
    interruptible: bool
    at: float
    said_at: datetime
    letters: str = ""
    spoken: int = 0
    """How many of `letters` were reported as spoken."""

    def __post_init__(self) -> None:
        self.letters = _letters(self.text)

    @property
    def seconds(self) -> float:
        """How long it takes to speak, estimated."""
        return len(self.text) * SECONDS_PER_CHARACTER

    @property
    def heard(self) -> str:
        """The words spoken so far, in whole words, with their spaces and punctuation."""
        if self.spoken >= len(self.letters):
            return self.text.strip()
        return self.text[: self._end_of_spoken()].strip()

    @property
    def rest(self) -> str:
        """From the beginning of the sentence that was not finished to the end."""
        cut = self._end_of_spoken()
        start = 0
        for end in _SENTENCE_END.finditer(self.text):
            if end.end() > cut:
                break
            start = end.end()
        return self.text[start:].strip()

    def _end_of_spoken(self) -> int:
        if self.spoken == 0:
            return 0
        seen = 0
        for index, character in enumerate(self.text):
            if character.isalnum():
                if seen == self.spoken:
                    return index if not self.text[index - 1].isalnum() else self._word_start(index)
                seen += 1
        return len(self.text)

    def _word_start(self, index: int) -> int:
        while index > 0 and self.text[index - 1].isalnum():
            index -= 1
        return index


@dataclass(frozen=True)
class Cut:
    """The caller spoke over the agent: the utterance broken off, and those of which nothing was heard."""

    broken: Utterance
    unheard: list[Utterance] = field(default_factory=list)


class Speech:
    """Everything sent and not yet known to be heard, in order."""

    def __init__(self) -> None:
        self.open: list[Utterance] = []
        self.speaking = False
        """The agent's voice is on the line, as far as reports tell."""
        self.reports = False
        """Cartesia reports what it speaks (some agents are configured not to)."""
        self._stopped_at: float | None = None
        self._ends_at = 0.0

    def sent(self, utterance: Utterance) -> None:
        """An utterance went out; it is spoken after all that went before."""
        self._ends_at = max(self._ends_at, utterance.at) + utterance.seconds
        self.open.append(utterance)

    def quiet_at(self, now: float) -> float:
        """Since when the line is silent, or when it will be: estimated, and never past while the voice is heard."""
        if self.speaking:
            return max(now, self._ends_at)
        return self._ends_at

    def voice_is_on(self, now: float) -> bool:
        """The agent is heard right now; a report that it stopped may have been lost."""
        return self.speaking and now < self._ends_at + LOST_REPORT_SECONDS

    def reported(self, content: str) -> list[Utterance]:
        """A piece was spoken. Returns the utterances that are complete by it."""
        self.reports = True
        piece = _letters(content)
        ahead = "".join(utterance.letters[utterance.spoken :] for utterance in self.open)
        self._advance(_reach(ahead[: len(piece) + ALIGNMENT_WINDOW], piece))
        return self._take_complete()

    def started(self) -> None:
        """The agent's voice came on."""
        self.reports = True
        self.speaking = True
        self._stopped_at = None

    def stopped(self, now: float, *, interrupted: bool = False) -> list[Utterance]:
        """The agent's voice went off, done or interrupted. Returns the utterances that are complete by it.

        What was reported only in part stays open for a moment: the caller may be about to be heard.
        """
        self.speaking = False
        self._stopped_at = now
        self._ends_at = now
        if interrupted:
            return []
        for utterance in self.open:
            if utterance.spoken >= NEARLY_ALL * len(utterance.letters):
                utterance.spoken = len(utterance.letters)
        return self._take_complete()

    def settle(self, now: float) -> list[Utterance]:
        """Nobody interrupted: what the agent fell silent in was spoken to its end. Returns what is complete by it."""
        if self.reports:
            if self._stopped_at is None or now - self._stopped_at < BARGE_IN_SECONDS:
                return []
            last = max((i for i, utterance in enumerate(self.open) if utterance.spoken), default=-1)
            for utterance in self.open[: last + 1]:
                utterance.spoken = len(utterance.letters)
        else:
            self._estimate(now)
        return self._take_complete()

    def cut(self, now: float) -> Cut | None:
        """The caller took the word (`settle` was asked when he did): close what can be interrupted.

        None when nothing was interrupted. Utterances that must not be interrupted are still being spoken and stay open.
        """
        first = next((i for i, utterance in enumerate(self.open) if utterance.interruptible), None)
        if first is None:
            return None
        broken, *unheard = self.open[first:]
        del self.open[first:]
        self._ends_at = now
        return Cut(broken, unheard)

    def flush(self) -> list[Utterance]:
        """The line is gone: everything still open, as far as it was heard."""
        left, self.open = self.open, []
        return left

    def _estimate(self, now: float) -> None:
        begins = 0.0
        for utterance in self.open:
            begins = max(begins, utterance.at)
            part = min(1.0, max(0.0, now - begins) / utterance.seconds) if utterance.seconds else 1.0
            utterance.spoken = max(utterance.spoken, int(part * len(utterance.letters)))
            begins += utterance.seconds

    def _advance(self, letters: int) -> None:
        for utterance in self.open:
            step = min(letters, len(utterance.letters) - utterance.spoken)
            utterance.spoken += step
            letters -= step
            if letters == 0:
                return

    def _take_complete(self) -> list[Utterance]:
        """An utterance is complete when all of it was spoken, or any of a later one."""
        last = max((i for i, utterance in enumerate(self.open) if utterance.spoken), default=-1)
        count = last + 1 if last >= 0 and self.open[last].spoken >= len(self.open[last].letters) else max(last, 0)
        complete, self.open = self.open[:count], self.open[count:]
        for utterance in complete:
            utterance.spoken = len(utterance.letters)
        return complete


def _reach(ahead: str, piece: str) -> int:
    """How far into the letters ahead a report has come.

    Usually they begin with it; else it is looked for whole, and last by what it has in common with them, because
    numbers and abbreviations are spoken otherwise than written.
    """
    if ahead.startswith(piece):
        return len(piece)
    found = ahead.find(piece) if len(piece) >= TELLING else -1
    if found >= 0:
        return found + len(piece)
    common = SequenceMatcher(None, ahead, piece, autojunk=False).get_matching_blocks()
    return max((block.a + block.size for block in common if block.size >= TELLING), default=0)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
