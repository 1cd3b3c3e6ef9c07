"""What tests and demonstrations do to the carrier and learn from it: `/_test/…`, from this machine only.

GET  /_test/calls, /_test/calls/{sid}, /_test/messages, /_test/metrics      everything, for assertions
GET, POST, DELETE /_test/faults          see `Faults`; POST sets the given switches, DELETE all to normal
GET, POST /_test/callers                 put a persona behind a number; one object or a list, see `Placement`
POST /_test/numbers                      say something of numbers, see `NumberFacts`
POST /_test/inbound                      {"from", "to", "voice_url"?, "status_callback"?}: somebody calls in
POST /_test/inbound_sms                  {"from", "to", "body", "sms_url"?}: somebody texts
POST /_test/calls/{sid}/hangup           the called person hangs up
POST /_test/calls/{sid}/say              {"say"?, "press"?}: the called person speaks or presses, script or not
POST /_test/calls/{sid}/break            the stream's connection breaks without a word
"""

import ipaddress
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from local.callers.engine import Reply
from local.twilio.directory import NumberFacts, Placement
from local.twilio.faults import Faults
from local.twilio.live import CallPlan
from local.twilio.records import Call, Message
from local.twilio.rest import CARRIER

_ALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


class Inbound(BaseModel):
    """Somebody calls in."""

    model_config = ConfigDict(extra="forbid")

    from_: str = Field(alias="from")
    to: str
    voice_url: str = ""
    status_callback: str = ""


class InboundSms(BaseModel):
    """Somebody sends a text message."""

    model_config = ConfigDict(extra="forbid")

    from_: str = Field(alias="from")
    to: str
    body: str
    sms_url: str = ""


class Speech(BaseModel):
    """What the called person says or presses."""

    model_config = ConfigDict(extra="forbid")

    say: str = ""
    press: str = ""


_PLACEMENTS = TypeAdapter(list[Placement])


def routes() -> list[web.RouteDef]:
    """All hooks."""
    return [
        web.get("/_test/calls", show_calls),
        web.get("/_test/calls/{call}", show_call),
        web.post("/_test/calls/{call}/hangup", hang_up),
        web.post("/_test/calls/{call}/say", speak),
        web.post("/_test/calls/{call}/break", break_stream),
        web.get("/_test/messages", show_messages),
        web.get("/_test/metrics", show_metrics),
        web.get("/_test/faults", show_faults),
        web.post("/_test/faults", set_faults),
        web.delete("/_test/faults", clear_faults),
        web.get("/_test/callers", show_callers),
        web.post("/_test/callers", place_callers),
        web.post("/_test/numbers", describe_numbers),
        web.post("/_test/inbound", call_in),
        web.post("/_test/inbound_sms", text_in),
    ]


@web.middleware
async def only_from_here(request: web.Request, handler: Any) -> web.StreamResponse:
    """Keep the hooks to this machine, and answer wrong input with what is wrong about it."""
    if not request.path.startswith("/_test/"):
        response: web.StreamResponse = await handler(request)
        return response
    if request.remote is None or not ipaddress.ip_address(request.remote).is_loopback:
        raise web.HTTPNotFound
    try:
        response = await handler(request)
    except ValidationError as error:
        details = [{"at": list(item["loc"]), "wrong": item["msg"]} for item in error.errors()]
        response = web.json_response({"error": "invalid", "details": details}, status=400)
    return response


async def show_calls(request: web.Request) -> web.Response:
    """All calls, in the order they came."""
    return web.json_response({"calls": [call.to_json() for call in request.app[CARRIER].calls.values()]})


async def show_call(request: web.Request) -> web.Response:
    """One call."""
    return web.json_response(request.app[CARRIER].find_call(request.match_info["call"]).to_json())


async def hang_up(request: web.Request) -> web.Response:
    """The called person hangs up."""
    call = request.app[CARRIER].find_call(request.match_info["call"])
    call.hang_up("callee")
    return web.json_response(call.to_json())


async def speak(request: web.Request) -> web.Response:
    """The called person says something."""
    call = request.app[CARRIER].find_call(request.match_info["call"])
    speech = Speech.model_validate_json(await request.read())
    call.phone.do(Reply(say=speech.say, press=speech.press))
    return web.json_response(call.to_json())


async def break_stream(request: web.Request) -> web.Response:
    """The stream breaks."""
    call = request.app[CARRIER].find_call(request.match_info["call"])
    if call.stream is None:
        raise web.HTTPConflict(text="the call has no stream")
    call.stream.abort()
    return web.json_response(call.to_json())


async def show_messages(request: web.Request) -> web.Response:
    """All messages, in the order they came, with the webhooks about them."""
    carrier = request.app[CARRIER]
    shown = [
        {**message.to_json(), "webhooks": [item.to_json() for item in carrier.webhooks.log.get(message.sid, [])]}
        for message in carrier.messages.all.values()
    ]
    return web.json_response({"messages": shown})


async def show_metrics(request: web.Request) -> web.Response:
    """All measurements."""
    carrier = request.app[CARRIER]
    streams = [call.stream for call in carrier.calls.values() if call.stream]
    counters = {
        "frames_sent": sum(stream.frames_sent for stream in streams),
        "frames_lost": sum(stream.frames_lost for stream in streams),
        "frames_received": sum(stream.frames_received for stream in streams),
        "beats_dropped": carrier.ticker.dropped,
    }
    return web.json_response({**carrier.metrics, **counters})


async def show_faults(request: web.Request) -> web.Response:
    """The switches as they are."""
    return web.json_response(request.app[CARRIER].faults.model_dump())


async def set_faults(request: web.Request) -> web.Response:
    """Set the given switches and leave the others."""
    given = Faults.model_validate_json(await request.read())
    faults = request.app[CARRIER].faults
    for name in given.model_fields_set:
        setattr(faults, name, getattr(given, name))
    return web.json_response(faults.model_dump())


async def clear_faults(request: web.Request) -> web.Response:
    """A carrier that works again."""
    faults = request.app[CARRIER].faults
    for name, value in Faults():
        setattr(faults, name, value)
    return web.json_response(faults.model_dump())


async def show_callers(request: web.Request) -> web.Response:
    """Who was put behind which number."""
    placements = request.app[CARRIER].directory.placements
    return web.json_response({number: item.model_dump() for number, item in placements.items()})


async def place_callers(request: web.Request) -> web.Response:
    """Put personas behind numbers."""
    body = (await request.read()).strip()
    for placement in _PLACEMENTS.validate_json(body if body.startswith(b"[") else b"[" + body + b"]"):
        request.app[CARRIER].directory.place(placement)
    return await show_callers(request)


async def describe_numbers(request: web.Request) -> web.Response:
    """Say something of the numbers that fit a pattern."""
    facts = NumberFacts.model_validate_json(await request.read())
    request.app[CARRIER].directory.describe(facts)
    return web.json_response(facts.model_dump())


async def call_in(request: web.Request) -> web.Response:
    """Somebody calls in."""
    carrier = request.app[CARRIER]
    inbound = Inbound.model_validate_json(await request.read())
    url = inbound.voice_url or carrier.config.voice_url
    if not url:
        raise web.HTTPConflict(text="no voice_url is given or configured")
    record = Call(carrier.config.account_sid, inbound.to, inbound.from_, direction="inbound")
    call = carrier.incoming_call(
        record, CallPlan(url=url, status_callback=inbound.status_callback, status_events=_ALL_EVENTS)
    )
    return web.json_response(call.to_json(), status=201)


async def text_in(request: web.Request) -> web.Response:
    """Somebody texts; answers when the application has been told."""
    carrier = request.app[CARRIER]
    inbound = InboundSms.model_validate_json(await request.read())
    message = Message(carrier.config.account_sid, inbound.to, inbound.from_, inbound.body, direction="inbound")
    await carrier.messages.receive(message, inbound.sms_url or carrier.config.sms_url)
    return web.json_response(message.to_json(), status=201)
