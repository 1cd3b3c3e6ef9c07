"""`python -m archer.compliance dial`: facts as JSON Lines in, decisions as JSON Lines out, in order."""

from typing import Any

from archer.compliance import json_lines
from archer.compliance.facts import DialFacts
from archer.compliance.gate import evaluate


def run(arguments: list[str]) -> int:
    """Decide standard input's lines; 0 when all were valid, else 2."""
    return json_lines.run("dial", arguments, DialFacts, answer)


def answer(facts: DialFacts) -> dict[str, Any]:
    """The decision on one line of facts."""
    return {"id": facts.id, **evaluate(facts).wire()}
