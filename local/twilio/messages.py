"""Text messages: sent, delivered or not, answered, and the opt-outs that the carrier enforces.

https://www.twilio.com/docs/messaging/api/message-resource and the default opt-out keywords of the facts: who texts STOP
to a number gets nothing more from it (error 21610) until START.
"""

import asyncio
from typing import TYPE_CHECKING

from local.twilio.errors import TwilioError
from local.twilio.records import API_VERSION, Message, now

if TYPE_CHECKING:
    from local.twilio.carrier import Carrier

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
_STEP_SECONDS = 0.2
_FAILURES = {"undelivered": 30005, "failed": 30008}


class MessageDesk:
    """All messages, by sid in the order they came, and who opted out of what."""

    def __init__(self, carrier: "Carrier") -> None:
        self._carrier = carrier
        self.all: dict[str, Message] = {}
        self.opted_out: set[tuple[str, str]] = set()
        """Pairs of the person's number and ours."""

    def send(self, message: Message) -> None:
        """Take on an outbound message. Raises TwilioError for a number that cannot or must not be texted."""
        if (message.to, message.from_) in self.opted_out:
            raise TwilioError(21610)
        if self._carrier.directory.facts(message.to).line_type == "landline":
            raise TwilioError(21614, message.to)
        self.all[message.sid] = message
        self._carrier.spawn(self._carry(message))

    def find(self, sid: str) -> Message:
        """The message of that sid. Raises TwilioError 20404."""
        if sid not in self.all:
            raise TwilioError(20404, f"/Messages/{sid}")
        return self.all[sid]

    async def receive(self, message: Message, url: str) -> None:
        """Somebody texts us; the application is told at `url`, if there is one."""
        message.status = "received"
        self.all[message.sid] = message
        word = message.body.strip().upper()
        params = {
            **_params(message),
            "Body": message.body,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
        }
        if word in STOP_WORDS:
            self.opted_out.add((message.from_, message.to))
            params["OptOutType"] = "STOP"
        elif word in START_WORDS:
            self.opted_out.discard((message.from_, message.to))
            params["OptOutType"] = "START"
        if url:
            await self._carrier.webhooks.request(message.sid, url, params)

    async def _carry(self, message: Message) -> None:
        self._report(message)
        await asyncio.sleep(_STEP_SECONDS / self._carrier.speed)
        message.status, message.sent = "sent", now()
        self._report(message)
        await asyncio.sleep(_STEP_SECONDS / self._carrier.speed)
        message.status = self._carrier.directory.facts(message.to).sms
        message.error_code = _FAILURES.get(message.status)
        self._report(message, last=True)
        persona, _ = self._carrier.directory.person(message.to)
        if persona.texts_back and message.status == "delivered":
            answer = Message(message.account_sid, message.from_, message.to, persona.texts_back, direction="inbound")
            await self.receive(answer, self._carrier.config.sms_url)

    def _report(self, message: Message, last: bool = False) -> None:
        params = {**_params(message), "MessageStatus": message.status, "SmsStatus": message.status}
        if message.error_code:
            params["ErrorCode"] = str(message.error_code)
        self._carrier.webhooks.notify(message.sid, message.callback, params, message.status, last)


def _params(message: Message) -> dict[str, str]:
    params = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "To": message.to,
        "ApiVersion": API_VERSION,
    }
    if message.messaging_service_sid:
        params["MessagingServiceSid"] = message.messaging_service_sid
    return params
