"""A campaign with members in one line, and what became of them."""

from itertools import count as counter
from typing import Any

from tests.support import Tenant, customer

_NUMBERS = counter(2_300_000)


def a_number() -> str:
    """A number in Boston that nobody else has in this run."""
    return f"+1617{next(_NUMBERS)}"


async def people(tenant: Tenant, count: int, **changes: Any) -> list[str]:
    """Customers whom the gate lets through, each at a number of his own; their ids."""
    ids = []
    for _ in range(count):
        answer = await tenant.client.post("/customers", json=customer(**{"phone_number": a_number()} | changes))
        assert answer.status_code == 201, answer.text
        ids.append(str(answer.json()["id"]))
    return ids


async def draft(tenant: Tenant, **values: Any) -> str:
    """A campaign without members; its id."""
    answer = await tenant.client.post("/campaigns", json={"name": "November"} | values)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def add(tenant: Tenant, campaign: str, customers: list[str]) -> dict[str, Any]:
    answer = await tenant.client.post(f"/campaigns/{campaign}/members", json={"customer_ids": customers})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def act(tenant: Tenant, campaign: str, verb: str) -> dict[str, Any]:
    """Start, pause, resume or cancel."""
    answer = await tenant.client.post(f"/campaigns/{campaign}/{verb}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def running(tenant: Tenant, customers: list[str], **values: Any) -> str:
    """A campaign of these customers, started; nobody has been called yet."""
    campaign = await draft(tenant, **values)
    await add(tenant, campaign, customers)
    await act(tenant, campaign, "start")
    return campaign


async def progress(tenant: Tenant, campaign: str) -> dict[str, int]:
    """Members by status, those that somebody has."""
    shown = (await tenant.client.get(f"/campaigns/{campaign}")).json()
    return {status: count for status, count in shown["members"].items() if count}


async def members(tenant: Tenant, campaign: str) -> dict[str, dict[str, Any]]:
    """Members by customer id."""
    answer = await tenant.client.get(f"/campaigns/{campaign}/members", params={"limit": 200})
    assert answer.status_code == 200, answer.text
    return {item["customer_id"]: item for item in answer.json()["items"]}


async def calls(tenant: Tenant, campaign: str) -> list[dict[str, Any]]:
    """The campaign's calls, newest first."""
    answer = await tenant.client.get("/calls", params={"campaign_id": campaign, "limit": 200})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])
