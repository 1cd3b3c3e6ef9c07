"""Builders that tests share: an organization of one's own, a customer in one line."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

CALLER_ID = "+18005550100"


@dataclass(frozen=True)
class Tenant:
    """A fresh organization with an admin key, and a client that speaks for it."""

    organization_id: uuid.UUID
    api_key: str
    client: httpx.AsyncClient
    name: str


def new_tenant(app: Any, **settings: Any) -> AbstractAsyncContextManager[Tenant]:
    """Another organization; use as `async with`."""
    from archer.store.organizations import OrganizationSettings
    from archer.store.seed import seed

    @asynccontextmanager
    async def made() -> AsyncIterator[Tenant]:
        name = f"Maple Bank {uuid.uuid4().hex[:8]}"
        values = {"caller_id": CALLER_ID, "caller_id_verified": True, "callback_number": CALLER_ID} | settings
        seeded = seed(os.environ["DATABASE_OWNER_URL"], name, OrganizationSettings(**values))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://api.test/api/v1",
            headers={"Authorization": f"Bearer {seeded.api_key}"},
        ) as client:
            yield Tenant(seeded.organization_id, seeded.api_key, client, name)

    return made()


def customer(**changes: Any) -> dict[str, Any]:
    """A customer that the gate lets through at the tests' policy time; name what should differ."""
    return {
        "external_id": f"acct-{uuid.uuid4().hex[:10]}",
        "name": "Sam Smith",
        "phone_number": "+1617555" + str(uuid.uuid4().int % 10_000).zfill(4),
        "account_last_4": "4321",
        "postal_code": "02139",
        "state": "MA",
        "country": "US",
        "timezone": "America/New_York",
        "balance": "412.35",
        "days_overdue": 20,
        "due_date": "2026-10-27",
        "consents": [{"kind": "ai_voice", "source": "application", "granted_at": "2025-03-01T00:00:00Z"}],
        "number": {
            "line_type": "wireless",
            "kind": "personal",
            "reassigned": {"result": "no", "queried_on": "2026-11-10"},
        },
    } | changes
