"""A conversation by the carrier's own voice: how webhooks become events, and sentences a turn of `Say` and `Gather`.

The last rung of talking (no media stream, no agent): the rule-based conversation, one webhook a turn. Loads all that a
conversation needs; what is kept between turns is in `archer.carrier_turns`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from archer.carrier_turns import STATE, CarrierTurn
from archer.compliance.guardrail import Guard, SpeechState
from archer.conversation.events import Event, Heard, Interrupted, Keypad, Say, Silence
from archer.conversation.guarding import GuardedRules
from archer.conversation.policy.breaks import CONFIRMING
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.state import Step
from archer.conversation.understanding import TRAINED
from archer.conversation.words.before import ANYTIME
from archer.protocol import Session
from archer.store.calls import Call

LISTEN_SECONDS, LAST_LISTEN_SECONDS = 7, 1
"""How long the caller may be silent before the conversation is told, and after its last word before the line closes."""
LONGEST_WORDS = 4000
KEYS, FACTOR_KEYS = 6, 9
"""Most keys of one answer, for any question and where a number is asked for (last four and ZIP code in one go). A card
number is longer; what is kept of it is no more than may be (PCI DSS 3.4)."""
LONGEST_ASKED_FOR = 5
"""The longest number that we ask for at once is a postal code; more keys are perhaps a card's (I-20)."""
DOUBTFUL = 0.4
"""A yes that recognition is less sure of than this sets nothing up (I-21). It says 0 when it does not know."""
_LAST_QUESTION = re.compile(r"(?<=[.!?])\s+([^.!?]+\?)$")
"""What a text asks at its end: the answer may come while it is spoken."""
_ASKED_FOR: frozenset[Step] = frozenset({"amount", "months"})


def warm_up() -> None:
    """Load what the first turn would otherwise wait for: the classifier and the guardrail's rules."""
    TRAINED.classify("hello", None)
    TRAINED.extract("amount", "fifty dollars", {})
    Guard(SpeechState()).check("hello")


def remember(call: Call, turn: CarrierTurn, conversation: GuardedRules | None = None) -> None:
    """Write down where the conversation stands; without `conversation`, its state stays as it was."""
    kept = call.conversation_state or {}
    if conversation is not None:
        kept = {**kept, **conversation.rules.snapshot(), "guard": conversation.guard.snapshot()}
    call.conversation_state = {**kept, STATE: turn.model_dump(mode="json")}


def take_up(session: Session, kept: dict[str, Any] | None, *, own: bool) -> GuardedRules:
    """The conversation of a call, where it stopped. What the agent left and cannot be read is begun anew; what this
    line wrote itself (`own`) must be readable: raises ValidationError or KeyError."""
    conversation = GuardedRules(session)
    try:
        if conversation.rules.restore(kept) and kept is not None:
            conversation.guard.restore(kept.get("guard") or {})
    except (ValidationError, KeyError):
        if own:
            raise
        return GuardedRules(session)
    return conversation


def words_of(form: Mapping[str, str]) -> str:
    """What recognition made of the caller's words."""
    return form.get("SpeechResult", "").replace("\x00", " ").strip()[:LONGEST_WORDS]


def keys_of(form: Mapping[str, str]) -> str:
    """The keys that the caller pressed."""
    return "".join(key for key in form.get("Digits", "") if key in "0123456789*#")[: 2 * FACTOR_KEYS]


def confidence_of(form: Mapping[str, str]) -> float | None:
    """How sure recognition is, from 0 to 1; None when it does not say."""
    try:
        sure = float(form.get("Confidence", ""))
    except ValueError:
        return None
    return sure if 0 < sure <= 1 else None


def events_of(form: Mapping[str, str], conversation: GuardedRules, *, cut: bool, silent_seconds: float) -> list[Event]:
    """What a webhook tells the conversation; nothing when a tool is awaited and nobody said a word.

    `cut`: a key, or words, broke off what had to be heard in full.
    """
    words, keys = words_of(form), keys_of(form)
    events: list[Event] = [Interrupted("")] if cut else []
    events += [Keypad(key) for key in keys]
    if words:
        doubtful = _is_doubtful_yes(conversation, words, confidence_of(form))
        events.append(Heard("" if doubtful else words))
    elif not keys and conversation.rules.state.pending is None:
        events.append(Silence(silent_seconds))
    return events


def _is_doubtful_yes(conversation: GuardedRules, words: str, confidence: float | None) -> bool:
    rules = conversation.rules
    if rules.step != "confirm" or confidence is None or confidence >= DOUBTFUL:
        return False
    talk = rules.turn()
    return Hearing(words, talk.agent_said, talk.understanding, talk.clock).yes_no is True


def parted(says: Sequence[Say], step: Step) -> tuple[list[str], list[str]]:
    """What has to be heard in full, with all that comes before it, and what the caller may speak over.

    The carrier does not tell how far a sentence had come when the caller spoke. What counts only when it was heard
    whole (notices, disclosures, and what a yes is asked for: I-04, I-05, I-11, I-21) is therefore kept apart.
    """
    needed = [n for n, say in enumerate(says) if not say.interruptible or _is_read_out(say, step)]
    split = needed[-1] + 1 if needed else 0
    whole, opened = [say.text for say in says[:split]], [say.text for say in says[split:]]
    if whole and not opened and (question := _LAST_QUESTION.search(whole[-1])):
        whole[-1], opened = whole[-1][: question.start()], [question.group(1)]
    return whole, opened


def _is_read_out(say: Say, step: Step) -> bool:
    return step == "confirm" and say.key not in CONFIRMING and say.key not in ANYTIME


def most_keys(conversation: GuardedRules) -> int:
    """How many keys the next answer may have."""
    state = conversation.rules.state
    whole_number = state.step in _ASKED_FOR or (state.step == "verify" and state.last_four is None)
    return FACTOR_KEYS if whole_number else KEYS
