"""One agent stream: a telephony client on one side, the agent's Line server on the other, a voice and an ear between.

Client protocol: https://docs.cartesia.ai/line/integrations/websocket-api (`start` → `ack`; `media_input`, `dtmf`,
`custom` in; `media_output`, `clear`, `dtmf`, `transfer_call`, `custom` out). In the order of a barge-in: `clear` to the
client; `agent_speech` (the words heard so far), `user_state` speaking, `agent_state` idle to the agent.
"""

import asyncio
import json
import time
import uuid
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import web

from local.cartesia.config import CartesiaConfig, Faults, Metrics
from local.cartesia.line import AgentUnavailable, LineCall
from local.cartesia.listening import Listener
from local.cartesia.outbox import Outbox
from local.cartesia.speaking import Speaker
from local.ticker import Ticker

_START_SECONDS = 10.0
_LONGEST_TURN_SECONDS = 5.0
_INACTIVITY_SECONDS = 180.0
_REPLY_GAP_SECONDS = 2.5
"""A reply that has not said that it ended is taken to be over after so long without more of it."""
_HANG_UP_GRACE_SECONDS = 0.25
"""Between the last word played here and the end of the stream, so that it is played at the client too."""
_CUT_SHORT_SECONDS = 2.0
"""Speech whose audio stops coming in the middle is taken to be over after so long."""


class Stream:
    """The life of one stream; `run` returns when it is over."""

    def __init__(
        self,
        agent_id: str,
        config: CartesiaConfig,
        faults: Faults,
        metrics: Metrics,
        ticker: Ticker,
        session: aiohttp.ClientSession,
    ) -> None:
        self.call_id = f"ac_{uuid.uuid4().hex}"
        self.agent_id = agent_id
        self.events: list[dict[str, Any]] = []
        """What was sent to the agent and what came from it, with wall-clock times; for assertions."""
        self.ended = ""
        """Why the stream ended: `agent`, `client`, or what went wrong."""
        self._config = config
        self._faults = faults
        self._metrics = metrics
        self._ticker = ticker
        self._line = LineCall(session, config.agent_url, config.line_token)
        self._speaker = Speaker(config.speed, self)
        self._listener = Listener(config.endpoint_seconds, self._caller_began, self._caller_ended)
        self._socket: web.WebSocketResponse | None = None
        self._outbox: Outbox | None = None
        self._stream_id = ""
        self._metadata: dict[str, Any] = {}
        self._over = asyncio.Event()
        self._input_at = time.monotonic()
        self._started_at: float | None = None
        self._idle_at: float | None = None
        self._agent_speaking = False
        self._reply_open = False
        self._reply_due = 0.0
        self._turns = 0
        self._transfer: dict[str, Any] | None = None
        self._hang_up_at: float | None = None
        self._ending: dict[str, Any] | None = None

    async def run(self, socket: web.WebSocketResponse) -> None:
        """Carry the call from the client's `start` to the end of either side."""
        self._socket = socket
        self._outbox = Outbox(socket.send_str)
        try:
            start = await self._receive_start()
            if start is None:
                return
            await self._open_line(start)
            self._ticker.add(self._beat)
            sides = [asyncio.create_task(side) for side in (self._client(), self._agent(), self._over.wait())]
            try:
                await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for side in sides:
                    side.cancel()
                await asyncio.gather(*sides, return_exceptions=True)
        except AgentUnavailable as error:
            self.ended = str(error)
        finally:
            self._ticker.remove(self._beat)
            await self._line.close()
            await self._close_client()

    # --- the client -----------------------------------------------------------------------------------------------

    async def _receive_start(self) -> dict[str, Any] | None:
        assert self._socket is not None
        start = None
        with suppress(TimeoutError, ValueError, TypeError):
            start = json.loads(await self._socket.receive_str(timeout=_START_SECONDS))
        if not isinstance(start, dict) or start.get("event") != "start":
            self.ended = "the first message was not a start event"
            return None
        audio = (start.get("config") or {}).get("input_format", "mulaw_8000")
        if audio != "mulaw_8000":
            self.ended = f"this stand-in speaks mulaw_8000 only, not {audio}"
            return None
        self._stream_id = str(start.get("stream_id") or uuid.uuid4())
        ack = {"config": {"input_format": audio, "output_format": audio}, "agent": start.get("agent") or {}}
        self._send("ack", **ack)
        return start

    async def _client(self) -> None:
        """Take the client's messages; nearly all of them are frames of silence, which are not even parsed."""
        assert self._socket is not None
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            self._input_at = time.monotonic()
            if self._listener.is_silence(message.data):
                continue
            try:
                self._take(json.loads(message.data))
            except (ValueError, KeyError, TypeError) as error:
                self._note("client", {"malformed": type(error).__name__})
        self.ended = self.ended or "client"

    def _take(self, message: dict[str, Any]) -> None:
        event = message["event"]
        if event == "media_input":
            self._listener.hear(message["media"]["payload"])
        elif event == "dtmf":
            self._to_agent("dtmf", button=str(message["dtmf"]))
        elif event == "custom":
            self._to_agent("custom", metadata=dict(message["metadata"]))
        else:
            self._note("client", {"unknown": event})

    def _send(self, event: str, **fields: Any) -> None:
        assert self._outbox is not None
        self._outbox.put(json.dumps({"event": event, "stream_id": self._stream_id, **fields}))

    async def _close_client(self) -> None:
        assert self._socket is not None
        assert self._outbox is not None
        if not self._socket.closed:
            await self._outbox.flush()
        await self._outbox.close()
        orderly = self.ended in ("agent", "client")
        code = aiohttp.WSCloseCode.OK if orderly else aiohttp.WSCloseCode.INTERNAL_ERROR
        await self._socket.close(code=code, message=self.ended.encode()[:120])

    # --- the agent ------------------------------------------------------------------------------------------------

    async def _open_line(self, start: dict[str, Any]) -> None:
        metadata = dict(start.get("metadata") or {})
        self._metadata = {name: value for name, value in metadata.items() if "token" not in name.lower()}
        agent = {"id": self.agent_id, "system_prompt": None, "introduction": None, **(start.get("agent") or {})}
        call = {
            "call_id": self.call_id,
            "to": str(metadata.get("to", self.agent_id)),
            "agent_call_id": self.call_id,
            "agent": agent,
        }
        from_ = str(metadata.get("from", "websocket"))
        asked = time.monotonic()
        answer = await self._line.chats({**call, "from_": from_, "metadata": metadata})
        self._metrics.chats_ms.append((time.monotonic() - asked) * 1000)
        merged = {**metadata, **(answer.get("metadata") or {})}
        frame = {
            **call,
            "from": from_,
            "metadata": merged,
            "agent_token": "",
            "api_base_url": self._config.api_base_url,
        }
        await self._line.connect(str(answer.get("websocket_url", "/ws")), frame)
        self._started_at = time.monotonic()

    async def _agent(self) -> None:
        async for message in self._line.messages():
            self._note("agent", message)
            self._take_output(message)
        self.ended = self.ended or "the agent's websocket closed"

    def _take_output(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "message":
            self._speak(str(message["content"]), bool(message.get("interruptible", True)))
        elif kind == "response_end":
            self._reply_open = False
            if not self._speaker.busy:
                self._agent_idle()
        elif kind == "end_call":
            self._ending = message
            self._after_speech()
        elif kind == "transfer":
            self._transfer = dict(message["transfer_destination"])
            self._after_speech()
        elif kind == "dtmf":
            self._send("dtmf", dtmf=message["button"])
        elif kind == "custom":
            self._send("custom", metadata=message["metadata"])

    def _speak(self, text: str, interruptible: bool) -> None:
        now = time.monotonic()
        if self._started_at is not None:
            self._metrics.first_message_ms.append((now - self._started_at) * 1000)
            self._started_at = None
        if self._idle_at is not None:
            seconds, self._idle_at = now - self._idle_at, None
            if seconds <= _LONGEST_TURN_SECONDS:
                self._metrics.turn_ms.append(seconds * 1000)
            else:
                self._metrics.unanswered_turns += 1
        if self._listener.speaking and interruptible:
            # The caller has the floor: what the agent had still to say about the turn before is not played.
            self._metrics.messages_dropped += 1
            return
        if text:
            self._reply_open = True
            self._speaker.say(text, interruptible, now)

    def _to_agent(self, kind: str, **fields: Any) -> None:
        event_id = self._line.send(kind, **fields)
        self._note("harness", {"type": kind, "event_id": event_id, **fields})

    def _note(self, side: str, event: dict[str, Any]) -> None:
        self.events.append({"side": side, "at": time.time(), **event})

    # --- the caller speaks ----------------------------------------------------------------------------------------

    def _caller_began(self) -> None:
        now = time.monotonic()
        heard = self._speaker.interrupt(now)
        if heard is not None:
            self._cut(now)
        if heard and not self._faults.late_commits:
            self.agent_said(heard)
        self._to_agent("user_state", value="speaking")
        if heard and self._faults.late_commits:
            self.agent_said(heard)
        if heard is not None:
            self._agent_idle()
        self._idle_at = None

    def _cut(self, now: float) -> None:
        """Take back the audio that the client has not played yet, and with it whatever was to follow."""
        assert self._outbox is not None
        self._reply_open = False
        self._transfer = None
        if self._ending is not None and self._ending.get("interruptible", True):
            self._ending = None
        self._outbox.drop_audio()

        def cleared() -> None:
            self._metrics.barge_in_ms.append((time.monotonic() - now) * 1000)

        self._outbox.put(json.dumps({"event": "clear", "stream_id": self._stream_id}), sent=cleared)

    def _caller_ended(self, text: str) -> None:
        self._turns += 1
        if text and not self._faults.late_transcripts:
            self._to_agent("message", content=text)
        self._to_agent("user_state", value="idle")
        self._idle_at = time.monotonic()
        if text and self._faults.late_transcripts:
            self._to_agent("message", content=text)
        if self._turns == self._faults.break_line_after:
            self._line.abort()

    # --- the agent speaks (Listens) -------------------------------------------------------------------------------

    def send_audio(self, payload: str) -> None:
        """Send base64 mu-law to the client."""
        assert self._outbox is not None
        self._outbox.put(
            f'{{"event":"media_output","stream_id":"{self._stream_id}","media":{{"payload":"{payload}"}}}}', audio=True
        )

    def agent_began(self) -> None:
        """The agent's voice is heard."""
        if not self._agent_speaking:
            self._agent_speaking = True
            self._to_agent("agent_state", value="speaking")

    def agent_said(self, text: str) -> None:
        """These words have been played; the agent is told without white space, as recognised speech has none."""
        spoken = "".join(text.split())
        if spoken:
            self._to_agent("agent_speech", content=spoken)

    def agent_ceased(self) -> None:
        """All that came has been played; more may come until the reply has ended."""
        if self._reply_open:
            self._reply_due = time.monotonic() + _REPLY_GAP_SECONDS
        else:
            self._agent_idle()
        self._after_speech()

    def _agent_idle(self) -> None:
        if self._agent_speaking:
            self._agent_speaking = False
            self._to_agent("agent_state", value="idle")

    def _after_speech(self) -> None:
        """Transfer or hang up, once everything said before has been played."""
        if self._speaker.busy:
            return
        if self._transfer is not None:
            target = "target_phone_number" if self._transfer.get("type") == "phone" else "target_sip_uri"
            self._send("transfer_call", transfer={target: self._transfer.get("value")})
            self._transfer = None
        if self._ending is not None and self._hang_up_at is None:
            self._hang_up_at = time.monotonic() + _HANG_UP_GRACE_SECONDS

    def _beat(self, now: float) -> None:
        if self._speaker.busy or self._agent_speaking:
            self._speaker.beat(now)
            if self._reply_open and not self._speaker.busy and now > self._reply_due:
                self._reply_open = False
                self._agent_idle()
        if self._hang_up_at is not None and now >= self._hang_up_at:
            self._end("agent" if self._ending is not None else "")
        if self._listener.speaking and now - self._input_at > _CUT_SHORT_SECONDS:
            self._listener.give_up()
        if now - self._input_at > _INACTIVITY_SECONDS:
            self._end("nothing was received for three minutes")

    def _end(self, reason: str) -> None:
        self._hang_up_at = None
        if reason:
            self.ended = reason
            self._over.set()

    @property
    def frames_in(self) -> int:
        """Frames of the caller's audio received."""
        return self._listener.frames

    @property
    def frames_out(self) -> int:
        """Frames of the agent's audio sent."""
        return self._speaker.frames

    def to_json(self) -> dict[str, Any]:
        """Everything about the stream, for assertions."""
        return {
            "call_id": self.call_id,
            "agent_id": self.agent_id,
            "stream_id": self._stream_id,
            "metadata": self._metadata,
            "ended": self.ended,
            "turns": self._turns,
            "events": self.events,
            "frames_in": self.frames_in,
            "frames_out": self.frames_out,
        }
