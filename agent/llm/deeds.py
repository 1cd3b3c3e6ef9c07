"""What a tool call of the model becomes: a deed of the rules, with their order, their words and their outcome.

Everything that acts goes the way the rule-based conversation would go (`archer.conversation.policy`): prepared, read
out in the tool's words, confirmed by the caller's own yes. The model only chooses what is prepared.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from agent.llm.events import ToolCall
from agent.llm.tools import END_CALL, BadCall, Toolbox
from archer.conversation.events import ToolDone
from archer.conversation.order import OrderViolation
from archer.conversation.policy import arrangement, people
from archer.conversation.policy.state import OfferKind, Proposal
from archer.conversation.policy.steps import decimal
from archer.conversation.policy.talk import Talk

PREPARING = frozenset({"process_payment", "calculate_payment_plan", "promise_to_pay", "adjust_due_date"})
_THEN = {
    "get_customer_options": "options",
    "get_negotiation_guidance": "guidance",
    "schedule_callback": "callback",
    **dict.fromkeys(PREPARING, "prepared"),
}
"""Who of the rules goes on with the answer, should the model not be there to take it."""
_TOOK_LEAVE = re.compile(r"\b(?:goodbye|good bye|bye|take care|have a (?:\w+ )?(?:day|evening|night|one))\b", re.I)


READ_AGAIN = json.dumps(
    {"ok": False, "error": "not_allowed", "problem": "it needs the caller's own yes; it is being read out to him again"}
)
LEAVE_TAKEN = '{"ok":true}'


@dataclass(frozen=True)
class Deed:
    """What was put into the turn."""

    tool_call_id: str | None = None
    """Of the tool that is asked for, as the API will know it."""
    answer: str | None = None
    """What the model is told at once, where no tool will answer."""
    models_turn: bool = False
    """The model goes on with the tool's answer; otherwise the turn is the rules' now."""


def do(talk: Talk, call: ToolCall, toolbox: Toolbox) -> Deed:
    """Put the deed into the turn. Raises BadCall with what the model is to be told when nothing can be done."""
    arguments = toolbox.arguments(call)
    try:
        return _do(talk, call.name, arguments)
    except OrderViolation as violation:
        raise BadCall("not_allowed", violation.reason) from None


def _do(talk: Talk, name: str, arguments: dict[str, Any]) -> Deed:
    if name == END_CALL:
        _end(talk)
        return Deed(answer=LEAVE_TAKEN)
    if name == "confirm_arrangement":
        confirmed = _confirm(talk, arguments)
        return _asked(talk) if confirmed else Deed(answer=READ_AGAIN)
    if name == "void_arrangement":
        if not talk.state.arranged:
            raise BadCall("not_allowed", "nothing was arranged in this call")
        talk.use(name, {}, "undone")
        return _asked(talk)
    if name == "record_restriction":
        _record(talk, arguments)
        return _asked(talk)
    if name == "transfer_to_agent":
        if talk.state.person_tried:
            raise BadCall("not_available", "nobody is free; offer a callback")
        people.to_person(talk, "hardship" if "hardship" in talk.state.claims else "requested")
        return _asked(talk)
    _use(talk, name, arguments)
    return _asked(talk, models_turn=True)


def _asked(talk: Talk, *, models_turn: bool = False) -> Deed:
    assert talk.state.pending is not None, "a tool has been asked for"
    return Deed(talk.state.pending.tool_call_id, models_turn=models_turn)


def _use(talk: Talk, name: str, arguments: dict[str, Any]) -> None:
    if name == "schedule_callback":
        talk.state.reason = "requested"
    talk.use(name, arguments, _THEN[name])
    if name in PREPARING:
        arrangement.drop(talk)
        talk.state.proposal = _proposal(talk, name, arguments)


def _proposal(talk: Talk, name: str, arguments: dict[str, Any]) -> Proposal:
    amount, balance = arguments.get("amount"), decimal(talk.balance)
    if name == "process_payment":
        whole = balance is not None and decimal(amount) == balance
        part: OfferKind = "settlement" if arguments.get("settles") else "partial_payment"
        kind: OfferKind = "full_payment" if whole else part
        return Proposal(kind=kind, amount=amount, method=arguments.get("method"), date=arguments.get("date"))
    if name == "calculate_payment_plan":
        return Proposal(
            kind="plan",
            months=arguments.get("months"),
            down_payment=arguments.get("down_payment"),
            date=arguments.get("first_date"),
        )
    if name == "promise_to_pay":
        return Proposal(kind="promise", amount=amount, date=arguments.get("date"))
    return Proposal(kind="extension", date=arguments.get("new_date"))


def _confirm(talk: Talk, arguments: dict[str, Any]) -> bool:
    """Only the caller's own yes confirms (I-21): without it what lies ready is read out again and asked about."""
    prepared, intent_id = talk.state.prepared, str(arguments.get("intent_id"))
    if prepared is None or prepared.intent_id != intent_id:
        raise BadCall("not_allowed", "nothing is prepared under this id; prepare it first")
    if talk.order.agreed == intent_id:
        talk.use("confirm_arrangement", {"intent_id": intent_id}, "confirmed")
        return True
    talk.note("confirmation_refused", rule="I-21")
    talk.go("confirm")
    arrangement.read_and_ask(talk)
    return False


def _record(talk: Talk, arguments: dict[str, Any]) -> None:
    """A right or a fact that the model heard: the same way as one that the rules heard."""
    kind = str(arguments["kind"])
    if kind in talk.state.restrictions or (kind == "hardship" and "hardship" in talk.state.claims):
        raise BadCall("already_done", "that is on record already; go on")
    arrangement.drop(talk)
    talk.state.proposal = talk.state.offer = None
    if kind == "hardship":
        talk.state.claims.append("hardship")
        talk.state.reason = "hardship"
        talk.use("record_restriction", {"kind": kind}, "hardship")
        return
    talk.note("opt_out_heard" if kind == "cease" else "right_invoked", kind=kind)
    talk.use("record_restriction", {"kind": kind}, "right")


def _end(talk: Talk) -> None:
    said = talk.agent_said or ""
    if _TOOK_LEAVE.search(said):
        talk.end(people.outcome(talk), "nothing left to do")
    else:
        people.goodbye(talk, "nothing left to do")


def reads_out(done: ToolDone) -> bool:
    """Something lies ready now and has to be read to the caller."""
    return done.ok and done.name in PREPARING and "intent_id" in done.data
