"""What callers mean: the understanding contract's table and its rules for two labels that could fit."""

import pytest

from archer.conversation.intents import classify
from archer.conversation.intents.corpus_reader import CORPUS, Turn, read, read_turns
from archer.conversation.intents.labels import CRITICAL, INTENTS
from archer.conversation.intents.text import words

IDENTITY = "Am I speaking with Sam Smith?"


def _right(turns: list[Turn]) -> float:
    return sum(classify(turn.text, turn.agent_said).label == turn.label for turn in turns) / len(turns)


@pytest.mark.parametrize("path", sorted((CORPUS / "held_out").glob("*.txt")), ids=lambda path: path.stem)
def test_held_out_callers_are_understood(path: object) -> None:
    turns = read_turns(path)  # type: ignore[arg-type]
    assert {turn.label for turn in turns} == set(INTENTS)
    assert _right(turns) >= 0.95
    assert _right([turn for turn in turns if turn.label in CRITICAL]) >= 0.98


def test_nothing_held_out_is_learnt() -> None:
    corpus = read()
    learnt = {tuple(words(turn.text)) for turn in corpus.turns} | {tuple(words(line.pattern)) for line in corpus.lines}
    for path in (CORPUS / "held_out").glob("*.txt"):
        again = [turn for turn in read_turns(path) if len(words(turn.text)) > 5 and tuple(words(turn.text)) in learnt]
        assert len(again) <= len(read_turns(path)) / 100, [turn.text for turn in again]


@pytest.mark.parametrize(
    ("said", "agent_said", "label"),
    [
        # two labels could fit: the contract says which
        ("yes", IDENTITY, "identity_confirmed"),
        ("no", IDENTITY, "third_party"),
        ("yes", "Shall I text you the link?", "affirm"),
        ("no", "Shall I text you the link?", "negate"),
        ("i can do two hundred right now", None, "offer_amount"),
        ("can i pay it in three parts", None, "payment_plan"),
        ("i will pay it on friday", None, "promise_to_pay"),
        ("can i get two more weeks", None, "extension"),
        ("call me back tomorrow because i am driving", None, "request_callback"),
        ("i can't talk right now", None, "busy_now"),
        ("who is this", None, "ask_reason"),
        ("is this a recording", None, "are_you_ai"),
        ("i don't want a robot, get me a person", None, "request_human"),
        ("send me proof that this is my debt", None, "dispute_debt"),
        ("somebody opened this account in my name", None, "identity_theft"),
        ("i'm not giving you my zip code, how do i know you're the bank", None, "scam_suspicion"),
        ("don't call me at work", None, "cease_contact"),
        ("put it in writing, mail only", None, "cease_contact"),
        ("i'm going to file for bankruptcy", None, "bankruptcy"),
        ("i've made a consumer proposal", None, "bankruptcy"),
        # what only sounds like a duty (compliance table 6)
        ("stop, i missed that", None, "repeat"),
        ("i'm basically broke", None, "hardship"),
        ("the amount is wrong", None, "dispute_debt"),
        # and what is one
        ("stop calling me", None, "cease_contact"),
        ("take me off your list", None, "cease_contact"),
        ("talk to my lawyer", None, "attorney"),
        ("i filed chapter 7", None, "bankruptcy"),
        ("she passed away in june", None, "deceased"),
        ("wrong number", None, "wrong_number"),
        ("representative", None, "request_human"),
        ("turn the recording off", None, "do_not_record"),
    ],
)
def test_the_contract_decides(said: str, agent_said: str | None, label: str) -> None:
    assert classify(said, agent_said).label == label


@pytest.mark.parametrize("said", ["my phone died", "over my dead body", "i'm dead broke", "the line went dead"])
def test_not_every_death_is_one(said: str) -> None:
    assert classify(said).label != "deceased"


@pytest.mark.parametrize("said", ["yes", "yeah that's right", "no", "nope", "sure", "not really"])
def test_yes_and_no_never_answer_who_is_speaking(said: str) -> None:
    assert classify(said, IDENTITY).label not in ("affirm", "negate")


@pytest.mark.parametrize("said", ["", "   ", "…", "?!"])
def test_silence_means_nothing(said: str) -> None:
    assert (classify(said).label, classify(said).confidence) == ("out_of_scope", 0.0)


def test_a_mumble_is_not_taken_at_its_word() -> None:
    assert classify("brzt fnord glk").confidence < 0.5


def test_the_ranking_is_a_distribution_with_the_label_first() -> None:
    found = classify("i lost my job and cannot pay")
    assert found.ranked[0] == (found.label, found.confidence)
    assert [chance for _, chance in found.ranked] == sorted((chance for _, chance in found.ranked), reverse=True)
    assert sum(chance for _, chance in found.ranked) <= 1.0 + 1e-9


def test_an_essay_is_read_to_a_bound() -> None:
    assert classify("i lost my job and cannot pay " * 2000).label == "hardship"
