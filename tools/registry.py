"""All tools. A new tool is a new file and one line here."""

from types import ModuleType
from typing import Any, Protocol, cast

from archer.protocol import ToolSchema
from tools import (
    adjust_due_date,
    calculate_payment_plan,
    confirm_arrangement,
    get_customer_options,
    get_negotiation_guidance,
    process_payment,
    promise_to_pay,
    record_restriction,
    schedule_callback,
    transfer_to_agent,
    verify_account,
    void_arrangement,
)
from tools.context import Arguments, CallContext, ToolResult


class Tool(Protocol):
    """What every tool module has."""

    NAME: str
    DESCRIPTION: str
    NEEDS_VERIFICATION: bool
    Arguments: type[Arguments]

    async def run(self, call: CallContext, args: Any) -> ToolResult: ...


_MODULES: tuple[ModuleType, ...] = (
    verify_account,
    get_customer_options,
    calculate_payment_plan,
    process_payment,
    promise_to_pay,
    adjust_due_date,
    get_negotiation_guidance,
    schedule_callback,
    transfer_to_agent,
    record_restriction,
    confirm_arrangement,
    void_arrangement,
)
TOOLS: dict[str, Tool] = {module.NAME: cast(Tool, module) for module in _MODULES}


def schemas() -> list[ToolSchema]:
    """Every tool as a language model sees it."""
    return [
        ToolSchema(name=tool.NAME, description=tool.DESCRIPTION, parameters=tool.Arguments.model_json_schema())
        for tool in TOOLS.values()
    ]
