"""What a turn says to the question for the factors, in view of what the call has heard of them."""

import re

from archer.conversation.policy import factors
from archer.conversation.policy.factors import NONE, Factors
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk

_ALREADY = re.compile(
    r"\b(?:same|already|told you|(?:i|like i|just) said|gave (?:you|it|them|all|that|those)|"
    r"the other one'?s? (?:was |is )?(?:right|fine|correct))\b",
    re.I,
)
_DIGITS = 4
_OF_TIME = frozenset({"request_callback", "busy_now"})


def heard(talk: Talk, hearing: Hearing) -> Factors:
    """The factors in a turn; two numbers that may as well be a time of day are none."""
    state = talk.state
    torso = state.torso if state.torso_turn == state.turns - 1 else ""
    found = hearing.factors
    if state.last_four or state.postal_code or torso:
        found = factors.of(hearing.text, talk.clock.country, state.last_four, state.postal_code, torso)
    if found.postal_code or not found.last_four or hearing.digit_count >= _DIGITS:
        return found
    return NONE if hearing.proposes_time or hearing.intent in _OF_TIME else found


def keep_torso(talk: Talk, found: Factors) -> None:
    """Remember where a turn broke off in a factor, for the next turn only."""
    state = talk.state
    state.torso, state.torso_turn = found.torso, state.turns


def take(talk: Talk, found: Factors, *, repeats: bool = False) -> None:
    """Take down what was heard.

    After an attempt that failed, a factor that is named or corrected stands beside the other one of that attempt; so
    does one whose fellow the caller says to have given (`repeats`).
    """
    state = talk.state
    state.last_four = found.last_four or state.last_four
    state.postal_code = found.postal_code or state.postal_code
    if not state.tried or not (found.meant or repeats):
        return
    four, code = state.tried
    if not state.last_four and state.postal_code and state.postal_code != code:
        state.last_four = four
    elif not state.postal_code and state.last_four and state.last_four != four:
        state.postal_code = code


def says_given(hearing: Hearing) -> bool:
    """ "I said it already." """
    return hearing.digit_count < _DIGITS and bool(_ALREADY.search(hearing.text))
