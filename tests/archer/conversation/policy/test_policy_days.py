"""The day meant: beyond what can be promised, told from another day, as a number, as a month, on a condition."""

from typing import Any

import pytest

from archer.conversation.events import Heard
from tests.archer.conversation.policy.policy_script import Bank, Call, keys
from tests.archer.conversation.policy.test_policy_bargaining import real
from tests.archer.conversation.policy.test_policy_readback import Teller, answer

TOO_LATE: dict[str, Any] = {"error": "not_allowed", "data": {"field": "date", "limit": "2026-12-04"}}


class Strict(Teller):
    """Promises until December fourth, due dates until the twentieth, both days included."""

    def promise_to_pay(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return TOO_LATE if arguments["date"] > "2026-12-04" else super().promise_to_pay(arguments)

    def adjust_due_date(self, arguments: dict[str, Any]) -> dict[str, Any]:
        late = {"error": "not_allowed", "data": {"field": "new_date", "limit": "2026-12-20"}}
        return late if arguments["new_date"] > "2026-12-20" else super().adjust_due_date(arguments)


def calls(*said: str) -> Call:
    call = real(Strict())
    for words in said:
        call.send(Heard(words))
    return call


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Not today, I could do it in about three weeks.", "2026-12-11"),
        ("I can pay the whole thing on December twelfth.", "2026-12-12"),
        ("I'll pay it all in three weeks when my pension comes.", "2026-12-11"),
        ("Four hundred twelve, goodness, I can pay that in three weeks.", "2026-12-11"),
    ],
)
def test_a_promise_too_late_becomes_a_later_due_date(said: str, day: str) -> None:
    call = calls(said)
    assert call.bank.used[-1] == ("adjust_due_date", {"new_date": day})
    assert call.conversation.step == "confirm"
    call.send(Heard("Yes."))
    assert call.tools[-1] == "confirm_arrangement"


def test_a_part_or_a_day_beyond_both_keeps_to_the_promise() -> None:
    assert keys(real(Strict()).send(Heard("I can pay two hundred on December twelfth.")))[-1] == "limit_is"
    assert keys(real(Strict()).send(Heard("I'll pay it all on January tenth.")))[-1] == "limit_is"


@pytest.mark.parametrize(
    "said",
    ["No need to move the due date, I promise to pay everything on the third.", "Okay, I'll pay it on the third."],
)
def test_who_wants_no_due_date_moved_promises_an_earlier_day(said: str) -> None:
    call = calls("I can pay the whole thing on December twelfth.", said)
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-12-03"})


def test_who_wants_no_due_date_moved_hears_how_late_he_can_promise() -> None:
    call = calls("I can pay the whole thing on December twelfth.")
    assert keys(call.send(Heard("No, I don't want the due date moved."))) == ["limit_is"]
    call.send(Heard("Okay, yes."))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-12-04"})


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("No, I said fifteen.", "2026-12-15"),
        ("Fifteen.", "2026-12-15"),
        ("Okay then, the latest you can, the eighteenth.", "2026-12-18"),
        ("The latest you can, then.", "2026-12-20"),
        ("Okay, that one.", "2026-12-20"),
    ],
)
def test_a_day_after_the_limit_of_the_due_date_moves_it(said: str, day: str) -> None:
    call = calls("I need the due date extended by six weeks.", said)
    assert call.bank.used[-1] == ("adjust_due_date", {"new_date": day})


def test_the_latest_day_is_told_again_to_who_asks() -> None:
    call = calls("I need the due date extended by six weeks.")
    assert keys(call.send(Heard("What's the latest you can do?"))) == ["limit_is"]


@pytest.mark.parametrize(
    ("kind", "said", "day"),
    [
        ("extension", "Saturday, huh, can it be the Friday before that?", "2026-12-04"),
        ("extension", "No, fifteen, not five.", "2026-12-15"),
        ("extension", "The Monday after that.", "2026-12-07"),
        ("promise", "No no, the day after that.", "2026-12-02"),
        ("promise", "The Friday before.", "2026-11-27"),
        ("promise", "Make it the next day.", "2026-12-02"),
        ("plan", "No, start three December, not twenty-seven.", "2026-12-03"),
        ("plan", "Could it start in December?", "2026-12-01"),
        ("plan", "Yes, starting December.", "2026-12-01"),
        ("plan", "December would be better.", "2026-12-01"),
        ("plan", "Okay, but can it be on the fifth every month?", "2026-12-05"),
        ("plan", "The Monday after that.", "2026-11-30"),
    ],
)
def test_a_day_told_from_another_or_as_a_month_is_read_out(kind: str, said: str, day: str) -> None:
    assert day in answer(kind, said).bank.used[-1][1].values()


@pytest.mark.parametrize("kind", ["plan", "promise", "link"])
def test_a_later_due_date_instead_is_no_day_of_what_was_read_out(kind: str) -> None:
    call = answer(kind, "She says just move the due date to the tenth instead.")
    assert call.bank.used[-1] == ("adjust_due_date", {"new_date": "2026-12-10"})


def test_the_new_due_date_named_again_stays_one() -> None:
    assert answer("extension", "The fifth of December.").bank.used == []


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("How much would twelve be?", "monthly_is"),
        ("And what would three be?", "monthly_is"),
        ("And over twelve, how much is that?", "monthly_is"),
    ],
)
def test_the_instalment_of_another_length_is_told_and_nothing_prepared(said: str, spoken: str) -> None:
    call = answer("plan", said)
    assert call.bank.used == []
    assert call.conversation.state.last[0].key == spoken


def test_an_hour_is_no_day_for_a_plan_to_start() -> None:
    assert answer("plan", "Okay, twelve then.").bank.used[-1] == ("calculate_payment_plan", {"months": 12})


@pytest.mark.parametrize("said", ["What happens if I pay on the third instead?", "What if I pay it on the tenth?"])
def test_what_if_another_day_is_a_question(said: str) -> None:
    call = answer("promise", said)
    assert call.bank.used == []
    assert call.conversation.step == "confirm"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("plan", "If it's under seventy a month, then yes."),
        ("plan", "As long as it's no more than sixty-nine a month, yes."),
        ("promise", "Yes, if that's the first."),
        ("link", "Yes, as long as it's just the four twelve."),
    ],
)
def test_a_condition_that_the_reading_meets_is_none(kind: str, said: str) -> None:
    assert answer(kind, said).tools[-1] == "confirm_arrangement"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("plan", "If it's under sixty a month, then yes."),
        ("plan", "Yes, if it's free."),
        ("promise", "Yes, if my check comes."),
        ("transfer", "Yes, as long as it's just the four twelve."),
    ],
)
def test_a_condition_that_is_not_met_or_a_debit_needs_a_plain_yes(kind: str, said: str) -> None:
    call = answer(kind, said)
    assert "confirm_arrangement" not in call.tools
    assert call.conversation.step == "confirm"


def test_a_down_payment_stays_when_only_the_length_changes() -> None:
    call = real()
    call.send(Heard("I'll put a hundred and sixty down and six months on the rest."))
    call.send(Heard("Keep the one sixty down but make it twelve."))
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 12, "down_payment": "160.00"})


def test_an_offer_of_a_bill_disputes_no_bill() -> None:
    call = real(Bank())
    call.send(Heard("I got a five-dollar bill with your name on it. That's my offer."))
    assert call.bank.used[-1][0] == "get_negotiation_guidance"


def test_a_yes_that_knows_of_the_open_rest_is_a_yes() -> None:
    said = "One fifty today, and yeah, I know the rest is still owed. Yes."
    assert answer("part", said).tools[-1] == "confirm_arrangement"
