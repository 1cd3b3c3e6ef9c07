"""Put the agent together from the settings and run it: one process, one event loop, `python -m agent`.

Settings: `archer.settings`; besides, `ARCHER_AGENT_SPOOL` (folder of the journals) and `ARCHER_AGENT_DRAIN_SECONDS`
(how long SIGTERM waits for running calls). SIGTERM drains, a second one or SIGINT ends at once.
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn

from agent.api_client import ApiClient, new_http_session
from agent.app import AgentApp, Parts, Receive, Scope, Send
from agent.bridge import Cartesia, MediaBridge
from agent.calls import Calls
from agent.dialogue import NewConversation, Timing
from agent.line_wire import START_SECONDS
from agent.recovery import recover_forever
from agent.redacting import Redact, safely
from agent.session import SessionOpener
from archer.clock import CLOCK
from archer.resilience import State
from archer.settings import Settings

MAX_WEBSOCKET_BYTES = 256 * 1024
STOP_SECONDS = 5.0
DEFAULT_DRAIN_SECONDS = 540.0
GC_THRESHOLDS = (5_000, 5, 5)
"""A turn makes and drops thousands of objects without a cycle: young ones are looked through a seventh as often as by
default, and all of them, with what ended calls leave behind, about half as often."""

log = logging.getLogger("agent.main")


def default_spool() -> Path:
    """Where journals go when nothing is said: a folder of this user in the temporary directory."""
    return Path(os.environ.get("ARCHER_AGENT_SPOOL") or Path(tempfile.gettempdir()) / f"archer-agent-{os.getuid()}")


def drain_seconds() -> float:
    """How long SIGTERM waits. Raises ValueError when `ARCHER_AGENT_DRAIN_SECONDS` is no number."""
    return float(os.environ.get("ARCHER_AGENT_DRAIN_SECONDS") or DEFAULT_DRAIN_SECONDS)


@dataclass(frozen=True)
class Options:
    """What the settings do not say; the defaults are production's."""

    new_conversation: NewConversation
    redact: Redact
    spool: Path = field(default_factory=default_spool)
    timing: Timing = field(default_factory=Timing)
    now: Callable[[], datetime] = CLOCK.now
    start_seconds: float = START_SECONDS
    opened: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    """What conversations need while the process serves."""
    models: Callable[[], Mapping[str, State]] = dict
    """The circuit breakers of the language models, for the health page."""


class Agent:
    """The whole application with its lifespan: an ASGI callable for uvicorn."""

    def __init__(self, settings: Settings, options: Options) -> None:
        self.settings, self.options = settings, options
        self.calls = Calls(settings.agent_max_calls)
        self._app: AgentApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            assert self._app is not None, "lifespan comes first"
            await self._app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connections and background work, for as long as the process serves."""
        settings, options = self.settings, self.options
        async with new_http_session() as http, options.opened():
            client = ApiClient(settings.public_api_url, http)
            cartesia = Cartesia(
                settings.cartesia_base_url, settings.cartesia_agent_id, settings.cartesia_api_key.get_secret_value()
            )
            bridge = MediaBridge(cartesia, client, http, self.calls)
            bridge.start_seconds = options.start_seconds
            self._app = AgentApp(
                Parts(
                    calls=self.calls,
                    bridge=bridge,
                    opener=SessionOpener(client, safely(options.redact), options.spool, options.now),
                    new_conversation=options.new_conversation,
                    line_server_token=settings.line_server_token.get_secret_value(),
                    timing=options.timing,
                    start_seconds=options.start_seconds,
                    models=options.models,
                )
            )
            recovering = asyncio.create_task(recover_forever(options.spool, client, options.now))
            try:
                yield
            finally:
                recovering.cancel()
                await asyncio.gather(recovering, return_exceptions=True)
                await self.calls.stop(STOP_SECONDS)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(self.running())
            gc.collect()
            gc.freeze()  # what is loaded stays: full collections need not walk it in the middle of a call
            gc.set_threshold(*GC_THRESHOLDS)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


class Server(uvicorn.Server):
    """uvicorn with our signals: SIGTERM lets running calls end before the sockets are closed (facts, §3.9)."""

    def __init__(self, agent: Agent, host: str, port: int, drain: float) -> None:
        super().__init__(
            uvicorn.Config(
                agent,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                ws="websockets-sansio",
                ws_max_size=MAX_WEBSOCKET_BYTES,
                ws_per_message_deflate=False,
                ws_ping_interval=20.0,
                ws_ping_timeout=20.0,
                timeout_graceful_shutdown=int(STOP_SECONDS),
                h11_max_incomplete_event_size=64 * 1024,
            )
        )
        self._agent, self._drain_seconds = agent, drain
        self._draining: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM drains, then stops; a second one, or SIGINT, stops."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._terminate)
        loop.add_signal_handler(signal.SIGINT, self._stop)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGTERM)
            loop.remove_signal_handler(signal.SIGINT)

    def _stop(self) -> None:
        self.should_exit = True

    def _terminate(self) -> None:
        if self._draining is not None:
            self._stop()
            return
        log.info("draining: %s", self._agent.calls.in_progress)
        self._draining = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        await self._agent.calls.drained(self._drain_seconds)
        self._stop()


def serve(settings: Settings, options: Options, host: str, port: int) -> Any:
    """Run until a signal ends it."""
    return Server(Agent(settings, options), host, port, drain_seconds()).run()
