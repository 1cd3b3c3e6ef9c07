"""The verbs of TwiML, one function each; the table `VERBS` is what the interpreter knows."""

import asyncio
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from local.twilio.dial import dial
from local.twilio.media import MediaStream, StreamFailed
from local.twilio.records import now, rfc2822
from local.twilio.twiml import (
    CallOver,
    Document,
    Verb,
    check_stream_url,
    follow_action,
    listen,
    say,
    say_and_listen,
)

if TYPE_CHECKING:
    from local.twilio.live import LiveCall

_LONGEST_PARAMETER = 500
_GATHER_SECONDS = 5.0
_RECORD_SECONDS = 10.0


async def _say(call: "LiveCall", element: Element, _: Document) -> None:
    for _turn in range(max(1, int(element.get("loop", "1")))):
        await say(call, "".join(element.itertext()))


async def _play(call: "LiveCall", _element: Element, _document: Document) -> None:
    await asyncio.sleep(1 / call.carrier.speed)


async def _pause(call: "LiveCall", element: Element, _: Document) -> None:
    seconds = float(element.get("length", "1")) / call.carrier.speed
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        reply = call.phone.caller.poll(loop.time())
        if reply is not None and reply.say:
            call.phone.note_said(reply.say)
        if reply is not None and reply.hang_up:
            call.hang_up("callee")
            raise CallOver
        await asyncio.sleep(min(0.05, max(0.0, until - loop.time())))


async def _redirect(call: "LiveCall", element: Element, document: Document) -> Document:
    return await call.fetch(document.url(element.text or ""), element.get("method", "POST"))


async def _hang_up(_call: "LiveCall", _element: Element, _document: Document) -> None:
    raise CallOver


async def _connect(call: "LiveCall", element: Element, document: Document) -> Document | None:
    stream = element.find("Stream")
    if stream is None or len(element) != 1:
        call.error(12200, "<Connect> must hold one <Stream>")
        raise CallOver
    parameters = {item.get("name", ""): item.get("value", "") for item in stream.iter("Parameter")}
    url = document.url(stream.get("url", "")) if "://" not in stream.get("url", "") else stream.get("url", "").strip()
    wrong = check_stream_url(url)
    for name, value in parameters.items():
        if len(name) + len(value) > _LONGEST_PARAMETER:
            wrong = f"<Parameter> {name!r} and its value are longer than {_LONGEST_PARAMETER} characters"
    await _stream(call, stream, document, MediaStream(call, url, parameters), wrong)
    return await follow_action(call, element, document, {})


async def _stream(call: "LiveCall", element: Element, document: Document, stream: MediaStream, wrong: str) -> None:
    """Run a stream to its end and report it. A stream that cannot be opened is an error, not the end of the call."""
    call.stream = stream
    callback = document.url(element.get("statusCallback") or "")

    def report(event: str, error: str = "") -> None:
        params = {
            "AccountSid": call.record.account_sid,
            "CallSid": call.record.sid,
            "StreamSid": stream.sid,
            "StreamName": element.get("name") or stream.sid,
            "StreamEvent": event,
            "Timestamp": rfc2822(now()) or "",
        }
        if error:
            params["StreamError"] = error
        call.carrier.webhooks.notify(call.record.sid, callback, params, event)

    if wrong:
        call.error(31920, wrong)
        report("stream-error", wrong)
        return
    report("stream-started")
    try:
        await stream.run()
    except StreamFailed as error:
        call.error(31920, str(error))
        report("stream-error", str(error))
        return
    finally:
        call.mark("stream_ended")
    report("stream-stopped")


async def _gather(call: "LiveCall", element: Element, document: Document) -> Document | None:
    """Words or keys; both may break off what is being said within, each only if it is asked for."""
    kinds = frozenset(element.get("input", "dtmf").split())
    reply = None
    for prompt in element:
        if prompt.tag == "Say":
            reply = await say_and_listen(call, "".join(prompt.itertext()), kinds)
        else:
            await VERBS[prompt.tag](call, prompt, document)
        if reply is not None:
            break
    if reply is None:
        reply = await listen(call, float(element.get("timeout", _GATHER_SECONDS)), kinds)
    answer: dict[str, str] = {}
    if reply is not None and reply.press and "dtmf" in kinds:
        answer = {"Digits": _digits(call, element, reply.press)}
    elif reply is not None and reply.say and "speech" in kinds:
        answer = {"SpeechResult": reply.say, "Confidence": "0.95"}
    if not answer and element.get("actionOnEmptyResult", "false").lower() != "true":
        return None
    if element.get("action"):
        return await follow_action(call, element, document, answer)
    if not document.base:
        call.error(12100, "<Gather> without an action in TwiML that came with the call")
        raise CallOver
    return await call.fetch(document.base, element.get("method", "POST"), answer)


def _digits(call: "LiveCall", element: Element, pressed: str) -> str:
    """The keys that this <Gather> takes; those after them are still pressed, whoever listens then."""
    finish = element.get("finishOnKey", "#")
    most = int(element.get("numDigits", str(len(pressed))))
    taken, rest = pressed[:most], pressed[most:]
    if finish and finish in taken[1:]:
        end = taken.index(finish, 1)
        taken, rest = pressed[:end], pressed[end + 1 :]
    call.phone.keys.extend(rest)
    return taken


async def _record(call: "LiveCall", element: Element, document: Document) -> Document | None:
    callback = document.url(element.get("recordingStatusCallback") or "")
    recording = call.start_recording(callback, frozenset({"completed"}), "RecordVerb")
    await listen(call, float(element.get("timeout", _RECORD_SECONDS)), frozenset({"speech"}))
    call.stop_recording(recording)
    params = {
        "RecordingSid": recording.sid,
        "RecordingUrl": call.carrier.recording_url(recording),
        "RecordingDuration": str(round(recording.seconds)),
    }
    return await follow_action(call, element, document, params)


VERBS: dict[str, Verb] = {
    "Connect": _connect,
    "Dial": dial,
    "Gather": _gather,
    "Hangup": _hang_up,
    "Leave": _hang_up,
    "Pause": _pause,
    "Play": _play,
    "Record": _record,
    "Redirect": _redirect,
    "Reject": _hang_up,
    "Say": _say,
}
