"""What a model must not say beside what the guardrail refuses: that something has happened which no tool has done
("I've set up your payment"), and what it was told in confidence.

Rule I-21 and the contract of the tools: what is prepared is not done. Claims are asked about only while nothing is
arranged. A model that reads out its rules has been talked into it; the caller hears what he can be helped with.
"""

import re

from agent.llm.prompting import RULES

NOTHING_DONE = "Nothing has been set up yet."
NOT_ABOUT_ME = "I can't go into how I work, but I am glad to help with your account."
_RECITED_WORDS = 7
"""So many words in a row as in the rules are no chance."""

_DONE = (
    r"(?:set up|scheduled|arranged|confirmed|processed|sent|booked|submitted|completed|finali[sz]ed|approved|waived|"
    r"cancel+ed|reduced|cleared|charged|paid off|all set|in place|gone through|taken care of|settled)"
)
_ALREADY = r"(?:\s+(?:now|already|just|all|successfully|officially|been))*"
_THING = (
    r"(?:payment plan|payment|plan|payment link|link|text message|transfer|arrangement|promise|due date|extension|"
    r"balance|account|fees?|debt|call ?back|settlement)"
)
_CLAIM = re.compile(
    rf"\b(?:i(?:'ve|’ve| have)|we(?:'ve|’ve| have)){_ALREADY}\s+{_DONE}\b"
    rf"|\b(?:it|that|everything|this|(?:your|the) {_THING})(?:'s|’s| is| are| has| have| was| were)"
    rf"{_ALREADY}\s+{_DONE}\b"
    rf"|\byou(?:'re|’re| are){_ALREADY}\s+all set\b|\bconsider it done\b|\bthe (?:payment|transfer) went through\b",
    re.IGNORECASE,
)
_NOT_A_CLAIM = re.compile(
    r"\b(?:once|if|when|after|until|before|as soon as|unless|not|never|nothing|whether)\b|n['’]t\b|\?", re.IGNORECASE
)


def unfounded_claim(sentence: str) -> str | None:
    """The words that claim a deed, None when the sentence claims none."""
    found = _CLAIM.search(sentence)
    if found is None or _NOT_A_CLAIM.search(sentence):
        return None
    return found.group()


def _runs(text: str) -> list[str]:
    words = re.findall(r"[a-z']+", text.lower())
    return [" ".join(words[n : n + _RECITED_WORDS]) for n in range(len(words) - _RECITED_WORDS + 1)]


_CONFIDENTIAL = frozenset(_runs(RULES))


def recited(sentence: str) -> str | None:
    """The words that come straight from the model's rules, None when there are none."""
    return next((run for run in _runs(sentence) if run in _CONFIDENTIAL), None)
