"""Customers over HTTP: created, updated by the bank's key, shown, and refused with a reason."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from archer.clock import CLOCK
from tests.support import Tenant, customer, new_tenant


async def test_the_same_external_id_again_updates(tenant: Tenant) -> None:
    body = customer()
    created = await tenant.client.post("/customers", json=body)
    updated = await tenant.client.post("/customers", json=body | {"balance": "99.10", "name": "Sam A. Smith"})
    assert (created.status_code, updated.status_code) == (201, 200)
    assert updated.json()["id"] == created.json()["id"]
    assert (updated.json()["balance"], updated.json()["name"]) == ("99.10", "Sam A. Smith")
    at = [datetime.fromisoformat(updated.json()[name]) for name in ("created_at", "updated_at")]
    assert abs(CLOCK.now() - at[0]) < timedelta(minutes=1), "policy time, as all that is shown"
    assert at == sorted(at)


async def test_money_is_a_decimal_string(tenant: Tenant) -> None:
    answer = await tenant.client.post("/customers", json=customer(balance="1234567.8"))
    assert answer.json()["balance"] == "1234567.80"


async def test_a_new_phone_number_forgets_what_was_known_of_the_old_one(tenant: Tenant) -> None:
    body = customer()
    await tenant.client.post("/customers", json=body)
    moved = {name: value for name, value in body.items() if name != "number"} | {"phone_number": "+16175550999"}
    answer = await tenant.client.post("/customers", json=moved)
    assert answer.json()["number"] == {"line_type": None, "kind": "personal", "reassigned": None}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone_number", "617-555-0123"),
        ("balance", "NaN"),
        ("balance", "1.234"),
        ("balance", "99999999999999"),
        ("account_last_4", "12"),
        ("name", ""),
        ("name", "a\u0000b"),
        ("country", "DE"),
        ("unknown_field", 1),
        ("consents", [{"kind": "ai_voice", "source": "application", "granted_at": "2025-03-01T00:00:00"}]),
    ],
)
async def test_bad_input_is_refused_with_the_field_named(tenant: Tenant, field: str, value: Any) -> None:
    answer = await tenant.client.post("/customers", json=customer() | {field: value})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in answer.json()["detail"]
    listed = await tenant.client.get("/customers")
    assert listed.json()["items"] == []


async def test_pages_follow_each_other(tenant: Tenant) -> None:
    made = [(await tenant.client.post("/customers", json=customer())).json()["id"] for _ in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await tenant.client.get("/customers", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))


async def test_a_foreign_key_sees_nothing(tenant: Tenant, app: Any) -> None:
    mine = (await tenant.client.post("/customers", json=customer())).json()["id"]
    async with new_tenant(app) as other:
        assert (await other.client.get(f"/customers/{mine}")).status_code == 404
        assert (await other.client.get("/customers")).json()["items"] == []


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer ak_unknown", "Basic abc", "Bearer \x7f"])
async def test_without_a_valid_key_nothing_is_answered(tenant: Tenant, header: str | None) -> None:
    headers = {"Authorization": header} if header is not None else {"Authorization": ""}
    answer = await tenant.client.get(f"/customers/{uuid.uuid4()}", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["type"].endswith("/not-authenticated")
