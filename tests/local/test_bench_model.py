"""The bench of the agent with a model, small: it measures what it says, and says what went wrong."""

import json
from pathlib import Path

import pytest

from local.bench.command import run_command
from local.bench.figures import figures_of_model, table_of_model
from local.bench.model import ModelLoad, Plan

PLAN = Plan(calls=2, turns=2, think_seconds=0.1, first_token_ms=50, voices=1)


def test_small_bench_measures_everything_and_writes_it_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "figures.json"
    words = ["--model", "--calls", "2", "--turns", "2", "--think", "0.1", "--first-token-ms", "50", "--voices", "1"]
    code = run_command([*words, "--output", str(output)])
    (load,) = json.loads(output.read_text())["loads"]
    assert (code, load["problems"]) == (0, [])
    counts = {name: values["n"] for name, values in load["milliseconds"].items() if name != "direct"}
    assert counts == {"added": 4, "own": 4, "barge_in": 2}
    assert load["milliseconds"]["added"]["p50"] > 0
    agent = load["agent"]
    assert 0 < agent["MB resident without a key for a model"] < agent["MB resident before the calls"]
    assert agent["CPU ms a turn"] > 0
    assert "barge-in" in capsys.readouterr().out


def test_what_went_wrong_is_shown() -> None:
    load = ModelLoad(PLAN, samples={"added": [1.0, 2.0, 30.0]}, problems=["2 turns were not answered by the model"])
    assert "wrong: 2 turns" in table_of_model([load])
    assert figures_of_model([load])[0]["milliseconds"] == {"added": {"p50": 2.0, "p95": 30.0, "p99": 30.0, "n": 3}}


@pytest.mark.parametrize("words", ["--model --turns 0", "--model --calls 0", "--model --think -1"])
def test_nonsense_is_refused(words: str) -> None:
    with pytest.raises(SystemExit) as refused:
        run_command(words.split())
    assert refused.value.code == 2
