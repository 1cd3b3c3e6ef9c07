"""Twilio's webhooks: signed or refused; twice, late or reversed, the same rows."""

import asyncio
import itertools
import random
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from archer.call_state import record_report
from archer.settings import settings
from archer.store import Call, CarrierEvent, OutboxMessage
from archer.store.calls import get_call
from archer.store.database import database
from archer.work import work
from tests.api.carrier import dialing, post
from tests.support import Tenant, call_token, customer, new_tenant

STARTED = datetime.now(UTC).replace(microsecond=0)
REPORTS = [
    {"CallStatus": "initiated", "SequenceNumber": "0"},
    {"CallStatus": "ringing", "SequenceNumber": "1"},
    {"CallStatus": "in-progress", "SequenceNumber": "2"},
    {"CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "42", "SipResponseCode": "200"},
]


def _status(sid: str, report: dict[str, str]) -> dict[str, str]:
    at = STARTED + timedelta(seconds=int(report["SequenceNumber"]))
    return {"CallSid": sid, "Timestamp": format_datetime(at), "Direction": "outbound-api", **report}


async def _call_row(tenant: Tenant, call: str) -> Call:
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Call, uuid.UUID(call))
        assert row is not None
        return row


async def _row(tenant: Tenant, call: str) -> dict[str, Any]:
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Call, uuid.UUID(call))
        assert row is not None
        events = (await session.execute(select(CarrierEvent).where(CarrierEvent.call_id == row.id))).scalars().all()
        names = ("status", "answered_at", "ended_at", "duration_seconds", "connected", "call_sid", "answered_by")
        facts = {name: getattr(row, name) for name in names if name != "call_sid"}
        return facts | {"reports": sorted((e.kind, e.sequence, e.status) for e in events)}


async def test_only_what_leaves_something_to_do_wakes_the_orchestration(tenant: Tenant) -> None:
    calls = f"/twilio/{tenant.organization_id}/calls"
    call, sid = await dialing(tenant)
    for report in REPORTS:
        await post(tenant, f"{calls}/{call}/status", _status(sid, report))
    for found in ("human", "unknown"):
        await post(tenant, f"{calls}/{call}/machine-detection", {"CallSid": sid, "AnsweredBy": found})
    machine, its_sid = await dialing(tenant)
    await post(tenant, f"{calls}/{machine}/machine-detection", {"CallSid": its_sid, "AnsweredBy": "machine_start"})
    async with database().transaction(tenant.organization_id) as session:
        rows = (await session.scalars(select(OutboxMessage).where(OutboxMessage.queue == "call-signals"))).all()
    signals = sorted((row.body["call_id"] == call, row.body["signal"]) for row in rows)
    assert signals == [(False, "answered_by"), (True, "status:completed"), (True, "status:in-progress")]


async def test_any_order_and_any_repetition_leaves_the_same_row(tenant: Tenant) -> None:
    outcomes = []
    orders = [list(order) for order in itertools.permutations(REPORTS)]
    for order in [*random.Random(7).sample(orders, 6), REPORTS, REPORTS[::-1]]:
        call, sid = await dialing(tenant)
        for report in order * 2:
            answer = await post(tenant, f"/twilio/{tenant.organization_id}/calls/{call}/status", _status(sid, report))
            assert answer.status_code == 204, answer.text
        outcomes.append(await _row(tenant, call))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0]["status"] == "completed"
    assert outcomes[0]["duration_seconds"] == 42
    assert outcomes[0]["answered_at"] < outcomes[0]["ended_at"]


@pytest.mark.parametrize("signature", ["", "forged", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_a_forged_signature_is_refused_and_nothing_is_stored(tenant: Tenant, signature: str) -> None:
    call, sid = await dialing(tenant)
    before = await _row(tenant, call)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/status"
    answer = await post(tenant, path, _status(sid, REPORTS[3]), signature=signature)
    assert answer.status_code == 403
    assert await _row(tenant, call) == before


async def test_a_signature_for_another_body_is_refused(tenant: Tenant) -> None:
    call, sid = await dialing(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/status"
    url = settings().public_api_url + "/api/v1" + path
    token = settings().twilio_auth_token.get_secret_value()
    other = RequestValidator(token).compute_signature(url, _status(sid, REPORTS[0]))
    assert (await post(tenant, path, _status(sid, REPORTS[3]), signature=other)).status_code == 403


async def test_another_call_sid_does_not_touch_the_call(tenant: Tenant) -> None:
    call, _sid = await dialing(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/status"
    answer = await post(tenant, path, _status("CA" + "0" * 32, REPORTS[3]))
    assert answer.status_code == 409
    assert (await _row(tenant, call))["status"] == "dialing"


@pytest.mark.parametrize(
    "broken", [{"SequenceNumber": "x"}, {"SequenceNumber": ""}, {"CallStatus": ""}, {"CallSid": ""}]
)
async def test_malformed_reports_are_refused(tenant: Tenant, broken: dict[str, str]) -> None:
    call, sid = await dialing(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/status"
    answer = await post(tenant, path, _status(sid, REPORTS[1]) | broken)
    assert answer.status_code == 422
    assert (await _row(tenant, call))["reports"] == []


async def test_machine_detection_is_kept(tenant: Tenant) -> None:
    call, sid = await dialing(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/machine-detection"
    await post(tenant, path, {"CallSid": sid, "AnsweredBy": "machine_start"})
    assert (await _row(tenant, call))["answered_by"] == "machine"


async def test_a_broken_stream_comes_back_to_the_agent_three_times(tenant: Tenant) -> None:
    call, sid = await dialing(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/resume"
    form = {"CallSid": sid, "CallStatus": "in-progress"}
    token, tokens = await call_token(tenant, call), set()
    for breaks in range(3):
        opened = await tenant.client.post(
            f"/agent/calls/{call}/session",
            json={"nonce": str(uuid.uuid4())},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert opened.status_code == 200
        answer = await post(tenant, f"{path}?breaks={breaks}", form)
        assert "<Stream" in answer.text
        token = answer.text.split('name="call_token" value="')[1].split('"')[0]
        tokens.add(token)
    assert len(tokens) == 3
    last = await post(tenant, f"{path}?breaks=3", form)
    assert "<Stream" not in last.text
    assert "<Gather" in last.text
    assert (await post(tenant, f"{path}?breaks=3", form)).text == last.text


async def test_the_same_question_what_next_counts_once(tenant: Tenant) -> None:
    call, sid = await dialing(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/resume?breaks=0"
    await call_token(tenant, call)
    form = {"CallSid": sid, "CallStatus": "in-progress"}
    answers = [await post(tenant, path, form) for _ in range(3)]
    assert all("<Stream" in answer.text for answer in answers)
    row = await _call_row(tenant, call)
    assert row.resumptions == 1
    first_token = answers[0].text.split('name="call_token" value="')[1].split('"')[0]
    opened = await tenant.client.post(
        f"/agent/calls/{call}/session",
        json={"nonce": str(uuid.uuid4())},
        headers={"Authorization": f"Bearer {first_token}"},
    )
    assert opened.status_code == 200


async def test_stop_by_text_ends_text_messages(tenant: Tenant, app: Any) -> None:
    number = "+1415555" + str(uuid.uuid4().int % 10_000).zfill(4)
    async with new_tenant(app, caller_id=number) as bank:
        person = (await bank.client.post("/customers", json=customer())).json()
        form = {"MessageSid": "SM1", "From": person["phone_number"], "To": number, "Body": " Stop "}
        assert (await post(bank, "/twilio/texts", form)).status_code == 200
        shown = (await bank.client.get(f"/customers/{person['id']}")).json()
    assert [row["kind"] for row in shown["restrictions"]] == ["sms_opt_out"]


async def test_an_inbound_call_announced_several_times_at_once_is_one_call(tenant: Tenant, app: Any) -> None:
    number, caller = (f"+1415555{uuid.uuid4().int % 10_000:04d}", f"+1617555{uuid.uuid4().int % 10_000:04d}")
    async with new_tenant(app, caller_id=number) as bank:
        await bank.client.post("/customers", json=customer(phone_number=caller))
        form = {"CallSid": "CA" + uuid.uuid4().hex, "From": caller, "To": number, "CallStatus": "ringing"}
        answers = await asyncio.gather(*(post(bank, "/twilio/voice", form) for _ in range(6)))
        assert {answer.status_code for answer in answers} == {200}
        assert len((await bank.client.get("/calls")).json()["items"]) == 1


@pytest.mark.parametrize(("segment", "tactic"), [("prime", "stern"), ("hardship", "hardship_support")])
async def test_who_calls_us_gets_the_tactic_of_his_segment_or_the_organizations(
    app: Any, segment: str, tactic: str
) -> None:
    number, caller = (f"+1415555{uuid.uuid4().int % 10_000:04d}", f"+1617555{uuid.uuid4().int % 10_000:04d}")
    segments = {"hardship": {"tactic": "hardship_support"}}
    async with new_tenant(app, caller_id=number, default_tactic="stern", segments=segments) as bank:
        await bank.client.post("/customers", json=customer(phone_number=caller, segment=segment))
        form = {"CallSid": "CA" + uuid.uuid4().hex, "From": caller, "To": number, "CallStatus": "ringing"}
        await post(bank, "/twilio/voice", form)
        shown = (await bank.client.get("/calls")).json()["items"][0]
    assert (shown["direction"], shown["tactic"], shown["tactic_version"]) == ("inbound", tactic, 1)


async def test_a_call_that_is_to_be_hung_up_is_not_transferred(app: Any, backend: dict[str, Any]) -> None:
    async with new_tenant(app, human_queue_number="+18005550199", human_hours=(0, 24)) as bank:
        call, sid = await dialing(bank)
        async with database().transaction(bank.organization_id) as session:
            row = await session.get(Call, uuid.UUID(call))
            assert row is not None
            row.transfer_requested_at = row.hangup_requested_at = STARTED
        path = f"/twilio/{bank.organization_id}/calls/{call}/resume"
        answer = await post(bank, path, {"CallSid": sid, "CallStatus": "in-progress"})
        assert "<Hangup" in answer.text
        assert "<Dial" not in answer.text


async def test_what_the_carrier_says_itself_outweighs_what_it_answered_in_any_order(tenant: Tenant) -> None:
    asked_at = STARTED + timedelta(minutes=3)
    told = [("status", 3, "completed", STARTED, {"CallDuration": "42"}), ("asked", 7, "completed", asked_at, {})]
    rows = []
    for order in (told, told[::-1]):
        call, sid = await dialing(tenant)
        for kind, sequence, status, at, payload in order:
            async with work(tenant.organization_id) as unit:
                row = await get_call(unit.session, uuid.UUID(call), lock=True)
                assert row is not None
                await record_report(
                    unit, row, kind=kind, call_sid=sid, sequence=sequence, status=status, at=at, payload=payload
                )
        rows.append({name: value for name, value in (await _row(tenant, call)).items() if name != "reports"})
    assert rows[0] == rows[1]
    assert (rows[0]["ended_at"], rows[0]["duration_seconds"]) == (STARTED, 42)


async def test_the_signature_covers_the_query_as_it_was_sent(tenant: Tenant) -> None:
    call, sid = await dialing(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{call}/status?from=the%20bank&n=1"
    form = _status(sid, REPORTS[1])
    for part in ("?from=the bank&n=1", "?n=1&from=the%20bank", ""):
        url = settings().public_api_url + "/api/v1" + path.split("?", maxsplit=1)[0] + part
        other = RequestValidator(settings().twilio_auth_token.get_secret_value()).compute_signature(url, form)
        assert (await post(tenant, path, form, signature=other)).status_code == 403
    assert (await post(tenant, path, form)).status_code == 204
