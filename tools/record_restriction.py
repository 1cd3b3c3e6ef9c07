"""Keep what the caller asks or tells, and let it act on the whole organization at once (C-01 … C-10).

Queued calls of that person are stopped and callbacks cancelled in the same transaction, before the next sentence.
"""

from typing import Any, Literal

from pydantic import Field

from archer.restricting import restrict
from archer.store.arrangements import Arrangement
from archer.voiding import (
    ENDS_PERSUASION,
    FOR_A_PERSON,
    VOIDS,
    arranged,
    drop_prepared,
    void_arrangements,
)
from tools.context import Arguments as Base
from tools.context import CallContext, ToolResult

NAME = "record_restriction"
DESCRIPTION = "Record a right the caller invokes or a fact that limits contact; it acts at once."
NEEDS_VERIFICATION = False

Kind = Literal[
    "cease",
    "attorney",
    "bankruptcy",
    "deceased",
    "identity_theft",
    "dispute",
    "wrong_number",
    "third_party",
    "military",
    "do_not_record",
    "inconvenient_time",
    "work_number",
    "language",
    "already_paid",
    "hardship",
]
OUTCOMES: dict[str, str] = {
    "cease": "cease_requested",
    "attorney": "attorney",
    "bankruptcy": "bankruptcy",
    "deceased": "deceased",
    "identity_theft": "identity_theft",
    "dispute": "disputed",
    "already_paid": "disputed",
    "wrong_number": "wrong_number",
    "third_party": "third_party",
    "hardship": "hardship_referred",
}
"""The disposition that each leaves the call with."""


class Arguments(Base):
    kind: Kind
    details: dict[str, Any] | str | None = Field(default=None, description="What the caller said about it")


async def _undo(call: CallContext, kind: str) -> list[Arrangement]:
    """What a right does to what was arranged before it in the same call; what it voids."""
    actor = f"call:{call.call.id}"
    if kind in ENDS_PERSUASION:
        await drop_prepared(call.unit, call.call)
    if kind in VOIDS:
        return await void_arrangements(call.unit, call.call, actor=actor, why=kind)
    if kind in FOR_A_PERSON and await arranged(call.unit, call.call):
        call.unit.publish("alert", call.call.id, {"alert": "arrangement_to_review", "restriction": kind})
    return []


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Write it once per call and kind, then stop what it forbids."""
    details = args.details if isinstance(args.details, dict) else {"said": args.details or ""}
    recorded = await restrict(
        call.unit,
        call.customer,
        args.kind,
        source="caller",
        actor=f"call:{call.call.id}",
        details=details,
        call=call.call,
    )
    voided = await _undo(call, args.kind)
    call.call.outcome = OUTCOMES.get(args.kind, call.call.outcome)
    data: dict[str, Any] = {
        "restriction_id": str(recorded.row.id),
        "stopped_calls": recorded.stopped.calls,
        "canceled_callbacks": recorded.stopped.callbacks,
    }
    if voided:
        data["voided"] = [row.kind for row in voided]
    if args.kind == "inconvenient_time":
        data["windows"] = recorded.row.details.get("windows", [])
    return ToolResult(data=data)
