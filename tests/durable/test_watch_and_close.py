"""Looking after a call: watchdogs ask the carrier for the truth, and every call ends with one disposition."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from archer.clock import CLOCK
from archer.store import Call
from archer.store.database import database
from archer.telephony.twilio_client import CarrierError
from durable import watch
from durable.close import close, disposition_of, unfinished
from durable.waking import current_wake_number, next_wake_number
from durable.watch import _transfer, look_after
from durable.wrapup import wrap_up
from tests.durable.support import Carrier, queued, ref, shown
from tests.support import Tenant, new_tenant, open_session, placed_call


async def _change(tenant: Tenant, call_id: str, **values: Any) -> None:
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Call, uuid.UUID(call_id))
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)


async def test_the_first_look_dials_and_waits_for_the_ring(tenant: Tenant, carrier: Carrier) -> None:
    call, number = await queued(tenant, carrier)
    state = await look_after(ref(tenant, call))
    assert state.over is False
    assert state.wait_seconds == 45
    assert len(await carrier.calls_to(number)) == 1


async def test_a_silent_carrier_is_asked_for_the_truth(tenant: Tenant, carrier: Carrier) -> None:
    call, _number = await queued(tenant, carrier, "busy")
    await look_after(ref(tenant, call))
    await _change(tenant, call, dialed_at=CLOCK.now() - timedelta(minutes=5))
    for _ in range(100):
        if (await look_after(ref(tenant, call))).over:
            break
    assert (await shown(tenant, call))["status"] == "busy"


async def test_a_call_the_carrier_does_not_know_has_failed(tenant: Tenant, carrier: Carrier) -> None:
    call, _number = await queued(tenant, carrier)
    long_ago = CLOCK.now() - timedelta(minutes=5)
    await _change(tenant, call, status="ringing", call_sid="CA" + "f" * 32, dialed_at=long_ago)
    assert (await look_after(ref(tenant, call))).over is True
    assert (await shown(tenant, call))["status"] == "failed"


async def test_a_vanished_call_ends_its_orchestration(tenant: Tenant) -> None:
    assert (await look_after(ref(tenant, str(uuid.uuid4())))).over is True


async def test_every_wait_has_a_number_of_its_own(tenant: Tenant, carrier: Carrier) -> None:
    call, _number = await queued(tenant, carrier)
    numbers = [await next_wake_number(ref(tenant, call)) for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert await current_wake_number(ref(tenant, call)) == 3


@pytest.mark.parametrize(
    ("values", "disposition"),
    [
        ({"status": "completed", "outcome": "promise_to_pay"}, "promise_to_pay"),
        ({"status": "completed", "outcome": None, "answered_by": "machine"}, "voicemail"),
        ({"status": "completed", "outcome": None}, "hung_up"),
        ({"status": "no_answer"}, "no_answer"),
        ({"status": "busy"}, "busy"),
        ({"status": "failed"}, "error"),
        ({"status": "canceled"}, "hung_up"),
        ({"status": "blocked"}, "blocked"),
        ({"status": "canceled", "disposition": "blocked"}, "blocked"),
    ],
)
def test_one_disposition_for_every_end(values: dict[str, Any], disposition: str) -> None:
    assert disposition_of(Call(**values)) == disposition


async def test_closing_twice_changes_nothing_and_the_wrap_up_happens_once(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    prepared = await agent.tool("process_payment", amount="412.35", method="bank_transfer")
    await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    await _change(tenant, agent.call_id, status="completed")
    assert await unfinished(ref(tenant, agent.call_id)) is True
    for _ in range(2):
        await close(ref(tenant, agent.call_id))
        await wrap_up(ref(tenant, agent.call_id))
    after = await agent.shown()
    assert after["disposition"] == "payment_arranged"
    assert after["summary"].startswith("The customer was verified. Payment of $412.35 by bank transfer")
    assert [entry["event"] for entry in after["entries"]].count("wrapped_up") == 1
    assert await unfinished(ref(tenant, agent.call_id)) is False


async def _to_be_transferred(tenant: Tenant) -> tuple[str, str]:
    call, sid = await placed_call(tenant), "CA" + uuid.uuid4().hex
    long_ago = CLOCK.now() - timedelta(minutes=1)
    await _change(
        tenant,
        call,
        status="in_progress",
        call_sid=sid,
        answered_at=long_ago,
        session_epoch=1,
        agent_ended_at=long_ago,
        transfer_requested_at=long_ago,
    )
    return call, sid


class Redirects:
    """The carrier, asked to redirect a call; `error` is what comes of it."""

    def __init__(self, error: CarrierError | None = None) -> None:
        self.asked: list[str] = []
        self.error = error

    async def redirect(self, sid: str, twiml: str) -> None:
        self.asked.append(twiml)
        if self.error is not None:
            raise self.error


@pytest_asyncio.fixture(loop_scope="session")
async def staffed(app: Any, backend: dict[str, Any]) -> AsyncIterator[Tenant]:
    """An organization whose people are there."""
    async with new_tenant(app, human_queue_number="+18005550199", human_hours=(0, 24)) as made:
        yield made


async def test_a_transfer_that_the_carrier_has_fetched_meanwhile_is_not_begun_again(
    staffed: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, sid = await _to_be_transferred(staffed)
    twilio = Redirects()
    monkeypatch.setattr(watch, "carrier", lambda: twilio)
    await _transfer(ref(staffed, call), sid, "+18005550199", "+18005550100")
    await _transfer(ref(staffed, call), sid, "+18005550199", "+18005550100")
    assert len(twilio.asked) == 1


@pytest.mark.parametrize(("happened", "started"), [(False, False), (True, True)])
async def test_a_transfer_that_was_refused_is_tried_again_one_in_doubt_is_not(
    staffed: Tenant, monkeypatch: pytest.MonkeyPatch, happened: bool, started: bool
) -> None:
    call, _sid = await _to_be_transferred(staffed)
    twilio = Redirects(CarrierError("x", code=20429, may_have_happened=happened, retry=True))
    monkeypatch.setattr(watch, "carrier", lambda: twilio)
    assert (await look_after(ref(staffed, call))).over is False
    assert len(twilio.asked) == 1
    async with database().transaction(staffed.organization_id) as session:
        row = await session.get(Call, uuid.UUID(call))
        assert row is not None
        assert (row.transfer_started_at is not None) is started
