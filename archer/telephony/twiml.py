"""TwiML: what the carrier is told to do with a call."""

from dataclasses import dataclass
from uuid import UUID

from twilio.twiml.voice_response import Connect, Dial, VoiceResponse

from archer.settings import Settings

STREAM_PATH = "/twilio/media"
WEBHOOKS_PATH = "/api/v1/twilio"
RETRIES = "#rc=3&rp=all"
"""Twilio's own retries for webhooks that fail; the fragment is not part of what it signs."""


@dataclass(frozen=True)
class Webhooks:
    """Public URLs, as Twilio is given them, for one organization's calls and messages."""

    settings: Settings
    organization_id: UUID

    def call(self, call_id: UUID, action: str) -> str:
        """A webhook of one call: `status`, `machine-detection`, `resume`, `transferred`, `recording`."""
        return f"{self.settings.public_api_url}{WEBHOOKS_PATH}/{self.organization_id}/calls/{call_id}/{action}{RETRIES}"

    def message(self, message_id: UUID) -> str:
        """The delivery reports of one text message."""
        return f"{self.settings.public_api_url}{WEBHOOKS_PATH}/{self.organization_id}/messages/{message_id}{RETRIES}"


def stream(webhooks: Webhooks, call_id: UUID, call_token: str) -> str:
    """Connect the call to the agent; when the stream ends, for whatever reason, ask us what next."""
    response = VoiceResponse()
    connect = Connect()
    socket = webhooks.settings.public_agent_url.replace("http", "ws", 1) + STREAM_PATH
    media = connect.stream(url=socket)
    media.parameter(name="call_id", value=str(call_id))
    media.parameter(name="call_token", value=call_token)
    response.append(connect)
    response.redirect(webhooks.call(call_id, "resume"), method="POST")
    return str(response)


def transfer(webhooks: Webhooks, call_id: UUID, number: str, caller_id: str) -> str:
    """Connect the caller to people at `number`; afterwards ask us what next."""
    response = VoiceResponse()
    dial = Dial(action=webhooks.call(call_id, "transferred"), method="POST", caller_id=caller_id)
    dial.number(number)
    response.append(dial)
    return str(response)


def say_and_hang_up(sentence: str) -> str:
    """The last resort when no agent can be had: one sentence by the carrier's own voice."""
    response = VoiceResponse()
    response.say(sentence)
    response.hangup()
    return str(response)


def hang_up() -> str:
    """End the call."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def refuse() -> str:
    """Do not answer an inbound call."""
    response = VoiceResponse()
    response.reject()
    return str(response)
