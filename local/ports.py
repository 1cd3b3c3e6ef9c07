"""Which part listens where; whether a port can be had; blocks of free ports for stacks side by side."""

import contextlib
import random
import socket
from dataclasses import dataclass, fields
from typing import Self

import psutil

HOST = "127.0.0.1"
FIRST_FREE, LAST_FREE = 20000, 32000
"""Where blocks of ports are looked for: below the range that Linux hands out to outgoing connections."""


@dataclass(frozen=True)
class Ports:
    """The ports of one stack; with a base, each is the base plus its place in this list."""

    functions: int = 7071
    agent: int = 8080
    postgres: int = 17073
    blob: int = 17074
    queue: int = 17075
    table: int = 17076
    webpubsub: int = 17077
    twilio: int = 17078
    cartesia: int = 17079
    registry: int = 17080
    dashboard: int = 17081

    @classmethod
    def from_base(cls, base: int) -> Self:
        """The block that starts at `base`; ValueError when it does not fit the port range."""
        count = len(fields(cls))
        if not 1 <= base <= 65536 - count:
            raise ValueError(f"--port-base must be between 1 and {65536 - count}, is {base}")
        return cls(*range(base, base + count))


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def holder(port: int) -> str:
    """Who listens on a port, as far as this user may know: ` by NAME (pid N)`, or nothing."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""


def free_base(choose: random.Random) -> int:
    """The base of a block of ports that are all free now; OSError when none was found."""
    count = len(fields(Ports))
    for _ in range(200):
        base = choose.randrange(FIRST_FREE, LAST_FREE, count)
        if all(is_free(port) for port in range(base, base + count)):
            return base
    raise OSError(f"no {count} free ports in a row between {FIRST_FREE} and {LAST_FREE}")
