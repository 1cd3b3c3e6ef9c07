"""The dial cases of cases/dial*.jsonl: what differs from cases/base.json, what must be decided, and why.

dial_edges.jsonl holds boundaries whose `until` was worked out apart from the engine, from calendar and zones alone.
"""

import json
from typing import Any

import pytest

from tests.archer.compliance.dial_cases import CASES, answered, changed

LINES = [json.loads(line) for file in sorted(CASES.glob("dial*.jsonl")) for line in file.read_text().splitlines()]


@pytest.mark.parametrize("case", LINES, ids=[case["id"] for case in LINES])
def test_case(case: dict[str, Any]) -> None:
    line = changed({"id": case["id"], **case.get("change", {})}, case.get("drop"))
    [(valid, got)] = answered(json.dumps(line).encode())
    if case.get("error"):
        assert not valid, case["why"]
        assert set(got) == {"id", "error"}
        return
    assert valid, got
    assert got["decision"] == case["decision"], (case["why"], got)
    assert ("until" in got) == (got["decision"] == "block_until")
    if "until" in case:
        assert got["until"] == case["until"], case["why"]
    if "rules" in case:
        assert sorted({rule["id"] for rule in got["rules"]}) == case["rules"], (case["why"], got)


def test_there_are_enough_and_no_two_have_one_name() -> None:
    assert len(LINES) >= 900
    assert len({case["id"] for case in LINES}) == len(LINES)
