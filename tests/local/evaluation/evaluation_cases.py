"""Calls and scores to evaluate."""

from datetime import UTC, datetime
from typing import Any

from local.evaluation.score import Card, Cell, Score

AT = datetime(2027, 5, 4, 19, 30, tzinfo=UTC)
OPENING = (
    "Hello, this is Archer, an automated assistant with Maple Bank on a recorded line; to opt out of these calls, say "
    "stop or press nine at any time."
)


def score(caller: str = "pays", *, right: bool = True, tactic: str | None = None, level: int = 2, **more: Any) -> Score:
    """One call; `right=False` with a miss."""
    values: dict[str, Any] = {"turns": 5, "misses": [] if right else ["disposition should be 'x', is 'y'"], **more}
    return Score(caller, f"about {caller}", values.pop("group", "people"), Cell(tactic, level), **values)


def card(*scores: Score, path: str = "offline") -> Card:
    return Card(AT, path, list(scores))


def said(speaker: str, text: str) -> dict[str, Any]:
    return {"kind": "transcript", "speaker": speaker, "text": text, "interrupted": False}


def used(name: str, *, ok: bool = True, data: dict[str, Any] | None = None, **arguments: Any) -> dict[str, Any]:
    tool = {"name": name, "arguments": arguments, "result": {"ok": ok, "data": data or {}}, "ok": ok}
    return {"kind": "tool", "speaker": None, "text": None, "tool": tool}


def happened(event: str) -> dict[str, Any]:
    return {"kind": "event", "speaker": None, "text": None, "event": event}


def call(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"entries": list(entries), "findings": [], "collector_mode": "first_party", **more}
