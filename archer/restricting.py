"""Put a restriction on contact, or lift one: what it revokes, what it stops, who did it (C-01 … C-10, P-05, R-08).

Every way in ends here: tools in a call, the API, texts, erasure. A restriction acts in the transaction that records it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from archer.compliance.redaction import redact
from archer.conversation.quiet_times import quiet_windows
from archer.recording import stop_recordings
from archer.stopping import Stopped, hold_calls, stop_calls, stop_texts
from archer.store.calls import Call
from archer.store.customers import Consent, Customer, Restriction, same_person
from archer.store.database import hold
from archer.store.decisions import audit
from archer.store.dial_rows import one_of_ids
from archer.work import Work

STOPS_CALLS = frozenset(
    {
        "cease",
        "phone_opt_out",
        "ai_opt_out",
        "do_not_call",
        "attorney",
        "bankruptcy",
        "deceased",
        "identity_theft",
        "dispute",
        "already_paid",
        "wrong_number",
        "work_number",
        "military",
        "erasure",
    }
)
"""These stop every other call to that person (P-05, P-15 … P-24, P-27): the gate would refuse them anyway."""
STOPS_TEXTS = frozenset(
    {"cease", "sms_opt_out", "attorney", "bankruptcy", "deceased", "identity_theft", "wrong_number", "erasure"}
)
"""These stop texts that have not left."""
ABOUT_THE_NUMBER = frozenset({"wrong_number", "sms_opt_out"})
"""These bind the number for whoever is believed to have it, besides the person."""
_ABOUT_THE_DEBT = frozenset({"dispute", "already_paid"})
"""These hold one account; the person's other accounts go on."""
_STOPS_THE_LINE = frozenset({"cease", "phone_opt_out", "wrong_number"})
"""These stop what is queued to the number as well: whoever answers there has said no."""
NUMBER_KINDS = frozenset({"do_not_call", "wrong_number", "sms_opt_out"})
"""These may be put on a number alone."""
_REVOKES = {"cease": "all", "phone_opt_out": "all", "ai_opt_out": "ai_voice"}
"""Scope of the revocation of consent that goes with a restriction (P-05)."""


@dataclass(frozen=True)
class Restricted:
    """A restriction in force."""

    row: Restriction
    stopped: Stopped
    repeated: bool = False
    """It stood already."""


async def restrict(
    unit: Work,
    customer: Customer,
    kind: str,
    *,
    source: str,
    actor: str,
    details: dict[str, Any] | None = None,
    call: Call | None = None,
) -> Restricted:
    """Restrict contact with a customer, and act on it at once. The same again in one call changes nothing."""
    details = _details(kind, details or {})
    await hold(unit.session, _turn(customer))  # the same twice at once is recorded once
    before = await _standing(unit, customer, kind, details, call)
    if before is not None:
        return Restricted(before, Stopped(), repeated=True)
    row = Restriction(
        id=uuid4(),
        organization_id=unit.organization_id,
        customer_id=customer.id,
        phone_number=customer.phone_number if kind in ABOUT_THE_NUMBER else None,
        call_id=call.id if call else None,
        kind=kind,
        source=source,
        details=details,
        created_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await _revoke(unit, customer, kind, actor)
    stopped = await _stop(unit, customer, row, call)
    await _record(unit, row, stopped, actor=actor, subject=f"customer:{customer.id}")
    return Restricted(row, stopped)


async def hold_people(unit: Work, customers: Sequence[Customer]) -> None:
    """Before several people are restricted in one transaction: lock what that will lock, in the order of everybody.

    Turns of people, then their memberships and calls, then the audit log; a dial holds its call and waits for the log,
    a round of a campaign its members.
    """
    for customer in sorted(customers, key=lambda one: one.id):
        await hold(unit.session, _turn(customer))
    await hold_calls(unit, [customer.id for customer in customers])


def _turn(customer: Customer) -> str:
    return f"restrict:{customer.id}"


async def restrict_number(
    unit: Work, number: str, kind: str, *, source: str, actor: str, details: dict[str, Any] | None = None
) -> Restricted:
    """Restrict contact with a number (E.164), whoever has it. `kind` is one of NUMBER_KINDS."""
    await hold(unit.session, f"restrict:{unit.organization_id}:{number}")
    standing = (
        await unit.session.execute(
            select(Restriction)
            .where(
                Restriction.phone_number == number,
                Restriction.customer_id.is_(None),
                Restriction.kind == kind,
                Restriction.lifted_at.is_(None),
            )
            .limit(1)
        )
    ).scalar_one_or_none()
    if standing is not None:
        return Restricted(standing, Stopped(), repeated=True)
    row = Restriction(
        id=uuid4(),
        organization_id=unit.organization_id,
        phone_number=number,
        kind=kind,
        source=source,
        details=details or {},
        created_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    stopped = await stop_calls(unit, why=_why(row), numbers=[number]) if kind in STOPS_CALLS else Stopped()
    if kind in STOPS_TEXTS:
        stopped = replace(stopped, texts=await stop_texts(unit, numbers=[number]))
    await _record(unit, row, stopped, actor=actor, subject=f"restriction:{row.id}")
    return Restricted(row, stopped)


async def lift(unit: Work, row: Restriction, *, actor: str, reason: str) -> None:
    """End a restriction on a person's word; consents that went with it stay revoked until given anew."""
    row.lifted_at, row.lifted_by, row.lift_reason = unit.now, actor, reason
    await audit(
        unit.session,
        unit.organization_id,
        at=unit.now,
        actor=actor,
        action="restriction.lifted",
        subject=f"customer:{row.customer_id}" if row.customer_id else f"restriction:{row.id}",
        details={"kind": row.kind, "restriction_id": str(row.id), "reason": reason},
    )


def _details(kind: str, details: dict[str, Any]) -> dict[str, Any]:
    """Details as they are kept: words redacted, and the hours of an inconvenient time read from them."""
    kept = {name: redact(value).text if isinstance(value, str) else value for name, value in details.items()}
    said = kept.get("said") or kept.get("reason")
    if kind == "inconvenient_time" and not kept.get("windows") and isinstance(said, str):
        windows = quiet_windows(said)
        kept |= {"windows": windows} if windows else {"needs_review": True}
    return kept


async def _standing(
    unit: Work, customer: Customer, kind: str, details: dict[str, Any], call: Call | None
) -> Restriction | None:
    query = select(Restriction).where(Restriction.kind == kind).order_by(Restriction.created_at).limit(1)
    if call is not None:
        query = query.where(Restriction.call_id == call.id)
    else:
        query = query.where(
            Restriction.customer_id == customer.id,
            Restriction.call_id.is_(None),
            Restriction.lifted_at.is_(None),
            Restriction.details == details,
        )
    return (await unit.session.execute(query)).scalar_one_or_none()


async def _revoke(unit: Work, customer: Customer, kind: str, actor: str) -> None:
    scope = _REVOKES.get(kind)
    if scope is None:
        return
    accounts = await same_person(unit.session, customer)
    query = update(Consent).where(one_of_ids(Consent.customer_id, accounts), Consent.revoked_at.is_(None))
    if scope == "ai_voice":
        query = query.where(Consent.kind == "ai_voice")
    await unit.session.execute(query.values(revoked_at=unit.now, revocation_scope=scope, revoked_by=actor))


def _why(row: Restriction) -> dict[str, Any]:
    """A restriction as the reason for which somebody is skipped."""
    return {"cause": "restriction", "kind": row.kind, "restriction_id": str(row.id)}


async def _stop(unit: Work, customer: Customer, row: Restriction, call: Call | None) -> Stopped:
    kind = row.kind
    accounts: list[UUID] = await same_person(unit.session, customer)
    stopped = Stopped()
    if kind in STOPS_CALLS:
        stopped = await stop_calls(
            unit,
            why=_why(row),
            customers=[customer.id] if kind in _ABOUT_THE_DEBT else accounts,
            numbers=[customer.phone_number] if kind in _STOPS_THE_LINE else [],
            besides=call.id if call else None,
        )
    if kind in STOPS_TEXTS:
        stopped = replace(stopped, texts=await stop_texts(unit, customers=accounts))
    if kind == "do_not_record":
        await stop_recordings(unit, accounts)
    return stopped


async def _record(unit: Work, row: Restriction, stopped: Stopped, *, actor: str, subject: str) -> None:
    await audit(
        unit.session,
        unit.organization_id,
        at=unit.now,
        actor=actor,
        action="restriction.recorded",
        subject=subject,
        details={"kind": row.kind, "restriction_id": str(row.id), "stopped": stopped.named()},
    )
    if row.kind in ("dispute", "already_paid", "identity_theft"):
        # the case is open from now on; whoever handles disputes hears of it at once.
        unit.publish("alert", row.call_id, {"alert": "dispute_opened", "restriction_id": str(row.id)})
