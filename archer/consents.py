"""Consents: given, revoked, listed (P-01, P-05). A revocation stands until a person declares it overtaken."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from archer.recording import stop_recordings
from archer.stopping import Stopped, stop_calls, stop_texts
from archer.store.customers import Consent, Customer
from archer.store.decisions import audit
from archer.store.dial_rows import one_of_ids
from archer.work import Work

_STOPS = {"ai_voice": "calls", "all": "calls", "sms": "texts"}


async def consents_of(session: AsyncSession, customer_id: UUID) -> list[Consent]:
    """A customer's consents, the newest first, revoked ones included."""
    rows = await session.execute(
        select(Consent).where(Consent.customer_id == customer_id).order_by(Consent.granted_at.desc(), Consent.id)
    )
    return list(rows.scalars())


async def agreed_on(session: AsyncSession, customers: Iterable[UUID]) -> dict[UUID, date]:
    """The day on which each of these customers last consented to an AI voice; who never did is missing."""
    rows = await session.execute(
        select(Consent.customer_id, func.max(Consent.granted_at))
        .where(one_of_ids(Consent.customer_id, customers), Consent.kind == "ai_voice")
        .group_by(Consent.customer_id)
    )
    return {customer_id: granted_at.date() for customer_id, granted_at in rows}


async def grant(
    unit: Work,
    customer: Customer,
    *,
    kind: str,
    source: str,
    granted_at: datetime,
    actor: str,
    lift_revocation: bool = False,
    reason: str = "",
) -> tuple[Consent, bool]:
    """Keep a consent and whether it is new. With `lift_revocation` earlier revocations of that kind are overtaken."""
    inserted = await unit.session.execute(
        insert(Consent)
        .values(
            id=uuid4(),
            organization_id=unit.organization_id,
            customer_id=customer.id,
            kind=kind,
            source=source,
            granted_at=granted_at,
        )
        .on_conflict_do_nothing()
        .returning(Consent.id)
    )
    new = inserted.scalar_one_or_none() is not None
    lifted = await _lift(unit, customer, kind, before=granted_at, actor=actor) if lift_revocation else 0
    row = (
        await unit.session.execute(
            select(Consent)
            .where(
                Consent.customer_id == customer.id,
                Consent.kind == kind,
                Consent.source == source,
                Consent.granted_at == granted_at,
            )
            .execution_options(populate_existing=True)
        )
    ).scalar_one()
    if new or lifted:
        details = {"consent_id": str(row.id), "kind": kind, "source": source, "lifted_revocations": lifted}
        await audit(
            unit.session,
            unit.organization_id,
            at=unit.now,
            actor=actor,
            action="consent.granted",
            subject=f"customer:{customer.id}",
            details=details | ({"reason": reason} if reason else {}),
        )
    return row, new


async def _lift(unit: Work, customer: Customer, kind: str, *, before: datetime, actor: str) -> int:
    """Declare revocations of a kind overtaken by a consent given after them; how many."""
    scopes = ("ai_voice", "all") if kind == "ai_voice" else (kind,)
    rows = await unit.session.execute(
        update(Consent)
        .where(
            Consent.customer_id == customer.id,
            Consent.revoked_at.is_not(None),
            Consent.revoked_at <= before,
            Consent.revocation_lifted_at.is_(None),
            or_(Consent.kind == kind, Consent.revocation_scope.in_(scopes)),
        )
        .values(revocation_lifted_at=unit.now, revocation_lifted_by=actor)
        .returning(Consent.id)
    )
    return len(rows.all())


async def revoke(unit: Work, row: Consent, *, scope: str, actor: str, reason: str) -> Stopped:
    """Revoke a consent and stop what rested on it; a second time changes nothing."""
    if row.revoked_at is not None:
        return Stopped()
    row.revoked_at, row.revocation_scope, row.revoked_by = unit.now, scope, actor
    await unit.session.flush()
    stopped = Stopped()
    if _STOPS.get(scope) == "calls":
        why = {"cause": "consent_revoked", "consent_id": str(row.id), "scope": scope}
        stopped = await stop_calls(unit, why=why, customers=[row.customer_id])
    elif _STOPS.get(scope) == "texts":
        stopped = Stopped(texts=await stop_texts(unit, customers=[row.customer_id]))
    if row.kind == "recording":
        await stop_recordings(unit, [row.customer_id])
    await audit(
        unit.session,
        unit.organization_id,
        at=unit.now,
        actor=actor,
        action="consent.revoked",
        subject=f"customer:{row.customer_id}",
        details={"consent_id": str(row.id), "scope": scope, "reason": reason, "stopped": stopped.named()},
    )
    return stopped
