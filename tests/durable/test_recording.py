"""Recordings at the carrier: begun once, paused, stopped, found again, deleted when they hold card data."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import select, update

from archer.clock import CLOCK
from archer.store.calls import Call
from archer.store.database import database
from archer.store.decisions import AuditEntry
from archer.store.recordings import Recording, keep_recording
from archer.telephony.twilio_client import carrier as twilio
from durable.inputs import CallRef
from durable.recording import GRACE_SECONDS, MAX_ATTEMPTS, in_step, settle_all
from durable.watch import look_after
from tests.durable.support import Carrier, queued, ref
from tests.support import Tenant

PAUSE = "<Response><Pause length='120'/></Response>"


@dataclass
class Line:
    """A call that somebody has answered, and its recording that is to begin."""

    tenant: Tenant
    ref: CallRef
    sid: str
    url: str

    async def row(self) -> Recording:
        async with database().transaction(self.tenant.organization_id) as session:
            return (await session.scalars(select(Recording).where(Recording.call_id == self.ref.call_id))).one()

    async def change(self, **values: Any) -> None:
        async with database().transaction(self.tenant.organization_id) as session:
            await session.execute(update(Recording).where(Recording.call_id == self.ref.call_id).values(**values))

    async def at_the_carrier(self) -> list[dict[str, Any]]:
        async with httpx.AsyncClient(base_url=self.url) as client:
            shown = (await client.get(f"/_test/calls/{self.sid}")).raise_for_status().json()
        return list(shown["recordings"])

    async def end(self, minutes_ago: int = 5) -> None:
        await twilio().hang_up(self.sid, answered=True)
        async with database().transaction(self.tenant.organization_id) as session:
            when = datetime.now(UTC) - timedelta(minutes=minutes_ago)
            await session.execute(
                update(Call).where(Call.id == self.ref.call_id).values(status="completed", updated_at=when)
            )


@pytest_asyncio.fixture(loop_scope="session")
async def line(tenant: Tenant, carrier: Carrier, backend: dict[str, Any]) -> AsyncIterator[Line]:
    call_id, number = await queued(tenant, carrier, "pays_by_link")
    hook = "http://127.0.0.1:9/nobody"
    sid = await twilio().place_call(
        to=number,
        from_=tenant_number(),
        twiml=PAUSE,
        status_callback=hook,
        machine_detection_callback=None,
        ring_seconds=30,
        limit_seconds=120,
    )
    while (await twilio().fetch_call(sid)).status != "in-progress":
        continue  # each turn asks over the network: it is ringing
    async with database().transaction(tenant.organization_id) as session:
        values = {"status": "in_progress", "call_sid": sid, "answered_at": CLOCK.now(), "session_epoch": 1}
        await session.execute(update(Call).where(Call.id == uuid.UUID(call_id)).values(**values))
        session.add(
            Recording(
                organization_id=tenant.organization_id,
                call_id=uuid.UUID(call_id),
                status="requested",
                started_at=CLOCK.now(),
            )
        )
    made = Line(tenant, ref(tenant, call_id), sid, backend["twilio"])
    yield made
    await twilio().hang_up(sid, answered=True)


def tenant_number() -> str:
    from tests.support import CALLER_ID

    return CALLER_ID


async def test_a_recording_is_begun_once_by_whoever_looks_first(line: Line) -> None:
    await look_after(line.ref)
    await look_after(line.ref)
    assert await in_step(line.ref, line.sid) is False
    (there,) = await line.at_the_carrier()
    row = await line.row()
    assert (row.recording_sid, row.status, row.attempts) == (there["sid"], "in-progress", 1)


async def test_it_is_paused_and_goes_on_as_wanted(line: Line) -> None:
    await in_step(line.ref, line.sid)
    for wanted in ("paused", "in-progress", "paused"):
        await line.change(wanted=wanted)
        assert await in_step(line.ref, line.sid) is False
        assert [one["status"] for one in await line.at_the_carrier()] == [wanted]
        assert (await line.row()).status == wanted


async def test_what_is_paused_before_it_began_begins_when_it_may(line: Line) -> None:
    await line.change(wanted="paused")
    assert await in_step(line.ref, line.sid) is False
    assert await line.at_the_carrier() == []
    await line.change(wanted="in-progress")
    await in_step(line.ref, line.sid)
    assert [one["status"] for one in await line.at_the_carrier()] == ["in-progress"]


async def test_an_objection_stops_it_at_the_carrier(line: Line) -> None:
    await in_step(line.ref, line.sid)
    await line.change(wanted="completed")
    await in_step(line.ref, line.sid)
    assert [one["status"] for one in await line.at_the_carrier()] == ["completed"]
    assert (await line.row()).status == "completed"


async def test_an_objection_before_it_began_keeps_it_from_beginning(line: Line) -> None:
    await line.change(wanted="completed")
    await in_step(line.ref, line.sid)
    assert await line.at_the_carrier() == []
    assert (await line.row()).status == "absent"


async def test_a_lost_answer_is_looked_up_and_never_repeated_blindly(line: Line, carrier: Carrier) -> None:
    async with carrier.fault(r"/Recordings\.json$", "cut"):
        assert await in_step(line.ref, line.sid) is True
    assert (await line.row()).status == "asking"
    assert await in_step(line.ref, line.sid) is True  # too early to know
    assert len(await line.at_the_carrier()) == 1
    await line.change(asked_at=datetime.now(UTC) - timedelta(seconds=GRACE_SECONDS + 1))
    assert await in_step(line.ref, line.sid) is False
    (there,) = await line.at_the_carrier()
    row = await line.row()
    assert (row.recording_sid, row.status) == (there["sid"], "in-progress")


async def test_what_the_carrier_does_not_know_is_begun_again(line: Line) -> None:
    await line.change(status="asking", attempts=1, asked_at=datetime.now(UTC) - timedelta(seconds=GRACE_SECONDS + 1))
    await in_step(line.ref, line.sid)
    assert len(await line.at_the_carrier()) == 1
    assert (await line.row()).attempts == 2


async def test_a_report_that_is_quicker_than_the_answer_is_the_answer(line: Line) -> None:
    await line.change(status="asking", attempts=1, asked_at=datetime.now(UTC))
    async with database().transaction(line.tenant.organization_id) as session:
        call = await session.get(Call, line.ref.call_id)
        assert call is not None
        for _ in range(2):
            await keep_recording(
                session, call, sid="REquick", status="in-progress", started_at=CLOCK.now(), duration_seconds=None
            )
    assert await in_step(line.ref, line.sid) is False
    assert ((await line.row()).recording_sid, await line.at_the_carrier()) == ("REquick", [])


async def test_a_refusal_for_good_fails_the_recording_and_not_the_call(line: Line, carrier: Carrier) -> None:
    async with carrier.fault(r"/Recordings\.json$", "error", code=20001):
        state = await look_after(line.ref)
    assert state.over is False
    assert (await line.row()).status == "failed"
    assert await in_step(line.ref, line.sid) is False


async def test_after_so_many_throttled_attempts_it_is_given_up(line: Line, carrier: Carrier) -> None:
    for _ in range(MAX_ATTEMPTS):
        async with carrier.fault(r"/Recordings\.json$", "error", code=20429):
            assert await in_step(line.ref, line.sid) is True
    assert ((await line.row()).status, await line.at_the_carrier()) == ("failed", [])


async def test_a_call_that_ended_first_has_no_recording_and_says_nothing_against_the_recorder(line: Line) -> None:
    await twilio().hang_up(line.sid, answered=True)
    while (await twilio().fetch_call(line.sid)).status != "completed":
        continue
    await in_step(line.ref, line.sid)
    assert (await line.row()).status == "absent"


async def test_a_recording_with_card_data_is_deleted_after_the_call(line: Line) -> None:
    await in_step(line.ref, line.sid)
    await line.change(card_data_at=CLOCK.now())
    await settle_all(datetime.now(UTC))
    assert len(await line.at_the_carrier()) == 1  # the call is not over
    await line.end()
    await settle_all(datetime.now(UTC))
    await settle_all(datetime.now(UTC))
    row = await line.row()
    assert (await line.at_the_carrier(), row.status, row.deleted_at is not None) == ([], "deleted", True)
    async with database().transaction(line.tenant.organization_id) as session:
        acts = await session.scalars(select(AuditEntry).where(AuditEntry.action == "incident.recording_purged"))
        assert [act.details["rule"] for act in acts] == ["R-07"]


async def test_card_data_that_cannot_be_deleted_now_is_deleted_later(line: Line, carrier: Carrier) -> None:
    await in_step(line.ref, line.sid)
    await line.change(card_data_at=CLOCK.now())
    await line.end()
    async with carrier.fault(r"/Recordings/RE", "error", method="DELETE", code=20500):
        await settle_all(datetime.now(UTC))
    assert (await line.row()).deleted_at is None
    await settle_all(datetime.now(UTC))
    assert (await line.row()).deleted_at is not None


async def test_a_recording_whose_end_was_never_reported_is_asked_for(line: Line) -> None:
    await in_step(line.ref, line.sid)
    await line.end()
    while [one["status"] for one in await line.at_the_carrier()] != ["completed"]:
        continue
    await settle_all(datetime.now(UTC))
    assert (await line.row()).status == "completed"


async def test_one_that_never_began_is_absent_after_the_call(line: Line) -> None:
    await line.end()
    await settle_all(datetime.now(UTC))
    assert (await line.row()).status == "absent"
