"""Facts of a dial that everything allows, and ways to change them: the builder of the dial tests.

The base: an Ohio consumer with an Ohio cell phone, on Tuesday 2026-11-17 at 10:00 in Columbus, called by a bank in its
own name. `cases/dial.jsonl` describes each case by what differs from it.
"""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archer.compliance import cli_dial, json_lines
from archer.compliance.facts import DialFacts
from archer.compliance.gate import Decision, evaluate

CASES = Path(__file__).parent / "cases"
BASE: dict[str, Any] = json.loads((CASES / "base.json").read_text())


def changed(changes: dict[str, Any], drop: list[str] | None = None) -> dict[str, Any]:
    """The base facts with dotted keys set (`"number.e164"`) or dropped."""
    facts = copy.deepcopy(BASE)
    for path, value in changes.items():
        *parents, last = path.split(".")
        node = facts
        for parent in parents:
            if node.get(parent) is None:
                node[parent] = {}
            node = node[parent]
        node[last] = value
    for path in drop or []:
        *parents, last = path.split(".")
        node = facts
        for parent in parents:
            node = node[parent]
        del node[last]
    return facts


def facts(changes: dict[str, Any] | None = None, drop: list[str] | None = None) -> DialFacts:
    """The same, validated as a line of the command line is."""
    return DialFacts.model_validate_json(json.dumps(changed(changes or {}, drop)))


def decide(changes: dict[str, Any] | None = None, drop: list[str] | None = None) -> Decision:
    """What the gate says to the changed base."""
    return evaluate(facts(changes, drop))


def rule_ids(decision: Decision) -> set[str]:
    return {finding.id for finding in decision.rules}


def call(at: str, **more: Any) -> dict[str, Any]:
    """One outbound, connected AI call without a conversation."""
    row = {
        "at": at,
        "debt_ids": ["d1"],
        "direction": "outbound",
        "channel": "call",
        "number": BASE["number"]["e164"],
        "voice": "ai",
        "connected": True,
        "conversation": False,
        "prior_consent": False,
    }
    return {**row, **more}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def answered(*lines: bytes) -> list[tuple[bool, dict[str, Any]]]:
    """What the command line answers to these lines: whether each was valid, and the reply."""
    replies = json_lines.answers(lines, DialFacts, cli_dial.answer)
    return [(valid, json.loads(reply)) for valid, reply in replies]
