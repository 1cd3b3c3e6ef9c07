"""The rule-based conversation: a pure, serialisable state machine over what callers mean.

It needs no language model and no network: events in, actions out (`archer.conversation.events`). Every step answers
every intent, every event and every tool failure; every sentence passes `archer.conversation.order`. Order of
precedence for what was heard: card digits, rights, asides, the answer to the open question, requests, a right that
was perhaps meant, a digression, "I did not understand".
"""

import re
from collections.abc import Callable
from typing import Any

from archer.conversation.events import (
    Action,
    Event,
    Heard,
    Interrupted,
    Keypad,
    MachineAnswered,
    Silence,
    Started,
    ToolDone,
    ToolSlow,
)
from archer.conversation.order import Order
from archer.conversation.policy import (
    answers,
    arrangement,
    bargaining,
    confirming,
    danger,
    everyday,
    keypad,
    listeners,
    negotiation,
    opening,
    people,
    purpose,
    questions,
    rights,
    second,
    undoing,
)
from archer.conversation.policy.breaks import interrupted
from archer.conversation.policy.frustration import feel
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.peril import peril_in
from archer.conversation.policy.progress import SIDE_STEPS, end_long, not_understood, stalled, too_long
from archer.conversation.policy.readings import ASKED, reread
from archer.conversation.policy.state import Pending, State, Step
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk
from archer.conversation.policy.tone import tone
from archer.conversation.policy.waiting import said_meanwhile
from archer.conversation.understanding import TRAINED, Understanding
from archer.protocol import Session

SNAPSHOT_VERSION = 1
_CARD_READINGS = 3
"""How often a card may be read out before a person is offered."""
_FILLERS = 3
"""How often the caller is asked to wait for one tool before it is given up."""


_AFTER_TOOL: dict[str, Callable[[Talk, ToolDone, dict[str, Any]], None]] = {
    "verify": opening.after_verify,
    "options": purpose.after_options,
    "guidance": bargaining.after_guidance,
    "hardship": negotiation.after_hardship,
    "prepared": arrangement.after_prepared,
    "confirmed": rights.after_confirmed,
    "right": rights.after_right,
    "danger": danger.after_record,
    "danger_person": danger.after_transfer,
    "transfer": people.after_transfer,
    "callback": people.after_callback,
    "undone": undoing.after_undone,
}
_ANSWERS: dict[Step, Callable[[Talk, Hearing], bool]] = {
    "person": opening.hear_person,
    "available": opening.hear_person,
    "verify": opening.hear_verify,
    "negotiate": negotiation.hear_negotiate,
    "amount": answers.hear_amount,
    "months": answers.hear_months,
    "promise_date": answers.hear_date,
    "new_due_date": answers.hear_date,
    "method": answers.hear_method,
    "confirm": confirming.hear_confirm,
    "anything_else": answers.hear_anything_else,
    "callback": people.hear_callback,
    "offer_person": people.hear_offer_person,
    "check": rights.hear_check,
}


class RuleConversation:
    """One call. `handle` takes events in order; the state may be written down after any of them."""

    def __init__(self, session: Session, understanding: Understanding = TRAINED) -> None:
        self._session = session
        self._understanding = understanding
        self._tone = tone(session.tactic)
        self._order = Order(session)
        self._state = State()

    @property
    def ended(self) -> bool:
        """The conversation has said its last word (it still answers, should the caller speak on)."""
        return self._state.step == "ended"

    @property
    def step(self) -> Step:
        """What it waits for."""
        return self._state.step

    @property
    def state(self) -> State:
        """What it remembers; shared with whoever speaks in its place for a while."""
        return self._state

    @property
    def order(self) -> Order:
        """How far the call has come."""
        return self._order

    def turn(self) -> Talk:
        """An empty turn on the state as it is, for whoever speaks in its place for a while."""
        return Talk(self._session, self._state, self._order, self._tone, self._understanding)

    def snapshot(self) -> dict[str, Any]:
        """The state as JSON values; `restore` takes it up in another process."""
        return {
            "version": SNAPSHOT_VERSION,
            "state": self._state.model_dump(mode="json"),
            "order": self._order.snapshot(),
        }

    def restore(self, snapshot: dict[str, Any] | None) -> bool:
        """Take over a snapshot of this call, then go on with `Started(resumed=True)`.

        False when there is none or it is of another kind or version: then only what the session says is known
        (whether the person is verified), and the conversation begins anew.
        """
        if not snapshot or snapshot.get("version") != SNAPSHOT_VERSION:
            return False
        self._state = State.model_validate(snapshot["state"])
        self._order.restore(snapshot["order"])
        return True

    def handle(self, event: Event) -> list[Action]:
        """Take one event; what is to be said and done now, in order. Empty when there is nothing to add."""
        if not isinstance(event, ToolDone | ToolSlow | Interrupted):
            self._state.turn_begins = True
        talk = self.turn()
        match event:
            case Started(resumed=resumed):
                self._started(talk, resumed)
            case MachineAnswered():
                opening.machine(talk)
            case Interrupted(heard=heard):
                interrupted(talk, heard)
            case Heard(text=text) if self._state.step == "opening":
                _spoke_first(talk, text)
            case _ if self._state.step == "opening":
                opening.start(talk, resumed=False)
            case _:
                if self._state.owed:
                    owed, self._state.owed = self._state.owed, []
                    talk.say_again(owed)
                self._dispatch(talk, event)
        return talk.actions()

    def _started(self, talk: Talk, resumed: bool) -> None:
        if self._state.step == "opening" and not resumed:
            opening.start(talk, resumed=False)
        else:
            opening.resume(talk)

    def _dispatch(self, talk: Talk, event: Event) -> None:
        match event:
            case Heard(text=text):
                talk.state.turns += 1
                talk.state.broken_off, talk.state.silences = False, 0
                said_meanwhile(talk, text) if talk.state.pending else hear(talk, text)
            case Keypad(digit=key):
                talk.state.broken_off, talk.state.silences = False, 0
                if talk.state.pending:
                    said_meanwhile(talk, "stop" if key == "9" else "")
                else:
                    keypad.pressed(talk, key, lambda text: hear(talk, text))
            case Silence(seconds=seconds):
                if talk.state.pending:
                    _still_waiting(talk, talk.state.pending)
                elif not keypad.settle(talk):
                    opening.silence(talk, seconds)
            case ToolSlow(tool_call_id=call_id):
                if talk.state.pending and talk.state.pending.tool_call_id == call_id:
                    talk.say("one_moment")
            case ToolDone():
                _tool_done(talk, event)


def hear(talk: Talk, text: str) -> None:
    """Answer what the caller said."""
    hearing = reread(talk, Hearing(text, talk.agent_said, talk.understanding, talk.clock))
    state, before = talk.state, talk.state.step
    if before == "ended":
        _after_the_end(talk, hearing)
        return
    if danger.met(talk, hearing) or listeners.hear(talk, hearing):
        return
    feel(talk, hearing)
    nudged, state.nudged = state.nudged or state.holding, False
    state.holding = False
    if state.fresh_ear and state.step in ("person", "available"):
        opening.new_listener(talk)
    if _card_digits(talk, hearing):
        return
    if state.keys == "9" and not hearing.factors.any:
        rights.opt_out_key(talk)
        return
    state.keys = ""
    if undoing.hear(talk, hearing):
        return
    beside = questions.set_apart(talk, hearing)
    if beside is None:
        state.unclear = state.nudges = 0
        stalled(talk, before)
    elif rights.heard(talk, beside):
        state.unclear = 0
    elif too_long(talk):
        end_long(talk)
    elif nudged and _says_only_here(beside):
        reask(talk)  # "yes" to "are you there?" is a yes to nothing else
    else:
        _take(talk, beside, asked=beside is not hearing)


def _says_only_here(hearing: Hearing) -> bool:
    """Nothing but that somebody is there: no digits, and no time."""
    little = hearing.intent in ("affirm", "unclear", "out_of_scope", "negate")
    return little and not hearing.digit_count and hearing.later is None


def _take(talk: Talk, hearing: Hearing, *, asked: bool) -> None:
    """Go on with what was said; `asked` when a question beside it was answered already."""
    state, before = talk.state, talk.state.step
    perhaps_cease = hearing.confidence >= ASKED and hearing.suspected_right == "cease_contact"
    if perhaps_cease and rights.suspect(talk, hearing.label):
        opening.claimed_beside(talk, hearing)
    elif _answered(talk, hearing):
        state.unclear = state.nudges = 0
        stalled(talk, before)
    elif asked:
        reask(talk)  # what is said around a question need not be understood
        stalled(talk, before)
    else:
        not_understood(talk, hearing)
        stalled(talk, before, answered=False)


def _answered(talk: Talk, hearing: Hearing) -> bool:
    """An aside, the answer to the open question, or a request."""
    state = talk.state
    if second.hear(talk, hearing):
        return True
    aside = not answers.is_direct(talk, hearing) and everyday.handle(talk, hearing)
    wish = _wish_beside(talk, hearing) if aside else None
    if wish is not None:
        return _answered(talk, wish) or aside
    if aside or _ANSWERS[state.step](talk, hearing):
        return True
    if state.step in SIDE_STEPS and hearing.intent not in ("unclear", "out_of_scope"):
        talk.go(talk.home())  # the caller goes on with the call instead of answering the side question
        if _ANSWERS[state.step](talk, hearing):
            return True
    if everyday.before_proof(talk, hearing):
        return True
    return talk.verified and state.options is not None and negotiation.request(talk, hearing)


def _wish_beside(talk: Talk, hearing: Hearing) -> Hearing | None:
    """What the rest of an angry turn asks for: "you people are vultures. Six months." """
    parts = _SENTENCES.split(hearing.text)
    if hearing.intent not in ("frustrated", "are_you_ai") or len(parts) < 2 or not talk.open:
        return None
    for part in reversed(parts):
        wish = reread(talk, hearing.only(part)) if part.strip() else None
        if wish and (wish.intent in everyday.ACCOUNT_REQUESTS or answers.is_direct(talk, wish)):
            return wish
    return None


_SENTENCES = re.compile(r"[.!?]+\s+")


def _card_digits(talk: Talk, hearing: Hearing) -> bool:
    """Card or account numbers by voice: interrupt, say why, offer the safe way (I-20). Nothing of it is kept."""
    if not hearing.card_digits or (talk.state.step == "verify" and hearing.factors.both):
        return False
    talk.note("card_digits_spoken")
    talk.say("card_digits")
    if talk.open:
        talk.say("safe_ways")
    if talk.state.said["card_digits"] > _CARD_READINGS:
        people.offer_person(talk, "card_digits")
    elif not answers.pay_by_link(talk):
        reask(talk)
    return True


def _after_the_end(talk: Talk, hearing: Hearing) -> None:
    """Rights count until the line is closed; everything else gets a goodbye."""
    if danger.after_the_end(talk, hearing):
        return
    if hearing.right and hearing.right not in ("request_human", "third_party", "language_request"):
        rights.invoke(talk, hearing.right, hearing)
    elif talk.state.outcome == "transferred":
        talk.say("one_moment")
    else:
        talk.say("goodbye_again")
        talk.end(talk.state.outcome, "said after the end")


def _spoke_first(talk: Talk, text: str) -> None:
    """The caller spoke before us: the notices come first whatever it was; a right is acted on at once."""
    hearing = Hearing(text, None, talk.understanding, talk.clock)
    if hearing.intent == "voicemail_greeting":
        opening.machine(talk)
        return
    opening.start(talk, resumed=False)
    if danger.met(talk, hearing):
        return
    right = reread(talk, hearing).right
    if right:
        rights.invoke(talk, right, hearing)


def _still_waiting(talk: Talk, pending: Pending) -> None:
    pending.waits += 1
    if pending.waits <= _FILLERS:
        talk.say("one_moment")
        return
    pending.retried = True
    _tool_done(talk, ToolDone(pending.tool_call_id, pending.name, ok=False, error="unavailable"))


def _tool_done(talk: Talk, done: ToolDone) -> None:
    state, pending = talk.state, talk.state.pending
    if pending is None or pending.tool_call_id != done.tool_call_id:
        talk.note("tool_answer_unexpected", tool=done.name, ok=done.ok)
        arrangement.after_late(talk, done)
        return
    if not done.ok and done.error == "unavailable" and not pending.retried:
        pending.retried = True
        talk.say("one_moment")
        talk.use_again(pending)
        return
    state.pending = None
    if done.ok:
        state.progress = state.turns
    else:
        talk.note("tool_failed", tool=done.name, error=done.error)
    _AFTER_TOOL[pending.then](talk, done, pending.arguments)
    _after_waiting(talk, confirmed=done.ok and done.name == "confirm_arrangement")


def _after_waiting(talk: Talk, *, confirmed: bool) -> None:
    """Answer what was said meanwhile: a right before anything else, the rest when nothing more is awaited."""
    state = talk.state
    for text in list(state.queue):
        hearing = reread(talk, Hearing(text, talk.agent_said, talk.understanding, talk.clock))
        urgent = bool(peril_in(text)) or hearing.right not in (None, "request_human")
        if urgent and not (state.pending and state.pending.name in ("record_restriction", "confirm_arrangement")):
            if confirmed and undoing.stops(talk, hearing):
                return
            state.queue, state.pending = [], None
            talk.withdraw()
            talk.withdraw_deed()
            hear(talk, text)
            return
        if not state.pending and state.step != "ended" and not talk.acted:
            state.queue = []
            talk.withdraw()
            if not (confirmed and undoing.hear(talk, hearing, in_flight=True)):
                hear(talk, text)
            return
    if not state.pending:
        state.queue = []
