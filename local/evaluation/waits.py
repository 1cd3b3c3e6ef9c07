"""How long a caller waits, read from the events of his stream: for the first word, and in all for his answer.

The caller speaks or does not (`user_state`), the agent is heard or is not (`agent_state`), and the agent sends what it
says (`message`). Words that only bridge a wait are sound, but no answer: the agent still owes one.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from agent.dialogue import FILLERS, THINKING_ALOUD
from archer.conversation.words import before

_ANSWERED = ("caller stopped", "agent speaks")
_BRIDGES = frozenset({*FILLERS, *THINKING_ALOUD, *before.SENTENCES["one_moment"].plain})


def waits_in(events: Sequence[dict[str, Any]]) -> list[float]:
    """Milliseconds from each end of the caller's turns to the agent's next words, be they only a bridge.

    A turn that the caller goes on with, or that ends the call, has none.
    """
    marks = [(event["at"], kind) for event in events if (kind := _mark(event)) in ("caller speaks", *_ANSWERED)]
    return [(later - at) * 1000 for (at, kind), (later, following) in pairwise(marks) if (kind, following) == _ANSWERED]


def silences_in(events: Sequence[dict[str, Any]]) -> list[float]:
    """Milliseconds of each gap without a sound of the agent while it owes an answer.

    The gap before a filler counts and the one after it; a turn that is never answered counts until the caller speaks
    again, or until the line ends.
    """
    gaps: list[float] = []
    owes = sounds = False
    since: float | None = None
    for event in events:
        kind, at = _mark(event), event["at"]
        gap = 0.0 if since is None else (at - since) * 1000
        if kind == "caller speaks":
            gaps += [gap] if since is not None else []
            owes, since = False, None
        elif kind == "caller stopped":
            owes, since = True, None if sounds else at
        elif kind == "agent speaks":
            gaps += [gap] if since is not None else []
            since, owes = None, owes and event.get("content") in _BRIDGES
        elif kind == "agent heard":
            sounds = True
        elif kind == "agent ceased":
            sounds, since = False, at if owes else None
    if since is not None:
        gaps.append((events[-1]["at"] - since) * 1000)
    return gaps


def _mark(event: dict[str, Any]) -> str | None:
    kind, idle = event.get("type"), event.get("value") == "idle"
    if kind == "user_state":
        return "caller stopped" if idle else "caller speaks"
    if kind == "agent_state":
        return "agent ceased" if idle else "agent heard"
    return "agent speaks" if event["side"] == "agent" and kind == "message" else None
