"""What the stand-in answers when it plays a customer (`local.callers.played`): it pays by a link, whatever its role.

No understanding of the role to speak of; it takes the facts from it and answers questions by the rules of a scripted
caller. Enough to see that callers who are played by a model can be.
"""

import re
from collections.abc import Sequence
from typing import Any

from local.callers.cues import paying
from local.callers.engine import Caller
from local.callers.persona import Customer, Persona

_NAME = re.compile(r"Your name: (.+)")
_LAST_FOUR = re.compile(r"Last four digits of your account: (\w+)")
_POSTAL_CODE = re.compile(r"Your postal code: (.+)")
_FAREWELL = re.compile(r"good ?bye", re.IGNORECASE)
_LATER = 3.0
"""Seconds of silence after which a scripted caller has made up his mind, and has not yet lost patience."""


def customer_says(messages: Sequence[dict[str, Any]]) -> str:
    """The next words of the role that the first message gives, to the last message."""
    role, said = str(messages[0].get("content") or ""), str(messages[-1].get("content") or "")
    name, last_four, postal_code = (pattern.search(role) for pattern in (_NAME, _LAST_FOUR, _POSTAL_CODE))
    customer = Customer()
    if name and last_four and postal_code:
        customer = Customer(name=name[1].strip(), account_last_4=last_four[1], postal_code=postal_code[1].strip())
    caller = Caller(Persona("stand-in", "", rules=paying("link by text message"), customer=customer))
    caller.pick_up(0.0)
    caller.hear(said, 0.0, new_utterance=True)
    reply = caller.poll(_LATER)
    if reply is not None and reply.say:
        return reply.say
    return "[hang up]" if _FAREWELL.search(said) else "[silence]"
