"""Train the intent model from the corpus: `python -m archer.conversation.intents.train` (needs requirements-dev.txt).

Writes `model.bin` and `corpus/report.txt`. Deterministic: the same corpus and code give the same file. Held-out
sentences (`corpus/held_out/`) are only measured, never learnt; the temperature that calibrates the confidence comes
from lines kept back, with all their examples, from a first training.
"""

import argparse
import json
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from archer.conversation.intents import model as shipped
from archer.conversation.intents.classify import classify
from archer.conversation.intents.corpus_reader import CORPUS, Example, Turn, read, read_turns
from archer.conversation.intents.features import LETTER_WEIGHT, features
from archer.conversation.intents.labels import CRITICAL, INTENTS
from archer.conversation.intents.questions import question
from archer.conversation.intents.text import words
from archer.ngrams import BUCKETS

SEED = 7
PART = 5
"""One line in so many is kept back to calibrate."""
STRENGTH = 50.0
"""Inverse regularisation of the regression."""
_NAMES = {label: index for index, label in enumerate(INTENTS)}
Array = np.ndarray[Any, Any]


def known_words(examples: list[Example]) -> frozenset[str]:
    """Words of at least two corpus lines of callers with a request: a word seen once may as well be unknown."""
    lines: dict[str, set[int]] = {}
    for example in examples:
        if example.label != "out_of_scope" and not example.slip:
            for word in words(example.text):
                lines.setdefault(word, set()).add(example.line)
    return frozenset(word for word, found in lines.items() if len(found) > 1)


def matrix(examples: list[Example], known: frozenset[str]) -> Any:
    """Examples as rows of unit length, columns as `features` numbers them."""
    data: list[float] = []
    columns: list[int] = []
    starts = [0]
    for example in examples:
        word_rows, letter_rows = features(words(example.text), question(example.agent_said), known)
        size = (len(word_rows) + LETTER_WEIGHT**2 * len(letter_rows)) ** 0.5
        columns += word_rows + letter_rows
        data += [1 / size] * len(word_rows) + [LETTER_WEIGHT / size] * len(letter_rows)
        starts.append(len(columns))
    rows = csr_matrix((np.array(data), np.array(columns), np.array(starts)), shape=(len(examples), BUCKETS))
    rows.sum_duplicates()
    return rows


def balanced(weights: Array, labels: Array) -> Array:
    """Weights such that every label counts the same, however many lines it has."""
    totals = np.bincount(labels, weights, minlength=len(INTENTS))
    result: Array = weights * (totals.mean() / totals)[labels]
    return result


def fit(rows: Any, labels: Array, weights: Array) -> Array:
    """Weights of a multinomial logistic regression, one row per bucket, one column per label."""
    used = np.unique(rows.indices)
    regression = LogisticRegression(C=STRENGTH, max_iter=400, tol=1e-5, fit_intercept=False)
    regression.fit(rows[:, used], labels, sample_weight=weights)
    found = np.zeros((BUCKETS, len(INTENTS)))
    found[np.ix_(used, regression.classes_)] = regression.coef_.T
    return found


def temperature(rows: Any, labels: Array, weights: Array, groups: Array, heard: Array) -> float:
    """The divisor of the scores at which the confidence on lines not learnt from is as right as it says.

    `heard` are the examples without slips: only they are measured.
    """
    kept = groups % PART == 0
    out = kept & heard
    scores = rows[out] @ fit(rows[~kept], labels[~kept], weights[~kept])
    labels, weights = labels[out], weights[out]

    def loss(divisor: float) -> float:
        scaled = scores / divisor
        top = scaled.max(axis=1)
        own = scaled[np.arange(len(labels)), labels]
        return float((weights * (top + np.log(np.exp(scaled - top[:, None]).sum(axis=1)) - own)).sum())

    return round(float(minimize_scalar(loss, bounds=(0.2, 5), method="bounded").x), 4)


def pack(weights: Array, divisor: float, known: frozenset[str]) -> bytes:
    """The model file: see `model`."""
    steps = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    rows = (np.rint(weights / steps) + shipped.ZERO).astype(np.uint8)
    header = {
        "labels": INTENTS,
        "buckets": BUCKETS,
        "temperature": divisor,
        "steps": [round(float(step), 8) for step in steps],
        "known": " ".join(sorted(known)),
    }
    return json.dumps(header).encode() + b"\n" + zlib.compress(rows.tobytes(), 9)


def measure(name: str, cases: list[Turn], show: bool = False) -> list[str]:
    """Lines of the report on one held-out set: accuracy, recall per label, calibration."""
    total, right, steps = Counter[str](), Counter[str](), [[0, 0.0, 0] for _ in range(5)]
    missed = []
    for case in cases:
        found = classify(case.text, case.agent_said)
        good = found.label == case.label
        total[case.label] += 1
        right[case.label] += good
        step = steps[min(int(found.confidence * 5), 4)]
        step[0], step[1], step[2] = step[0] + 1, step[1] + found.confidence, step[2] + good
        if not good:
            missed.append(
                f"  {case.label} -> {found.label} {found.confidence:.2f}: {case.text} | {case.agent_said or ''}"
            )
    duty = [label for label in total if label in CRITICAL]
    recall = sum(right[label] for label in duty) / max(sum(total[label] for label in duty), 1)
    lines = [
        f"{name}: {sum(right.values())}/{sum(total.values())} = {sum(right.values()) / sum(total.values()):.2%}, "
        f"critical labels together {recall:.2%}"
    ]
    lines += [
        f"  {label:24} {right[label]:3}/{total[label]:3} {right[label] / total[label]:7.1%}"
        + " critical" * (label in CRITICAL)
        for label in INTENTS
        if total[label]
    ]
    lines += [f"  confidence {said / n:.2f} -> right {good / n:.2f} (n={n})" for n, said, good in steps if n]
    return lines + (missed if show else [])


def main(arguments: list[str] | None = None) -> int:
    """Train, write the model and the report, print the report."""
    parser = argparse.ArgumentParser(description="Train the intent model.")
    parser.add_argument("--show", action="store_true", help="print the held-out sentences that were missed")
    parser.add_argument("--only-measure", action="store_true", help="measure the model there is")
    options = parser.parse_args(arguments)
    corpus = read()
    if not options.only_measure:
        examples = corpus.examples(SEED)
        known = known_words(examples)
        rows = matrix(examples, known)
        labels = np.array([_NAMES[example.label] for example in examples])
        weights = balanced(np.array([example.weight for example in examples]), labels)
        groups = np.array([zlib.crc32(str(example.line).encode()) for example in examples])
        heard = np.array([not example.slip for example in examples])
        divisor = temperature(rows, labels, weights, groups, heard)
        Path(shipped.__file__).with_name(shipped.FILE).write_bytes(pack(fit(rows, labels, weights), divisor, known))
        shipped.load.cache_clear()
    per_label = Counter([line.label for line in corpus.lines] + [turn.label for turn in corpus.turns])
    report = [
        f"lines and turns written by hand: {per_label.total()}, fewest per label {min(per_label.values())}; "
        f"examples: {len(corpus.examples(SEED))}; temperature {shipped.load().temperature}"
    ]
    for path in sorted((CORPUS / "held_out").glob("*.txt")):
        report += measure(path.stem, read_turns(path), options.show)
    if not options.show:
        (CORPUS / "report.txt").write_text("\n".join(report) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
