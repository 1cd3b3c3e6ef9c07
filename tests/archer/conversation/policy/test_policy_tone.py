"""What a tactic changes, and what it never changes."""

import pytest

from archer.conversation.policy.tone import Tone, tone
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
