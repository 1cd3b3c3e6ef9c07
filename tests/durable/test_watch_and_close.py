"""Looking after a call: watchdogs ask the carrier for the truth, and every call ends with one disposition."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from archer.clock import CLOCK
from archer.store import Call
from archer.store.database import database
from durable.close import close, disposition_of, unfinished
from durable.waking import current_wake_number, next_wake_number
from durable.watch import look_after
from durable.wrapup import wrap_up
from tests.durable.support import Carrier, queued, ref, shown
from tests.support import Tenant, open_session


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
    assert await unfinished(ref(tenant, agent.call_id)) is False
