"""Recognition: when the caller begins to speak, what is said, when the turn is over.

A turn is over after `endpoint_seconds` without speech, counted in frames of audio, not by the wall clock: audio that
comes late on a busy machine is not silence.
"""

from base64 import b64decode
from binascii import Error
from collections.abc import Callable

from local.speech import FRAME_SECONDS, SILENCE_BASE64, Ear, join

_SILENT_PAYLOAD = f'"{SILENCE_BASE64}"'


class Listener:
    """Hears one caller. `started` is called at the first sound, `ended` with the text when the turn is over."""

    def __init__(self, endpoint_seconds: float, started: Callable[[], None], ended: Callable[[str], None]) -> None:
        self._silent_frames_to_end = max(1, round(endpoint_seconds / FRAME_SECONDS))
        self._started = started
        self._ended = ended
        self._ear = Ear()
        self._text = ""
        self._utterance: int | None = None
        self._silent_frames = 0
        self.speaking = False
        self.frames = 0

    def is_silence(self, message: str) -> bool:
        """Take a `media_input` message as it came, unparsed; true when it was one frame of silence."""
        if _SILENT_PAYLOAD not in message:
            return False
        self.frames += 1
        if self.speaking:
            self._silence()
        return True

    def hear(self, payload: str) -> None:
        """Take the payload of one `media_input`. Raises ValueError when it is not base64."""
        try:
            audio = b64decode(payload, validate=True)
        except Error as error:
            raise ValueError(f"media.payload is not base64: {error}") from error
        for frame in self._ear.hear(audio):
            self.frames += 1
            if frame is None:
                if self.speaking:
                    self._silence()
                continue
            self._silent_frames = 0
            if not self.speaking:
                self.speaking = True
                self._started()
            self._text = join(self._text, frame.text) if frame.utterance != self._utterance else self._text + frame.text
            self._utterance = frame.utterance

    def give_up(self) -> None:
        """No more audio comes: the turn, if there is one, is over as it stands."""
        if self.speaking:
            self._end()

    def _silence(self) -> None:
        self._silent_frames += 1
        if self._silent_frames >= self._silent_frames_to_end:
            self._end()

    def _end(self) -> None:
        text, self._text, self._utterance = self._text.strip(), "", None
        self.speaking = False
        self._ended(text)
