"""What callers say, by kind: the data that the parsers were written with, and the data that was held out."""

import json
from pathlib import Path
from typing import Any

import pytest

from archer.conversation.slots import KINDS, extract

_DATA = Path(__file__).parent / "data"
_FILES = sorted(_DATA.glob("*/*.jsonl"))
_LEAST = 0.99


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_values_are_understood(path: Path) -> None:
    rows = _rows(path)
    wrong = []
    for row in rows:
        value = extract(row["kind"], row["text"], row.get("context"))
        if value != row["value"] or type(value) is not type(row["value"]):
            wrong.append(f"{row['id']}: {row['text']!r} is {row['value']!r}, understood {value!r}")
    assert len(wrong) <= (1 - _LEAST) * len(rows), "\n".join(wrong)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_at_least_a_hundred_examples(kind: str) -> None:
    assert sum(len(_rows(path)) for path in _FILES if path.stem == kind) >= 100


def test_ids_are_unique_within_a_part() -> None:
    for part in {path.parent for path in _FILES}:
        ids = [row["id"] for path in part.glob("*.jsonl") for row in _rows(path)]
        assert len(ids) == len(set(ids))
