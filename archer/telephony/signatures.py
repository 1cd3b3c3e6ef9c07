"""Is this webhook really from Twilio? The signature covers the public URL and every form field."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator


class _Fields(dict[str, Sequence[str]]):
    """Form fields with repeats, as the validator reads them."""

    def getlist(self, name: str) -> Sequence[str]:
        return self[name]


def form_fields(body: bytes) -> dict[str, str]:
    """The fields of a urlencoded body; of a repeated field the first. Raises UnicodeDecodeError on other bytes."""
    fields: dict[str, str] = {}
    for name, value in parse_qsl(body.decode("utf-8"), keep_blank_values=True):
        fields.setdefault(name, value)
    return fields


def is_genuine(auth_token: str, public_url: str, body: bytes, signature: str) -> bool:
    """Whether `signature` (X-Twilio-Signature) fits. `public_url` is scheme, host, path and raw query as Twilio
    was given them, never as a proxy rewrote them."""
    if not auth_token or not signature:
        return False
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True)
    except UnicodeDecodeError:
        return False
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    signed: Mapping[str, Sequence[str]] = _Fields(fields)
    return bool(RequestValidator(auth_token).validate(public_url, signed, signature))
