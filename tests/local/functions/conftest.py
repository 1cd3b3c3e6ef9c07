"""A host in the test's own process, and a real Azurite for its queues."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import pytest_asyncio

from local.functions.host import Host
from local.functions.server import serving
from local.functions.storage import DEVELOPMENT_ACCOUNT, DEVELOPMENT_KEY
from local.functions.timeline import Timeline, VirtualTimeline

ROOT = Path(__file__).parents[3]
APPS = Path(__file__).parent / "apps"


@dataclass
class Running:
    """A host that serves, with a client for it."""

    host: Host
    http: httpx.AsyncClient
    port: int
    module: ModuleType

    async def start(self, orchestrator: str, body: Any = None) -> str:
        """Start an orchestration through the app's own durable client."""
        response = await self.http.post(f"/api/start/{orchestrator}", json=body)
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    async def settled(self, instance: str) -> dict[str, Any]:
        """The instance when nothing more happens by itself."""
        await self.host.settle()
        return await self.status(instance)

    async def status(self, instance: str, **query: str) -> dict[str, Any]:
        """The instance now."""
        response = await self.http.get(f"/runtime/webhooks/durabletask/instances/{instance}", params=query)
        assert response.status_code in (200, 202), response.status_code
        state: dict[str, Any] = response.json()
        return state

    async def run(self, orchestrator: str, body: Any = None) -> dict[str, Any]:
        """Start an orchestration and let it go as far as it can."""
        return await self.settled(await self.start(orchestrator, body))


Serve = Callable[..., Any]


@asynccontextmanager
async def running_host(
    app: Path, state: Path, timeline: Timeline | None = None, key: str | None = None, **environ: str
) -> AsyncIterator[Running]:
    """Serve an app folder inside this process on a virtual clock (unless told otherwise)."""
    for name in [name for name, module in sys.modules.items() if str(app) in str(getattr(module, "__file__", ""))]:
        del sys.modules[name]
    host = Host(app, state=state, key=key, timeline=timeline or VirtualTimeline(), environ={**os.environ, **environ})
    async with (
        serving(host, grace=3) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as http,
    ):
        yield Running(host, http, port, sys.modules["function_app"])
    if str(host.app.folder) in sys.path:
        sys.path.remove(str(host.app.folder))


@pytest_asyncio.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Start hosts that end with the test: `await serve("durable")`, or a folder."""
    async with AsyncExitStack() as stack:

        async def start(app: str | Path, **options: Any) -> Running:
            folder = APPS / app if isinstance(app, str) else app
            options.setdefault("state", tmp_path / "state.sqlite")
            return await stack.enter_async_context(running_host(folder, **options))

        yield start


@pytest_asyncio.fixture(scope="session", autouse=True)
async def durable_client_session() -> AsyncIterator[None]:
    """Close the connections that the durable SDK keeps for the life of a process."""
    yield
    from azure.durable_functions.models.utils import http_utils

    await http_utils._close_session()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture(scope="session")
async def azurite() -> AsyncIterator[str]:
    """The connection string of a queue service of its own."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        ROOT / "node_modules/.bin/azurite-queue",
        *("--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry"),
        *("--queuePort", str(port)),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                break
        endpoint = f"http://127.0.0.1:{port}/{DEVELOPMENT_ACCOUNT}"
        yield (
            f"DefaultEndpointsProtocol=http;AccountName={DEVELOPMENT_ACCOUNT};AccountKey={DEVELOPMENT_KEY};"
            f"QueueEndpoint={endpoint};"
        )
    finally:
        process.terminate()
        await process.wait()


async def until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """Wait for a condition; its value."""
    async with asyncio.timeout(seconds):
        while True:
            value = condition()
            if hasattr(value, "__await__"):
                value = await value
            if value:
                return value
            await asyncio.sleep(0.01)


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., Any]:
    """`await until(condition)`."""
    return until
