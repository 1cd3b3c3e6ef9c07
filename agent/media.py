"""The frames of both sides of the media bridge, taken apart and put together without decoding the audio.

Twilio Media Streams and Cartesia's agent stream both carry base64 mu-law in a JSON text frame (facts on Twilio; on
Cartesia, §1). Fifty frames a second and direction pass here for each call, so that the usual frame is cut out of its
text and pasted into the other's; only an unusual one is parsed.
"""

import json
import math
from base64 import b64encode
from functools import cache
from typing import Any

BYTES_PER_SECOND = 8000
_MEDIA_HEADS = ('{"event":"media"', '{"event": "media"', '{"event":"media_output"', '{"event": "media_output"')
_ROWS = ((697, "123"), (770, "456"), (852, "789"), (941, "*0#"))
_COLUMNS = (1209, 1336, 1477)
_TONES = {key: (low, high) for low, keys in _ROWS for key, high in zip(keys, _COLUMNS, strict=True)}


def audio_of(text: str) -> str | None:
    """The base64 payload of a media frame in the usual form, or None: then the frame has to be parsed."""
    if not text.startswith(_MEDIA_HEADS):
        return None
    at = text.find('"payload":"')
    if at >= 0:
        at += 11
    else:
        at = text.find('"payload": "')
        if at < 0:
            return None
        at += 12
    end = text.find('"', at)
    payload = text[at:end]
    return None if end < 0 or "\\" in payload else payload


def parse(text: str) -> dict[str, Any]:
    """Any other frame; an empty dict when it is not a JSON object."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def part(frame: dict[str, Any], name: str) -> dict[str, Any]:
    """An object within a frame, empty when it is missing or something else."""
    value = frame.get(name)
    return value if isinstance(value, dict) else {}


def seconds_of(payload: str) -> float:
    """How long this audio plays."""
    return len(payload) * 3 / 4 / BYTES_PER_SECOND


def compact(frame: dict[str, Any]) -> str:
    """A frame as text."""
    return json.dumps(frame, separators=(",", ":"))


@cache
def tone(digit: str) -> str | None:
    """A keypad tone as base64 mu-law: 160 ms and a pause, because Twilio's streams have no key event towards the phone.

    None for what is not on a keypad. Frequencies: ITU-T Q.23.
    """
    if digit not in _TONES:
        return None
    low, high = _TONES[digit]
    samples = (
        8000
        * (math.sin(2 * math.pi * low * n / BYTES_PER_SECOND) + math.sin(2 * math.pi * high * n / BYTES_PER_SECOND))
        for n in range(int(0.16 * BYTES_PER_SECOND))
    )
    silence = b"\xff" * int(0.08 * BYTES_PER_SECOND)
    return b64encode(bytes(_mu_law(int(sample)) for sample in samples) + silence).decode()


def _mu_law(sample: int) -> int:
    """One 16-bit sample as G.711 mu-law."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return ~(sign | exponent << 4 | mantissa) & 0xFF
