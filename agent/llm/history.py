"""What was said and done, as the model is shown it: our own list, bounded, redacted, interruptions as they happened.

A rolling summary takes the place of the oldest turns: what they led to (balance, offers, promises, restrictions,
verification) is in the facts, which are told anew each time (`agent.llm.prompting.facts`); besides, what the caller
said of himself, in a few words each. A turn therefore costs the same after an hour as after a minute. What was said
before verification is not in it: the model has no use for it, and the factors are nobody else's business.

A tool that was begun is never told to the model as not run (facts on the Line SDK, §3.8): until its answer comes it is
`in_progress`, whoever has the floor by then.
"""

import json
from collections import deque
from collections.abc import Sequence
from typing import Any

from agent.llm.events import ToolCall
from archer.conversation.events import ToolDone
from archer.protocol import HeardLine, SessionState

MOST = 24
"""Messages after which the oldest are dropped …"""
KEPT = 14
"""… down to about this many, so that what an endpoint keeps of a prompt stays the same for several turns."""
LONGEST_RESULT = 2000
OF_NOTE, RECENT = 12, 3
"""How many of the caller's dropped turns are kept in a few words each: the newest that tell something, and others."""
NOTE_CHARACTERS = 90
IN_PROGRESS, NOT_RUN = '{"status":"in_progress"}', '{"error":"not_run"}'
_UNKNOWN = "Whether it was done is not known. Say neither that it was nor that it was not."

_VERIFIED = "that's confirmed"
"""Words of the sentence that follows a verification."""

Message = dict[str, Any]


def told(done: ToolDone) -> str:
    """A tool's answer as the model reads it."""
    answer: dict[str, Any] = {"ok": done.ok}
    if done.error:
        answer["error"] = done.error
    if done.error == "unavailable":
        answer["problem"] = _UNKNOWN
    if done.data:
        answer["data"] = done.data
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False, default=str)


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
        self._of_note: deque[tuple[int, str]] = deque(maxlen=OF_NOTE)
        self._others: deque[tuple[int, str]] = deque(maxlen=RECENT)
        self._telling: set[int] = set()
        """Messages, by identity, with a turn that is of note."""
        self._running: dict[str, str] = {}
        """Tool calls on their way: the API's id and the model's."""
        for line in lines[-MOST:]:
            self._add_text("assistant" if line.speaker == "agent" else "user", line.text)

    def __len__(self) -> int:
        return len(self._messages)

    def customer(self, text: str, *, of_note: bool = False) -> None:
        """The caller's turn, redacted. `of_note`: it tells something of him that should outlive the turn."""
        self._answer_open_calls()
        self._add_text("user", text)
        if of_note and self._messages:
            self._telling.add(id(self._messages[-1]))
        self._compact()

    def agent(self, text: str) -> None:
        """A sentence of ours, whoever made it."""
        self._add_text("assistant", text)

    def cut(self, heard: str) -> None:
        """The caller spoke over our last turn; this much of it was heard."""
        last = next((m for m in reversed(self._messages) if m["role"] == "user" or m.get("content")), None)
        if last is None or last["role"] != "assistant":
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

    def runs(self, call_id: str, tool_call_id: str) -> None:
        """A call of the model is being done, under this id of the API."""
        self._running[tool_call_id] = call_id

    def ran(self, tool_call_id: str, content: str) -> None:
        """A tool has answered; nothing to do when the model did not ask for it."""
        call_id = self._running.get(tool_call_id)
        if call_id is not None:
            self.result(call_id, content)

    def result(self, call_id: str, content: str) -> None:
        """What a tool said to the model; the newest counts. Nothing when the call has gone into the summary."""
        place = self._place(call_id)
        if place is None:
            return
        answer = {"role": "tool", "tool_call_id": call_id, "content": content[:LONGEST_RESULT]}
        while place < len(self._messages) and self._messages[place]["role"] == "tool":
            if self._messages[place]["tool_call_id"] == call_id:
                self._messages[place] = answer
                return
            place += 1
        self._messages.insert(place, answer)

    def messages(self, system: str, facts: str) -> list[Message]:
        """The whole conversation for a request: unchanging things first."""
        self._answer_open_calls()
        head: list[Message] = [{"role": "system", "content": system}]
        if self._dropped:
            head.append({"role": "system", "content": self._summary()})
        tail: list[Message] = [{"role": "system", "content": facts}] if facts else []
        return [*head, *self._messages, *tail]

    def _summary(self) -> str:
        said = "; ".join(f'"{note}"' for _, note in sorted([*self._of_note, *self._others]))
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

    def _place(self, call_id: str) -> int | None:
        """Where the answers to the message begin that made this call."""
        for index in range(len(self._messages) - 1, -1, -1):
            if any(call["id"] == call_id for call in self._messages[index].get("tool_calls", ())):
                return index + 1
        return None

    def _answer_open_calls(self) -> None:
        """Every tool call has a result, or endpoints refuse the request: what is under way says so, and what was
        given up before it was begun."""
        asked = [call["id"] for message in self._messages for call in message.get("tool_calls", ())]
        answered = {message["tool_call_id"] for message in self._messages if message["role"] == "tool"}
        for call_id in asked:
            if call_id not in answered:
                self.result(call_id, IN_PROGRESS if call_id in self._running.values() else NOT_RUN)

    def _compact(self) -> None:
        """Drop the oldest turns whole: what is left begins with words of the caller."""
        if len(self._messages) <= MOST:
            return
        start = len(self._messages) - KEPT
        while start < len(self._messages) - 1 and self._messages[start]["role"] != "user":
            start += 1
        for number, message in enumerate(self._messages[:start], start=self._dropped):
            if message["role"] == "user" and len(message["content"].split()) > 3:
                kept = self._of_note if id(message) in self._telling else self._others
                kept.append((number, message["content"][:NOTE_CHARACTERS]))
            self._telling.discard(id(message))
        self._dropped += start
        del self._messages[:start]
        answered = {call["id"] for message in self._messages for call in message.get("tool_calls", ())}
        self._running = {ours: theirs for ours, theirs in self._running.items() if theirs in answered}
