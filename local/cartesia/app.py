"""The web application of the stand-in: `/agents/stream/{agent_id}`, short-lived tokens, and hooks for tests.

GET  /_test/metrics                      see `Metrics`; with p50 and p95 of each list
GET  /_test/calls                        every stream with what passed between harness and agent
GET, POST, DELETE /_test/faults          see `Faults`; POST sets the given switches, DELETE all to normal
"""

import ipaddress
import secrets
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import ValidationError

from local.cartesia.config import CartesiaConfig, Faults, Metrics
from local.cartesia.stream import Stream
from local.ticker import Ticker


@dataclass
class Harness:
    """All state of the stand-in; lives in memory only."""

    config: CartesiaConfig
    faults: Faults = field(default_factory=Faults)
    metrics: Metrics = field(default_factory=Metrics)
    ticker: Ticker = field(default_factory=Ticker)
    streams: list[Stream] = field(default_factory=list)
    running: set[web.WebSocketResponse] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    session: aiohttp.ClientSession | None = None


HARNESS = web.AppKey("harness", Harness)


def create_app(config: CartesiaConfig) -> web.Application:
    """The stand-in, ready to be served."""
    app = web.Application()
    app[HARNESS] = Harness(config)
    app.add_routes(
        [
            web.get("/health", health),
            web.post("/access-token", issue_token),
            web.get("/agents/stream/{agent_id}", stream),
            web.get("/_test/metrics", show_metrics),
            web.get("/_test/calls", show_calls),
            web.get("/_test/faults", show_faults),
            web.post("/_test/faults", set_faults),
            web.delete("/_test/faults", clear_faults),
        ]
    )
    app.cleanup_ctx.append(_session)
    app.on_shutdown.append(_close_streams)
    return app


async def _session(app: web.Application) -> AsyncIterator[None]:
    app[HARNESS].session = session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    yield
    await app[HARNESS].ticker.close()
    await session.close()


async def _close_streams(app: web.Application) -> None:
    for socket in tuple(app[HARNESS].running):
        await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)


async def health(request: web.Request) -> web.Response:
    """Whether the stand-in answers, and how many streams it carries."""
    return web.json_response({"status": "ok", "streams": len(request.app[HARNESS].running)})


def _authenticate(request: web.Request) -> None:
    """Check the key or token and the version header, as the API does. Raises HTTP 401 or 400."""
    harness = request.app[HARNESS]
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    key = bearer or request.headers.get("X-API-Key", "") or request.query.get("access_token", "")
    known = key in harness.tokens or (
        secrets.compare_digest(key, harness.config.api_key) if harness.config.api_key else True
    )
    if not key or not known:
        raise web.HTTPUnauthorized(text="an API key or access token is required (Authorization: Bearer …)")
    if not (request.headers.get("Cartesia-Version") or request.query.get("cartesia_version")):
        raise web.HTTPBadRequest(text="the header Cartesia-Version is required")


async def issue_token(request: web.Request) -> web.Response:
    """A token for a browser; it does not expire here."""
    _authenticate(request)
    token = secrets.token_urlsafe(24)
    request.app[HARNESS].tokens.add(token)
    return web.json_response({"token": token})


async def stream(request: web.Request) -> web.StreamResponse:
    """Carry one call."""
    _authenticate(request)
    harness = request.app[HARNESS]
    if harness.faults.refuse_streams:
        harness.faults.refuse_streams -= 1
        raise web.HTTPServiceUnavailable
    assert harness.session is not None
    socket = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
    await socket.prepare(request)
    running = Stream(
        request.match_info["agent_id"],
        harness.config,
        harness.faults,
        harness.metrics,
        harness.ticker,
        harness.session,
    )
    harness.streams.append(running)
    harness.running.add(socket)
    try:
        await running.run(socket)
    finally:
        harness.running.discard(socket)
    return socket


def _only_from_here(request: web.Request) -> Harness:
    if request.remote is None or not ipaddress.ip_address(request.remote).is_loopback:
        raise web.HTTPNotFound
    return request.app[HARNESS]


async def show_metrics(request: web.Request) -> web.Response:
    """All measurements."""
    harness = _only_from_here(request)
    harness.metrics.frames_in = sum(item.frames_in for item in harness.streams)
    harness.metrics.frames_out = sum(item.frames_out for item in harness.streams)
    shown: dict[str, Any] = {**asdict(harness.metrics), "beats_dropped": harness.ticker.dropped, "summary": {}}
    for name, values in asdict(harness.metrics).items():
        if isinstance(values, list) and len(values) > 1:
            cuts = quantiles(values, n=20, method="inclusive")
            shown["summary"][name] = {"count": len(values), "p50": round(cuts[9], 2), "p95": round(cuts[18], 2)}
    return web.json_response(shown)


async def show_calls(request: web.Request) -> web.Response:
    """All streams, in the order they came."""
    return web.json_response({"calls": [item.to_json() for item in _only_from_here(request).streams]})


async def show_faults(request: web.Request) -> web.Response:
    """The switches as they are."""
    return web.json_response(_only_from_here(request).faults.model_dump())


async def set_faults(request: web.Request) -> web.Response:
    """Set the given switches and leave the others."""
    harness = _only_from_here(request)
    try:
        given = Faults.model_validate_json(await request.read())
    except ValidationError as error:
        details = [{"at": list(item["loc"]), "wrong": item["msg"]} for item in error.errors()]
        return web.json_response({"error": "invalid", "details": details}, status=400)
    for name in given.model_fields_set:
        setattr(harness.faults, name, getattr(given, name))
    return web.json_response(harness.faults.model_dump())


async def clear_faults(request: web.Request) -> web.Response:
    """No faults any more."""
    harness = _only_from_here(request)
    for name, value in Faults():
        setattr(harness.faults, name, value)
    return web.json_response(harness.faults.model_dump())
