"""A second part: "a hundred today and the rest on the fourteenth", wanted in one breath, or once the first is arranged.

A payment and a promise for the rest may stand side by side (`tools.standing`); everything else that is agreed on takes
the place of what there was. What is meant here is only prepared: the tool's sentence says what stays and what goes.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.readings import settles
from archer.conversation.policy.state import Rest
from archer.conversation.policy.steps import decimal, today
from archer.conversation.policy.talk import Talk

_OF_REST = (
    r"(?:the|my|that|this) (?:rest|remain\w+|balance|difference|other (?:half|part|one|\w+(?: \w+)?)|"
    r"second (?:half|part|one|payment)|last (?:part|bit))"
    r"|(?:rest|remainder) of (?:it|that|the)|what(?:'?s| is) left|whatever(?:'?s| is) left|the other\b|another"
)
REST = re.compile(rf"\b(?:{_OF_REST})\b", re.I)
"""What is left, when a part of it is paid."""
_JOINT = re.compile(
    r"(?:[,;.]\s*|\s+)(?:and|then|plus|with|but|an)\b(?:\s+(?:then|i|maybe|also|like|just|pay|do|give|send|put|you|"
    r"have to|can|could|will|would|wanna|want to|i'?ll|i'?d|we|make|take))*\s+"
    r"(?=(?:the|my|another|that|this|\$?\d|half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred|what|whatever|rest)\b)"
    rf"|(?:[,;.]\s*|\s+)(?={_OF_REST})",
    re.I,
)
"""Where a second part may begin."""
_LEFT = re.compile(r"\b(?:only|just|it'?s|there'?s|that'?s|is) (?:\w+ ){1,5}left\b", re.I)
NOW = re.compile(r"\b(?:(?<!from )today|(?<!from )now|tonight|right away|this (?:morning|afternoon|evening))\b", re.I)
_SHARE = re.compile(r"\b(?:half|rest|third|quarter|all|everything)\b", re.I)
_SPREAD = re.compile(
    r"\b(?:over|split\w*|spread\w*|divid\w+|plan|break\b[^.?!]* (?:up|down)|monthly|"
    r"(?:a|per|each|every|every other|once a) (?:month|week)|months? plan|\w+ months|payments|"
    r"instal+ments?|months)\b",
    re.I,
)
"""Several payments, and not a second one."""
_INSTEAD = re.compile(
    r"\b(?:instead|rather|scratch|forget|cancel\w*|change|switch|replace|never ?mind|undo|take (?:it|that) back)\b",
    re.I,
)
_YES_FIRST = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|okay|ok|right|correct|that'?s right|i agree|fine|go ahead)\b"
    r"(?:\W+(?:yes|yeah|please|sir|ma'?am|that'?s (?:right|fine|good|correct)|i (?:do|agree|authorize it|authorize)|"
    r"okay|ok|do it|do that|go ahead|for the first))*",
    re.I,
)


@dataclass(frozen=True)
class Parts:
    """A first payment, or a promise when it is for a later day, and what is to follow."""

    first: Hearing
    rest: Rest


def parts(talk: Talk, hearing: Hearing) -> Parts | None:
    """Both parts, when a turn names two: each with an amount or as the rest, the second with words of later."""
    balance = decimal(talk.balance)
    if balance is None or _SPREAD.search(hearing.text) or settles(talk, hearing):
        return None
    for joint in _JOINT.finditer(hearing.text):
        first = hearing.only(hearing.text[: joint.start()])
        part = first.amount(talk.balance)
        if part is None or part >= balance or not (NOW.search(first.text) or first.later):
            continue
        rest = _rest(talk, hearing.only(hearing.text[joint.end() :]), balance - part)
        if rest is not None:
            return Parts(first, rest)
    return None


def _rest(talk: Talk, second: Hearing, left: Decimal) -> Rest | None:
    """What the second part names, None when it is none: so much on a later day, or all that is left."""
    named = second.amount(talk.balance)
    if not REST.search(second.text) and (named is None or named > left or second.later is None):
        return None
    counted = named is not None and named <= left and not _SHARE.search(second.text)
    return Rest(amount=f"{named:.2f}" if counted else None, date=_later(talk, second))


_WEEKS = re.compile(r"\b(an?|one|two|three|four|\d) (days?|weeks?|months?) from (?:today|now)\b", re.I)


def day_named(hearing: Hearing) -> str | None:
    """The day of the second part, ISO date; "two sixty two weeks from today" is an amount and a day."""
    told = _WEEKS.search(hearing.text)
    return hearing.only(f"in {told[1]} {told[2]}").day if told else hearing.day or hearing.span


def _later(talk: Talk, hearing: Hearing) -> str | None:
    day = day_named(hearing)
    return day if day and day > today(talk).isoformat() else None


def amount_left(talk: Talk) -> Decimal | None:
    """What no payment or promise of this call covers yet; None when nothing is arranged, or all of it is."""
    balance, standing = decimal(talk.balance), talk.state.in_force
    if balance is None or not standing or any(item.kind not in ("payment", "promise") for item in standing):
        return None
    left = balance - sum((decimal(item.amount) or Decimal(0) for item in standing), Decimal(0))
    return left if left > 0 else None


def uncovered(talk: Talk, kind: str) -> Decimal | None:
    """The most that an arrangement of this kind may come to beside the other one; None when there is no other one."""
    other = {"promise": "payment", "payment": "promise"}.get(kind)
    balance = decimal(talk.balance)
    beside = [decimal(item.amount) or Decimal(0) for item in talk.state.in_force if item.kind == other]
    if balance is None or not beside:
        return None
    left = balance - sum(beside, Decimal(0))
    return left if left > 0 else None


def fitted(talk: Talk, kind: str, hearing: Hearing | None, values: dict[str, Any]) -> dict[str, Any]:
    """What is wanted besides what is arranged already, with the amount that is left; else as it was wanted."""
    role = "promise" if kind == "promise" else "payment" if kind in ("full_payment", "partial_payment") else ""
    left = uncovered(talk, role)
    if left is None or hearing is None or values.get("besides") or _INSTEAD.search(hearing.text):
        return values
    amount, balance = decimal(values.get("amount")), decimal(talk.balance)
    of_rest = bool(REST.search(hearing.text))
    same = amount is not None and any(decimal(item.amount) == amount for item in talk.state.in_force)
    if role == "payment" and not of_rest and (amount is None or amount == balance):
        return values if amount else {**values, "besides": True}
    if amount is None or amount == balance or (of_rest and amount > left):
        return {**values, "amount": f"{left:.2f}", "besides": True}
    if amount > left or (same and not of_rest and amount != left):
        return values
    return {**values, "besides": True}


_ASKS_WHEN = re.compile(r"\b(?:when|what about|how about|what happens|what (?:do|would) (?:i|we) do)\b", re.I)


def asks_of_rest(talk: Talk, hearing: Hearing) -> bool:
    """ "Half, and the other half when?" of a part that was read out: a question, and no other wish."""
    prepared, balance = talk.state.prepared, decimal(talk.balance)
    amount = decimal(prepared.amount) if prepared and prepared.kind in ("partial_payment", "promise") else None
    if amount is None or balance is None or amount >= balance or hearing.later is not None:
        return False
    asks = REST.search(hearing.text) and _ASKS_WHEN.search(hearing.text)
    return bool(asks) and not _SPREAD.search(hearing.text)


def wants_rest(talk: Talk, hearing: Hearing) -> bool:
    """Something is arranged, and the turn is about what is left of the balance and when it can be paid."""
    left = amount_left(talk)
    if left is None or _SPREAD.search(hearing.text):
        return False
    return bool(REST.search(hearing.text) or _LEFT.search(hearing.text)) or hearing.amount(talk.balance) == left


def moves_promise(talk: Talk, hearing: Hearing) -> bool:
    """The promise that stands is meant, with another day or amount, and nothing beside it."""
    amount = hearing.amount(talk.balance)
    same = amount is not None and any(decimal(item.amount) == amount for item in talk.state.in_force)
    return bool(_INSTEAD.search(hearing.text)) or hearing.wants_change or (same and not REST.search(hearing.text))


def way_and_more(talk: Talk, hearing: Hearing) -> tuple[Hearing, Rest] | None:
    """ "The link, and the other two sixty in two weeks": a way to pay a part now, and a day for what is left."""
    proposal, balance = talk.state.proposal, decimal(talk.balance)
    first = decimal(proposal.amount) if proposal is not None and proposal.kind == "partial_payment" else None
    if first is None or balance is None or first >= balance or _SPREAD.search(hearing.text):
        return None
    for joint in _JOINT.finditer(hearing.text):
        way, more = hearing.only(hearing.text[: joint.start()]), hearing.only(hearing.text[joint.end() :])
        wanted = _rest(talk, more, balance - first) if way.method_asked else None
        if wanted is not None and wanted.date is not None:
            return way, wanted
    return None


def yes_and_more(talk: Talk, hearing: Hearing) -> Rest | None:
    """ "Yes, and the other two hundred on the fourteenth": what is to follow what was read out; None without it."""
    prepared, yes = talk.state.prepared, _YES_FIRST.match(hearing.text)
    if prepared is None or yes is None or prepared.kind not in ("partial_payment", "promise"):
        return None
    tail = hearing.text[yes.end() :]
    joint = re.match(r"\W*(?:and|then|plus)\b", tail, re.I)
    balance, first = decimal(talk.balance), decimal(prepared.amount)
    if joint is None or balance is None or first is None or first >= balance or _INSTEAD.search(tail):
        return None
    more = hearing.only(tail[joint.end() :].strip())
    if more.amount(talk.balance) == first and not REST.search(more.text):
        return None
    return _rest(talk, more, balance - first)
