"""A person in danger: heard at any moment of the call, before everything else, and the last matter that it speaks of.

Thoughts of suicide: a calm sentence with the number where somebody listens, then a person; what was being arranged is
dropped, and nothing of the account is said any more. Danger at this moment: the number to dial, and off the line.
Violence at home: a person is offered. What was said is on record with the customer, so that people see it.
"""

import re
from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.people import offer_person
from archer.conversation.policy.peril import peril_in
from archer.conversation.policy.steps import option, reask
from archer.conversation.policy.talk import Talk

_ASKS = 2
"""How often it is asked whether he will call; then the call takes leave."""


def met(talk: Talk, hearing: Hearing) -> bool:
    """Act on a danger that is spoken of, and stay with it once one was; False when there is none."""
    peril = peril_in(hearing.text) or ("emergency" if _emergency(hearing) else None)
    if talk.state.step == "danger" and peril != "emergency":
        _go_on(talk, hearing)
    elif peril is None:
        return False
    else:
        talk.note("person_in_danger", kind=peril)
        if peril == "emergency":
            _leave_the_line(talk)
        elif peril == "suicide":
            _drop_all(talk)
            talk.say("danger_suicide")
            talk.go("danger")
            _record(talk, hearing, peril)
        elif "violence" in talk.state.claims:
            offer_person(talk, "danger")
        else:
            talk.say("danger_violence")
            talk.state.claims += ["violence", "hardship"]
            _record(talk, hearing, peril)
    return True


def after_the_end(talk: Talk, hearing: Hearing) -> bool:
    """Said while the call was taking leave: the number all the same."""
    peril = peril_in(hearing.text)
    if peril is None:
        return False
    talk.note("person_in_danger", kind=peril)
    talk.say("emergency" if peril == "emergency" else f"danger_{peril}")
    if talk.state.outcome != "transferred":
        talk.end(talk.state.outcome, "danger spoken of after the end")
    return True


def while_waiting(talk: Talk, hearing: Hearing) -> bool:
    """Said while a tool is awaited: the number at once; the rest follows when the tool has answered."""
    peril = peril_in(hearing.text)
    if peril is not None and talk.state.step != "danger":
        talk.say("emergency_perhaps" if peril == "emergency" else f"danger_{peril}")
    return peril is not None


_SURELY = 0.7
_NO_EMERGENCY = re.compile(r"\bemergency (?:fund|saving|loan|contact|room (?:bill|visit)|money|surgery)", re.I)


def _emergency(hearing: Hearing) -> bool:
    surely = hearing.label == "emergency" and hearing.confidence >= _SURELY
    return surely and not _NO_EMERGENCY.search(hearing.text)


def _leave_the_line(talk: Talk) -> None:
    talk.say("emergency")
    talk.end(talk.state.arranged or "hung_up", "emergency")


def _drop_all(talk: Talk) -> None:
    state = talk.state
    talk.order.arrangement_dropped()
    state.prepared = state.proposal = state.offer = state.suggestion = state.checking = None
    state.queue, state.keys, state.holding, state.fresh_ear = [], "", False, False


def _record(talk: Talk, hearing: Hearing, peril: str) -> None:
    """Restrictions know no kind of its own for it: a hardship, with what was said."""
    details = {"said": hearing.text[:200], "danger": peril}
    talk.use("record_restriction", {"kind": "hardship", "details": details}, "danger")


def after_record(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """On record, or not: a person."""
    if not done.ok:
        talk.note("restriction_unrecorded", kind="hardship", error=done.error)
    if talk.state.step != "danger":
        talk.state.offer = next((kind for kind in ("extension", "plan") if option(talk, kind)), None)
        offer_person(talk, "danger")
    elif talk.state.person_tried:
        _nobody(talk)
    else:
        talk.use("transfer_to_agent", {"reason": "danger"}, "danger_person")


def after_transfer(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Somebody is free: connect. Nobody: ask whether he will call where somebody is."""
    if done.ok and done.data.get("available") is True:
        talk.say("danger_connecting")
        talk.transfer("danger")
    else:
        talk.state.person_tried = True
        _nobody(talk)


def _nobody(talk: Talk) -> None:
    talk.say("danger_nobody")
    reask(talk)


def _go_on(talk: Talk, hearing: Hearing) -> None:
    """Whatever is said now, the matter stays the same."""
    asked = talk.state.said.get("danger_question", 0)
    if peril_in(hearing.text) and asked < _ASKS:
        talk.say("danger_suicide")
        reask(talk)
    elif hearing.intent in ("repeat", "unclear") and hearing.yes_no is None and asked < _ASKS:
        reask(talk)
    else:
        talk.say("danger_farewell")
        talk.end(talk.state.arranged or "hardship_referred", "danger")
