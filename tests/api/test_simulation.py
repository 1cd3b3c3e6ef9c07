"""The gate asked without calling: one customer, a list, everybody; the same answers as a real request."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, insert

from archer.compliance.facts import DialFacts
from archer.compliance.gate import evaluate
from archer.store.calls import Call
from archer.store.customers import Consent, Customer
from archer.store.database import database
from tests.support import Tenant, customer, new_tenant

NOON = datetime(2026, 11, 16, 17, tzinfo=UTC)


async def _person(tenant: Tenant, **changes: Any) -> dict[str, Any]:
    return dict((await tenant.client.post("/customers", json=customer(**changes))).json())


async def _many(tenant: Tenant, count: int, calls_each: int = 0) -> list[uuid.UUID]:
    ids = [uuid.uuid4() for _ in range(count)]
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(
            insert(Customer),
            [
                {
                    "id": one,
                    "organization_id": tenant.organization_id,
                    "external_id": f"bulk-{n:06}",
                    "name": f"Person {n}",
                    "phone_number": f"+1617{2000000 + n:07}",
                    "account_last_4": "1234",
                    "postal_code": "02139",
                    "state": "MA",
                    "balance": "100.00",
                    "flags": {"attorney": n % 10 == 0},
                    "line_type": "wireless",
                    "reassigned_result": "no",
                    "reassigned_queried_on": NOON.date() - timedelta(days=3),
                }
                for n, one in enumerate(ids)
            ],
        )
        await session.execute(
            insert(Consent),
            [
                {
                    "id": uuid.uuid4(),
                    "organization_id": tenant.organization_id,
                    "customer_id": one,
                    "kind": "ai_voice",
                    "source": "application",
                    "granted_at": NOON - timedelta(days=400),
                }
                for one in ids
            ],
        )
        rows = [
            {
                "id": uuid.uuid4(),
                "organization_id": tenant.organization_id,
                "customer_id": one,
                "phone_number": f"+1617{2000000 + n:07}",
                "direction": "outbound",
                "status": "no_answer",
                "collector_mode": "first_party",
                "queued_at": NOON - timedelta(days=3 + k),
                "dialed_at": NOON - timedelta(days=3 + k),
                "connected": True,
            }
            for n, one in enumerate(ids)
            for k in range(calls_each)
        ]
        if rows:
            await session.execute(insert(Call), rows)
    return ids


async def test_a_list_says_how_many_and_why(tenant: Tenant) -> None:
    ids = await _many(tenant, 200, calls_each=1)
    answer = await tenant.client.post(
        "/compliance/simulations", json={"customer_ids": [str(one) for one in ids], "external_ids": ["nobody"]}
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["sentence"] == "20 of 200 will be skipped"
    assert (body["asked"], body["allowed"], body["skipped"]) == (200, 180, 20)
    assert body["decisions"] == {"allow": 180, "human_only": 0, "block_until": 0, "block": 20}
    assert [(rule["id"], rule["decision"], rule["customers"]) for rule in body["rules"]] == [("P-16", "block", 20)]
    assert body["rules"][0]["statement"]
    assert body["not_found"] == ["nobody"]
    assert {one["external_id"] for one in body["customers"]} == {f"bulk-{n:06}" for n in range(0, 200, 10)}


async def test_at_night_everybody_waits_for_the_morning(tenant: Tenant) -> None:
    await _many(tenant, 5)
    body = (
        await tenant.client.post(
            "/compliance/simulations", json={"everybody": True, "at": "2026-11-17T05:00:00Z", "show": "none"}
        )
    ).json()
    assert (body["asked"], body["allowed"], body["customers"]) == (5, 0, [])
    assert body["first_release"] == body["last_release"] == "2026-11-17T13:05:00Z"
    at_release = {"everybody": True, "at": body["first_release"], "show": "all"}
    again = (await tenant.client.post("/compliance/simulations", json=at_release)).json()
    assert again["allowed"] == 4


async def test_as_many_queries_for_a_thousand_as_for_one(tenant: Tenant) -> None:
    ids = await _many(tenant, 1000, calls_each=2)
    counted: list[str] = []

    def note(*arguments: Any) -> None:
        counted.append(str(arguments[2]))

    engine = database().engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await tenant.client.post("/compliance/simulations", json={"customer_ids": [str(ids[0])]})
        one = len(counted)
        counted.clear()
        await tenant.client.post("/compliance/simulations", json={"everybody": True, "show": "none"})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(counted) == one


async def test_one_customer_is_answered_as_a_real_request_would_be(tenant: Tenant) -> None:
    for changes in ({}, {"flags": {"cease": True}}, {"consents": []}, {"balance": "0.00"}, {"state": "NY"}):
        person = await _person(tenant, **changes)
        simulated = (await tenant.client.get(f"/customers/{person['id']}/gate")).json()
        real = (await tenant.client.post("/calls", json={"customer_id": person["id"]})).json()["decision"]
        assert (simulated["decision"], simulated["rules"]) == (real["decision"], real["rules"])
        replayed = evaluate(DialFacts.model_validate_json(json.dumps(simulated["facts"])))
        assert replayed.decision == simulated["decision"]


async def test_open_look_ups_are_named_and_may_be_taken_for_clean(tenant: Tenant) -> None:
    person = await _person(tenant, number=None)
    body = {"customer_ids": [person["id"]]}
    strict = (await tenant.client.post("/compliance/simulations", json=body)).json()
    assert (strict["allowed"], strict["unknown_numbers"]) == (0, 1)
    clean = (await tenant.client.post("/compliance/simulations", json=body | {"assume_clean_numbers": True})).json()
    assert (clean["allowed"], clean["unknown_numbers"]) == (1, 1)


async def test_nothing_is_stored_and_nobody_is_called(tenant: Tenant) -> None:
    person = await _person(tenant)
    await tenant.client.post("/compliance/simulations", json={"everybody": True})
    await tenant.client.get(f"/customers/{person['id']}/gate")
    assert (await tenant.client.get("/calls")).json()["items"] == []


async def test_rules_and_overlays_carry_citations(tenant: Tenant) -> None:
    rules = (await tenant.client.get("/compliance/rules")).json()
    assert len(rules["items"]) == 31
    assert all(rule["citation"] and rule["statement"] for rule in rules["items"])
    status = {rule["id"]: rule["status"] for rule in rules["items"]}
    assert (status["P-10"], status["P-02"], status["P-21"], status["P-31"]) == ("seen", "secondary", "memory", "policy")
    assert (await tenant.client.get("/compliance/rules/P-10")).json()["parameters"]["days"] == 7
    assert (await tenant.client.get("/compliance/rules/P-99")).status_code == 404
    york = (await tenant.client.get("/compliance/overlays", params={"state": "ny", "on": "2026-08-31"})).json()
    assert york["items"] == []
    york = (await tenant.client.get("/compliance/overlays", params={"state": "ny", "on": "2026-09-01"})).json()
    assert [(overlay["id"], overlay["status"]) for overlay in york["items"]] == [("S-NYC", "memory")]
    kept = (await tenant.client.get("/compliance/retention-rules")).json()["items"]
    assert {"R-02", "R-03", "R-09"} <= {rule["id"] for rule in kept}


async def test_bad_simulations_are_refused(tenant: Tenant) -> None:
    for body in (
        {},
        {"everybody": True, "external_ids": ["x"]},
        {"external_ids": ["a\u0000"]},
        {"everybody": True, "at": "1990-01-01T00:00:00Z"},
        {"everybody": True, "at": "2026-11-17T05:00:00"},
        {"external_ids": ["x"] * 10_001},
    ):
        assert (await tenant.client.post("/compliance/simulations", json=body)).status_code == 422


async def test_only_the_own_customers_are_asked(tenant: Tenant, app: Any) -> None:
    mine = await _person(tenant)
    async with new_tenant(app) as other:
        answer = await other.client.post("/compliance/simulations", json={"customer_ids": [mine["id"]]})
        assert (answer.json()["asked"], answer.json()["not_found"]) == (0, [mine["id"]])
        assert (await other.client.get(f"/customers/{mine['id']}/gate")).status_code == 404


async def test_facts_that_cannot_be_read_are_a_refusal(tenant: Tenant) -> None:
    person = await _person(
        tenant, consents=[{"kind": "ai_voice", "source": "direct", "granted_at": "1999-01-01T00:00:00Z"}]
    )
    answer = await tenant.client.post("/calls", json={"customer_id": person["id"]})
    assert answer.status_code == 409
    assert [rule["id"] for rule in answer.json()["decision"]["rules"]] == ["P-31"]
    bad = await tenant.client.post("/customers", json=customer(flags={"attorney": {"name": "x"}}))
    assert bad.status_code == 422
    assert "flags" in bad.json()["detail"]
