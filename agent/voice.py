"""The Line agent of one call: Line events in, sentences out, and never a turn that ends in silence.

What breaks a call in the SDK is in the facts on it (§3): nothing but cancellation leaves `process`, tools are never
shown to the outside, the history is our own, whatever must be kept is written before anything is yielded.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from line import (
    AgentEndCall,
    AgentSendText,
    CallEnded,
    CallStarted,
    InputEvent,
    OutputEvent,
    TurnEnv,
    UserCustomSent,
    UserDtmfSent,
    UserTextSent,
    UserTurnEnded,
    UserTurnStarted,
)
from pydantic import TypeAdapter

from agent.api_client import ApiUnavailable
from agent.dialogue import Dialogue, Line, NewConversation, Timing
from agent.logs import describe
from agent.quiet import QuietWatch
from agent.session import CallSession, SessionRefused
from archer import telemetry
from archer.conversation.events import End, Say, Transfer
from archer.protocol import Disposition, EndRequest

log = logging.getLogger("agent.voice")

UNREACHABLE = "I am sorry, we are having a technical problem. We will be in touch another time. Goodbye."
"""Spoken when no session could be opened: names nobody and nothing."""
PLEASE_WAIT = "One moment, please."
SAY_AGAIN = "I am sorry, could you say that again, please?"
GIVE_UP = "I am sorry, I am having a technical problem and have to end this call. Goodbye."
HUNG_UP, TOO_LONG = "caller_hung_up", "max_duration"
LONGEST_TURN = 4000
"""Characters of one turn that are looked at; a minute of speech has a thousand."""
CONCLUSIVE = frozenset({HUNG_UP, TOO_LONG})
"""A line that closes for these reasons is not resumed; after any other the carrier asks the API, which resumes."""
WAKE = "archer_wake"
"""Key of the custom frames with which the agent wakes itself up; a peer cannot send them (`agent.line_wire`)."""

DISPOSITION: TypeAdapter[Disposition | None] = TypeAdapter(Disposition | None)


class VoiceAgent:
    """One call. The wire reports every frame (`user_state`, …); the SDK's runner calls `process` for what is to be
    answered."""

    def __init__(
        self,
        opening: "asyncio.Task[CallSession]",
        new_conversation: NewConversation,
        *,
        timing: Timing,
        now: Callable[[], float],
        wall: Callable[[], datetime],
        wake: Callable[[str], None],
    ) -> None:
        self.call: CallSession | None = None
        self.closed_reason = "line_closed"
        """Why the line closes, when the media bridge knows better."""
        self._opening, self._new_conversation = opening, new_conversation
        self._timing, self._now, self._wall = timing, now, wall
        self._quiet = QuietWatch(timing, now, wake, busy=lambda: self._process is not None)
        self._dialogue: Dialogue | None = None
        self._words: list[str] = []
        self._turn_words, self._turn_words_at, self._begun = "", 0.0, ""
        self._keys: list[str] = []
        self._wakes: list[str] = []
        self._turn_ended_at: float | None = None
        self._process: object | None = None
        self._ender: asyncio.TimerHandle | None = None
        self._over = False
        self._faults = 0

    @property
    def over(self) -> bool:
        """The conversation has said its last word or lost its line."""
        return self._over or (self._dialogue is not None and self._dialogue.ending is not None)

    # what the wire reports, in the order of the runner

    def user_state(self, speaking: bool) -> None:
        """The caller began or stopped to speak."""
        if speaking:
            self._turn_words = ""
            self._quiet.caller_began()
            self._watch()
            if self._dialogue is not None:
                self._dialogue.caller_speaks()
            return
        self._quiet.caller_ended()
        self._turn_ended_at = self._now()
        if self._dialogue is not None:
            self._dialogue.caller_done()

    def user_text(self, content: str) -> None:
        """Words of the caller were recognised."""
        if content.strip():
            if not self._words:  # looked at now: the caller's voice may come on again before these words are told
                recent = self._now() - self._turn_words_at <= self._timing.same_turn
                self._begun = self._turn_words if recent else ""
            self._words.append(content.strip())
            if self._quiet.caller_since is None:
                self._turn_ended_at = self._now()

    def user_key(self, button: str) -> None:
        """The caller pressed a key."""
        self._keys.append(button)

    def woken(self, why: str) -> None:
        """Time to look after the call unasked."""
        self._wakes.append(why)

    def agent_speech(self, content: str) -> None:
        """The synthesis reports what it spoke."""
        if self._dialogue is not None:
            self._dialogue.reported(content)

    def agent_state(self, speaking: bool) -> None:
        """The agent's voice came on or went off."""
        if self._dialogue is None:
            return
        if speaking:
            self._dialogue.voice_on()
        else:
            self._dialogue.voice_off(interrupted=self._quiet.caller_since is not None)
            self._quiet.agent_ceased()
            self._watch()
            self._end_soon_if_over()

    # what the SDK asks

    def wants(self, event: InputEvent) -> bool:
        """The run filter: what is answered. Words that come after the turn's end are (facts, §3.4)."""
        if isinstance(event, UserTextSent):
            return self._quiet.caller_since is None and bool(self._words)
        return isinstance(event, CallStarted | UserTurnEnded | UserDtmfSent | UserCustomSent | CallEnded)

    def yields_to(self, event: InputEvent) -> bool:
        """The cancel filter: the caller speaks."""
        return isinstance(event, UserTurnStarted)

    async def process(self, _env: TurnEnv, event: InputEvent) -> AsyncIterator[OutputEvent]:
        """Answer one event. Raises nothing but CancelledError."""
        if isinstance(event, CallEnded):
            self.hung_up()
            return
        self._process = mine = object()
        try:
            async for output in self._answer(event):
                yield output
            self._faults = 0
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.error("conversation failed: %s", describe(error))
            for output in self._apologise(error):
                yield output
        finally:
            if self._process is mine:
                self._process = None
                self._watch()

    def hung_up(self) -> None:
        """The line is closed. Everything is written down before this returns; posting goes on by itself."""
        if self._over:
            return
        self._over = True
        self._quiet.stop()
        if self._ender is not None:
            self._ender.cancel()
        if self._dialogue is None:
            self._opening.add_done_callback(self._end_unused)
            return
        self._dialogue.line_closed(self._take_words())
        self._dialogue.call.end(self._end_request())

    # answering

    async def _answer(self, event: InputEvent) -> AsyncIterator[OutputEvent]:
        if self._dialogue is None:
            async for output in self._begin():
                yield output
            if self._dialogue is None:
                return
        elif not await self._hear(event, self._dialogue):
            return
        dialogue = self._dialogue
        while (line := await dialogue.next_line()) is not None:
            for output in self._outputs(line, dialogue):
                yield output

    async def _begin(self) -> AsyncIterator[OutputEvent]:
        """Wait for the session and say the first words; a caller's "hello" during that is answered by them."""
        done, _ = await asyncio.wait([self._opening], timeout=self._timing.setup)
        if not done:
            yield AgentSendText(text=PLEASE_WAIT + " ")
            await asyncio.wait([self._opening])
        try:
            self.call = self._opening.result()
        except (SessionRefused, ApiUnavailable) as error:
            log.error("no session: %s", error if isinstance(error, SessionRefused) else "API unavailable")
            telemetry.count("calls_refused", reason="session_refused" if self._refused() else "api_unavailable")
            # the token of a socket that was opened again is used up: once this one ends, the carrier asks the API how
            # to go on, and a farewell would be a lie
            overtaken = isinstance(error, SessionRefused) and error.overtaken
            yield AgentSendText(text=PLEASE_WAIT if overtaken else UNREACHABLE, interruptible=False)
            yield AgentEndCall(reason="agent_ended", interruptible=False)
            return
        self._dialogue = Dialogue(
            self.call, self._new_conversation(self.call.session), self._timing, now=self._now, wall=self._wall
        )
        self._wakes.clear()
        self._dialogue.begin(self._take_words())

    async def _hear(self, event: InputEvent, dialogue: Dialogue) -> bool:
        """Tell the conversation whatever has come. False when there is nothing to answer.

        A run may be cancelled before its first step, so that what came is taken from where the wire left it, not from
        the event.
        """
        told = False
        while self._keys:
            told = True
            self._quiet.caller_keyed()
            dialogue.pressed(self._keys.pop(0))
        while self._wakes:
            told = self._wake_up(self._wakes.pop(0), dialogue) or told
        if self._quiet.caller_since is None and (words := self._take_words()):
            dialogue.heard(words, self._same_turn(words))
        elif isinstance(event, UserTurnEnded):
            await self._turn_without_words(dialogue)
        else:
            return told
        return True

    def _same_turn(self, words: str) -> str:
        """What was recognised of this turn before `words`: recognition may cut a turn in two (facts, §3.4)."""
        begun, self._begun = self._begun, ""
        self._turn_words, self._turn_words_at = f"{begun} {words}".strip()[-LONGEST_TURN:], self._now()
        return begun

    async def _turn_without_words(self, dialogue: Dialogue) -> None:
        """A noise, a cough, or words that are still being recognised: wait a moment, then go on where we were."""
        self._turn_ended_at = None
        await asyncio.sleep(self._timing.late_transcript)
        if dialogue.broken_off or dialogue.ending is not None:
            dialogue.resume()
        elif dialogue.idle and not dialogue.speech.open:
            dialogue.heard("")

    def _wake_up(self, why: str, dialogue: Dialogue) -> bool:
        if why == "silence" and dialogue.ending is None:
            dialogue.silent(self._quiet.seconds)
        elif why == "stuck":
            self._quiet.caller_ended()
            dialogue.heard(self._take_words())
        elif why == "machine":
            dialogue.machine()
        else:
            return False
        return True

    def _outputs(self, line: Line, dialogue: Dialogue) -> list[OutputEvent]:
        if isinstance(line, Say):
            self._measure_turn()
            dialogue.sent(line)
            self._quiet.agent_sent()
            return [AgentSendText(text=line.text.rstrip() + " ", interruptible=line.interruptible)]
        dialogue.ending = line  # a transfer, too: when this stream ends, the API connects the people
        self._end_soon_if_over()
        return [AgentEndCall(reason="agent_ended")]

    def _apologise(self, error: Exception) -> list[OutputEvent]:
        """A fault of ours: ask again once, then end the call in good order."""
        self._faults += 1
        telemetry.count("agent_faults", error=type(error).__name__)
        if self._dialogue is None:
            return [AgentSendText(text=UNREACHABLE, interruptible=False), AgentEndCall(interruptible=False)]
        self._dialogue.call.entries.happened("agent_fault", error=type(error).__name__)
        if self._faults == 1:
            return self._outputs(Say(SAY_AGAIN, "fault_say_again"), self._dialogue)
        goodbye = self._outputs(Say(GIVE_UP, "fault_give_up", interruptible=False), self._dialogue)
        return goodbye + self._outputs(End("error", "agent_fault"), self._dialogue)

    def _take_words(self) -> str:
        words, self._words = " ".join(self._words)[:LONGEST_TURN], []
        return words

    def _measure_turn(self) -> None:
        """Time to first word: from the end of the caller's turn to the first sentence that answers it."""
        if self._turn_ended_at is None or self.call is None:
            return
        took = (self._now() - self._turn_ended_at) * 1000
        self._turn_ended_at = None
        self.call.entries.measured("turn", took)
        telemetry.record("turn", took)

    def _refused(self) -> bool:
        return isinstance(self._opening.exception(), SessionRefused)

    def _watch(self) -> None:
        dialogue = self._dialogue
        if not self.over:
            self._quiet.start(None if dialogue is None else dialogue.speech)

    # the end

    def _end_soon_if_over(self) -> None:
        """The last word is being spoken: the line should close by itself; report the end if it does not."""
        dialogue = self._dialogue
        if dialogue is None or dialogue.ending is None:
            return
        now = self._now()
        seconds = max(0.0, dialogue.speech.quiet_at(now) - now) + self._timing.end
        if self._ender is not None:
            self._ender.cancel()
        self._ender = asyncio.get_running_loop().call_later(seconds, self.hung_up)

    def _end_request(self) -> EndRequest | None:
        """How the conversation ended; None when it did not, so that a resumption goes on with it."""
        ending = self._dialogue.ending if self._dialogue is not None else None
        if isinstance(ending, End):
            outcome = DISPOSITION.validate_python(ending.outcome)
            return EndRequest(outcome=outcome, reason=ending.reason[:200], hang_up=True)
        if isinstance(ending, Transfer):
            return EndRequest(outcome="transferred", reason=ending.reason[:200], hang_up=False)
        if self.closed_reason in CONCLUSIVE:
            return EndRequest(outcome=None, reason=self.closed_reason, hang_up=self.closed_reason == TOO_LONG)
        return None

    def _end_unused(self, opening: "asyncio.Task[CallSession]") -> None:
        """The caller hung up before the session was open: close it, so that nobody waits for it."""
        if opening.cancelled() or opening.exception() is not None:
            return
        self.call = opening.result()
        words = self._take_words()
        if words:
            self.call.entries.said("customer", words)
        self.call.end(self._end_request())
