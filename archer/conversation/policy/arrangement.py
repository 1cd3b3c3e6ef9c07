"""From a proposal to an arrangement: ask what is missing, prepare it, read it out, get a yes, do it once.

Rules I-18, I-21 (date, amount, name, single entry and an explicit yes for a bank transfer). Nothing is said to have
happened, or not to have happened, unless a tool says so.
"""

from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy import in_force, purpose, rest, techniques
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.methods import Method
from archer.conversation.policy.people import to_person, trouble
from archer.conversation.policy.state import OfferKind, Prepared, Proposal, Rest
from archer.conversation.policy.steps import decimal, option, plan_months, reask, spoken_day, today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

PAYMENTS = frozenset({"full_payment", "partial_payment", "settlement"})
_LIMITS_TOLD = 3
"""How often a limit is named to somebody who goes on beyond it, before another way is offered."""
_READINGS = 8
"""How often something is read out before a person helps: who changes his mind more often than that gets nowhere."""
_SAME_TERMS = 3
"""How often the very same terms are read out before a person helps: who asks for them again and again wants them."""
_FIELDS = {
    "amount": "amount",
    "date": "date",
    "new_date": "date",
    "first_date": "date",
    "months": "months",
    "method": "method",
    "down_payment": "down_payment",
}


def advance(talk: Talk) -> None:
    """Ask for the next thing that the proposal lacks; prepare it when nothing is lacking."""
    proposal = talk.state.proposal
    assert proposal is not None
    techniques.thank(talk)
    if proposal.kind in PAYMENTS:
        _advance_payment(talk, proposal)
    elif proposal.kind == "plan":
        _advance_plan(talk, proposal)
    elif proposal.date is None:
        talk.go("promise_date" if proposal.kind == "promise" else "new_due_date")
        reask(talk)
    elif proposal.kind == "promise":
        amount = {"amount": proposal.amount or talk.balance, "date": proposal.date}
        talk.use("promise_to_pay", amount | _besides(proposal), "prepared")
    else:
        talk.use("adjust_due_date", {"new_date": proposal.date}, "prepared")


def propose(talk: Talk, kind: OfferKind, hearing: Hearing | None = None, **values: Any) -> None:
    """Work towards an arrangement of this kind with what is known of it."""
    method = (hearing.method if hearing else None) or method_so_far(talk)
    talk.state.proposal = Proposal(kind=kind, method=method, **rest.fitted(talk, kind, hearing, values))
    talk.state.offer = talk.state.suggestion = None
    advance(talk)


def _besides(proposal: Proposal) -> dict[str, Any]:
    return {"besides": True} if proposal.besides else {}


def method_so_far(talk: Talk) -> Method | None:
    """The way of paying that the caller has chosen already."""
    return talk.state.proposal.method if talk.state.proposal else None


def drop(talk: Talk) -> None:
    """Forget what lay ready; it was never confirmed, so nothing has happened."""
    talk.order.arrangement_dropped()
    talk.state.prepared = None


def _advance_payment(talk: Talk, proposal: Proposal) -> None:
    methods = (talk.state.options or {}).get("methods") or ["sms_link", "bank_transfer"]
    if proposal.method not in methods:
        proposal.method = methods[0] if len(methods) == 1 else None
    if proposal.amount is None:
        talk.go("amount")
        reask(talk)
    elif proposal.method is None:
        talk.go("method")
        reask(talk)
    else:
        arguments: dict[str, Any] = {"amount": proposal.amount, "method": proposal.method}
        arguments |= {"date": proposal.date} if proposal.date else {}
        arguments |= {"settles": True} if proposal.kind == "settlement" else {}
        arguments |= _besides(proposal)
        talk.use("process_payment", arguments, "prepared")


def _advance_plan(talk: Talk, proposal: Proposal) -> None:
    allowed = plan_months(talk)
    if proposal.months is None and len(allowed) == 1:
        proposal.months = allowed[0]
    if proposal.months is None:
        _say_instalments(talk)
        talk.go("months")
        reask(talk)
        return
    down = {"down_payment": proposal.down_payment} if proposal.down_payment else {}
    first = {"first_date": proposal.date} if proposal.date else {}
    talk.use("calculate_payment_plan", {"months": proposal.months, **down, **first}, "prepared")


def _say_instalments(talk: Talk) -> None:
    each = monthly(talk)
    if each and not talk.state.said.get("monthly_is"):
        talk.say("monthly_is", monthly=each)


def monthly(talk: Talk, length: int | None = None) -> str:
    """What an instalment comes to over each length of plan, or over one of them, for the ear; empty when unknown."""
    instalments = (option(talk, "plan") or {}).get("monthly") or {}
    allowed = plan_months(talk)
    each = [
        f"{spoken.money(amount)} a month over {spoken.cardinal(months)}"
        for months in ([length] if length in allowed else allowed)
        if (amount := decimal(instalments.get(str(months)))) is not None
    ]
    return spoken.choices(each)


def after_prepared(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Read out what lies ready, or ask for what was wrong with it."""
    state, data = talk.state, done.data
    if not done.ok or "intent_id" not in data or state.proposal is None:
        _not_prepared(talk, done)
        return
    state.failures, state.readings, state.doubted = 0, state.readings + 1, ""
    terms = _terms(state.proposal)
    state.terms[terms] = state.terms.get(terms, 0) + 1
    if state.readings > _READINGS or state.terms[terms] > _SAME_TERMS:
        talk.say("nothing_changed")
        to_person(talk, "no_agreement")
        return
    proposal = state.proposal
    paying = proposal.kind in PAYMENTS
    now = today(talk).isoformat() if paying else None
    state.prepared = Prepared(
        intent_id=str(data["intent_id"]),
        kind=proposal.kind,
        say=done.say,
        amount=_text(data.get("amount")) or proposal.amount,
        date=_text(data.get("date") or data.get("new_due_date") or data.get("first_due")) or proposal.date or now,
        method=_text(data.get("method")) or proposal.method if paying else None,
        months=proposal.months if proposal.kind == "plan" else None,
        **in_force.instalments(data),
    )
    if not purpose.readable(talk):
        state.prepared = None
        trouble(talk)
        return
    talk.go("confirm")
    read_and_ask(talk)


def _terms(proposal: Proposal) -> str:
    """What is read out of a proposal; the way of paying only of a payment."""
    return proposal.model_dump_json(exclude=set() if proposal.kind in PAYMENTS else {"method"})


def often_read(talk: Talk) -> bool:
    """The caller has come back to these very terms: a yes that is not all plain is one by now."""
    proposal = talk.state.proposal
    return proposal is not None and talk.state.terms.get(_terms(proposal), 0) > 1


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def read_and_ask(talk: Talk) -> None:
    """Say what lies ready and ask for the yes."""
    techniques.before_reading(talk)
    purpose.read_out(talk)
    if not talk.has_question:
        reask(talk)


def _not_prepared(talk: Talk, done: ToolDone) -> None:
    state, proposal = talk.state, talk.state.proposal
    state.failures += 1
    if done.error == "unavailable" or (done.ok and "intent_id" not in done.data) or proposal is None:
        trouble(talk)
    elif done.error == "not_verified":
        _verify_again(talk)
    elif done.data.get("field") == "restriction":  # a right stands in the way, whoever recorded it
        talk.say("nothing_changed")
        to_person(talk, "restricted")
    elif state.failures >= 4:
        talk.say("nothing_changed")
        to_person(talk, "no_agreement")
    elif done.error == "invalid_arguments" and done.data.get("field") in _FIELDS:
        setattr(proposal, _FIELDS[str(done.data["field"])], None)
        talk.say("pardon")
        advance(talk)
    elif done.error == "not_allowed":
        _beyond_limit(talk, done)
    else:
        talk.say("nothing_changed")
        to_person(talk, "no_agreement")


def _beyond_limit(talk: Talk, done: ToolDone) -> None:
    """The tools refuse this one: offer the limit when they name it, else another way."""
    state, proposal = talk.state, talk.state.proposal
    limit, field = done.data.get("limit"), done.data.get("field")
    assert proposal is not None
    if field == "method" and isinstance(limit, list) and state.options:
        state.options["methods"] = limit
        proposal.method = None
        advance(talk)
        return
    if field in ("months", "down_payment"):
        talk.say("no_limit_given")
        setattr(proposal, field, None)
        advance(talk)
        return
    if proposal.kind == "promise" and field == "date" and _by_due_date(talk, proposal):
        return
    talk.go("negotiate")
    named = isinstance(limit, str) and (spoken_day(talk, limit) or decimal(limit) is not None)
    told = state.said.get("limit_is", 0) + state.said.get("limit_least", 0)
    if field == "settles" and proposal.kind == "settlement":
        talk.say("no_settlement")
        state.proposal, state.offer = None, purpose.next_offer(talk)
    elif named and state.suggestion != limit and told < _LIMITS_TOLD:
        wanted, least = decimal(proposal.amount), decimal(limit) if not spoken_day(talk, limit) else None
        above = least is not None and wanted is not None and least > wanted
        state.suggestion, state.offer = limit, "limit_least" if above else "limit"
    elif state.arranged:
        talk.say("no_limit_given")
        leave_as_is(talk)
        return
    else:
        talk.say("no_limit_given")
        state.proposal = state.suggestion = None
        state.offer = purpose.next_offer(talk)
    reask(talk)


def leave_as_is(talk: Talk) -> None:
    """Nothing comes to what is arranged already: say that it stays, and what is open beside it."""
    talk.state.proposal = talk.state.suggestion = talk.state.offer = None
    talk.say("kept_as_is")
    if rest.amount_left(talk):
        talk.say("rest_still_open")
    talk.go("anything_else")
    reask(talk)


def _by_due_date(talk: Talk, proposal: Proposal) -> bool:
    """The whole cannot be promised for so late a day, but the due date can be moved to that very day."""
    until, day = (option(talk, "extension") or {}).get("until"), proposal.date
    whole = proposal.amount is None or decimal(proposal.amount) == decimal(talk.balance)
    if not whole or not isinstance(until, str) or day is None or day[:10] > until[:10]:
        return False
    if not talk.state.said.get("due_date_instead"):
        talk.say("due_date_instead")
    talk.state.proposal = Proposal(kind="extension", date=day)
    talk.state.suggestion = talk.state.offer = None
    advance(talk)
    return True


def _verify_again(talk: Talk) -> None:
    talk.order.person_lost()
    talk.order.person_claimed()
    talk.state.proposal = talk.state.prepared = None
    talk.go("verify")
    reask(talk)


def after_confirmed(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """Read back what is now in place; when that is not known, claim nothing."""
    state, prepared = talk.state, talk.state.prepared
    talk.order.arrangement_dropped()
    if done.ok:
        in_force.record(state, done, prepared)
        state.prepared = state.proposal = state.offer = None
        state.readings, state.terms = 0, {}
        talk.go("anything_else")
        if done.say:
            talk.say_tool(done.say, "tool.confirmed", interruptible=False)
        else:
            talk.say("done")
        wanted, state.rest = state.rest, None
        if wanted is not None and _goes_on_with_rest(talk, wanted):
            return
        if (wanted or state.said.get("rest_open")) and rest.amount_left(talk):
            promised = wanted is not None and wanted.date is not None and state.arranged == "promise_to_pay"
            talk.say("rest_one_promise" if promised else "rest_still_open")
        if not talk.has_question:
            reask(talk)
    elif done.error in ("expired", "not_found") and not state.renewed and state.proposal is not None:
        state.renewed, state.prepared = True, None
        talk.say("set_up_again")
        advance(talk)
    elif done.error == "already_void":
        talk.say("was_void")
        to_person(talk, "arrangement_void")
    elif done.error == "unavailable":
        talk.say("outcome_unknown")
        to_person(talk, "confirmation_unknown")
    else:
        state.prepared = None
        talk.say("nothing_changed")
        to_person(talk, "no_agreement")


def _goes_on_with_rest(talk: Talk, wanted: Rest) -> bool:
    """The second part, when a day was named for it with the first: prepared and read out, like any other promise."""
    left = rest.uncovered(talk, "promise")
    if left is None or wanted.date is None or option(talk, "promise") is None:
        return False
    amount = min(decimal(wanted.amount) or left, left)
    propose(talk, "promise", amount=f"{amount:.2f}", date=wanted.date, besides=True)
    return True


def after_late(talk: Talk, done: ToolDone) -> None:
    """An answer that nobody waits for any more: what has been done has been done, and is said."""
    state = talk.state
    if done.name != "confirm_arrangement" or not done.ok or state.arranged:
        return
    talk.order.arrangement_dropped()
    in_force.record(state, done, state.prepared)
    state.prepared = state.proposal = state.offer = None
    if state.step == "ended" or not talk.open or state.pending is not None:
        return
    if state.step == "confirm":
        talk.go("anything_else")
    if done.say:
        talk.say_tool(done.say, "tool.confirmed", interruptible=False)
    reask(talk)
