"""A model's arguments are looked at before anything is done with them."""

import json

import pytest

from agent.llm.events import ToolCall
from agent.llm.tools import BadCall, Toolbox, toolbox
from tools.registry import schemas

TOOLBOX = Toolbox(schemas())


def call(name: str, **arguments: object) -> ToolCall:
    return ToolCall("c", name, json.dumps(arguments))


def test_good_arguments_pass() -> None:
    given = call("process_payment", amount="412.35", method="sms_link")
    assert TOOLBOX.arguments(given) == {"amount": "412.35", "method": "sms_link"}


@pytest.mark.parametrize(("amount", "meant"), [(412.35, "412.35"), (50, "50"), ("$1,050.00", "1050.00")])
def test_amount_in_other_dress_is_the_same_amount(amount: object, meant: str) -> None:
    assert TOOLBOX.arguments(call("process_payment", amount=amount, method="sms_link"))["amount"] == meant


@pytest.mark.parametrize(
    ("tool_call", "error"),
    [
        (call("wire_money", amount="1.00"), "unknown_tool"),
        (call("verify_account", account_last_4="1", postal_code="2"), "unknown_tool"),
        (ToolCall("c", "process_payment", '{"amount": '), "invalid_arguments"),
        (ToolCall("c", "process_payment", "[]"), "invalid_arguments"),
        (ToolCall("c", "process_payment", '{"x": "' + "y" * 5000 + '"}'), "invalid_arguments"),
        (call("process_payment", amount="412.35", method="gold"), "invalid_arguments"),
        (call("process_payment", amount="a lot", method="sms_link"), "invalid_arguments"),
        (call("process_payment", amount="-5.00", method="sms_link"), "invalid_arguments"),
        (call("process_payment", method="sms_link"), "invalid_arguments"),
        (call("process_payment", amount="5.00", method="sms_link", note="x"), "invalid_arguments"),
        (call("calculate_payment_plan", months="six"), "invalid_arguments"),
        (call("record_restriction", kind="reward"), "invalid_arguments"),
    ],
)
def test_bad_arguments_are_refused_with_a_reason(tool_call: ToolCall, error: str) -> None:
    with pytest.raises(BadCall) as refused:
        TOOLBOX.arguments(tool_call)
    assert refused.value.error == error
    assert json.loads(refused.value.result())["ok"] is False


def test_calls_that_are_offered_the_same_tools_share_a_toolbox() -> None:
    assert toolbox(schemas()) is toolbox(schemas())
    assert toolbox(schemas()[:3]) is not toolbox(schemas())
    offered = [tool["function"]["name"] for tool in json.loads(toolbox(schemas()[:3]).for_model)]
    assert offered[-1] == "end_call"
    assert "verify_account" not in offered
