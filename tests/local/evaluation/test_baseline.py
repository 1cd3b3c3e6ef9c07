"""An evaluation against an earlier one: what makes it fail, and what does not."""

import json
from pathlib import Path

import pytest

from local.evaluation.baseline import Baseline, as_baseline, read, regressions
from tests.local.evaluation.evaluation_cases import card, score

GOOD = card(score("a", waits_ms=[40.0]), score("b", waits_ms=[60.0]), path="whole path")


def baseline() -> Baseline:
    return as_baseline(GOOD)


def test_the_same_again_is_no_regression() -> None:
    assert regressions(GOOD, baseline(), 0.95) == []
    assert regressions(GOOD, None, 0.95) == []


def test_a_caller_who_was_served_and_is_not_now() -> None:
    worse = card(score("a"), score("b", right=False))
    found = regressions(worse, baseline(), 0.0)
    assert found == ["b | no tactic, level 2 was right in the baseline: disposition should be 'x', is 'y'"]


def test_a_caller_who_was_never_served_is_none() -> None:
    before = as_baseline(card(score("a"), score("b", right=False)))
    assert regressions(card(score("a"), score("b", right=False)), before, 0.5) == []


def test_new_and_missing_callers_are_not_compared() -> None:
    assert regressions(card(score("a"), score("new", right=False)), baseline(), 0.5) == []


def test_too_few_in_one_way_of_calling_fail_though_the_other_is_perfect() -> None:
    mixed = card(*(score(f"c{n}") for n in range(99)), score("c1", tactic="stern", right=False))
    assert regressions(mixed, None, 0.95) == [
        "stern, level 2: 0 of 1 calls came out right; at least 95% should",
    ]


def test_calls_that_fell_from_the_model_to_the_rules_fail_though_they_came_out_right() -> None:
    kept = [score(f"c{n}", level=0, stood=0) for n in range(95)]
    few, many = (
        [score(f"d{n}", level=0, stood=2) for n in range(5)],
        [score(f"d{n}", level=0, stood=2) for n in range(6)],
    )
    assert regressions(card(*kept, *few), None, 0.95) == []
    assert regressions(card(*kept, *many), None, 0.95) == [
        "no tactic, level 0: 6 of 101 calls fell to a lower level: has it a model?"
    ]


def test_a_call_on_the_rules_cannot_fall() -> None:
    assert regressions(card(score("a", level=2, stood=2), score("b", level=2)), None, 0.95) == []


def test_a_silence_after_a_filler_counts() -> None:
    assert regressions(card(score("a", waits_ms=[400.0], gaps_ms=[400.0, 6000.0])), None, 0.95) == [
        "a | no tactic, level 2: 6000 ms without a word, at most 2000 may be"
    ]


def test_every_compliance_finding_fails() -> None:
    assert regressions(card(score("a", findings=["said, G-04: …"])), None, 0.95) == [
        "a | no tactic, level 2: said, G-04: …"
    ]


@pytest.mark.parametrize(("wait", "fails"), [(1999.0, False), (2001.0, True)])
def test_nobody_waits_longer_than_two_seconds(wait: float, fails: bool) -> None:
    assert bool(regressions(card(score("a", waits_ms=[wait])), None, 0.95)) is fails


def test_longer_calls_fail() -> None:
    assert regressions(card(score("a", turns=6), score("b", turns=6)), baseline(), 0.95) == []
    assert regressions(card(score("a", turns=7), score("b", turns=6)), baseline(), 0.95) == [
        "13 turns in 2 calls of the baseline, which needed 10"
    ]


def test_slower_answers_fail_on_the_same_path_only() -> None:
    slow = [score("a", waits_ms=[150.0]), score("b", waits_ms=[170.0])]
    found = regressions(card(*slow, path="whole path"), baseline(), 0.95)
    assert found == ["a median wait of 150 ms for an answer, 40 ms in the baseline"]
    assert regressions(card(*slow, path="offline"), baseline(), 0.95) == []


def test_a_slower_machine_is_no_regression() -> None:
    slower = [score("a", waits_ms=[85.0]), score("b", waits_ms=[85.0])]
    assert regressions(card(*slower, path="whole path"), baseline(), 0.95) == []


def test_another_way_of_calling_is_put_beside_what_the_baseline_holds() -> None:
    stern = card(score("a", tactic="stern", turns=7), score("b", turns=4), path="offline")
    both = as_baseline(stern, baseline())
    assert both.path == "whole path"
    assert {key: (one.turns, one.turn_ms) for key, one in both.results.items()} == {
        "a | no tactic, level 2": (5, 40.0),
        "a | stern, level 2": (7, None),
        "b | no tactic, level 2": (4, None),
    }


def test_a_baseline_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(baseline().model_dump_json(indent=1))
    assert read(path) == baseline()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", json.dumps({"results": {}}), json.dumps({"at": "2027-05-04", "path": "x", "results": {"a": 1}})],
)
def test_a_baseline_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="another shape"):
        read(path)


def test_a_missing_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read(tmp_path / "none.json")
