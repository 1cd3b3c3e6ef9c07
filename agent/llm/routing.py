"""Who answers a turn of the caller: the rules or the model.

The rules answer whatever must come out the same every time: notices, identity, verification and disclosure (I-27),
rights (table 6 of the compliance page), card digits (I-20), an explicit yes (I-21), the truth about being automated
(I-04), a refusal that has been heard often enough (G-18). The model talks where only the guardrail and the tools bind.
"""

import re

from archer.conversation.order import Phase
from archer.conversation.policy import listeners
from archer.conversation.policy.consent import consents
from archer.conversation.policy.frustration import felt
from archer.conversation.policy.hearing import RIGHTS, Hearing
from archer.conversation.policy.peril import peril_in
from archer.conversation.policy.progress import LONGEST
from archer.conversation.policy.talk import Talk
from archer.conversation.policy.undoing import takes_back

MODEL_STEPS = frozenset(
    {"negotiate", "amount", "months", "promise_date", "new_due_date", "method", "confirm", "anything_else"}
)
_ALWAYS_RULES = frozenset(
    {
        "are_you_ai",
        "repeat",
        "hold",
        "emergency",
        "voicemail_greeting",
        "goodbye",
        "scam_suspicion",
        "busy_now",
        "request_callback",
    }
)
_CLEARLY = 0.6
"""How sure an aside, or a fact that a model can take note of as well, has to be before the rules answer it."""
_FACTS = frozenset({"already_paid", "military", "language_request"})
_CONFIRMING = frozenset({"confirm", "ach_question", "tool.prepared"})
_FEW_WORDS = 4
_OF_NOTE = frozenset(
    {
        "hardship",
        "promise_to_pay",
        "offer_amount",
        "payment_plan",
        "extension",
        "already_paid",
        "refuse_to_pay",
        "dispute_debt",
        "request_callback",
    }
)
_TELLS = re.compile(
    r"\d|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|"
    r"october|november|december|dollars?|paid|payday|paycheck|salary|job|work\w*|laid off|hours|hospital|sick|ill|"
    r"surgery|divorce\w*|pregnan\w*|baby|child\w*|kids?|husband|wife|son|daughter|mother|father|rent|move[ds]?|"
    r"moving|retire\w*|disab\w*|unemploy\w*|benefits?|insurance|email|mail|address|number)\b",
    re.IGNORECASE,
)
"""Circumstances, days and amounts: what a person on the bank's side would write down."""


def telling(hearing: Hearing) -> bool:
    """The words say something about the caller that should be known for as long as the call lasts."""
    return hearing.intent in _OF_NOTE or bool(_TELLS.search(hearing.text))


def may_think(talk: Talk) -> bool:
    """The call has come to where a model may talk, and nothing is owed or awaited."""
    state = talk.state
    return (
        talk.order.phase is Phase.PURPOSE
        and state.step in MODEL_STEPS
        and state.options is not None
        and state.pending is None
        and not state.owed
        and not state.keys
        and state.turns < LONGEST
    )


def rules_answer(talk: Talk, hearing: Hearing) -> bool:
    """Whether this turn belongs to the rules, although a model might talk."""
    state, intent = talk.state, hearing.intent
    if not hearing.text or hearing.card_digits or peril_in(hearing.text) or intent in RIGHTS - _FACTS:
        return True
    if intent in _ALWAYS_RULES | _FACTS and hearing.confidence >= _CLEARLY:
        return True
    if listeners.in_doubt(talk, hearing):
        return True
    if (state.nudged or state.holding) and _only_there(hearing):
        return True
    if intent == "hardship" and "hardship" not in state.claims:
        return True
    if intent == "refuse_to_pay" and state.refusals >= talk.tone.asks_after_refusal:
        return True
    if intent == "frustrated" and felt(state, hearing) >= talk.tone.patience:
        return True
    if takes_back(talk, hearing) or (state.step == "check" and state.checking == "undo"):
        return True
    if state.step == "anything_else" and (hearing.yes_no is False or intent == "thanks"):
        return True
    return state.step == "confirm" and asked_to_confirm(talk) and consents(talk, hearing)


def _only_there(hearing: Hearing) -> bool:
    """The answer to "are you there?" and no more."""
    if hearing.intent in ("affirm", "negate"):
        return True
    return hearing.intent in ("unclear", "out_of_scope") and len(hearing.text.split()) <= _FEW_WORDS


def asked_to_confirm(talk: Talk) -> bool:
    """The last words were the question whether to set up what was read out."""
    return bool(talk.state.last) and talk.state.last[-1].key in _CONFIRMING
