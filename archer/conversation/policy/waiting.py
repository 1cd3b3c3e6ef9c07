"""What the caller says while a tool is awaited: heard once it has answered, if it is worth it."""

from archer.conversation.policy import danger, undoing
from archer.conversation.policy.everyday import ACCOUNT_REQUESTS
from archer.conversation.policy.hearing import RIGHTS, Hearing
from archer.conversation.policy.talk import Talk

WORTH_WAITING_FOR = (
    RIGHTS
    | frozenset(ACCOUNT_REQUESTS)
    | {"goodbye", "scam_suspicion", "are_you_ai", "busy_now", "request_callback", "frustrated", "emergency"}
)
"""Said while a tool was awaited, these are answered afterwards; an "okay" or "thanks" is not."""


def said_meanwhile(talk: Talk, text: str) -> None:
    """Something was said while a tool is awaited: kept for afterwards, unless it must not be kept."""
    hearing = Hearing(text, None, talk.understanding, talk.clock)
    if hearing.card_digits:
        talk.note("card_digits_spoken")
        talk.say("card_digits")
        return
    confirming = talk.state.pending is not None and talk.state.pending.name == "confirm_arrangement"
    worth = hearing.intent in WORTH_WAITING_FOR or (confirming and undoing.substantial(hearing))
    if danger.while_waiting(talk, hearing) or worth:
        talk.state.queue = [*talk.state.queue, text][-3:]
    talk.say("one_moment")
