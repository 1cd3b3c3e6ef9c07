"""Take back what was arranged in this call, at the caller's word: it was not what he wanted, or he changed his mind."""

from archer.voiding import void_arrangements
from tools.context import Arguments as Base
from tools.context import CallContext, ToolResult, refused
from tools.standing import name

NAME = "void_arrangement"
DESCRIPTION = "Cancel what was arranged in this call, when the caller takes it back. Changes nothing of earlier calls."
NEEDS_VERIFICATION = True


class Arguments(Base):
    pass


async def run(call: CallContext, _: Arguments) -> ToolResult:
    """Void all that is in force of this call; `not_found` when nothing is."""
    rows = await void_arrangements(call.unit, call.call, actor=f"call:{call.call.id}", why="caller")
    if not rows:
        return refused("not_found")
    call.call.outcome = None
    names = " and ".join(name(row, call).rstrip(",") for row in rows)
    link = " The link no longer works." if any(row.method == "sms_link" for row in rows) else ""
    return ToolResult(
        f"I have cancelled {names}; nothing is set up now.{link}",
        {"voided": [{"arrangement_id": str(row.id), "kind": row.kind} for row in rows]},
    )
