"""Who we are, whom we ask for, and the proof that it is that person.

Rules I-01, I-03 … I-07, I-14, I-27: the notices come first and again after every break; two tries of the factors,
counted by the tool; the factors are asked for one by one when only one came, and are never repeated by the agent.
"""

import re
from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy import proof, purpose
from archer.conversation.policy.claims import claims_too
from archer.conversation.policy.factors import NONE, Factors
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.people import book_day, callback_wanted, outcome, to_person, trouble
from archer.conversation.policy.rights import invoke
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk

SAME_PERSON = "same_person"
"""What the step `check` asks about when it is open who is there."""
_WHY = re.compile(r"\bwhy\b|\bwhat .* for\b", re.I)
_NUDGES = 6
"""How often "are you there?" is asked of somebody who says that he is, and nothing else."""


def start(talk: Talk, *, resumed: bool) -> None:
    """The first words of a session."""
    if resumed or talk.session.epoch > 1:
        talk.say("opening_resumed")
    else:
        talk.say("opening_inbound" if talk.inbound else "opening")
    if talk.verified:  # an earlier session of this call verified the person, and left no state behind
        talk.go("negotiate")
        talk.state.said["verified"] = 1  # said in that session
        purpose.enter(talk)
    else:
        talk.go("person")
        reask(talk)


def resume(talk: Talk) -> None:
    """The line is back after a break: the notices again, then on from where it stopped."""
    state = talk.state
    talk.order.interrupted_line()
    if state.fresh_ear and talk.verified and state.pending is None:
        in_doubt(talk)  # the phone was being handed on when the line broke
    state.owed, state.broken_off, state.holding, state.fresh_ear, state.keys = [], False, False, False, ""
    state.queue, state.silences = [], 0
    if state.step == "opening":
        start(talk, resumed=True)
        return
    talk.say("opening_resumed")
    if state.pending is not None:
        talk.use_again(state.pending)
    elif state.step == "ended" and state.outcome == "transferred":
        talk.transfer(state.reason)
    elif state.step == "ended":
        talk.say("goodbye")
        talk.end(state.outcome, "ended before the line broke")
    else:
        purpose.disclose(talk)
        if state.step == "confirm":
            purpose.read_out(talk)
        if not talk.has_question:
            reask(talk)


def hear_person(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "am I speaking with …?"."""
    intent, available = hearing.intent, talk.state.step == "available"
    if (
        (intent == "identity_confirmed" and not available)
        or (hearing.yes_no is True and not available)
        or hearing.is_me
        or (not available and _will_not_pay(hearing))
    ):
        talk.order.person_claimed()
        talk.go("verify")
        if _FED_UP.search(hearing.text):
            talk.say("sorry_upset")
        found = hearing.factors
        said = hearing.digit_count >= 4 or found.both
        if hearing.is_busy or (hearing.proposes_time and not said):
            callback_wanted(talk, hearing, "busy")
            return True
        _take_factors(talk, found if said else NONE)
    elif available and (hearing.yes_no is True or intent == "identity_confirmed"):
        talk.say("take_your_time")
        talk.state.holding = talk.state.fresh_ear = True
    elif available and (hearing.yes_no is False or intent == "goodbye"):
        invoke(talk, "third_party", hearing)
    elif hearing.yes_no is False or hearing.bare_no:
        talk.go("available")
        reask(talk)
    else:
        return False
    return True


_FED_UP = re.compile(
    r"\b(?:sick (?:and tired )?of|(?:so |really |getting )tired of|i'?m tired of|fed up|had enough of|had it with|"
    r"blow\w* up my phone|harass\w*|pester\w*|bother\w* me|hound\w*|driving me|"
    r"(?:call|calling|called|rang|ringing) (?:me |us |my \w+ )?(?:\w+ )?"
    r"(?:every (?:single )?day|all (?:day|week|the time)|non ?-?stop|constantly|\w+ times a day))\b",
    re.I,
)
"""Who is there is weary of being called."""
_WONT = re.compile(
    r"\bi(?:'?m| am)? (?:not|ain'?t|won'?t|will not|never|can'?t|got no|have no|don'?t have|haven'?t)\b[^.?!]*"
    r"\b(?:pay\w*|dimes?|cents?|penn(?:y|ies)|nickel|money|giving you|give you)\b",
    re.I,
)


def _will_not_pay(hearing: Hearing) -> bool:
    """ "Yes, and before you start, I'm not paying": the yes is to the name, and the no to what is not asked yet."""
    return hearing.also_me and not hearing.right and bool(_WONT.search(hearing.text))


def claimed_beside(talk: Talk, hearing: Hearing) -> None:
    """ "Yes, it's me. You never leave me alone": while the one half is asked about, the other is not forgotten."""
    if talk.state.step == "check" and talk.state.back == "person" and claims_too(talk, hearing):
        talk.order.person_claimed()
        talk.state.back = "verify"


def in_doubt(talk: Talk) -> None:
    """It is open who is there: until that is said nothing about the account is."""
    talk.order.person_lost()
    talk.aside("check")
    talk.state.checking = SAME_PERSON


def new_listener(talk: Talk) -> None:
    """Somebody was fetched to the phone: whoever it is hears the notices first."""
    talk.state.fresh_ear = False
    talk.order.unheard("opening")
    talk.say("opening_inbound" if talk.inbound else "opening")
    talk.go("person")


def hear_verify(talk: Talk, hearing: Hearing) -> bool:
    """The answer to the question for the factors: both, one, or a refusal."""
    state, found = talk.state, proof.heard(talk, hearing)
    proof.keep_torso(talk, found)
    given = bool(state.tried) and proof.says_given(hearing)
    if found.any or given:
        if _WHY.search(hearing.text):
            talk.say("why_factors")
        _take_factors(talk, found, repeats=given)
    elif hearing.intent in ("refuse_to_pay", "negate", "scam_suspicion"):
        state.declined_factors += 1
        if state.declined_factors >= 2:
            fail(talk)
        else:
            talk.say("why_factors")
            reask(talk)
    elif hearing.intent in ("identity_confirmed", "affirm"):
        reask(talk)
    elif (hearing.digit_count or found.torso) and hearing.intent in ("unclear", "out_of_scope") and not state.last_four:
        talk.ask("ask_last_four")  # a torso: one factor at a time is easier
    else:
        return False
    return True


def keyed_factor(talk: Talk, digits: str) -> None:
    """A whole factor came by keypad: four digits are the last four, five the postal code."""
    whole = Factors(last_four=digits) if len(digits) == 4 else Factors(postal_code=digits)
    _take_factors(talk, whole)


def _take_factors(talk: Talk, found: Factors, *, repeats: bool = False) -> None:
    state = talk.state
    proof.take(talk, found, repeats=repeats)
    if state.last_four and state.postal_code:
        arguments = {"account_last_4": state.last_four, "postal_code": state.postal_code}
        talk.use("verify_account", arguments, "verify")
    else:
        reask(talk)


def after_verify(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Right: disclosure and purpose. Wrong: once more, or the end."""
    state, left = talk.state, done.data.get("attempts_left")
    if done.error == "invalid_arguments":
        _forget(talk, str(done.data.get("field", "")))
        state.failures += 1
        if state.failures >= 3:
            to_person(talk, "verification")
        else:
            talk.say("pardon")
            reask(talk)
        return
    state.tried = None if done.data.get("verified") or left == 0 else [state.last_four or "", state.postal_code or ""]
    state.last_four = state.postal_code = None
    if done.ok and done.data.get("verified") is True:
        state.failures = state.doubts = 0  # who gave way to a doubt has it no more
        talk.order.person_verified()
        talk.go("negotiate")
        purpose.enter(talk)
    elif left == 0 or done.error == "not_allowed":
        fail(talk)
    elif done.ok:
        talk.say("factors_wrong")
        reask(talk)
    else:
        trouble(talk)


def _forget(talk: Talk, field: str) -> None:
    if field != "postal_code":
        talk.state.last_four = None
    if field != "account_last_4":
        talk.state.postal_code = None


def fail(talk: Talk) -> None:
    """The identity stays unproven: say so, give the number, end."""
    talk.say("verification_failed")
    talk.end("verification_failed", "identity not verified")


def machine(talk: Talk) -> None:
    """An answering machine: leave no message (I-14), unless a person has long been talking with us."""
    if talk.order.claimed or talk.state.step not in ("opening", "person", "available"):
        talk.note("machine_detection_ignored")
        return
    talk.no_question()
    talk.end("voicemail", "answering machine")


def silence(talk: Talk, seconds: float) -> None:
    """Nobody speaks: ask twice, then take leave; whoever asked for a moment gets half a minute."""
    state = talk.state
    if seconds < 4 or state.step == "ended":
        return
    state.silences += 1
    if state.broken_off:  # a cough, not a turn: say again what it broke off
        state.broken_off = False
        talk.say_again(state.last)
        return
    if state.holding and seconds < 30 and state.silences < 6:
        return
    if state.holding:
        state.holding, state.silences = False, 1
    if state.silences <= 2 and state.nudges < _NUDGES:
        talk.ask("are_you_there")
        state.nudged = True
        state.nudges += 1
    elif not (state.step == "callback" and book_day(talk)):
        talk.say("goodbye_silence")
        talk.end(outcome(talk), "silence")
