"""Measure what is felt on a call, as OpenTelemetry metrics and spans without personal data.

Design §5: call set-up, turn (caller stops → first agent word), tool, database and barge-in, in milliseconds.
Attributes are an allow-list: a key that is not on it is an error of the programmer, a value that could be free text
becomes `other`.
Only the OpenTelemetry API is used here; without an SDK configured by the process everything is a no-op.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from opentelemetry import metrics, trace

Measure = Literal[
    "call_setup",
    "turn",
    "tool",
    "database",
    "barge_in",
    "stream_setup",
    "session_open",
    "entries_post",
    "model_sentence",
]
Count = Literal[
    "calls",
    "calls_refused",
    "entries_dropped",
    "journals_recovered",
    "journals_rejected",
    "circuit_open",
    "audio_dropped",
    "agent_faults",
    "model_failures",
    "sentences_blocked",
]
AttributeValue = str | int | bool

ALLOWED_ATTRIBUTES = frozenset(
    {
        "agent_profile",
        "attempt",
        "circuit",
        "collector_mode",
        "decision",
        "degradation_level",
        "dependency",
        "direction",
        "disposition",
        "environment",
        "epoch",
        "error",
        "kind",
        "method",
        "ok",
        "outcome",
        "queue",
        "reason",
        "route",
        "rule",
        "status",
        "tool",
    }
)
"""What may be said about a measurement. None of these can hold a name, number, sentence or token."""

_WORD = re.compile(r"[A-Za-z0-9_.:/{}-]{1,64}")
_LONG_NUMBER = re.compile(r"\d{5,}")

_meter = metrics.get_meter("archer")
_tracer = trace.get_tracer("archer")
_histograms: dict[str, metrics.Histogram] = {}
_counters: dict[str, metrics.Counter] = {}


def attributes(given: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """The attributes as they may leave the process.

    Raises ValueError for a key outside the allow-list. A string that is not one short word, or that holds five digits
    in a row (a phone number, an account), is replaced by `other`.
    """
    for key in given:
        if key not in ALLOWED_ATTRIBUTES:
            raise ValueError(f"{key!r} is not an allowed telemetry attribute; see ALLOWED_ATTRIBUTES")
    return {key: _safe(value) for key, value in given.items()}


def _safe(value: AttributeValue) -> AttributeValue:
    if not isinstance(value, str):
        return value
    return value if _WORD.fullmatch(value) and not _LONG_NUMBER.search(value) else "other"


def record(measure: Measure, milliseconds: float, **given: AttributeValue) -> None:
    """Record one duration in the histogram `archer.<measure>` (unit ms)."""
    histogram = _histograms.get(measure)
    if histogram is None:
        histogram = _histograms[measure] = _meter.create_histogram(f"archer.{measure}", unit="ms")
    histogram.record(milliseconds, attributes(given))


def count(what: Count, by: int = 1, **given: AttributeValue) -> None:
    """Add to the counter `archer.<what>`."""
    counter = _counters.get(what)
    if counter is None:
        counter = _counters[what] = _meter.create_counter(f"archer.{what}")
    counter.add(by, attributes(given))


@contextmanager
def measured(measure: Measure, **given: AttributeValue) -> Iterator[None]:
    """Record how long the block took, whether it succeeded or not."""
    started = time.perf_counter()
    try:
        yield
    finally:
        record(measure, (time.perf_counter() - started) * 1000, **given)


@contextmanager
def span(name: str, **given: AttributeValue) -> Iterator[None]:
    """A trace span; an exception marks it as failed by its type, never by its text."""
    with _tracer.start_as_current_span(
        name, attributes=attributes(given), record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as error:
            current.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
