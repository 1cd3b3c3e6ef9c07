"""Calls through every part: each scripted caller, forty at once, and the live events of one."""

import asyncio
import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from local.callers import every, find
from local.demo.listener import Listener
from local.demo.stage import Cast, Stage, differences
from local.stack import Stack

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


def _wanted(call: dict) -> list[str]:
    return [entry["data"]["wanted"] for entry in call["entries"] if entry["event"] == "recording"]


async def test_a_call_is_recorded_from_the_notice_to_its_end(stage: Stage) -> None:
    call, problems = await _played(stage, await stage.cast(find("pays_by_link")))
    assert problems == []
    call = await stage.recorded(call)
    (recording,) = call["recordings"]
    assert (recording["status"], recording["duration_seconds"] > 0) == ("completed", True)
    assert _wanted(call) == ["in-progress"]
    notice = next(entry["seq"] for entry in call["entries"] if "recorded" in (entry["text"] or ""))
    assert notice < next(entry["seq"] for entry in call["entries"] if entry["event"] == "recording")


async def test_the_recording_pauses_while_card_digits_are_handled(stage: Stage) -> None:
    call, problems = await _played(stage, await stage.cast(find("says_card_number")))
    assert problems == []
    call = await stage.recorded(call)
    assert _wanted(call) == ["in-progress", "paused", "in-progress"]
    assert [one["status"] for one in call["recordings"]] == ["completed"]


async def test_who_objects_is_recorded_no_longer(stage: Stage) -> None:
    call, problems = await _played(stage, await stage.cast(find("no_recording_takes_person")))
    assert problems == []
    (recording,) = (await stage.recorded(call))["recordings"]
    assert recording["status"] == "completed"
    assert recording["duration_seconds"] < call["duration_seconds"]


def _queue_calls(stack: Stack, cast: Cast, count: int) -> list[str]:
    """Calls to this person that were accepted and whose queue messages are still on their way."""
    query = text(
        "INSERT INTO calls (id, organization_id, customer_id, phone_number, direction, status, collector_mode, "
        "queued_at, updated_at) SELECT gen_random_uuid(), c.organization_id, c.id, c.phone_number, 'outbound', "
        "'queued', 'first_party', now(), now() + interval '1 hour' FROM customers c, generate_series(1, :count) "
        "WHERE c.id = :id RETURNING id"
    )
    with create_engine(stack.info["database_owner_url"]).begin() as connection:
        found = connection.execute(query, {"count": count, "id": cast.customer_id})
        return [str(call_id) for call_id in found.scalars()]


async def _evidence(stage: Stage, cast: Cast) -> dict[str, bytes]:
    answer = (await stage.api.get(f"/customers/{cast.customer_id}/evidence")).raise_for_status()
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


async def test_stop_calling_acts_at_once_and_everywhere_and_the_evidence_shows_it(stack: Stack, stage: Stage) -> None:
    cast = await stage.cast(find("stop_calling"))
    call_id = await stage.place(cast)
    queued = _queue_calls(stack, cast, 3)
    campaign = (await stage.api.post("/campaigns", json={"name": "November"})).json()["id"]
    await stage.api.post(f"/campaigns/{campaign}/members", json={"customer_ids": [cast.customer_id]})
    assert (await stage.api.post(f"/campaigns/{campaign}/start")).json()["members"]["pending"] == 1
    call = await stage.delivered(await stage.ended(call_id, SECONDS))
    assert differences(cast.persona.expect, call) == []

    # Stored within the same turn, confirmed once, call ended.
    (asked,) = [e for e in call["entries"] if e["speaker"] == "customer"]
    (recorded,) = [e for e in call["entries"] if e["tool"]]
    (confirmed,) = [e for e in call["entries"] if e["speaker"] == "agent" and "stop calling you" in e["text"]]
    assert (asked["text"], recorded["tool"]["name"]) == ("Stop calling me.", "record_restriction")
    assert asked["at"] < recorded["at"] < confirmed["at"]
    assert (call["status"], call["disposition"]) == ("completed", "cease_requested")

    # Three queued calls stopped, the member of the campaign skipped, no further call.
    for one in queued:
        stopped = (await stage.api.get(f"/calls/{one}")).json()
        assert (stopped["status"], stopped["disposition"], stopped["dialed_at"]) == ("canceled", "blocked", None)
    (member,) = (await stage.api.get(f"/campaigns/{campaign}/members")).json()["items"]
    assert (member["status"], member["attempts"], member["reason"]["kind"]) == ("skipped", 0, "cease")
    again = await stage.api.post("/calls", json={"customer_id": cast.customer_id})
    assert again.status_code == 409
    assert "P-17" in [rule["id"] for rule in again.json()["decision"]["rules"]]

    # All of it in the evidence.
    files = await _evidence(stage, cast)
    (restriction,) = _lines(files["customer/restrictions.jsonl"])
    assert (restriction["kind"], restriction["call_id"]) == ("cease", call_id)
    (membership,) = _lines(files["customer/campaigns.jsonl"])
    assert (membership["status"], membership["reason"]["restriction_id"]) == ("skipped", restriction["id"])
    ended = {one: json.loads(files[f"calls/{one}/call.json"])["status"] for one in queued}
    assert set(ended.values()) == {"canceled"}
    (act,) = [entry for entry in _lines(files["audit.jsonl"]) if entry["action"] == "restriction.recorded"]
    assert {name: act["details"]["stopped"][name] for name in ("calls", "members")} == {"calls": 3, "members": 1}
    assert b"stop calling" in files[f"calls/{call_id}/transcript.txt"].lower()
