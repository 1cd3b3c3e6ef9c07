"""A whole scripted call: Twilio stand-in → bridge → Cartesia stand-in → a real Line server, and back."""

import asyncio
from typing import Any

from line.events import CallEnded, UserTextSent, UserTurnEnded


def words(call: dict[str, Any], speaker: str) -> str:
    spoken = " ".join(entry["text"] for entry in call["transcript"] if entry["speaker"] == speaker)
    return " ".join(spoken.split())


def understood(line: Any) -> list[str]:
    turns = [event for event in line.agent_events if isinstance(event, UserTurnEnded)]
    return [" ".join(item.content for item in turn.content if isinstance(item, UserTextSent)) for turn in turns]


async def reported(line: Any, status: str) -> list[str]:
    async with asyncio.timeout(5):
        while True:
            statuses = [params["CallStatus"] for path, params in line.webhooks if path == "/status"]
            if status in statuses:
                return statuses
            await asyncio.sleep(0.01)


async def test_pays_by_link_from_ring_to_goodbye(line: Any) -> None:
    call = await line.ended(await line.call("+14155550101", "pays_by_link"))
    assert understood(line) == [
        "Yes, this is Jordan Rivera.",
        "4321, and the postal code is 94107.",
        "I'd like to pay the full amount now.",
        "A link by text message, please.",
        "Yes, that's right, go ahead.",
    ]
    assert words(call, "callee") == " ".join(understood(line))
    heard = words(call, "agent")
    assert heard.startswith("This is First Bank's automated assistant on a recorded line.")
    assert heard.endswith("It is on its way. Thank you, goodbye.")
    assert call["errors"] == []
    assert await reported(line, "completed") == ["initiated", "ringing", "in-progress", "completed"]
    assert line.starts[0]["customParameters"] == {"call_id": "c-+14155550101"}
    assert [path for path, _ in line.webhooks if path == "/resume"] == ["/resume"]
    assert isinstance(line.agent_events[-1], CallEnded)
    metrics = await line.get(f"{line.cartesia}/_test/metrics")
    assert len(metrics["turn_ms"]) == 5
    carrier = await line.get(f"{line.twilio}/_test/metrics")
    assert len(carrier["turn_ms"]) == 5
    assert carrier["answer_to_first_words_ms"][0] < 1500


async def test_a_barge_in_is_heard_the_same_on_both_sides(line: Any) -> None:
    call = await line.ended(await line.call("+14155550102", "barges_in"))
    cut = [entry for entry in call["transcript"] if entry.get("interrupted")]
    assert len(cut) == 1
    heard = "".join(cut[0]["text"].split())
    [stream] = (await line.get(f"{line.cartesia}/_test/calls"))["calls"]
    spoken = "".join(
        event["content"] for event in stream["events"] if event["side"] == "harness" and event["type"] == "agent_speech"
    )
    assert "Yourbalance" in heard
    assert "thismorning" not in heard
    # What the agent is told was spoken and what the person heard differ by what is on its way: a word or two.
    position = spoken.find("Yourbalance")
    told = spoken[position : spoken.find("Would", position)]
    known = heard[heard.find("Yourbalance") :]
    assert known.startswith(told) or told.startswith(known)
    assert abs(len(known) - len(told)) <= 30
    metrics = await line.get(f"{line.cartesia}/_test/metrics")
    carrier = await line.get(f"{line.twilio}/_test/metrics")
    assert metrics["barge_in_ms"][0] < 100
    assert carrier["barge_in_ms"][0] < 500


async def test_keys_reach_the_agent_and_end_the_call(line: Any) -> None:
    call = await line.ended(await line.call("+14155550103", "presses_nine"))
    assert words(call, "agent").endswith("I will stop these calls. Goodbye.")
    assert "UserDtmfSent" in [type(event).__name__ for event in line.agent_events]


async def test_hanging_up_ends_everything(line: Any) -> None:
    call = await line.ended(await line.call("+14155550104", "hangs_up"))
    assert call["ended_by"] == "callee"
    assert await reported(line, "completed")
    async with asyncio.timeout(5):
        while not isinstance(line.agent_events[-1], CallEnded):  # noqa: ASYNC110 - the agent has no event for it
            await asyncio.sleep(0.01)
    assert [path for path, _ in line.webhooks if path == "/resume"] == []


async def test_ten_calls_at_once_do_not_hear_each_other(line: Any) -> None:
    personas = ["pays_by_link", "stop_calling"] * 5
    sids = await asyncio.gather(
        *(line.call(f"+1415555011{number}", persona) for number, persona in enumerate(personas))
    )
    calls = await asyncio.gather(*(line.ended(sid) for sid in sids))
    for persona, call in zip(personas, calls, strict=True):
        ending = "It is on its way. Thank you, goodbye." if persona == "pays_by_link" else "stop these calls. Goodbye."
        assert words(call, "agent").endswith(ending)
        assert call["errors"] == []
    metrics = await line.get(f"{line.twilio}/_test/metrics")
    assert (metrics["frames_lost"], metrics["beats_dropped"]) == (0, 0)
