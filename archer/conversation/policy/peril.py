"""Danger to a person: thoughts of suicide, an emergency, violence at home (words: peril.toml).

High recall counts for more here than anywhere else in the call, yet figures of speech stay what they are: "this bill is
killing me", "I want to end this", "my boss would kill me". A first look at the raw text spares every other turn the
second one.
"""

import re
import tomllib
from importlib import resources
from typing import Literal

from archer.conversation.intents.text import words
from archer.conversation.policy.evidence import pattern

Peril = Literal["suicide", "emergency", "violence"]

_WORD = re.compile(r"[a-z0-9]+")
_KIN = (
    r"(?:husband|wife|partner|boyfriend|girlfriend|fiance|spouse|ex|father|mother|dad|mom|son|daughter|brother|sister|"
    r"roommate|uncle|stepdad|stepfather)"
)
_OFF = (
    r"(?: (?:any more|no more|tomorrow|again|at all|now|right now|today|man|honestly))?"
    r"(?=$| (?:and|but|so|i|please|or|because|it|you|than|man|if)\b)"
)
_WILL = (
    r"(?:going to|want to|will|might|could|about to|thinking (?:about|of)|think (?:about|of)|thoughts? of|ready to|"
    r"plan\w* (?:to|on)|been|tried to|need to|like)"
)


def _compiled(listed: str) -> re.Pattern[str]:
    return pattern(listed.replace("KIN", _KIN).replace("OFF", _OFF).replace("WILL", _WILL), whole=False)


_LISTS = tomllib.loads(resources.files(__package__).joinpath("peril.toml").read_text("utf-8"))
_TELLING = frozenset(_LISTS["look"]["words"].split())
_PAIRS = tuple((frozenset(one.split()), frozenset(other.split())) for one, other in _LISTS["look"]["pairs"])
_SIGNS: dict[Peril, tuple[re.Pattern[str], re.Pattern[str]]] = {
    kind: (_compiled(_LISTS[kind]["words"]), _compiled(_LISTS[kind]["not"]))
    for kind in ("suicide", "emergency", "violence")
}
_FIGURE = re.compile(r"\bend it all\b|\bending (?:it|things)\b")
_OF_DEBT = re.compile(r"\b(?:pay|paying|paid|settle|loan|balance|account|deal|call|bank)\b")
"""Said of a debt or a call, "end it all" means no more than that."""


def peril_in(text: str) -> Peril | None:
    """The danger that somebody speaks of as his own or as near; None for all the rest."""
    found = frozenset(_WORD.findall(text.lower()))
    if _TELLING.isdisjoint(found) and all(one.isdisjoint(found) or other.isdisjoint(found) for one, other in _PAIRS):
        return None
    said = " ".join(words(text))
    if _OF_DEBT.search(said):
        said = _FIGURE.sub(" ", said)
    for kind, (signs, others) in _SIGNS.items():
        if signs.search(said) and not others.search(said):
            return kind
    return None
