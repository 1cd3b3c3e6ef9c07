"""Text inside audio: what is spoken is heard, however the audio is cut, and how much of it is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.speech import (
    FRAME_BYTES,
    SILENCE,
    Ear,
    characters_after,
    duration,
    frame_count,
    join,
    read_frame,
    speak,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
SPEEDS = st.floats(0.5, 90)


def heard(audio: list[bytes], ear: Ear | None = None) -> str:
    ear = ear or Ear()
    return "".join(frame.text for piece in audio for frame in ear.hear(piece) if frame)


@settings(max_examples=40)
@given(TEXTS, SPEEDS)
def test_what_is_spoken_is_heard(text: str, speed: float) -> None:
    frames = speak(text, 7, speed)
    assert all(len(frame) == FRAME_BYTES for frame in frames)
    assert heard(frames) == text
    last = read_frame(frames[-1])
    assert last is not None
    assert (last.last, last.utterance, last.total) == (True, 7, len(frames))


@settings(max_examples=40)
@given(TEXTS, st.integers(1, 700), st.integers(0, 159), st.sampled_from([5.0, 40.0]))
def test_it_does_not_matter_where_the_audio_is_cut(text: str, size: int, lead: int, speed: float) -> None:
    stream = b"\xff" * lead + SILENCE + b"".join(speak(text, 1, speed)) + SILENCE * 2
    assert heard([stream[at : at + size] for at in range(0, len(stream), size)]) == text


@given(TEXTS, SPEEDS)
def test_characters_never_run_backwards_and_end_complete(text: str, speed: float) -> None:
    total = frame_count(text, speed)
    counts = [characters_after(text, played, total) for played in range(total + 1)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, len(text))


def test_a_damaged_frame_is_noise_and_silence_is_nothing() -> None:
    frame = bytearray(speak("hello", 1, 50)[0])
    frame[14] ^= 1
    assert read_frame(bytes(frame)) is None
    assert Ear().hear(bytes(frame) + SILENCE) == [None, None]


def test_the_pace_is_that_of_speech() -> None:
    words = "word " * 150
    assert 40 < duration(words) < 70
    assert duration(words, 10) == pytest.approx(duration(words) / 10, rel=0.01)
    with pytest.raises(ValueError, match="speed must be above 0"):
        duration(words, 0)


def test_sentences_get_the_space_between_them() -> None:
    assert join("Yes.", "This") == "Yes. This"
    assert join("Hel", "lo") == "Hello"
    assert join("Hello. ", "You") == "Hello. You"
