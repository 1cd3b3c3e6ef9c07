"""A whole scripted call: Twilio stand-in → bridge → Cartesia stand-in → a real Line server, and back."""

from typing import Any


def words(call: dict[str, Any], speaker: str) -> str:
    spoken = " ".join(entry["text"] for entry in call["transcript"] if entry["speaker"] == speaker)
    return " ".join(spoken.split())


async def test_pays_by_link_from_ring_to_goodbye(line: Any) -> None:
    sid = await line.call("+14155550101", "pays_by_link")
    call = await line.ended(sid)
    said = words(call, "callee")
    assert "this is Jordan Rivera" in said
    assert "4321" in said
    assert "94107" in said
    assert "link by text message" in said
    heard = words(call, "agent")
    assert heard.startswith("This is First Bank's automated assistant")
    assert heard.endswith("Thank you, goodbye.")
    assert call["errors"] == []
    statuses = [params["CallStatus"] for path, params in line.webhooks if path == "/status"]
    assert statuses == ["initiated", "ringing", "in-progress", "completed"]
    assert line.starts[0]["customParameters"] == {"call_id": "c-+14155550101"}
    print(call["timeline"], (await line.get(f"{line.cartesia}/_test/metrics"))["turn_ms"])
