"""A whole telephone line on free ports: Twilio stand-in, pass-through bridge, Cartesia stand-in, real Line agent."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import pytest
import uvicorn
from aiohttp import web
from line.events import (
    AgentEndCall,
    AgentSendText,
    CallEnded,
    CallStarted,
    UserDtmfSent,
    UserTextSent,
    UserTurnEnded,
    UserTurnStarted,
)
from line.voice_agent_app import VoiceAgentApp
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from local.cartesia.app import create_app as create_cartesia
from local.cartesia.config import CartesiaConfig
from local.twilio.app import create_app as create_twilio
from local.twilio.carrier import CarrierConfig

SID, TOKEN = "AC" + "0" * 32, "a-token-for-tests"
SPEED = 15.0


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await condition()):  # noqa: ASYNC110 - polls over HTTP
            await asyncio.sleep(0.02)
        return found


class Rewriting(TwilioHttpClient):
    """Sends what is meant for Twilio to the stand-in."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=5)
        self.base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        url = urlunsplit(urlsplit(url)._replace(scheme=self.base.scheme, netloc=self.base.netloc))
        return super().request(method, url, *args, **kwargs)


class Bank:
    """A minimal agent: asks in the legal order, understands by key words."""

    def __init__(self, log: list[Any]) -> None:
        self.log = log
        self.stage = "who"

    async def process(self, env: Any, event: Any) -> Any:
        self.log.append(event)
        if isinstance(event, CallStarted):
            yield AgentSendText(
                text="This is First Bank's automated assistant on a recorded line. Say stop or press 9 to end these "
                "calls. ",
                interruptible=False,
            )
            yield AgentSendText(text="Am I speaking with Jordan Rivera?")
        elif isinstance(event, UserDtmfSent):
            yield AgentSendText(text="I will stop these calls. Goodbye.", interruptible=False)
            yield AgentEndCall(interruptible=False)
        elif isinstance(event, UserTurnEnded):
            said = " ".join(item.content for item in event.content if isinstance(item, UserTextSent))
            for sentence in self.answer(said):
                yield AgentSendText(text=sentence + " ")
            if self.stage == "bye":
                yield AgentEndCall()

    def answer(self, said: str) -> list[str]:
        if "stop calling" in said.lower():
            self.stage = "bye"
            return ["I will stop these calls.", "Goodbye."]
        match self.stage:
            case "who":
                self.stage = "digits"
                return ["Thank you.", "What are the last four digits of your account number and your postal code?"]
            case "digits" if "4321" not in said or "94107" not in said:
                return ["That does not match.", "Please tell me the last four digits and the postal code again."]
            case "digits":
                self.stage = "purpose"
                return [
                    "Thank you.",
                    "Your balance as of today is $412.35, and it is past due by some weeks now, which "
                    "is why I am calling you this morning.",
                    "How would you like to take care of it?",
                ]
            case "purpose":
                self.stage = "method"
                return ["Would you like a link by text message or a bank transfer?"]
            case "method":
                self.stage = "confirm"
                return ["I will text you a link to pay $412.35.", "Is that right?"]
            case _:
                self.stage = "bye"
                return ["It is on its way.", "Thank you, goodbye."]


@dataclass
class Line:
    """What a test sees of the whole line."""

    twilio: str
    cartesia: str
    application: str
    bridge: str
    client: Client
    http: aiohttp.ClientSession
    agent_events: list[Any] = field(default_factory=list)
    webhooks: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    agents: list[Bank] = field(default_factory=list)
    starts: list[dict[str, Any]] = field(default_factory=list)

    async def get(self, url: str) -> Any:
        async with self.http.get(url) as response:
            return await response.json()

    async def post(self, url: str, body: Any) -> Any:
        async with self.http.post(url, json=body) as response:
            assert response.status < 300, await response.text()
            return await response.json()

    async def call(self, number: str, persona: str, **more: Any) -> str:
        # The agent of these tests calls everybody Jordan Rivera.
        customer = {"name": "Jordan Rivera", "account_last_4": "4321", "postal_code": "94107"}
        await self.post(f"{self.twilio}/_test/callers", {"number": number, "persona": persona, "customer": customer})
        twiml = (
            f'<Response><Connect><Stream url="{self.bridge}"><Parameter name="call_id" value="c-{number}"/></Stream>'
            f"</Connect><Redirect>{self.application}/resume</Redirect></Response>"
        )
        call = await asyncio.to_thread(
            self.client.calls.create,
            to=number,
            from_="+12025550100",
            twiml=twiml,
            status_callback=f"{self.application}/status?q=a%20b",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
            **more,
        )
        return str(call.sid)

    async def ended(self, sid: str, seconds: float = 30) -> dict[str, Any]:
        async def over() -> Any:
            call = await self.get(f"{self.twilio}/_test/calls/{sid}")
            return call if call["duration"] is not None else None

        return dict(await until(over, seconds))


def bridge_app(cartesia: Callable[[], str], line: Callable[[], Line]) -> web.Application:
    """Thirty lines between Twilio and Cartesia: audio passes through as it is."""

    async def bridge(request: web.Request) -> web.WebSocketResponse:
        phone = web.WebSocketResponse(compress=False)
        await phone.prepare(request)
        await phone.receive_json()
        start = (await phone.receive_json())["start"]
        line().starts.append(start)
        url = cartesia().replace("http", "ws") + "/agents/stream/agent_1"
        headers = {"Authorization": "Bearer key", "Cartesia-Version": "2026-03-01"}
        async with line().http.ws_connect(url, headers=headers, compress=0) as voice:
            config = {"input_format": "mulaw_8000"}
            metadata = {**start["customParameters"], "from": "+12025550100", "to": "+1"}
            await voice.send_json({"event": "start", "stream_id": "s1", "config": config, "metadata": metadata})

            async def to_voice() -> None:
                async for message in phone:
                    got = json.loads(message.data)
                    if got["event"] == "media":
                        payload = got["media"]["payload"]
                        await voice.send_str(f'{{"event":"media_input","media":{{"payload":"{payload}"}}}}')
                    elif got["event"] == "dtmf":
                        await voice.send_json({"event": "dtmf", "dtmf": got["dtmf"]["digit"]})

            async def to_phone() -> None:
                async for message in voice:
                    got = json.loads(message.data)
                    if got["event"] == "media_output":
                        await phone.send_json(
                            {"event": "media", "streamSid": start["streamSid"], "media": got["media"]}
                        )
                    elif got["event"] == "clear":
                        await phone.send_json({"event": "clear", "streamSid": start["streamSid"]})

            tasks = [asyncio.create_task(to_voice()), asyncio.create_task(to_phone())]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await phone.close()
        return phone

    app = web.Application()
    app.router.add_get("/media", bridge)
    return app


def application_app(line: Callable[[], Line]) -> web.Application:
    """The bank's webhooks: every signature is checked."""
    validator = RequestValidator(TOKEN)

    async def webhook(request: web.Request) -> web.Response:
        params = {key: str(value) for key, value in (await request.post()).items()}
        url = f"{line().application}{request.raw_path}"
        assert validator.validate(url, params, request.headers["X-Twilio-Signature"])
        line().webhooks.append((request.path, params))
        return web.Response(text="<Response><Hangup/></Response>", content_type="text/xml")

    app = web.Application()
    app.router.add_post("/{name}", webhook)
    return app


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    whole: Line
    agents: list[Bank] = []
    events: list[Any] = []

    async def get_agent(env: Any, request: Any) -> Any:
        agents.append(Bank(events))
        return agents[-1], [CallStarted, UserTurnEnded, UserDtmfSent, CallEnded], [UserTurnStarted]

    server = uvicorn.Server(
        uvicorn.Config(VoiceAgentApp(get_agent).fastapi_app, host="127.0.0.1", port=0, log_level="error", ws="auto")
    )
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    agent_url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    runners = []
    urls = []
    apps = [
        create_twilio(CarrierConfig(SID, TOKEN, speed=SPEED)),
        create_cartesia(CartesiaConfig(agent_url, speed=SPEED)),
        bridge_app(lambda: whole.cartesia, lambda: whole),
        application_app(lambda: whole),
    ]
    for app in apps:
        runner, url = await serve(app)
        runners.append(runner)
        urls.append(url)
    async with aiohttp.ClientSession() as http:
        client = Client(SID, TOKEN, http_client=Rewriting(urls[0]))
        bridge = urls[2].replace("http", "ws") + "/media"
        whole = Line(urls[0], urls[1], urls[3], bridge, client, http, events, agents=agents)
        yield whole
    for runner in runners:
        await runner.cleanup()
    server.should_exit = True
    await serving
