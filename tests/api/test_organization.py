"""The organization's settings: read, replaced as a whole, validated, on record."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.support import Tenant, open_session


def _number() -> str:
    return "+1617555" + str(uuid.uuid4().int % 10_000).zfill(4)


async def _read(tenant: Tenant) -> dict[str, Any]:
    answer = await tenant.client.get("/organization")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _put(tenant: Tenant, **changes: Any) -> Any:
    shown = await _read(tenant)
    return await tenant.client.put(
        "/organization", json={"name": shown["name"], "settings": shown["settings"] | changes}
    )


async def test_what_is_read_can_be_written_back(tenant: Tenant) -> None:
    before = await _read(tenant)
    assert (await _put(tenant)).json() == before
    assert before["settings"]["limits"]["plan_months"] == [3, 6, 12]
    assert before["settings"]["segments"]["hardship"]["no_pressure"] is True


async def test_new_limits_bind_the_next_tool(tenant: Tenant) -> None:
    limits = {"plan_months": [4, 2, 4], "minimum_payment": "60.00"}
    assert (await _put(tenant, limits=limits)).json()["settings"]["limits"]["plan_months"] == [2, 4]
    agent = await open_session(tenant)
    await agent.verify()
    data = (await agent.tool("get_customer_options"))["data"]
    assert data["minimum_payment"] == "60.00"
    plan = next(option for option in data["options"] if option["kind"] == "plan")
    assert plan["months"] == [2, 4]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"caller_id": "617-555-0100"}, "settings.caller_id"),
        ({"caller_id": "+1617"}, "settings.caller_id"),
        ({"human_queue_number": "+99912345678"}, "settings.human_queue_number"),
        ({"callback_number": "+12"}, "settings.callback_number"),
        ({"human_hours": [9, 9]}, "settings"),
        ({"human_hours": [9, 25]}, "settings"),
        ({"timezone": "Mars/Olympus"}, "settings.timezone"),
        ({"ring_timeout_seconds": 14}, "settings.ring_timeout_seconds"),
        ({"limits": {"minimum_payment": "0"}}, "settings.limits.minimum_payment"),
        ({"limits": {"settlement_floor": "1.2"}}, "settings.limits.settlement_floor"),
        ({"limits": {"plan_months": [0]}}, "settings.limits.plan_months.0"),
        ({"limits": {"methods": []}}, "settings.limits.methods"),
        ({"segments": {"vip": {"limits": {"promise_max_days": 99}}}}, "settings.segments.vip.limits"),
        ({"segments": {"vip": {"limits": {"no_such_limit": 1}}}}, "settings.segments.vip.limits"),
        ({"segments": {"vip": {"tactic": "nobody"}}}, "settings.segments.vip.tactic"),
        ({"default_tactic": "nobody"}, "settings.default_tactic"),
        ({"payment_link_base": "javascript:alert(1)"}, "settings.payment_link_base"),
        ({"no_such_setting": 1}, "settings.no_such_setting"),
        ({"caller_id": "", "caller_id_verified": True}, "settings.caller_id_verified"),
    ],
)
async def test_bad_settings_are_refused_with_the_field_named(
    tenant: Tenant, change: dict[str, Any], where: str
) -> None:
    before = await _read(tenant)
    answer = await _put(tenant, **change)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["where"].removeprefix("body.").startswith(where)
    assert await _read(tenant) == before


async def test_a_number_of_another_organization_cannot_be_taken(tenant: Tenant, app: Any) -> None:
    from tests.support import new_tenant

    number = _number()
    async with new_tenant(app) as other:
        assert (await _put(other, caller_id=number)).status_code == 200
        taken = await _put(tenant, callback_number=number)
        assert (taken.status_code, taken.json()["type"].rsplit("/", 1)[1]) == (409, "number-taken")
        assert (await _put(other, callback_number=number)).status_code == 200


async def test_the_name_that_is_spoken_can_be_changed_and_is_plain_text(tenant: Tenant) -> None:
    settings = (await _read(tenant))["settings"]
    renamed = await tenant.client.put("/organization", json={"name": "Oak Bank", "settings": settings})
    assert renamed.json()["name"] == "Oak Bank"
    agent = await open_session(tenant)
    assert agent.session["business_name"] == "Oak Bank"
    for name in ("", "Oak {bank}", "Oak\nBank"):
        assert (await tenant.client.put("/organization", json={"name": name, "settings": settings})).status_code == 422


async def test_what_changed_is_on_record_and_nothing_else(tenant: Tenant) -> None:
    from sqlalchemy import select

    from archer.store import AuditEntry
    from archer.store.database import database

    await _put(tenant)
    await _put(tenant, max_call_seconds=600)
    async with database().transaction(tenant.organization_id) as session:
        rows = await session.execute(select(AuditEntry.details).where(AuditEntry.action == "organization.changed"))
        details = [row for (row,) in rows]
    assert details == [{"max_call_seconds": {"from": 900, "to": 600}}]


async def test_settings_are_the_admins(tenant: Tenant) -> None:
    from archer.store import ApiKey
    from archer.store.database import database
    from archer.store.organizations import hash_api_key, new_api_key

    key = new_api_key()
    async with database().transaction(tenant.organization_id) as session:
        session.add(
            ApiKey(organization_id=tenant.organization_id, name="test", key_hash=hash_api_key(key), role="operator")
        )
    headers = {"Authorization": f"Bearer {key}"}
    assert (await tenant.client.get("/organization", headers=headers)).status_code == 403
    assert (await tenant.client.put("/organization", headers=headers, json={})).status_code == 403


async def test_two_organizations_that_claim_a_number_at_once_do_not_both_get_it(tenant: Tenant, app: Any) -> None:
    from tests.support import new_tenant

    async with new_tenant(app) as other:
        for _ in range(4):
            number = _number()
            answers = await asyncio.gather(_put(tenant, caller_id=number), _put(other, caller_id=number))
            assert sorted(answer.status_code for answer in answers) == [200, 409]
