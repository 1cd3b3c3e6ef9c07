"""When a call is recorded: I-05 (notice, objection), I-20 (card data), P-31 (the recorder works)."""

import io
import json
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from archer.clock import CLOCK
from archer.erasing import purge_secrets
from archer.recording import UNHEALTHY_FOR, recorder_works
from archer.store.calls import Call
from archer.store.database import database
from archer.store.messages import OutboxMessage
from archer.store.recordings import Recording
from tests.support import AgentSession, Tenant, customer, new_tenant, open_session

NOTICE = {"kind": "transcript", "speaker": "agent", "text": "Hello, on a recorded line", "data": {"key": "opening"}}


def _said(text: str) -> dict[str, Any]:
    return {"kind": "transcript", "speaker": "customer", "text": text}


def _happened(event: str) -> dict[str, Any]:
    return {"kind": "event", "event": event}


async def _tell(agent: AgentSession, *entries: dict[str, Any], first: int = 1) -> None:
    at = "2026-11-16T17:00:00Z"
    numbered = [{"n": first + number, "at": at, **entry} for number, entry in enumerate(entries)]
    answer = await agent.post("entries", {"entries": numbered})
    assert answer.status_code == 200, answer.text
    assert answer.json()["stored_to"] == first + len(entries) - 1


async def _recordings(tenant: Tenant) -> list[Recording]:
    async with database().transaction(tenant.organization_id) as session:
        return list(await session.scalars(select(Recording).order_by(Recording.started_at)))


async def _wakes(tenant: Tenant) -> int:
    async with database().transaction(tenant.organization_id) as session:
        rows = await session.scalars(select(OutboxMessage).where(OutboxMessage.queue == "call-signals"))
        return sum(row.body.get("signal") == "recording" for row in rows)


async def test_a_recording_is_wanted_once_the_notice_was_heard(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, _said("Hello?"))
    assert await _recordings(tenant) == []
    await _tell(agent, NOTICE, first=2)
    await _tell(agent, NOTICE | {"data": {"key": "opening_resumed"}}, first=3)
    (row,) = await _recordings(tenant)
    assert (row.status, row.wanted, row.recording_sid) == ("requested", "in-progress", None)
    assert await _wakes(tenant) == 1
    assert [one["status"] for one in (await agent.shown())["recordings"]] == ["requested"]


@pytest.mark.parametrize(
    "entry",
    [
        NOTICE | {"interrupted": True},
        NOTICE | {"data": {"key": "ask_person"}},
        NOTICE | {"data": {}},
        NOTICE | {"speaker": "customer"},
        {"kind": "event", "event": "opening", "data": {"key": "opening"}},
    ],
)
async def test_nothing_else_begins_a_recording(tenant: Tenant, entry: dict[str, Any]) -> None:
    await _tell(await open_session(tenant), entry)
    assert await _recordings(tenant) == []


async def test_an_organization_that_does_not_record_gets_no_recording(app: Any, backend: dict[str, Any]) -> None:
    async with new_tenant(app, record_calls=False) as tenant:
        await _tell(await open_session(tenant), NOTICE)
        assert await _recordings(tenant) == []


async def test_who_objected_earlier_is_not_recorded(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    person = (await agent.shown())["customer_id"]
    await tenant.client.post(f"/customers/{person}/restrictions", json={"kind": "do_not_record"})
    await _tell(agent, NOTICE)
    assert await _recordings(tenant) == []


async def test_who_took_back_the_consent_to_be_recorded_is_not_recorded(tenant: Tenant) -> None:
    consents = [
        *customer()["consents"],
        {"kind": "recording", "source": "application", "granted_at": "2025-03-01T00:00:00Z"},
    ]
    agent = await open_session(tenant, consents=consents)
    person = (await agent.shown())["customer_id"]
    await _tell(agent, NOTICE)
    known = (await tenant.client.get(f"/customers/{person}/consents")).json()["items"]
    consent = next(one["id"] for one in known if one["kind"] == "recording")
    answer = await tenant.client.post(f"/customers/{person}/consents/{consent}/revoke", json={"reason": "by phone"})
    assert answer.status_code == 200
    assert [row.wanted for row in await _recordings(tenant)] == ["completed"]
    again = await open_session(tenant, name="Another One")
    assert again.call_id != agent.call_id


async def test_spoken_card_digits_pause_the_recording_until_the_caller_says_something_else(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, NOTICE, _said("My card is 4111 1111 1111 1111"), _happened("card_digits_spoken"))
    (row,) = await _recordings(tenant)
    assert (row.wanted, row.card_data_at is not None) == ("paused", True)
    await _tell(agent, NOTICE | {"data": {"key": "card_digits"}}, first=4)
    assert [row.wanted for row in await _recordings(tenant)] == ["paused"]
    await _tell(agent, _said("Then send me the link"), first=5)
    (row,) = await _recordings(tenant)
    assert (row.wanted, row.card_data_at is not None) == ("in-progress", True)
    assert await _wakes(tenant) == 3 - 1  # notice and card came together; then it went on


async def test_digits_that_only_the_conversation_took_for_a_card_pause_it_too(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, NOTICE, _said("one two three four five six seven"), _happened("card_digits_spoken"))
    (row,) = await _recordings(tenant)
    assert (row.wanted, row.card_data_at is not None) == ("paused", True)


async def test_a_long_number_keyed_in_pauses_the_recording_and_taints_nothing(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, NOTICE, _happened("long_number_keyed"))
    (row,) = await _recordings(tenant)
    assert (row.wanted, row.card_data_at) == ("paused", None)


async def test_card_digits_that_come_to_light_after_the_call_condemn_its_recording(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, NOTICE)
    async with database().transaction(tenant.organization_id) as session:
        (row,) = (await session.scalars(select(Recording))).all()
        row.recording_sid, row.status = "RE" + uuid.uuid4().hex, "completed"
        call = await session.get(Call, uuid.UUID(agent.call_id))
        assert call is not None
        call.status = "completed"
    await _tell(agent, _said("It is 4111 1111 1111 1111"), first=2)
    (row,) = await _recordings(tenant)
    assert (row.status, row.card_data_at is not None) == ("completed", True)


async def test_an_objection_in_the_call_stops_the_recording_for_good(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, NOTICE)
    await agent.tool("record_restriction", kind="do_not_record", details="don't record me")
    assert [row.wanted for row in await _recordings(tenant)] == ["completed"]
    await _tell(agent, _said("Yes, a person please"), NOTICE, first=2)
    assert [row.wanted for row in await _recordings(tenant)] == ["completed"]


async def test_card_data_found_later_condemns_the_recording_as_well(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, NOTICE, _said("4111 1111"), _said("1111 1111"))
    assert await purge_secrets(tenant.organization_id, datetime(2026, 11, 16, 16, tzinfo=UTC)) > 0
    (row,) = await _recordings(tenant)
    assert row.card_data_at is not None


async def _ended(tenant: Tenant, agent: AgentSession, status: str, minutes_ago: int) -> None:
    async with database().transaction(tenant.organization_id) as session:
        session.add(
            Recording(
                organization_id=tenant.organization_id,
                call_id=uuid.UUID(agent.call_id),
                recording_sid="RE" + uuid.uuid4().hex,
                status=status,
                started_at=CLOCK.now() - timedelta(minutes=minutes_ago),
            )
        )


async def _gate(tenant: Tenant) -> tuple[str, list[str]]:
    person = (await tenant.client.post("/customers", json=customer(name="Next One"))).json()
    asked = (await tenant.client.get(f"/customers/{person['id']}/gate")).json()
    placed = await tenant.client.post("/calls", json={"customer_id": person["id"]})
    decision = placed.json()["decision"]
    assert decision["decision"] == asked["decision"]
    return decision["decision"], [rule["id"] for rule in decision["rules"]]


async def test_a_recorder_that_fails_time_after_time_stops_dials_until_it_is_tried_again(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    for minutes in (9, 8):
        await _ended(tenant, agent, "failed", minutes)
    assert await _gate(tenant) == ("allow", [])
    await _ended(tenant, agent, "failed", 7)
    assert await _gate(tenant) == ("block", ["P-31"])
    async with database().transaction(tenant.organization_id) as session:
        assert await recorder_works(session, CLOCK.now() + UNHEALTHY_FOR) is True
    await _ended(tenant, agent, "completed", 1)
    assert await _gate(tenant) == ("allow", [])


async def test_a_failing_recorder_is_nothing_to_who_does_not_record(app: Any, backend: dict[str, Any]) -> None:
    async with new_tenant(app, record_calls=False) as tenant:
        agent = await open_session(tenant)
        for minutes in (3, 2, 1):
            await _ended(tenant, agent, "failed", minutes)
        assert await _gate(tenant) == ("allow", [])


async def test_the_evidence_of_a_call_says_where_its_recording_is(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await _tell(agent, NOTICE)
    async with database().transaction(tenant.organization_id) as session:
        (row,) = (await session.scalars(select(Recording))).all()
        row.recording_sid, row.status = "RE" + "5" * 32, "in-progress"
    answer = await tenant.client.get(f"/calls/{agent.call_id}/evidence")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        kept = json.loads(archive.read(f"calls/{agent.call_id}/recordings.jsonl"))
    assert (kept["recording_sid"], kept["status"]) == ("RE" + "5" * 32, "in-progress")
