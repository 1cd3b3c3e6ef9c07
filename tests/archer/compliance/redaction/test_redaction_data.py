"""Every line of the versioned data sets is redacted to the letter, and a second time changes nothing."""

import json
from pathlib import Path

import pytest

from archer.compliance.redaction import redact

DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.jsonl")))
def test_each_line_is_redacted_to_the_letter(name: str) -> None:
    wrong = []
    for line in lines(name):
        result = redact(line["text"])
        if (result.text, sorted(result.redacted)) != (line["expected"], sorted(line["redacted"])):
            wrong.append((line["id"], line["text"], result.text))
    assert wrong == []


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.jsonl")))
def test_a_second_redaction_changes_nothing(name: str) -> None:
    for line in lines(name):
        once = redact(line["text"]).text
        assert redact(once) == (once, []), line["id"]


def test_the_data_sets_hold_at_least_six_hundred_lines() -> None:
    assert sum(len(lines(path.name)) for path in DATA.glob("*.jsonl")) >= 600
