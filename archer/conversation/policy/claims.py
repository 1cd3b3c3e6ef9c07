"""Whether the caller says to be the person asked for: "speaking", "this is she", a name."""

import re

from archer.conversation.policy import evidence
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk


def speaks(talk: Talk, text: str) -> bool:
    """ "Speaking!", "this is she", "Jordan here": the words of the person asked for, with a story behind them."""
    said = text.lstrip(" ,.!-")
    lead = evidence.FAMILY["leads_in"].match(said)
    if evidence.FAMILY["speaks"].match(said, lead.end() if lead else 0):
        return True
    named = re.match(r"\W*(?:\w+ ){1,2}(?:speaking|here)\b", text)
    return bool(named and names(talk, named[0]) and not evidence.FAMILY["relation"].search(text))


def claims_too(talk: Talk, hearing: Hearing) -> bool:
    """Beside what else is said: "who's this? Yeah, this is Jordan." """
    return (
        hearing.also_me
        or speaks(talk, hearing.text)
        or bool(evidence.FAMILY["is_me"].search(hearing.text) and names(talk, hearing.text))
    )


def names(talk: Talk, text: str) -> bool:
    """A part of the customer's name is there, a nickname or a slip of recognition included."""
    spoken = re.findall(r"[a-z]{3,}", text.lower())
    parts = re.findall(r"[a-z]{3,}", talk.session.customer_name.lower())
    return any(word[:3] == part[:3] for word in spoken for part in parts)
