"""A dial is placed once, whatever is retried, lost or refused."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from archer.settings import Settings
from archer.store import Call, CallAttempt
from archer.store.database import database
from archer.telephony.twilio_client import REQUEST_SECONDS, CarrierError, TwilioCarrier
from durable import dial as dialing
from durable.dial import dial, reconcile
from tests.durable.support import Carrier, queued, ref, shown
from tests.support import Tenant, placed_call


async def _attempts(tenant: Tenant, call_id: str) -> list[tuple[int, str]]:
    async with database().transaction(tenant.organization_id) as session:
        rows = await session.execute(
            select(CallAttempt.attempt, CallAttempt.state)
            .where(CallAttempt.call_id == uuid.UUID(call_id))
            .order_by(CallAttempt.attempt)
        )
        return [(attempt, state) for attempt, state in rows]


async def test_a_repeated_activity_dials_once(tenant: Tenant, carrier: Carrier) -> None:
    call, number = await queued(tenant, carrier)
    await asyncio.gather(*(dial(ref(tenant, call)) for _ in range(5)))
    await dial(ref(tenant, call))
    assert len(await carrier.calls_to(number)) == 1
    assert await _attempts(tenant, call) == [(1, "placed")]
    assert (await shown(tenant, call))["call_sid"] == (await carrier.calls_to(number))[0]["sid"]


async def test_a_lost_answer_is_reconciled_with_the_carrier(tenant: Tenant, carrier: Carrier) -> None:
    call, number = await queued(tenant, carrier)
    async with carrier.fault("/Calls.json", "cut"):
        await dial(ref(tenant, call))
    assert await _attempts(tenant, call) == [(1, "asking")]
    await dial(ref(tenant, call))
    await reconcile(ref(tenant, call))
    assert len(await carrier.calls_to(number)) == 1
    assert await _attempts(tenant, call) == [(1, "placed")]


async def test_a_call_that_never_reached_the_carrier_is_dialed_again_only_after_the_grace(
    tenant: Tenant, carrier: Carrier
) -> None:
    call, number = await queued(tenant, carrier)
    async with carrier.fault("/Calls.json", "error", code=20500):
        await dial(ref(tenant, call))
    await reconcile(ref(tenant, call))
    assert await _attempts(tenant, call) == [(1, "asking")]
    async with database().transaction(tenant.organization_id) as session:
        long_ago = datetime.now(UTC) - timedelta(seconds=dialing.GRACE_SECONDS + 1)
        await session.execute(
            update(CallAttempt).where(CallAttempt.call_id == uuid.UUID(call)).values(asked_at=long_ago)
        )
    await reconcile(ref(tenant, call))
    await dial(ref(tenant, call))
    assert await _attempts(tenant, call) == [(1, "refused"), (2, "placed")]
    assert len(await carrier.calls_to(number)) == 1


async def test_a_throttled_request_is_made_again(tenant: Tenant, carrier: Carrier) -> None:
    call, number = await queued(tenant, carrier)
    async with carrier.fault("/Calls.json", "error", code=20429):
        await dial(ref(tenant, call))
    assert await _attempts(tenant, call) == [(1, "refused")]
    assert (await shown(tenant, call))["status"] == "dialing"
    await dial(ref(tenant, call))
    assert len(await carrier.calls_to(number)) == 1


async def test_a_bad_number_ends_the_call(tenant: Tenant, carrier: Carrier) -> None:
    call, _number = await queued(tenant, carrier)
    async with carrier.fault("/Calls.json", "error", code=21211):
        await dial(ref(tenant, call))
    assert (await shown(tenant, call))["status"] == "failed"


async def test_the_carrier_that_does_not_answer_changes_nothing(tenant: Tenant, carrier: Carrier) -> None:
    call, _number = await queued(tenant, carrier)
    async with carrier.fault("/Calls.json", "cut"):
        await dial(ref(tenant, call))
    async with carrier.fault("/Calls.json", "error", method="GET", code=20500):
        with pytest.raises(CarrierError):
            await reconcile(ref(tenant, call))
    assert await _attempts(tenant, call) == [(1, "asking")]


async def test_a_right_invoked_after_the_request_stops_the_dial(tenant: Tenant, carrier: Carrier) -> None:
    call, number = await queued(tenant, carrier)
    person = (await shown(tenant, call))["customer_id"]
    known = (await tenant.client.get(f"/customers/{person}")).json()
    body = {name: known[name] for name in ("external_id", "name", "phone_number", "account_last_4", "postal_code")}
    stopped = await tenant.client.post("/customers", json={**body, "balance": "10.00", "flags": {"cease": True}})
    assert stopped.status_code == 200
    await dial(ref(tenant, call))
    after = await shown(tenant, call)
    assert (after["status"], after["disposition"]) == ("blocked", "blocked")
    assert await carrier.calls_to(number) == []


async def test_two_queued_calls_to_one_person_are_not_both_dialed(tenant: Tenant, carrier: Carrier) -> None:
    number = "+1617555" + str(uuid.uuid4().int % 10_000).zfill(4)
    await carrier.behind(number, "no_answer")
    first, second = await placed_call(tenant, phone_number=number), await placed_call(tenant, phone_number=number)
    await asyncio.gather(dial(ref(tenant, first)), dial(ref(tenant, second)))
    assert len(await carrier.calls_to(number)) == 1
    statuses = sorted([(await shown(tenant, first))["status"], (await shown(tenant, second))["status"]])
    assert "blocked" in statuses


async def test_a_canceled_call_is_not_dialed(tenant: Tenant, carrier: Carrier) -> None:
    call, number = await queued(tenant, carrier)
    await tenant.client.post(f"/calls/{call}/hangup")
    await dial(ref(tenant, call))
    assert await carrier.calls_to(number) == []
    async with database().transaction(tenant.organization_id) as session:
        assert (await session.execute(select(Call.status).where(Call.id == uuid.UUID(call)))).scalar() == "canceled"


async def test_a_hangup_while_an_attempt_is_in_doubt_is_not_followed_by_another_attempt(
    tenant: Tenant, carrier: Carrier
) -> None:
    call, number = await queued(tenant, carrier)
    async with carrier.fault("/Calls.json", "error", code=20429):
        await dial(ref(tenant, call))
    hung_up = await tenant.client.post(f"/calls/{call}/hangup")
    assert (hung_up.status_code, hung_up.json()["status"]) == (202, "dialing")
    await dial(ref(tenant, call))
    assert (await shown(tenant, call))["status"] == "canceled"
    assert await carrier.calls_to(number) == []


async def test_the_number_that_was_judged_is_the_number_that_is_dialed(tenant: Tenant, carrier: Carrier) -> None:
    call, before = await queued(tenant, carrier)
    person = (await tenant.client.get(f"/customers/{(await shown(tenant, call))['customer_id']}")).json()
    after = "+1617555" + str(uuid.uuid4().int % 10_000).zfill(4)
    await carrier.behind(after, "no_answer")
    known = ("external_id", "name", "account_last_4", "postal_code", "state", "balance", "number")
    body = {name: person[name] for name in known} | {"phone_number": after}
    assert (await tenant.client.post("/customers", json=body)).status_code == 200
    await dial(ref(tenant, call))
    assert await carrier.calls_to(before) == []
    assert len(await carrier.calls_to(after)) == 1
    assert (await shown(tenant, call))["phone_number"] == after


def test_no_attempt_is_given_up_while_its_request_may_still_be_under_way() -> None:
    assert dialing.GRACE_SECONDS >= REQUEST_SECONDS + 5


async def test_a_call_that_waits_in_the_carriers_queue_is_found_by_when_it_was_asked_for() -> None:
    asked = datetime(2026, 11, 16, 17, 0, 5, 300_000, tzinfo=UTC)

    class Listed:
        """Twilio's list: a call that has not started, one from before, one without a date."""

        async def list_async(self, **filters: object) -> list[SimpleNamespace]:
            assert filters == {"to": "+16175550100", "from_": "+18005550100", "limit": 50}
            made = {"CA1": asked.replace(microsecond=0), "CA2": asked - timedelta(seconds=9), "CA3": None}
            return [
                SimpleNamespace(sid=sid, status="queued", duration=None, answered_by=None, date_created=at)
                for sid, at in made.items()
            ]

    twilio = TwilioCarrier(Settings(twilio_account_sid="AC1", twilio_auth_token=SecretStr("x")))
    twilio._client = SimpleNamespace(calls=Listed())  # type: ignore[assignment]
    found = await twilio.find_calls(to="+16175550100", from_="+18005550100", since=asked)
    assert [call.sid for call in found] == ["CA1", "CA3"]
