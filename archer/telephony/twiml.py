"""TwiML: what the carrier is told to do with a call."""

from twilio.twiml.voice_response import Connect, Dial, VoiceResponse

from archer.settings import Settings

STREAM_PATH = "/twilio/media"
CALLS_PATH = "/api/v1/twilio/calls"
RETRIES = "#rc=3&rp=all"
"""Twilio's own retries for webhooks that fail; the fragment is not part of what it signs."""


def webhook(settings: Settings, call_id: object, action: str) -> str:
    """Public URL of a webhook of one call, as Twilio is given it."""
    return f"{settings.public_api_url}{CALLS_PATH}/{call_id}/{action}"


def stream(settings: Settings, call_id: object, call_token: str) -> str:
    """Connect the call to the agent; when the stream ends, for whatever reason, ask us what next."""
    response = VoiceResponse()
    connect = Connect()
    socket = settings.public_agent_url.replace("http", "ws", 1) + STREAM_PATH
    media = connect.stream(url=socket)
    media.parameter(name="call_id", value=str(call_id))
    media.parameter(name="call_token", value=call_token)
    response.append(connect)
    response.redirect(webhook(settings, call_id, "resume") + RETRIES, method="POST")
    return str(response)


def transfer(settings: Settings, call_id: object, number: str, caller_id: str) -> str:
    """Connect the caller to people at `number`; afterwards ask us what next."""
    response = VoiceResponse()
    dial = Dial(action=webhook(settings, call_id, "transferred") + RETRIES, method="POST", caller_id=caller_id)
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
