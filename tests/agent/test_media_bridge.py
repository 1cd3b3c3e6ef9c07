"""The media bridge between a fake Twilio and a fake Cartesia, over real sockets: audio, barge-in, keys, every end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from agent import bridge, carrying
from tests.agent.fake_api import FakeApi
from tests.agent.fake_media import STREAM_SID, FakeCartesia, TwilioStream, audio, start_frame
from tests.agent.running import RunningAgent, running_agent


@pytest.fixture
async def cartesia() -> AsyncIterator[FakeCartesia]:
    fake = FakeCartesia()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def carrier(api: FakeApi, cartesia: FakeCartesia, tmp_path: Path) -> AsyncIterator[RunningAgent]:
    async with running_agent(
        api,
        tmp_path,
        cartesia_base_url=cartesia.url,
        cartesia_agent_id="agent_1",
        cartesia_api_key="key_1",
        agent_max_calls=3,
    ) as running:
        yield running


@pytest.mark.parametrize(
    ("configured", "opened"),
    [
        ("https://api.cartesia.ai", "wss://api.cartesia.ai/agents/stream/a"),
        ("http://127.0.0.1:24002/", "ws://127.0.0.1:24002/agents/stream/a"),
        ("wss://http.example/cartesia", "wss://http.example/cartesia/agents/stream/a"),
    ],
)
def test_the_stream_is_opened_with_the_websocket_scheme(configured: str, opened: str) -> None:
    assert bridge.Cartesia(configured, "a", "key").stream_url == opened


async def test_call_is_introduced_to_cartesia(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    call = carrier.api.new_call()
    await TwilioStream(carrier.http, carrier.url).start(call)
    stream = await cartesia.stream()
    assert stream.agent_id == "agent_1"
    assert stream.headers["Authorization"] == "Bearer key_1"
    assert stream.headers["Cartesia-Version"] == "2026-03-01"
    assert stream.start == {
        "event": "start",
        "stream_id": STREAM_SID,
        "config": {"input_format": "mulaw_8000"},
        "metadata": {"call_id": str(call.call_id), "call_token": call.call_token},
    }


async def test_audio_passes_untouched_both_ways(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    up = [audio(n) for n in range(100)]
    down = [audio(255 - n) for n in range(100)]
    await twilio.say(*up)
    stream = await cartesia.stream()
    await stream.speak(*down)
    await stream.changes.until(lambda: len(stream.audio) == 100)
    await twilio.changes.until(lambda: len(twilio.audio) == 100)
    assert (stream.audio, twilio.audio) == (up, down)
    assert {f["streamSid"] for f in twilio.frames} == {STREAM_SID}


async def test_unusual_frames_pass_too(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    stream = await cartesia.stream()
    escaped = audio(255).replace("/", "\\/")
    await twilio.socket.send_str('{"media":{"payload":"' + audio(1) + '"},"event":"media"}')
    await twilio.socket.send_str('{"event": "media", "media": {"payload": "' + audio(2) + '"}}')
    await twilio.socket.send_str('{"event":"media","media":{"payload":"' + escaped + '"}}')
    await twilio.socket.send_str("no json")
    await twilio.socket.send_str("[]")
    await stream.changes.until(lambda: len(stream.audio) == 3)
    assert stream.audio == [audio(1), audio(2), audio(255)]


async def test_barge_in_clears_what_twilio_holds(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    stream = await cartesia.stream()
    await stream.speak(*[audio(7)] * 50)
    await stream.send({"event": "clear", "stream_id": STREAM_SID})
    await twilio.changes.until(lambda: "clear" in twilio.events)
    assert twilio.frames[-1] == {"event": "clear", "streamSid": STREAM_SID}


async def test_keys_both_ways(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    stream = await cartesia.stream()
    await twilio.send({"event": "dtmf", "streamSid": STREAM_SID, "dtmf": {"track": "inbound_track", "digit": "5"}})
    await stream.changes.until(lambda: any(f["event"] == "dtmf" for f in stream.frames))
    assert stream.frames[-1] == {"event": "dtmf", "stream_id": STREAM_SID, "dtmf": "5"}
    await stream.send({"event": "dtmf", "stream_id": STREAM_SID, "dtmf": "#"})
    await twilio.changes.until(lambda: twilio.audio)
    assert len(twilio.audio[0]) > 2000, "a quarter of a second of tone"


async def test_caller_hanging_up_closes_cartesia(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    stream = await cartesia.stream()
    await twilio.hang_up()
    await stream.changes.until(lambda: stream.closed)
    assert await twilio.closed() == 1000


async def test_vanished_twilio_closes_cartesia(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    stream = await cartesia.stream()
    await twilio.socket.close()
    await stream.changes.until(lambda: stream.closed)


async def test_agents_last_words_are_played_before_the_line_closes(
    carrier: RunningAgent, cartesia: FakeCartesia
) -> None:
    twilio = TwilioStream(carrier.http, carrier.url)
    twilio.play_marks = False
    await twilio.start(carrier.api.new_call())
    stream = await cartesia.stream()
    await stream.speak(*[audio(9)] * 10)
    await stream.socket.close(code=1000)
    await twilio.changes.until(lambda: "mark" in twilio.events)
    assert len(twilio.audio) == 10
    assert twilio.closed_with is None
    await twilio.send({"event": "mark", "streamSid": STREAM_SID, "mark": twilio.frames[-1]["mark"]})
    assert await twilio.closed() == 1000


async def test_line_closes_although_twilio_never_confirms(
    carrier: RunningAgent, cartesia: FakeCartesia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "PLAYED_GRACE", 0.1)
    twilio = TwilioStream(carrier.http, carrier.url)
    twilio.play_marks = False
    await twilio.start(carrier.api.new_call())
    stream = await cartesia.stream()
    await stream.speak(audio(9))
    await stream.socket.close(code=1000)
    assert await twilio.closed() == 1000


async def test_broken_cartesia_hands_the_call_back_at_once(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    stream = await cartesia.stream()
    stream.socket._writer.transport.abort()
    assert await twilio.closed() == 1011
    assert "mark" not in twilio.events


async def test_unreachable_cartesia_hands_the_call_back(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    cartesia.refuse_with = 503
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    assert await twilio.closed() == 1011


async def test_cartesia_that_closes_at_the_start_hands_the_call_back(
    carrier: RunningAgent, cartesia: FakeCartesia
) -> None:
    cartesia.close_at_start = 1008
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    assert await twilio.closed() == 1011


async def test_cartesia_that_never_acknowledges_hands_the_call_back(
    carrier: RunningAgent, cartesia: FakeCartesia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "ACK_SECONDS", 0.2)
    cartesia.acknowledge = False
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    assert await twilio.closed() == 1011


async def test_failing_cartesia_is_left_alone_for_a_while(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    cartesia.refuse_with = 500
    for _ in range(3):
        await (await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())).closed()
    async with carrier.http.get(carrier.url + "/health") as response:
        assert (await response.json())["circuits"]["cartesia"] == "open"


async def test_call_that_the_api_does_not_grant_never_reaches_the_agent(
    carrier: RunningAgent, cartesia: FakeCartesia
) -> None:
    call = carrier.api.new_call()
    twilio = await TwilioStream(carrier.http, carrier.url).start(call, call_token="forged")
    assert await twilio.closed() == 1008
    assert not any(stream.frames for stream in cartesia.streams)


async def test_longest_call_ends_and_the_api_knows_before_twilio_asks(
    carrier: RunningAgent, cartesia: FakeCartesia
) -> None:
    call = carrier.api.new_call(max_seconds=1)
    twilio = await TwilioStream(carrier.http, carrier.url).start(call)
    stream = await cartesia.stream()
    peer = await carrier.peer(call)
    await peer.until_heard("Archer")
    await stream.changes.until(lambda: stream.closed)
    assert twilio.closed_with is None
    await peer.hang_up()
    assert await twilio.closed() == 1000
    assert [(end.reason, end.hang_up) for end in call.ends] == [("max_duration", True)]


async def test_goodbye_is_stored_before_twilio_asks_what_next(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    call = carrier.api.new_call()
    twilio = await TwilioStream(carrier.http, carrier.url).start(call)
    stream = await cartesia.stream()
    peer = await carrier.peer(call)
    await peer.until_heard("Archer")
    await peer.say("bye")
    await stream.socket.close(code=1000)
    await twilio.changes.until(lambda: "mark" in twilio.events)
    assert twilio.closed_with is None
    await peer.hang_up()
    assert await twilio.closed() == 1000
    assert len(call.ends) == 1


@pytest.mark.parametrize(
    "frame",
    [
        {"event": "media", "media": {"payload": audio(1)}},
        start_frame({"call_id": "no uuid", "call_token": "t"}),
        start_frame({"call_id": str(uuid4())}),
        start_frame({"call_id": str(uuid4()), "call_token": "t\r\nX-Injected: 1"}),
        start_frame({"call_id": str(uuid4()), "call_token": "t"}, encoding="audio/l16"),
        {"event": "start", "start": "nothing"},
    ],
)
async def test_bad_start_is_refused(carrier: RunningAgent, cartesia: FakeCartesia, frame: dict[str, object]) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).connect()
    await twilio.send(frame)
    assert await twilio.closed() == 1008
    assert not cartesia.streams


async def test_missing_start_frame_is_not_waited_for(api: FakeApi, cartesia: FakeCartesia, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path, start_seconds=0.2, cartesia_base_url=cartesia.url) as carrier:
        twilio = await TwilioStream(carrier.http, carrier.url).connect()
        assert await twilio.closed() == 1008


async def test_oversized_frame_closes_the_stream(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    await cartesia.stream()
    await twilio.say(audio(1, 300_000))
    assert await twilio.closed() == 1009


async def test_streams_beyond_the_cap_are_answered_503(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    for _ in range(3):
        await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
        await cartesia.stream()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await TwilioStream(carrier.http, carrier.url).connect()
    assert refused.value.status == 503
    async with carrier.http.get(carrier.url + "/health/ready") as response:
        assert response.status == 503


async def test_barge_in_is_measured_with_the_call(carrier: RunningAgent, cartesia: FakeCartesia) -> None:
    call = carrier.api.new_call()
    twilio = await TwilioStream(carrier.http, carrier.url).start(call)
    stream = await cartesia.stream()
    peer = await carrier.peer(call)
    await peer.until_heard("Archer")
    await stream.speak(*[audio(7)] * 50)
    await stream.send({"event": "clear", "stream_id": STREAM_SID})
    await twilio.changes.until(lambda: "clear" in twilio.events)
    await twilio.hang_up()
    await stream.changes.until(lambda: stream.closed)
    await peer.hang_up()
    await carrier.api.until(lambda: call.ends)
    assert call.ends[0].reason == "caller_hung_up"
    values = [value for batch in call.batches for value in batch.latency_ms.get("barge_in", [])]
    assert len(values) == 1
    assert values[0] < 50


async def test_stalled_side_is_given_up(
    carrier: RunningAgent, cartesia: FakeCartesia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "STALL_SECONDS", 0.2)
    twilio = await TwilioStream(carrier.http, carrier.url).start(carrier.api.new_call())
    stream = await cartesia.stream()
    twilio.socket._response.connection.transport.pause_reading()
    await asyncio.gather(stream.speak(*[audio(1, 60_000)] * 400), return_exceptions=True)
    await stream.changes.until(lambda: stream.closed)
