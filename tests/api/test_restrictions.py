"""Restrictions over HTTP: they act on the whole organization in the request that adds them; a person lifts them."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from archer.store.arrangements import Callback
from archer.store.database import database
from tests.support import Tenant, call_token, customer, new_tenant, open_session


async def _person(tenant: Tenant, **changes: Any) -> dict[str, Any]:
    answer = await tenant.client.post("/customers", json=customer(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _rules(tenant: Tenant, person: str) -> list[str]:
    answer = await tenant.client.get(f"/customers/{person}/gate")
    assert answer.status_code == 200, answer.text
    return [rule["id"] for rule in answer.json()["rules"]]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("cease", "P-17"),
        ("phone_opt_out", "P-18"),
        ("ai_opt_out", "P-05"),
        ("attorney", "P-16"),
        ("bankruptcy", "P-21"),
        ("deceased", "P-22"),
        ("identity_theft", "P-23"),
        ("dispute", "P-19"),
        ("already_paid", "P-19"),
        ("wrong_number", "P-27"),
        ("military", "P-24"),
        ("work_number", "P-15"),
        ("language", "P-30"),
        ("do_not_call", "P-18"),
    ],
)
async def test_a_restriction_stops_what_is_queued_and_the_next_dial(tenant: Tenant, kind: str, rule: str) -> None:
    person = await _person(tenant)
    queued = (await tenant.client.post("/calls", json={"customer_id": person["id"]})).json()["id"]
    added = await tenant.client.post(f"/customers/{person['id']}/restrictions", json={"kind": kind, "reason": "letter"})
    assert added.status_code == 201, added.text
    assert rule in await _rules(tenant, person["id"])
    shown = (await tenant.client.get(f"/calls/{queued}")).json()
    if kind == "language":
        assert shown["status"] == "queued"
    else:
        assert added.json()["stopped"]["calls"] == 1
        assert (shown["status"], shown["disposition"]) == ("canceled", "blocked")
    again = await tenant.client.post(f"/customers/{person['id']}/restrictions", json={"kind": kind, "reason": "letter"})
    assert (again.status_code, again.json()["restriction"]["id"]) == (200, added.json()["restriction"]["id"])


async def test_a_call_that_rings_already_is_dropped(tenant: Tenant) -> None:
    person = await _person(tenant)
    ringing = (await tenant.client.post("/calls", json={"customer_id": person["id"]})).json()["id"]
    await call_token(tenant, ringing)
    added = await tenant.client.post(f"/customers/{person['id']}/restrictions", json={"kind": "attorney"})
    assert added.json()["stopped"] == {"calls": 0, "hangups": 1, "callbacks": 0, "texts": 0, "members": 0}


async def test_it_acts_on_every_account_of_the_person(tenant: Tenant) -> None:
    first = await _person(tenant, name="Ana Ruiz")
    second = await _person(tenant, name="ana ruiz", phone_number=first["phone_number"])
    other = await _person(tenant, name="Ben Ruiz", phone_number=first["phone_number"])
    queued = (await tenant.client.post("/calls", json={"customer_id": second["id"]})).json()["id"]
    added = await tenant.client.post(f"/customers/{first['id']}/restrictions", json={"kind": "attorney"})
    assert added.json()["stopped"]["calls"] == 1
    assert (await tenant.client.get(f"/calls/{queued}")).json()["status"] == "canceled"
    assert "P-16" in await _rules(tenant, second["id"])
    assert await _rules(tenant, other["id"]) == []


async def test_a_dispute_holds_its_own_debt_only_until_it_is_answered(tenant: Tenant) -> None:
    first = await _person(tenant)
    second = await _person(tenant, phone_number=first["phone_number"])
    added = await tenant.client.post(
        f"/customers/{first['id']}/restrictions", json={"kind": "dispute", "dispute": "written"}
    )
    restriction = added.json()["restriction"]["id"]
    assert await _rules(tenant, first["id"]) == ["P-19"]
    assert await _rules(tenant, second["id"]) == []
    cases = await tenant.client.get("/restrictions", params={"kind": "dispute", "standing": "true"})
    assert [case["id"] for case in cases.json()["items"]] == [restriction]
    answered = await tenant.client.post(
        f"/restrictions/{restriction}/response", json={"sent_at": "2026-11-16T12:00:00Z", "reason": "verification sent"}
    )
    assert answered.status_code == 200, answered.text
    assert await _rules(tenant, first["id"]) == []


async def test_callbacks_of_the_person_are_cancelled(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    person = (await agent.shown())["customer_id"]
    await agent.tool("schedule_callback", at="2026-11-17T17:00:00-05:00")
    added = await tenant.client.post(f"/customers/{person}/restrictions", json={"kind": "phone_opt_out"})
    assert added.json()["stopped"]["callbacks"] == 1
    async with database().transaction(tenant.organization_id) as session:
        assert list(await session.scalars(select(Callback.status))) == ["canceled"]


@pytest.mark.parametrize(
    ("body", "windows", "held"),
    [
        ({"said": "never before noon"}, [("00:00", "12:00")], False),
        ({"said": "never call me after 11 in the morning"}, [("11:00", "24:00")], True),
        ({"windows": [{"days": ["mon"], "from": "11:00", "to": "13:00"}]}, [("11:00", "13:00")], True),
        ({"windows": [{"from": "20:00", "to": "13:00"}]}, [("20:00", "13:00")], True),
        ({"said": "when the moon is full"}, [], True),
    ],
)
async def test_inconvenient_times_are_kept_free(
    tenant: Tenant, body: dict[str, Any], windows: list[tuple[str, str]], held: bool
) -> None:
    person = (await _person(tenant))["id"]
    added = await tenant.client.post(f"/customers/{person}/inconvenient-times", json=body)
    assert added.status_code == 201, added.text
    assert [(w["from"], w["to"]) for w in added.json()["windows"]] == windows
    assert added.json()["needs_review"] is not bool(windows)
    assert ("P-09" in await _rules(tenant, person)) is held
    listed = await tenant.client.get(f"/customers/{person}/inconvenient-times")
    assert [item["restriction_id"] for item in listed.json()["items"]] == [added.json()["restriction_id"]]


async def test_what_a_caller_said_about_times_is_read(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    person = (await agent.shown())["customer_id"]
    outcome = await agent.tool("record_restriction", kind="inconvenient_time", details="don't call me between 11 and 3")
    assert [(w["from"], w["to"]) for w in outcome["data"]["windows"]] == [("11:00", "15:00")]
    assert "P-09" in await _rules(tenant, person)


async def test_only_an_admin_lifts_and_says_why(tenant: Tenant) -> None:
    person = (await _person(tenant))["id"]
    added = await tenant.client.post(f"/customers/{person}/restrictions", json={"kind": "attorney"})
    url = f"/restrictions/{added.json()['restriction']['id']}/lift"
    assert (await tenant.client.post(url, json={})).status_code == 422
    lifted = await tenant.client.post(url, json={"reason": "the attorney withdrew in writing"})
    assert lifted.json()["lifted_by"].startswith("key:")
    assert lifted.json()["lift_reason"] == "the attorney withdrew in writing"
    assert await _rules(tenant, person) == []
    assert (await tenant.client.post(url, json={"reason": "again"})).status_code == 409
    everything = await tenant.client.get(f"/customers/{person}/restrictions", params={"include_lifted": "true"})
    assert len(everything.json()["items"]) == 1
    assert (await tenant.client.get(f"/customers/{person}/restrictions")).json()["items"] == []


async def test_a_number_is_restricted_whoever_has_it(tenant: Tenant) -> None:
    number = "+16175550188"
    queued = await _person(tenant, phone_number=number)
    call = (await tenant.client.post("/calls", json={"customer_id": queued["id"]})).json()["id"]
    added = await tenant.client.post("/restrictions", json={"phone_number": number, "kind": "do_not_call"})
    assert (added.status_code, added.json()["stopped"]["calls"]) == (201, 1)
    assert (await tenant.client.get(f"/calls/{call}")).json()["status"] == "canceled"
    later = await _person(tenant, phone_number=number)
    assert "P-18" in await _rules(tenant, later["id"])
    again = await tenant.client.post("/restrictions", json={"phone_number": number, "kind": "do_not_call"})
    assert again.status_code == 200


async def test_card_numbers_in_a_reason_are_taken_out(tenant: Tenant) -> None:
    person = (await _person(tenant))["id"]
    added = await tenant.client.post(
        f"/customers/{person}/restrictions", json={"kind": "cease", "reason": "card 4111 1111 1111 1111"}
    )
    assert "4111" not in added.text


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "erasure"},
        {"kind": "cease", "windows": [{"from": "09:00", "to": "10:00"}]},
        {"kind": "inconvenient_time", "windows": [{"from": "9", "to": "10"}]},
        {"kind": "cease", "reason": "a\u0000b"},
        {"kind": "cease", "dispute": "oral"},
        {},
    ],
)
async def test_bad_restrictions_are_refused(tenant: Tenant, body: dict[str, Any]) -> None:
    person = (await _person(tenant))["id"]
    assert (await tenant.client.post(f"/customers/{person}/restrictions", json=body)).status_code == 422


async def test_another_organization_neither_sees_nor_lifts(tenant: Tenant, app: Any) -> None:
    person = (await _person(tenant))["id"]
    added = await tenant.client.post(f"/customers/{person}/restrictions", json={"kind": "attorney"})
    restriction = added.json()["restriction"]["id"]
    async with new_tenant(app) as other:
        assert (await other.client.post(f"/restrictions/{restriction}/lift", json={"reason": "x"})).status_code == 404
        assert (await other.client.get("/restrictions")).json()["items"] == []
        assert (await other.client.get(f"/customers/{person}/restrictions")).status_code == 404


async def test_the_same_restriction_several_times_at_once_is_one(tenant: Tenant) -> None:
    person = (await tenant.client.post("/customers", json=customer())).json()
    body = {"kind": "attorney", "reason": "by letter"}
    path = f"/customers/{person['id']}/restrictions"
    answers = await asyncio.gather(*(tenant.client.post(path, json=body) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len((await tenant.client.get(path)).json()["items"]) == 1


@pytest.mark.parametrize("kind", ["do_not_call", "wrong_number", "sms_opt_out"])
async def test_the_same_number_several_times_at_once_is_restricted_once(tenant: Tenant, kind: str) -> None:
    body = {"phone_number": customer()["phone_number"], "kind": kind}
    answers = await asyncio.gather(*(tenant.client.post("/restrictions", json=body) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len((await tenant.client.get("/restrictions")).json()["items"]) == 1
