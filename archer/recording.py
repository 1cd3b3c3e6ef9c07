"""When a call is recorded: from the spoken notice on, not while card data is handled, never after an objection.

Rules I-05 (notice before recording, objection ends it), I-20 (pause for card data, purge what was spoken), P-31 (a
recorder that does not work stops dials). What is wanted is written down here; `durable.recording` asks the carrier.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from archer.call_state import wake
from archer.conversation.words.before import OPENING
from archer.protocol import TERMINAL_STATUSES
from archer.store.calls import Call, CallEntry, add_entry, get_call
from archer.store.customers import Consent, get_customer, standing_restrictions
from archer.store.dial_rows import one_of_ids
from archer.store.organizations import get_organization
from archer.store.recordings import OVER, Recording, open_recording, recordings_of
from archer.work import Work

CARD_MASKS = ("[card number]", "[card code]")
"""What redaction leaves of card data in a line."""
CARD_SPOKEN = "card_digits_spoken"
"""The conversation heard digits that can only be a card's or an account's."""
NUMBER_KEYED = "long_number_keyed"
"""The caller keys in more digits than any question of ours asks for."""
FAILURES_IN_A_ROW = 3
UNHEALTHY_FOR = timedelta(minutes=15)
"""So long after the last of so many failures nothing is dialed; then one call finds out whether the recorder works."""


def _sign(entry: CallEntry) -> str | None:
    """What an entry means for the recording: `notice`, `card`, `keys`, `clear`, or nothing."""
    if entry.kind == "event":
        return {CARD_SPOKEN: "card", NUMBER_KEYED: "keys"}.get(entry.event or "")
    if entry.kind != "transcript":
        return None
    if entry.speaker == "agent":
        heard = not entry.interrupted and (entry.data or {}).get("key") in OPENING
        return "notice" if heard else None
    return "card" if any(mask in (entry.text or "") for mask in CARD_MASKS) else "clear"


async def follow(unit: Work, call: Call, entries: Iterable[CallEntry]) -> None:
    """Let the recording of a locked call follow what was just stored about it."""
    signs = [sign for sign in map(_sign, entries) if sign]
    if signs and call.status not in TERMINAL_STATUSES:
        await _want(unit, call, signs)
    if "card" in signs:  # lines that were kept back may come after the call's end
        await condemn(unit.session, call.id, unit.now)


async def condemn(session: AsyncSession, call_id: UUID, now: datetime) -> None:
    """Card data was spoken into a call's recordings: they go when the call has ended (I-20, R-07)."""
    await session.flush()
    await session.execute(
        update(Recording)
        .where(Recording.call_id == call_id, Recording.deleted_at.is_(None), Recording.card_data_at.is_(None))
        .values(card_data_at=now)
    )


async def _want(unit: Work, call: Call, signs: list[str]) -> None:
    row = await open_recording(unit.session, call.id, lock=True)
    before = row.wanted if row else None
    for sign in signs:
        if sign == "notice" and row is None:
            row = await _begin(unit, call)
        elif row is None or row.wanted == "completed":
            continue
        elif sign == "clear":
            row.wanted = "in-progress"
        elif sign in ("card", "keys"):
            row.wanted = "paused"
    if row is not None and row.wanted != before:
        data = {"wanted": row.wanted}
        await add_entry(unit.session, call, at=unit.now, kind="event", event="recording", data=data)
        await wake(unit, call, "recording")


async def _begin(unit: Work, call: Call) -> Recording | None:
    """The call's one recording; None when it is not to be recorded, or was already."""
    organization = await get_organization(unit.session, call.organization_id)
    if not organization.configured.record_calls or await recordings_of(unit.session, call.id):
        return None
    if call.customer_id is not None and await _objected(unit, call.customer_id):
        return None
    row = Recording(
        id=uuid4(),
        organization_id=call.organization_id,
        call_id=call.id,
        status="requested",
        wanted="in-progress",
        started_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    return row


async def _objected(unit: Work, customer_id: UUID) -> bool:
    customer = await get_customer(unit.session, customer_id)
    if customer is None:
        return True
    if any(found.kind == "do_not_record" for found in await standing_restrictions(unit.session, customer)):
        return True
    consents = await unit.session.execute(
        select(Consent.id)
        .where(
            Consent.customer_id == customer_id,
            Consent.kind == "recording",
            Consent.revoked_at.is_not(None),
            Consent.revocation_lifted_at.is_(None),
        )
        .limit(1)
    )
    return consents.scalar_one_or_none() is not None


async def stop_recordings(unit: Work, customers: Collection[UUID]) -> int:
    """Whoever these customers are does not want to be recorded: end what runs; how many."""
    rows = await unit.session.scalars(
        select(Recording)
        .join(Call, Call.id == Recording.call_id)
        .where(one_of_ids(Call.customer_id, customers), Recording.status.not_in(OVER), Recording.wanted != "completed")
        .order_by(Recording.id)
        .with_for_update(of=Recording)
        .execution_options(populate_existing=True)
    )
    stopped = 0
    for row in rows.all():
        row.wanted = "completed"
        call = await get_call(unit.session, row.call_id)
        if call is not None:
            await wake(unit, call, "recording")
        stopped += 1
    return stopped


async def recorder_works(session: AsyncSession, now: datetime) -> bool:
    """Whether this organization's calls can be recorded as far as is known: not when the latest ones all failed."""
    rows = await session.execute(
        select(Recording.status, Recording.started_at)
        .where(Recording.started_at > now - UNHEALTHY_FOR, Recording.status.not_in(("requested", "asking", "absent")))
        .order_by(Recording.started_at.desc())
        .limit(FAILURES_IN_A_ROW)
    )
    latest = rows.all()
    return len(latest) < FAILURES_IN_A_ROW or any(row.status != "failed" for row in latest)
