"""One call as it happens: dialled, ringing, answered, following TwiML, over.

Status callbacks: https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent. Answering-machine detection:
https://www.twilio.com/docs/voice/answering-machine-detection. Times of ringing and detection are divided by the
carrier's speed, as speech is; the time limit of a call is not.
"""

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.callers import Persona
from local.callers.played import caller_of
from local.speech import duration
from local.twilio.phone import Phone
from local.twilio.records import API_VERSION, FINAL, Call, CallStatus, Recording, now, rfc2822
from local.twilio.twiml import CallOver, Document, run_document

if TYPE_CHECKING:
    from local.twilio.carrier import Carrier
    from local.twilio.media import MediaStream

_log = logging.getLogger(__name__)
_DIAL_SECONDS = 0.1
_DETECTION_SECONDS = 2.0
_EVENT_NAMES = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
_PARAMETER = re.compile(r"<Parameter [^>]*>")
REPEATED_OTHERWISE = 11299
"""Our own code, beside Twilio's, for a webhook that is not repeatable."""
_SIP_CODES = {"completed": 200, "busy": 486, "no-answer": 487, "failed": 404, "canceled": 487}


def without_tokens(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the application gave along with a call, without what lets one act for it."""
    return {name: value for name, value in values.items() if "token" not in name.lower()}


def without_stream_tokens(document: str) -> str:
    """TwiML without the values of its parameters: a token may be signed anew each time that it is given."""
    return _PARAMETER.sub("", document)


@dataclass(frozen=True)
class CallPlan:
    """What the application asked for when it placed (or answers) the call."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    status_callback: str = ""
    status_events: frozenset[str] = frozenset({"completed"})
    timeout: float = 60.0
    time_limit: float = 14400.0
    machine_detection: str = ""
    async_amd: bool = False
    async_amd_callback: str = ""
    record: bool = False
    recording_callback: str = ""
    recording_events: frozenset[str] = frozenset({"completed"})


class LiveCall:
    """A call from its acceptance to its end, and all that tests may want to know of it afterwards."""

    def __init__(
        self, carrier: "Carrier", record: Call, plan: CallPlan, number: str, otherwise: Persona | None = None
    ) -> None:
        self.carrier = carrier
        self.record = record
        self.plan = plan
        self.persona, self.customer = carrier.directory.person(number, otherwise)
        self.phone = Phone(caller_of(self.persona, self.customer, carrier.speed), carrier.speed)
        self.stream: MediaStream | None = None
        self.errors: list[dict[str, Any]] = []
        self.timeline: dict[str, float] = {}
        """Wall-clock seconds at which each stage was reached first."""
        self._events = 0
        self._over = asyncio.Event()
        self._redirection: Document | None = None
        self._program: asyncio.Task[None] | None = None
        self._end_reason = ""
        self.mark("accepted")

    # --- what others do to the call -------------------------------------------------------------------------------

    def redirect(self, document: Document) -> None:
        """Leave what the call is doing and follow this TwiML instead."""
        self._redirection = document
        if self._program is not None:
            self._program.cancel()

    def hang_up(self, who: str) -> None:
        """End the call: `callee`, `api`, or the carrier's `time limit`."""
        self._end_reason = self._end_reason or who
        self._over.set()
        if self._program is not None:
            self._program.cancel()

    def error(self, code: int, message: str) -> None:
        """Note what Twilio's debugger would show."""
        self.errors.append({"code": code, "message": message, "at": time.time()})

    def mark(self, stage: str) -> None:
        """Note when a stage was first reached."""
        self.timeline.setdefault(stage, time.time())

    @property
    def over(self) -> bool:
        """Whether the call has a final status."""
        return self.record.status in FINAL

    # --- its life -------------------------------------------------------------------------------------------------

    async def live(self) -> None:
        """Dial, ring, talk, end. Cancelling it ends the call without telling anybody, as a crash would."""
        if self.record.direction == "inbound":
            self.set_status("ringing")
            await self._converse()
            return
        if await self.ring():
            await self._converse()

    async def ring(self) -> bool:
        """Dial and ring; true when somebody (or a machine) picks up, else the call is over."""
        if await self.ends_within(_DIAL_SECONDS / self.carrier.speed):
            self.finish("canceled")
            return False
        self.record.dialed = now()
        self.set_status("initiated")
        answers = self.persona.answers
        if answers in ("failed", "busy"):
            ended = await self.ends_within(_DIAL_SECONDS / self.carrier.speed)
            self.finish("canceled" if ended else "busy" if answers == "busy" else "failed")
            return False
        self.set_status("ringing")
        rings = min(self.persona.ring_seconds, self.plan.timeout)
        silent = answers == "no_answer" or self.persona.ring_seconds >= self.plan.timeout
        if await self.ends_within((self.plan.timeout if silent else rings) / self.carrier.speed):
            self.finish("canceled")
        elif silent:
            self.finish("no-answer")
        return not self.over

    def pick_up(self) -> None:
        """Somebody is on the line."""
        self.record.answered = now()
        self.mark("answered")
        if self.record.direction != "inbound":
            self.set_status("in-progress")
        self.phone.caller.pick_up(asyncio.get_running_loop().time())

    async def ends_within(self, seconds: float) -> bool:
        """Wait, but not longer than until somebody ends the call; true when it was ended."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
        return self._over.is_set()

    async def _converse(self) -> None:
        self.pick_up()
        if self.plan.record:
            self.start_recording(self.plan.recording_callback, self.plan.recording_events, "OutboundAPI")
        detection = asyncio.create_task(self._detect_machine()) if self.plan.machine_detection else None
        limit = asyncio.get_running_loop().call_later(self.plan.time_limit, self.hang_up, "time limit")
        try:
            if detection is not None and not self.plan.async_amd:
                await detection
            await self._follow_twiml()
        finally:
            limit.cancel()
            if detection is not None:
                detection.cancel()
        self.finish("completed")

    async def _follow_twiml(self) -> None:
        document = Document.inline(self.plan.twiml) if self.plan.twiml else None
        while not self._over.is_set():
            self._program = asyncio.create_task(self._run(document))
            try:
                await asyncio.wait({self._program})
            finally:
                self._program.cancel()
            with suppress(asyncio.CancelledError):
                await self._program
            document, self._redirection = self._redirection, None
            if document is None:
                break

    async def _run(self, document: Document | None) -> None:
        try:
            if document is None:
                document = await self.fetch(self.plan.url, self.plan.method)
            if self.record.direction == "inbound" and self.record.status == "ringing":
                self.set_status("in-progress")
            await run_document(self, document)
        except CallOver:
            return
        except Exception as error:
            # Whatever is wrong with a document (a number that is none, a verb where none may be) ends this call only.
            _log.exception("call %s: the TwiML could not be followed", self.record.sid)
            self.error(12200, f"the TwiML could not be followed: {type(error).__name__}: {error}")

    async def _detect_machine(self) -> None:
        """Find out who picked up; a machine is recognised by its greeting, and at the greeting's end if so asked."""
        seconds, result = _DETECTION_SECONDS, "human"
        if self.persona.answers == "machine":
            result = "machine_start"
            if self.plan.machine_detection == "DetectMessageEnd":
                seconds += duration(self.persona.greeting)
                result = "machine_end_beep"
        await asyncio.sleep(seconds / self.carrier.speed)
        self.record.answered_by = result
        if self.plan.async_amd and self.plan.async_amd_callback:
            params = {
                "CallSid": self.record.sid,
                "AccountSid": self.record.account_sid,
                "AnsweredBy": result,
                "MachineDetectionDuration": str(int(seconds * 1000)),
            }
            self.carrier.webhooks.notify(self.record.sid, self.plan.async_amd_callback, params, result)

    # --- what it tells the application ----------------------------------------------------------------------------

    def params(self) -> dict[str, str]:
        """What every request about this call says."""
        record = self.record
        params = {
            "CallSid": record.sid,
            "AccountSid": record.account_sid,
            "From": record.from_,
            "To": record.to,
            "Caller": record.from_,
            "Called": record.to,
            "Direction": record.direction,
            "CallStatus": record.status,
            "ApiVersion": API_VERSION,
        }
        if record.answered_by:
            params["AnsweredBy"] = record.answered_by
        if record.parent_call_sid:
            params["ParentCallSid"] = record.parent_call_sid
        return params

    def set_status(self, status: CallStatus) -> None:
        """Go on to this status and report it if the application wants to know."""
        self.record.status = status
        self.record.updated = now()
        self.mark(status)
        final = status in FINAL
        params = {
            **self.params(),
            "Timestamp": rfc2822(now()) or "",
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._events),
        }
        self._events += 1
        if final:
            params["SipResponseCode"] = str(_SIP_CODES[status])
            params["CallDuration"] = str(self.record.seconds)
            params["Duration"] = str(-(-self.record.seconds // 60))
        wanted = (_EVENT_NAMES.get(status) or "completed") in self.plan.status_events
        url = self.plan.status_callback if wanted else ""
        self.carrier.webhooks.notify(self.record.sid, url, params, status, last=final)

    def finish(self, status: CallStatus) -> None:
        """The call is over."""
        self.record.ended = now()
        self.record.sip_code = _SIP_CODES[status]
        for recording in self.record.recordings:
            if recording.status != "completed":
                self.stop_recording(recording)
        self.set_status(status)
        self.carrier.call_ended(self)

    async def fetch(self, url: str, method: str = "POST", extra: dict[str, str] | None = None) -> Document:
        """Ask the application for TwiML. Raises CallOver when neither it nor the fallback URL gives any."""
        params = {**self.params(), **(extra or {})}
        for candidate in filter(None, (url, self.plan.fallback_url)):
            answer = await self.carrier.webhooks.request(self.record.sid, candidate, params, method)
            if self.carrier.faults.duplicate_requests and not answer.failure:
                first, answer = answer, await self.carrier.webhooks.request(self.record.sid, candidate, params, method)
                if without_stream_tokens(first.body) != without_stream_tokens(answer.body):
                    self.error(REPEATED_OTHERWISE, f"{candidate} answered a repetition otherwise")
            if answer.failure:
                self.error(11200, f"no TwiML from {candidate}: {answer.status or answer.failure}")
                params |= {"ErrorCode": "11200", "ErrorUrl": url}
                continue
            try:
                return Document.parse(answer.body, candidate)
            except ValueError as error:
                self.error(12100, f"{candidate}: {error}")
        raise CallOver

    # --- recordings -----------------------------------------------------------------------------------------------

    def start_recording(self, callback: str, events: frozenset[str], source: str) -> Recording:
        """Record from now on."""
        record = self.record
        recording = Recording(record.account_sid, record.sid, callback, tuple(sorted(events)), source)
        record.recordings.append(recording)
        self._report(recording)
        return recording

    def stop_recording(self, recording: Recording) -> None:
        """End a recording; it is there at once."""
        recording.set_status("completed")
        self._report(recording)

    def _report(self, recording: Recording) -> None:
        url = recording.callback if recording.status in recording.callback_events else ""
        params = {
            "AccountSid": recording.account_sid,
            "CallSid": recording.call_sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": self.carrier.recording_url(recording),
            "RecordingStatus": recording.status,
            "RecordingDuration": str(round(recording.seconds)),
            "RecordingChannels": "1",
            "RecordingSource": recording.source,
            "RecordingStartTime": rfc2822(recording.started) or "",
        }
        self.carrier.webhooks.notify(self.record.sid, url, params, f"recording-{recording.status}", last=self.over)

    def to_json(self) -> dict[str, Any]:
        """Everything about the call, for assertions."""
        return {
            **self.record.to_json(),
            "persona": self.persona.name,
            "customer": self.customer.name,
            "ended_by": self._end_reason or None,
            "timeline": self.timeline,
            "transcript": self.phone.transcript,
            "errors": self.errors,
            "stream_sid": self.stream.sid if self.stream else None,
            "parameters": without_tokens(self.stream.parameters) if self.stream else {},
            "recordings": [recording.to_json() for recording in self.record.recordings],
            "webhooks": [delivery.to_json() for delivery in self.carrier.webhooks.log.get(self.record.sid, [])],
        }
