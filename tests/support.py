"""Builders that tests share: an organization of one's own, a customer in one line."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

CALLER_ID = "+18005550100"
PRISTINE = {name: value for name, value in os.environ.items() if not name.startswith("ARCHER_CLOCK")}
"""The environment as the tests found it: for stacks of their own, before the shared backend wrote into it."""


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


class AgentSession:
    """The agent's side of one call, spoken over HTTP."""

    def __init__(self, tenant: Tenant, call_id: str, session: dict[str, Any]) -> None:
        self.tenant = tenant
        self.call_id = call_id
        self.session = session
        self.headers = {"Authorization": f"Bearer {session['session_token']}"}
        self._count = 0

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.tenant.client.post(f"/agent/calls/{self.call_id}/{path}", json=body, headers=self.headers)

    async def tool(self, name: str, tool_call_id: str | None = None, **arguments: Any) -> dict[str, Any]:
        """Run a tool and give its outcome; fails the test when the API refuses."""
        self._count += 1
        body = {"tool_call_id": tool_call_id or f"t{self._count}", "arguments": arguments}
        answer = await self.post(f"tools/{name}", body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def verify(self) -> None:
        outcome = await self.tool("verify_account", account_last_4="4321", postal_code="02139")
        assert outcome["data"]["verified"] is True

    async def shown(self) -> dict[str, Any]:
        """The call as the API shows it."""
        answer = await self.tenant.client.get(f"/calls/{self.call_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def call_token(tenant: Tenant, call_id: str) -> str:
    """A token as the carrier would bring it: issued as the dial does, the call taken for dialed."""
    from archer.sessions import issue_call_token
    from archer.store.calls import get_call
    from archer.store.database import database

    async with database().transaction(tenant.organization_id) as session:
        call = await get_call(session, uuid.UUID(call_id), lock=True)
        assert call is not None
        if call.status == "queued":
            call.status = "dialing"
        return issue_call_token(call)


async def placed_call(tenant: Tenant, **changes: Any) -> str:
    """A call that the gate allowed."""
    person = await tenant.client.post("/customers", json=customer(**changes))
    assert person.status_code == 201, person.text
    answer = await tenant.client.post("/calls", json={"customer_id": person.json()["id"]})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def open_session(tenant: Tenant, call_id: str | None = None, **changes: Any) -> AgentSession:
    """A call with the agent's session open."""
    call_id = call_id or await placed_call(tenant, **changes)
    token = await call_token(tenant, call_id)
    answer = await tenant.client.post(
        f"/agent/calls/{call_id}/session",
        json={"nonce": str(uuid.uuid4())},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text
    return AgentSession(tenant, call_id, answer.json())
