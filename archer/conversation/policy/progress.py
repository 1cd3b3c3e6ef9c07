"""Turns that lead nowhere: not understood, answered without a result, or too many of them; a person helps then."""

from archer.conversation.policy import everyday, people, rights
from archer.conversation.policy.frustration import worn_out
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.state import Step
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk

LONGEST = 80
"""Turns of the caller after which a person takes over."""
LONGEST_WITHOUT_PROGRESS = 20
"""Turns in which no tool did anything after which a person takes over."""
_PATIENCE = 6
"""Turns in one step after which a person is offered."""
_DRIFT = 10
"""Turns of the verified caller, at whatever steps, in which no tool did anything after which a person is offered."""
SIDE_STEPS = frozenset({"offer_person", "check", "callback"})
"""Steps with a question of their own, asked beside the matter."""


def stalled(talk: Talk, before: Step, *, answered: bool = True) -> None:
    """Turn after turn is answered and nothing comes of it, or the caller is worn out by it: offer a person."""
    state = talk.state
    if state.step != before or talk.acted:
        state.stalled = 0 if answered else state.stalled
        if _drifts(talk) and before not in SIDE_STEPS:
            _offer_person(talk)
        return
    if worn_out(talk) and before not in SIDE_STEPS:
        state.frustration = 0.0
        people.offer_person(talk, "frustrated")
        return
    state.stalled += answered and not state.holding
    if state.stalled >= _PATIENCE:
        state.stalled = 0
        _offer_person(talk)


def _drifts(talk: Talk) -> bool:
    """From question to question and back again, with nothing done."""
    idle = talk.state.turns - talk.state.progress
    return talk.verified and not talk.acted and talk.state.step not in SIDE_STEPS and idle > 0 and idle % _DRIFT == 0


def _offer_person(talk: Talk) -> None:
    talk.state.stalls += 1
    if talk.state.stalls > 1:
        talk.withdraw()
        people.to_person(talk, "no_progress")
    else:
        people.offer_person(talk, "no_progress")


def not_understood(talk: Talk, hearing: Hearing) -> None:
    """Ask whether a right was meant, come back from a digression, or say that it was not understood."""
    suspected = hearing.suspected_right
    if suspected and rights.suspect(talk, suspected):
        return
    if everyday.digress(talk, hearing):
        return
    talk.state.unclear += 1
    if talk.state.step == "check" and talk.state.unclear >= 2:
        talk.go(talk.home())  # what was perhaps meant was not
    if talk.state.unclear >= 3:
        talk.state.unclear = 0
        talk.say("understanding_trouble")
        people.to_person(talk, "not_understood")
    else:
        talk.say("pardon")
        reask(talk)


def too_long(talk: Talk) -> bool:
    """The call, or the time since anything last came of it, has lasted too many turns."""
    state = talk.state
    return state.turns > LONGEST or state.turns - state.progress > LONGEST_WITHOUT_PROGRESS


def end_long(talk: Talk) -> None:
    """Hand the call to a person; the number to call when that was tried."""
    if talk.state.person_tried:
        people.give_number(talk)
    else:
        talk.say("goodbye_long")
        people.to_person(talk, "long_call")
