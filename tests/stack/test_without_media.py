"""No Cartesia: the same callers reach the same ends over <Say> and <Gather>, whatever is delivered twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from local.callers import find
from local.demo.policy_time import demo_time
from local.demo.stage import Cast, Stage, differences
from local.stack import Options, Stack, free_port_base
from tests.support import PRISTINE

pytestmark = pytest.mark.stack
SECONDS = 240.0
CALLERS = ("pays_by_link", "presses_nine", "stop_calling", "third_party", "pays_by_transfer", "wrong_twice", "silent")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mute(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stack, Stage]]:
    """A system of these tests' own: what they break stays broken for a while."""
    options = Options(
        state=tmp_path_factory.mktemp("mute"),
        port_base=free_port_base(),
        now=demo_time(datetime.now(UTC).date()),
        speed=6.0,
        environ=PRISTINE,
        report=lambda _line: None,
    )
    async with Stack(options) as stack:
        stage = Stage(stack, options.now or datetime.now(UTC))
        await _fault(stage.info["twilio"], duplicate_callbacks=True, duplicate_requests=True)
        yield stack, stage
        await stage.close()


async def _fault(url: str, **switches: Any) -> None:
    async with httpx.AsyncClient() as client:
        (await client.post(f"{url}/_test/faults", json=switches)).raise_for_status()


async def _at_carrier(stage: Stage, call: dict[str, Any]) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{stage.info['twilio']}/_test/calls/{call['call_sid']}")
        return dict(answer.raise_for_status().json())


def _tools(call: dict[str, Any]) -> list[str]:
    return [entry["tool"]["name"] for entry in call["entries"] if entry["tool"]]


async def _until_used(stage: Stage, call_id: str, tool: str) -> None:
    async with asyncio.timeout(60):
        while True:
            if tool in _tools((await stage.api.get(f"/calls/{call_id}")).raise_for_status().json()):
                return
            await asyncio.sleep(0.05)


async def _played(stage: Stage, cast: Cast) -> tuple[dict[str, Any], list[str]]:
    call = await stage.delivered(await stage.ended(await stage.place(cast), SECONDS))
    return call, [f"{cast.persona.name}: {problem}" for problem in differences(cast.persona.expect, call)]


async def test_the_voice_is_lost_in_the_middle_of_a_call(mute: tuple[Stack, Stage]) -> None:
    """First of all, while the circuit is closed: verified over the stream, arranged over <Gather>."""
    stack, stage = mute
    cast = await stage.cast(find("pays_by_link"))
    call_id = await stage.place(cast)
    await _until_used(stage, call_id, "get_customer_options")
    await stack.kill("cartesia")
    call = await stage.delivered(await stage.ended(call_id, SECONDS))
    assert differences(cast.persona.expect, call) == []
    assert _tools(call).count("verify_account") == 1
    events = [entry["event"] for entry in call["entries"] if entry["kind"] == "event"]
    assert events.count("session_opened") == 2
    assert {"stream_broken", "degraded", "conversation_ended"} <= set(events)
    await stack.start("cartesia")


async def test_without_a_voice_callers_reach_the_same_ends(mute: tuple[Stack, Stage]) -> None:
    _, stage = mute
    await _fault(stage.info["cartesia"], refuse_streams=1000)
    casts = [await stage.cast(find(name)) for name in CALLERS]
    played = await asyncio.gather(*(_played(stage, cast) for cast in casts))
    assert [problem for _, problems in played for problem in problems] == []
    for call, _ in played:
        assert call["degradation_level"] == 2
        assert (await _at_carrier(stage, call))["errors"] == []
        assert [entry["seq"] for entry in call["entries"]] == list(range(1, len(call["entries"]) + 1))
        assert "turn_p50" not in call["latency_ms"]
    paid = played[0][0]
    assert sorted(_tools(paid)) == sorted(set(_tools(paid)))
    assert len(paid["arrangements"]) == 1
    ended = [entry for entry in paid["entries"] if entry["event"] == "conversation_ended"]
    assert [entry["data"]["outcome"] for entry in ended] == ["payment_arranged"]
