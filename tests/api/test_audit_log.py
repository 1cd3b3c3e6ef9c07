"""The audit log over HTTP and at the command line: listed, filtered, verified, and whole after export."""

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from archer.compliance.cli_audit_verify import verify
from tests.support import Tenant, customer, new_tenant


async def _busy(tenant: Tenant) -> str:
    person = (await tenant.client.post("/customers", json=customer())).json()["id"]
    await tenant.client.post("/calls", json={"customer_id": person})
    await tenant.client.post(
        f"/customers/{person}/restrictions", json={"kind": "attorney", "reason": "Ünïcode “letter”"}
    )
    return str(person)


async def test_acts_are_listed_with_who_and_what(tenant: Tenant) -> None:
    person = await _busy(tenant)
    items = (await tenant.client.get("/audit")).json()["items"]
    assert [item["action"] for item in items] == ["restriction.recorded", "call.requested", "customer.created"]
    assert all(item["actor"].startswith("key:") for item in items)
    assert len(items[0]["details"]["stopped"]["call_ids"]) == items[0]["details"]["stopped"]["calls"] == 1
    filtered = (await tenant.client.get("/audit", params={"action": "call.requested"})).json()["items"]
    assert len(filtered) == 1
    about = (await tenant.client.get("/audit", params={"subject": f"customer:{person}"})).json()["items"]
    assert [item["action"] for item in about] == ["restriction.recorded", "customer.created"]


async def test_pages_follow_each_other(tenant: Tenant) -> None:
    await _busy(tenant)
    seen: list[int] = []
    cursor = None
    while True:
        page = (await tenant.client.get("/audit", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [3, 2, 1]


async def test_a_whole_log_verifies_here_and_at_the_command_line(tenant: Tenant) -> None:
    await _busy(tenant)
    answer = (await tenant.client.get("/audit/verification")).json()
    assert (answer["verified"], answer["entries"], answer["first_break"]) == (True, 3, None)
    exported = await tenant.client.get("/audit/export")
    report = verify(exported.content.splitlines(), head=answer["head"], entries=3)
    assert report["verified"] is True
    command = [sys.executable, "-m", "archer.store", "audit-export", "--organization", str(tenant.organization_id)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True, env=dict(os.environ))
    assert done.stdout == exported.content


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_log SET details = '{}' WHERE number = 2 AND organization_id = :org",
        "DELETE FROM audit_log WHERE number = 2 AND organization_id = :org",
    ],
)
async def test_what_the_owner_of_the_database_changes_shows(tenant: Tenant, change: str) -> None:
    await _busy(tenant)
    with create_engine(os.environ["DATABASE_OWNER_URL"]).begin() as connection:
        connection.execute(text(change), {"org": tenant.organization_id})
    answer = (await tenant.client.get("/audit/verification")).json()
    assert answer["verified"] is False
    assert answer["first_break"]["number"] == 2


async def test_each_organization_has_a_chain_of_its_own(tenant: Tenant, app: Any) -> None:
    await _busy(tenant)
    async with new_tenant(app) as other:
        assert (await other.client.get("/audit")).json()["items"] == []
        assert (await other.client.get("/audit/export")).content == b""
        await _busy(other)
        assert (await other.client.get("/audit/verification")).json()["entries"] == 3
    assert (await tenant.client.get("/audit/verification")).json()["entries"] == 3


@pytest.mark.parametrize("params", [{"cursor": "x"}, {"limit": 0}, {"from": "yesterday"}, {"subject": "a\u0000"}])
async def test_odd_questions_are_refused(tenant: Tenant, params: dict[str, Any]) -> None:
    assert (await tenant.client.get("/audit", params=params)).status_code == 422
