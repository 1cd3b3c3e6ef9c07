"""The media bridge: a Twilio Media Stream on one side, a Cartesia agent stream on the other, mu-law untouched between.

Twilio connects to `/twilio/media`; its start frame carries `call_id` and `call_token` (design §1.3). The API is asked
whether the stream may be carried while the connection to Cartesia is being made. Whatever breaks ends with a closed
Twilio socket, so that the next TwiML verb, the resume webhook, takes the call.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp

from agent.api_client import ApiClient, ApiProblem, ApiUnavailable
from agent.calls import Calls
from agent.carrying import CarriedStream
from agent.media import parse, part
from archer import telemetry
from archer.protocol import StreamGrant
from archer.resilience import CircuitBreaker, CircuitOpenError

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

CARTESIA_VERSION = "2026-03-01"
START_SECONDS = 10.0
CONNECT_SECONDS = 2.5
CONNECT_ATTEMPTS = 2
ACK_SECONDS = 5.0
PING_SECONDS = 20.0
MAX_CARTESIA_FRAME = 4 * 1024 * 1024
MAX_TOKEN = 4096

log = logging.getLogger("agent.bridge")


class StreamRefused(Exception):
    """This stream is not carried; the text says why and holds nothing personal."""


@dataclass(frozen=True)
class TwilioStart:
    """What Twilio says of a stream, as far as it is needed."""

    stream_sid: str
    call_id: UUID
    call_token: str


@dataclass(frozen=True)
class Cartesia:
    """Where the agent's ear and voice are."""

    base_url: str
    """`https://…` or `wss://…`, as configured; the stream uses the websocket scheme."""
    agent_id: str
    api_key: str

    @property
    def stream_url(self) -> str:
        """The websocket address of the agent."""
        base = re.sub("^http", "ws", self.base_url.rstrip("/"))
        return f"{base}/agents/stream/{self.agent_id}"


class MediaBridge:
    """An ASGI endpoint for Twilio's websocket; one instance serves all calls of the process."""

    def __init__(self, cartesia: Cartesia, client: ApiClient, http: aiohttp.ClientSession, calls: Calls) -> None:
        self.breaker = CircuitBreaker("cartesia", failures=5, open_seconds=10.0)
        self._cartesia, self._client, self._http, self._calls = cartesia, client, http, calls
        self.start_seconds = START_SECONDS

    async def __call__(self, receive: Receive, send: Send) -> None:
        """Carry one stream from accept to close."""
        await receive()
        await send({"type": "websocket.accept"})
        code = 1000
        try:
            with self._calls.carrying("stream"):
                start = await self._start(receive)
                with self._calls.stream(start.call_id):
                    code = await self._carry(start, receive, send)
        except StreamRefused as refusal:
            log.warning("media stream refused: %s", refusal)
            telemetry.count("calls_refused", reason="stream")
            code = 1008
        await _close(send, code)

    async def _start(self, receive: Receive) -> TwilioStart:
        """The start frame, within ten seconds."""
        try:
            async with asyncio.timeout(self.start_seconds):
                while True:
                    message = await receive()
                    if message["type"] != "websocket.receive":
                        raise StreamRefused("closed before it started")
                    frame = parse(message.get("text") or "")
                    if frame.get("event") == "start":
                        return _twilio_start(frame)
                    if frame.get("event") != "connected":
                        raise StreamRefused("a frame before the start frame")
        except TimeoutError:
            raise StreamRefused("no start frame in time") from None

    async def _carry(self, start: TwilioStart, receive: Receive, send: Send) -> int:
        """Connect both sides and pass frames until one closes. Returns the close code for Twilio."""
        began = time.perf_counter()
        granting = asyncio.create_task(self._grant(start))
        connecting = asyncio.create_task(self._connect())
        try:
            grant = await granting
            socket = await connecting
        except (StreamRefused, aiohttp.ClientError, TimeoutError, OSError, CircuitOpenError) as error:
            for task in (granting, connecting):
                task.cancel()
            await asyncio.gather(granting, return_exceptions=True)
            await _close_unused(connecting)
            if isinstance(error, StreamRefused):
                raise
            log.error("call %s: Cartesia cannot be reached (%s)", start.call_id, type(error).__name__)
            telemetry.count("calls_refused", reason="cartesia_unreachable")
            return 1011
        try:
            stream = CarriedStream(start.call_id, start.stream_sid, socket, receive, send, self._calls)
            if not await stream.greet({"call_id": str(start.call_id), "call_token": start.call_token}, ACK_SECONDS):
                self.breaker.failed()
                return 1011
            telemetry.record("stream_setup", (time.perf_counter() - began) * 1000)
            return await stream.carry(grant.max_seconds)
        finally:
            await socket.close()

    async def _grant(self, start: TwilioStart) -> StreamGrant:
        try:
            grant = await self._client.call(start.call_id, start.call_token).stream()
        except ApiProblem as problem:
            raise StreamRefused(f"call {start.call_id}: the API says {problem.status}") from None
        except ApiUnavailable:
            raise StreamRefused(f"call {start.call_id}: the API cannot be asked") from None
        if grant.call_id != start.call_id:
            raise StreamRefused(f"call {start.call_id}: the token is another call's")
        return grant

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        """Connect to Cartesia, with one more try. Raises CircuitOpenError at once while Cartesia keeps failing."""
        for attempt in range(1, CONNECT_ATTEMPTS + 1):
            try:
                return await self.breaker.call(self._connect_once)
            except (aiohttp.ClientError, TimeoutError, OSError):
                if attempt == CONNECT_ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _connect_once(self) -> aiohttp.ClientWebSocketResponse:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await self._http.ws_connect(
                self._cartesia.stream_url,
                headers={
                    "Authorization": f"Bearer {self._cartesia.api_key}",
                    "Cartesia-Version": CARTESIA_VERSION,
                },
                heartbeat=PING_SECONDS,
                max_msg_size=MAX_CARTESIA_FRAME,
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            )


def _twilio_start(frame: dict[str, Any]) -> TwilioStart:
    start = part(frame, "start")
    given = part(start, "customParameters")
    if part(start, "mediaFormat").get("encoding", "audio/x-mulaw") != "audio/x-mulaw":
        raise StreamRefused("the audio is not mu-law")
    sid, token = start.get("streamSid") or frame.get("streamSid"), given.get("call_token")
    if not isinstance(sid, str) or not sid.isalnum() or len(sid) > 64:
        raise StreamRefused("the start frame names no stream")
    try:
        call_id = UUID(str(given.get("call_id")))
    except ValueError:
        raise StreamRefused("the start frame names no call") from None
    if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN or not token.isprintable():
        raise StreamRefused(f"call {call_id}: no call token")
    return TwilioStart(sid, call_id, token)


async def _close(send: Send, code: int) -> None:
    try:
        await send({"type": "websocket.close", "code": code})
    except (OSError, RuntimeError):  # the peer was faster
        log.debug("closed by Twilio first")


async def _close_unused(connecting: "asyncio.Task[aiohttp.ClientWebSocketResponse]") -> None:
    results = await asyncio.gather(connecting, return_exceptions=True)
    for result in results:
        if isinstance(result, aiohttp.ClientWebSocketResponse):
            await result.close()
