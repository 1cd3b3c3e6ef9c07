"""The seam between the dialogue of a call and a conversation that has to think first: actions that come one by one.

A conversation asks for it with a `Think` action; the dialogue begins it, says what comes, and drops it when the caller
moves on. Without a language model nobody thinks and nothing of `agent.llm` that costs is loaded.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from archer.conversation.events import Action


class Thinking(Protocol):
    """What a conversation is thinking of. It goes on by itself; nothing is lost when nobody listens for a moment."""

    @property
    def news(self) -> "asyncio.Future[None]":
        """Done as soon as `take` has something to give; another one after each `take`."""
        ...

    @property
    def over(self) -> bool:
        """Nothing more will come and everything was taken."""
        ...

    def take(self) -> "Sequence[Action | Think]":
        """What to do now."""
        ...

    def cancel(self) -> None:
        """Nobody wants to know any more."""
        ...


@dataclass(frozen=True)
class Think:
    """An action: begin to think and do what comes of it, before it is the caller's turn."""

    begin: Callable[[], Thinking]
