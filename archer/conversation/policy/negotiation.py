"""What to pay, when and how: offers and counter-offers until there is something to prepare.

Rules I-18 (the agent names only amounts that the tools named), G-16 (no deal of its own: what is outside the options
goes to `get_negotiation_guidance`), G-18 (a refusal is left at that after the asks that the tactic allows).
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy import arrangement, plan_terms, purpose, rest, techniques
from archer.conversation.policy.arrangement import method_so_far, propose
from archer.conversation.policy.bargaining import consider, settle, tell_of_rest, wants_settlement
from archer.conversation.policy.differences import down_payment
from archer.conversation.policy.evidence import FAMILY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.paydays import bare_day, by_clock, day_of, day_to_pay, some_day
from archer.conversation.policy.people import offer_person, to_person
from archer.conversation.policy.steps import decimal, option, plan_months, reask, today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

_NOW = re.compile(r"(?<=\w )(?<!\bfrom )(?:today|now|tonight)\b", re.I)
_CLAUSES = re.compile(r"[.,;?!]|\b(?:but|and|though)\b", re.I)
_DENIED = re.compile(r"\b(?:can'?t|cannot|can not|couldn'?t|don'?t|do not|won'?t|not|no|nothing|until|till)\b", re.I)
_NAMES_MONTHS = re.compile(r"\b(?:(?<!next )(?<!this )months?|payments|instal+ments|year)\b", re.I)
_MILD = frozenset({"affirm", "negate", "unclear", "out_of_scope", "thanks", "identity_confirmed", "knowledge_question"})
"""Labels that say little when the turn holds an amount or a date."""


def request(talk: Talk, hearing: Hearing) -> bool:
    """What the verified caller asks for or proposes, in whatever step; False when it was nothing of that kind."""
    wanted = _REQUESTS.get(hearing.intent)
    if wanted is None:
        return False
    if talk.state.arranged and hearing.intent in ("refuse_to_pay", "hardship"):
        talk.say("changes_by_person")
        offer_person(talk, "change_arrangement")
        return True
    if hearing.intent not in ("ask_balance", "ask_options"):
        arrangement.drop(talk)
    wanted(talk, hearing)
    return True


def hear_negotiate(talk: Talk, hearing: Hearing) -> bool:
    """The answer to an offer, or to "what would work for you?"."""
    state = talk.state
    state.offer = techniques.chosen(talk, hearing.text) or state.offer
    if _moved_day(talk, hearing):
        return True
    if hearing.intent in _MILD:
        amount = hearing.amount(talk.balance)
        if amount is not None and not _by_the_way(hearing):
            _offer(talk, hearing)
            return True
        if _NAMES_MONTHS.search(hearing.text) and hearing.months:
            _plan(talk, hearing)
            return True
        if (
            hearing.day
            and not by_clock(hearing)
            and (state.offer not in ("full_payment", "partial_payment", "plan") or _only_day(talk, hearing))
            and hearing.yes_no is not False
        ):
            _by_date(talk, hearing)
            return True
    if _takes_offer(talk, hearing):
        _take(talk, hearing)
    elif hearing.intent in _REQUESTS:
        return False  # what is asked for counts, and not a "right" or "okay" in it
    elif state.offer == "hardship_choice" and hearing.yes_no is True:
        to_person(talk, "hardship")
    elif hearing.yes_no is True or (hearing.intent == "identity_confirmed" and state.offer):
        _take(talk, hearing)
    elif hearing.yes_no is False:
        _declined(talk)
    elif hearing.method and state.offer in ("full_payment", None):
        propose(talk, "full_payment", hearing, amount=talk.balance)
    else:
        return False
    return True


_WHOLE_IN_PASSING = re.compile(r"\b(?:everything|all)\b", re.I)
_LONGEST_ANSWER = 4
"""Words of an answer that is no more than an amount."""


def _by_the_way(hearing: Hearing) -> bool:
    """ "Sorry, the dog hears everything": a word for the whole in a story that speaks of no payment."""
    story = hearing.intent in ("unclear", "out_of_scope") and len(hearing.text.split()) > _LONGEST_ANSWER
    rest = _WHOLE_IN_PASSING.sub("", hearing.text)
    return story and rest != hearing.text and not hearing.digit_count and not FAMILY["will_pay"].search(rest)


def _only_day(talk: Talk, hearing: Hearing) -> bool:
    """ "Okay, the eighteenth": little more than a later day answers whatever was offered."""
    short = len(hearing.text.split()) <= _LONGEST_ANSWER and hearing.intent in ("affirm", "unclear", "out_of_scope")
    return short and _later_day(talk, hearing) is not None


def _moved_day(talk: Talk, hearing: Hearing) -> bool:
    """A day for what could not be done by the day named before: "let's say in ten days", "no, I said fifteen"."""
    proposal, last = talk.state.proposal, talk.state.suggestion
    if talk.state.offer != "limit" or proposal is None or proposal.kind not in ("promise", "extension", "plan"):
        return False
    number = bare_day(talk, hearing)
    other = hearing.amount(talk.balance) is not None or by_clock(hearing)
    day = number or (None if other else hearing.day)
    now = today(talk).isoformat()
    if last is None or day is None or day < now or (day == now and hearing.intent == "pay_now"):
        return False
    if hearing.yes_no is False and not number and day == last[:10]:
        return False  # "no, I can't on the eighteenth"
    proposal.date = day
    arrangement.advance(talk)
    return True


def _takes_offer(talk: Talk, hearing: Hearing) -> bool:
    """ "I'll pay that" after a certain amount, day or plan was named means just that one."""
    if (
        talk.state.offer not in ("counter", "counter_part", "counter_plan", "limit", "limit_least")
        or hearing.yes_no is False
    ):
        return False
    if _POINTS.match(hearing.text):
        return True
    paying = hearing.intent in ("pay_now", "offer_amount", "payment_plan", "promise_to_pay", "extension")
    return paying and hearing.amount(talk.balance) is None and hearing.day is None and hearing.months is None


_POINTS = re.compile(
    r"^\W*(?:(?:ok|okay|yes|yeah|fine|alright|right|then|so|i'?ll take|let'?s do|go with|make it|do|just)\W+)*"
    r"(?:that|this) (?:one|day|date)(?:\W+(?:then|please|works|is fine|is good))*\W*$",
    re.I,
)
"""What was named is pointed at: "okay, that one"."""


def _take(talk: Talk, hearing: Hearing) -> None:
    """A yes to what was offered."""
    state = talk.state
    if state.offer in ("counter", "counter_part", "counter_plan") and state.proposal:
        arrangement.advance(talk)
    elif state.offer in ("limit", "limit_least") and state.suggestion and state.proposal:
        _take_limit(talk)
    elif state.offer == "full_payment":
        propose(talk, "full_payment", hearing, amount=talk.balance)
    elif state.offer == "partial_payment":
        propose(talk, "partial_payment", hearing)
    elif state.offer == "plan":
        _plan(talk, hearing)
    elif state.offer == "promise":
        _promise(talk, hearing)
    elif state.offer == "extension":
        _extension(talk, hearing)
    elif state.offer == techniques.PAIR:
        reask(talk)
    else:
        _options(talk, hearing)


def _take_limit(talk: Talk) -> None:
    proposal, suggestion = talk.state.proposal, talk.state.suggestion
    assert proposal is not None
    assert suggestion is not None
    talk.state.suggestion = talk.state.offer = None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", suggestion):
        proposal.date = suggestion[:10]
    else:
        proposal.amount = suggestion
    arrangement.advance(talk)


def _declined(talk: Talk) -> None:
    """A no to an offer: the next one, then an open question, then leave it at that."""
    state = talk.state
    if state.arranged:
        arrangement.leave_as_is(talk)
        return
    state.proposal = state.suggestion = None
    if "hardship" in state.claims:
        talk.say("hardship_end")
        talk.end(state.arranged or "hardship_referred", "hardship")
        return
    following = purpose.next_offer(talk)
    if following or not state.said.get("offer_open"):
        techniques.acknowledge(talk)
        state.offer = following
        talk.go("negotiate")
        reask(talk)
    else:
        _refused(talk)


def _refuse(talk: Talk, _: Hearing) -> None:
    state = talk.state
    state.refusals += 1
    if "hardship" in state.claims:
        _declined(talk)
        return
    following = purpose.next_offer(talk) if state.refusals <= talk.tone.asks_after_refusal else None
    if following is None:
        _refused(talk)
        return
    techniques.acknowledge(talk)
    state.offer, state.proposal = following, None
    talk.go("negotiate")
    reask(talk)


def _refused(talk: Talk) -> None:
    talk.say("refused")
    talk.end(talk.state.arranged or "refused", "no arrangement wanted")


def _pay(talk: Talk, hearing: Hearing) -> None:
    amount = hearing.amount(talk.balance)
    if amount is not None:
        consider(talk, amount, hearing)
    elif talk.state.offer == "partial_payment":
        propose(talk, "partial_payment", hearing)
    elif _later_day(talk, hearing) and option(talk, "promise") and not (hearing.method or method_so_far(talk)):
        _promise(talk, hearing)
    else:
        propose(talk, "full_payment", hearing, amount=talk.balance, date=_later_day(talk, hearing))


def _later_day(talk: Talk, hearing: Hearing) -> str | None:
    return hearing.day if hearing.day and hearing.day > today(talk).isoformat() else None


def _offer(talk: Talk, hearing: Hearing) -> None:
    if wants_settlement(talk, hearing):
        settle(talk, hearing)
        return
    amount = hearing.amount(talk.balance)
    if amount is not None and _part_now(hearing):
        consider(talk, amount, hearing)  # "a hundred today and the rest on Friday": what is to be done now
    elif _later_day(talk, hearing) and option(talk, "promise") is not None:
        _promise(talk, hearing)
    elif amount is not None:
        consider(talk, amount, hearing)
    else:
        propose(talk, "partial_payment", hearing)


def _part_now(hearing: Hearing) -> bool:
    """Something is to be paid today, whatever is to follow later."""
    return any(_NOW.search(clause) and not _DENIED.search(clause) for clause in _CLAUSES.split(hearing.text))


def _plan(talk: Talk, hearing: Hearing) -> None:
    allowed = plan_months(talk)
    if option(talk, "plan") is None or not allowed:
        _not_offered(talk)
        return
    amount = hearing.amount(talk.balance)
    down = down_payment(talk, hearing)
    if amount is not None and down is None and _part_now(hearing) and not _NAMES_MONTHS.search(hearing.text):
        consider(talk, amount, hearing)
        return
    named = plan_terms.length(talk, hearing)
    months = named if named in allowed else None
    if months is None and amount is not None and down is None and amount != decimal(talk.balance):
        months = months_for(talk, amount)
    if months is None and amount is None and hearing.months and _NAMES_MONTHS.search(hearing.text):
        talk.say("no_such_length", months=spoken.cardinal(hearing.months))
    propose(talk, "plan", months=months, **plan_terms.wanted(talk, hearing))


def months_for(talk: Talk, monthly: Decimal) -> int | None:
    """The shortest plan whose instalment the caller can pay."""
    instalments = (option(talk, "plan") or {}).get("monthly") or {}
    for months in plan_months(talk):
        instalment = decimal(instalments.get(str(months)))
        if instalment is not None and instalment <= monthly:
            return months
    return None


def _promise(talk: Talk, hearing: Hearing) -> None:
    promise = option(talk, "promise")
    if promise is None:
        _not_offered(talk)
        return
    amount = hearing.amount(talk.balance)
    whole = decimal(talk.balance)
    if amount is None or (whole is not None and amount > whole):
        amount = decimal(promise.get("amount")) or whole
    tell_of_rest(talk, hearing, amount)
    day = day_to_pay(talk, hearing)
    propose(talk, "promise", hearing, amount=f"{amount:.2f}" if amount is not None else None, date=day)
    if day is None and some_day(hearing):
        talk.ask("ask_day_in_week")


def _extension(talk: Talk, hearing: Hearing) -> None:
    if option(talk, "extension") is None:
        if option(talk, "promise") is not None:
            _promise(talk, hearing)
        else:
            _not_offered(talk)
        return
    day = day_of(talk, hearing) or hearing.span
    propose(talk, "extension", date=day)
    if day is None and some_day(hearing):
        talk.ask("ask_day_in_week")


def _by_date(talk: Talk, hearing: Hearing) -> None:
    """A bare date: of the extension that is on the table, else of a promise; today is no promise but a payment."""
    if hearing.day == today(talk).isoformat():
        _pay(talk, hearing)
    elif talk.state.offer == "extension":
        _extension(talk, hearing)
    else:
        _promise(talk, hearing)


def _not_offered(talk: Talk) -> None:
    talk.say("not_offered")
    talk.state.proposal = None
    talk.state.offer = purpose.next_offer(talk)
    talk.go("negotiate")
    reask(talk)


def _hardship(talk: Talk, _: Hearing) -> None:
    if "hardship" in talk.state.claims:
        _declined(talk)
        return
    talk.state.claims.append("hardship")
    talk.state.reason = "hardship"
    talk.use("record_restriction", {"kind": "hardship"}, "hardship")


def after_hardship(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Noted: offer the gentlest way once, else the people who help."""
    talk.say("hardship" if done.ok else "hardship_unsaved")
    techniques.beside_hardship(talk)
    state = talk.state
    state.proposal = None
    turned_down = [] if state.offer == techniques.PAIR else state.offered
    state.offer = next(
        (k for k in ("extension", "plan") if k not in turned_down and option(talk, k)), "hardship_choice"
    )
    state.offered.append(state.offer)
    talk.go("negotiate")
    reask(talk)


def _balance(talk: Talk, _: Hearing) -> None:
    purpose.say_balance(talk)
    left = rest.amount_left(talk)
    if left is not None:
        talk.say("rest_amount", rest=spoken.money(left))
    reask(talk)


def _options(talk: Talk, _: Hearing) -> None:
    ways = [words for kind, words in techniques.WAYS.items() if option(talk, kind) is not None]
    if ways:
        talk.say("list_options", options=spoken.choices(ways))
    if talk.state.step == "negotiate":
        talk.state.offer = None
    reask(talk)


_REQUESTS: dict[str, Callable[[Talk, Hearing], None]] = {
    "pay_now": _pay,
    "offer_amount": _offer,
    "payment_plan": _plan,
    "promise_to_pay": _promise,
    "extension": _extension,
    "hardship": _hardship,
    "refuse_to_pay": _refuse,
    "ask_balance": _balance,
    "ask_options": _options,
}
