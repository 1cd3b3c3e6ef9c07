"""The linear model of the guardrail: one byte a weight, read on first use, scored with the standard library alone.

File: a line of JSON (labels, steps, what patterns weigh, bias), then zlib-compressed rows, one a feature bucket, one
unsigned byte a label; weight = (byte - 128) * step of the label. `python -m archer.compliance.guardrail.train`
writes it.
"""

import json
import math
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archer.compliance.guardrail.features import WIDE_WEIGHT, features
from archer.compliance.guardrail.scope import Scope
from archer.compliance.guardrail.text import Spoken
from archer.ngrams import BUCKETS

FILE = "model.bin"
ZERO = 128
ALLOWED = "allowed"
LABELS = (ALLOWED, *(f"G-{number:02}" for number in range(1, 19)))
_MOST = 50.0
_MOST_ODDS = math.exp(_MOST)


@dataclass(frozen=True)
class Model:
    """Weights as bytes, `len(LABELS)` to a row; `steps` undo the quantisation."""

    steps: tuple[float, ...]
    rows: bytes
    bias: float
    """What a sentence must outweigh to be refused (negative)."""
    patterns: dict[str, float]
    """What a match of a pattern ("G-01.custody") adds: how often it was right on sentences it was not written for."""
    unknown_pattern: float
    """What a pattern adds that never matched in training."""

    def odds(self, spoken: Spoken, scope: Scope) -> dict[str, float]:
        """For each rule, how much likelier it is than "allowed" that the sentence breaks it (not a probability)."""
        words, wide = features(spoken, scope)
        size = math.sqrt(len(words) + WIDE_WEIGHT**2 * len(wide)) or 1.0
        scores = [
            (word + WIDE_WEIGHT * letter) * step / size
            for word, letter, step in zip(self._sums(words), self._sums(wide), self.steps, strict=True)
        ]
        allowed = scores[0]
        return {
            label: math.exp(score - allowed) if score - allowed < _MOST else _MOST_ODDS
            for label, score in zip(LABELS[1:], scores[1:], strict=True)
        }

    def weight(self, pattern: str) -> float:
        """What a match of a pattern adds to the score."""
        return self.patterns.get(pattern, self.unknown_pattern)

    def _sums(self, numbers: list[int]) -> list[int]:
        width, rows = len(LABELS), self.rows
        if not numbers:
            return [0] * width
        offset = ZERO * len(numbers)
        chosen = b"".join([rows[number * width : number * width + width] for number in numbers])
        return [sum(chosen[column::width]) - offset for column in range(width)]


def parse(data: bytes) -> Model:
    """Read a model file; ValueError when it was trained for other labels or another number of buckets."""
    head, _, body = data.partition(b"\n")
    header = json.loads(head)
    rows = zlib.decompress(body)
    if tuple(header["labels"]) != LABELS or len(rows) != BUCKETS * len(LABELS):
        raise ValueError("the model file does not fit this code: run python -m archer.compliance.guardrail.train")
    return Model(tuple(header["steps"]), rows, header["bias"], header["patterns"], header["unknown_pattern"])


@cache
def load() -> Model:
    """The model shipped with the package, read once."""
    return parse(files(__package__).joinpath(FILE).read_bytes())
