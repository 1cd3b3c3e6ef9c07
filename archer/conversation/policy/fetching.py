"""Who goes to get something, or somebody, is waited for."""

from archer.conversation.policy import evidence
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk

_CERTAIN = 0.95
"""What the classifier is as sure of as this is no pause."""


def fetching(talk: Talk, hearing: Hearing) -> None:
    """Who fetches what is asked for, or the person, or has her in the next room, ends no call."""
    if talk.state.step == "verify" and hearing.digit_count < 4 and _looks(hearing):
        hearing.take("hold", 0.9)
        return
    if hearing.label != "third_party" or talk.order.claimed or evidence.FAMILY["message"].search(hearing.text):
        return
    if evidence.FAMILY["fetches"].search(hearing.text):
        hearing.take("hold", 0.95)
    elif talk.state.step == "person" and evidence.FAMILY["near"].search(hearing.text):
        hearing.take("negate", 0.9)  # nobody has said yet whether she can come to the phone


_NO_PAUSE = frozenset(
    {"busy_now", "out_of_scope", "unclear", "repeat", "negate", "affirm", "goodbye", "request_callback"}
)
"""What "hang on, it's in my other coat" is easily taken for."""


def _looks(hearing: Hearing) -> bool:
    """ "I need my glasses", "hang on, it's in my other coat"."""
    if (hearing.confidence >= _CERTAIN and hearing.label != "busy_now") or "?" in hearing.text:
        return False
    if evidence.FAMILY["looks_for"].search(hearing.text):
        return True
    return hearing.asks_to_wait and (not hearing.sure or hearing.label in _NO_PAUSE) and hearing.later is None
