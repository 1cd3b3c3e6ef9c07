"""The conversation of one call between what was heard and what is spoken, free of the Line SDK.

Drives the policy (`archer.conversation.events`), runs its tools, remembers what is still to be said, and writes the
transcript as the caller heard it. Everything here is synchronous but `next_line`, and survives being cancelled at any
point: the caller may speak whenever he likes (facts on the Line SDK, §3.4 and §3.8).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from agent.keying import LONG_NUMBER, KeyedNumber
from agent.session import CallSession, ToolRun
from agent.speech import Cut, Speech, Utterance
from agent.thinking import Think, Thinking
from archer.conversation.events import (
    Action,
    End,
    Event,
    Heard,
    Interrupted,
    Keypad,
    MachineAnswered,
    Note,
    Say,
    Silence,
    Started,
    ToolDone,
    ToolSlow,
    Transfer,
    UseTool,
)
from archer.protocol import Session

LOOK_SECONDS = 0.2
"""How often an agent that has begun to answer looks whether its voice is still on the line."""
FILLER_KEY = "filler"
FILLERS = (
    "One moment, please.",
    "I am still checking, thank you for your patience.",
    "This takes a little longer than usual. Please stay on the line.",
)
THINKING_ALOUD = ("Let me see.", "One moment, please.", "Okay, let me look.")
"""The first words, in turn, while the conversation thinks of its answer."""


@dataclass(frozen=True)
class Timing:
    """Seconds that decide when the agent speaks unasked."""

    filler: float = 0.4
    """A caller who waits for a tool hears something after this."""
    quiet: float = 1.4
    """While a tool runs, the line is never silent for longer than this and the synthesis' start together (2 s)."""
    late_transcript: float = 0.5
    """How long the words of a turn may come after its end."""
    same_turn: float = 1.5
    """Words that come this soon after others, when the caller has not begun to speak anew, are the same turn's."""
    silence: float = 7.0
    """Nobody speaks for this long: the conversation is told."""
    keypad: float = 3.0
    """The caller stopped keying."""
    stuck: float = 20.0
    """The caller is said to be speaking for this long without a word recognised: noise."""
    end: float = 10.0
    """After the last words were spoken, the line closes within this; else the end is reported anyway."""
    setup: float = 1.5
    """A caller who waits for the session to open hears something after this."""


class Conversation(Protocol):
    """The policy: a pure machine, such as `agent.llm.conversation.LlmConversation`."""

    def handle(self, event: Event) -> Sequence[Action | Think]:
        """What to do now."""
        ...

    def snapshot(self) -> dict[str, Any]:
        """The state, for a resumption."""
        ...


@runtime_checkable
class OnLadder(Protocol):
    """A conversation that stands on one of several rungs."""

    def best_level(self, level: int) -> None:
        """An operator has set the best rung that may be used."""
        ...


NewConversation = Callable[[Session], Conversation]
Line = Say | End | Transfer


class Dialogue:
    """What is going on in one call. `now` is monotonic seconds, `wall` the time that entries carry."""

    def __init__(
        self,
        call: CallSession,
        conversation: Conversation,
        timing: Timing,
        *,
        now: Callable[[], float],
        wall: Callable[[], datetime],
    ) -> None:
        self.call = call
        self.speech = Speech()
        self.ending: End | Transfer | None = None
        """The conversation has said its last word."""
        self._conversation = conversation
        self._timing, self._now, self._wall = timing, now, wall
        self._lines: deque[Line] = deque()
        self._running: deque[ToolRun] = deque()
        self._thinking: Thinking | None = None
        self._turn: list[Utterance] = []
        self._cut: Cut | None = None
        self._fillers = 0
        self._thoughts = 0
        self._answered = False
        self._keyed = KeyedNumber()
        self._moved_at = now()
        """When the caller last did something that is to be answered."""
        call.entries.snapshot = conversation.snapshot
        if isinstance(conversation, OnLadder):
            call.entries.level_set = conversation.best_level

    # what happened

    def begin(self, words: str) -> None:
        """The session is open: the first words are due. `words` is what the caller said before the agent could."""
        resumed = self.call.session.epoch > 1
        if words:
            self.call.entries.said("customer", words)
        self._tell(Heard(words) if words and not resumed else Started(resumed=resumed))

    def heard(self, text: str, begun: str = "") -> None:
        """The caller finished a turn; an empty text is one that nobody understood.

        `begun` are words of the same turn that were told before: what he means is in all of them together.
        Told before the outcome of a tool that ended meanwhile: he cannot have answered words not yet spoken.
        """
        cut, self._cut = self._cut, None
        if cut is not None:
            self._write_cut(cut)
        if cut is not None or any(isinstance(line, Say) and line.key != FILLER_KEY for line in self._lines):
            self._conversation_hears_interruption()  # what never left counts as little as what was broken off
        if text:
            self.call.entries.said("customer", text)
        self._stop_thinking()
        left = [line for line in self._lines if not isinstance(line, Say)]
        self._lines.clear()
        self._tell(Heard(f"{begun} {text}".strip()))
        self._end_after_all(left)

    def pressed(self, digit: str) -> None:
        """The caller pressed a key."""
        self._stop_thinking()
        if self._keyed.is_long(self._now()):
            self.call.entries.happened(LONG_NUMBER)
        self._tell(Keypad(digit))

    def silent(self, seconds: float) -> None:
        """Nobody spoke."""
        self._write(self.speech.settle(self._now()))
        self._tell(Silence(seconds))

    def machine(self) -> None:
        """No person is on the line."""
        self._tell(MachineAnswered())

    def caller_speaks(self) -> None:
        """The caller's voice is on the line: note how far the agent had come."""
        self._write(self.speech.settle(self._now()))

    def caller_done(self) -> None:
        """The caller's turn is over: what he spoke over is known now."""
        if self._cut is None:
            self._cut = self.speech.cut(self._now())

    @property
    def broken_off(self) -> bool:
        """A sentence was broken off and nobody has taken it up."""
        return self._cut is not None

    def resume(self) -> None:
        """It was no interruption: say the rest."""
        cut, self._cut = self._cut, None
        self._end_after_all([])
        if cut is None:
            return
        self._write_cut(cut)
        again = [(cut.broken.rest, cut.broken), *((utterance.text, utterance) for utterance in cut.unheard)]
        says = [Say(text, u.key, u.interruptible) for text, u in again if text and u.key != FILLER_KEY]
        self._lines.extendleft(reversed(says))

    def _end_after_all(self, left: Sequence[Line]) -> None:
        """An end that was asked for comes about, although the caller spoke on; a new one takes its place."""
        if any(isinstance(line, End | Transfer) for line in self._lines):
            return
        self._lines.extend(left or ([self.ending] if self.ending is not None else []))

    # what comes next

    @property
    def idle(self) -> bool:
        """Nothing to say and nothing to wait for."""
        return not self._lines and not self._running and self._thinking is None

    async def next_line(self) -> Line | None:
        """The next thing to say or do; None when it is the caller's turn.

        Waits for a running tool or a thought, with a filler now and then. Cancelling loses nothing.
        """
        while True:
            if self._lines:
                return self._lines.popleft()
            if self._running:
                run = self._running[0]
                if not await self._arrives(run.task):
                    self._slow(run)
                    continue
                self._running.popleft()
                self._tell(ToolDone.of(run.task.result()))
            elif self._thinking is not None:
                if not await self._arrives(self._thinking.news):
                    self._think_aloud()
                elif self._thinking is not None:
                    self._take_thoughts(self._thinking)
            else:
                self._fillers = 0
                return None

    def sent(self, say: Say) -> None:
        """The line went out to be spoken."""
        self._answered = True
        utterance = Utterance(say.text, say.key, say.interruptible, at=self._now(), said_at=self._wall())
        self.speech.sent(utterance)
        if say.key != FILLER_KEY:
            self._turn.append(utterance)

    def reported(self, content: str) -> None:
        """The synthesis spoke this."""
        self._write(self.speech.reported(content))

    def voice_on(self) -> None:
        """The agent's voice came on."""
        self.speech.started()

    def voice_off(self, *, interrupted: bool) -> None:
        """The agent's voice went off, because the caller speaks or because all was said."""
        self._write(self.speech.stopped(self._now(), interrupted=interrupted))

    def line_closed(self, words: str) -> None:
        """The line is gone: write down what was still being spoken, as far as it was heard, and the caller's last
        words."""
        self._stop_thinking()
        self._write(self.speech.settle(self._now()))
        cut, self._cut = self._cut, None
        left = [*([cut.broken, *cut.unheard] if cut else []), *self.speech.flush()]
        if left:
            self._write_cut(Cut(left[0], left[1:]))
        if words:
            self.call.entries.said("customer", words)

    # inside

    def _tell(self, event: Event) -> None:
        if not isinstance(event, ToolDone | ToolSlow):
            self._answered, self._moved_at = False, self._now()
        actions = self._conversation.handle(event)
        if any(isinstance(action, Say) for action in actions):
            self._turn = []
        for action in actions:
            self._take(action)

    def _take(self, action: Action | Think) -> None:
        if isinstance(action, Think):
            self._stop_thinking()
            self._thinking = action.begin()
            self._turn = []
        elif isinstance(action, Note):
            self.call.entries.happened(action.event, **action.data)
        elif isinstance(action, UseTool):
            self._running.append(self.call.use_tool(action))
        else:
            if isinstance(action, Transfer):
                self.call.entries.happened("transfer", reason=action.reason)
            self._lines.append(action)

    def _take_thoughts(self, thinking: Thinking) -> None:
        """What it has come to so far; one thought may end in another."""
        for action in thinking.take():
            self._take(action)
        if thinking.over and self._thinking is thinking:
            self._thinking = None

    def _stop_thinking(self) -> None:
        """The caller moved on: what was being thought of answers nothing any more."""
        thinking, self._thinking = self._thinking, None
        if thinking is not None:
            thinking.cancel()

    async def _arrives(self, awaited: "asyncio.Future[Any]") -> bool:
        """Wait for a tool or a thought until a filler is due. True when it is done.

        However many of them follow one another, the caller waits from his own last word on, or from our last one.
        """
        while not awaited.done():
            now = self._now()
            due = look = self._moved_at + self._timing.filler
            if self._answered:
                due = max(due, self.speech.quiet_at(now) + self._timing.quiet)
                look = min(due, now + LOOK_SECONDS)
            if now >= due:
                return False
            await asyncio.wait([awaited], timeout=look - now)
        return True

    def _slow(self, run: ToolRun) -> None:
        """The caller would begin to wonder: the conversation's words for it, or ours."""
        self._tell(ToolSlow(run.action.tool_call_id))
        if not any(isinstance(line, Say) for line in self._lines):
            self._lines.appendleft(Say(FILLERS[min(self._fillers, len(FILLERS) - 1)], FILLER_KEY))
        self._fillers += 1

    def _think_aloud(self) -> None:
        """The caller would begin to wonder whether he was heard."""
        if self._fillers == 0:
            words = THINKING_ALOUD[self._thoughts % len(THINKING_ALOUD)]
            self._thoughts += 1
        else:
            words = FILLERS[min(self._fillers, len(FILLERS) - 1)]
        self._lines.appendleft(Say(words, FILLER_KEY))
        self._fillers += 1

    def _conversation_hears_interruption(self) -> None:
        still = self.speech.open  # what must not be interrupted is spoken to its end
        words = [utterance.text if utterance in still else utterance.heard for utterance in self._turn]
        heard = " ".join(part for part in words if part)
        for action in self._conversation.handle(Interrupted(heard)):
            self._take(action)

    def _write(self, complete: list[Utterance]) -> None:
        for utterance in complete:
            self.call.entries.said("agent", utterance.text, at=utterance.said_at, data={"key": utterance.key})

    def _write_cut(self, cut: Cut) -> None:
        broken, unheard = cut.broken, [utterance.key for utterance in cut.unheard]
        if broken.heard:
            whole = broken.spoken >= len(broken.letters)
            self.call.entries.said(
                "agent", broken.heard, at=broken.said_at, interrupted=not whole, data={"key": broken.key}
            )
        else:
            unheard.insert(0, broken.key)
        if unheard:
            self.call.entries.happened("not_heard", keys=unheard)
