"""The Twilio stand-in on a free port, the official client in front of it, and the bank's side of its webhooks."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import pytest
from aiohttp import web
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from local.speech import Ear
from local.twilio.app import create_app
from local.twilio.carrier import CarrierConfig

SID, TOKEN = "AC" + "1" * 32, "the-auth-token-of-the-tests"
SPEED = 30.0


class Rewriting(TwilioHttpClient):
    """Sends what is meant for Twilio's hosts to the stand-in."""

    def __init__(self, base: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        url = urlunsplit(urlsplit(url)._replace(scheme=self.base.scheme, netloc=self.base.netloc))
        return super().request(method, url, *args, **kwargs)


@dataclass
class Application:
    """The bank: answers webhooks with what `answers` holds for the path, checks every signature, carries streams."""

    url: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    failures: dict[str, list[int]] = field(default_factory=dict)
    """HTTP statuses to answer with first, by path; 0 waits too long."""
    received: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    forged: int = 0
    stream: Callable[[web.WebSocketResponse, "Application"], Awaitable[None]] | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)

    def at(self, path: str) -> list[dict[str, str]]:
        return [params for where, params in self.received if where == path]

    async def webhook(self, request: web.Request) -> web.Response:
        params = {key: str(value) for key, value in (await request.post()).items()}
        url = f"{self.url}{request.raw_path}"
        if not RequestValidator(TOKEN).validate(url, params, request.headers["X-Twilio-Signature"]):
            self.forged += 1
        self.tokens.append(request.headers["I-Twilio-Idempotency-Token"])
        failures = self.failures.get(request.path, [])
        if failures:
            status = failures.pop(0)
            if status == 0:
                await asyncio.sleep(1)
            return web.Response(status=status or 200)
        self.received.append((request.path, params))
        return web.Response(text=self.answers.get(request.path, "<Response/>"), content_type="text/xml")

    async def media(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        assert self.stream is not None
        await self.stream(socket, self)
        await socket.close()
        return socket

    async def collect(self, socket: web.WebSocketResponse) -> None:
        """Take frames until the other side closes."""
        async for message in socket:
            self.frames.append(message.json())

    def heard(self) -> str:
        """The words in the media frames."""
        ear = Ear()
        audio = (b64decode(frame["media"]["payload"]) for frame in self.frames if frame["event"] == "media")
        return "".join(speech.text for piece in audio for speech in ear.hear(piece) if speech)

    def events(self) -> list[str]:
        return [frame["event"] for frame in self.frames if frame["event"] != "media"]


@dataclass
class Twilio:
    """The stand-in as a test sees it."""

    url: str
    client: Client
    http: aiohttp.ClientSession
    bank: Application

    async def do(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run the official client, which blocks, beside the loop."""
        return await asyncio.to_thread(function, *args, **kwargs)

    async def get(self, path: str) -> Any:
        async with self.http.get(self.url + path) as response:
            return await response.json()

    async def post(self, path: str, body: Any, status: int | None = None) -> Any:
        async with self.http.post(self.url + path, json=body) as response:
            assert response.status == status if status else response.status < 300, await response.text()
            return await response.json()

    async def call(self, twiml: str, to: str = "+14155550123", persona: str = "", **more: Any) -> str:
        if persona:
            await self.post("/_test/callers", {"number": to, "persona": persona})
        arguments: dict[str, Any] = {
            "to": to,
            "from_": "+12025550100",
            "twiml": twiml.replace("BANK", self.bank.url).replace("WS", self.bank.url.replace("http", "ws")),
            "status_callback": f"{self.bank.url}/status",
            "status_callback_event": ["initiated", "ringing", "answered", "completed"],
        }
        wanted = {name: value for name, value in {**arguments, **more}.items() if value != ""}
        created = await self.do(self.client.calls.create, **wanted)
        return str(created.sid)

    async def ended(self, sid: str) -> dict[str, Any]:
        return await self.until(sid, lambda call: call["duration"] is not None)

    async def until(self, sid: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        async with asyncio.timeout(15):
            while True:
                call: dict[str, Any] = await self.get(f"/_test/calls/{sid}")
                if condition(call):
                    return call
                await asyncio.sleep(0.02)

    async def wait(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(15):
            while not condition():  # noqa: ASYNC110 - the condition has no event
                await asyncio.sleep(0.01)


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    bank = Application()
    app = web.Application()
    app.router.add_get("/media", bank.media)
    app.router.add_route("*", "/{path:.*}", bank.webhook)
    bank_runner, bank.url = await _serve(app)
    runner, url = await _serve(create_app(CarrierConfig(SID, TOKEN, speed=SPEED, sms_url=f"{bank.url}/sms")))
    async with aiohttp.ClientSession() as http:
        yield Twilio(url, Client(SID, TOKEN, http_client=Rewriting(url, timeout=2)), http, bank)
    await runner.cleanup()
    await bank_runner.cleanup()
