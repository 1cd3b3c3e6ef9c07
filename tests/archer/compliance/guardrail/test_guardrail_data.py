"""The guardrail on the versioned sentences: what must be blocked is caught, what must pass passes, for the right rule.

`data/*.jsonl` holds one sentence a line with the state of the call, the rule that it breaks or comes near to, and
whether it may be spoken. Each set was judged once before anything was learned from it; `data/first_contact.json` holds
those figures.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from archer.compliance.guardrail import SpeechState, judge

DATA = Path(__file__).parent / "data"
SETS = sorted(path.name for path in DATA.glob("*.jsonl"))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def rules_against(line: dict[str, Any]) -> list[str]:
    return [finding.rule for finding in judge(line["text"], SpeechState(**line["state"]))]


@pytest.mark.parametrize("name", SETS)
def test_what_must_be_blocked_is_caught(name: str) -> None:
    forbidden = [line for line in lines(name) if not line["allowed"]]
    missed = [(line["rule"], line["text"]) for line in forbidden if not rules_against(line)]
    assert len(missed) <= 0.02 * len(forbidden), missed


@pytest.mark.parametrize("name", SETS)
def test_what_may_be_said_passes(name: str) -> None:
    allowed = [line for line in lines(name) if line["allowed"]]
    blocked = [(rules_against(line), line["text"]) for line in allowed if rules_against(line)]
    assert len(blocked) <= 0.02 * len(allowed), blocked


def test_findings_name_the_rule_that_is_broken() -> None:
    forbidden = [line for name in SETS for line in lines(name) if not line["allowed"]]
    right = sum(line["rule"] in rules_against(line) for line in forbidden)
    assert right >= 0.93 * len(forbidden)


def test_each_rule_has_forty_sentences_to_block_and_forty_to_pass() -> None:
    count = Counter((line["rule"], line["allowed"]) for name in SETS for line in lines(name))
    short = {key: size for key, size in count.items() if key[0] and size < 40}
    assert short == {}
    assert len({rule for rule, _ in count if rule}) == 18
    assert sum(count.values()) >= 1500
