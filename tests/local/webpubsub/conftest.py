"""A Web PubSub service of its own for each test, and what clients of it need."""

import asyncio
import contextlib
import inspect
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient

from local.webpubsub import Limits, create_app

ACCESS_KEY = "a" * 43 + "="
HUB = "archer"
RELIABLE = "json.reliable.webpubsub.azure.v1"
JSON = "json.webpubsub.azure.v1"
ROLES = ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"]


async def eventually(condition: Callable[[], Any], seconds: float = 10, *, holds: bool = True) -> None:
    """Wait until a condition holds (or, with `holds=False`, does not), or fail."""
    async with asyncio.timeout(seconds):
        while True:
            held = condition()
            if bool(await held if inspect.isawaitable(held) else held) is holds:
                return
            await asyncio.sleep(0.005)


class RawClient:
    """A WebSocket client that shows every frame as it is on the wire."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def say(self, **frame: Any) -> None:
        await self.ws.send_str(json.dumps(frame))

    async def hear(self) -> dict[str, Any]:
        return json.loads(await self.ws.receive_str(timeout=5))

    async def ask(self, **frame: Any) -> dict[str, Any]:
        await self.say(**frame)
        return await self.hear()

    async def close_code(self) -> int | None:
        """Read to the end and tell how the service closed."""
        while not self.ws.closed:
            await self.ws.receive(timeout=5)
        return self.ws.close_code


class Service:
    """The running service: endpoint, SDK client, raw clients."""

    def __init__(self, port: int, session: aiohttp.ClientSession, sdk: WebPubSubServiceClient) -> None:
        self.port, self.session, self.sdk = port, session, sdk
        self.endpoint = f"http://127.0.0.1:{port}"

    def connection_string(self, port: int | None = None) -> str:
        return f"Endpoint=http://127.0.0.1:{port or self.port};AccessKey={ACCESS_KEY};Version=1.0;"

    async def client_url(self, **claims: Any) -> str:
        claims.setdefault("roles", ROLES)
        return (await self.sdk.get_client_access_token(**claims))["url"]

    def token(self, **claims: Any) -> str:
        base = {"aud": f"{self.endpoint}/client/hubs/{HUB}", "exp": time.time() + 60}
        return jwt.encode(base | claims, claims.pop("key", ACCESS_KEY), "HS256")

    async def connect(self, url: str, subprotocol: str | None = JSON, **options: Any) -> RawClient:
        protocols = [subprotocol] if subprotocol else []
        return RawClient(await self.session.ws_connect(url, protocols=protocols, **options))

    async def join(self, subprotocol: str | None = JSON, **claims: Any) -> tuple[RawClient, dict[str, Any]]:
        """A raw client and its `connected` frame."""
        client = await self.connect(await self.client_url(**claims), subprotocol)
        return client, await client.hear()


@contextlib.asynccontextmanager
async def serve(limits: Limits | None = None, hubs: list[str] | None = None) -> AsyncIterator[Service]:
    runner = web.AppRunner(create_app(ACCESS_KEY, hubs, limits or Limits(goodbye_seconds=0.2)), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=1).start()
    port = runner.addresses[0][1]
    connection_string = f"Endpoint=http://127.0.0.1:{port};AccessKey={ACCESS_KEY};Version=1.0;"
    async with aiohttp.ClientSession() as session:
        try:
            async with WebPubSubServiceClient.from_connection_string(connection_string, HUB) as sdk:
                yield Service(port, session, sdk)
        finally:
            await runner.cleanup()


@pytest.fixture(name="service")
async def _service() -> AsyncIterator[Service]:
    async with serve() as service:
        yield service


@pytest.fixture(name="serve")
def _serve() -> Any:
    return serve


@pytest.fixture(name="eventually")
def _eventually() -> Any:
    return eventually


class Cable:
    """A TCP proxy whose connections can be cut and refused, as a failing network does."""

    def __init__(self, target: int) -> None:
        self._target, self._writers, self.up, self.port = target, set[asyncio.StreamWriter](), True, 0

    async def __aenter__(self) -> "Cable":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    def cut(self, *, stay_down: bool = False) -> None:
        self.up = not stay_down
        for writer in list(self._writers):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.up:
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        both = {writer, there_writer}
        self._writers |= both
        await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        self._writers -= both

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            writer.transport.abort()
        finally:
            writer.close()


@pytest.fixture
async def cable(service: Service) -> AsyncIterator[Cable]:
    async with Cable(service.port) as cable:
        yield cable
