"""`python -m archer.conversation understand`: one line out for each line in, in order."""

import json
import subprocess
import sys

import pytest

from archer.conversation.__main__ import answers, understand


def _run(lines: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archer.conversation", "understand"]
    return subprocess.run(command, input=lines, capture_output=True, text=True, timeout=60, check=False)


def test_every_line_is_answered_in_order() -> None:
    done = _run(
        '{"id": "s1", "kind": "last_four", "text": "four three two one"}\n'
        '{"id": "s2", "kind": "amount", "text": "half", "context": {"balance": "840.00"}}\n'
        '{"id": "s3", "kind": "yes_no", "text": "maybe"}\n'
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "s1", "value": "4321"},
        {"id": "s2", "value": "420.00"},
        {"id": "s3", "value": None},
    ]
    assert done.returncode == 0


def test_intents_and_slots_may_be_mixed() -> None:
    done = _run(
        '{"id": "i1", "kind": "intent", "text": "can you repeat that", "agent_said": "What is your zip code?"}\n'
        '{"id": "s1", "kind": "postal_code", "text": "nine oh two one oh", "context": {"country": "US"}}\n'
    )
    intent, slot = (json.loads(line) for line in done.stdout.splitlines())
    assert intent["id"] == "i1"
    assert intent["intent"] == "repeat"
    assert 0 <= intent["confidence"] <= 1
    assert slot == {"id": "s1", "value": "90210"}
    assert done.returncode == 0


def test_a_bad_line_is_answered_by_an_error_and_the_rest_goes_on() -> None:
    done = _run(
        '{"id": "a", "kind": "shoe_size", "text": "nine"}\nnot json\n{"id": "b", "kind": "months", "text": "six"}\n'
    )
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert first["id"] == "a"
    assert "shoe_size" in first["error"]
    assert second["id"] is None
    assert "not JSON" in second["error"]
    assert third == {"id": "b", "value": 6}
    assert done.returncode != 0
    assert done.stderr == ""


@pytest.mark.parametrize(
    "line", ["[]", '"text"', '{"kind": "months"}', '{"text": "six"}', '{"kind": "months", "text": 6}', "", "{"]
)
def test_a_line_that_is_no_request_is_an_error(line: str) -> None:
    with pytest.raises(ValueError):
        understand(line)


def test_bytes_that_are_no_text_are_an_error() -> None:
    ((answer, valid),) = answers([b"\xff\xfe{}"])
    assert not valid
    assert "error" in answer


def test_slots_need_no_heavy_import() -> None:
    code = (
        "import sys; from archer.conversation import slots; slots.extract('last_four', '4321');"
        "print([m for m in ('litellm', 'openai', 'numpy', 'pydantic', 'phonenumbers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
