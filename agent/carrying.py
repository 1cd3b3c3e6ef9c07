"""One call's audio on its way: frames up from Twilio, frames down from Cartesia, barge-in, keys, and a clean end.

Nothing is buffered here: a side that does not take its frames slows down the other (TCP does the waiting), and a side
that takes none for `STALL_SECONDS` is given up.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import aiohttp

from agent.calls import Calls
from agent.media import audio_of, compact, parse, part, seconds_of, tone
from agent.voice import HUNG_UP, TOO_LONG
from archer import telemetry

STALL_SECONDS = 10.0
PLAYED_MARK = "archer:played"
PLAYED_GRACE = 3.0
"""How much longer than the audio lasts the end of a call waits for Twilio to have played it."""
LONGEST_GOODBYE = 60.0
STORED_SECONDS = 3.0
"""So long the line is held until the API knows how the conversation ended: Twilio asks it what next."""

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

log = logging.getLogger("agent.bridge")


class CarriedStream:
    """Both sockets of one call, connected."""

    def __init__(
        self,
        call_id: UUID,
        stream_sid: str,
        cartesia: aiohttp.ClientWebSocketResponse,
        receive: Receive,
        send: Send,
        calls: Calls,
    ) -> None:
        self._call_id, self._sid, self._cartesia, self._calls = call_id, stream_sid, cartesia, calls
        self._receive, self._send = receive, send
        self._up_head = ""
        self._down_head = f'{{"event":"media","streamSid":"{stream_sid}","media":{{"payload":"'
        self._stream_id(stream_sid)
        self._played = asyncio.Event()
        self._plays_until = 0.0
        self._busy: dict[str, float] = {}

    def _stream_id(self, stream_id: str) -> None:
        self._up_id = stream_id
        self._up_head = compact({"event": "media_input", "stream_id": stream_id})[:-1] + ',"media":{"payload":"'

    async def greet(self, metadata: dict[str, str], seconds: float) -> bool:
        """Start Cartesia's side and wait until it is acknowledged. False when it is not, in time."""
        start = {
            "event": "start",
            "stream_id": self._sid,
            "config": {"input_format": "mulaw_8000"},
            "metadata": metadata,
        }
        try:
            async with asyncio.timeout(seconds):
                await self._cartesia.send_str(compact(start))
                while True:
                    message = await self._cartesia.receive()
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        break
                    frame = parse(message.data)
                    if frame.get("event") == "ack":
                        if isinstance(frame.get("stream_id"), str):
                            self._stream_id(frame["stream_id"])
                        return True
                    await self._from_cartesia(message.data)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.error("call %s: Cartesia did not start (%s)", self._call_id, type(error).__name__)
            return False
        log.error("call %s: Cartesia closed at the start (%s)", self._call_id, self._cartesia.close_code)
        return False

    async def carry(self, max_seconds: float) -> int:
        """Pass frames until a side closes. Returns the close code for Twilio; Cartesia is closed by the caller."""
        up, down = asyncio.create_task(self._up()), asyncio.create_task(self._down())
        watch = asyncio.create_task(self._watch(max_seconds))
        tasks = (up, down, watch)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if up.done():
                self._calls.closes(self._call_id, up.result())
                return 1000
            if watch.done():
                self._calls.closes(self._call_id, watch.result())
                log.warning("call %s: %s", self._call_id, watch.result())
                return await self._too_long() if watch.result() == TOO_LONG else 1011
            return await self._cartesia_closed(down.result(), up)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _cartesia_closed(self, code: int | None, up: "asyncio.Task[str]") -> int:
        """The agent ended the call, or Cartesia broke: the one lets the last words be heard, the other hands over."""
        if code not in (None, 1000, 1005) and not self._calls.said_goodbye(self._call_id):
            self._calls.closes(self._call_id, "cartesia_lost")
            log.error("call %s: Cartesia closed with %s", self._call_id, code)
            return 1011
        left = min(LONGEST_GOODBYE, max(0.0, self._plays_until - time.monotonic()) + PLAYED_GRACE)
        played = asyncio.create_task(self._played.wait())
        try:
            await self._to_twilio(compact({"event": "mark", "streamSid": self._sid, "mark": {"name": PLAYED_MARK}}))
            await asyncio.wait([up, played], timeout=left, return_when=asyncio.FIRST_COMPLETED)
        except (OSError, RuntimeError):
            log.debug("call %s: Twilio closed first", self._call_id)
        finally:
            played.cancel()
        await self._calls.stored(self._call_id, STORED_SECONDS)
        return 1000

    async def _too_long(self) -> int:
        """End the conversation before the line, so that the API knows when Twilio asks what next."""
        await self._cartesia.close()
        await self._calls.stored(self._call_id, STORED_SECONDS)
        return 1000

    # Twilio → Cartesia

    async def _up(self) -> str:
        """Until Twilio stops or closes; says why."""
        receive, busy, cartesia = self._receive, self._busy, self._cartesia
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return "line_closed"
            text = message.get("text")
            if text is None:
                continue
            audio = audio_of(text)
            if audio is None:
                if await self._from_twilio(parse(text)):
                    return HUNG_UP
            elif not cartesia.closed:
                busy["cartesia"] = time.monotonic()
                await self._to_cartesia(self._up_head + audio + '"}}')
                busy.pop("cartesia", None)

    async def _from_twilio(self, frame: dict[str, Any]) -> bool:
        """Anything but the usual media frame. True when the stream is over."""
        event = frame.get("event")
        if event == "stop":
            return True
        if event == "media" and isinstance(part(frame, "media").get("payload"), str):
            await self._to_cartesia(self._up_head + part(frame, "media")["payload"] + '"}}')
        elif event == "dtmf":
            digit = part(frame, "dtmf").get("digit")
            if isinstance(digit, str) and tone(digit) is not None:
                await self._to_cartesia(compact({"event": "dtmf", "stream_id": self._up_id, "dtmf": digit}))
        elif event == "mark" and part(frame, "mark").get("name") == PLAYED_MARK:
            self._played.set()
        return False

    async def _to_cartesia(self, text: str) -> None:
        try:
            await self._cartesia.send_str(text)
        except (aiohttp.ClientError, OSError):
            log.debug("call %s: Cartesia is closing", self._call_id)  # its reader says how

    # Cartesia → Twilio

    async def _down(self) -> int | None:
        """Until Cartesia closes; its close code."""
        receive, text_type = self._cartesia.receive, aiohttp.WSMsgType.TEXT
        try:
            while True:
                message = await receive()
                if message.type is text_type:
                    await self._from_cartesia(message.data)
                elif message.type is not aiohttp.WSMsgType.BINARY:
                    return 1006 if message.type is aiohttp.WSMsgType.ERROR else self._cartesia.close_code
        except (OSError, RuntimeError):
            log.debug("call %s: Twilio closed first", self._call_id)
            return None

    async def _from_cartesia(self, text: str) -> None:
        audio = audio_of(text)
        if audio is not None:
            await self._play(audio)
            return
        frame = parse(text)
        event = frame.get("event")
        if event == "media_output" and isinstance(part(frame, "media").get("payload"), str):
            await self._play(part(frame, "media")["payload"])
        elif event == "clear":
            await self._barge_in()
        elif event == "dtmf":
            sound = tone(str(frame.get("dtmf")))
            if sound is not None:
                await self._play(sound)
        elif event == "transfer_call":
            log.error("call %s: a transfer asked for over the media stream is not carried out", self._call_id)

    async def _play(self, audio: str) -> None:
        now = time.monotonic()
        self._plays_until = max(now, self._plays_until) + seconds_of(audio)
        self._busy["twilio"] = now
        await self._to_twilio(self._down_head + audio + '"}}')
        self._busy.pop("twilio", None)

    async def _barge_in(self) -> None:
        """The caller speaks over the agent: nothing of what Twilio still holds is played."""
        received = time.perf_counter()
        speaking = self._plays_until > time.monotonic()
        await self._to_twilio(compact({"event": "clear", "streamSid": self._sid}))
        self._plays_until = time.monotonic()
        if speaking:
            took = (time.perf_counter() - received) * 1000
            self._calls.measured(self._call_id, "barge_in", took)
            telemetry.record("barge_in", took)

    async def _to_twilio(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    # limits

    async def _watch(self, max_seconds: float) -> str:
        """Until the call is too long or a side stalls; says which."""
        ends = time.monotonic() + max_seconds
        while True:
            now = time.monotonic()
            if now >= ends:
                return TOO_LONG
            stalled = [side for side, since in self._busy.items() if now - since > STALL_SECONDS]
            if stalled:
                return f"{stalled[0]}_stalled"
            await asyncio.sleep(min(ends - now, 2.0))
