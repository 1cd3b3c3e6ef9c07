"""Yes or no, from what was answered and, where it is known, to which question.

Rules: "si" and "oui" count; maybe, it depends and a counter-question are no answer; what was said last counts.
After "do you mind …" a no allows, so it is a yes to the request.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from archer.conversation.slots.answer_signs import Sign, read_signs
from archer.conversation.slots.answers import AFTER_ANYTHING_ELSE

_MIND = re.compile(r"\b(do|would|will) you mind\b|\bany objections?\b|\bobject to\b|\bis it a problem\b|\bbother you\b")
_ELSE = re.compile(r"\b(anything else|something else|any (other|more|further) (questions?|help)|else i can)\b")
_MINDS = re.compile(r"\b(i do mind|i would mind|i'd mind|yes i mind|rather you (didn't|not)|please don't|don't do)\b")
_ALLOWS = re.compile(r"\b(go ahead|sure|of course|fine|okay|ok|all right|alright|no problem|please do|go for it)\b")
_DOES_NOT_ALLOW = re.compile(r"\b(not|isn't) (fine|okay|ok|all right|alright)\b")
_CLEAR = frozenset({Sign.YES, Sign.NO})


def extract(text: str, context: Mapping[str, Any]) -> bool | None:
    """True, False, or None when the answer is open. `context["question"]` is what the agent asked."""
    question = str(context.get("question") or "").lower().replace("’", "'")
    spoken = text.lower().replace("’", "'").replace("-", " ").strip()
    if _ELSE.search(question) and AFTER_ANYTHING_ELSE.search(" ".join(re.findall(r"[a-zà-ÿ']+", spoken))):
        return False
    signs = read_signs(spoken)
    verdict = _decide(signs)
    return _permission(spoken, signs, verdict) if _MIND.search(question) else verdict


def _decide(signs: Sequence[Sign]) -> bool | None:
    """The last clear sign, unless maybe clouds it; after "actually" or "but" what follows decides."""
    if Sign.INSTEAD in signs:
        last = len(signs) - 1 - signs[::-1].index(Sign.INSTEAD)
        after = _decide(signs[last + 1 :])
        return _decide(signs[:last]) if after is None and Sign.MAYBE not in signs[last:] else after
    if Sign.BUT in signs:
        at = signs.index(Sign.BUT)
        if any(sign in _CLEAR for sign in signs[:at]) and Sign.MAYBE not in signs[:at]:
            return _decide(signs[:at])
        after = _decide(signs[at + 1 :])
        return _decide(signs[:at]) if after is None else after
    if Sign.MAYBE in signs:
        return None
    clear = [sign for sign in signs if sign in _CLEAR]
    if clear:
        return clear[-1] is Sign.YES
    if Sign.OPEN in signs:
        return None
    if Sign.WEAK_YES in signs:
        return True
    return False if Sign.DENIED in signs else None


def _permission(spoken: str, signs: Sequence[Sign], verdict: bool | None) -> bool | None:
    """The answer to "do you mind": no and a friendly word allow, a plain yes minds."""
    if _MINDS.search(spoken):
        return False
    if _ALLOWS.search(spoken) and not _DOES_NOT_ALLOW.search(spoken):
        return True
    if re.search(r"\b(yes|yeah|yep|yup)\b", spoken) and verdict is True:
        return False
    if verdict is False and Sign.OPEN not in signs:
        return True
    return verdict
