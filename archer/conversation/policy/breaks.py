"""The caller spoke over us: which sentences were not heard to their end, and what follows from that.

Rules I-03 … I-05, I-11 (what has to be heard in full) and I-21 (a yes counts only to what was read out whole).
"""

from typing import Any

from archer.conversation.policy.state import State
from archer.conversation.policy.talk import Talk

CONFIRMING = frozenset({"confirm", "ach_question"})
"""The questions for the yes; everything else that is said with them is what the yes is to."""


def interrupted(talk: Talk, heard: str) -> None:
    """The caller spoke over us: what has to be heard in full and was not, is said again; a cut reading is void."""
    state = talk.state
    state.broken_off = True
    for sentence in _unheard(state, heard):
        if not sentence.interruptible:
            state.owed = [*state.owed, sentence]
            talk.order.unheard(sentence.key)
        if state.step == "confirm" and sentence.key not in CONFIRMING:
            talk.order.arrangement_dropped()


def _unheard(state: State, heard: str) -> list[Any]:
    """The sentences since the caller's last move that were not spoken to their end; all when `heard` fits none.

    `heard` may begin with any of them: what comes before it was spoken earlier.
    """
    begun = " ".join(heard.lower().split())
    texts = [" ".join(s.text.lower().split()) for s in state.last]
    for first in range(len(texts) if begun else 0):
        if not " ".join(texts[first:]).startswith(begun):
            continue
        done, length = first, -1
        for text in texts[first:]:
            length += len(text) + 1
            done += length <= len(begun)
        return list(state.last[done:])
    return list(state.last)
