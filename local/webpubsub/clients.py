"""The WebSocket side: connect, recover, and carry out what a client asks (`/client/hubs/{hub}`).

Rules: the Azure Web PubSub subprotocol references. A request with an `ackId` is answered by an ack; a frame that is
not of the protocol is answered by an ack when it has an `ackId`, else the connection ends with the reason.
"""

import asyncio
import hmac
import logging

from aiohttp import WSMsgType, web

from local.webpubsub import frames
from local.webpubsub.connection import JSON, POLICY_VIOLATION, RELIABLE, Connection, Limits, Outbox
from local.webpubsub.hub import Registry
from local.webpubsub.tokens import Authority, TokenError

logger = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS = 30.0
MAX_CLOSE_REASON = 123
"""Bytes of reason that fit a close frame (RFC 6455)."""
GOODBYES = (0, 1000, 1001, 1005)
"""Close codes by which a client leaves for good; anything else may be a lost network."""


class ClientEndpoint:
    """Serves the clients of all hubs."""

    def __init__(self, authority: Authority, registry: Registry, limits: Limits) -> None:
        self._authority, self._registry, self._limits = authority, registry, limits

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket, from upgrade to close."""
        hub = request.match_info["hub"].lower()
        connection, recovering = None, "awps_connection_id" in request.query
        offered = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        subprotocol = next((name for name in offered if name in (JSON, RELIABLE)), None)
        if recovering:
            connection = self._recoverable(request, hub)
        else:
            try:
                grant = self._authority.check_client(request, hub)
            except TokenError as error:
                raise web.HTTPUnauthorized(text=str(error)) from error
        ws = web.WebSocketResponse(
            protocols=[subprotocol] if subprotocol else [],
            heartbeat=KEEP_ALIVE_SECONDS,
            max_msg_size=self._limits.message_bytes,
        )
        await ws.prepare(request)
        if recovering and (connection is None or connection.ended or subprotocol != RELIABLE):
            await ws.close(code=POLICY_VIOLATION, message=b"The connection cannot be recovered")
            return ws
        if connection is None:
            connection = Connection(hub, grant, subprotocol, self._limits, self._registry.remove)
            self._registry.add(connection)
        await self._converse(connection, ws, request)
        return ws

    def _recoverable(self, request: web.Request, hub: str) -> Connection | None:
        connection = self._registry.get(hub, request.query["awps_connection_id"])
        token = request.query.get("awps_reconnection_token", "")
        if connection is None or not connection.reliable:
            return None
        return connection if hmac.compare_digest(connection.reconnection_token.encode(), token.encode()) else None

    async def _converse(self, connection: Connection, ws: web.WebSocketResponse, request: web.Request) -> None:
        outbox = Outbox(ws, request.transport, self._limits)
        connection.attach(outbox)
        reader, writer = asyncio.create_task(self._listen(connection, ws)), asyncio.create_task(outbox.run())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            reader.cancel()
            writer.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)
            if outbox.farewell is not None:
                code, reason = outbox.farewell
                await ws.close(code=code, message=reason.encode()[:MAX_CLOSE_REASON])
            connection.detach(outbox, said_goodbye=ws.close_code in GOODBYES)

    async def _listen(self, connection: Connection, ws: web.WebSocketResponse) -> None:
        async for message in ws:
            if message.type == WSMsgType.TEXT:
                self._receive(connection, message.data)
            elif connection.subprotocol is None:
                self._receive(connection, "")
            else:
                connection.end("Invalid message: this subprotocol has text frames only", POLICY_VIOLATION)

    def _receive(self, connection: Connection, text: str) -> None:
        if connection.ended:
            return
        if connection.subprotocol is None:
            connection.end("No event handler takes messages of this hub")
            return
        try:
            frame = frames.parse(text)
        except frames.MalformedFrameError as error:
            if error.ack_id is None:
                connection.end(str(error), POLICY_VIOLATION)
            else:
                connection.reply(frames.ack(error.ack_id, ("BadRequest", str(error))))
            return
        match frame:
            case frames.Ping():
                connection.reply(frames.PONG)
            case frames.SequenceAck():
                connection.acknowledge(frame.sequenceId)
            case _:
                self._answer(connection, frame)

    def _answer(self, connection: Connection, frame: frames.ClientFrame) -> None:
        ack_id: int | None = getattr(frame, "ackId", None)
        if ack_id is not None and connection.processed(ack_id):
            error: tuple[str, str] | None = ("Duplicate", f"Message with ack-id: {ack_id} has been processed")
        else:
            error = self._carry_out(connection, frame)
            if ack_id is not None and error is None:
                connection.remember(ack_id)
        if ack_id is not None:
            connection.reply(frames.ack(ack_id, error))
        elif error is not None:
            logger.warning("a request without ackId failed: %s", error[0])

    def _carry_out(self, connection: Connection, frame: frames.ClientFrame) -> tuple[str, str] | None:
        match frame:
            case frames.JoinGroup(group=group) | frames.LeaveGroup(group=group):
                if not connection.can("joinLeaveGroup", group):
                    return "Forbidden", f"The client does not have permission to join or leave group '{group}'"
                if isinstance(frame, frames.JoinGroup):
                    connection.groups.add(group)
                else:
                    connection.groups.discard(group)
            case frames.SendToGroup(group=group):
                if not connection.can("sendToGroup", group):
                    return "Forbidden", f"The client does not have permission to send to group '{group}'"
                message = frames.message(frame.dataType, frame.data, group=group, from_user=connection.user_id)
                self._registry.publish(connection.hub, group, message, {connection.id} if frame.noEcho else ())
            case frames.Event(event=event):
                return "InternalServerError", f"No event handler takes event '{event}' of this hub"
        return None
