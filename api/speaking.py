"""One turn by the carrier's own voice: what the conversation wants to do is done, what it wants to say is put together.

Loads a whole conversation, so it is imported when the first one is due (`api.carrier_voice.ready`).
"""

import time
from collections import deque
from collections.abc import Sequence

from api.webhooks import Form
from archer.advisor import Guidance
from archer.carrier_turns import CarrierTurn, LastWords
from archer.carrier_voice import (
    LAST_LISTEN_SECONDS,
    LISTEN_SECONDS,
    LONGEST_ASKED_FOR,
    confidence_of,
    events_of,
    keys_of,
    most_keys,
    parted,
    remember,
    take_up,
    words_of,
)
from archer.conversation.events import (
    Action,
    End,
    Event,
    Keypad,
    Note,
    Say,
    Started,
    ToolDone,
    ToolSlow,
    Transfer,
    UseTool,
)
from archer.conversation.guarding import GuardedRules
from archer.conversation.words.before import OPENING
from archer.dialing import own_number
from archer.opening import call_session
from archer.people import reachable
from archer.protocol import TERMINAL_STATUSES, ToolOutcome, ToolRequest
from archer.record import conversation_ended, keep, redacted
from archer.recording import NUMBER_KEYED, follow
from archer.settings import settings
from archer.store.calls import Call, CallEntry
from archer.store.organizations import Organization
from archer.telephony import twiml
from archer.work import Work
from tools.runner import ToolCallReused, UnknownTool, asks_ahead, run_tool

RULES = 2
"""The rung of the ladder (`degradation_level`): who talks is the rules, whatever the voice."""
TURN_SECONDS = 5.0
"""After this long in one webhook no further tool is begun (Twilio waits 15 s)."""
UNREACHED = "I am sorry, nobody can take your call just now."


class _Speaker:
    """One turn being taken: what the conversation wants to do is done, what it wants to say is put together."""

    def __init__(
        self, unit: Work, call: Call, conversation: GuardedRules, turn: CarrierTurn, advice: Guidance | None = None
    ) -> None:
        self.unit, self.call, self.conversation, self.turn, self.advice = unit, call, conversation, turn, advice
        self.says: list[Say] = []
        self.ending: End | Transfer | None = None
        self.waits = False
        """A tool is left for the next webhook."""
        self.signs: list[CallEntry] = []
        """What the recording heeds."""
        self._began = time.monotonic()
        self._failed = False

    async def tell(self, event: Event) -> None:
        """Let the conversation answer an event."""
        await self._do(self.conversation.handle(event))

    async def use_awaited(self) -> None:
        """Run the tool that an earlier webhook left."""
        pending = self.conversation.rules.state.pending
        if pending is not None:
            await self._do([UseTool(pending.tool_call_id, pending.name, pending.arguments)])

    async def bridge(self) -> None:
        """A tool is left for later: say something meanwhile."""
        pending = self.conversation.rules.state.pending
        if pending is not None and not self.says:
            await self._do(self.conversation.handle(ToolSlow(pending.tool_call_id)))

    async def note(self, event: str, **data: object) -> None:
        """Keep an event."""
        row = await keep(self.unit, self.call, at=self.unit.now, kind="event", event=event, data=redacted(data))
        self.signs.append(row)

    async def _do(self, actions: Sequence[Action]) -> None:
        left = deque(actions)
        while left:
            match left.popleft():
                case Note() as note:
                    await self.note(note.event, **note.data)
                case Say() as say:
                    await self._say(say)
                case UseTool() as tool:
                    if self._is_for_later(tool):
                        self.waits = True
                        return
                    left.extend(self.conversation.handle(ToolDone.of(await self._use(tool))))
                case Transfer() as transfer:
                    await self.note("transfer", reason=transfer.reason)
                    self.ending = transfer
                case End() as end:
                    self.ending = end

    def _is_for_later(self, tool: UseTool) -> bool:
        asks = asks_ahead(tool.name) and self.turn.advised != tool.tool_call_id
        return asks or self._failed or time.monotonic() - self._began > TURN_SECONDS

    async def _use(self, tool: UseTool) -> ToolOutcome:
        request = ToolRequest(tool_call_id=tool.tool_call_id, arguments=tool.arguments)
        advice = self.advice if self.turn.advised == tool.tool_call_id else None
        try:
            outcome = await run_tool(self.unit, self.call, tool.name, request, advice)
        except (UnknownTool, ToolCallReused) as error:
            word = "unknown_tool" if isinstance(error, UnknownTool) else "refused"
            await self.note("tool_failed", tool=tool.name, tool_call_id=tool.tool_call_id, error=word)
            return ToolOutcome(tool_call_id=tool.tool_call_id, name=tool.name, ok=False, error=word)
        self._failed = self._failed or outcome.error == "unavailable"
        return outcome

    async def _say(self, say: Say) -> None:
        """Nobody tells how far a sentence is heard: it is kept as it is handed to the carrier."""
        if any(said.text == say.text for said in self.says):
            return  # several keys in one answer, each with the same hint
        self.says.append(say)
        data = {"key": say.key, "voice": "carrier"}
        row = await keep(
            self.unit, self.call, at=self.unit.now, kind="transcript", speaker="agent", text=say.text, data=data
        )
        if say.key in OPENING:
            self.turn.notice = row.seq


async def begun(unit: Work, call: Call, organization: Organization) -> str:
    """The first turn of a call that was just taken over; the TwiML to go on with."""
    session = await call_session(unit, call, organization)
    speaker = _Speaker(unit, call, take_up(session, call.conversation_state, own=False), CarrierTurn())
    await speaker.note("degraded", level=RULES, reason="no_media_stream")
    await speaker.tell(Started(resumed=call.session_epoch > 1))
    return await _answered(speaker, organization)


async def taken(
    unit: Work,
    call: Call,
    organization: Organization,
    kept: CarrierTurn,
    form: Form,
    *,
    cut: bool,
    advice: Guidance | None,
) -> str:
    """Take one turn."""
    session = await call_session(unit, call, organization)
    conversation = take_up(session, call.conversation_state, own=True)
    speaker = _Speaker(unit, call, conversation, kept, advice)
    await _write_down(speaker, form, cut=cut)
    words, keys = words_of(form), keys_of(form)
    if call.status in TERMINAL_STATUSES or (kept.last_words and not (words or keys)):
        return await _over(speaker)
    kept.silent_seconds = 0.0 if words or keys else kept.silent_seconds + LISTEN_SECONDS
    for event in events_of(form, conversation, cut=cut, silent_seconds=kept.silent_seconds):
        if speaker.ending is None and not speaker.waits:
            await speaker.tell(event)
    if keys and conversation.rules.state.keys and not speaker.waits:
        await speaker.tell(Keypad("#"))  # the carrier tells of keys when no more are pressed
    if speaker.ending is None and not speaker.waits:
        await speaker.use_awaited()
    return await _answered(speaker, organization)


async def _write_down(speaker: _Speaker, form: Form, *, cut: bool) -> None:
    """The notices were heard, unless they were broken off; the caller said this, or keyed in more than was asked."""
    unit, call, turn = speaker.unit, speaker.call, speaker.turn
    if turn.notice is not None and not cut:
        entry = await unit.session.get(CallEntry, (call.id, turn.notice))
        speaker.signs += [entry] if entry is not None else []
    words = words_of(form)
    turn.notice, turn.spoken_over = None, cut and bool(words)
    if words:
        sure = confidence_of(form)
        row = await keep(
            unit,
            call,
            at=unit.now,
            kind="transcript",
            speaker="customer",
            text=words,
            data={} if sure is None else {"confidence": round(sure, 3)},
        )
        speaker.signs.append(row)
    if len(keys_of(form)) > LONGEST_ASKED_FOR:
        await speaker.note(NUMBER_KEYED)


async def _answered(speaker: _Speaker, organization: Organization) -> str:
    """Put the turn into TwiML and write down where the conversation stands."""
    unit, call, turn, conversation = speaker.unit, speaker.call, speaker.turn, speaker.conversation
    hooks = twiml.Webhooks(settings(), call.organization_id)
    if isinstance(speaker.ending, Transfer):
        return await _transferred(speaker, hooks, organization, speaker.ending)
    if isinstance(speaker.ending, End):
        turn.last_words = LastWords(outcome=speaker.ending.outcome, reason=speaker.ending.reason[:200])
        if not speaker.says:
            return await _over(speaker)
    if speaker.waits:
        await speaker.bridge()
        pending = conversation.rules.state.pending
        turn.advised = pending.tool_call_id if pending is not None else None
    await follow(unit, call, speaker.signs)
    turn.number += 1
    whole, opened = parted(speaker.says, conversation.rules.step)
    document = twiml.Turn(
        turn.number,
        whole=whole,
        open=opened,
        words_cut=turn.notice is not None and not turn.spoken_over,
        most_keys=most_keys(conversation),
        listen_seconds=LAST_LISTEN_SECONDS if turn.last_words else LISTEN_SECONDS,
        go_on=speaker.waits,
    )
    turn.answer = twiml.converse(hooks, call.id, document)
    remember(call, turn, conversation)
    return turn.answer


async def _transferred(speaker: _Speaker, hooks: twiml.Webhooks, organization: Organization, ending: Transfer) -> str:
    """Connect the people, if they are still there."""
    unit, call, turn = speaker.unit, speaker.call, speaker.turn
    people = reachable(organization.configured, unit.now)
    words = [say.text for say in speaker.says]
    if people:
        call.transfer_requested_at = call.transfer_requested_at or unit.now
        call.transfer_started_at = call.transfer_started_at or unit.now
        turn.answer = twiml.transfer(hooks, call.id, people, own_number(organization), words=words)
    else:
        call.transfer_requested_at = None
        turn.answer = twiml.say_and_hang_up(UNREACHED)
    outcome = "transferred" if people else "error"
    await conversation_ended(unit, call, outcome=outcome, reason=ending.reason[:200], hang_up=False)
    return await _stored(speaker)


async def _over(speaker: _Speaker) -> str:
    """The last word was said and nothing came after it, or the line is closed."""
    unit, call, turn = speaker.unit, speaker.call, speaker.turn
    last = turn.last_words or LastWords(outcome=None, reason="caller_hung_up")
    await conversation_ended(unit, call, outcome=last.outcome, reason=last.reason, hang_up=True)
    turn.answer = twiml.hang_up()
    return await _stored(speaker)


async def _stored(speaker: _Speaker) -> str:
    await follow(speaker.unit, speaker.call, speaker.signs)
    speaker.turn.number += 1
    remember(speaker.call, speaker.turn, speaker.conversation)
    return speaker.turn.answer
