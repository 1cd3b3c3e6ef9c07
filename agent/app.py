"""The agent's web application: Line's server for Cartesia, the media bridge for Twilio, health for the platform.

Line's own application is not served: it has no authentication, tells its peer tracebacks and waits for ever (facts on
the Line SDK, §3.1–3.3). Its runner works behind `agent.line_wire`.
"""

import asyncio
import hmac
import json
import logging
import platform
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, cast
from uuid import UUID

from line import AgentEnv, AgentSpec, CallRequest, VoiceAgentApp
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket

from agent.bridge import MediaBridge
from agent.calls import Calls, Refusal
from agent.dialogue import NewConversation, Timing
from agent.line_runner import ForgetfulRunner
from agent.line_wire import START_SECONDS, BadStartError, LineWire
from agent.logs import describe
from agent.session import CallSession, SessionOpener, SessionRefused
from agent.voice import VoiceAgent
from archer import telemetry
from archer.resilience import State

MAX_BODY_BYTES = 64 * 1024
MEDIA_PATH, LINE_PATH = "/twilio/media", "/ws"
REFUSALS: dict[Refusal, str] = {"draining": "This replica is shutting down.", "full": "This replica is full."}

log = logging.getLogger("agent.app")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True)
class Parts:
    """What the application is made of; built in `agent.main`, replaced piece by piece in tests."""

    calls: Calls
    bridge: MediaBridge
    opener: SessionOpener
    new_conversation: NewConversation
    line_server_token: str
    timing: Timing
    start_seconds: float = START_SECONDS
    models: Callable[[], Mapping[str, State]] = dict
    """The circuit breakers of the language models."""


class AgentApp:
    """The ASGI application without its lifespan (see `agent.main`)."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._line = VoiceAgentApp(get_agent=_not_asked_for)
        self._http = Starlette(
            routes=[
                Route("/chats", self.chats, methods=["POST"]),
                Route("/health", self.health),
                Route("/health/live", self.live),
                Route("/health/ready", self.ready),
            ],
            exception_handlers={HTTPException: _http_problem, Exception: _server_problem},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one connection."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    # Cartesia asks for a conversation

    async def chats(self, request: Request) -> Response:
        """`POST /chats`: where the conversation's websocket is."""
        if not self._authorized(request.headers.get("authorization")):
            return problem(401, "Unauthorized", "Present LINE_SERVER_TOKEN as a bearer token.")
        body = await _body(request)
        metadata = body.get("metadata") if isinstance(body.get("metadata"), dict) else {}
        refusal = self.parts.calls.refusal("conversation", _uuid(cast("dict[str, Any]", metadata).get("call_id")))
        if refusal is not None:
            return _refused(refusal)
        answer = await self._line.create_chat_session(cast(Request, _Cleaned(body, metadata)))
        return JSONResponse(answer)

    async def _converse(self, websocket: WebSocket) -> None:
        """`/ws`: one conversation, from the start frame to the last entry."""
        wire = LineWire(websocket)
        with self.parts.calls.carrying("conversation"):
            try:
                start = await wire.open(self.parts.start_seconds)
            except BadStartError as error:
                log.warning("conversation refused: %s", error)
                return
            given = start.get("metadata")
            metadata = given if isinstance(given, dict) else {}
            call_id, token = _uuid(metadata.get("call_id")), metadata.get("call_token")
            opening = asyncio.create_task(self._open(call_id, token))
            voice = VoiceAgent(
                opening,
                self.parts.new_conversation,
                timing=self.parts.timing,
                now=asyncio.get_running_loop().time,
                wall=self.parts.opener.now,
                wake=wire.wake,
            )
            wire.listen(voice)
            try:
                with self.parts.calls.voice(call_id or UUID(int=0), voice):
                    await ForgetfulRunner(wire, voice).run()
            finally:
                voice.hung_up()
                self._see_off(opening, voice)
                await wire.close()

    async def _open(self, call_id: UUID | None, token: Any) -> CallSession:
        if call_id is None or not isinstance(token, str) or not token.isprintable():
            raise SessionRefused("the start frame carries no call")
        return await self.parts.opener.open(call_id, token)

    def _see_off(self, opening: "asyncio.Task[CallSession]", voice: VoiceAgent) -> None:
        """Keep the session until it is stored, even when it opens only after the caller has gone."""

        def keep(task: "asyncio.Task[CallSession]") -> None:
            if not task.cancelled() and task.exception() is None:
                voice.hung_up()
                self.parts.calls.see_off(task.result())

        opening.add_done_callback(keep)

    # websockets

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, calls = scope["path"], self.parts.calls
        if path == MEDIA_PATH:
            refusal = calls.refusal("stream")
            await (_deny(send, 503) if refusal else self.parts.bridge(receive, send))
        elif path == LINE_PATH:
            headers = {name: value for name, value in scope["headers"] if name == b"authorization"}
            if not self._authorized(headers.get(b"authorization", b"").decode("latin-1")):
                await _deny(send, 401)
            elif calls.refusal("conversation") == "full":
                await _deny(send, 503)
            else:
                await self._converse(WebSocket(scope, receive, send))
        else:
            await _deny(send, 404)

    def _authorized(self, header: str | None) -> bool:
        expected = self.parts.line_server_token
        return not expected or hmac.compare_digest((header or "").encode(), f"Bearer {expected}".encode())

    # health

    async def live(self, _request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "alive"})

    async def ready(self, _request: Request) -> Response:
        """New calls are welcome here."""
        refusal = self.parts.calls.refusal("stream") or self.parts.calls.refusal("conversation")
        return JSONResponse({"ready": refusal is None, "reason": refusal}, status_code=503 if refusal else 200)

    async def health(self, _request: Request) -> Response:
        """What is going on, for people and dashboards."""
        calls = self.parts.calls
        return JSONResponse(
            {
                "status": "draining" if calls.draining else "ok",
                "draining": calls.draining,
                "calls": {**calls.in_progress, "max": calls.max_calls},
                "circuits": {
                    "api": self.parts.opener.client.breaker.state,
                    "cartesia": self.parts.bridge.breaker.state,
                    **{f"model:{name}": state for name, state in self.parts.models().items()},
                },
                "versions": {"cartesia_line": version("cartesia-line"), "python": platform.python_version()},
            }
        )


class _Cleaned:
    """A request body as the SDK can take it: strings where it wants strings, and no prompt set by the peer."""

    def __init__(self, body: dict[str, Any], metadata: Any) -> None:
        agent = body.get("agent")
        agent_id = agent.get("id") if isinstance(agent, dict) else None
        self._body: dict[str, Any] = {
            "call_id": _text(body.get("call_id")),
            "from_": _text(body.get("from_") or body.get("from")),
            "to": _text(body.get("to")),
            "agent_call_id": _text(body.get("agent_call_id") or body.get("call_id")),
            "agent": {"id": agent_id if isinstance(agent_id, str) else None},
            "metadata": metadata,
        }

    async def json(self) -> dict[str, Any]:
        """What the SDK asks of its request."""
        return self._body


async def _not_asked_for(_env: AgentEnv, _request: CallRequest) -> AgentSpec:
    raise AssertionError("conversations are run by AgentApp, not by the SDK's own endpoint")


async def _body(request: Request) -> dict[str, Any]:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise HTTPException(413, f"The body is larger than {MAX_BODY_BYTES} bytes.")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "The body is not a JSON object.")
    return body


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else "unknown"


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def problem(status: int, title: str, detail: str, **headers: str) -> JSONResponse:
    """A problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)


def _refused(refusal: Refusal) -> Response:
    telemetry.count("calls_refused", reason=refusal)
    return problem(503, "Service Unavailable", REFUSALS[refusal], **{"Retry-After": "1"})


async def _http_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, "Request refused", str(error.detail))


async def _server_problem(_request: Request, error: Exception) -> Response:
    log.error("request failed: %s", describe(error))
    return problem(500, "Internal Server Error", "The request failed; the reason is in the log.")


async def _deny(send: Send, status: int) -> None:
    """Refuse a websocket with an HTTP status instead of accepting it."""
    headers = [(b"content-length", b"0")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})
