"""The library of tactics, their words for a prompt, and what they change in the rule-based conversation."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from archer.compliance.guardrail import SpeechState, judge
from archer.conversation.order import Order
from archer.conversation.tactics import Archetype, Effect, TacticConfig, instructions, library
from archer.conversation.tactics.lawful import objections
from archer.conversation.tactics.preview import AMOUNTS, LEDGER, Scene, behaviour, example_session, scenes

DIALS = {"urgency": 5, "empathy": 5, "persistence": 5, "authority": 5}
NAMES = [tactic.name for tactic in library()]
BY_NAME = {tactic.name: tactic for tactic in library()}


def _differences(played: list[Scene]) -> int:
    return sum(turn.differs for scene in played for turn in scene.turns)


def test_fifteen_tactics_in_four_archetypes_each_archetype_with_its_namesake() -> None:
    assert len(NAMES) == 15
    assert {tactic.archetype for tactic in library()} <= set(NAMES)
    assert len({tactic.archetype for tactic in library()}) == 4


def test_the_four_base_tactics_have_the_banks_numbers() -> None:
    def dials(name: str) -> tuple[int, ...]:
        config = BY_NAME[name].config
        return config.urgency, config.empathy, config.persistence, config.authority

    assert dials("aggressive_anchor") == (8, 2, 9, 7)
    assert dials("empathetic_gradual") == (3, 9, 5, 4)
    assert dials("balanced_progression") == (5, 6, 7, 6)
    assert dials("stern") == (7, 3, 6, 9)


@pytest.mark.parametrize("name", NAMES)
def test_every_tactic_has_techniques_with_examples(name: str) -> None:
    config = BY_NAME[name].config
    assert len(config.techniques) >= 3
    assert all(technique.example for technique in config.techniques)


@pytest.mark.parametrize(
    "change",
    [
        {"urgency": 0},
        {"urgency": 11},
        {"urgency": 5.5},
        {"urgency": True},
        {"urgency": "5"},
        {"volume": 3},
        {"techniques": [{"name": "A", "description": "b"}, {"name": "a", "description": "c"}]},
        {"techniques": [{"name": "A", "description": "two\nlines"}]},
        {"techniques": [{"name": f"T{n}", "description": "x"} for n in range(13)]},
        {"description": "x" * 401},
    ],
)
def test_what_is_no_tactic_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TacticConfig.model_validate(DIALS | change)


def test_the_prompt_holds_every_technique_and_the_limits() -> None:
    for tactic in library():
        text = instructions(tactic.for_session(version=2))
        assert all(technique.name in text and technique.description in text for technique in tactic.config.techniques)
        assert "never threaten" in text
        assert tactic.name not in text


def test_the_dials_change_the_prompt() -> None:
    texts = {instructions(DIALS | {"urgency": value}) for value in range(1, 11)}
    assert len(texts) == 10
    assert instructions(None) == instructions({}) == instructions({"urgency": "much"}) == ""


def test_a_preview_shows_other_words_and_another_order_of_offers() -> None:
    gentle, firm = BY_NAME["empathetic_gradual"].for_session(), BY_NAME["aggressive_anchor"].for_session()
    assert _differences(scenes(gentle)) > 10
    assert _differences(scenes(firm)) > 10
    assert behaviour(gentle)["offers_in_order"][0] == "plan"
    assert behaviour(firm)["offers_in_order"][0] == "full_payment"


def test_a_tactic_like_none_changes_nothing() -> None:
    assert _differences(scenes(DIALS)) == 0


def _words(tactic: dict[str, Any] | None) -> tuple[str, ...]:
    return tuple(line.text for scene in scenes(tactic or DIALS) for turn in scene.turns for line in turn.with_tactic)


def test_every_tactic_of_the_library_makes_a_conversation_of_its_own() -> None:
    said = {name: _words(BY_NAME[name].for_session()) for name in NAMES} | {"no tactic": _words(None)}
    assert len(set(said.values())) == len(NAMES) + 1


def test_each_archetype_differs_from_the_others_and_from_no_tactic_in_what_it_asks_or_in_which_order() -> None:
    def course(name: str | None) -> tuple[str, ...]:
        played = scenes(BY_NAME[name].for_session() if name else DIALS)
        return tuple(line.key for scene in played for turn in scene.turns for line in turn.with_tactic)

    courses = [course(name) for name in (None, *get_args(Archetype))]
    assert len(set(courses)) == 5


def test_a_technique_changes_the_conversation_without_any_dial() -> None:
    plain = _words(None)
    for effect in get_args(Effect):
        technique = {"name": "T", "description": "As it says.", "effect": effect}
        assert _words(DIALS | {"techniques": [technique]}) != plain, effect


def test_an_effect_that_nobody_knows_is_refused() -> None:
    technique = {"name": "T", "description": "As it says.", "effect": "threaten"}
    with pytest.raises(ValidationError):
        TacticConfig.model_validate(DIALS | {"techniques": [technique]})


def test_every_tactic_of_the_library_does_something_where_no_model_is_asked() -> None:
    assert all(behaviour(BY_NAME[name].for_session())["techniques"] for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_tactic_talks_about_the_account_before_the_caller_is_verified(name: str) -> None:
    for scene in scenes(BY_NAME[name].for_session()):
        order = Order(example_session(None))
        for turn in scene.turns:
            for line in turn.with_tactic:
                if line.key in ("ask_factors", "ask_last_four"):
                    order.person_claimed()
                if line.verified:
                    order.person_verified()
                order.check(line.key, line.text)
                order.said(line.key)


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_of_a_preview_and_no_word_of_a_tactic_is_refused_by_the_guardrail(name: str) -> None:
    assert objections(BY_NAME[name].config) == []
    for scene in scenes(BY_NAME[name].for_session()):
        for line in [line for turn in scene.turns for line in turn.with_tactic]:
            state = SpeechState(right_party_verified=line.verified, ledger=LEDGER, approved_amounts=list(AMOUNTS))
            assert judge(line.text, state) == [], line


def test_threats_in_a_tactic_are_objected_to_and_the_denial_of_one_is_not() -> None:
    def found(**words: str) -> list[tuple[str, str]]:
        technique = {"name": "T", "description": "Ask openly.", **words}
        return [(o.where, o.rule) for o in objections(TacticConfig.model_validate(DIALS | {"techniques": [technique]}))]

    assert found(description="Threaten to sue.") == [("techniques.0.description", "G-03")]
    assert found(example="There is a fee of twenty dollars.") == [("techniques.0.example", "G-11")]
    assert found(description="Never threaten a lawsuit.") == []
    assert found(description="Ask for one payment before the deadline.") == []


@pytest.mark.parametrize("name", NAMES)
def test_every_scene_comes_to_an_end_with_every_tactic(name: str) -> None:
    for scene in scenes(BY_NAME[name].for_session()):
        said = [line.key for turn in scene.turns for line in turn.with_tactic]
        assert said[0] == "opening"
        assert all(turn.with_tactic or turn.without for turn in scene.turns[1:-1])
