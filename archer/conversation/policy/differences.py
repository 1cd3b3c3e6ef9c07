"""What an answer names otherwise than it was read out: another amount, way, day or length.

Rule I-21: a yes counts for what was read out and for nothing else. Whatever the answer names is therefore held
against the reading, be there a yes in it or not; what only repeats the reading, or tells why, names nothing else.
"""

import re
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from archer.conversation.policy.evidence import FAMILY, FIRST_PAYMENT, WEEKDAY
from archer.conversation.policy.hearing import Hearing, same_sum
from archer.conversation.policy.methods import Method
from archer.conversation.policy.paydays import (
    LENGTH,
    bare_day,
    beside,
    by_clock,
    clears,
    day_of,
    day_to_pay,
    start_of,
)
from archer.conversation.policy.state import Prepared
from archer.conversation.policy.steps import decimal, option, plan_months, spoken_day, today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

PAYMENTS = frozenset({"full_payment", "partial_payment", "settlement"})
NO_DAY = frozenset({"goodbye", "busy_now", "request_callback", "emergency", "frustrated", "are_you_ai"})
"""Asides that may well hold a day and are no answer to the question for one."""
_DOWN = re.compile(
    r"\b(?:down(?: ?payment)?|up ?front|to start|first,?(?: and)? then|first(?=\W*$)|(?:the )?"
    r"(?:rest|remainder|remaining|balance|what'?s left)\b[^.?!]*\b"
    r"(?:over|monthly|(?<!next )(?<!this )months?|payments|parts|instal+ments?)"
    r"|(?:months|payments|instal+ments) (?:for|on) the (?:rest|remainder)"
    r"|(?:spread|split|stretch|divide|break|space)\w* (?:\w+ ){0,2}?"
    r"(?:rest|remainder|remaining|balance|what'?s left))\b",
    re.I,
)
_CLAUSES = re.compile(r"[.,;!?]+\s+|\b(?:because|cause|since|as|when|and|so|but)\b", re.I)
REASON = re.compile(
    r"\b(?:(?:get|gets|getting|got|be) paid|pay ?day|pay ?checks?|my (?:check|pay|salary|wages|pension|money|benefits|"
    r"birthday|shift|rent)|salary|wages|pension|social security|direct deposit|rent is|comes? in|moved in|i'm off)\b",
    re.I,
)
"""What is told of a day or an amount that is not asked for: "I get paid on the third"."""
_MONTH = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b",
    re.I,
)
_OTHER_WEEK = re.compile(
    r"\b(?:next|this|coming|after|following|week|weeks|last)\b|\d|\b\w+(?:th|rst|cond|third)\b", re.I
)
_TODAY = re.compile(r"\b(?:today|tonight)\b", re.I)
_DONE_TODAY = re.compile(
    r"\b(?:set|arrang|do|sort|book|get|fix|finish|thank|help)\w*\b[^.,?!]*\b(?:today|tonight)\b", re.I
)
"""What is done today is the arrangement, and not the payment."""
_PAYS = re.compile(r"\bpay\w*\b", re.I)


_SO_MANY_MONTHS = re.compile(
    r"(?<!in )(?<!after )(?<!next )(?<!last )(?<!for )(?<!past )\b(?:three|six|twelve|3|6|12) months?\b"
    r"(?! (?:ago|behind|back|late|from|old|now|already|since))",
    re.I,
)
"""A length of a plan, where none was read out; "in three months" is a day."""


@dataclass(frozen=True)
class Differences:
    """Each value that the answer names otherwise; None where it names none, or the same."""

    amount: Decimal | None = None
    method: Method | None = None
    day: str | None = None
    months: int | None = None
    down: str | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in astuple(self))


def differences(talk: Talk, hearing: Hearing, prepared: Prepared) -> Differences:
    """What an answer to a reading names otherwise than the reading."""
    wish = _without_reasons(hearing)
    down = down_payment(talk, wish) if prepared.kind == "plan" else None
    proposal = talk.state.proposal
    return Differences(
        amount=_amount(talk, wish, prepared) if down is None else None,
        method=_method(wish, prepared),
        day=_day(talk, wish, prepared),
        months=_months(talk, wish, prepared),
        down=None if proposal is not None and down == proposal.down_payment else down,
    )


def down_payment(talk: Talk, hearing: Hearing) -> str | None:
    """The amount that is to be paid before the instalments, dollars; None when none is named as such."""
    if not _DOWN.search(hearing.text):
        return None
    parts = [hearing.only(part) for part in _PARTS.split(hearing.text) if _PAID_DOWN.search(part)]
    amounts = [part.amount(talk.balance) for part in parts] if len(parts) == 1 else []
    amount = (amounts and amounts[0]) or hearing.amount(talk.balance)
    return None if amount is None else f"{amount:.2f}"


_PARTS = re.compile(r"[.,;!?]+\s+|\b(?:but|then|make (?:it|that)|over|with|for)\b", re.I)
_PAID_DOWN = re.compile(r"\b(?:down|up ?front)\b", re.I)


def _without_reasons(hearing: Hearing) -> Hearing:
    """The turn without the clauses that tell why: "yes, the third is when I get paid" names no other day."""
    if not REASON.search(hearing.text):
        return hearing
    rest = ". ".join(clause for clause in _CLAUSES.split(hearing.text) if clause and not REASON.search(clause))
    if not rest.strip(" ."):
        return hearing
    plain = hearing.only(rest)
    return plain if plain.explicit_yes or plain.day or plain.amount(None) else hearing


def _amount(talk: Talk, hearing: Hearing, prepared: Prepared) -> Decimal | None:
    amount = hearing.amount(talk.balance) if prepared.kind != "extension" else None
    if amount is None:
        return None
    if prepared.kind == "promise" and amount == hearing.months and amount <= _DAYS_OF_MONTH:
        return None  # "no, I said fifteen"
    read = [decimal(prepared.amount)]
    if prepared.kind == "plan":
        if amount == hearing.months or amount in plan_months(talk):
            return None
        each = (option(talk, "plan") or {}).get("monthly") or {}
        down = talk.state.proposal.down_payment if talk.state.proposal else None
        read = [decimal(each.get(str(prepared.months))), decimal(talk.balance), decimal(down)]
    told = prepared.kind == "plan" and spoken.money(amount) in _terms_read(prepared)
    return None if told or any(same_sum(amount, value) for value in read) else amount


def _terms_read(prepared: Prepared) -> str:
    """What the tool reads out of a plan, without what it says before it of earlier arrangements."""
    return (prepared.say or "").rpartition("To confirm")[2]


def _method(hearing: Hearing, prepared: Prepared) -> Method | None:
    method = (hearing.method or hearing.method_left) if prepared.kind in PAYMENTS else None
    return None if method == prepared.method else method


def _months(talk: Talk, hearing: Hearing, prepared: Prepared) -> int | None:
    allowed, text = plan_months(talk), hearing.text
    if prepared.kind == "plan":
        months = hearing.months
        if months in (None, prepared.months):
            others = [m for m in allowed if m != prepared.months and _bare_number(m).search(text)]
            months = others[0] if len(others) == 1 else months
        named = months in allowed or bool(LENGTH.search(text))
        return months if named and months != prepared.months else None
    if _SO_MANY_MONTHS.search(text):
        return hearing.months if hearing.months in allowed else None
    if not FAMILY["parts"].search(text):
        return None
    months = hearing.months or next((m for m in allowed if _bare_number(m).search(text)), None)
    return months if months in allowed else None


@lru_cache(maxsize=64)
def _bare_number(months: int) -> re.Pattern[str]:
    """The number of a length that the question has just named, without "months": "can you make it twelve instead?"."""
    return re.compile(
        rf"(?<!not )(?<!than )(?<!instead of )\b(?:{spoken.cardinal(months)}|{months})"
        r"(?=\W*$|[.,?!]|\W+(?:instead|please|then|would|is|sounds|works|for|i|it|months?|payments)\b)"
        r"(?! (?:months |payments )?(?:is|are|seems|sounds) (?:too|so|way|like|a lot|forever|not)\b)",
        re.I,
    )


def _day(talk: Talk, hearing: Hearing, prepared: Prepared) -> str | None:
    if hearing.intent in NO_DAY and not hearing.explicit_yes:
        return None
    if prepared.kind in PAYMENTS:
        day = hearing.day if hearing.later is not None and not by_clock(hearing) else None
    elif prepared.kind == "plan":
        day = _moved(talk, hearing, prepared) or (start_of(talk, hearing) if _moves_first(talk, hearing) else None)
    else:
        day = clears(hearing, prepared) or _moved(talk, hearing, prepared) or _day_by(talk, hearing, prepared)
    if day is None and prepared.kind in ("promise", "extension"):
        day = bare_day(talk, hearing)
    if day is None or _same_day(talk, day, hearing.text, prepared):
        return None
    told = prepared.kind == "plan" and spoken_day(talk, day) in _terms_read(prepared)
    if prepared.kind == "plan" and _of_down_today(talk, hearing):
        return day
    return None if told or (day == today(talk).isoformat() and not _means_today(hearing)) else day


def _day_by(talk: Talk, hearing: Hearing, prepared: Prepared) -> str | None:
    """The day by which it is to be paid instead, or the new due date."""
    if prepared.kind == "promise":
        return day_to_pay(talk, hearing)
    if hearing.intent in ("offer_amount", "pay_now") and hearing.amount(talk.balance) is not None:
        return None  # "but I'll pay a hundred today" moves no due date
    return day_of(talk, hearing) or hearing.span


_DAYS_OF_MONTH = 31


_MOVED = re.compile(
    r"\b(?:days?|weeks?|months?) (?:later|earlier|sooner|(?:after|before)(?: (?:that|it|then)\b|(?! \w)))"
    r"|\b(?:day after|next day)(?=\W*$|[.,!?])"
    r"|\b(?:more|another|extra|additional) (?:days?|weeks?|months?)\b"
    r"|\b(?:push|move|put|shift|extend) (?:it|that|this) (?:\w+ ){0,2}?(?:an?|one|two|three|another|\d+) "
    r"(?:days?|weeks?)\b",
    re.I,
)
_BACK = re.compile(r"\b(?:earlier|sooner|before|forward)\b", re.I)


def _moved(talk: Talk, hearing: Hearing, prepared: Prepared) -> str | None:
    """ "A week later", "the Friday before that": counted from the day that was read out."""
    if not prepared.date:
        return None
    if day := beside(talk, hearing, prepared.date):
        return day
    if not _MOVED.search(hearing.text):
        return None
    days = (date.fromisoformat(hearing.span) - today(talk)).days if hearing.span else 1
    read = date.fromisoformat(prepared.date[:10])
    return (read + timedelta(days=-days if _BACK.search(hearing.text) else days)).isoformat()


_LOOSE = re.compile(
    rf"{_MONTH.pattern.replace('may|', '').replace('march|', '').replace('mar|', '')}"
    r"|\b(?:later|earlier|sooner|day (?:after|before)|\d{1,3}|(?:one|two|three|four|five|six|seven|eight|nine|oh) "
    r"(?:one|two|three|four|five|six|seven|eight|nine|oh)|eleven|twelve|\w+teen|twenty|thirty|\w+ty-\w+|hundred)\b",
    re.I,
)


def loose_value(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """A number or a date is there that could not be read as one: a yes beside it may be a yes to something else."""
    found = hearing.day is not None
    if prepared.kind != "extension":
        found = found or hearing.amount(talk.balance) is not None
    if prepared.kind == "plan":
        found = found or hearing.months is not None
    return not found and bool(_LOOSE.search(hearing.text))


def repeats(talk: Talk, hearing: Hearing) -> bool:
    """ "No, the first": the very value that was read out is insisted on; it was perhaps not heard."""
    rest = _NO.sub("", hearing.text, count=1)
    names = hearing.day is not None or hearing.months is not None or hearing.amount(talk.balance) is not None
    return rest != hearing.text and names and not _DENIES.search(rest)


_NO = re.compile(r"^\W*(?:(?:no|nope|nah)\b[\s,.!]*)+", re.I)
_DENIES = re.compile(
    r"n['’]?t\b|\b(?:not|no|never|cannot|cancel|forget|nothing|too|wrong|rather|instead|change|stop|nevermind)\b", re.I
)


_NO_WISH = frozenset(
    {
        *("reschedule_appointment", "request_callback", "extension", "promise_to_pay", "affirm", "negate", "unclear"),
        *("out_of_scope", "payment_plan", "hold", "ask_reason", "repeat", "thanks", "knowledge_question"),
        "ask_options",
    }
)
"""Labels under which a day moves the first payment of a plan; others wish for something else."""


def _moves_first(talk: Talk, hearing: Hearing) -> bool:
    """ "Could it be on the fifteenth instead?" of a plan; "I'd rather pay it all on the fifteenth" is another wish."""
    if FIRST_PAYMENT.search(hearing.text) or _of_down_today(talk, hearing):
        return True
    day = start_of(talk, hearing)
    if day is None or _is_length(talk, hearing):
        return False  # "twelve months" is no day a year from now
    if hearing.explicit_yes:
        return True
    ahead = hearing.later is not None or hearing.day is None
    return hearing.intent in _NO_WISH and ahead and not FAMILY["will_pay"].search(hearing.text)


def _of_down_today(talk: Talk, hearing: Hearing) -> bool:
    """ "Can I do the two fifty today instead?" of what is to be paid first."""
    proposal, amount = talk.state.proposal, hearing.amount(talk.balance)
    down = proposal.down_payment if proposal is not None and proposal.kind == "plan" else None
    if down is None or not _TODAY.search(hearing.text) or _OR_DAY.search(hearing.text):
        return False
    return f"{amount:.2f}" == down if amount is not None else bool(_DOWN.search(hearing.text))


_OR_DAY = re.compile(
    r"\b(?:today|tonight) or\b|\bor (?:today|tonight)\b"
    r"|\b(?:do (?:i|we)|(?<!it )(?<!that )(?:is|does|will|would|when) (?:i|the|that|it|we))\b",
    re.I,
)
"""A question which day it is takes none."""


def _is_length(talk: Talk, hearing: Hearing) -> bool:
    """The day is the end of so many months from today, and nothing but the length was named."""
    if hearing.months is None or hearing.day is None:
        return False
    day, now = date.fromisoformat(hearing.day), today(talk)
    return (day.year - now.year) * 12 + day.month - now.month == hearing.months


def _means_today(hearing: Hearing) -> bool:
    if not _TODAY.search(hearing.text) or hearing.yes_no is False or _DONE_TODAY.search(hearing.text):
        return False
    return not hearing.explicit_yes or bool(_PAYS.search(hearing.text)) or len(hearing.text.split()) <= _SHORT


_SHORT = 3
"""Words of an answer that is no more than a yes and a day."""


def _same_day(talk: Talk, day: str, text: str, prepared: Prepared) -> bool:
    """The day that was read out, be it named by no more than its weekday or its number."""
    if not prepared.date:
        return False
    named, read = date.fromisoformat(day), date.fromisoformat(prepared.date[:10])
    if named == read or read == today(talk):
        return named == read
    if named.day == 1 and _MONTH.search(text) and not _FIRST.search(text):
        return named.month == read.month  # "yes, starting December"
    if WEEKDAY.search(text):
        return named.weekday() == read.weekday() and not (_OTHER_WEEK.search(text) or _MONTH.search(text))
    return named.day == read.day and bool(_ORDINAL.search(text)) and not _MONTH.search(text)


_FIRST = re.compile(r"\b(?:first|1st|1|one)\b", re.I)
_ORDINAL = re.compile(
    r"\bthe (?:\d|first|second|third|\w+th|\w+[ -](?:first|second|third))|\b\d{1,2}(?:st|nd|rd|th)\b", re.I
)
