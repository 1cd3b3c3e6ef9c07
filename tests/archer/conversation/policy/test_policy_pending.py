"""What lies ready and is changed into something else: each reading names what it is about, and nothing of the last."""

import re
from itertools import permutations

import pytest

from archer.conversation.events import Say
from archer.conversation.policy.arrangement import PAYMENTS
from tests.archer.conversation.policy.policy_script import Bank, Call, text

WISHES = {
    "transfer": ["pay_now bank transfer please | amount=412.35"],
    "part_by_transfer": ["offer_amount a part by bank transfer | amount=150.00"],
    "link": ["pay_now text me the link | amount=412.35"],
    "part_by_link": ["offer_amount a part, text me the link | amount=150.00"],
    "plan": ["payment_plan six | months=6"],
    "plan_with_a_first_payment": ["payment_plan six with something down payment | months=6 | amount=100.00"],
    "promise": ["promise_to_pay by then | datetime=2026-11-27"],
    "part_promised": ["promise_to_pay so much by then | datetime=2026-11-27 | amount=150.00"],
    "extension": ["extension until then | datetime=2026-12-10"],
}
TOOL = {
    "transfer": "process_payment",
    "part_by_transfer": "process_payment",
    "link": "process_payment",
    "part_by_link": "process_payment",
    "plan": "calculate_payment_plan",
    "plan_with_a_first_payment": "calculate_payment_plan",
    "promise": "promise_to_pay",
    "part_promised": "promise_to_pay",
    "extension": "adjust_due_date",
}
_EMPTY = re.compile(r"\b(?:of|pay|by|on|to|over)\s+(?:from|on|by|months)\b|\s[.,?]")


def spoken_of(call: Call) -> str:
    return " ".join(action.text for action in call.actions if isinstance(action, Say))


@pytest.mark.parametrize(("before", "after"), permutations(WISHES, 2))
def test_a_reading_speaks_of_what_is_ready_now_and_leaves_no_blank(before: str, after: str) -> None:
    call = Call().verified()
    call.hear(*WISHES[before])
    assert call.conversation.step == "confirm"
    told = text(call.hear(*WISHES[after]))
    ready = call.conversation.state.prepared
    assert call.conversation.step == "confirm"
    assert ready is not None
    assert not _EMPTY.search(told), told
    debit = ready.method == "bank_transfer"
    assert not debit or ready.kind in PAYMENTS
    assert ("electronic debit" in told, "authorize" in told) == (debit, debit)
    call.hear("affirm yes")
    assert call.tools[-1] == "confirm_arrangement"


@pytest.mark.parametrize("missing", ["amount", "date", "months"])
@pytest.mark.parametrize("kind", WISHES)
def test_what_a_tool_leaves_out_is_never_read_as_a_blank(kind: str, missing: str) -> None:
    """A tool that gives only the id: the reading is made of what was asked for, or not spoken at all."""
    call = Call(bank=Bank({TOOL[kind]: {"data": {"intent_id": "i1"}, "say": None}})).verified()
    call.hear(*WISHES[kind])
    if call.conversation.step == "confirm" and call.conversation.state.proposal:
        setattr(call.conversation.state.proposal, missing, None)
    assert not _EMPTY.search(spoken_of(call))
