"""REST API 2010-04-01: calls and their recordings (https://www.twilio.com/docs/voice/api)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from multidict import MultiDictProxy

from local.twilio.carrier import Carrier
from local.twilio.errors import TwilioError
from local.twilio.live import CallPlan
from local.twilio.records import FINAL, Call, Recording
from local.twilio.twiml import Document

CARRIER = web.AppKey("carrier", Carrier)
Form = MultiDictProxy[Any]

_LONGEST_TWIML = 4000
_STATUS_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent", "failed"})
_LONGEST_TIMEOUT = 600


def routes() -> list[web.RouteDef]:
    """The resources of this module, below an account."""
    account = "/2010-04-01/Accounts/{account}"
    return [
        web.post(f"{account}/Calls.json", create_call),
        web.get(f"{account}/Calls.json", list_calls),
        web.get(f"{account}/Calls/{{call}}.json", fetch_call),
        web.post(f"{account}/Calls/{{call}}.json", update_call),
        web.get(f"{account}/Calls/{{call}}/Recordings.json", list_recordings),
        web.post(f"{account}/Calls/{{call}}/Recordings.json", start_recording),
        web.get(f"{account}/Calls/{{call}}/Recordings/{{recording}}.json", fetch_recording),
        web.post(f"{account}/Calls/{{call}}/Recordings/{{recording}}.json", update_recording),
        web.get(f"{account}/Recordings/{{recording}}.json", fetch_recording),
        web.get(f"{account}/Recordings/{{recording}}.wav", download_recording),
        web.delete(f"{account}/Recordings/{{recording}}.json", delete_recording),
    ]


def check_url(url: str, code: int = 21205) -> str:
    """A URL of the application, as given. Raises TwilioError with `code` when it is not absolute HTTP."""
    split = urlsplit(url)
    if url and (split.scheme not in ("http", "https") or not split.netloc):
        raise TwilioError(code, url)
    return url


def check_numbers(carrier: Carrier, form: Form, no_to: int, no_from: int) -> tuple[str, str]:
    """`To` and `From` of a form. Raises TwilioError with the given codes when missing, 21211, 21212 when wrong."""
    to, from_ = str(form.get("To", "")).strip(), str(form.get("From", "")).strip()
    if not to:
        raise TwilioError(no_to)
    if not from_:
        raise TwilioError(no_from)
    if not carrier.directory.valid(to):
        # A number of the right form that the network refuses has a code of its own.
        raise TwilioError(21217 if re.fullmatch(r"\+[1-9]\d{6,14}", to) else 21211, to)
    if not carrier.directory.valid(from_):
        raise TwilioError(21212, from_)
    return to, from_


async def create_call(request: web.Request) -> web.Response:
    """Place a call."""
    carrier, form = request.app[CARRIER], await request.post()
    to, from_ = check_numbers(carrier, form, 21201, 21213)
    plan = _plan(form)
    call = carrier.place_call(Call(request.match_info["account"], to, from_), plan)
    return web.json_response(call.record.to_json(), status=201)


def _plan(form: Form) -> CallPlan:
    def text(key: str, default: str = "") -> str:
        return str(form.get(key, default)).strip()

    def seconds(key: str, default: int, most: int) -> float:
        value = text(key, str(default))
        if not value.isdigit() or int(value) > most:
            raise TwilioError(20001, f"{key} must be a whole number up to {most}, is {value!r}")
        return float(value)

    url, twiml = check_url(text("Url")), text("Twiml")
    if not url and not twiml:
        raise TwilioError(21218)
    if url and twiml:
        raise TwilioError(20001, "Url and Twiml exclude each other")
    if twiml:
        _check_twiml(twiml)
    detection = text("MachineDetection")
    if detection not in ("", "Enable", "DetectMessageEnd"):
        raise TwilioError(20001, f"MachineDetection is {detection!r}")
    return CallPlan(
        url=url,
        method=_method(text("Method", "POST")),
        twiml=twiml,
        fallback_url=check_url(text("FallbackUrl")),
        status_callback=check_url(text("StatusCallback")),
        status_events=_events(form, "StatusCallbackEvent", _STATUS_EVENTS),
        timeout=seconds("Timeout", 60, _LONGEST_TIMEOUT),
        time_limit=seconds("TimeLimit", 14400, 86400),
        machine_detection=detection,
        async_amd=text("AsyncAmd").lower() == "true",
        async_amd_callback=check_url(text("AsyncAmdStatusCallback")),
        record=text("Record").lower() == "true",
        recording_callback=check_url(text("RecordingStatusCallback")),
        recording_events=_events(form, "RecordingStatusCallbackEvent", _RECORDING_EVENTS),
    )


def _method(method: str) -> str:
    if method.upper() not in ("GET", "POST"):
        raise TwilioError(20001, f"Method is {method!r}")
    return method.upper()


def _events(form: Form, key: str, known: frozenset[str]) -> frozenset[str]:
    """Repeated fields, or one with several words."""
    events = {word for value in form.getall(key, []) for word in str(value).split()}
    if unknown := events - known:
        raise TwilioError(21626, ", ".join(sorted(unknown)))
    return frozenset(events) or frozenset({"completed"})


def _check_twiml(twiml: str) -> Document:
    if len(twiml) > _LONGEST_TWIML:
        raise TwilioError(20001, f"Twiml is longer than {_LONGEST_TWIML} characters")
    try:
        return Document.parse(twiml)
    except ValueError as error:
        raise TwilioError(20001, f"Twiml: {error}") from error


async def list_calls(request: web.Request) -> web.Response:
    """The calls that fit the filters, newest first."""
    query = request.query
    tests: list[Callable[[Call], bool]] = []
    for key, attribute in (("To", "to"), ("From", "from_"), ("Status", "status"), ("ParentCallSid", "parent_call_sid")):
        if key in query:
            tests.append(_equals(attribute, query[key]))
    for key in query:
        if key.startswith("StartTime"):
            # A call that still waits to be dialled has no start, so no filter on it finds that call.
            tests.append(_in_time(key, query[key], lambda call: call.answered or call.dialed))
        elif key.startswith("EndTime"):
            tests.append(_in_time(key, query[key], lambda call: call.ended))
    calls = [live.record for live in request.app[CARRIER].calls.values()]
    found = [call.to_json() for call in reversed(calls) if all(test(call) for test in tests)]
    return web.json_response(page(request, "calls", found))


def _equals(attribute: str, value: str) -> Callable[[Call], bool]:
    return lambda call: getattr(call, attribute) == value


def _in_time(key: str, text: str, moment_of: Callable[[Call], datetime | None]) -> Callable[[Call], bool]:
    fits = time_filter(key, text)

    def test(call: Call) -> bool:
        moment = moment_of(call)
        return moment is not None and fits(moment)

    return test


def time_filter(key: str, text: str) -> Callable[[datetime], bool]:
    """The filter that a query such as `StartTime>=…` asks for: `=` means that day, `>` at or after, `<` at or before.

    Raises TwilioError 20001 when `text` is neither a date nor a time.
    """
    try:
        limit = datetime.fromisoformat(text)
    except ValueError as error:
        raise TwilioError(20001, f"{key} is {text!r}") from error
    limit = limit.replace(tzinfo=limit.tzinfo or UTC, microsecond=0)

    def fits(moment: datetime) -> bool:
        # Twilio keeps whole seconds: 10:00:00.4 is 10:00:00.
        moment = moment.replace(microsecond=0)
        if key.endswith(">"):
            return moment >= limit
        return moment <= limit if key.endswith("<") else limit <= moment < limit + timedelta(days=1)

    return fits


def page(request: web.Request, name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of a list in the form of the API."""
    query = dict(request.query)
    size, number = query.get("PageSize", "50"), query.get("Page", "0")
    if not size.isdigit() or not 1 <= int(size) <= 1000 or not number.isdigit():
        raise TwilioError(20001, "PageSize must be 1 to 1000 and Page a number")
    start = int(size) * int(number)
    shown = items[start : start + int(size)]

    def uri(of: int) -> str:
        return f"{request.path}?{urlencode({**query, 'PageSize': size, 'Page': str(of)})}"

    more = start + int(size) < len(items)
    return {
        name: shown,
        "page": int(number),
        "page_size": int(size),
        "start": start,
        "end": max(start, start + len(shown) - 1),
        "uri": uri(int(number)),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(int(number) - 1) if int(number) else None,
        "next_page_uri": uri(int(number) + 1) if more else None,
    }


async def fetch_call(request: web.Request) -> web.Response:
    """One call."""
    return web.json_response(request.app[CARRIER].find_call(request.match_info["call"]).record.to_json())


async def update_call(request: web.Request) -> web.Response:
    """Redirect a call to other TwiML, or end it."""
    carrier, form = request.app[CARRIER], await request.post()
    call = carrier.find_call(request.match_info["call"])
    status, url, twiml = (str(form.get(key, "")).strip() for key in ("Status", "Url", "Twiml"))
    if status not in ("", "completed", "canceled"):
        raise TwilioError(20001, f"Status can be set to completed or canceled, not {status!r}")
    if url or twiml:
        if call.record.status != "in-progress":
            raise TwilioError(21220)
        document = _check_twiml(twiml) if twiml else _redirection(check_url(url), str(form.get("Method", "POST")))
        call.redirect(document)
    elif status == "canceled" and call.record.status == "in-progress":
        raise TwilioError(21220)
    elif status and call.record.status not in FINAL:
        call.hang_up("api")
    return web.json_response(call.record.to_json())


def _redirection(url: str, method: str) -> Document:
    """TwiML that does nothing but go on at a URL."""
    document = Document.parse("<Response><Redirect/></Response>")
    document.root[0].text = url
    document.root[0].set("method", _method(method))
    return document


async def list_recordings(request: web.Request) -> web.Response:
    """The recordings of a call."""
    call = request.app[CARRIER].find_call(request.match_info["call"])
    return web.json_response(page(request, "recordings", [item.to_json() for item in call.record.recordings]))


async def start_recording(request: web.Request) -> web.Response:
    """Record a call that is under way."""
    carrier, form = request.app[CARRIER], await request.post()
    call = carrier.find_call(request.match_info["call"])
    if call.record.status != "in-progress":
        raise TwilioError(21220)
    callback = check_url(str(form.get("RecordingStatusCallback", "")))
    events = _events(form, "RecordingStatusCallbackEvent", _RECORDING_EVENTS)
    recording = call.start_recording(callback, events, "StartCallRecordingAPI")
    return web.json_response(recording.to_json(), status=201)


def _recording(request: web.Request) -> Recording:
    """The recording a path names; `Twilio.CURRENT` is the latest of its call that still runs."""
    carrier, sid = request.app[CARRIER], request.match_info["recording"]
    if sid != "Twilio.CURRENT":
        return carrier.find_recording(sid)[1]
    call = carrier.find_call(request.match_info["call"])
    running = [item for item in call.record.recordings if item.status != "completed"]
    if not running:
        raise TwilioError(20404, f"/Calls/{call.record.sid}/Recordings/{sid}")
    return running[-1]


async def fetch_recording(request: web.Request) -> web.Response:
    """One recording."""
    return web.json_response(_recording(request).to_json())


async def update_recording(request: web.Request) -> web.Response:
    """Pause, resume or stop a recording."""
    recording = _recording(request)
    status = str((await request.post()).get("Status", ""))
    if recording.status == "completed":
        raise TwilioError(21220)
    if status == "stopped":
        request.app[CARRIER].find_call(recording.call_sid).stop_recording(recording)
    elif status in ("paused", "in-progress"):
        recording.set_status(status)
    else:
        raise TwilioError(20001, f"Status can be stopped, paused or in-progress, not {status!r}")
    return web.json_response(recording.to_json())


async def download_recording(request: web.Request) -> web.Response:
    """The audio: silence of the recording's length, as a WAV file of 8 kHz mu-law."""
    samples = round(_recording(request).seconds * 8000)
    head = b"RIFF" + (38 + samples).to_bytes(4, "little") + b"WAVEfmt " + (18).to_bytes(4, "little")
    head += b"".join(value.to_bytes(size, "little") for value, size in ((7, 2), (1, 2), (8000, 4), (8000, 4), (1, 2)))
    head += (8).to_bytes(2, "little") + (0).to_bytes(2, "little") + b"data" + samples.to_bytes(4, "little")
    return web.Response(body=head + b"\xff" * samples, content_type="audio/x-wav")


async def delete_recording(request: web.Request) -> web.Response:
    """Remove a recording for good."""
    call, recording = request.app[CARRIER].find_recording(request.match_info["recording"])
    call.record.recordings.remove(recording)
    return web.Response(status=204)
