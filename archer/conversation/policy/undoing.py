"""Words of undoing, once something is arranged or while it is being set up: cancel it, or ask whether that is meant.

What somebody takes back in the same call is cancelled at once and said to be; a "wait" or "that's wrong" is asked
about, so that nobody loses an arrangement by a word to somebody else.
"""

import re
from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy.everyday import ACCOUNT_REQUESTS
from archer.conversation.policy.evidence import FAMILY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.people import to_person
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk

_THING = r"(?:plan|payments?|link|transfer|arrangement|extension|promise|debit|withdrawal|order|whole thing|thing)"
_THAT = (
    rf"(?:(?:it|that|this|everything|all of (?:it|that)|any of (?:it|that))(?=\W*(?:$|[.,;!?]|{_THING}\b|(?:any ?more|"
    rf"after all|at all|now|right now|please|again|up|back|for me|through|out|yet|with|from)\b))|(?:the|my|this|that) "
    rf"(?:\w+ )?{_THING})"
)
_TAKES_BACK = re.compile(
    rf"(?<!don't )(?<!do not )(?<!not )\b(?:cancel|undo|void|revoke|reverse|scrap|withdraw) {_THAT}"
    r"|\btake (?:it|that|this|my word|my yes)(?: all)? back\b|\bcall (?:it|that|the whole thing) off\b"
    r"|\b(?:do not|don'?t)(?: you)? (?:do|send|set|take|charge|debit|book|process|pull|make|go ahead with|put) "
    rf"(?:me )?{_THAT}"
    r"|\bchanged my mind\b|\bhav(?:e|ing) second thoughts\b"
    r"|\b(?:i|we) (?:did not|didn'?t|never) (?:really )?(?:agreed?|say yes|said yes|authori[sz]ed?|consent(?:ed)?|"
    rf"(?:want(?:ed)?|mean|meant|ask(?:ed)? for) {_THAT})"
    rf"|\b(?:do not|don'?t) want (?:to do )?{_THAT}"
    r"|\bnot what i (?:wanted|said|agreed|asked|meant)\b"
    rf"|\bstop (?:the|that|this) (?:\w+ )?{_THING}",
    re.I,
)
_NO_WISH = re.compile(
    r"^\W*(?:(?:and|so|but|okay|ok|well)\W+)*(?:how|what if|what happens|when|can i|could i|may i)\b|\bif (?:i|we)\b"
    r"|\b(?:later|in the future|any ?time|some day)\b|\b(?:card|account|appointment|subscription|recurring)\b",
    re.I,
)
"""Somebody asks how it could be undone one day, or speaks of something else."""
_STARTLED = re.compile(
    r"^\W*(?:(?:no|nope|nah|wait|stop|hold on|hang on|hold up|hey|whoa|oh|sorry|please|actually|"
    r"a (?:second|minute|moment)|"
    r"one (?:second|minute|moment)|don'?t|not yet|that'?s (?:wrong|not right|not correct|incorrect|not it)|"
    r"that is (?:wrong|not right|incorrect)|it'?s wrong)\b\W*)+$",
    re.I,
)
_IS_WRONG = re.compile(
    r"\bthat(?:'?s| is) (?:wrong|not right|not correct|incorrect)\b|\b(?:no\W+wait|wait\W+no)\b", re.I
)
_OF_CALLS = re.compile(r"\b(?:call\w*|phon\w+|ring\w*|contact\w*|bother\w*|text\w*)\b", re.I)


_BARE_STOP = re.compile(r"^\W*(?:(?:no|wait|please)\W+)*stop(?:\W+(?:please|stop|no|wait))*\W*$", re.I)


def stops(talk: Talk, hearing: Hearing) -> bool:
    """A bare "stop" while it was being set up: it is cancelled first, and then heard as what else it means."""
    if not talk.state.arranged or not _BARE_STOP.match(hearing.text):
        return False
    _void(talk)
    return True


def substantial(hearing: Hearing) -> bool:
    """Said while an arrangement is being set up, it is to be heard afterwards; an "okay" or "thanks" is not."""
    return hearing.intent not in ("affirm", "thanks") or _clearly(hearing)


def takes_back(talk: Talk, hearing: Hearing) -> bool:
    """The words undo what was arranged in this call, or perhaps do."""
    return bool(talk.state.arranged) and (_clearly(hearing) or _perhaps(hearing, in_flight=False))


def hear(talk: Talk, hearing: Hearing, *, in_flight: bool = False) -> bool:
    """Cancel what was arranged, or ask about it; False when the words undo nothing.

    `in_flight`: they were said while it was being set up, so that a bare "no" or "wait" is about that.
    """
    state = talk.state
    if not state.arranged or not talk.open:
        return False
    if state.step == "check" and state.checking == "undo":
        return _answered(talk, hearing)
    if state.step != "anything_else":
        return False
    if _clearly(hearing) and not (_NO_WISH.search(hearing.text) and not in_flight):
        _void(talk)
    elif _clearly(hearing) or _perhaps(hearing, in_flight=in_flight):
        state.checking = "undo"
        talk.aside("check")
        reask(talk)
    else:
        return False
    return True


def _clearly(hearing: Hearing) -> bool:
    return bool(_TAKES_BACK.search(hearing.text)) and not _is_right(hearing)


def _perhaps(hearing: Hearing, *, in_flight: bool) -> bool:
    if _is_right(hearing):
        return False
    if in_flight:
        return bool(_STARTLED.match(hearing.text))
    return bool(_IS_WRONG.search(hearing.text)) and hearing.intent not in ACCOUNT_REQUESTS


def _is_right(hearing: Hearing) -> bool:
    """A right that is more than a "stop" or "that's wrong" about what was set up."""
    if hearing.right == "cease_contact":
        return bool(_OF_CALLS.search(hearing.text)) or not _TAKES_BACK.search(hearing.text)
    if hearing.right == "dispute_debt":
        return bool(FAMILY["of_debt"].search(hearing.text))
    return hearing.right is not None


def _answered(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "shall I cancel it?"."""
    if _is_right(hearing) or (hearing.yes_no is None and not _clearly(hearing)):
        return False
    talk.state.checking = None
    talk.go(talk.home())
    if hearing.yes_no is True or _clearly(hearing):
        _void(talk)
    else:
        talk.say("kept_in_place")
        reask(talk)
    return True


def _void(talk: Talk) -> None:
    talk.note("taken_back")
    talk.use("void_arrangement", {}, "undone")


def after_undone(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Cancelled: say so and ask what would work instead. When that is not known, a person at once."""
    state = talk.state
    if not done.ok:
        talk.say("undo_unknown")
        to_person(talk, "change_arrangement")
        return
    forget(talk)
    talk.say_tool(done.say or "That is cancelled; nothing is set up now.", "tool.undone", interruptible=False)
    state.proposal = state.offer = state.suggestion = None
    talk.go("negotiate")
    reask(talk)


def forget(talk: Talk) -> None:
    """Nothing of this call is in force any more."""
    talk.state.arranged, talk.state.in_force, talk.state.rest = None, [], None
