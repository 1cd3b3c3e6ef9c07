"""The laws of redaction for what no lexicon knows: anything may be said between the groups of a number."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.compliance.redaction import redact
from tests.archer.compliance.redaction.dictations import DICTATIONS, Dictation, among_other_things, story
from tests.archer.compliance.redaction.spoken_numbers import ISSUERS

SEEDS = st.integers(min_value=0, max_value=2**32)


def is_clean(dictation: Dictation) -> bool:
    kept = redact(dictation.text)
    gone = not any(part.lower() in kept.text.lower() for part in dictation.gone)
    return gone and all(words in kept.text for words in dictation.kept) and kept.redacted[:1] == ["card_number"]


KNOWN_WHOLE = [dictate for dictate in DICTATIONS if dictate is not among_other_things]


@pytest.mark.parametrize("dictate", KNOWN_WHOLE)
@given(seed=SEEDS)
def test_a_dictated_card_number_goes_and_the_words_around_it_stay(
    dictate: Callable[[random.Random], Dictation], seed: int
) -> None:
    dictation = dictate(random.Random(seed))
    assert is_clean(dictation), (dictation, redact(dictation.text))


def test_a_number_said_among_other_numbers_goes_all_but_always() -> None:
    assert sum(is_clean(among_other_things(random.Random(seed))) for seed in range(300)) >= 294


@pytest.mark.parametrize("dictate", KNOWN_WHOLE)
def test_rare_lengths_and_issuers_go_but_for_what_could_be_a_telephone_number(
    dictate: Callable[[random.Random, list[tuple[str, int]]], Dictation],
) -> None:
    clean = [is_clean(dictate(random.Random(seed), ISSUERS)) for seed in range(200)]
    assert sum(clean) >= 196


@given(SEEDS)
def test_stories_with_other_numbers_stay(seed: int) -> None:
    text = story(random.Random(seed))
    assert redact(text) == (text, [])
