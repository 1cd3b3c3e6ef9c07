"""One client: its identity and rights, what it has not acknowledged, and the socket it is reached by, if any.

Limits come from the Azure Web PubSub reliable-client guide: state is kept 30 s without a socket, a client may be
1000 messages or 16 MB behind, a message has at most 1 MB. Publishing never waits: each socket has an outbox and a
writer of its own, so a client that does not read delays nobody else.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from local.webpubsub import frames
from local.webpubsub.tokens import ClientGrant

logger = logging.getLogger(__name__)

RELIABLE = "json.reliable.webpubsub.azure.v1"
JSON = "json.webpubsub.azure.v1"
POLICY_VIOLATION = 1008
"""The close code after which an SDK does not try to recover but connects anew."""
REMEMBERED_ACKS = 10_000


@dataclass(frozen=True)
class Limits:
    """What one client may use; tests lower them."""

    recovery_seconds: float = 30.0
    buffer_messages: int = 1000
    buffer_bytes: int = 16 * 1024 * 1024
    message_bytes: int = 1024 * 1024
    goodbye_seconds: float = 2.0
    """How long a client is given to take its last frames before its TCP connection is cut."""


class Outbox:
    """The frames on their way to one socket, written in order by `run`."""

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport | None, limits: Limits) -> None:
        self._ws, self._transport, self._limits = ws, transport, limits
        self._frames: deque[str | bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self.farewell: tuple[int, str] | None = None
        """Close code and reason, once the service has decided to close the socket."""

    @property
    def full(self) -> bool:
        """Whether the client has fallen too far behind."""
        return len(self._frames) > self._limits.buffer_messages or self._bytes > self._limits.buffer_bytes

    def put(self, frame: str | bytes) -> None:
        """Queue a frame; never waits. Nothing follows a farewell."""
        if self.farewell is None:
            self._frames.append(frame)
            self._bytes += len(frame)
            self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """Close the socket after what is queued, or cut it when the client does not take that in time."""
        if self.farewell is None:
            self.farewell = (code, reason)
            self._wake.set()
            asyncio.get_running_loop().call_later(self._limits.goodbye_seconds, self.cut)

    def cut(self) -> None:
        """Drop the TCP connection at once."""
        if self._transport is not None:
            self._transport.abort()

    async def run(self) -> None:
        """Write frames until the socket is to be closed or is lost."""
        try:
            while True:
                while self._frames:
                    frame = self._frames.popleft()
                    self._bytes -= len(frame)
                    await (self._ws.send_str(frame) if isinstance(frame, str) else self._ws.send_bytes(frame))
                if self.farewell is not None:
                    return
                self._wake.clear()
                await self._wake.wait()
        except ConnectionError:
            logger.debug("socket lost while writing")


@dataclass(eq=False)
class Connection:
    """A client of one hub, from its first socket to the end of its last."""

    hub: str
    grant: ClientGrant
    subprotocol: str | None
    limits: Limits
    on_end: Callable[["Connection"], None]
    """Called once, when the connection is over for good."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    reconnection_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    ended: bool = False

    def __post_init__(self) -> None:
        self.user_id = self.grant.user_id
        self.roles = set(self.grant.roles)
        self.groups = set(self.grant.groups)
        self.outbox: Outbox | None = None
        self._sequence = 0
        self._unacked: deque[tuple[int, str]] = deque()
        self._unacked_bytes = 0
        self._processed: OrderedDict[int, None] = OrderedDict()
        loop = asyncio.get_running_loop()
        self._expiry = loop.call_later(self.grant.seconds_left(), self.end, "The access token has expired")
        self._forget: asyncio.TimerHandle | None = None

    @property
    def reliable(self) -> bool:
        """Whether messages are numbered, kept and replayed."""
        return self.subprotocol == RELIABLE

    def can(self, permission: str, group: str | None) -> bool:
        """Whether the client has a permission, for every group or for this one."""
        role = f"webpubsub.{permission}"
        return role in self.roles or (group is not None and f"{role}.{group}" in self.roles)

    def attach(self, outbox: Outbox) -> None:
        """Take a (new) socket into use: greet it and, when it recovers a connection, replay what was not acked."""
        if self.outbox is not None:
            self.outbox.cut()
        if self._forget is not None:
            self._forget.cancel()
        self.outbox = outbox
        if self.subprotocol is not None:
            token = self.reconnection_token if self.reliable else None
            outbox.put(frames.connected(self.id, self.user_id, token))
        for _, frame in self._unacked:
            outbox.put(frame)

    def detach(self, outbox: Outbox, *, said_goodbye: bool) -> None:
        """The socket is gone: keep the state for a recovery if there can be one."""
        if self.outbox is not outbox or self.ended:
            return
        self.outbox = None
        if self.reliable and not said_goodbye:
            loop = asyncio.get_running_loop()
            self._forget = loop.call_later(self.limits.recovery_seconds, self.end, "The connection was not recovered")
        else:
            self.end("The client has left")

    def deliver(self, message: frames.Message) -> None:
        """Send a published message; a client too far behind is disconnected."""
        if self.subprotocol is None:
            self._send(message.plain)
        elif not self.reliable:
            self._send(message.body)
        else:
            self._sequence += 1
            frame = message.sequenced(self._sequence)
            self._unacked.append((self._sequence, frame))
            self._unacked_bytes += len(frame)
            if len(self._unacked) > self.limits.buffer_messages or self._unacked_bytes > self.limits.buffer_bytes:
                self.end("Too many unacknowledged messages")
            else:
                self._send(frame)

    def reply(self, frame: str) -> None:
        """Answer a frame of the client."""
        self._send(frame)

    def acknowledge(self, sequence_id: int) -> None:
        """Forget messages that the client has received."""
        while self._unacked and self._unacked[0][0] <= sequence_id:
            self._unacked_bytes -= len(self._unacked.popleft()[1])

    def processed(self, ack_id: int) -> bool:
        """Whether a request with this ack id has already succeeded."""
        return ack_id in self._processed

    def remember(self, ack_id: int) -> None:
        """A request succeeded: a repeat of it is a duplicate."""
        self._processed[ack_id] = None
        if len(self._processed) > REMEMBERED_ACKS:
            self._processed.popitem(last=False)

    def end(self, reason: str, code: int | None = None) -> None:
        """End the connection for good, telling the client why; harmless when it is over already."""
        if self.ended:
            return
        self.ended = True
        self._expiry.cancel()
        if self._forget is not None:
            self._forget.cancel()
        if self.outbox is not None:
            if self.subprotocol is not None:
                self.outbox.put(frames.disconnected(reason))
            self.outbox.close(code or (POLICY_VIOLATION if self.reliable else 1000), reason)
        self._unacked.clear()
        self.on_end(self)

    def _send(self, frame: str | bytes) -> None:
        if self.outbox is None:
            return
        self.outbox.put(frame)
        if self.outbox.full:
            self.end("The client does not read fast enough")
