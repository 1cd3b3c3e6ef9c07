"""What a caller names of a payment plan: its length, what is paid first, and the day of the first payment.

Each is kept once it was named, until he names another: who adds a down payment has not taken back the length.
"""

import re
from functools import lru_cache
from typing import Any

from archer.conversation.policy.differences import REASON, down_payment
from archer.conversation.policy.evidence import BEYOND_TERMS
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.paydays import first_date
from archer.conversation.policy.state import Prepared, Proposal
from archer.conversation.policy.steps import decimal, option, plan_months, today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

_NO_DOWN = re.compile(
    r"\b(?:no|without|nothing|skip|forget|drop|leave out|(?:don'?t|do not) (?:want|need)(?: to)?)"
    r"(?: (?:about|the|a|any|that|put|pay|money|anything))* (?:down(?: ?payment)?|up ?front)\b",
    re.I,
)
_ASKS_START = re.compile(
    r"\b(?:does|do|did|is|would|will|when|what day|which day)\b[^.?!]*\b(?:start\w*|begin\w*|first (?:payment|one)|"
    r"down ?payment|i (?:pay|have to pay|need to pay|send)|due)\b"
    r"|\b(?:is|does) (?:that|it)\b[^.?!]*\b(?:on the \w+|monthly|(?:each|every) month)\b",
    re.I,
)
_LEAVES = re.compile(
    r"\b(?:in full|off|all of it|it all|everything|whole|entire|instead of (?:a|the) plan|no plan|settle\w*)\b", re.I
)


def length(talk: Talk, hearing: Hearing) -> int | None:
    """The number of months named; beside other numbers the one that is offered: "six with two fifty down"."""
    allowed, months = plan_months(talk), hearing.months
    if months in allowed:
        return months
    named = [length for length in allowed if _named(length).search(hearing.text)]
    return named[0] if len(named) == 1 else months


@lru_cache(maxsize=64)
def _named(months: int) -> re.Pattern[str]:
    number = rf"(?:{spoken.cardinal(months)}|{months})"
    return re.compile(
        rf"\b{number}[- ](?:months?|payments|instal+ments)\b(?! (?:ago|behind|late))"
        rf"|(?:^|[.,;!?] )\W*(?:(?:u+h*m*|hm+|ok|okay|well|so|no|yes|yeah|oh|let'?s (?:do|say|go with)|"
        rf"i'?d (?:say|like)|"
        rf"make it|i said|the|maybe|wait)\b\W*)*{number}(?=\W*$|[.,;!?]| (?:with|i (?:guess|think|said|suppose)|please|"
        r"and|then|but|would|is|sounds|works|like i|if|could|can)\b)",
        re.I,
    )


def wanted(talk: Talk, hearing: Hearing) -> dict[str, Any]:
    """What is to be paid first, and when: as named now, or before, or as the bank asks for it."""
    proposal = talk.state.proposal
    before = proposal if proposal is not None and proposal.kind == "plan" else None
    required = (option(talk, "plan") or {}).get("down_payment")
    kept = before.down_payment if before and not _NO_DOWN.search(hearing.text) else None
    return {
        "down_payment": down_payment(talk, hearing) or kept or (None if required is None else str(required)),
        "date": first_date(talk, hearing) or (before.date if before else None),
    }


def without_down(talk: Talk, hearing: Hearing) -> bool:
    """ "Forget the down payment": nothing is to be paid first after all, where the bank does not ask for it."""
    proposal = talk.state.proposal
    down = proposal.down_payment if proposal is not None and proposal.kind == "plan" else None
    required = (option(talk, "plan") or {}).get("down_payment")
    return bool(down) and required is None and bool(_NO_DOWN.search(hearing.text))


def later_start(hearing: Hearing, prepared: Prepared) -> str | None:
    """ "Does that start on the eleventh? I get paid on the fourteenth": the day of the money, after the other."""
    told = REASON.search(hearing.text) if prepared.kind == "plan" and prepared.date else None
    if told is None or not _ASKS_START.search(hearing.text[: told.start()]):
        return None
    day = hearing.only(hearing.text[told.start() :]).day
    return day if day and prepared.date and day > prepared.date[:10] else None


def asks_start(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """When the plan that was read out begins, or what is paid first is due: asked, and nothing else wished for."""
    if prepared.kind != "plan" or not _ASKS_START.search(hearing.text):
        return False
    if _LEAVES.search(hearing.text) or BEYOND_TERMS.search(hearing.text):
        return False
    return hearing.amount(talk.balance) is None or of_down(talk, hearing)


def of_down(talk: Talk, hearing: Hearing) -> bool:
    """It is about what is to be paid first."""
    proposal = talk.state.proposal
    down = proposal.down_payment if proposal is not None and proposal.kind == "plan" else None
    amount = hearing.amount(talk.balance)
    return down is not None and (
        f"{amount:.2f}" == down if amount is not None else bool(_DOWN_WORD.search(hearing.text))
    )


_DOWN_WORD = re.compile(r"\bdown(?: ?payment)?\b", re.I)
_PLAN_WORD = re.compile(r"\b(?:plan|(?<!next )(?<!this )(?<!a )months|instal+ments|down ?payment|hundred down)\b", re.I)


def back_to_plan(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """ "No, I want the plan, three months": something else was read out."""
    named = _PLAN_WORD.search(hearing.text) and hearing.intent == "payment_plan"
    return prepared.kind not in ("plan", "extension") and bool(named) and length(talk, hearing) in plan_months(talk)


def paid_first(talk: Talk, hearing: Hearing, prepared: Prepared) -> Proposal | None:
    """ "Yes, send it, and six months for the rest": the payment that was read out comes first in a plan."""
    months = length(talk, hearing)
    if prepared.kind != "partial_payment" or months not in plan_months(talk) or _part(talk, hearing):
        return None
    if not _FOR_REST.search(hearing.text):
        return None
    return Proposal(kind="plan", months=months, down_payment=prepared.amount, date=today(talk).isoformat())


def _part(talk: Talk, hearing: Hearing) -> bool:
    """An amount is named, other than all that is left."""
    amount = hearing.amount(talk.balance)
    return amount is not None and amount != decimal(talk.balance)


_FOR_REST = re.compile(r"\b(?:for|with|on|and|then) (?:the |my )?(?:rest|remain\w+|other|balance|\w+ months?)\b", re.I)
