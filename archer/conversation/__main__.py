"""Language understanding at the command line: `python -m archer.conversation understand`.

Reads JSON Lines on standard input, writes one JSON line for each, in order: the very code that a call runs. A line
that cannot be understood is answered by `{"id": …, "error": …}`, and the exit code is then 1.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from archer.conversation import slots


def understand(line: str) -> dict[str, Any]:
    """The answer to one line; ValueError says what is wrong with it."""
    request = _parsed(line)
    kind, text = request.get("kind"), request.get("text")
    if not isinstance(kind, str):
        raise ValueError("kind must be a string")
    if not isinstance(text, str):
        raise ValueError("text must be a string")
    if kind == "intent":
        return {"id": request.get("id"), **_intent(text, request.get("agent_said"))}
    return {"id": request.get("id"), "value": slots.extract(kind, text, request.get("context"))}


def _parsed(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(request, dict):
        raise ValueError("each line must be a JSON object")
    return request


def _intent(text: str, agent_said: object) -> dict[str, Any]:
    from archer.conversation.intents import classify

    if agent_said is not None and not isinstance(agent_said, str):
        raise ValueError("agent_said must be a string")
    found = classify(text, agent_said=agent_said)
    return {"intent": found.label, "confidence": round(float(found.confidence), 4)}


def answers(lines: Iterable[bytes]) -> Iterator[tuple[dict[str, Any], bool]]:
    """The answer to each line and whether the line was valid."""
    for line in lines:
        try:
            yield understand(line.decode("utf-8")), True
        except ValueError as error:
            yield {"id": _id(line), "error": str(error)}, False


def _id(line: bytes) -> Any:
    """The id of a line that was not understood, if it has one."""
    try:
        request = json.loads(line)
    except ValueError:
        return None
    return request.get("id") if isinstance(request, dict) else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when every line was valid, else 1."""
    parser = argparse.ArgumentParser(prog="python -m archer.conversation", description="Language understanding.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("understand", help="read JSON Lines on standard input, write one answer for each")
    parser.parse_args(arguments)
    valid = True
    for answer, understood in answers(sys.stdin.buffer):
        valid = valid and understood
        print(json.dumps(answer), flush=True)
    return 0 if valid else 1


if __name__ == "__main__":
    sys.exit(main())
