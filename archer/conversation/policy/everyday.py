"""What any caller may say at any moment: who is this, are you a robot, what was that, wait, I'm busy, goodbye.

Rules I-04 (the truth about being automated, every time), I-07 (what may be said of the reason), P-09 (busy). Each
answer is followed by the question that was open, so that the call goes on from where it was.
"""

from collections.abc import Callable

from archer.conversation.policy import purpose
from archer.conversation.policy.claims import claims_too
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.people import callback_wanted, goodbye, offer_person
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk

_DIGRESSIONS = frozenset(
    {
        "book_appointment",
        "reschedule_appointment",
        "cancel_appointment",
        "ask_price",
        "ask_hours",
        "knowledge_question",
        "out_of_scope",
    }
)
_LEFT_TO_STEP = {
    "callback": frozenset({"request_callback", "busy_now", "goodbye", "thanks"}),
    "anything_else": frozenset({"thanks", "goodbye"}),
}
"""Intents that are an answer in this step, and no aside."""
_BESIDE_YES = frozenset({"ask_reason", "frustrated", "are_you_ai", "scam_suspicion"})
"""Asides that may come with "yes, it's me" in one breath."""
ACCOUNT_REQUESTS = frozenset(
    {
        "ask_balance",
        "ask_options",
        "pay_now",
        "promise_to_pay",
        "payment_plan",
        "extension",
        "offer_amount",
        "hardship",
        "refuse_to_pay",
    }
)


def handle(talk: Talk, hearing: Hearing) -> bool:
    """Answer an aside; False when it was none."""
    intent = hearing.intent
    answer = _ANSWERS.get(intent)
    if answer is None or intent in _LEFT_TO_STEP.get(talk.state.step, ()):
        return False
    if intent == "thanks" and hearing.yes_no is not None:  # "yes, thank you" is a yes
        return False
    if intent in _BESIDE_YES and talk.state.step == "person" and claims_too(talk, hearing):
        talk.order.person_claimed()  # "speaking, who's this?"
        talk.go("verify")
    answer(talk, hearing)
    return True


def before_proof(talk: Talk, hearing: Hearing) -> bool:
    """A request about the account by somebody who is not verified yet: first the proof."""
    if talk.verified or hearing.intent not in ACCOUNT_REQUESTS:
        return False
    talk.say("verify_first")
    reask(talk)
    return True


def digress(talk: Talk, hearing: Hearing) -> bool:
    """Something that this call is not for: say so and come back; a person when it goes on."""
    if hearing.intent not in _DIGRESSIONS:
        return False
    talk.state.digressions += 1
    if talk.state.digressions % 4 == 0:
        offer_person(talk, "other_matter")
        return True
    if hearing.intent != "out_of_scope" or talk.state.digressions > 1:
        talk.say("digression")
    reask(talk)
    return True


def _automated(talk: Talk, _: Hearing) -> None:
    talk.say("yes_automated")
    reask(talk)


def _repeat(talk: Talk, _: Hearing) -> None:
    if talk.state.step in ("check", "offer_person") and talk.state.stalled and talk.state.reason != "do_not_record":
        talk.go(talk.home())  # the side question itself is what is not understood
        reask(talk)
        return
    last = list(talk.state.last)
    talk.say_again(last)
    if not talk.has_question:
        reask(talk)


def _reason(talk: Talk, _: Hearing) -> None:
    if talk.open and talk.state.options is not None:
        purpose.say_purpose(talk)
    else:
        talk.say("personal_matter_inbound" if talk.inbound else "personal_matter")
    reask(talk)


def _hold(talk: Talk, _: Hearing) -> None:
    talk.say("take_your_time")
    talk.state.holding = True
    talk.state.fresh_ear = talk.state.step in ("person", "available")


def _busy(talk: Talk, hearing: Hearing) -> None:
    callback_wanted(talk, hearing, "busy")


def _callback(talk: Talk, hearing: Hearing) -> None:
    callback_wanted(talk, hearing, "requested")


def _doubt(talk: Talk, _: Hearing) -> None:
    """Who doubts us is right to: name a way to check, press no further."""
    talk.state.doubts += 1
    if talk.state.doubts >= 2:
        talk.say("trust_goodbye")
        talk.end(
            talk.state.arranged or ("hung_up" if talk.verified else "verification_failed"), "caller doubts the call"
        )
        return
    talk.say("trust_card" if talk.open else "trust")
    talk.say("trust_go_on")
    reask(talk)


def _upset(talk: Talk, hearing: Hearing) -> None:
    if hearing.mood == "complains" and not talk.state.said.get("complaint"):
        talk.note("complaint", of="calls", said=hearing.text[:200])
        talk.say("complaint")
        offer_person(talk, "complaint")
        return
    talk.say("sorry_upset")
    reask(talk)


def _leave(talk: Talk, _: Hearing) -> None:
    goodbye(talk, "caller took leave")


def _thanks(talk: Talk, _: Hearing) -> None:
    talk.say("youre_welcome")
    reask(talk)


def _emergency(talk: Talk, _: Hearing) -> None:
    """Perhaps one, by no word of its own: the number, and on with the call."""
    talk.say("emergency_perhaps")
    reask(talk)


def _answering_machine(talk: Talk, _: Hearing) -> None:
    """A greeting instead of a person: leave no message (I-14). Later in the call it can only be a mishearing."""
    if talk.order.claimed or talk.state.step not in ("person", "available"):
        reask(talk)
    else:
        talk.withdraw()
        talk.end("voicemail", "answering machine greeting")


_ANSWERS: dict[str, Callable[[Talk, Hearing], None]] = {
    "are_you_ai": _automated,
    "repeat": _repeat,
    "ask_reason": _reason,
    "hold": _hold,
    "busy_now": _busy,
    "request_callback": _callback,
    "scam_suspicion": _doubt,
    "frustrated": _upset,
    "goodbye": _leave,
    "thanks": _thanks,
    "emergency": _emergency,
    "voicemail_greeting": _answering_machine,
}
