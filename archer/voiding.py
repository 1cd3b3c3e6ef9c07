"""Take back what was arranged in a call: by the caller's word, or because a right was invoked after it.

Nothing has been collected by then: a payment link stops working with its arrangement, its text is kept from leaving if
it has not left, and a bank transfer is only made of what is in force.
"""

from sqlalchemy import select, update

from archer.store.arrangements import Arrangement, Intent
from archer.store.calls import Call
from archer.store.decisions import audit
from archer.store.messages import Message
from archer.work import Work

ENDS_PERSUASION = frozenset(
    {
        *("cease", "attorney", "bankruptcy", "deceased", "identity_theft", "dispute", "already_paid"),
        *("wrong_number", "third_party", "military"),
    }
)
"""After these nothing more is arranged in that call (I-15)."""
OF_THE_PERSON = frozenset({"attorney", "bankruptcy", "deceased", "identity_theft"})
"""While these stand, nothing is arranged with that person in any call."""
VOIDS = frozenset(
    {"bankruptcy", "deceased", "identity_theft", "dispute", "already_paid", "wrong_number", "third_party"}
)
"""These take away the ground of what was arranged before them in the same call."""
FOR_A_PERSON = frozenset({"attorney", "military"})
"""Under these an arrangement stays in force, and a person looks at it."""


async def void_arrangements(unit: Work, call: Call, *, actor: str, why: str) -> list[Arrangement]:
    """Void what is in force of this call, and its texts that have not left; what was voided."""
    rows = await arranged(unit, call)
    for row in rows:
        row.status = "void"
        await unit.session.execute(
            update(Message)
            .where(Message.key == f"payment-link:{row.id}", Message.status == "queued")
            .values(status="failed", error="the arrangement was cancelled")
        )
        await audit(
            unit.session,
            row.organization_id,
            at=unit.now,
            actor=actor,
            action="arrangement.voided",
            subject=f"arrangement:{row.id}",
            details={"kind": row.kind, "why": why},
        )
    await unit.session.flush()
    return rows


async def arranged(unit: Work, call: Call) -> list[Arrangement]:
    """What is in force of this call, oldest first."""
    found = await unit.session.scalars(
        select(Arrangement).where(Arrangement.call_id == call.id).order_by(Arrangement.created_at)
    )
    return [row for row in found.all() if row.status == "active"]


async def drop_prepared(unit: Work, call: Call) -> None:
    """What lies ready in this call can no longer be confirmed."""
    await unit.session.execute(
        update(Intent).where(Intent.call_id == call.id, Intent.status == "prepared").values(status="superseded")
    )
