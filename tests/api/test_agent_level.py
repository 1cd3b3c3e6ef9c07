"""The ladder switched by hand: by an operator for his organization, by the deployment for all."""

from datetime import UTC, datetime
from typing import Any

import pytest

from archer import opening
from archer.settings import settings
from archer.store import ApiKey
from archer.store.database import database
from archer.store.organizations import hash_api_key, new_api_key
from tests.support import AgentSession, Tenant, open_session

PATH = "/organization/agent-level"


async def _level_told(agent: AgentSession, n: int) -> int:
    """The best level that the agent is told when it stores its nth line."""
    line = {"n": n, "at": datetime.now(UTC).isoformat(), "kind": "transcript", "speaker": "customer", "text": "hello"}
    return int((await agent.post("entries", {"entries": [line]})).json()["best_level"])


async def _key(tenant: Tenant, role: str) -> dict[str, str]:
    key = new_api_key()
    async with database().transaction(tenant.organization_id) as session:
        session.add(ApiKey(organization_id=tenant.organization_id, name=role, key_hash=hash_api_key(key), role=role))
    return {"Authorization": f"Bearer {key}"}


async def test_new_calls_and_calls_in_progress_are_switched(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    assert agent.session["degradation_level"] == 0
    assert await _level_told(agent, 1) == 0
    answer = await tenant.client.put(PATH, json={"level": 2}, headers=await _key(tenant, "operator"))
    assert (answer.status_code, answer.json()) == (200, {"level": 2, "in_force": 2})
    assert await _level_told(agent, 2) == 2
    assert (await open_session(tenant)).session["degradation_level"] == 2
    assert (await tenant.client.get("/organization")).json()["settings"]["agent_level"] == 2
    back = await tenant.client.put(PATH, json={"level": 0})
    assert back.json() == (await tenant.client.get(PATH)).json() == {"level": 0, "in_force": 0}
    assert await _level_told(agent, 3) == 0


async def test_level_of_the_deployment_binds(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    configured = settings().model_copy(update={"agent_level": 1})
    monkeypatch.setattr(opening, "settings", lambda: configured)
    assert (await open_session(tenant)).session["degradation_level"] == 1
    answer = await tenant.client.put(PATH, json={"level": 0})
    assert answer.json() == {"level": 0, "in_force": 1}


@pytest.mark.parametrize("level", [-1, 4, "two", None])
async def test_level_outside_the_ladder_is_refused(tenant: Tenant, level: object) -> None:
    assert (await tenant.client.put(PATH, json={"level": level})).status_code == 422


async def test_viewers_may_look_and_a_switch_is_on_record(tenant: Tenant) -> None:
    viewer = await _key(tenant, "viewer")
    assert (await tenant.client.put(PATH, json={"level": 3}, headers=viewer)).status_code == 403
    assert (await tenant.client.get(PATH, headers=viewer)).status_code == 200
    for _ in range(2):
        await tenant.client.put(PATH, json={"level": 3})
    entries: list[dict[str, Any]] = (
        await tenant.client.get("/audit", params={"action": "organization.changed"})
    ).json()["items"]
    assert [entry["details"] for entry in entries] == [{"agent_level": {"from": 0, "to": 3}}]


async def test_worst_level_of_a_call_is_kept_with_it(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    at = datetime.now(UTC).isoformat()
    events = [("degraded", 1), ("degraded", 2), ("recovered", 0)]
    entries = [
        {"n": n, "at": at, "kind": "event", "event": event, "data": {"level": level, "reason": "status_500"}}
        for n, (event, level) in enumerate(events, start=1)
    ]
    await agent.post("entries", {"entries": entries})
    assert (await agent.shown())["degradation_level"] == 2
