"""Delete what may go, keep what must stay: retention periods, erasure requests, card data found later (R-02 … R-09).

Every deletion is asked for in a transaction of its own and is on record in the audit log. The database refuses whatever
the law still wants kept, so a mistake here deletes nothing.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from archer.compliance.redaction import Redactor
from archer.compliance.retention import Records, retention
from archer.recording import condemn
from archer.restricting import restrict
from archer.store.calls import Call, CallEntry, entries_of
from archer.store.customers import Customer
from archer.store.decisions import audit
from archer.store.erasure import (
    ErasureRequest,
    erase_customer,
    erase_evidence,
    erase_unclaimed_calls,
    open_requests,
    purge_secret,
)
from archer.store.idempotency import IdempotencyKey
from archer.store.messages import OutboxMessage
from archer.store.recordings import Recording
from archer.telephony.twilio_client import CarrierError, carrier
from archer.work import Work, work

ACTOR = "system:retention"
AT_ONCE = 500
"""Customers, and recordings, that one run deletes of an organization; the next run goes on."""
_ZONES = timedelta(hours=12)
"""Dates are reckoned where the day begins last, so that no period ends early in any zone."""
_NOT_FOUND = 20404
_IDEMPOTENCY, _OUTBOX = timedelta(days=2), timedelta(days=7)
"""Working data: keys are good for a day, sent messages are of no use."""
log = logging.getLogger(__name__)

_LAST_ACTS = """
    SELECT customer_id, GREATEST(queued_at, dialed_at, ended_at) AS act, 'evidence' AS records FROM calls
    UNION ALL SELECT customer_id, GREATEST(created_at, sent_at), 'evidence' FROM messages
    UNION ALL SELECT customer_id, created_at, 'evidence' FROM arrangements
    UNION ALL SELECT customer_id, asked_at, 'evidence' FROM callbacks
    UNION ALL SELECT customer_id, decided_at, 'evidence' FROM dial_decisions"""
_OWN_DATES = """
    UNION ALL SELECT customer_id, created_at, 'telephone_authorizations' FROM arrangements
      WHERE method = 'bank_transfer'
    UNION ALL SELECT c.customer_id, r.started_at, 'recordings' FROM recordings r JOIN calls c ON c.id = r.call_id
      WHERE r.deleted_at IS NULL
    UNION ALL SELECT customer_id, GREATEST(created_at, lifted_at), 'opt_outs' FROM contact_restrictions
      WHERE kind <> 'erasure'
    UNION ALL SELECT customer_id, revoked_at, 'opt_outs' FROM consents WHERE revoked_at IS NOT NULL"""
_OLD = text(
    f"SELECT customer_id, max(act) AS act FROM ({_LAST_ACTS}) AS acts WHERE customer_id IS NOT NULL "  # noqa: S608
    "GROUP BY customer_id HAVING max(act) < :before ORDER BY 2, 1 LIMIT :most"
)
_OF_ONE = text(
    f"SELECT records, max(act) AS act FROM ({_LAST_ACTS} {_OWN_DATES}) AS acts "  # noqa: S608 - constants of this file
    "WHERE customer_id = :customer_id AND act IS NOT NULL GROUP BY records"
)


@dataclass
class Report:
    """What a run deleted, or would delete."""

    dry_run: bool
    today: date
    evidence: list[dict[str, Any]] = field(default_factory=list)
    """Customers whose evidence has had its time: id, last activity, what was deleted."""
    erasures: list[dict[str, Any]] = field(default_factory=list)
    recordings: int = 0
    unclaimed_calls: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    """What was due and could not be deleted, with the reason."""


def reckoned_day(now: datetime) -> date:
    """The date on which periods are judged: where it is earliest."""
    return (now - _ZONES).date()


async def erasable_on(session: AsyncSession, customer_id: UUID) -> tuple[date | None, dict[str, str]]:
    """The first day on which everything about a customer may be deleted, and what holds it; None: at any time."""
    rows = (await session.execute(_OF_ONE, {"customer_id": customer_id})).all()
    held: dict[str, str] = {}
    days: list[date] = []
    for records, act in rows:
        day = retention().deletable_from(records, act.date())
        if day is not None:
            days.append(day)
            held[records] = day.isoformat()
    return max(days, default=None), held


async def request_erasure(
    unit: Work, customer: Customer, *, reason: str, actor: str
) -> tuple[ErasureRequest, dict[str, str]]:
    """Restrict contact at once, and delete now or when the periods have ended (R-09); what holds it until then."""
    day, held = await erasable_on(unit.session, customer.id)
    known = await unit.session.execute(
        select(ErasureRequest)
        .where(ErasureRequest.customer_id == customer.id, ErasureRequest.status == "restricted")
        .with_for_update()
    )
    row = known.scalar_one_or_none()
    if row is None:
        row = ErasureRequest(
            id=uuid4(),
            organization_id=unit.organization_id,
            customer_id=customer.id,
            requested_at=unit.now,
            requested_by=actor,
            reason=reason,
            status="restricted",
            erasable_on=day,
        )
        unit.session.add(row)
        await unit.session.flush()
        await restrict(unit, customer, "erasure", source="erasure", actor=actor)
        await _record(unit, actor, "erasure.requested", f"customer:{customer.id}", {"held_by": held})
    if day is None or day <= reckoned_day(unit.now):
        await _erase(unit, row, actor)
    return row, held


async def _erase(unit: Work, row: ErasureRequest, actor: str) -> dict[str, int]:
    gone = await erase_customer(unit.session, row.customer_id) or {}
    row.status, row.done_at = "done", unit.now
    await _record(unit, actor, "erasure.done", f"customer:{row.customer_id}", {"deleted": gone})
    return gone


async def run_retention(organization_id: UUID, now: datetime, *, dry_run: bool, actor: str = ACTOR) -> Report:
    """Delete of one organization what has had its time; with `dry_run` only say what that would be."""
    report = Report(dry_run, reckoned_day(now))
    await _recordings(organization_id, report, actor)
    await _evidence(organization_id, report, actor)
    await _requests(organization_id, report, actor)
    await _unclaimed(organization_id, report, actor)
    if not dry_run:
        await _working_data(organization_id)
    return report


def _cut_off(records: Records, today: date) -> datetime:
    """No record that began after this has had its time."""
    years = retention().rule_for(records).years or 0
    day = date(today.year - years, today.month, min(today.day, 28)) + timedelta(days=4)
    return datetime.combine(day, time(), UTC)


async def _evidence(organization_id: UUID, report: Report, actor: str) -> None:
    async with work(organization_id) as unit:
        rows = await unit.session.execute(_OLD, {"before": _cut_off("evidence", report.today), "most": AT_ONCE})
        old = [(row.customer_id, row.act) for row in rows]
    for customer_id, act in old:
        day = retention().deletable_from("evidence", act.date())
        if day is None or day > report.today:
            continue
        about: dict[str, Any] = {"customer_id": str(customer_id), "last_activity": act.date().isoformat()}
        if report.dry_run:
            report.evidence.append(about)
            continue
        try:
            async with work(organization_id) as unit:
                gone = await erase_evidence(unit.session, customer_id) or {}
                details = {"rule": "R-02", "last_activity": about["last_activity"], "deleted": gone}
                await _record(unit, actor, "retention.deleted", f"customer:{customer_id}", details)
            report.evidence.append(about | {"deleted": gone})
        except DBAPIError as error:
            report.kept.append(about | {"reason": _refusal(error)})


async def _requests(organization_id: UUID, report: Report, actor: str) -> None:
    async with work(organization_id) as unit:
        waiting = [row.id for row in await open_requests(unit.session)]
    for request_id in waiting:
        try:
            async with work(organization_id) as unit:
                row = await unit.session.get(ErasureRequest, request_id, with_for_update=True)
                if row is None or row.status != "restricted":
                    continue
                day, held = await erasable_on(unit.session, row.customer_id)
                about: dict[str, Any] = {"customer_id": str(row.customer_id)}
                if day is not None and day > report.today:
                    row.erasable_on = day
                    report.kept.append(about | {"until": day.isoformat(), "held_by": held})
                elif report.dry_run:
                    report.erasures.append(about)
                else:
                    report.erasures.append(about | {"deleted": await _erase(unit, row, actor)})
        except DBAPIError as error:
            report.kept.append({"request_id": str(request_id), "reason": _refusal(error)})


async def _recordings(organization_id: UUID, report: Report, actor: str) -> None:
    async with work(organization_id) as unit:
        rows = await unit.session.scalars(
            select(Recording)
            .where(Recording.deleted_at.is_(None), Recording.started_at < _cut_off("recordings", report.today))
            .order_by(Recording.started_at)
            .limit(AT_ONCE)
        )
        old = [(row.id, row.recording_sid, row.call_id, row.started_at.date()) for row in rows]
    for recording_id, sid, call_id, day in old:
        due = retention().deletable_from("recordings", day)
        if due is None or due > report.today:
            continue
        if not report.dry_run:
            try:
                if sid is not None:
                    await carrier().delete_recording(sid)
            except CarrierError as error:
                if error.code != _NOT_FOUND:
                    report.kept.append({"recording": str(recording_id), "reason": str(error)})
                    continue
            async with work(organization_id) as unit:
                row = await unit.session.get(Recording, recording_id, with_for_update=True)
                if row is not None:
                    row.status, row.deleted_at = "deleted", unit.now
                    details = {"rule": "R-03", "recording_id": str(recording_id)}
                    await _record(unit, actor, "retention.deleted", f"call:{call_id}", details)
        report.recordings += 1


async def _unclaimed(organization_id: UUID, report: Report, actor: str) -> None:
    """Calls of nobody known, whose own date counts."""
    before = _cut_off("evidence", report.today) - timedelta(days=5)
    async with work(organization_id) as unit:
        if report.dry_run:
            rows = await unit.session.scalars(
                select(Call.id).where(Call.customer_id.is_(None), Call.queued_at < before)
            )
            report.unclaimed_calls = len(rows.all())
            return
        report.unclaimed_calls = await erase_unclaimed_calls(unit.session, before)
        if report.unclaimed_calls:
            details = {"rule": "R-02", "deleted": {"calls": report.unclaimed_calls}}
            await _record(unit, actor, "retention.deleted", "calls:unclaimed", details)


async def _working_data(organization_id: UUID) -> None:
    """By the wall clock, which dated these rows."""
    now = datetime.now(UTC)
    async with work(organization_id) as unit:
        await unit.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - _IDEMPOTENCY))
        await unit.session.execute(
            delete(OutboxMessage).where(OutboxMessage.sent_at.is_not(None), OutboxMessage.sent_at < now - _OUTBOX)
        )


async def purge_secrets(organization_id: UUID, since: datetime) -> int:
    """Look again at what was said in calls with entries since an instant, and purge card data found there (R-07)."""
    async with work(organization_id) as unit:
        found = await unit.session.scalars(
            select(CallEntry.call_id).where(CallEntry.at >= since, CallEntry.kind == "transcript").distinct()
        )
        calls = list(found)
    purged = 0
    for call_id in calls:
        async with work(organization_id) as unit:
            changed = _secrets(await entries_of(unit.session, call_id))
            seqs = [seq for seq, kept in changed.items() if await purge_secret(unit.session, call_id, seq, kept)]
            if seqs:
                details = {"rule": "R-07", "entries": seqs}
                await _record(unit, "system:redaction", "incident.secret_purged", f"call:{call_id}", details)
                unit.publish("alert", call_id, {"alert": "secret_purged", "entries": len(seqs)})
                # What was written down was also spoken: the recording goes as well.
                await condemn(unit.session, call_id, unit.now)
            purged += len(seqs)
    return purged


def _secrets(entries: list[CallEntry]) -> dict[int, str]:
    """Texts, by their number, that hold a secret, alone or together with the turns before them."""
    changed: dict[int, str] = {}
    for speaker in ("customer", "agent"):
        turns = [entry for entry in entries if entry.kind == "transcript" and entry.speaker == speaker and entry.text]
        redactor = Redactor()
        for number, entry in enumerate(turns):
            kept = {number: redactor.feed(entry.text or "")} | redactor.amended
            for turn, redaction in kept.items():
                if redaction.text != turns[turn].text:
                    changed[turns[turn].seq] = redaction.text
    return changed


def _refusal(error: DBAPIError) -> str:
    """Why the database refused; its first line."""
    log.warning("a deletion was refused: %s", type(error.orig).__name__)
    return str(error.orig).splitlines()[0][:200]


async def _record(unit: Work, actor: str, action: str, subject: str, details: dict[str, Any]) -> None:
    await audit(
        unit.session, unit.organization_id, at=unit.now, actor=actor, action=action, subject=subject, details=details
    )
