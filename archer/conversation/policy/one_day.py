"""One payment on one day, and no parts of it: "I can do it in about three weeks", "put me down for ten May"."""

import re

from archer.conversation.policy import evidence
from archer.conversation.policy.bare_month import DAY_OF_MONTH
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk

_FROM_DAY = re.compile(r"\b(?:an?|one|two|three|\d+) (?:day|week|month)s? from (?:today|now|tomorrow|\w+day)\b", re.I)
"""A day told by how far off it is; "two hundred a week from today" is one payment."""
_IN_WEEKS = re.compile(
    r"\b(?:in|within) (?:about |like |maybe |around |roughly |say |just |probably |another )*"
    r"(?:(?:an?(?:other)?|a couple(?: of)?|a few|one|two|three|four|five|ten|\d+) (?:more |or (?:so |two )?)?"
    r"(?:days?|weeks?|fortnights?)|a month)\b",
    re.I,
)
"""The same in so many days or weeks: "in three weeks" is no plan over three months."""
_OF_PLAN = re.compile(
    r"\b(?:plan\w*|arrangement|every|each|times|weekly|biweekly|half|part\w*|some|little|rest|between|payments|"
    r"(?:split|spread|divid|break|space)\w*)\b",
    re.I,
)


def on_one_day(talk: Talk, hearing: Hearing) -> bool:
    """What looks like a plan or an offer is a single payment on a later day."""
    text, plan = hearing.text, hearing.label == "payment_plan"
    if not plan and hearing.label != "offer_amount":
        return False
    if _alone(_FROM_DAY, text):
        return True
    if (
        not plan
        or (hearing.months is not None and not DAY_OF_MONTH.search(text))
        or evidence.FIRST_PAYMENT.search(text)
    ):
        return False
    return _alone(_IN_WEEKS, text) or _named(talk, hearing)


def _alone(day: re.Pattern[str], text: str) -> bool:
    """Such a day is there, and without it no word of parts."""
    rest = day.sub("", text)
    return rest != text and not evidence.FAMILY["parts"].search(rest)


def _named(talk: Talk, hearing: Hearing) -> bool:
    if talk.state.step != "negotiate" or hearing.later is None:
        return False
    families = (evidence.FAMILY["parts"], evidence.FAMILY["wants_parts"], _OF_PLAN)
    return not any(family.search(hearing.text) for family in families)
