"""The carrier as tests see it, and a call that waits to be dialed."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from durable.inputs import CallRef
from tests.support import Tenant, placed_call


def ref(tenant: Tenant, call_id: str) -> CallRef:
    """The call as activities name it."""
    return CallRef(organization_id=tenant.organization_id, call_id=uuid.UUID(call_id))


class Carrier:
    """Twilio's stand-in, through its hooks for tests."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url)

    async def calls_to(self, number: str) -> list[dict[str, Any]]:
        found = (await self._client.get("/_test/calls")).raise_for_status().json()
        rows = found["calls"] if isinstance(found, dict) else found
        return [row for row in rows if row["to"] == number]

    async def messages_to(self, number: str) -> list[dict[str, Any]]:
        found = (await self._client.get("/_test/messages")).raise_for_status().json()
        rows = found["messages"] if isinstance(found, dict) else found
        return [row for row in rows if row["to"] == number]

    async def behind(self, number: str, persona: str) -> None:
        """Let this scripted caller answer at that number."""
        body = {"number": number, "persona": persona}
        (await self._client.post("/_test/callers", json=body)).raise_for_status()

    @asynccontextmanager
    async def fault(self, path: str, effect: str, *, method: str = "POST", **more: Any) -> AsyncIterator[None]:
        """One REST request goes wrong: `error` (with a code), `hang` or `cut` (done, but the answer is lost)."""
        body = {"rest": [{"path": path, "method": method, "effect": effect, "times": 1, **more}]}
        (await self._client.post("/_test/faults", json=body)).raise_for_status()
        try:
            yield
        finally:
            (await self._client.delete("/_test/faults")).raise_for_status()

    async def close(self) -> None:
        await self._client.aclose()


async def queued(tenant: Tenant, carrier: Carrier, persona: str = "no_answer") -> tuple[str, str]:
    """A queued call to a number of its own behind which that caller sits: (call id, number)."""
    number = "+1617555" + str(uuid.uuid4().int % 10_000).zfill(4)
    await carrier.behind(number, persona)
    return await placed_call(tenant, phone_number=number), number


async def shown(tenant: Tenant, call_id: str) -> dict[str, Any]:
    """The call as the API shows it."""
    return dict((await tenant.client.get(f"/calls/{call_id}")).raise_for_status().json())
