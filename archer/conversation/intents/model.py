"""The linear model: one byte a weight, read on first use, scored with nothing but the standard library.

File: a line of JSON (labels, step of each label, temperature, known words), then zlib-compressed rows, one per feature bucket,
one unsigned byte per label; weight = (byte - 128) * step of the label.
"""

import json
import math
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archer.conversation.intents.features import LETTER_WEIGHT, features
from archer.conversation.intents.labels import INTENTS
from archer.conversation.intents.questions import NONE, Question
from archer.ngrams import BUCKETS

FILE = "model.bin"
ZERO = 128


@dataclass(frozen=True)
class Model:
    """Weights as bytes, `len(labels)` to a row; `steps` undo the quantisation; `temperature` calibrates; `known` words."""

    labels: tuple[str, ...]
    steps: tuple[float, ...]
    temperature: float
    known: frozenset[str]
    rows: bytes

    def logits(self, found: list[str], asked: Question = NONE) -> list[float]:
        """One calibrated score per label, higher is likelier; softmax makes them probabilities."""
        word_rows, letter_rows = features(found, asked, self.known)
        size = math.sqrt(len(word_rows) + LETTER_WEIGHT**2 * len(letter_rows))
        words, letters = self._sums(word_rows), self._sums(letter_rows)
        return [
            (word + LETTER_WEIGHT * letter) * step / (size * self.temperature)
            for word, letter, step in zip(words, letters, self.steps, strict=True)
        ]

    def _sums(self, numbers: list[int]) -> list[int]:
        width, rows = len(self.labels), self.rows
        offset = ZERO * len(numbers)
        if not numbers:
            return [0] * width
        chosen = b"".join([rows[number * width : number * width + width] for number in numbers])
        return [sum(chosen[column::width]) - offset for column in range(width)]


def softmax(logits: list[float]) -> list[float]:
    """Probabilities of logits."""
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    total = sum(powers)
    return [power / total for power in powers]


def parse(data: bytes) -> Model:
    """Read a model file; ValueError when it was trained for other labels or another number of buckets."""
    head, _, body = data.partition(b"\n")
    header = json.loads(head)
    if tuple(header["labels"]) != INTENTS or header["buckets"] != BUCKETS:
        raise ValueError("the model file does not fit this code: run python -m archer.conversation.intents.train")
    rows = zlib.decompress(body)
    if len(rows) != BUCKETS * len(INTENTS):
        raise ValueError(f"the model file is damaged: {len(rows)} weights instead of {BUCKETS * len(INTENTS)}")
    return Model(INTENTS, tuple(header["steps"]), header["temperature"], frozenset(header["known"].split()), rows)


@cache
def load() -> Model:
    """The model shipped with the package, read once."""
    return parse(files(__package__).joinpath(FILE).read_bytes())
