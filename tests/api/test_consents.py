"""Consents: given once, revoked at once, and a revocation that only a person's word overtakes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support import Tenant, customer, open_session


async def _person(tenant: Tenant, **changes: Any) -> str:
    answer = await tenant.client.post("/customers", json=customer(**changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _call(tenant: Tenant, person: str) -> tuple[int, list[str]]:
    answer = await tenant.client.post("/calls", json={"customer_id": person})
    return answer.status_code, [rule["id"] for rule in answer.json()["decision"]["rules"]]


async def test_without_any_consent_the_gate_leaves_the_call_to_people(tenant: Tenant) -> None:
    person = await _person(tenant, consents=[])
    answer = await tenant.client.post("/calls", json={"customer_id": person})
    assert answer.status_code == 409
    assert answer.json()["decision"]["decision"] == "human_only"


async def test_a_consent_is_kept_once(tenant: Tenant) -> None:
    person = await _person(tenant, consents=[])
    body = {"kind": "ai_voice", "source": "direct", "granted_at": "2026-11-01T00:00:00Z"}
    first = await tenant.client.post(f"/customers/{person}/consents", json=body)
    second = await tenant.client.post(f"/customers/{person}/consents", json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert await _call(tenant, person) == (202, [])


async def test_revoking_stops_queued_calls_and_binds_the_next(tenant: Tenant) -> None:
    person = await _person(tenant)
    queued = (await tenant.client.post("/calls", json={"customer_id": person})).json()["id"]
    consent = (await tenant.client.get(f"/customers/{person}/consents")).json()["items"][0]
    url = f"/customers/{person}/consents/{consent['id']}/revoke"
    revoked = await tenant.client.post(url, json={"reason": "said so in a letter"})
    assert revoked.json()["stopped"]["calls"] == 1
    assert (await tenant.client.get(f"/calls/{queued}")).json()["status"] == "canceled"
    status, rules = await _call(tenant, person)
    assert (status, rules) == (409, ["P-05"])
    again = await tenant.client.post(url, json={"reason": "again"})
    assert again.json()["consent"]["revoked_at"] == revoked.json()["consent"]["revoked_at"]


async def test_only_a_new_consent_that_lifts_it_overtakes_a_revocation(tenant: Tenant) -> None:
    person = await _person(tenant)
    consent = (await tenant.client.get(f"/customers/{person}/consents")).json()["items"][0]
    url = f"/customers/{person}/consents/{consent['id']}/revoke"
    revoked = (await tenant.client.post(url, json={"reason": "letter"})).json()["consent"]["revoked_at"]
    later = datetime.fromisoformat(revoked) + timedelta(seconds=1)
    new = {"kind": "ai_voice", "source": "direct", "granted_at": later.isoformat()}
    await tenant.client.post(f"/customers/{person}/consents", json=new)
    assert (await _call(tenant, person))[0] == 409
    unexplained = await tenant.client.post(f"/customers/{person}/consents", json=new | {"lift_revocation": True})
    assert unexplained.status_code == 422
    lifted = await tenant.client.post(
        f"/customers/{person}/consents", json=new | {"lift_revocation": True, "reason": "signed the form again"}
    )
    assert lifted.status_code == 200
    await tenant.client.post(
        "/customers",
        json=customer(
            external_id=(await tenant.client.get(f"/customers/{person}")).json()["external_id"],
            number={"line_type": "wireless", "reassigned": {"result": "no", "queried_on": "2026-11-17"}},
        ),
    )
    assert (await _call(tenant, person))[1] == []


async def test_the_end_of_texts_is_not_the_end_of_calls(tenant: Tenant) -> None:
    both = [
        {"kind": kind, "source": "application", "granted_at": "2025-03-01T00:00:00Z"} for kind in ("ai_voice", "sms")
    ]
    person = await _person(tenant, consents=both)
    consents = (await tenant.client.get(f"/customers/{person}/consents")).json()["items"]
    sms = next(consent for consent in consents if consent["kind"] == "sms")
    await tenant.client.post(f"/customers/{person}/consents/{sms['id']}/revoke", json={"reason": "texted STOP"})
    assert await _call(tenant, person) == (202, [])


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "ai_voice", "source": "direct", "granted_at": "2030-01-01T00:00:00Z"},
        {"kind": "ai_voice", "source": "direct", "granted_at": "2026-01-01T00:00:00"},
        {"kind": "fax", "source": "direct", "granted_at": "2026-01-01T00:00:00Z"},
        {"kind": "ai_voice"},
        {},
    ],
)
async def test_bad_consents_are_refused(tenant: Tenant, body: dict[str, Any]) -> None:
    person = await _person(tenant)
    assert (await tenant.client.post(f"/customers/{person}/consents", json=body)).status_code == 422


async def test_a_consent_of_another_customer_is_not_found(tenant: Tenant) -> None:
    one, other = await _person(tenant), await _person(tenant)
    consent = (await tenant.client.get(f"/customers/{one}/consents")).json()["items"][0]
    answer = await tenant.client.post(f"/customers/{other}/consents/{consent['id']}/revoke", json={"reason": "x"})
    assert answer.status_code == 404


async def test_a_caller_who_says_stop_revokes_all_consents(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    person = (await agent.shown())["customer_id"]
    await agent.tool("record_restriction", kind="cease")
    consents = (await tenant.client.get(f"/customers/{person}/consents")).json()["items"]
    assert {consent["revocation_scope"] for consent in consents} == {"all"}
    assert consents[0]["revoked_by"] == f"call:{agent.call_id}"
