"""What calls add up to."""

import json

from local.evaluation.score import lines_of, percentile, totals, turns_of
from tests.local.evaluation.evaluation_cases import call, card, happened, said, score, used


def test_percentiles_are_by_nearest_rank() -> None:
    assert percentile([], 95) is None
    assert percentile([7.0], 50) == percentile([7.0], 95) == 7.0
    assert percentile([float(n) for n in range(1, 101)], 95) == 95.0
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0


def test_totals_of_nothing_and_of_unmeasured_calls() -> None:
    nothing = totals("none", [])
    assert (nothing.calls, nothing.rate, nothing.turns, nothing.silence_ms) == (0, 1.0, 0.0, None)
    offline = totals("offline", [score(), score(right=False)])
    assert (offline.right, offline.rate, offline.turn_p95_ms, offline.setup_p95_ms) == (1, 0.5, None, None)


def test_totals_take_every_wait_of_every_call() -> None:
    row = totals(
        "two",
        [
            score(waits_ms=[10.0, 20.0], latency_ms={"setup": 900.0, "tool_p95": 12.0}, seconds=30.0),
            score(waits_ms=[30.0, 400.0], latency_ms={"setup": 1200.0}, seconds=40.0, findings=["G-04"]),
        ],
    )
    assert (row.silence_ms, row.turn_p50_ms, row.turn_p95_ms) == (400.0, 20.0, 400.0)
    assert (row.setup_p95_ms, row.tool_p95_ms, row.seconds, row.findings) == (1200.0, 12.0, 35.0, 1)


def test_a_call_knows_its_longest_and_its_median_wait() -> None:
    assert (score().silence_ms, score().turn_ms) == (None, None)
    waited = score(waits_ms=[5.0, 100.0, 20.0])
    assert (waited.silence_ms, waited.turn_ms) == (100.0, 20.0)


def test_a_card_compares_cells_and_groups() -> None:
    found = card(
        score("a"),
        score("b", right=False, group="first"),
        score("a", tactic="stern"),
        score("b", tactic="stern", group="first"),
    )
    assert [(row.name, row.right, row.calls) for row in found.by_cell()] == [
        ("no tactic, level 2", 1, 2),
        ("stern, level 2", 2, 2),
    ]
    assert [(row.name, row.right) for row in found.by_group()] == [("people", 2), ("first", 1)]
    assert found.contested() == [("b", "about b", {"no tactic, level 2": False, "stern, level 2": True})]


def test_the_json_names_every_call_once() -> None:
    shown = json.loads(json.dumps(card(score("a", waits_ms=[10.0]), score("a", level=1)).to_json()))
    assert set(shown["results"]) == {"a | no tactic, level 2", "a | no tactic, level 1"}
    assert shown["results"]["a | no tactic, level 2"]["silence_ms"] == 10.0
    assert shown["total"]["calls"] == 2
    assert shown["success_rate"] == 1.0


def test_lines_and_turns_of_a_record() -> None:
    record = call(
        said("agent", "Hello?"),
        {**said("customer", "Yes"), "interrupted": True},
        used("verify_account", account_last_4="4321"),
        used("promise_to_pay", ok=False),
        happened("opt_out_heard"),
    )
    record["entries"][3]["tool"]["result"]["error"] = "not_allowed"
    assert turns_of(record) == 1
    assert [line["text"] for line in lines_of(record)] == [
        "Hello?",
        "Yes",
        "verify_account(account_last_4=4321) → ok",
        "promise_to_pay() → not_allowed",
        "opt out heard",
    ]
    assert [line["cut"] for line in lines_of(record)] == [False, True, False, False, False]
