"""The loop of the command lines: JSON Lines in, one JSON line out for each, in order.

A line that is no valid input is answered `{"id": …, "error": …}` and the exit code is 2 at the end; the other lines are
answered all the same. Blank lines after the last one are nothing, blank lines in between are invalid input.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Line = TypeVar("Line", bound=BaseModel)
_SHOWN = 5


def run(command: str, arguments: list[str], model: type[Line], answer: Callable[[Line], dict[str, Any]]) -> int:
    """Answer standard input's lines on standard output; 0 when all were valid, else 2."""
    if arguments:
        asked_help = arguments[0] in ("-h", "--help")
        stream = sys.stdout if asked_help else sys.stderr
        stream.write(f"usage: python -m archer.compliance {command} < lines.jsonl > answers.jsonl\n")
        return 0 if asked_help else 2
    code = 0
    try:
        for valid, reply in answers(sys.stdin.buffer, model, answer):
            code = code if valid else 2
            sys.stdout.write(reply + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.write(f"archer.compliance {command}: nobody reads the answers any more\n")
        return 2
    return code


def answers(
    lines: Iterable[bytes], model: type[Line], answer: Callable[[Line], dict[str, Any]]
) -> Iterator[tuple[bool, str]]:
    """For each line whether it was valid, and the JSON that answers it."""
    blank = 0
    for line in lines:
        if not line.strip():
            blank += 1
            continue
        for _ in range(blank):
            yield False, _written({"id": None, "error": "the line is empty"})
        blank = 0
        content = line.removeprefix(b"\xef\xbb\xbf")
        try:
            value = model.model_validate_json(content)
        except ValidationError as error:
            yield False, _written({"id": _id_of(content), "error": _sentence(error)})
        else:
            yield _answered(value, content, answer)


def _answered(value: Line, line: bytes, answer: Callable[[Line], dict[str, Any]]) -> tuple[bool, str]:
    """The answer to a valid line. One that the engine fails on is refused, and the lines after it still get theirs."""
    try:
        return True, _written(answer(value))
    except Exception as error:
        return False, _written({"id": _id_of(line), "error": f"the engine failed: {type(error).__name__}"})


def _written(reply: dict[str, Any]) -> str:
    """One line of ASCII, whatever the terminal's encoding."""
    return json.dumps(reply)


def _id_of(line: bytes) -> str | int | None:
    """The id of a line that is not valid, when it can be read at all."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, (str, int)) and not isinstance(found, bool) else None


def _sentence(error: ValidationError) -> str:
    """What is wrong, by place; never the values, which may be personal."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{'.'.join(str(part) for part in p['loc']) or 'line'}: {p['msg']}" for p in problems[:_SHOWN]]
    more = len(problems) - _SHOWN
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")
