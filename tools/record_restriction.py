"""Keep what the caller asks or tells, and let it act on the whole organization at once (C-01 … C-10).

Queued calls of that person are stopped and callbacks cancelled in the same transaction, before the next sentence.
"""

from typing import Any, Literal
from uuid import uuid4

from pydantic import Field
from sqlalchemy import or_, select, update

from archer.call_state import end_without_carrier, wake
from archer.store.arrangements import Callback
from archer.store.calls import Call
from archer.store.customers import Consent, Restriction
from archer.store.decisions import audit
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
STOPS_CALLS = frozenset(
    {"cease", "attorney", "bankruptcy", "deceased", "identity_theft", "dispute", "already_paid", "wrong_number"}
)
"""These stop every other call to that person (P-05, P-16 … P-23, P-27)."""


class Arguments(Base):
    kind: Kind
    details: dict[str, Any] | str | None = Field(default=None, description="What the caller said about it")


async def _stop_other_calls(call: CallContext) -> int:
    person = or_(Call.customer_id == call.customer.id, Call.phone_number == call.customer.phone_number)
    queued = await call.unit.session.execute(
        select(Call).where(person, Call.status == "queued", Call.id != call.call.id).order_by(Call.id).with_for_update()
    )
    stopped = 0
    for other in queued.scalars():
        other.disposition = "blocked"
        await end_without_carrier(call.unit, other, "canceled", "blocked")
        await wake(call.unit, other, "restricted")
        stopped += 1
    await call.unit.session.execute(
        update(Callback)
        .where(Callback.customer_id == call.customer.id, Callback.status == "scheduled")
        .values(status="canceled")
    )
    return stopped


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Write it once per call and kind, then stop what it forbids."""
    session = call.unit.session
    row = (
        await session.execute(
            select(Restriction).where(Restriction.call_id == call.call.id, Restriction.kind == args.kind)
        )
    ).scalar_one_or_none()
    stopped = 0
    if row is None:
        details = args.details if isinstance(args.details, dict) else {"said": args.details or ""}
        row = Restriction(
            id=uuid4(),
            organization_id=call.call.organization_id,
            customer_id=call.customer.id,
            phone_number=call.customer.phone_number if args.kind == "wrong_number" else None,
            call_id=call.call.id,
            kind=args.kind,
            source="caller",
            details=details,
            created_at=call.now,
        )
        session.add(row)
        await session.flush()
        if args.kind == "cease":
            await session.execute(
                update(Consent)
                .where(Consent.customer_id == call.customer.id, Consent.revoked_at.is_(None))
                .values(revoked_at=call.now, revocation_scope="all")
            )
        if args.kind in STOPS_CALLS:
            stopped = await _stop_other_calls(call)
        await audit(
            session,
            call.call.organization_id,
            at=call.now,
            actor=f"call:{call.call.id}",
            action="restriction.recorded",
            subject=f"customer:{call.customer.id}",
            details={"kind": args.kind, "restriction_id": str(row.id), "stopped_calls": stopped},
        )
    call.call.outcome = OUTCOMES.get(args.kind, call.call.outcome)
    return ToolResult(data={"restriction_id": str(row.id), "stopped_calls": stopped})
