"""`python -m archer.compliance dial`: one line out for each line in, errors named, exit codes; and how fast it is."""

import json
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from archer.compliance import cli_dial
from archer.compliance.__main__ import COMMANDS, main
from archer.compliance.facts import DialFacts
from archer.compliance.gate import Decision, evaluate
from tests.archer.compliance.dial_cases import BASE, answered, call, changed, facts, utc

GOOD = json.dumps(BASE).encode()


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "archer.compliance", *arguments], input=stdin, capture_output=True, check=False
    )


def test_lines_are_answered_in_order_and_bad_ones_named() -> None:
    lines = [GOOD, b"nonsense", json.dumps({**BASE, "id": "bad", "now": "soon"}).encode(), b"[]", GOOD]
    done = run("dial", stdin=b"\n".join(lines) + b"\n")
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert [line["id"] for line in out] == ["base", None, "bad", None, "base"]
    assert ["error" in line for line in out] == [False, True, True, True, False]
    assert "now" in out[2]["error"]
    assert out[0] == out[4]
    assert set(out[0]) == {"id", "decision", "rules", "facts_used", "ruleset"}
    assert done.stderr == b""


def test_all_lines_valid_is_exit_code_zero() -> None:
    done = run("dial", stdin=GOOD)
    assert done.returncode == 0
    assert json.loads(done.stdout)["decision"] == "allow"


def test_no_input_is_no_error() -> None:
    assert (run("dial").returncode, run("dial").stdout) == (0, b"")


@pytest.mark.parametrize("arguments", [[], ["fly"], ["dial", "now"]])
def test_wrong_usage_is_exit_code_two_and_one_line(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


def test_blank_lines_between_are_errors_and_after_the_last_nothing() -> None:
    found = answered(GOOD, b"\n", GOOD, b"\n", b"  \n")
    assert [valid for valid, _ in found] == [True, False, True]


@pytest.mark.parametrize(
    "line",
    [b"\xff\xfe", b"null", b"7", b'"text"', b"{", b"[" * 100_000, b'{"id": "x", "now": NaN}', b'{"id": true}', b"{}"],
)
def test_garbage_is_answered_with_an_error(line: bytes) -> None:
    [(valid, reply)] = answered(line)
    assert not valid
    assert reply["error"]


def test_a_byte_order_mark_is_no_error() -> None:
    assert [valid for valid, _ in answered(b"\xef\xbb\xbf" + GOOD)] == [True]


def test_errors_do_not_repeat_what_was_entered() -> None:
    line = changed({"number.e164": "614 555 0123", "debt.balance": "secret"})
    [(_, reply)] = answered(json.dumps(line).encode())
    assert "0123" not in reply["error"]
    assert "secret" not in reply["error"]


def test_a_failing_engine_refuses_the_line_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(dial: DialFacts) -> Decision:
        if dial.id == "base":
            raise ZeroDivisionError
        return evaluate(dial)

    monkeypatch.setattr(cli_dial, "evaluate", failing)
    found = answered(GOOD, json.dumps({**BASE, "id": "é"}).encode())
    assert found[0] == (False, {"id": "base", "error": "the engine failed: ZeroDivisionError"})
    assert found[1][0]
    assert found[1][1]["id"] == "é"


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = "import sys, archer.compliance.gate; print([m for m in ('zipcodes', 'phonenumbers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_decision_costs_no_more_than_its_history_grows() -> None:
    now = utc(BASE["now"])

    def cost(count: int) -> float:
        rows = [call((now - timedelta(hours=1 + n * 3)).isoformat(), conversation=n % 50 == 0) for n in range(count)]
        dial = facts({"history": rows, "number.e164": "+16175550123", "consumer.address.postal_code": "90001"})
        taken = []
        for _ in range(30):
            start = time.process_time()
            evaluate(dial)
            taken.append(time.process_time() - start)
        return min(taken)

    cost(10)
    assert cost(800) < 16 * cost(100)
