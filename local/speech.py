"""Speech that can be read back: text carried inside mu-law audio, the one thing the carrier stand-ins agree on.

The Twilio stand-in speaks as the caller, the Cartesia stand-in as the agent. Neither has a voice or an ear; both turn
text into 20 ms frames of 8 kHz mu-law (160 bytes) of the length that speaking it would take, and hide in each frame
the part of the text that is spoken in those 20 ms. Whoever receives the audio, through any bridge that passes mu-law
on untouched, knows what was really played and how far it came. The frame:

    magic  4 | utterance 4 | index 2 | total 2 | length 1 | text (UTF-8) | CRC-32 of all before 4 | filler

Numbers are big-endian. `index` counts the frames of one utterance from 0 to `total - 1`. The filler is a constant
tone, so that the frame is not silent. Pace: about 150 words a minute, 60 ms a character, divided by `speed`.
"""

import math
import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass

FRAME_BYTES = 160
FRAME_SECONDS = 0.02
SECONDS_PER_CHARACTER = 0.06
MAX_SPEED = 90.0
"""At this speed a frame carries 30 characters, which fit whatever their encoding."""

SILENCE = b"\xff" * FRAME_BYTES
SILENCE_BASE64 = b64encode(SILENCE).decode()

_MAGIC = b"\x5a\xd3\x2b\xc4"
_HEADER = struct.Struct(">4sIHHB")
_CHECKSUM = struct.Struct(">I")
_TONE = b"\x9e\x1e" * (FRAME_BYTES // 2)


@dataclass(frozen=True, slots=True)
class SpeechFrame:
    """20 ms of somebody speaking."""

    utterance: int
    index: int
    total: int
    text: str
    """The characters that are spoken in this frame; often none at natural speed."""

    @property
    def last(self) -> bool:
        """True for the frame that ends its utterance."""
        return self.index == self.total - 1


def frame_count(text: str, speed: float = 1.0) -> int:
    """How many frames it takes to say `text`; at least one. Raises ValueError for a speed outside (0, 90]."""
    if not 0 < speed <= MAX_SPEED:
        raise ValueError(f"speed must be above 0 and at most {MAX_SPEED:g}, is {speed}")
    return max(1, math.ceil(len(text) * SECONDS_PER_CHARACTER / speed / FRAME_SECONDS))


def duration(text: str, speed: float = 1.0) -> float:
    """Seconds that saying `text` takes."""
    return frame_count(text, speed) * FRAME_SECONDS


def characters_after(text: str, frames: int, total: int) -> int:
    """How many characters of `text` have been spoken once `frames` of its `total` frames were played."""
    return len(text) * min(frames, total) // total


def speak(text: str, utterance: int, speed: float = 1.0) -> list[bytes]:
    """The frames of one utterance. `utterance` tells it from its neighbours on the same line (0 … 2³²-1)."""
    total = frame_count(text, speed)
    frames = []
    start = 0
    for index in range(total):
        end = characters_after(text, index + 1, total)
        frames.append(_frame(utterance, index, total, text[start:end]))
        start = end
    return frames


def _frame(utterance: int, index: int, total: int, text: str) -> bytes:
    payload = text.encode()
    body = _HEADER.pack(_MAGIC, utterance, index, total, len(payload)) + payload
    body += _CHECKSUM.pack(zlib.crc32(body))
    return body + _TONE[len(body) :]


def read_frame(block: bytes) -> SpeechFrame | None:
    """The speech in exactly one frame of audio; None when it is silence, noise or damaged."""
    if not block.startswith(_MAGIC) or len(block) != FRAME_BYTES:
        return None
    _, utterance, index, total, length = _HEADER.unpack_from(block)
    end = _HEADER.size + length
    if end + _CHECKSUM.size > FRAME_BYTES or _CHECKSUM.unpack_from(block, end)[0] != zlib.crc32(block[:end]):
        return None
    return SpeechFrame(utterance, index, total, block[_HEADER.size : end].decode())


class Ear:
    """Cuts a stream of mu-law audio back into frames, wherever the pieces it arrives in begin and end."""

    def __init__(self) -> None:
        self._rest = b""

    def hear(self, audio: bytes) -> list[SpeechFrame | None]:
        """Take the next piece of audio; one entry for each whole 20 ms in it, None where nobody speaks."""
        data = self._rest + audio if self._rest else audio
        heard: list[SpeechFrame | None] = []
        at = 0
        while len(data) - at >= FRAME_BYTES:
            block = data[at : at + FRAME_BYTES]
            frame = None if block == SILENCE else read_frame(block)
            if frame is None and block != SILENCE:
                # Speech may begin inside the block, when somebody on the way cut the audio elsewhere.
                begins = data.find(_MAGIC, at + 1, at + FRAME_BYTES + len(_MAGIC) - 1)
                if begins < 0:  # … or its first bytes end the block and the rest has not come yet
                    begins = at + FRAME_BYTES - _begun(block)
                if begins < at + FRAME_BYTES:
                    at = begins
                    continue
            heard.append(frame)
            at += FRAME_BYTES
        self._rest = data[at:]
        return heard


def _begun(block: bytes) -> int:
    """How many bytes at the block's end could be the beginning of a frame."""
    return next((size for size in range(len(_MAGIC) - 1, 0, -1) if block.endswith(_MAGIC[:size])), 0)


def join(so_far: str, text: str) -> str:
    """Two utterances one after the other as text: sentences get the space between them that a voice makes."""
    if so_far and text and so_far[-1] in ".?!,;:" and not text[0].isspace():
        return f"{so_far} {text}"
    return so_far + text
