"""The websocket between Cartesia and the Line SDK's runner, made safe in both directions.

In: only frames that the SDK survives reach it (facts on the Line SDK, §3.3), bounded in size; what the synthesis
reports (`agent_state`, `agent_speech`) goes to the voice agent alone, because the SDK's bookkeeping of it grows with
the square of the call's length (§3.10) and nobody reads it. Out: errors without their text, never a tool frame (§3.1,
§3.2).
"""

import asyncio
import json
import logging
from collections import deque
from typing import Any, Protocol

from pydantic_core import to_json
from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.voice import WAKE

MAX_FRAME_CHARACTERS = 64 * 1024
START_SECONDS = 10.0
SENT_TYPES = frozenset({"message", "end_call", "response_end", "dtmf"})
"""What may leave; transfers are the API's business, logs and tools nobody's."""

log = logging.getLogger("agent.line_wire")


class Listener(Protocol):
    """Who is told of every frame in the order in which the runner takes them."""

    def user_state(self, speaking: bool) -> None: ...
    def user_text(self, content: str) -> None: ...
    def user_key(self, button: str) -> None: ...
    def woken(self, why: str) -> None: ...
    def agent_state(self, speaking: bool) -> None: ...
    def agent_speech(self, content: str) -> None: ...


class BadStartError(Exception):
    """The first frame is missing, late or not a start frame."""


class LineWire:
    """Stands in for the websocket that the SDK's runner expects: `receive_json`, `send_json`, `close`."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._listener: Listener | None = None
        self._wakes: deque[dict[str, Any]] = deque()
        self._waiting: asyncio.Timeout | None = None
        """While the runner waits for a frame of the peer; what wakes it."""
        self._last_event_id: str | None = None
        self._closed = False

    async def open(self, seconds: float = START_SECONDS) -> dict[str, Any]:
        """Accept and wait for the start frame.

        Raises BadStartError when it does not come in time or is not one; the socket is closed then.
        """
        await self._websocket.accept()
        try:
            text = await asyncio.wait_for(self._websocket.receive_text(), seconds)
            start = _object(text)
        except TimeoutError:
            raise await self._refuse("no start frame in time") from None
        except (WebSocketDisconnect, KeyError):
            raise BadStartError("closed before the start frame") from None
        if start is None or start.get("type") != "start":
            raise await self._refuse("the first frame is no start frame")
        return start

    def listen(self, listener: Listener) -> None:
        """Tell this one of the frames."""
        self._listener = listener

    def wake(self, why: str) -> None:
        """Let the runner call the agent although the peer sent nothing: as a custom frame of our own.

        It answers the last event that the peer knows, so that `responding_to` means something to it.
        """
        frame: dict[str, Any] = {"type": "custom", "metadata": {WAKE: why}}
        if self._last_event_id is not None:
            frame["event_id"] = self._last_event_id
        self._wakes.append(frame)
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    # what the SDK calls

    async def receive_json(self) -> dict[str, Any]:
        """The next frame that the runner shall see. Raises WebSocketDisconnect at the end."""
        while True:
            frame = self._wakes.popleft() if self._wakes else await self._next_frame()
            if frame is not None and self._report(frame):
                return frame

    async def send_json(self, message: dict[str, Any]) -> None:
        """Send what may leave."""
        kind = message.get("type")
        if kind == "error":
            log.error("the line SDK reported an error of the agent; its text is withheld")
        elif kind in SENT_TYPES and not self._closed:
            await self._websocket.send_text(to_json(message).decode())

    async def close(self, code: int = 1000) -> None:
        """Close the socket once."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._websocket.close(code)
        except RuntimeError:
            log.debug("closed by the peer first")

    # reading

    def _report(self, frame: dict[str, Any]) -> bool:
        """Tell the listener; True when the runner shall see the frame."""
        listener = self._listener
        assert listener is not None, "listen() comes before the runner"
        kind = frame["type"]
        if kind == "user_state":
            listener.user_state(frame["value"] == "speaking")
        elif kind == "message":
            listener.user_text(frame["content"])
        elif kind == "dtmf":
            listener.user_key(frame["button"])
        elif kind == "custom":
            listener.woken(frame["metadata"][WAKE])
        elif kind == "agent_state":
            listener.agent_state(frame["value"] == "speaking")
        elif kind == "agent_speech":
            listener.agent_speech(frame["content"])
        return kind not in ("agent_state", "agent_speech")

    async def _next_frame(self) -> dict[str, Any] | None:
        """The peer's next frame; None when it is none of the protocol, or when the agent is woken before it comes.

        Raises WebSocketDisconnect at the end. Being woken loses no frame: it waits in the server's queue.
        """
        try:
            async with asyncio.timeout(None) as self._waiting:
                text = await self._websocket.receive_text()
        except TimeoutError:
            return None
        except KeyError:  # a binary frame
            text = ""
        except (WebSocketDisconnect, RuntimeError):
            self._closed = True
            raise WebSocketDisconnect(1000) from None
        finally:
            self._waiting = None
        frame = _object(text)
        if frame is None or not _understood(frame):
            log.warning("a frame that is none of the protocol was dropped")
            return None
        if isinstance(frame.get("event_id"), str):
            self._last_event_id = frame["event_id"]
        return frame

    async def _refuse(self, why: str) -> BadStartError:
        await self.close(1008)
        return BadStartError(why)


def _object(text: str) -> dict[str, Any] | None:
    """A JSON object of bearable size, or None."""
    if len(text) > MAX_FRAME_CHARACTERS:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _understood(frame: dict[str, Any]) -> bool:
    """Whether the SDK and the agent can take it; everything else is dropped here."""
    event_id = frame.get("event_id")
    if event_id is not None and not (isinstance(event_id, str) and len(event_id) <= 128):
        return False
    kind = frame.get("type")
    if kind in ("user_state", "agent_state"):
        return frame.get("value") in ("speaking", "idle")
    if kind in ("message", "agent_speech"):
        return isinstance(frame.get("content"), str)
    if kind == "dtmf":
        return isinstance(frame.get("button"), str) and frame["button"] in set("0123456789*#")
    return kind == "custom" and isinstance(frame.get("metadata"), dict) and _our_custom(frame["metadata"])


def _our_custom(metadata: dict[str, Any]) -> bool:
    """The one custom event that a peer may send: answering-machine detection said that no person is on the line."""
    return metadata == {WAKE: "machine"}
