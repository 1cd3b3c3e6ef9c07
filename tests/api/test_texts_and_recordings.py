"""What a customer texts back acts at once, and recordings are kept as references."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from twilio.request_validator import RequestValidator

from archer.settings import settings
from archer.store.calls import Call, get_call
from archer.store.customers import Restriction
from archer.store.database import database
from archer.store.decisions import audit
from archer.store.messages import Message
from archer.store.recordings import Recording
from archer.texting import stop_by_text
from archer.work import Work, work
from durable.inputs import MessageRef
from durable.messages import send
from tests.support import Tenant, call_token, customer, new_tenant

NOW = datetime(2026, 11, 16, 17, tzinfo=UTC)


async def _post(tenant: Tenant, path: str, form: dict[str, str]) -> Any:
    url = settings().public_api_url + "/api/v1" + path
    signature = RequestValidator(settings().twilio_auth_token.get_secret_value()).compute_signature(url, form)
    return await tenant.client.post(path, data=form, headers={"X-Twilio-Signature": signature})


@pytest_asyncio.fixture(loop_scope="session")
async def bank(app: Any, backend: dict[str, Any]) -> AsyncIterator[tuple[Tenant, str]]:
    """An organization with a number of its own, and that number."""
    number = "+1415555" + str(uuid.uuid4().int % 10_000).zfill(4)
    async with new_tenant(app, caller_id=number) as made:
        yield made, number


async def _message(tenant: Tenant, person: dict[str, Any]) -> uuid.UUID:
    row = Message(
        id=uuid.uuid4(),
        organization_id=tenant.organization_id,
        customer_id=uuid.UUID(person["id"]),
        channel="sms",
        to_number=person["phone_number"],
        body="Your link",
        key=uuid.uuid4().hex,
        status="queued",
        created_at=NOW,
    )
    async with database().transaction(tenant.organization_id) as session:
        session.add(row)
    return row.id


async def _text(bank: tuple[Tenant, str], sender: str, body: str, sid: str = "SM1") -> None:
    answer = await _post(bank[0], "/twilio/texts", {"MessageSid": sid, "From": sender, "To": bank[1], "Body": body})
    assert answer.status_code == 200


async def _restrictions(tenant: Tenant) -> list[tuple[str, str | None]]:
    async with database().transaction(tenant.organization_id) as session:
        rows = await session.scalars(select(Restriction).order_by(Restriction.kind))
        return [(row.kind, row.phone_number) for row in rows]


async def test_stop_ends_texts_for_every_account_at_the_number(bank: tuple[Tenant, str]) -> None:
    tenant, _ = bank
    sms = [{"kind": "sms", "source": "application", "granted_at": "2025-03-01T00:00:00Z"}]
    people = []
    for name in ("Ann Lee", "Bo Lee"):
        body = customer(name=name, phone_number="+16175550133", consents=[*customer()["consents"], *sms])
        people.append((await tenant.client.post("/customers", json=body)).json())
    waiting = await _message(tenant, people[0])
    await _text(bank, "+16175550133", "Stop.")
    assert await _restrictions(tenant) == [("sms_opt_out", "+16175550133")] * 2
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Message, waiting)
        assert row is not None
        assert (row.status, row.error) == ("failed", "the person has opted out")
    for person in people:
        consents = (await tenant.client.get(f"/customers/{person['id']}/consents")).json()["items"]
        assert {(c["kind"], c["revocation_scope"]) for c in consents} == {("sms", "sms"), ("ai_voice", None)}
        gate = (await tenant.client.get(f"/customers/{person['id']}/gate")).json()
        assert gate["decision"] == "allow"


async def test_a_text_delivered_twice_is_recorded_once(bank: tuple[Tenant, str]) -> None:
    tenant, _ = bank
    await tenant.client.post("/customers", json=customer(phone_number="+16175550134"))
    for _ in range(2):
        await _text(bank, "+16175550134", "STOP")
    assert len(await _restrictions(tenant)) == 1


async def test_stop_from_a_number_that_nobody_has_binds_whoever_gets_it(bank: tuple[Tenant, str]) -> None:
    tenant, _ = bank
    await _text(bank, "+16175550135", "unsubscribe")
    person = (await tenant.client.post("/customers", json=customer(phone_number="+16175550135"))).json()
    message = await _message(tenant, person)
    await send(MessageRef(organization_id=tenant.organization_id, message_id=message))
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Message, message)
        assert row is not None
        assert (row.status, row.message_sid) == ("failed", None)


async def test_stopall_ends_ai_calls_too(bank: tuple[Tenant, str]) -> None:
    tenant, _ = bank
    person = (await tenant.client.post("/customers", json=customer(phone_number="+16175550136"))).json()
    call = (await tenant.client.post("/calls", json={"customer_id": person["id"]})).json()["id"]
    await _text(bank, "+16175550136", "STOPALL")
    assert (await tenant.client.get(f"/calls/{call}")).json()["status"] == "canceled"
    gate = (await tenant.client.get(f"/customers/{person['id']}/gate")).json()
    assert (gate["decision"], [rule["id"] for rule in gate["rules"]]) == ("human_only", ["P-05"])


@pytest.mark.parametrize(("day", "kinds"), [(31, ["sms_opt_out"]), (32, ["ai_opt_out", "sms_opt_out"])])
async def test_from_february_2027_a_stop_ends_ai_calls_as_well(
    bank: tuple[Tenant, str], day: int, kinds: list[str]
) -> None:
    tenant, _ = bank
    await tenant.client.post("/customers", json=customer(phone_number="+16175550137"))
    now = datetime.fromordinal(datetime(2027, 1, 1).toordinal() + day - 1).replace(tzinfo=UTC, hour=12)
    async with work(tenant.organization_id) as unit:
        later = Work(unit.session, tenant.organization_id, now)
        await stop_by_text(later, "+16175550137", word="STOP", message_sid="SM9")
    assert [kind for kind, _ in await _restrictions(tenant)] == kinds


async def test_an_opt_out_that_the_carrier_understood_is_one(bank: tuple[Tenant, str]) -> None:
    tenant, number = bank
    await tenant.client.post("/customers", json=customer(phone_number="+16175550140"))
    form = {"MessageSid": "SM7", "From": "+16175550140", "To": number, "Body": "ALTO", "OptOutType": "STOP"}
    assert (await _post(tenant, "/twilio/texts", form)).status_code == 200
    assert await _restrictions(tenant) == [("sms_opt_out", "+16175550140")]


async def _waits_for_a_lock(tenant: Tenant) -> bool:
    async with database().transaction(tenant.organization_id) as session:
        found = await session.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
        return bool(found.scalar_one())


async def test_a_stop_for_two_people_and_a_dial_of_one_do_not_wait_for_each_other(bank: tuple[Tenant, str]) -> None:
    tenant, _ = bank
    calls = []
    for name in ("Ann Lee", "Bo Lee"):
        body = customer(name=name, phone_number="+16175550139")
        person = (await tenant.client.post("/customers", json=body)).json()
        placed = await tenant.client.post("/calls", json={"customer_id": person["id"]})
        calls.append((person["id"], placed.json()["id"]))
    _, last = max(calls)
    async with work(tenant.organization_id) as dial:
        await get_call(dial.session, uuid.UUID(last), lock=True)
        stop = asyncio.create_task(_text(bank, "+16175550139", "STOPALL"))
        while not await _waits_for_a_lock(tenant):
            assert not stop.done()
        await audit(
            dial.session, tenant.organization_id, at=dial.now, actor="system", action="call.dialed", subject="call:x"
        )
    await stop
    assert len(await _restrictions(tenant)) == 4
    assert {(await tenant.client.get(f"/calls/{call}")).json()["status"] for _, call in calls} == {"canceled"}


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("Please stop texting me", ["sms_opt_out"]),
        ("no more messages", ["sms_opt_out"]),
        ("Stop calling me!", ["ai_opt_out", "sms_opt_out"]),
        ("can you stop the fees", []),
        ("I want to cancel the appointment", []),
        ("wrong amount, please check", []),
    ],
)
async def test_an_opt_out_in_own_words_is_one(bank: tuple[Tenant, str], body: str, kinds: list[str]) -> None:
    tenant, _ = bank
    await tenant.client.post("/customers", json=customer(phone_number="+16175550141"))
    await _text(bank, "+16175550141", body)
    assert [kind for kind, _ in await _restrictions(tenant)] == kinds


async def test_other_words_change_nothing(bank: tuple[Tenant, str]) -> None:
    tenant, _ = bank
    await tenant.client.post("/customers", json=customer(phone_number="+16175550138"))
    for body in ("thanks", "please stop by tomorrow", ""):
        await _text(bank, "+16175550138", body)
    assert await _restrictions(tenant) == []


@pytest.mark.parametrize("kind", ["cease", "attorney", "bankruptcy", "deceased"])
async def test_no_text_leaves_after_a_right_was_invoked(tenant: Tenant, kind: str) -> None:
    person = (await tenant.client.post("/customers", json=customer())).json()
    await tenant.client.post(f"/customers/{person['id']}/restrictions", json={"kind": kind})
    message = await _message(tenant, person)
    await send(MessageRef(organization_id=tenant.organization_id, message_id=message))
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Message, message)
        assert row is not None
        assert row.status == "failed"


async def _dialed(tenant: Tenant) -> tuple[str, str]:
    person = (await tenant.client.post("/customers", json=customer())).json()
    call = (await tenant.client.post("/calls", json={"customer_id": person["id"]})).json()["id"]
    await call_token(tenant, call)
    sid = "CA" + uuid.uuid4().hex
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Call, uuid.UUID(call))
        assert row is not None
        row.call_sid = sid
    return call, sid


@pytest.mark.parametrize(
    "order", [["in-progress", "completed"], ["completed", "in-progress"], ["completed", "completed"]]
)
async def test_a_recording_is_kept_whatever_order_its_reports_come_in(tenant: Tenant, order: list[str]) -> None:
    call, sid = await _dialed(tenant)
    recording = "RE" + uuid.uuid4().hex
    for status in order:
        form = {
            "CallSid": sid,
            "RecordingSid": recording,
            "RecordingStatus": status,
            "RecordingDuration": "42" if status == "completed" else "-1",
            "RecordingStartTime": "Mon, 16 Nov 2026 17:00:00 +0000",
        }
        answer = await _post(tenant, f"/twilio/{tenant.organization_id}/calls/{call}/recording", form)
        assert answer.status_code == 204, answer.text
    async with database().transaction(tenant.organization_id) as session:
        row = (await session.scalars(select(Recording))).one()
        assert (row.recording_sid, row.status, row.duration_seconds) == (recording, "completed", 42)


async def test_a_recording_of_another_call_is_refused(tenant: Tenant) -> None:
    call, _ = await _dialed(tenant)
    form = {"CallSid": "CAother", "RecordingSid": "RE1", "RecordingStatus": "completed"}
    answer = await _post(tenant, f"/twilio/{tenant.organization_id}/calls/{call}/recording", form)
    assert answer.status_code == 409
