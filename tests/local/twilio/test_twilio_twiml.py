"""TwiML as the application answers it, and Media Streams as it carries them."""

import asyncio
import json
from base64 import b64encode
from typing import Any

from aiohttp import web

from local.speech import speak

STREAM = (
    '<Response><Connect><Stream url="WS/media" statusCallback="BANK/stream"><Parameter name="call_id" value="c1"/>'
    '<Parameter name="call_token" value="t1"/></Stream></Connect><Redirect>BANK/resume</Redirect></Response>'
)


def audio(text: str, utterance: int = 1, speed: float = 30.0) -> str:
    """A media message with a whole utterance in it."""
    payload = b64encode(b"".join(speak(text, utterance, speed))).decode()
    return json.dumps({"event": "media", "streamSid": "MZ", "media": {"payload": payload}})


async def test_a_stream_begins_with_connected_and_start_and_sends_twenty_milliseconds_at_a_time(twilio: Any) -> None:
    async def listen(socket: web.WebSocketResponse, bank: Any) -> None:
        began = asyncio.get_running_loop().time()
        while len(bank.frames) < 52:
            bank.frames.append(await socket.receive_json())
        bank.seconds = asyncio.get_running_loop().time() - began

    twilio.bank.stream = listen
    sid = await twilio.call(STREAM, persona="silent")
    call = await twilio.ended(sid)
    connected, start, *media = twilio.bank.frames
    assert (connected["event"], connected["protocol"]) == ("connected", "Call")
    assert start["start"]["callSid"] == sid
    assert start["start"]["customParameters"] == {"call_id": "c1", "call_token": "t1"}
    assert start["start"]["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    assert [frame["media"]["timestamp"] for frame in media] == [str(20 * n) for n in range(1, 51)]
    numbers = [int(frame["sequenceNumber"]) for frame in (start, *media)]
    assert numbers == list(range(1, 52))
    assert 0.8 < twilio.bank.seconds < 1.6
    assert [params["CallSid"] for params in twilio.bank.at("/resume")] == [sid]
    await twilio.wait(lambda: len(twilio.bank.at("/stream")) == 2)
    assert [params["StreamEvent"] for params in twilio.bank.at("/stream")] == ["stream-started", "stream-stopped"]
    assert call["errors"] == []
    assert call["parameters"] == {"call_id": "c1"}


async def test_marks_come_back_when_the_audio_before_them_was_played(twilio: Any) -> None:
    async def mark(socket: web.WebSocketResponse, bank: Any) -> None:
        await socket.send_str(json.dumps({"event": "mark", "mark": {"name": "at once"}}))
        await socket.send_str(audio("A sentence that takes a while to be spoken to its very end."))
        await socket.send_str(json.dumps({"event": "mark", "mark": {"name": "played"}}))
        began = asyncio.get_running_loop().time()
        async for message in socket:
            bank.frames.append(message.json())
            if message.json().get("mark", {}).get("name") == "played":
                bank.seconds = asyncio.get_running_loop().time() - began
                return

    twilio.bank.stream = mark
    call = await twilio.ended(await twilio.call(STREAM, persona="silent"))
    marks = [frame["mark"]["name"] for frame in twilio.bank.frames if frame["event"] == "mark"]
    assert marks == ["at once", "played"]
    assert twilio.bank.seconds >= 0.1
    assert call["transcript"][0]["text"] == "A sentence that takes a while to be spoken to its very end."


async def test_clear_cuts_the_audio_and_returns_the_marks(twilio: Any) -> None:
    async def cut(socket: web.WebSocketResponse, bank: Any) -> None:
        await socket.send_str(audio("word " * 400, speed=10))
        await socket.send_str(json.dumps({"event": "mark", "mark": {"name": "end"}}))
        for _ in range(30):
            bank.frames.append(await socket.receive_json())
        await socket.send_str(json.dumps({"event": "clear", "streamSid": "MZ"}))
        while bank.frames[-1]["event"] != "mark":
            bank.frames.append(await socket.receive_json())

    twilio.bank.stream = cut
    call = await twilio.ended(await twilio.call(STREAM, persona="silent"))
    [line] = call["transcript"]
    assert line["interrupted"]
    assert 5 <= len(line["text"].split()) <= 200


async def test_the_callee_speaks_presses_and_hangs_up(twilio: Any) -> None:
    async def listen(socket: web.WebSocketResponse, bank: Any) -> None:
        await bank.collect(socket)

    twilio.bank.stream = listen
    sid = await twilio.call(STREAM, persona="silent")
    await twilio.until(sid, lambda call: "stream_started" in call["timeline"])
    await twilio.post(f"/_test/calls/{sid}/say", {"say": "Yes, this is Zoë.", "press": "9"})
    await twilio.wait(lambda: "dtmf" in twilio.bank.events())
    assert twilio.bank.heard() == "Yes, this is Zoë."
    await twilio.post(f"/_test/calls/{sid}/hangup", {})
    call = await twilio.ended(sid)
    assert (call["status"], call["ended_by"]) == ("completed", "callee")
    assert twilio.bank.events()[-2:] == ["dtmf", "stop"]
    assert next(frame["dtmf"]["digit"] for frame in twilio.bank.frames if frame["event"] == "dtmf") == "9"
    assert twilio.bank.at("/resume") == []


async def test_a_stream_that_breaks_or_cannot_be_opened_goes_on_with_the_next_verb(twilio: Any) -> None:
    async def listen(socket: web.WebSocketResponse, bank: Any) -> None:
        await bank.collect(socket)

    twilio.bank.stream = listen
    sid = await twilio.call(STREAM, persona="silent")
    await twilio.until(sid, lambda call: "stream_started" in call["timeline"])
    await twilio.post(f"/_test/calls/{sid}/break", {})
    await twilio.ended(sid)
    assert len(twilio.bank.at("/resume")) == 1
    for url in ("ws://127.0.0.1:9/media", "WS/media?token=1"):
        call = await twilio.ended(await twilio.call(STREAM.replace("WS/media", url)))
        assert [error["code"] for error in call["errors"]] == [31920]
    assert len(twilio.bank.at("/resume")) == 3


async def test_an_update_with_dial_stops_the_stream_and_connects_a_colleague(twilio: Any) -> None:
    async def listen(socket: web.WebSocketResponse, bank: Any) -> None:
        await bank.collect(socket)

    twilio.bank.stream = listen
    sid = await twilio.call(STREAM, persona="wants_human")
    await twilio.until(sid, lambda call: "stream_started" in call["timeline"])
    dial = f'<Response><Dial action="{twilio.bank.url}/transferred"><Number>+12025550199</Number></Dial></Response>'
    await twilio.do(twilio.client.calls(sid).update, twiml=dial)
    call = await twilio.ended(sid)
    assert twilio.bank.events()[-1] == "stop"
    assert twilio.bank.at("/resume") == []
    assert "Thank you for holding" in call["transcript"][0]["text"]
    assert "statement" in call["transcript"][1]["text"]
    [leg] = await twilio.do(twilio.client.calls.list, parent_call_sid=sid)
    assert (leg.to, leg.direction, leg.status) == ("+12025550199", "outbound-dial", "completed")


async def test_dial_reports_how_it_went(twilio: Any) -> None:
    await twilio.post("/_test/callers", {"number": "+12025550199", "persona": "busy"})
    dial = '<Response><Dial action="BANK/transferred" timeout="20">+12025550199</Dial></Response>'
    await twilio.ended(await twilio.call(dial))
    assert twilio.bank.at("/transferred")[0]["DialCallStatus"] == "busy"


async def test_gather_takes_speech_and_keys_and_goes_on_without_them(twilio: Any) -> None:
    gather = (
        '<Response><Gather input="speech dtmf" action="BANK/said" timeout="9"><Say>Am I speaking with Jordan Rivera?'
        "</Say></Gather><Redirect>BANK/nothing</Redirect></Response>"
    )
    await twilio.ended(await twilio.call(gather, persona="pays_by_link"))
    said = twilio.bank.at("/said")[0]
    assert (said["SpeechResult"], float(said["Confidence"]) > 0.5) == ("Yes, this is Jordan Rivera.", True)
    await twilio.ended(await twilio.call(gather.replace("Am I", "Press nine. Am I"), persona="presses_nine"))
    assert twilio.bank.at("/said")[1]["Digits"] == "9"
    await twilio.ended(await twilio.call(gather, persona="silent"))
    assert len(twilio.bank.at("/nothing")) == 1


async def test_keys_break_off_what_is_said_and_only_as_many_as_are_asked_for_are_taken(twilio: Any) -> None:
    long = "Please wait. " + "This goes on and on for a very long while. " * 40
    gather = (
        f'<Response><Gather input="dtmf" action="%s" numDigits="2" timeout="30"><Say>{long}</Say></Gather></Response>'
    )
    twilio.bank.answers = {"/keys": gather % f"{twilio.bank.url}/more"}
    sid = await twilio.call(gather % "BANK/keys", persona="silent")
    await twilio.until(sid, lambda call: call["transcript"])
    await twilio.post(f"/_test/calls/{sid}/say", {"press": "1234"})
    call = await twilio.ended(sid)
    assert [twilio.bank.at(path)[0]["Digits"] for path in ("/keys", "/more")] == ["12", "34"]
    assert call["transcript"][0]["interrupted"]
    assert len(call["transcript"][0]["text"]) < len(long)


async def test_a_request_for_twiml_is_delivered_twice_and_must_be_answered_alike(twilio: Any) -> None:
    await twilio.post("/_test/faults", {"duplicate_requests": True})
    twilio.bank.answers = {"/twiml": "<Response><Say>Hello.</Say></Response>"}
    call = await twilio.ended(await twilio.call("", url=f"{twilio.bank.url}/twiml"))
    assert len(twilio.bank.at("/twiml")) == 2
    assert call["errors"] == []

    class Changing(dict[str, str]):
        def get(self, path: str, default: Any = None) -> Any:
            return f"<Response><Say>Hello {len(twilio.bank.at(path))}.</Say></Response>"

    twilio.bank.answers = Changing()
    call = await twilio.ended(await twilio.call("", url=f"{twilio.bank.url}/other"))
    assert [error["code"] for error in call["errors"]] == [11299]
    assert call["transcript"][0]["text"] == "Hello 2."


async def test_twiml_comes_from_a_url_and_relative_urls_are_resolved(twilio: Any) -> None:
    twilio.bank.answers = {
        "/twiml/first": "<Response><Say>Hello.</Say><Redirect>second</Redirect></Response>",
        "/twiml/second": "<Response><Say>Goodbye.</Say></Response>",
    }
    sid = await twilio.call("", url=f"{twilio.bank.url}/twiml/first#rc=2")
    call = await twilio.ended(sid)
    assert call["transcript"][0]["text"] == "Hello. Goodbye."
    assert twilio.bank.at("/twiml/second")[0]["CallStatus"] == "in-progress"
    assert twilio.bank.forged == 0


async def test_no_twiml_and_unknown_verbs_end_the_call_with_an_error(twilio: Any) -> None:
    twilio.bank.failures = {"/twiml": [500]}
    call = await twilio.ended(await twilio.call("", url=f"{twilio.bank.url}/twiml"))
    assert (call["status"], [error["code"] for error in call["errors"]]) == ("completed", [11200])
    for wrong in ("<Sing/>", '<Pause length="long"/>', "<Gather><Sing/></Gather>", "<Connect/>"):
        call = await twilio.ended(await twilio.call(f"<Response>{wrong}</Response>"))
        assert [error["code"] for error in call["errors"]] == [12200]


async def test_somebody_calls_in(twilio: Any) -> None:
    twilio.bank.answers = {"/voice": '<Response><Say>Thank you for calling.</Say><Pause length="1"/></Response>'}
    call = await twilio.post(
        "/_test/inbound", {"from": "+14155550123", "to": "+12025550100", "voice_url": f"{twilio.bank.url}/voice"}
    )
    call = await twilio.ended(call["sid"])
    asked = twilio.bank.at("/voice")[0]
    assert (asked["Direction"], asked["CallStatus"], asked["From"]) == ("inbound", "ringing", "+14155550123")
    assert (call["status"], call["transcript"][0]["text"]) == ("completed", "Thank you for calling.")
    assert twilio.bank.forged == 0
