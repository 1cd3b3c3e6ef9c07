"""The ways out to a person: connect now, call back later, or the number to call; and how a call ends.

Rules I-24 (a person on request, at most one clarification), C-09 (callback), I-01 (the number is given).
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from archer.conversation.events import ToolDone
from archer.conversation.policy.evidence import WEEKDAY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.paydays import some_day
from archer.conversation.policy.steps import reask, spoken_day, spoken_when, today
from archer.conversation.policy.talk import Talk
from archer.conversation.quiet_times import is_quiet

_NOW = re.compile(r"\b(?:right now|now is (?:fine|good|okay|ok)|go ahead now|let's (?:talk|do it) now)\b", re.I)
_NOTICE = timedelta(minutes=30)
"""Nobody who asks to be called later is called sooner than that."""
_OUTCOME_OF_REASON = {"hardship": "hardship_referred", "system_trouble": "error"}


def to_person(talk: Talk, reason: str) -> None:
    """See whether somebody is free; who was tried in vain is not tried again."""
    talk.state.reason = reason
    if not talk.state.person_tried:
        talk.use("transfer_to_agent", {"reason": reason}, "transfer")
    elif talk.state.step == "callback":
        give_number(talk)
    else:
        ask_for_time(talk)


def offer_person(talk: Talk, reason: str) -> None:
    """Ask whether a person is wanted; straight to it when that was asked before."""
    if talk.state.person_tried or talk.state.step == "offer_person":
        to_person(talk, reason)
        return
    talk.state.reason = reason
    talk.aside("offer_person")
    reask(talk)


def after_transfer(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Somebody is free: connect. Nobody: offer to call back."""
    if done.ok and done.data.get("available") is True:
        talk.say("connecting")
        talk.transfer(talk.state.reason)
        return
    talk.state.person_tried = True
    talk.say("nobody_free" if done.ok else "nobody_reached")
    ask_for_time(talk)


def ask_for_time(talk: Talk) -> None:
    """Ask when to call instead."""
    talk.aside("callback")
    talk.state.suggestion = talk.state.callback_day = None
    reask(talk)


def callback_wanted(talk: Talk, hearing: Hearing, reason: str) -> None:
    """The caller wants to be called at another time: book it if he named one, else ask."""
    talk.state.reason = reason
    if hearing.later is not None and (hearing.label != "busy_now" or hearing.proposes_time):
        _settle(talk, hearing, hearing.later)
    else:
        ask_for_time(talk)


_ANY_HOUR = re.compile(
    r"\b(?:any ?time|whenever|all day|any hour|(?:what|which)ever (?:time|hour|works|suits|you)|no matter when|"
    r"some ?time|at some point|(?:don'?t|doesn'?t) (?:care|mind|matter)|up to you|you (?:tell|choose|pick|decide))\b",
    re.I,
)


def _settle(talk: Talk, hearing: Hearing, moment: str | dict[str, str]) -> None:
    """Book what was named; of a day alone the hour is asked for, once, unless the caller has said what suits him."""
    state = talk.state
    day_alone = isinstance(moment, dict) and "part" not in moment and moment["date"] > today(talk).isoformat()
    if not day_alone or state.quiet or state.said.get("callback_hour") or _ANY_HOUR.search(hearing.text):
        _book(talk, moment)
        return
    talk.aside("callback")
    state.week = str(moment["date"]) if isinstance(moment, dict) and some_day(hearing) else state.week
    state.suggestion, state.callback_day = None, str(moment["date"]) if isinstance(moment, dict) else None
    reask(talk)


def book_day(talk: Talk) -> bool:
    """Book the day that was named, at an hour of ours; False when none is open."""
    day = talk.state.callback_day
    if day is not None:
        _book(talk, {"date": day})
    return day is not None


_NO_CALL = re.compile(
    r"\b(?:never ?mind|forget (?:it|about it|that)|don'?t (?:bother|call|want)|no (?:calls?|need))\b", re.I
)


def _hear_hour(talk: Talk, hearing: Hearing, day: str) -> None:
    """The answer to "at what time on that day?": the day is wanted, and booked whatever else is made of the hour."""
    moment = hearing.moment_on(day)
    if moment is not None:
        _book(talk, _in_week(talk.state.week, moment) if WEEKDAY.search(hearing.text) else moment)
    elif _NO_CALL.search(hearing.text):
        goodbye(talk, "no_callback_wanted")
    else:
        book_day(talk)


def _in_week(monday: str | None, moment: str | dict[str, str]) -> str | dict[str, str]:
    """ "Wednesday at ten", after "next week": the Wednesday of that week, and not one that comes before it."""
    named = moment if isinstance(moment, str) else moment["date"]
    if monday is None or named[:10] >= monday:
        return moment
    moved = (date.fromisoformat(named[:10]) + timedelta(days=7)).isoformat()
    return moved + moment[10:] if isinstance(moment, str) else {**moment, "date": moved}


def hear_callback(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "when may we call?"."""
    suggestion, day = talk.state.suggestion, talk.state.callback_day
    if _NOW.search(hearing.text) and hearing.yes_no is not False:
        talk.go(talk.home())
        reask(talk)
    elif suggestion and hearing.yes_no is True:
        _book(talk, suggestion)
    elif day and not suggestion:
        _hear_hour(talk, hearing, day)
    elif suggestion and (moment := hearing.moment_on(suggestion[:10])) is not None:
        _book(talk, moment)
    elif isinstance(hearing.moment, dict) or hearing.later is not None:
        _settle(talk, hearing, hearing.moment or {})
    elif suggestion and hearing.yes_no is False:
        talk.state.suggestion = talk.state.callback_day = None
        reask(talk)
    elif hearing.intent in ("negate", "busy_now", "goodbye", "thanks", "refuse_to_pay"):
        goodbye(talk, "no_callback_wanted")
    elif hearing.intent in ("affirm", "request_callback", "identity_confirmed"):
        talk.say("when_unclear")
        reask(talk)
    else:
        return False
    return True


def _book(talk: Talk, moment: str | dict[str, str]) -> None:
    talk.state.callback_day = None
    when = {"at": moment} if isinstance(moment, str) else _with_part(talk, dict(moment))
    talk.use("schedule_callback", {**when, "reason": talk.state.reason}, "callback")


_PART_HOURS = {"morning": 10, "afternoon": 14, "evening": 18}
"""The hour that `schedule_callback` takes for each part of a day; the first is taken where no part is named."""


def _with_part(talk: Talk, when: dict[str, str]) -> dict[str, str]:
    """A day without an hour: its first part that lies ahead and at which the caller minds no call."""
    if "part" in when:
        return when
    day, zone = date.fromisoformat(when["date"]), ZoneInfo(talk.session.customer_timezone)
    soonest = talk.session.now + _NOTICE
    for part, hour in _PART_HOURS.items():
        moment = datetime.combine(day, time(hour), zone)
        if moment >= soonest and not is_quiet(talk.state.quiet, moment):
            return when if part == "morning" else {**when, "part": part}
    return when


def after_callback(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Booked, or another time, or the number to call."""
    if done.ok:
        when = spoken_when(talk, done.data.get("scheduled_for"), done.data.get("timezone"))
        if when:
            talk.say("callback_booked", when=when)
        else:
            talk.say("callback_booked_plain")
        talk.end(talk.state.arranged or "callback_scheduled", "callback booked")
        return
    talk.state.failures += 1
    if done.error == "outside_hours" and talk.state.failures < 3 and spoken_when(talk, done.data.get("suggestion")):
        talk.aside("callback")
        talk.state.suggestion = str(done.data["suggestion"])
        reask(talk)
    elif done.error == "not_allowed" and talk.state.failures < 3 and spoken_day(talk, done.data.get("limit")):
        talk.aside("callback")
        talk.say("callback_too_far", when=spoken_day(talk, done.data["limit"]))
        reask(talk)
    elif done.error in ("outside_hours", "invalid_arguments") and talk.state.failures < 3:
        talk.aside("callback")
        talk.say("when_unclear")
        reask(talk)
    else:
        talk.say("callback_failed")
        talk.end(outcome(talk), "callback could not be booked")


def hear_offer_person(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "would you like a person?"; a no returns to where the question came from."""
    if hearing.yes_no is True or hearing.intent == "request_human":
        to_person(talk, talk.state.reason)
    elif talk.state.reason == "do_not_record":  # the call cannot go on unrecorded, whatever else is said
        if hearing.yes_no is None and hearing.intent == "unclear" and talk.state.unclear == 0:
            return False
        goodbye(talk, "recording declined")
    elif hearing.yes_no is False and talk.state.reason == "representative":
        talk.say("third_party_message")
        talk.end("third_party", "somebody who acts for the person asked for")
    elif hearing.yes_no is False:
        talk.state.frustration = 0.0
        talk.go(talk.home())
        reask(talk)
    else:
        return False
    return True


def trouble(talk: Talk) -> None:
    """A tool did not answer twice: say so, claim nothing, find a person."""
    talk.say("system_trouble")
    to_person(talk, "system_trouble")


def give_number(talk: Talk) -> None:
    """The last way out: the number to call."""
    talk.say("call_us")
    talk.end(outcome(talk), "number given")


def goodbye(talk: Talk, reason: str) -> None:
    """Take leave with what was reached."""
    if talk.state.arranged:
        talk.say("farewell" if talk.verified else "goodbye")
    elif talk.state.options is not None and talk.open:
        talk.say("farewell_nothing")
    else:
        talk.say("goodbye")
    talk.end(outcome(talk), reason)


def outcome(talk: Talk) -> str:
    """The disposition of a call that ends without a special one."""
    return talk.state.arranged or _OUTCOME_OF_REASON.get(talk.state.reason, "hung_up")
