"""Campaigns through the whole system: calls placed, one member restricted meanwhile, paused, the host killed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from durable.campaign import ROUNDS
from local.callers import find
from local.demo.listener import Listener
from local.demo.policy_time import demo_time
from local.demo.stage import Cast, Stage
from local.stack import Options, Stack, free_port_base
from tests.support import PRISTINE

pytestmark = pytest.mark.stack
SECONDS = 240.0


async def _get(stage: Stage, path: str) -> dict[str, Any]:
    return dict((await stage.api.get(path)).raise_for_status().json())


async def _post(stage: Stage, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    return dict((await stage.api.post(path, json=body)).raise_for_status().json())


async def _begin(stage: Stage, casts: list[Cast], **values: Any) -> str:
    campaign = str((await _post(stage, "/campaigns", {"name": "November"} | values))["id"])
    await _post(stage, f"/campaigns/{campaign}/members", {"customer_ids": [cast.customer_id for cast in casts]})
    await _post(stage, f"/campaigns/{campaign}/start")
    return campaign


async def _members(stage: Stage, campaign: str) -> dict[str, dict[str, Any]]:
    items = (await _get(stage, f"/campaigns/{campaign}/members?limit=200"))["items"]
    return {item["customer_id"]: item for item in items}


async def _until(seen: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            if await seen():
                return
            await asyncio.sleep(0.1)


def _reaches(stage: Stage, campaign: str, status: str, count: int) -> Callable[[], Awaitable[bool]]:
    async def seen() -> bool:
        return bool((await _get(stage, f"/campaigns/{campaign}"))["members"][status] >= count)

    return seen


def _is(stage: Stage, campaign: str, status: str) -> Callable[[], Awaitable[bool]]:
    async def seen() -> bool:
        return bool((await _get(stage, f"/campaigns/{campaign}"))["status"] == status)

    return seen


def _shown(listener: Listener, campaign: str, status: str) -> Callable[[], Awaitable[bool]]:
    async def seen() -> bool:
        return any(update["status"] == status for update in _updates(listener, campaign))

    return seen


def _updates(listener: Listener, campaign: str) -> list[dict[str, Any]]:
    shown = [event["data"] for event in listener.events if event["type"] == "campaign_update"]
    return [data for data in shown if data["campaign_id"] == campaign]


def _rounds(stack: Stack, campaign: str) -> int:
    """How many rounds the campaign has had: each one numbers its wait."""
    with create_engine(stack.info["database_owner_url"]).connect() as connection:
        query = text("SELECT wake_number FROM campaigns WHERE id = :id")
        return int(connection.execute(query, {"id": campaign}).scalar_one())


async def _dials(stage: Stage) -> Counter[str]:
    """How often the carrier was asked to call each number."""
    async with httpx.AsyncClient() as client:
        rows = (await client.get(f"{stage.info['twilio']}/_test/calls")).raise_for_status().json()
    return Counter(row["to"] for row in (rows["calls"] if isinstance(rows, dict) else rows))


async def test_a_campaign_runs_while_one_of_its_members_is_restricted(stage: Stage) -> None:
    first, busy, later, restricted = [
        await stage.cast(find(name)) for name in ("pays_by_link", "busy", "pays_by_transfer", "pays_by_link")
    ]
    async with Listener(stage.api) as listener:
        campaign = await _begin(stage, [first], max_concurrent_calls=1, max_attempts=1)
        await _until(_reaches(stage, campaign, "calling", 1))
        others = {"customer_ids": [cast.customer_id for cast in (busy, later, restricted)]}
        await _post(stage, f"/campaigns/{campaign}/members", others)
        path = f"/customers/{restricted.customer_id}/restrictions"
        added = await _post(stage, path, {"kind": "cease", "reason": "asked in the branch"})
        assert added["stopped"]["members"] == 1
        await _until(_is(stage, campaign, "completed"))
        await _until(_shown(listener, campaign, "completed"))
    found = await _members(stage, campaign)
    outcomes = [(found[one.customer_id]["status"], found[one.customer_id]["last_disposition"]) for one in (first, busy)]
    assert outcomes == [("done", "payment_arranged"), ("failed", "busy")]
    assert found[later.customer_id]["last_disposition"] == "payment_arranged"
    assert found[restricted.customer_id]["reason"]["restriction_id"] == added["restriction"]["id"]
    dials = await _dials(stage)
    assert [dials[cast.number] for cast in (first, busy, later, restricted)] == [1, 1, 1, 0]
    updates = _updates(listener, campaign)
    assert [data["status"] for data in (updates[0], updates[-1])] == ["draft", "completed"]
    assert updates[-1]["members"] == {"pending": 0, "calling": 0, "done": 2, "skipped": 1, "failed": 1}
    assert max(data["members"]["calling"] for data in updates) == 1


async def test_a_long_campaign_survives_a_pause_and_the_death_of_the_host(tmp_path: Path) -> None:
    now = demo_time(datetime.now(UTC).date())
    options = Options(
        state=tmp_path / "stack",
        port_base=free_port_base(),
        now=now,
        speed=6.0,
        environ=PRISTINE,
        report=lambda _line: None,
    )
    async with Stack(options) as stack:
        stage = Stage(stack, now)
        casts = [await stage.cast(find("busy")) for _ in range(ROUNDS + 2)]  # a round a call at least: two histories
        limits = {"max_concurrent_calls": 1, "max_attempts": 1, "calls_per_minute": 600}
        campaign = await _begin(stage, casts, **limits)
        await _until(_reaches(stage, campaign, "failed", 2))
        await stack.kill("functions")
        await stack.start("functions")
        await _until(_reaches(stage, campaign, "failed", 4))
        await _post(stage, f"/campaigns/{campaign}/pause")
        asked = len((await _get(stage, f"/calls?campaign_id={campaign}&limit=200"))["items"])
        await _until(_reaches(stage, campaign, "failed", asked))
        # The round that settled the last call would have asked for the next one, had it not heeded the pause.
        assert len((await _get(stage, f"/calls?campaign_id={campaign}&limit=200"))["items"]) == asked
        await _post(stage, f"/campaigns/{campaign}/resume")
        await _until(_is(stage, campaign, "completed"))
        assert {member["status"] for member in (await _members(stage, campaign)).values()} == {"failed"}
        assert await _dials(stage) == Counter(cast.number for cast in casts)
        assert _rounds(stack, campaign) > ROUNDS
        await stage.close()
