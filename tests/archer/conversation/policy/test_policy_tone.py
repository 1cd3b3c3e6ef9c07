"""What a tactic changes, and what it never changes."""

import random
from typing import Any, get_args

import pytest

from archer.conversation.intents.labels import INTENTS
from archer.conversation.policy.tone import Tone, tone
from archer.conversation.tactics import Effect
from archer.conversation.words import account, before
from tests.archer.conversation.policy.policy_script import Call, keys, text

WARM = {"empathy": 9, "urgency": 2, "persistence": 4, "authority": 3}
FIRM = {"empathy": 2, "urgency": 8, "persistence": 9, "authority": 8}


def test_the_dials_are_read_from_the_top_or_from_config_and_clamped() -> None:
    assert tone(None) == Tone()
    assert tone({"name": "x", "config": {"urgency_level": 11, "empathy_index": 0}}) == Tone(urgency=10, empathy=1)
    assert tone({"persistence": 7.4, "authority": "much"}) == Tone(persistence=7)


@pytest.mark.parametrize(
    ("tactic", "first"), [(None, "offer_full_payment"), (WARM, "offer_plan"), (FIRM, "offer_full_payment")]
)
def test_the_first_offer_follows_the_tactic(tactic: dict[str, int] | None, first: str) -> None:
    assert keys(Call(tactic=tactic).verified().actions)[-1] == first


def test_the_same_message_in_another_voice() -> None:
    plain, warm, firm = (text(Call(tactic=t).verified().actions) for t in (None, WARM, FIRM))
    assert len({plain, warm, firm}) == 3
    for words in (plain, warm, firm):
        assert "four hundred twelve dollars and thirty-five cents" in words


def test_persistence_is_how_many_ways_are_offered_before_it_is_left_at_that() -> None:
    turns = []
    for persistence in (1, 5, 10):
        call = Call(tactic={"persistence": persistence}).verified()
        count = 0
        while call.outcome is None:
            call.hear("negate")
            count += 1
        assert call.outcome == "refused"
        turns.append(count)
    assert turns == sorted(turns)
    assert turns[0] < turns[-1] <= 7


def _doing(*effects: str, **dials: int) -> dict[str, Any]:
    techniques = [{"name": effect, "description": effect, "effect": effect} for effect in effects]
    return {**dials, "techniques": techniques}


def test_two_options_are_a_choice_and_a_bare_yes_takes_neither() -> None:
    call = Call(tactic=_doing("two_options")).verified()
    assert keys(call.actions)[-1] == "offer_two"
    assert keys(call.hear("affirm"))[-1] == "offer_two"
    assert call.conversation.state.proposal is None


@pytest.mark.parametrize(
    ("words", "step"), [("affirm the second one, please", "months"), ("affirm the first one", "method")]
)
def test_of_two_options_the_first_or_the_second_can_be_taken_as_such(words: str, step: str) -> None:
    call = Call(tactic=_doing("two_options")).verified()
    call.hear(words)
    assert call.conversation.state.step == step


def test_a_no_to_two_options_is_followed_by_a_single_one() -> None:
    call = Call(tactic=_doing("two_options")).verified()
    assert keys(call.hear("negate"))[-1] in ("offer_partial_payment", "offer_promise", "offer_extension")


@pytest.mark.parametrize("effect", ["open_first", "menu_first", "own_terms"])
def test_who_is_asked_openly_first_hears_an_offer_when_he_has_none(effect: str) -> None:
    call = Call(tactic=_doing(effect)).verified()
    assert keys(call.actions)[-1] in ("offer_open", "ask_which")
    assert keys(call.hear("negate"))[-1] == "offer_full_payment"


def test_the_latest_day_is_the_tools_and_said_once() -> None:
    call = Call(tactic=_doing("latest_day")).verified()
    assert "The latest day that I can take is Friday, December fourth" in text(call.hear("promise_to_pay"))
    assert "latest_day" not in keys(call.hear("unclear"))


def test_the_smallest_instalment_is_the_tools() -> None:
    call = Call(tactic=_doing("smallest_instalment", empathy=9)).verified()
    assert "about thirty-four dollars and thirty-six cents, over twelve months" in text(call.actions)


def test_with_a_technique_nothing_comes_between_a_right_and_its_answer() -> None:
    everything = _doing(*get_args(Effect))
    for right in ("cease_contact", "dispute_debt", "bankruptcy", "attorney"):
        plain, coloured = Call().verified(), Call(tactic=everything).verified()
        assert keys(coloured.hear(right)) == keys(plain.hear(right)), right


@pytest.mark.parametrize("effect", get_args(Effect))
def test_no_technique_asks_again_after_a_refusal(effect: str) -> None:
    plain, coloured = Call().verified(), Call(tactic=_doing(effect)).verified()
    for call in (plain, coloured):
        for _ in range(2):
            if call.outcome is None:
                call.hear("refuse_to_pay")
    assert (plain.outcome, coloured.outcome) == ("refused", "refused")


@pytest.mark.parametrize("tactic", [WARM, FIRM])
def test_no_tactic_argues_with_a_right(tactic: dict[str, int]) -> None:
    call = Call(tactic=tactic).verified()
    actions = call.hear("cease_contact")
    assert keys(actions) == ["cease_done"]


def test_warm_and_firm_wordings_name_the_same_values() -> None:
    import string

    for key, sentence in (before.SENTENCES | account.SENTENCES).items():
        for voice in ("warm", "firm"):
            for words in sentence.wordings(voice):  # type: ignore[arg-type]
                fields = {name for _, name, _, _ in string.Formatter().parse(words) if name}
                plain = {n for w in sentence.plain for _, n, _, _ in string.Formatter().parse(w) if n}
                assert fields <= plain | {"first_name", "business", "number", "name"}, key


@pytest.mark.parametrize("seed", range(8))
def test_any_techniques_together_stand_any_turns(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        effects = chance.sample(get_args(Effect), chance.randint(1, 6))
        dials = {dial: chance.randint(1, 10) for dial in ("urgency", "empathy", "persistence", "authority")}
        call = Call(tactic=_doing(*effects, **dials)).verified()
        for _ in range(10):
            if call.outcome is None:
                words = chance.choice(("", "the first one", "the second", "by bank transfer"))
                slot = chance.choice(("", "| amount=50.00", "| amount=10.00", "| months=6", "| datetime=2026-11-27"))
                call.hear(f"{chance.choice(INTENTS)} {words} {slot}")
        assert call.conversation.snapshot()
