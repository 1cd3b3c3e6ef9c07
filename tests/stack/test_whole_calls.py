"""Calls through every part: each scripted caller, forty at once, and the live events of one."""

import asyncio

import pytest

from local.callers import every, find
from local.demo.listener import Listener
from local.demo.stage import Cast, Stage, differences

pytestmark = pytest.mark.stack
PERSONAS = [name for name in every() if name != "colleague"]
SECONDS = 240.0
SETUP_MS = 3000.0


async def _played(stage: Stage, cast: Cast) -> tuple[dict, list[str]]:
    call = await stage.delivered(await stage.ended(await stage.place(cast), SECONDS))
    return call, [f"{cast.persona.name}: {problem}" for problem in differences(cast.persona.expect, call)]


async def test_forty_calls_at_once_all_end_rightly(stage: Stage) -> None:
    casts = [await stage.cast(find(PERSONAS[n % len(PERSONAS)])) for n in range(40)]
    played = await asyncio.gather(*(_played(stage, cast) for cast in casts))
    assert [problem for _, problems in played for problem in problems] == []
    calls = [call for call, _ in played]
    assert len({call["id"] for call in calls}) == 40
    assert len({call["call_sid"] for call in calls}) == 40


async def test_live_events_show_the_call_as_it_is_stored(stage: Stage) -> None:
    async with Listener(stage.api) as listener:
        cast = await stage.cast(find("pays_by_transfer"))
        call, problems = await _played(stage, cast)
        assert problems == []
        assert await listener.heard(call["id"], "call_ended", 10)
    events = [event for event in listener.events if event["call_id"] == call["id"]]
    shown = {event["seq"]: event["data"]["text"] for event in events if event["type"] == "call_transcript"}
    stored = {entry["seq"]: entry["text"] for entry in call["entries"] if entry["kind"] == "transcript"}
    assert shown == stored
    types = [event["type"] for event in events]
    assert types[0] == "call_status_update"
    assert types[-1] == "call_ended"
    assert types.count("call_started") == 1


async def test_nothing_of_the_debt_is_said_before_verification(stage: Stage) -> None:
    call, problems = await _played(stage, await stage.cast(find("pays_by_link")))
    assert problems == []
    verified_at = next(
        entry["seq"] for entry in call["entries"] if entry["tool"] and entry["tool"]["name"] == "verify_account"
    )
    before = " ".join(entry["text"] or "" for entry in call["entries"] if entry["seq"] < verified_at).lower()
    for word in ("balance", "debt", "payment", "due", "owe", "overdue", "dollars"):
        assert word not in before


async def test_the_first_sentence_holds_what_the_law_asks(stage: Stage) -> None:
    call, _ = await _played(stage, await stage.cast(find("pays_by_link")))
    first = next(entry["text"] for entry in call["entries"] if entry["speaker"] == "agent")
    for needed in ("Maple Bank", "automated assistant", "recorded", "stop", "nine"):
        assert needed in first


async def test_stop_calling_stops_the_queued_calls_and_shows_in_the_record(stage: Stage) -> None:
    cast = await stage.cast(find("stop_calling"))
    call, problems = await _played(stage, cast)
    assert problems == []
    again = await stage.api.post("/calls", json={"customer_id": cast.customer_id})
    assert again.status_code == 409
    assert "P-17" in [rule["id"] for rule in again.json()["decision"]["rules"]]
    assert call["restriction"]["kind"] == "cease"
