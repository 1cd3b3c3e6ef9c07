"""All scripted callers, people and variations, through the conversation alone: each reaches what he is after."""

from typing import get_args

import pytest

from archer.conversation.tactics import Archetype
from local.callers import every, variations
from local.evaluation.command import POLICY_TIME
from local.evaluation.offline import score
from local.evaluation.score import Cell

SETS = {"people": every(), **variations()}
ALL = [
    (group, persona)
    for group, personas in SETS.items()
    for persona in personas.values()
    if persona.answers in ("human", "machine") and persona.name != "colleague"
]


@pytest.mark.parametrize(("group", "persona"), ALL, ids=[persona.name for _, persona in ALL])
def test_caller_reaches_the_right_outcome(group: str, persona: object) -> None:
    found = score(group, persona, Cell(), POLICY_TIME)  # type: ignore[arg-type]
    assert found.misses == []
    assert found.findings == []


@pytest.mark.parametrize("tactic", get_args(Archetype))
def test_the_people_come_to_the_same_with_every_archetype(tactic: str) -> None:
    scores = [score("people", one, Cell(tactic), POLICY_TIME) for group, one in ALL if group == "people"]
    assert [(each.key, each.misses, each.findings) for each in scores if each.misses or each.findings] == []
