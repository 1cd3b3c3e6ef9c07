"""Twilio's REST API through its official library, asynchronous, with a base URL that anyone can replace.

Every error becomes a `CarrierError` that says whether the request may have been carried out: a request whose answer
was lost must be looked up before it is sent again (a dial is never repeated).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from archer.settings import Settings, settings

REQUEST_SECONDS = 10
"""After this long a request has no answer."""
_LISTED = 50
"""How many of the newest calls (or texts) between two numbers are looked at."""
logging.getLogger("twilio").setLevel(logging.WARNING)  # at INFO it writes every URL and form, numbers included
_NEVER_PROCESSED = {429, 20429}


class CarrierError(Exception):
    """The carrier did not do as asked."""

    def __init__(self, message: str, *, code: int | None, may_have_happened: bool, retry: bool) -> None:
        super().__init__(message)
        self.code = code
        """Twilio's error code or HTTP status; None when no answer came."""
        self.may_have_happened = may_have_happened
        """No answer, or a server error: look before asking again."""
        self.retry = retry
        """Asking again later may succeed."""


@dataclass(frozen=True)
class CarrierCall:
    """A call as the carrier knows it."""

    sid: str
    status: str
    """Twilio's word: queued, ringing, in-progress, completed, busy, failed, no-answer, canceled."""
    duration_seconds: int | None
    answered_by: str | None


@dataclass(frozen=True)
class CarrierRecording:
    """A recording as the carrier knows it."""

    sid: str
    status: str
    """Twilio's word: in-progress, paused, stopped, processing, completed, absent."""
    duration_seconds: int | None


class _Rebased(AsyncTwilioHttpClient):  # type: ignore[misc]
    """Sends every request to another scheme and host, and gives up after `REQUEST_SECONDS`."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base = urlsplit(base_url) if base_url else None

    async def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        if self._base is not None:
            parts = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, parts.fragment))
        async with asyncio.timeout(REQUEST_SECONDS):
            return await super().request(method, url, *arguments, **options)


def _carrier_error(error: Exception) -> CarrierError:
    if isinstance(error, TwilioRestException):
        status, code = int(error.status), error.code
        throttled = status in _NEVER_PROCESSED or code in _NEVER_PROCESSED
        server = status >= 500
        return CarrierError(
            f"Twilio answered {status} (code {code})",
            code=code or status,
            may_have_happened=server,
            retry=server or throttled,
        )
    return CarrierError(f"no answer from Twilio: {type(error).__name__}", code=None, may_have_happened=True, retry=True)


_FAILURES = (TwilioException, aiohttp.ClientError, TimeoutError, OSError)


class TwilioCarrier:
    """Calls, messages and look-ups at Twilio."""

    def __init__(self, configured: Settings) -> None:
        self._settings = configured
        self._http = _Rebased(configured.twilio_api_base_url)
        self._client = Client(
            configured.twilio_account_sid,
            configured.twilio_auth_token.get_secret_value(),
            http_client=self._http,
        )

    async def place_call(
        self,
        *,
        to: str,
        from_: str,
        twiml: str,
        status_callback: str,
        machine_detection_callback: str | None,
        ring_seconds: int,
        limit_seconds: int,
    ) -> str:
        """Place one call; its sid. Raises CarrierError."""
        options: dict[str, Any] = {}
        if machine_detection_callback:
            options = {
                "machine_detection": "Enable",
                "async_amd": "true",
                "async_amd_status_callback": machine_detection_callback,
                "async_amd_status_callback_method": "POST",
            }
        try:
            call = await self._client.calls.create_async(
                to=to,
                from_=from_,
                twiml=twiml,
                status_callback=status_callback,
                status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                timeout=ring_seconds,
                time_limit=limit_seconds,
                **options,
            )
        except _FAILURES as error:
            raise _carrier_error(error) from error
        return str(call.sid)

    async def find_calls(self, *, to: str, from_: str, since: datetime) -> Sequence[CarrierCall]:
        """Calls to this number from ours that were asked for at or after `since`, newest first. Raises CarrierError.

        Twilio's own filter goes by the start of a call, which one that still waits in its queue does not have.
        """
        try:
            calls = await self._client.calls.list_async(to=to, from_=from_, limit=_LISTED)
        except _FAILURES as error:
            raise _carrier_error(error) from error
        return [_as_call(call) for call in calls if _since(call.date_created, since)]

    async def fetch_call(self, sid: str) -> CarrierCall:
        """What became of a call. Raises CarrierError (code 20404 when Twilio has no such call)."""
        try:
            return _as_call(await self._client.calls(sid).fetch_async())
        except _FAILURES as error:
            raise _carrier_error(error) from error

    async def hang_up(self, sid: str, *, answered: bool) -> None:
        """End a call; an unanswered one is cancelled. Raises CarrierError."""
        try:
            await self._client.calls(sid).update_async(status="completed" if answered else "canceled")
        except _FAILURES as error:
            raise _carrier_error(error) from error

    async def redirect(self, sid: str, twiml: str) -> None:
        """Let a running call do something else at once. Raises CarrierError."""
        try:
            await self._client.calls(sid).update_async(twiml=twiml)
        except _FAILURES as error:
            raise _carrier_error(error) from error

    async def send_text(self, *, to: str, from_: str, body: str, status_callback: str) -> str:
        """Send a text message; its sid. Raises CarrierError (code 21610 when the person has opted out)."""
        try:
            message = await self._client.messages.create_async(
                to=to, from_=from_, body=body, status_callback=status_callback
            )
        except _FAILURES as error:
            raise _carrier_error(error) from error
        return str(message.sid)

    async def find_texts(self, *, to: str, from_: str, since: datetime) -> Sequence[tuple[str, str, str]]:
        """(sid, body, status) of messages to this number asked for at or after `since`. Raises CarrierError.

        As with calls: one that has not been sent yet has no time of sending.
        """
        try:
            found = await self._client.messages.list_async(to=to, from_=from_, limit=_LISTED)
        except _FAILURES as error:
            raise _carrier_error(error) from error
        return [
            (str(message.sid), str(message.body), str(message.status))
            for message in found
            if _since(message.date_created, since)
        ]

    async def line_type(self, number: str) -> str:
        """`wireless`, `landline`, `voip` or `unknown` by Twilio Lookup. Raises CarrierError."""
        try:
            found = await self._client.lookups.v2.phone_numbers(number).fetch_async(fields="line_type_intelligence")
        except _FAILURES as error:
            raise _carrier_error(error) from error
        kind = str((found.line_type_intelligence or {}).get("type") or "")
        if kind.lower().endswith("voip"):
            return "voip"
        return {"mobile": "wireless", "landline": "landline"}.get(kind, "unknown")

    async def start_recording(self, call_sid: str, *, status_callback: str) -> str:
        """Record a running call from now on, both sides apart; the recording's sid. Raises CarrierError."""
        try:
            recording = await self._client.calls(call_sid).recordings.create_async(
                recording_status_callback=status_callback,
                recording_status_callback_event=["in-progress", "completed", "absent"],
                recording_status_callback_method="POST",
                recording_channels="dual",
            )
        except _FAILURES as error:
            raise _carrier_error(error) from error
        return str(recording.sid)

    async def find_recordings(self, call_sid: str) -> Sequence[CarrierRecording]:
        """The recordings of a call, newest first. Raises CarrierError."""
        try:
            found = await self._client.calls(call_sid).recordings.list_async(limit=20)
        except _FAILURES as error:
            raise _carrier_error(error) from error
        return [_as_recording(recording) for recording in found]

    async def fetch_recording(self, sid: str) -> CarrierRecording:
        """How a recording stands. Raises CarrierError (code 20404 when Twilio has no such recording)."""
        try:
            return _as_recording(await self._client.recordings(sid).fetch_async())
        except _FAILURES as error:
            raise _carrier_error(error) from error

    async def change_recording(self, call_sid: str, sid: str, status: str) -> None:
        """Make a running recording `paused` (silence in its place), `in-progress` or `stopped`. Raises CarrierError."""
        options = {"pause_behavior": "silence"} if status == "paused" else {}
        try:
            await self._client.calls(call_sid).recordings(sid).update_async(status=status, **options)
        except _FAILURES as error:
            raise _carrier_error(error) from error

    async def delete_recording(self, sid: str) -> None:
        """Delete a recording for good. Raises CarrierError (code 20404 when Twilio has no such recording)."""
        try:
            await self._client.recordings(sid).delete_async()
        except _FAILURES as error:
            raise _carrier_error(error) from error

    async def ping(self) -> None:
        """Raise CarrierError unless Twilio answers and takes this account for one of its own."""
        try:
            await self._client.api.accounts(self._settings.twilio_account_sid).fetch_async()
        except TwilioRestException as error:
            if error.status in (401, 403) or error.status >= 500:
                raise _carrier_error(error) from error
        except _FAILURES as error:
            raise _carrier_error(error) from error

    async def close(self) -> None:
        """Close kept-alive connections."""
        await self._http.close()


def _since(created: datetime | None, since: datetime) -> bool:
    """Twilio keeps whole seconds. What has no date may be what is looked for."""
    return created is None or created.replace(tzinfo=created.tzinfo or UTC) >= since.replace(microsecond=0)


def _seconds(duration: Any) -> int | None:
    return int(duration) if duration not in (None, "") and int(duration) >= 0 else None


def _as_recording(recording: Any) -> CarrierRecording:
    status = str(getattr(recording.status, "value", recording.status))
    return CarrierRecording(str(recording.sid), status, _seconds(recording.duration))


def _as_call(call: Any) -> CarrierCall:
    return CarrierCall(
        sid=str(call.sid),
        status=str(getattr(call.status, "value", call.status)),
        duration_seconds=_seconds(call.duration),
        answered_by=str(call.answered_by) if call.answered_by else None,
    )


@cache
def carrier() -> TwilioCarrier:
    """The carrier of this process; built on first use, because the library takes a while to load."""
    return TwilioCarrier(settings())
