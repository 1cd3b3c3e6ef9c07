"""One sentence of the conversation as data: its wordings by voice and by repetition, and how one is chosen.

The choice is deterministic, so that a conversation can be replayed: the voice comes from the tactic, the wording
from how often the sentence was said before in this call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Voice = Literal["plain", "warm", "firm"]


@dataclass(frozen=True)
class Sentence:
    """What may be said under one key. `warm` and `firm` are the same message in another voice, where it has one."""

    plain: tuple[str, ...]
    """The first wording and, from the second time on, the others in turn."""
    warm: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    interruptible: bool = True

    def wordings(self, voice: Voice) -> tuple[str, ...]:
        """All wordings in this voice; the plain ones where the voice has none of its own."""
        return {"plain": self.plain, "warm": self.warm, "firm": self.firm}[voice] or self.plain

    def text(self, voice: Voice, times_said: int, values: Mapping[str, str]) -> str:
        """The wording for the next time; raises KeyError when a value that it names is missing."""
        wordings = self.wordings(voice)
        words = wordings[times_said % len(wordings)].format_map(values)
        return words.replace("..", ".")  # "at three p.m." may end a sentence


def sentence(
    *plain: str, warm: str | tuple[str, ...] = (), firm: str | tuple[str, ...] = (), interruptible: bool = True
) -> Sentence:
    """Write a sentence down with as little ceremony as possible."""
    return Sentence(
        plain=plain,
        warm=(warm,) if isinstance(warm, str) else warm,
        firm=(firm,) if isinstance(firm, str) else firm,
        interruptible=interruptible,
    )
