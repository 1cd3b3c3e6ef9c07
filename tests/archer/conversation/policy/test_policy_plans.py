"""A payment plan keeps what was named of it: its length, what is paid first, and the day it starts."""

from typing import Any

import pytest

from archer.conversation.events import Heard
from tests.archer.conversation.policy.policy_script import Call
from tests.archer.conversation.policy.test_policy_bargaining import real

DOWN = "can i do a plan over three months with a hundred down"
PLAN = {"months": 3, "down_payment": "100.00"}


def last(*turns: str) -> tuple[Call, tuple[str, dict[str, Any]]]:
    call = real()
    for turn in turns:
        call.send(Heard(turn))
    return call, call.bank.used[-1]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("six with a hundred down",), {"months": 6, "down_payment": "100.00"}),
        (
            ("hmm six i guess could i put a hundred down first so it's less each month",),
            {"months": 6, "down_payment": "100.00"},
        ),
        (("three but with a hundred up front",), {"months": 3, "down_payment": "100.00"}),
        (("twelve months and i can put a hundred down",), {"months": 12, "down_payment": "100.00"}),
        (("twelve",), {"months": 12}),
    ],
)
def test_a_length_is_heard_beside_what_is_paid_first(turns: tuple[str, ...], expected: dict[str, Any]) -> None:
    _, used = last("could i do a payment plan", *turns)
    assert used == ("calculate_payment_plan", expected)


@pytest.mark.parametrize("answer", ["three like i keep telling you", "three months", "uh three please"])
def test_what_is_paid_first_is_kept_until_the_length_is_known(answer: str) -> None:
    _, used = last("can i do a plan with a hundred down", answer)
    assert used == ("calculate_payment_plan", PLAN)


@pytest.mark.parametrize(
    ("answer", "changed"),
    [
        ("wait does that start on november twenty seventh i get paid on december first", {"first_date": "2026-12-01"}),
        ("no i want the hundred down and three months just starting on december first", {"first_date": "2026-12-01"}),
        ("can the first one be on december first", {"first_date": "2026-12-01"}),
        ("yeah but can i do the hundred today instead of the twenty seventh", {"first_date": "2026-11-20"}),
        ("no wait the down payment i want to pay that today and then the months", {"first_date": "2026-11-20"}),
        ("i have the hundred now so let's do that today", {"first_date": "2026-11-20"}),
        ("actually make it two hundred down", {"down_payment": "200.00"}),
    ],
)
def test_a_change_of_a_plan_keeps_the_rest_of_it(answer: str, changed: dict[str, str]) -> None:
    call, used = last(DOWN, answer)
    assert used == ("calculate_payment_plan", {**PLAN, **changed})
    assert call.conversation.step == "confirm"


@pytest.mark.parametrize(
    "question",
    [
        "yes i agree do i pay the hundred today or on the twenty seventh",
        "is the hundred due today",
        "when would i pay the hundred",
        "hold on is that monthly on the twenty seventh",
    ],
)
def test_a_question_about_the_start_leaves_the_plan(question: str) -> None:
    call, used = last(DOWN, question)
    assert used == ("calculate_payment_plan", PLAN)
    assert call.conversation.step == "confirm"
    call.send(Heard("yes"))
    assert call.bank.used[-1][0] == "confirm_arrangement"


def test_what_is_paid_first_may_be_left_out_again() -> None:
    _, used = last(DOWN, "actually forget the down payment just three months")
    assert used == ("calculate_payment_plan", {"months": 3})


@pytest.mark.parametrize(
    "answer",
    [
        "no i want the plan the hundred down and three months just starting on december first",
        "no that's not it i want three months with a hundred down first payment december first",
    ],
)
def test_a_plan_is_gone_back_to_from_what_else_was_read_out(answer: str) -> None:
    _, used = last("i can pay a hundred on december first", answer)
    assert used == ("calculate_payment_plan", {**PLAN, "first_date": "2026-12-01"})


def test_a_payment_comes_first_in_a_plan_for_the_rest() -> None:
    _, used = last("i can pay a hundred today by link", "yes send it and the six months plan for the rest")
    assert used == ("calculate_payment_plan", {"months": 6, "down_payment": "100.00", "first_date": "2026-11-20"})


def test_another_payment_instead_of_a_plan_is_taken_as_one() -> None:
    _, used = last(DOWN, "actually you know what i'll just pay two hundred on friday")
    assert used[0] == "promise_to_pay"
