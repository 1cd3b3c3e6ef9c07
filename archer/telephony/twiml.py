"""TwiML: what the carrier is told to do with a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from twilio.twiml.voice_response import Connect, Dial, Gather, VoiceResponse

from archer.settings import Settings

STREAM_PATH = "/twilio/media"
WEBHOOKS_PATH = "/api/v1/twilio"
RETRIES = "#rc=3&rp=all"
"""Twilio's own retries for webhooks that fail; the fragment is not part of what it signs."""
VOICE = "Polly.Joanna"
"""The carrier's own voice."""
LANGUAGE = "en-US"
_SPEECH = {"speech_timeout": "auto", "language": LANGUAGE, "profanity_filter": False}
"""How words are recognised; an oath is part of the record."""
PAUSE_SECONDS = 1
"""The shortest wait that <Gather> knows."""


@dataclass(frozen=True)
class Webhooks:
    """Public URLs, as Twilio is given them, for one organization's calls and messages."""

    settings: Settings
    organization_id: UUID

    def call(self, call_id: UUID, action: str) -> str:
        """A webhook of one call: `status`, `machine-detection`, `resume`, `turns/{n}`, `transferred`, `recording`."""
        return f"{self.settings.public_api_url}{WEBHOOKS_PATH}/{self.organization_id}/calls/{call_id}/{action}{RETRIES}"

    def message(self, message_id: UUID) -> str:
        """The delivery reports of one text message."""
        return f"{self.settings.public_api_url}{WEBHOOKS_PATH}/{self.organization_id}/messages/{message_id}{RETRIES}"


def stream(webhooks: Webhooks, call_id: UUID, call_token: str, *, breaks: int = 0) -> str:
    """Connect the call to the agent; when the stream ends, for whatever reason, ask us what next.

    `breaks` is how many streams of the call have broken before: it tells a question from its repetition.
    """
    response = VoiceResponse()
    connect = Connect()
    socket = webhooks.settings.public_agent_url.replace("http", "ws", 1) + STREAM_PATH
    media = connect.stream(url=socket)
    media.parameter(name="call_id", value=str(call_id))
    media.parameter(name="call_token", value=call_token)
    response.append(connect)
    response.redirect(webhooks.call(call_id, f"resume?breaks={breaks}"), method="POST")
    return str(response)


def ask(webhooks: Webhooks, call_id: UUID, *, breaks: int | None = None) -> str:
    """Ask us what next: with `breaks` after a stream, without before the first one, once somebody has answered."""
    response = VoiceResponse()
    asked = "first=true" if breaks is None else f"breaks={breaks}"
    response.redirect(webhooks.call(call_id, f"resume?{asked}"), method="POST")
    return str(response)


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation by the carrier's own voice."""

    number: int
    whole: Sequence[str] = ()
    """Sentences that have to be heard in full: a key breaks them off, and the webhook is then told so (`cut`)."""
    words_cut: bool = False
    """So do words: whoever speaks over the notices may have a right to name."""
    open: Sequence[str] = ()
    """Sentences that the caller may speak over."""
    most_keys: int = 6
    listen_seconds: int = 7
    """How long the caller may be silent before we are asked what next."""
    go_on: bool = False
    """Do not listen: something is being done, ask us again at once."""


def converse(webhooks: Webhooks, call_id: UUID, turn: Turn) -> str:
    """Say something and tell us what the caller answers, be it nothing."""
    response = VoiceResponse()
    path = f"turns/{turn.number}"
    if turn.whole:
        cut = webhooks.call(call_id, f"{path}?cut=true")
        said = Gather(
            input="dtmf speech" if turn.words_cut else "dtmf",
            action=cut,
            method="POST",
            timeout=PAUSE_SECONDS,
            num_digits=turn.most_keys,
            finish_on_key="",
            **(_SPEECH if turn.words_cut else {}),
        )
        _say(said, turn.whole)
        response.append(said)
    if turn.go_on:
        _say(response, turn.open)
        response.redirect(webhooks.call(call_id, path), method="POST")
        return str(response)
    heard = Gather(
        input="dtmf speech",
        action=webhooks.call(call_id, path),
        method="POST",
        timeout=turn.listen_seconds,
        num_digits=turn.most_keys,
        finish_on_key="#",
        action_on_empty_result=True,
        **_SPEECH,
    )
    _say(heard, turn.open)
    response.append(heard)
    return str(response)


def _say(into: VoiceResponse | Gather, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        into.say(sentence, voice=VOICE, language=LANGUAGE)


def transfer(webhooks: Webhooks, call_id: UUID, number: str, caller_id: str, *, words: Sequence[str] = ()) -> str:
    """Connect the caller to people at `number`, after these words; afterwards ask us what next."""
    response = VoiceResponse()
    _say(response, words)
    dial = Dial(action=webhooks.call(call_id, "transferred"), method="POST", caller_id=caller_id)
    dial.number(number)
    response.append(dial)
    return str(response)


def say_and_hang_up(*sentences: str) -> str:
    """Last words by the carrier's own voice."""
    response = VoiceResponse()
    _say(response, sentences)
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
