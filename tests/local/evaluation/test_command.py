"""The evaluation's command line, offline: exit codes, files, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.evaluation import command
from local.evaluation.baseline import read


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command with its output in a directory of its own and no baseline in the repository."""
    monkeypatch.setattr(command, "BASELINE", tmp_path / "none.json")

    def run_it(*arguments: str) -> int:
        return command.run_command([*arguments, "--offline", "--output", str(tmp_path / "out")])

    return run_it


def test_a_good_evaluation_leaves_a_scorecard_and_exits_0(run: Any, tmp_path: Path) -> None:
    assert run("pays_by_link", "wrong_twice") == 0
    shown = json.loads((tmp_path / "out" / "scorecard.json").read_text())
    assert shown["total"]["right"] == 2
    assert shown["total"]["findings"] == 0
    assert "<title>Archer scorecard</title>" in (tmp_path / "out" / "scorecard.html").read_text()


def test_the_json_can_be_had_on_standard_output(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("pays_by_link", "--json") == 0
    assert json.loads(capsys.readouterr().out)["success_rate"] == 1.0


def test_tactics_are_compared(run: Any, tmp_path: Path) -> None:
    assert run("pays_by_link", "--tactics", "none,stern") == 0
    shown = json.loads((tmp_path / "out" / "scorecard.json").read_text())
    assert [row["name"] for row in shown["cells"]] == ["no tactic, level 2", "stern, level 2"]


def test_a_regression_exits_1_and_says_what(run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "base.json"
    assert run("pays_by_link", "--write-baseline", str(path)) == 0
    assert run("pays_by_link", "--baseline", str(path)) == 0
    shorter = read(path)
    shorter.results["pays_by_link | no tactic, level 2"].turns = 1
    path.write_text(shorter.model_dump_json())
    assert run("pays_by_link", "--baseline", str(path)) == 1
    assert "turns in 1 calls of the baseline, which needed 1" in capsys.readouterr().err
    assert "of the baseline" in (tmp_path / "out" / "scorecard.html").read_text()


def test_too_few_right_exits_1(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from local.evaluation import offline

    played = offline.score

    def missed(*arguments: Any) -> Any:
        found = played(*arguments)
        found.misses = ["nothing came of it"]
        return found

    monkeypatch.setattr(offline, "score", missed)
    assert run("pays_by_link") == 1
    assert run("pays_by_link", "--least", "0") == 0


def test_the_stored_baseline_is_used_when_none_is_named(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.json"
    assert run("pays_by_link", "--write-baseline", str(path)) == 0
    kept = read(path)
    kept.results["pays_by_link | no tactic, level 2"].turns = 1
    path.write_text(kept.model_dump_json())
    monkeypatch.setattr(command, "BASELINE", path)
    assert run("pays_by_link") == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nobody_of_that_name"], "no caller is named"),
        (["--set", "hundredth"], "there is no set"),
        (["pays_by_link", "--tactics", "pushy"], "there is no tactic 'pushy'"),
        (["pays_by_link", "--levels", "0"], "--offline knows the rules only"),
        (["pays_by_link", "--levels", "5"], "--levels takes 0, 1 and 2"),
        (["pays_by_link", "--variants", "0"], "--variants must be at least 1"),
        (["pays_by_link", "--baseline", "/nowhere/b.json"], "cannot be read"),
    ],
)
def test_what_is_asked_wrongly_exits_2_with_the_reason(
    run: Any, capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    assert run(*arguments) == 2
    assert reason in capsys.readouterr().err


def test_the_library_is_large_enough_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run_command(["--list"]) == 0
    listed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert len(listed) >= 40


def test_the_baseline_in_the_repository_can_be_read_and_names_the_people() -> None:
    from local.callers import every

    known = read(command.ROOT / "docs" / "eval-baseline.json").results
    named = {key.split(" | ")[0] for key in known}
    assert named <= set(every())
    assert len(named) >= 40
