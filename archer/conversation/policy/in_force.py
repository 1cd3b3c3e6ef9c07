"""What has been arranged in this call, as facts: kept when it is done, and told to whoever asks for it later.

Rule I-18: amounts and days are the tools' own. The caller's questions ("when is the first payment?", "how much was
it?") are about what stands now, unless something else is being worked out already.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy.state import Arranged, Prepared, State
from archer.conversation.policy.steps import spoken_day
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

DISPOSITIONS = {
    "payment": "payment_arranged",
    "settlement": "payment_arranged",
    "plan": "plan_agreed",
    "promise": "promise_to_pay",
    "extension": "extension_granted",
}
_KINDS = {"full_payment": "payment", "partial_payment": "payment"}


def record(state: State, done: ToolDone, prepared: Prepared | None) -> None:
    """`confirm_arrangement` has done it: from now on this is what stands, besides what the tool says that it keeps."""
    data = done.data
    named = str(data.get("kind") or (prepared.kind if prepared else "payment"))
    kind = _KINDS.get(named, named)
    state.arranged = str(data.get("disposition") or DISPOSITIONS.get(kind, "payment_arranged"))
    ready = prepared or Prepared(intent_id="", kind="full_payment")
    kept = [one.get("kind") for one in data.get("kept") or () if isinstance(one, dict)]
    made = Arranged(
        kind=kind if kind in DISPOSITIONS else "payment",
        amount=_text(data.get("amount")) or ready.amount,
        date=_text(data.get("due_date")) or ready.date,
        method=_text(data.get("method")) or ready.method,
        months=ready.months,
        each=ready.each,
        last=ready.last,
        down_payment=ready.down_payment,
        say=done.say,
    )
    state.in_force = [*(one for one in state.in_force if one.kind in kept), made]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def instalments(data: dict[str, Any]) -> dict[str, str]:
    """The amounts of a plan that a tool has worked out: `down_payment`, `each`, and `last` where it is another."""
    down = data.get("down_payment")
    amounts = [str(part.get("amount")) for part in data.get("installments") or () if isinstance(part, dict)]
    monthly = amounts[1:] if down else amounts
    if not monthly:
        return {}
    found = {"each": monthly[0]} | ({"down_payment": str(down)} if down else {})
    return found if monthly[-1] == monthly[0] else found | {"last": monthly[-1]}


def standing(talk: Talk) -> list[Arranged]:
    """What a question is about: what stands, when nothing else is being worked out."""
    state = talk.state
    asked = talk.open and state.arranged is not None and state.proposal is None and state.prepared is None
    return state.in_force if asked else []


_Say = Callable[[], None]


def day_told(talk: Talk) -> _Say | None:
    """An answer to "when?"; None when nothing stands that has a day."""
    dated = [(one.method or one.kind, spoken_day(talk, one.date)) for one in standing(talk) if one.date]
    return _in_turn([partial(talk.say, f"stands_{key}_day", day=day) for key, day in dated if day])


def amount_told(talk: Talk) -> _Say | None:
    """An answer to "how much?"; None when nothing stands that has an amount."""
    return _in_turn([partial(_say_amount, talk, one) for one in standing(talk) if one.each or one.amount])


def all_told(talk: Talk) -> _Say | None:
    """An answer to "what did I agree to?": how much and by when."""
    return _in_turn([say for say in (day_told(talk), amount_told(talk)) if say is not None])


def _in_turn(parts: Sequence[_Say]) -> _Say | None:
    if not parts:
        return None

    def say() -> None:
        for part in parts:
            part()

    return say


def _say_amount(talk: Talk, one: Arranged) -> None:
    if one.each is None:
        key = "stands_promise_amount" if one.kind == "promise" else "stands_amount"
        talk.say(key, amount=spoken.money(one.amount or 0))
        return
    if one.down_payment:
        talk.say("stands_down_payment", amount=spoken.money(one.down_payment))
    last = spoken.money(one.last) if one.last else ""
    talk.say("stands_each_but_last" if last else "stands_each", amount=spoken.money(one.each), last=last)
