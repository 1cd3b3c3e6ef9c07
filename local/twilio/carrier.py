"""The carrier as a whole: its calls, messages and numbers, and what it may be told to do."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from local.callers import find
from local.ticker import Ticker
from local.twilio.directory import Directory
from local.twilio.errors import TwilioError
from local.twilio.faults import Faults
from local.twilio.live import CallPlan, LiveCall
from local.twilio.messages import MessageDesk
from local.twilio.records import Call, Recording
from local.twilio.webhooks import Webhooks


@dataclass(frozen=True)
class CarrierConfig:
    """How the stand-in is set up."""

    account_sid: str
    auth_token: str
    callers: str = "pays_by_link"
    """The persona behind every number that nobody else was put behind."""
    speed: float = 1.0
    """How much faster than in life people speak, think and let it ring."""
    voice_url: str = ""
    """What is asked for TwiML when somebody calls in."""
    sms_url: str = ""
    """What is told when a text message comes in."""
    public_url: str = "http://127.0.0.1"
    """Scheme, host and port at which this stand-in answers; the application finds recordings there."""


@dataclass
class Carrier:
    """All state of the stand-in; lives in memory only."""

    config: CarrierConfig
    faults: Faults = field(default_factory=Faults)
    ticker: Ticker = field(default_factory=Ticker)
    calls: dict[str, LiveCall] = field(default_factory=dict)
    metrics: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Milliseconds: `turn_ms` (the caller's last frame sent → the agent's first frame here), `barge_in_ms` (the caller
    begins to speak over the agent → `clear` here), `accept_to_dial_ms`, `accept_to_answer_ms`,
    `answer_to_stream_ms`,
    `answer_to_first_words_ms`."""

    def __post_init__(self) -> None:
        self.speed = self.config.speed
        self.webhooks = Webhooks(self.config.auth_token, self.faults)
        self.directory = Directory(find(self.config.callers))
        self.messages = MessageDesk(self)
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepted: list[float] = []

    def place_call(self, record: Call, plan: CallPlan) -> LiveCall:
        """Take on an outbound call. Raises TwilioError when the rate or the number of calls is exceeded."""
        self._check_limits()
        call = LiveCall(self, record, plan, record.to)
        self._begin(call)
        return call

    def incoming_call(self, record: Call, plan: CallPlan) -> LiveCall:
        """Somebody calls the application; the scripted caller is the one behind the number that calls."""
        call = LiveCall(self, record, plan, record.from_)
        self._begin(call)
        return call

    def second_leg(self, record: Call, status_callback: str, status_events: frozenset[str], timeout: float) -> LiveCall:
        """A call that <Dial> makes; whoever asks for it sees to its life."""
        plan = CallPlan(status_callback=status_callback, status_events=status_events, timeout=timeout)
        leg = LiveCall(self, record, plan, record.to, otherwise=find("colleague"))
        self.calls[record.sid] = leg
        return leg

    def find_call(self, sid: str) -> LiveCall:
        """The call of that sid. Raises TwilioError 20404."""
        if sid not in self.calls:
            raise TwilioError(20404, f"/Calls/{sid}")
        return self.calls[sid]

    def find_recording(self, sid: str) -> tuple[LiveCall, Recording]:
        """The recording of that sid and its call. Raises TwilioError 20404."""
        for call in self.calls.values():
            for recording in call.record.recordings:
                if recording.sid == sid:
                    return call, recording
        raise TwilioError(20404, f"/Recordings/{sid}")

    def recording_url(self, recording: Recording) -> str:
        """Where the audio of a recording is found (with `.wav` or `.mp3` behind it)."""
        return f"{self.config.public_url}/2010-04-01/Accounts/{recording.account_sid}/Recordings/{recording.sid}"

    def call_ended(self, call: LiveCall) -> None:
        """Take down the measurements of a call."""
        line = call.timeline
        for name, begin, end in (
            ("accept_to_dial_ms", "accepted", "initiated"),
            ("accept_to_answer_ms", "accepted", "answered"),
            ("answer_to_stream_ms", "answered", "stream_started"),
            ("answer_to_first_words_ms", "answered", "first_words"),
        ):
            if begin in line and end in line:
                self.measure(name, (line[end] - line[begin]) * 1000)

    def measure(self, name: str, milliseconds: float) -> None:
        """Take down one measurement."""
        self.metrics[name].append(round(milliseconds, 2))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something alongside, until `close`."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Drop all calls and stop."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.ticker.close()
        await self.webhooks.close()

    def _begin(self, call: LiveCall) -> None:
        self.calls[call.record.sid] = call
        self.spawn(call.live())

    def _check_limits(self) -> None:
        if self.faults.calls_per_second:
            instant = time.monotonic()
            self._accepted = [moment for moment in self._accepted if instant - moment < 1]
            if len(self._accepted) >= self.faults.calls_per_second:
                raise TwilioError(20429)
            self._accepted.append(instant)
        busy = sum(not call.over for call in self.calls.values()) if self.faults.concurrent_calls else 0
        if self.faults.concurrent_calls and busy >= self.faults.concurrent_calls:
            raise TwilioError(10004)
