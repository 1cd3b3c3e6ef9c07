"""What is said of calls that is no plain wish for none: a question what follows, a condition, a part, a complaint.

"Does this stop the calls?" asks, and "when I pay, you quit calling" hangs on something: whether all calls are to end is
asked then, and nothing that was agreed gets lost by it. A plain "stop calling me" is obeyed at once (C-01). Words:
calls.toml.
"""

import re
import tomllib
from importlib import resources

from archer.conversation.policy.evidence import pattern
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk

_LISTS = tomllib.loads(resources.files(__package__).joinpath("calls.toml").read_text("utf-8"))
_STANDS = {
    "STOPS": pattern(_LISTS["stops"]["words"], whole=False).pattern,
    "DONE": pattern(_LISTS["done"]["words"], whole=False).pattern,
    "NEAR ": "[^.?!]{0,40}",
}


def _compiled(name: str, of: str = "words") -> re.Pattern[str]:
    listed = str(_LISTS[name][of])
    for word, stands in _STANDS.items():
        listed = listed.replace(word, stands)
    return pattern(listed, whole=False)


_ASKS, _PART, _BEGIN = _compiled("asks"), _compiled("part"), _compiled("begin")
_PLAINLY, _HANGS = _compiled("plainly"), _compiled("plainly", "not")
_NO_CALL_BACK, _FOR_GOOD = _compiled("no_call_back"), _compiled("no_call_back", "not")
_CALLED, _NOT_CALLED = _compiled("called"), _compiled("called", "not")
_ODD, _AT_JOB = _compiled("called", "odd"), _compiled("called", "job")
_RECORDED = _compiled("recorded")
_COMPLAINS = re.compile(r"\bcomplain", re.I)
_IF = re.compile(r"\b(?:if|unless)\b", re.I)
_TELLING = re.compile(r"call|alone|\boff\b|ph[o0]n|ring\b|rang\b|wok|wak|blowing|bother|record", re.I)
"""Without one of these nothing is said of calls."""
_OF_CALLS = frozenset({"cease_contact", "request_callback", "promise_to_pay"})
_NOT_COMPLAINT = frozenset({"identity_confirmed", "dispute_debt", "already_paid"})
ASKED = 0.45
"""Sure enough to be asked about, and not to be acted on."""


def read(talk: Talk, hearing: Hearing) -> None:
    """Take words about calls for what they are."""
    text = hearing.text
    if not _TELLING.search(text):
        return
    if hearing.label == "do_not_record" and _RECORDED.search(text):
        hearing.take("cease_contact", 0.9)  # no calls by a recorded voice; nothing is said against being recorded
    elif talk.state.step == "callback" and hearing.label == "cease_contact" and _only_this(text):
        hearing.take("request_human" if _COMPLAINS.search(text) else "negate", 0.9)
    elif hearing.label in _OF_CALLS and not hearing.only_some_times and asks(text):
        hearing.take("cease_contact", ASKED)
    elif hearing.label not in _NOT_COMPLAINT and hearing.right is None and _complains(text):
        at_job = _AT_JOB.search(text)
        hearing.take("cease_contact" if at_job else "frustrated", 0.9)
        hearing.mood = "" if at_job else "complains"


def asks(text: str) -> bool:
    """Whether all calls are to end is open, and worth a question."""
    if _PART.search(text):
        return True
    plainly = _PLAINLY.search(text) and not _HANGS.search(text)
    return bool(_ASKS.search(text)) and not plainly


def agreed_before(hearing: Hearing) -> Hearing | None:
    """The explicit yes that comes before words about calls; None when there is none."""
    found = _BEGIN.search(hearing.text)
    if found is None or _IF.search(found[0]):
        return None
    lead = hearing.text[: found.start()].strip(" ,.;")
    heard = hearing.only(lead) if lead else None
    return heard if heard is not None and heard.explicit_yes and heard.says_yes else None


def _only_this(text: str) -> bool:
    """The call that was offered is not wanted; nothing is said of any other."""
    return bool(_NO_CALL_BACK.search(text)) and not _FOR_GOOD.search(text)


def _complains(text: str) -> bool:
    """Of calls that were made, at odd hours or too many."""
    called = _CALLED.search(text) and not _NOT_CALLED.search(text)
    return bool(called and (_ODD.search(text) or _AT_JOB.search(text)))
