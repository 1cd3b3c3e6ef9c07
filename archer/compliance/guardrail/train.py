"""Train the guardrail's model from its corpus: `python -m archer.compliance.guardrail.train` (requirements-dev.txt).

Writes `model.bin` and `report.txt`. Deterministic: the same corpus and code give the same file. Every figure of
the report is about lines that were not learned from: the corpus is cut in parts, each judged by a model of the others.
The same judgements tell what a match of each pattern is worth, and how much must speak against a sentence.
"""

import json
import sys
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from archer.compliance.guardrail import model as shipped
from archer.compliance.guardrail.corpus_reader import Example, read
from archer.compliance.guardrail.features import WIDE_WEIGHT, features
from archer.compliance.guardrail.judge import exact_findings, key, matches
from archer.compliance.guardrail.model import LABELS
from archer.compliance.guardrail.scope import Scope
from archer.compliance.guardrail.state import SpeechState
from archer.compliance.guardrail.text import read as spoken_form
from archer.ngrams import BUCKETS

SEED = 7
PER_LINE = 3
PARTS = 4
STRENGTH = 500.0
"""Inverse regularisation of the regression."""
ITERATIONS = 120
FALSE_BLOCKS = 0.065
"""The share of allowed held-out lines (many of them near misses) that may be refused."""
LEDGER = {"balance": "412.07", "due_date": "2026-12-01", "minimum_due": "35.00", "last_payment_amount": "60.00",
          "last_payment_date": "2026-10-15"}  # fmt: skip
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Row:
    """An example as the model sees it."""

    example: Example
    label: int
    words: list[int]
    wide: list[int]
    patterns: tuple[str, ...]
    """What matched in the state of the example."""

    @property
    def forbidden(self) -> bool:
        """Whether the sentence must be refused in the state of the example."""
        return not self.example.allowed


def rows(examples: list[Example]) -> list[Row]:
    """What is left to weigh: sentences that amounts and deadlines do not decide.

    What discloses a debt is labelled as that after verification too; the judge lets it pass there.
    """
    found = []
    for example in examples:
        state = SpeechState(right_party_verified=example.verified, in_validation_period=example.validation,
                            ledger=LEDGER, approved_amounts=["412.07", "50.00"])  # fmt: skip
        spoken = spoken_form(example.text)
        scope = Scope(spoken)
        if exact_findings(spoken, scope, state)[0]:
            continue
        hits = matches(spoken, scope, state)
        label = 0 if example.allowed or example.rule is None else LABELS.index(example.rule)
        if example.allowed and example.verified:
            before = matches(spoken, scope, state.model_copy(update={"right_party_verified": False}))
            if any(pattern.rule == "G-07" for pattern, _, _ in before):
                label = LABELS.index("G-07")
        names = tuple(key(pattern) for pattern, _, _ in hits)
        found.append(Row(example, label, *features(spoken, scope), names))
    return found


def matrix(found: list[Row]) -> Any:
    """Rows of unit length, columns as `features` numbers them."""
    data: list[float] = []
    columns: list[int] = []
    starts = [0]
    for row in found:
        size = (len(row.words) + WIDE_WEIGHT**2 * len(row.wide)) ** 0.5 or 1.0
        columns += row.words + row.wide
        data += [1 / size] * len(row.words) + [WIDE_WEIGHT / size] * len(row.wide)
        starts.append(len(columns))
    result = csr_matrix((np.array(data), np.array(columns), np.array(starts)), shape=(len(found), BUCKETS))
    result.sum_duplicates()
    return result


def fit(table: Any, labels: Array, weights: Array) -> Array:
    """Weights of a multinomial logistic regression, one row per bucket, one column per label."""
    used = np.unique(table.indices)
    regression = LogisticRegression(C=STRENGTH, max_iter=ITERATIONS, tol=1e-5, fit_intercept=False)
    regression.fit(table[:, used], labels, sample_weight=weights)
    found = np.zeros((BUCKETS, len(LABELS)))
    found[np.ix_(used, regression.classes_)] = regression.coef_.T
    return found


def risks(table: Any, weights: Array, found: list[Row]) -> Array:
    """The log odds that a sentence breaks a rule that binds in its state."""
    scores = table @ weights
    odds = np.exp(np.minimum(scores[:, 1:] - scores[:, :1], 50.0))
    verified = np.array([row.example.verified for row in found])
    disclosure = np.where(verified, odds[:, LABELS.index("G-07") - 1], 0.0)
    result: Array = np.log(np.maximum((odds.sum(axis=1) - disclosure) / (1 + disclosure), 1e-9))
    return result


def weigh(risk: Array, found: list[Row]) -> tuple[dict[str, float], float]:
    """What a match of each pattern adds to the risk: never less than nothing, shrunk to what matches add in general."""
    names = sorted({name for row in found for name in row.patterns})
    column = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(found), len(names)))
    for number, row in enumerate(found):
        for name in row.patterns:
            table[number, column[name]] = 1
    answers = np.array([row.forbidden for row in found], float)
    weights = np.array([row.example.weight for row in found])
    any_match = table.sum(axis=1)

    def loss(values: Array) -> tuple[float, Array]:
        slope, bias, general, own = values[0], values[1], values[2], values[3:]
        scores = slope * risk + bias + general * any_match + table @ own
        error = weights * (1 / (1 + np.exp(-scores)) - answers)
        total = (weights * (np.logaddexp(0, scores) - answers * scores)).sum() + 0.5 * (own**2).sum()
        gradient = [error @ risk, error.sum(), error @ any_match]
        return float(total), np.concatenate([gradient, table.T @ error + own])

    start = np.concatenate([[1.0, 0.0, 1.0], np.zeros(len(names))])
    values = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    slope, general = float(values[0]), float(values[2])
    added = {
        name: round(max(general + float(own), 0.0) / slope, 3) for name, own in zip(names, values[3:], strict=True)
    }
    return added, round(max(general, 0.0) / slope, 3)


def threshold(scores: Array, found: list[Row]) -> float:
    """The bias with which FALSE_BLOCKS of the allowed lines are refused."""
    allowed = np.array([not row.forbidden for row in found])
    weights = np.array([row.example.weight for row in found])[allowed]
    order = np.argsort(-scores[allowed])
    share = np.cumsum(weights[order]) / weights.sum()
    return round(-float(scores[allowed][order][int(np.searchsorted(share, FALSE_BLOCKS))]), 3)


def report(scores: Array, found: list[Row]) -> list[str]:
    """How held-out lines were judged, for each rule."""
    caught, must, false, may = (Counter[str]() for _ in range(4))
    for value, row in zip(scores, found, strict=True):
        rule = row.example.rule or "ordinary"
        for name in (rule, "all"):
            if row.forbidden:
                must[name] += 1
                caught[name] += bool(value > 0)
            else:
                may[name] += 1
                false[name] += bool(value > 0)
    return [
        f"{name:9} caught {_share(caught[name], must[name])}   false blocks {_share(false[name], may[name])}"
        for name in [*LABELS[1:], "ordinary", "all"]
    ]


def _share(part: int, whole: int) -> str:
    return f"{part:4}/{whole:4} = {part / max(whole, 1):6.1%}"


def pack(weights: Array, bias: float, patterns: dict[str, float], unknown: float) -> bytes:
    """The model file: see `model`."""
    steps = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    body = (np.rint(weights / steps) + shipped.ZERO).astype(np.uint8)
    header = {
        "labels": LABELS,
        "steps": [round(float(step), 8) for step in steps],
        "bias": bias,
        "patterns": patterns,
        "unknown_pattern": unknown,
    }
    return json.dumps(header).encode() + b"\n" + zlib.compress(body.tobytes(), 9)


def main() -> int:
    """Train, write the model and the report, print the report."""
    found = rows(read(PER_LINE, SEED))
    table = matrix(found)
    labels = np.array([row.label for row in found])
    weights = np.array([row.example.weight for row in found])
    parts = np.array([row.example.part % PARTS for row in found])
    held_out = np.zeros(len(found))
    for part in range(PARTS):
        out = np.flatnonzero(parts == part)
        learned = fit(table[parts != part], labels[parts != part], weights[parts != part])
        held_out[out] = risks(table[out], learned, [found[number] for number in out])
    fresh = [number for number, row in enumerate(found) if not row.example.fitted]
    measured = [found[number] for number in fresh]
    patterns, unknown = weigh(held_out[fresh], measured)
    scores = held_out[fresh] + np.array([sum(patterns[name] for name in row.patterns) for row in measured])
    bias = threshold(scores, measured)
    data = pack(fit(table, labels, weights), bias, patterns, unknown)
    Path(shipped.__file__).with_name(shipped.FILE).write_bytes(data)
    lines = [f"{len({row.example.line for row in found})} lines, {len(found)} sentences, {PARTS} parts, bias {bias}"]
    lines += report(scores + bias, measured)
    Path(__file__).with_name("report.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
