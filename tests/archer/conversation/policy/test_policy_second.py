"""A second part: a payment today and the rest on a day, in one breath, behind a yes, or once the first is arranged."""

import pytest

from archer.conversation.events import Heard
from tests.archer.conversation.policy.policy_script import Call, keys
from tests.archer.conversation.policy.test_policy_bargaining import real

PAID = ("I can pay a hundred today by bank transfer.", "Yes, I agree.")


def said(*turns: str, call: Call | None = None) -> tuple[Call, list[str]]:
    call = call or real()
    spoken: list[str] = []
    for turn in turns:
        spoken = keys(call.send(Heard(turn)))
    return call, spoken


@pytest.mark.parametrize(
    ("words", "first", "second", "day"),
    [
        ("not the whole thing i got a hundred today and the rest on december first", "100.00", "312.35", "2026-12-01"),
        ("I can do a hundred today and the rest next Friday.", "100.00", "312.35", "2026-11-27"),
        ("can i give you half today and the rest when i get paid on friday", "206.18", "206.17", "2026-11-27"),
        ("let me do two hundred right now then the other two hundred on friday", "200.00", "200.00", "2026-11-27"),
        ("i could put a hundred on it today plus another hundred on friday", "100.00", "100.00", "2026-11-27"),
        ("a hundred today the rest the first of december", "100.00", "312.35", "2026-12-01"),
        ("can you take one fifty now and whatever's left on the twenty eighth", "150.00", "262.35", "2026-11-28"),
        ("i got like fifty bucks today and i can do a hundred on friday", "50.00", "100.00", "2026-11-27"),
        ("ok i can swing a hundred today an the other three twelve on friday", "100.00", "312.00", "2026-11-27"),
    ],
)
def test_a_part_today_and_the_rest_on_a_day_are_both_set_up(words: str, first: str, second: str, day: str) -> None:
    call, _ = said(words, "Bank transfer.")
    assert call.bank.used[-1] == ("process_payment", {"amount": first, "method": "bank_transfer"})
    said("Yes, I agree.", call=call)
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": second, "date": day, "besides": True})


@pytest.mark.parametrize(
    "words",
    [
        "I can do a hundred down today and the rest over six months",
        "I'll pay a hundred and fifty today.",
        "yes i can pay two hundred and twelve dollars today",
        "if i give you like three hundred today will you wipe out the rest",
        "Suppose I pay a hundred today, could you split up what's left?",
    ],
)
def test_what_names_no_second_payment_is_none(words: str) -> None:
    call, _ = said(words)
    assert call.conversation.state.rest is None


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("yes and the rest on december first", "312.35"),
        ("yeah and the other two hundred on december first", "200.00"),
        ("Yes, I agree, and then two hundred on December first.", "200.00"),
    ],
)
def test_a_yes_counts_for_what_was_read_out_and_the_second_part_comes_after_it(words: str, amount: str) -> None:
    call, _ = said("I can pay a hundred today by bank transfer.", words)
    assert [name for name, _ in call.bank.used[-2:]] == ["confirm_arrangement", "promise_to_pay"]
    assert call.bank.used[-1][1] == {"amount": amount, "date": "2026-12-01", "besides": True}


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("and the other three hundred i can pay on friday", "300.00"),
        ("The rest I can pay on Friday.", "312.35"),
        ("so what about the rest can i do that on friday", "312.35"),
        ("and two hundred on friday", "200.00"),
        ("I'll pay what's left on Friday.", "312.35"),
        ("can you put me down for the remaining balance on friday", "312.35"),
    ],
)
def test_what_is_wanted_beside_the_payment_leaves_it_in_place(words: str, amount: str) -> None:
    call, _ = said(*PAID, words)
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": amount, "date": "2026-11-27", "besides": True})


@pytest.mark.parametrize(
    "words",
    ["Actually, I'd rather pay the hundred on Friday instead.", "forget that, i'll pay it all on friday instead"],
)
def test_what_is_wanted_instead_is_not_set_up_beside_it(words: str) -> None:
    call, _ = said(*PAID, words)
    name, arguments = call.bank.used[-1]
    assert name == "promise_to_pay"
    assert "besides" not in arguments


def test_a_payment_beside_the_promise_leaves_it_in_place_and_all_of_it_takes_its_place() -> None:
    promised = ("I'll pay two hundred on Friday.", "Yes, that's right.")
    call, _ = said(*promised, "and i can pay a hundred today by bank transfer")
    assert call.bank.used[-1][1] == {"amount": "100.00", "method": "bank_transfer", "besides": True}
    call, _ = said(*promised, "You know what, I'll just pay the full balance today by bank transfer.")
    assert call.bank.used[-1][1] == {"amount": "412.35", "method": "bank_transfer"}


def test_a_promise_first_leaves_the_rest_open_and_says_so() -> None:
    call, _ = said("I'll pay two hundred on Friday.")
    _, spoken = said("yeah and the other half i'd have to do end of the month can you put that down too", call=call)
    assert spoken == ["tool.confirmed", "rest_one_promise", "anything_else"]


@pytest.mark.parametrize(
    "no", ["no that's too early", "what no it's only three twelve left and i don't get paid till then"]
)
def test_a_no_to_the_latest_day_for_the_rest_keeps_the_payment(no: str) -> None:
    call = real()
    call.bank.answers["promise_to_pay"] = {"error": "not_allowed", "data": {"field": "date", "limit": "2026-12-04"}}
    _, spoken = said(*PAID, "and the rest at the end of december", call=call)
    assert spoken == ["limit_rest"]
    _, spoken = said(no, call=call)
    assert "kept_as_is" in spoken
    assert call.conversation.step == "anything_else"


def test_when_the_rest_is_due_is_asked_and_changes_nothing() -> None:
    call, spoken = said("I can pay half today by bank transfer.", "half and the other half when")
    assert spoken == ["rest_then", "ach_question"]
    assert call.tools[-1] == "process_payment"


def test_who_asks_what_is_left_hears_it() -> None:
    _, spoken = said(*PAID, "What's my balance now?")
    assert spoken == ["say_balance", "rest_amount", "anything_else"]


@pytest.mark.parametrize(
    ("answer", "amount", "day"),
    [
        ("ok the link and the other two sixty i can do in two weeks", "260.00", "2026-12-04"),
        ("text me the link and the rest i'll pay on the twenty seventh", "262.35", "2026-11-27"),
        ("bank transfer please and then two hundred next friday", "200.00", "2026-11-27"),
    ],
)
def test_a_second_part_behind_the_way_of_paying_is_kept(answer: str, amount: str, day: str) -> None:
    call, spoken = said("i can pay a hundred fifty today", answer)
    assert spoken[0] == "rest_next"
    assert call.bank.used[-1][1]["amount"] == "150.00"
    said("Yes, I agree.", call=call)
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": amount, "date": day, "besides": True})


def test_the_rest_so_many_weeks_from_today_is_no_payment_of_today() -> None:
    call, _ = said("i can pay a hundred fifty today", "the link", "yes")
    said("yeah the rest two sixty two weeks from today did you put that down", call=call)
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "262.35", "date": "2026-12-04", "besides": True})


@pytest.mark.parametrize(
    "words",
    [
        "i'll pay the remaining two hundred twelve dollars on december first can you note that",
        "and the rest on the first of december",
    ],
)
def test_a_second_promise_is_neither_set_up_nor_put_in_place_of_the_first(words: str) -> None:
    call, _ = said("i can pay two hundred next friday", "yes")
    used = len(call.bank.used)
    _, spoken = said(words, call=call)
    assert spoken[0] == "rest_one_promise"
    assert len(call.bank.used) == used


def test_a_second_promise_behind_a_yes_is_told_of() -> None:
    _, spoken = said("i can pay two hundred next friday", "yes and the other two twelve i'd do on december first")
    assert "rest_one_promise" in spoken


def test_a_promise_that_would_go_may_stay() -> None:
    call, spoken = said(
        "i can pay two hundred next friday", "yes", "i'd pay a hundred on december first", "no don't cancel i want both"
    )
    assert spoken[:2] == ["rest_one_promise", "kept_as_is"]
    assert call.bank.used[-1][0] == "promise_to_pay"


def test_another_day_for_the_promise_that_stands_moves_it() -> None:
    call, _ = said("i can pay two hundred next friday", "yes", "make it two hundred on december first instead")
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "200.00", "date": "2026-12-01"})
