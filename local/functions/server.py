"""Serve a host over HTTP with uvicorn."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn

from local.functions.host import DRAIN, Host

BACKLOG = 1024


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the host's own shutdown."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(address: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


@asynccontextmanager
async def serving(host: Host, address: str = "127.0.0.1", port: int = 0, grace: float = DRAIN) -> AsyncIterator[int]:
    """Serve a host for as long as the block runs; yields the port when the host is up."""
    listener = bind(address, port)
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        host.frontend,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
        backlog=BACKLOG,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await host.start(address, port)
        yield port
    finally:
        await host.stop(grace)
        server.should_exit = True
        await running
