"""The laws of redaction for questions and answers: what was asked for goes, what answers another question stays."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.compliance.redaction import redact
from tests.archer.compliance.redaction.spoken_numbers import card, one_by_one

SEEDS = st.integers(min_value=0, max_value=2**32)
LABELS = [("Agent: ", "Customer: "), ("Speaker 1: ", "Speaker 2: "), ("[00:12] REP: ", "[00:19] CUST: "), ("- ", "- ")]
LEADS = [
    "", "It's ", "Oh, ", "Okay, it's ", "Sure, the code is ", "The three digits are ", "Um, the number is ",
    "Oh yeah, that's ", "Hold on. It's ", "I think it's ",
]  # fmt: skip
CODES = [
    "And the code, sir, on the signature strip.", "Can I have the three-digit code?", "What's the CVV?",
    "And the three digits on the back of the card?", "The security code, please?",
]  # fmt: skip
OTHER_CODES = ["What's the promo code?", "Which error code do you see?", "What's your area code?", "And the gate code?"]
AMOUNTS = [
    "Let's do {}.", "I'd like to pay {} today.", "I can do {} on Friday.", "Take {} off of it.", "{}.", "Maybe {}?",
    "There should be at least {} on it now.",
]  # fmt: skip


@given(SEEDS, st.sampled_from(LABELS), st.sampled_from(CODES), st.sampled_from(LEADS))
def test_a_code_that_was_asked_for_goes_however_the_answer_begins(
    seed: int, labels: tuple[str, str], question: str, lead: str
) -> None:
    rng = random.Random(seed)
    code = "".join(rng.choice("123456789") for _ in range(3))
    said = rng.choice([code, one_by_one(code, rng)])
    text = "{0}{1}\n{2}{3}{4}.\n{0}Thank you."
    kept = text.format(labels[0], question, labels[1], lead, "[card code]")
    assert redact(text.format(labels[0], question, labels[1], lead, said)) == (kept, ["card_code"])


@given(SEEDS, st.sampled_from(OTHER_CODES), st.sampled_from(LEADS))
def test_another_code_that_was_asked_for_stays(seed: int, question: str, lead: str) -> None:
    rng = random.Random(seed)
    code = str(rng.randrange(111, 999))
    text = f"Agent: {question}\nCustomer: {lead}{rng.choice([code, one_by_one(code, rng)])}."
    assert redact(text) == (text, [])


@given(SEEDS, st.sampled_from(LABELS), st.sampled_from(AMOUNTS), st.booleans())
def test_an_amount_after_a_card_is_no_card_code(seed: int, labels: tuple[str, str], sentence: str, asked: bool) -> None:
    rng = random.Random(seed)
    amount = sentence.format(rng.choice(["one fifty", "two hundred", "125", "sixty", "three twenty five"]))
    agent, customer = labels
    asking = (
        f"\n{agent}Great, and how much would you like to pay?\n{customer}"
        if asked or sentence in {"{}.", "Maybe {}?"}
        else " "
    )
    text = f"{agent}And the card number?\n{customer}It's {{}}.{asking}{amount}"
    number = " ".join(one_by_one(card(rng), rng).split())
    assert redact(text.format(number)) == (text.format("[card number]"), ["card_number"])


@given(SEEDS, st.sampled_from(["No, use {}.", "No, it's a new one. It's {}.", "That's expired. The number is {}."]))
def test_the_last_four_of_another_card_stay(seed: int, answer: str) -> None:
    rng = random.Random(seed)
    text = f"Agent: Is it the card ending in {rng.randrange(1000, 9999)}?\nCustomer: {answer}\nAgent: Thanks."
    assert redact(text.format(one_by_one(card(rng), rng))) == (text.format("[card number]"), ["card_number"])


@given(SEEDS, st.sampled_from(["no sorry", ", no, sorry.", "wait no", ", scratch that,"]))
def test_a_social_security_number_after_a_false_start_goes(seed: int, taken_back: str) -> None:
    rng = random.Random(seed)
    number = "".join(rng.choice("123456789") for _ in range(9))
    begun = one_by_one(str(rng.randrange(111, 999)), rng)
    kept = redact(
        f"my social is {begun}{taken_back if taken_back[0] == ',' else ' ' + taken_back} {one_by_one(number, rng)} okay"
    )
    assert kept == ("my social is [ssn] okay", ["ssn"])


@pytest.mark.parametrize("joint", [" and ", ", ", " and also "])
@given(seed=SEEDS)
def test_order_numbers_that_were_asked_for_stay_though_together_they_could_be_a_card(joint: str, seed: int) -> None:
    number = card(random.Random(seed), [("4", 16)])
    text = f"Agent: Which orders are missing?\nCustomer: {number[:8]}{joint}{number[8:]}.\nAgent: Both shipped."
    assert redact(text) == (text, [])
