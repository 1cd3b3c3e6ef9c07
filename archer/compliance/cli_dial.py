"""`python -m archer.compliance dial`: facts as JSON Lines in, decisions as JSON Lines out, in order.

A line that is no valid input is answered `{"id": …, "error": …}` and the exit code is 2 at the end; the other lines are
decided all the same. Blank lines after the last one are nothing, blank lines in between are invalid input.
"""

import json
import sys
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from archer.compliance.facts import DialFacts
from archer.compliance.gate import evaluate

_SHOWN = 5


def run(arguments: list[str]) -> int:
    """Decide standard input's lines; 0 when all were valid, else 2."""
    if arguments:
        asked_help = arguments[0] in ("-h", "--help")
        stream = sys.stdout if asked_help else sys.stderr
        stream.write("usage: python -m archer.compliance dial < facts.jsonl > decisions.jsonl\n")
        return 0 if asked_help else 2
    code = 0
    try:
        for valid, answer in answers(sys.stdin.buffer):
            code = code if valid else 2
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.write("archer.compliance dial: nobody reads the decisions any more\n")
        return 2
    return code


def answers(lines: Iterable[bytes]) -> Iterator[tuple[bool, str]]:
    """For each line of facts whether it was valid, and the JSON that answers it."""
    blank = 0
    for line in lines:
        if not line.strip():
            blank += 1
            continue
        for _ in range(blank):
            yield False, _refusal(None, "the line is empty")
        blank = 0
        yield answer(line.removeprefix(b"\xef\xbb\xbf"))


def answer(line: bytes) -> tuple[bool, str]:
    """Whether one line of facts was valid, and the JSON that answers it."""
    try:
        facts = DialFacts.model_validate_json(line)
    except ValidationError as error:
        return False, _refusal(_id_of(line), _sentence(error))
    try:
        decision = evaluate(facts).wire()
    except Exception as error:  # a line that the engine fails on is refused, and the lines after it are still decided
        return False, _refusal(facts.id, f"the engine failed: {type(error).__name__}")
    return True, json.dumps({"id": facts.id, **decision})


def _refusal(line_id: str | int | None, error: str) -> str:
    return json.dumps({"id": line_id, "error": error})


def _id_of(line: bytes) -> str | int | None:
    """The id of a line that is not valid facts, when it can be read at all."""
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
