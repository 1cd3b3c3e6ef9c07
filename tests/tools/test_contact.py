"""Rights, callbacks and people: what the caller asks for is kept and acts at once."""

from typing import Any

import pytest

from tests.support import Tenant, customer, new_tenant, open_session


async def test_stop_calling_stops_every_queued_call_to_that_person(tenant: Tenant) -> None:
    body = customer()
    person = (await tenant.client.post("/customers", json=body)).json()
    ids = []
    for _ in range(4):
        answer = await tenant.client.post("/calls", json={"customer_id": person["id"]})
        assert answer.status_code == 202, answer.text
        ids.append(answer.json()["id"])
    agent = await open_session(tenant, ids[0])
    outcome = await agent.tool("record_restriction", kind="cease", details={"said": "stop calling me"})
    assert outcome["data"]["stopped_calls"] == 3
    for other in ids[1:]:
        shown = (await tenant.client.get(f"/calls/{other}")).json()
        assert (shown["status"], shown["disposition"]) == ("canceled", "blocked")
    again = await tenant.client.post("/calls", json={"customer_id": person["id"]})
    assert again.status_code == 409
    assert "P-17" in [rule["id"] for rule in again.json()["decision"]["rules"]]
    assert (await agent.shown())["restriction"]["kind"] == "cease"


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("attorney", "P-16"),
        ("bankruptcy", "P-21"),
        ("deceased", "P-22"),
        ("identity_theft", "P-23"),
        ("dispute", "P-19"),
        ("wrong_number", "P-27"),
        ("military", "P-24"),
        ("work_number", "P-15"),
    ],
)
async def test_what_is_recorded_stops_the_next_dial(tenant: Tenant, kind: str, rule: str) -> None:
    agent = await open_session(tenant)
    person = (await agent.shown())["customer_id"]
    await agent.tool("record_restriction", kind=kind)
    answer = await tenant.client.post("/calls", json={"customer_id": person})
    assert answer.status_code == 409
    assert rule in [found["id"] for found in answer.json()["decision"]["rules"]]


async def test_a_wrong_number_binds_the_number_for_every_customer(tenant: Tenant) -> None:
    number = "+16175550177"
    agent = await open_session(tenant, phone_number=number)
    await agent.tool("record_restriction", kind="wrong_number")
    sibling = (await tenant.client.post("/customers", json=customer(phone_number=number))).json()
    answer = await tenant.client.post("/calls", json={"customer_id": sibling["id"]})
    assert "P-27" in [found["id"] for found in answer.json()["decision"]["rules"]]


async def test_recording_the_same_thing_twice_keeps_one(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    first = await agent.tool("record_restriction", kind="cease")
    second = await agent.tool("record_restriction", kind="cease")
    assert first["data"]["restriction_id"] == second["data"]["restriction_id"]


async def test_a_callback_is_kept_and_moved(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.tool("schedule_callback", at="2026-11-17T17:00:00-05:00", reason="at work")
    moved = await agent.tool("schedule_callback", date="2026-11-18", part="morning")
    assert moved["data"]["scheduled_for"] == "2026-11-18T10:00:00-05:00"
    shown = (await agent.shown())["callback"]
    assert (shown["scheduled_for"], shown["timezone"], shown["status"]) == (
        "2026-11-18T15:00:00Z",
        "America/New_York",
        "scheduled",
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"at": "2026-11-17T06:00:00-05:00"}, "outside_hours"),
        ({"at": "2026-11-17T20:59:00-05:00"}, "outside_hours"),
        ({"at": "2026-11-01T12:00:00-05:00"}, "not_allowed"),
        ({"at": "2026-12-30T12:00:00-05:00"}, "not_allowed"),
        ({}, "invalid_arguments"),
        ({"date": "2026-13-40"}, "invalid_arguments"),
    ],
)
async def test_a_callback_outside_the_rules_is_refused(tenant: Tenant, arguments: dict[str, Any], error: str) -> None:
    agent = await open_session(tenant)
    outcome = await agent.tool("schedule_callback", **arguments)
    assert outcome["error"] == error
    assert (await agent.shown())["callback"] is None
    if error == "outside_hours":
        again = await agent.tool("schedule_callback", at=outcome["data"]["suggestion"])
        assert again["ok"], again


async def test_a_transfer_needs_somebody_there(tenant: Tenant, app: Any) -> None:
    agent = await open_session(tenant)
    assert (await agent.tool("transfer_to_agent", reason="asked"))["data"]["available"] is False
    async with new_tenant(app, human_queue_number="+18005550111") as bank:
        staffed = await open_session(bank)
        assert (await staffed.tool("transfer_to_agent", reason="asked"))["data"]["available"] is True
