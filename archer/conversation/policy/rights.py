"""What a caller says that must be acted on at once: recorded before the next sentence, persuasion over.

Rules I-15 and table 6 (C-01 … C-10) of the compliance page, I-05 (objection to recording), I-08 (third party). The
acknowledgement is neutral, because whoever invokes a right need not be the verified person.
"""

import re
from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy import arrangement
from archer.conversation.policy.answers import is_digits
from archer.conversation.policy.calls import agreed_before, asks
from archer.conversation.policy.confirming import hear_confirm
from archer.conversation.policy.evidence import FAMILY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.people import ask_for_time, goodbye, offer_person, to_person
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk
from archer.conversation.quiet_times import quiet_windows

KIND_OF_INTENT = {
    "cease_contact": "cease",
    "attorney": "attorney",
    "bankruptcy": "bankruptcy",
    "deceased": "deceased",
    "identity_theft": "identity_theft",
    "dispute_debt": "dispute",
    "already_paid": "already_paid",
    "wrong_number": "wrong_number",
    "third_party": "third_party",
    "military": "military",
    "language_request": "language",
    "do_not_record": "do_not_record",
}
"""Restriction kind that an intent is recorded as."""

_ENDS = {
    "cease": ("cease_done", "cease_requested"),
    "work_number": ("work_done", "hung_up"),
    "attorney": ("attorney_done", "attorney"),
    "bankruptcy": ("bankruptcy_done", "bankruptcy"),
    "deceased": ("deceased_done", "deceased"),
    "identity_theft": ("identity_theft_done", "identity_theft"),
    "dispute": ("dispute_noted", "disputed"),
    "wrong_number": ("wrong_number_sorry", "wrong_number"),
    "third_party": ("third_party_message", "third_party"),
}
"""Kinds that end the call: the sentence and the disposition."""

_SAID_ANYWAY = {"third_party": "third_party_message", "wrong_number": "wrong_number_sorry_unsaved"}
"""What is said when the record could not be written; `right_unsaved` for the other kinds."""


_PAPER = re.compile(
    r"\bin writing\b|\b(?:send|mail|e-?mail|show|get|give) (?:me |us )?(?:\w+ ){0,3}?"
    r"(?:letters?|something|proof|paper\w*|cop(?:y|ies)|documents?|documentation|statements?|by mail|in the mail)\b",
    re.I,
)
"""Something on paper is wanted beside it."""


def invoke(talk: Talk, label: str, hearing: Hearing | None) -> None:
    """Act on a right; what was being arranged is dropped and nothing more is said before it is on record."""
    if label == "request_human":
        to_person(talk, "requested")
        return
    kind = KIND_OF_INTENT[label]
    if kind == "cease" and hearing is not None and hearing.only_some_times:
        kind = "work_number" if hearing.at_work else "inconvenient_time"
    if kind == "third_party" and hearing is not None and FAMILY["represents"].search(hearing.text):
        talk.state.reason = "representative"
    if hearing is not None and _PAPER.search(hearing.text):
        talk.state.wants_paper = True
    talk.order.arrangement_dropped()
    talk.state.prepared = talk.state.proposal = talk.state.offer = None
    talk.note("opt_out_heard" if kind == "cease" else "right_invoked", kind=kind)
    if kind in talk.state.restrictions:
        _go_on(talk, kind, saved=True)
        return
    some_times = hearing is not None and kind in ("inconvenient_time", "work_number")
    details = {"details": hearing.text[:200]} if hearing and some_times else {}
    if hearing and some_times:
        talk.state.quiet += quiet_windows(hearing.text)
    talk.use("record_restriction", {"kind": kind, **details}, "right")


def opt_out_key(talk: Talk) -> None:
    """Key nine: the same as "stop calling me"."""
    talk.state.keys = ""
    invoke(talk, "cease_contact", None)


def suspect(talk: Talk, label: str) -> bool:
    """Ask once whether a right was meant; False when that was asked before or there is no question for it."""
    if label == "already_paid":
        label = "dispute_debt"
    if talk.state.said.get(f"check_{label}") or talk.state.step in ("check", "ended"):
        return False
    talk.aside("check")
    talk.state.checking = label
    reask(talk)
    return True


def hear_check(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "did I understand that …?"."""
    label = talk.state.checking
    insists = label is not None and hearing.label == label
    if label is None or (hearing.yes_no is None and not insists):
        return False
    talk.state.checking = None
    talk.go(talk.home())
    if hearing.yes_no or insists:
        invoke(talk, label, hearing if insists else None)
    else:
        talk.say("check_passed")
        reask(talk)
    return True


def heard(talk: Talk, hearing: Hearing) -> bool:
    """A right that is invoked; a yes before it is carried out first. False when there is none."""
    yes = beside_yes(talk, hearing)
    if yes is not None and hear_confirm(talk, yes):
        if talk.state.pending is None or talk.state.pending.name != "confirm_arrangement":
            after_yes(talk)
        return True
    if not hearing.right or is_digits(talk, hearing):
        return False
    invoke(talk, hearing.right, hearing)
    return True


def beside_yes(talk: Talk, hearing: Hearing) -> Hearing | None:
    """The yes to what was read out, when words about calls come after it; they are taken up once that is done."""
    label = hearing.right or hearing.suspected_right
    if talk.state.step != "confirm" or label != "cease_contact":
        return None
    yes = agreed_before(hearing)
    if yes is not None:
        talk.state.after_yes = "ask" if asks(hearing.text) else "record"
    return yes


def after_confirmed(talk: Talk, done: ToolDone, arguments: dict[str, Any]) -> None:
    """What was agreed is in place, or could not be; then what was said beside the yes."""
    arrangement.after_confirmed(talk, done, arguments)
    after_yes(talk)


def after_yes(talk: Talk) -> None:
    """What was agreed is in place, or could not be: now for what was said of calls."""
    wish, talk.state.after_yes = talk.state.after_yes, None
    if wish == "record":
        talk.withdraw_deed()
        talk.no_question()
        talk.state.pending = None
        invoke(talk, "cease_contact", None)
    elif wish == "ask" and not talk.acted:
        suspect(talk, "cease_contact")


def after_right(talk: Talk, done: ToolDone, arguments: dict[str, Any]) -> None:
    """The right is on record, or could not be written: acknowledge and go where it leads."""
    kind = str(arguments["kind"])
    if done.ok:
        talk.state.restrictions.append(kind)
        if done.data.get("voided"):
            _voided(talk)
    else:
        talk.note("restriction_unrecorded", kind=kind, error=done.error)
    _go_on(talk, kind, saved=done.ok)


def _voided(talk: Talk) -> None:
    """What was arranged before the right was invoked has no ground any more: say that it is cancelled."""
    talk.state.arranged, talk.state.in_force, talk.state.rest = None, [], None
    if talk.open:
        talk.say("voided_too")


def _go_on(talk: Talk, kind: str, *, saved: bool) -> None:
    if kind in ("wrong_number", "third_party"):
        talk.order.person_lost()
    if kind == "third_party" and talk.state.reason == "representative":
        talk.say("representative")
        offer_person(talk, "representative")
    elif kind in _ENDS:
        _end(talk, kind, saved)
    elif kind == "inconvenient_time":
        _another_time(talk, saved)
    elif kind == "already_paid":
        _already_paid(talk, saved)
    elif kind == "military":
        talk.say("military_done")
        to_person(talk, kind)
    elif kind == "language":
        talk.say("language_done")
        to_person(talk, kind)
    else:
        _not_recorded(talk, saved)


def _end(talk: Talk, kind: str, saved: bool) -> None:
    key, disposition = _ENDS[kind]
    if kind == "dispute" and talk.open:
        key = "dispute_done"
        if talk.state.wants_paper:
            talk.say("answer_receipt")
    talk.say(key if saved else _SAID_ANYWAY.get(kind, "right_unsaved"))
    talk.end(disposition, f"{kind} {'recorded' if saved else 'heard, not recorded'}")


def _another_time(talk: Talk, saved: bool) -> None:
    """Not at these hours is no end of all calls: a better one is asked for, unless all is arranged (P-09, C-09)."""
    if talk.state.arranged or talk.state.step == "ended" or not saved:
        talk.say("inconvenient_done" if saved else "right_unsaved")
        talk.end(talk.state.arranged or "hung_up", f"inconvenient_time {'recorded' if saved else 'not recorded'}")
        return
    talk.say("inconvenient_noted")
    ask_for_time(talk)


def _already_paid(talk: Talk, saved: bool) -> None:
    """A claim about a payment can be acknowledged as such only to the verified person."""
    if talk.open:
        talk.say("already_paid_done" if saved else "right_unsaved")
        talk.end(talk.state.arranged or "disputed", "already paid")
        return
    if talk.state.step == "ended":
        talk.say("goodbye_again")
        talk.end(talk.state.outcome, "already paid")
        return
    if "already_paid" in talk.state.claims:  # who insists is not sent round in circles
        to_person(talk, "already_paid")
        return
    talk.state.claims.append("already_paid")
    if saved:
        talk.say("already_noted")
    talk.say("verify_first" if talk.order.allows("verify_first", "") else "trust_go_on")
    reask(talk)


def _not_recorded(talk: Talk, saved: bool) -> None:
    """The call cannot go on unrecorded: no further recording, and a person instead."""
    talk.note("stop_recording")
    if talk.state.step == "ended" or not saved:
        goodbye(talk, "recording declined")
        return
    talk.say("do_not_record_done")
    offer_person(talk, "do_not_record")
