"""What was said and done, as the model is shown it: our own list, bounded, redacted, interruptions as they happened.

A rolling summary takes the place of the oldest turns: what they led to (balance, offers, promises, restrictions,
verification) is in the facts, which are told anew each time (`agent.llm.prompting.facts`); besides, a few words of what
the caller said. A turn therefore costs the same after an hour as after a minute. What was said
before verification is not in it: the model has no use for it, and the factors are nobody else's business.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

from agent.llm.events import ToolCall
from archer.protocol import HeardLine, SessionState

MOST = 24
"""Messages after which the oldest are dropped …"""
KEPT = 14
"""… down to about this many, so that what an endpoint keeps of a prompt stays the same for several turns."""
LONGEST_RESULT = 2000
NOTED = 6
"""How many of the caller's dropped turns are kept in a few words each."""
NOTE_CHARACTERS = 90

_VERIFIED = "that's confirmed"
"""Words of the sentence that follows a verification."""

Message = dict[str, Any]


def since_verification(state: SessionState) -> list[HeardLine]:
    """What an earlier session of the call said after the caller was verified, that sentence included."""
    if not state.verified:
        return []
    places = [n for n, line in enumerate(state.lines) if line.speaker == "agent" and _VERIFIED in line.text]
    return state.lines[places[-1] :] if places else []


class History:
    """The messages of one call after the system prompt. `lines` is what an earlier session of the call said."""

    def __init__(self, lines: Sequence[HeardLine] = ()) -> None:
        self._messages: list[Message] = []
        self._dropped = 0
        self._noted: deque[str] = deque(maxlen=NOTED)
        for line in lines[-MOST:]:
            self._add_text("assistant" if line.speaker == "agent" else "user", line.text)

    def __len__(self) -> int:
        return len(self._messages)

    def customer(self, text: str) -> None:
        """The caller's turn, redacted."""
        self._answer_open_calls()
        self._add_text("user", text)
        self._compact()

    def agent(self, text: str) -> None:
        """A sentence of ours, whoever made it."""
        self._add_text("assistant", text)

    def cut(self, heard: str) -> None:
        """The caller spoke over our last turn; this much of it was heard."""
        last = self._messages[-1] if self._messages else None
        if last is None or last["role"] != "assistant" or "tool_calls" in last:
            return
        whole = last["content"]
        begins = whole.lower().rfind(heard.lower()) if heard else -1
        known = whole[: begins + len(heard)] if begins >= 0 else heard
        if known.strip() != whole.strip():
            last["content"] = (known.rstrip() + " … (the caller interrupted here)").strip()

    def called(self, calls: Sequence[ToolCall]) -> None:
        """The model asked for tools; each is answered by `result`."""
        self._messages.append(
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                    for call in calls
                ],
            }
        )

    def result(self, call_id: str, content: str) -> None:
        """What a tool said to the model."""
        self._messages.append({"role": "tool", "tool_call_id": call_id, "content": content[:LONGEST_RESULT]})

    def messages(self, system: str, facts: str) -> list[Message]:
        """The whole conversation for a request: unchanging things first."""
        self._answer_open_calls()
        head: list[Message] = [{"role": "system", "content": system}]
        if self._dropped:
            head.append({"role": "system", "content": self._summary()})
        tail: list[Message] = [{"role": "system", "content": facts}] if facts else []
        return [*head, *self._messages, *tail]

    def _summary(self) -> str:
        said = "; ".join(f'"{note}"' for note in self._noted)
        return (
            f"{self._dropped} earlier messages of this call are left out; what they led to is in the facts. "
            f"The caller said among other things: {said or 'nothing of note'}."
        )

    def _add_text(self, role: str, text: str) -> None:
        text = text.strip()
        if not text:
            return
        last = self._messages[-1] if self._messages else None
        if last is not None and last["role"] == role and "tool_calls" not in last:
            last["content"] = f"{last['content']} {text}"
        else:
            self._messages.append({"role": role, "content": text})

    def _answer_open_calls(self) -> None:
        """Every tool call has a result, or endpoints refuse the request: one that was given up says so."""
        open_ids: list[str] = []
        at = len(self._messages)
        for index, message in enumerate(self._messages):
            if "tool_calls" in message:
                open_ids, at = [call["id"] for call in message["tool_calls"]], index + 1
            elif message["role"] == "tool" and message["tool_call_id"] in open_ids:
                open_ids.remove(message["tool_call_id"])
                at = index + 1
        for number, call_id in enumerate(open_ids):
            self._messages.insert(
                at + number, {"role": "tool", "tool_call_id": call_id, "content": '{"error":"not_run"}'}
            )

    def _compact(self) -> None:
        """Drop the oldest turns whole: what is left begins with words of the caller."""
        if len(self._messages) <= MOST:
            return
        start = len(self._messages) - KEPT
        while start < len(self._messages) - 1 and self._messages[start]["role"] != "user":
            start += 1
        for message in self._messages[:start]:
            if message["role"] == "user" and len(message["content"].split()) > 3:
                self._noted.append(message["content"][:NOTE_CHARACTERS])
        self._dropped += start
        del self._messages[:start]
