"""The carrier's end of a Media Stream: the person's voice out in frames of 20 ms, the application's audio in.

Protocol: `connected`, `start`, `media`, `dtmf`, `mark`, `stop` to the application, `media`, `mark`, `clear` from it
(https://www.twilio.com/docs/voice/media-streams/websocket-messages). Numbers are strings. The application's audio is
buffered and played in real time; a mark is echoed when everything before it has been played or was cleared.
"""

import asyncio
import binascii
import json
from base64 import b64decode
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State

from local.speech import FRAME_SECONDS, SILENCE_BASE64, Ear, SpeechFrame
from local.twilio.records import new_sid

if TYPE_CHECKING:
    from local.twilio.live import LiveCall

_CONNECT_SECONDS = 5.0
_MOST_UNSENT_BYTES = 256 * 1024
"""About ten seconds of audio; what an application does not take by then is lost, as it is on a real line."""
_LONGEST_TURN_SECONDS = 5.0
"""What comes later than that is not an answer any more: the agent has broken a silence."""
_LONGEST_BUFFER_FRAMES = int(600 / FRAME_SECONDS)


class StreamFailed(Exception):
    """The application's socket could not be opened."""


class MediaStream:
    """One bidirectional stream. `run` returns when the application has closed it."""

    def __init__(self, call: "LiveCall", url: str, parameters: dict[str, str]) -> None:
        self.sid = new_sid("MZ")
        self._call = call
        self._url = url
        self.parameters = parameters
        self._socket: ClientConnection | None = None
        self._ear = Ear()
        self._buffer: deque[SpeechFrame | str | None] = deque()
        """What is still to be played: speech, other audio (None) and the names of marks."""
        self._sequence = 0
        self._chunk = 0
        self._barged_at: float | None = None
        self._said_at: float | None = None
        self.frames_sent = 0
        self.frames_lost = 0
        self.frames_received = 0

    async def run(self) -> None:
        """Carry audio until the application closes the stream or the connection breaks.

        Raises StreamFailed when it cannot be opened. On cancellation the application is sent `stop`.
        """
        headers = {"X-Twilio-Signature": self._call.carrier.webhooks.signature(self._url, {})}
        try:
            self._socket = await connect(
                self._url,
                additional_headers=headers,
                compression=None,
                open_timeout=_CONNECT_SECONDS,
                close_timeout=1,
                ping_interval=None,
                user_agent_header="Twilio.TmeWs/1.0",
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            raise StreamFailed(f"{type(error).__name__} at {self._url}") from error
        self._greet()
        self._call.mark("stream_started")
        self._call.phone.caller.spoke(asyncio.get_running_loop().time())
        self._call.carrier.ticker.add(self._beat)
        try:
            with suppress(ConnectionClosed):
                async for message in self._socket:
                    self._receive(message)
        finally:
            self._call.carrier.ticker.remove(self._beat)
            self._send({"event": "stop", "stop": {"accountSid": self._account, "callSid": self._call.record.sid}})
            await self._socket.close()

    def abort(self) -> None:
        """Break the connection without a word, as a network does."""
        if self._socket is not None:
            self._socket.transport.abort()

    @property
    def _account(self) -> str:
        return self._call.record.account_sid

    def _greet(self) -> None:
        self._write('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        start = {
            "accountSid": self._account,
            "streamSid": self.sid,
            "callSid": self._call.record.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": self.parameters,
        }
        self._send({"event": "start", "start": start})

    def _beat(self, now: float) -> None:
        phone = self._call.phone
        if self._buffer:
            self._play(now)
        if not phone.out:
            self._act(now)
        if phone.out:
            payload = phone.out.popleft()
            if not phone.out:
                phone.caller.spoke(now)
                self._said_at = now
        else:
            payload = SILENCE_BASE64
        self._send_audio(payload)

    def _act(self, now: float) -> None:
        phone = self._call.phone
        if phone.keys:
            self._send({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": phone.keys.popleft()}})
        elif phone.leaving:
            self._call.hang_up("callee")
        elif phone.answer(now) and phone.out and self._speech_buffered():
            self._barged_at = now

    def _speech_buffered(self) -> bool:
        return any(isinstance(item, SpeechFrame) for item in self._buffer)

    def _play(self, now: float) -> None:
        item = self._buffer.popleft()
        while isinstance(item, str):
            self._send({"event": "mark", "mark": {"name": item}})
            if not self._buffer:
                return
            item = self._buffer.popleft()
        if item is not None:
            self._call.mark("first_words")
            self._call.phone.hear(item, now)
        if not self._buffer:
            self._barged_at = None

    def _send_audio(self, payload: str) -> None:
        self._sequence += 1
        self._chunk += 1
        # The one message that is sent fifty times a second for each call: written by hand, not by json.
        self._write(
            f'{{"event":"media","sequenceNumber":"{self._sequence}","media":{{"track":"inbound","chunk":"{self._chunk}",'
            f'"timestamp":"{self._chunk * 20}","payload":"{payload}"}},"streamSid":"{self.sid}"}}',
            droppable=True,
        )

    def _send(self, message: dict[str, Any]) -> None:
        self._sequence += 1
        self._write(json.dumps({**message, "sequenceNumber": str(self._sequence), "streamSid": self.sid}))

    def _write(self, text: str, droppable: bool = False) -> None:
        """Hand a message to the socket without waiting: the ticker serves all calls, none may hold it up."""
        socket = self._socket
        if socket is None or socket.protocol.state is not State.OPEN:
            return
        if droppable:
            if socket.transport.get_write_buffer_size() > _MOST_UNSENT_BYTES:
                self.frames_lost += 1
                return
            self.frames_sent += 1
        socket.protocol.send_text(text.encode())
        socket.send_data()

    def _receive(self, text: str | bytes) -> None:
        try:
            message = json.loads(text)
            event = message["event"]
            if event == "media":
                self._receive_audio(b64decode(message["media"]["payload"], validate=True))
            elif event == "mark":
                self._receive_mark(str(message["mark"]["name"]))
            elif event == "clear":
                self._clear()
            else:
                self._call.error(31951, f"the stream received the unknown event {event!r}")
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            self._call.error(31950, f"the stream received a malformed message: {type(error).__name__}")

    def _receive_audio(self, audio: bytes) -> None:
        frames = self._ear.hear(audio)
        self.frames_received += len(frames)
        if self._said_at is not None and any(frame is not None for frame in frames):
            seconds = asyncio.get_running_loop().time() - self._said_at
            if seconds <= _LONGEST_TURN_SECONDS:
                self._call.carrier.measure("turn_ms", seconds * 1000)
            self._said_at = None
        self._buffer.extend(frames)
        if len(self._buffer) > _LONGEST_BUFFER_FRAMES:
            self._call.error(31930, "more than ten minutes of audio are buffered")

    def _receive_mark(self, name: str) -> None:
        if self._buffer:
            self._buffer.append(name)
        else:
            self._send({"event": "mark", "mark": {"name": name}})

    def _clear(self) -> None:
        if self._barged_at is not None:
            now = asyncio.get_running_loop().time()
            self._call.carrier.measure("barge_in_ms", (now - self._barged_at) * 1000)
            self._barged_at = None
        if self._speech_buffered():
            self._call.phone.note_interrupted()
        marks = [item for item in self._buffer if isinstance(item, str)]
        self._buffer.clear()
        for name in marks:
            self._send({"event": "mark", "mark": {"name": name}})
