"""Rights that are spoken of and not claimed, somebody else's death, and words about calls beside an agreement."""

import pytest

from archer.conversation.events import Heard
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import Call, keys
from tests.archer.conversation.policy.test_policy_asides import after
from tests.archer.conversation.policy.test_policy_bargaining import real


def recorded(call: Call) -> list[str]:
    """The kinds of restrictions recorded in the call."""
    return [arguments["kind"] for name, arguments in call.bank.used if name == "record_restriction"]


@pytest.mark.parametrize(
    "said",
    [
        "well i talked to a lawyer friend and he said i should ask for the details is there interest",
        "that's not my lawyer he's just a friend",
        "i don't have a lawyer",
        "my sister is a lawyer and she says i should just make a plan",
        "no i'm thinking about filing bankruptcy honestly i haven't yet would a payment plan be better",
        "will it though hurt if i file bankruptcy",
        "my brother filed bankruptcy over this kind of thing i don't wanna do that",
        "i'm trying not to go bankrupt so what's the smallest monthly you got",
        "i went bankrupt ten years ago but that's over",
        "i had my card stolen last year but that's all fixed so okay",
        "somebody said i'd been hacked at target no that's another card never mind go on",
        "my son's in the army he helps me out could i pay on the twelfth",
        "no i'm not disputing it i know i owe it i just can't right now",
        "i don't dispute that i owe it",
        "i paid some of it in march right what's left is six forty",
        "i already paid half can i do the rest in june",
        "i always paid on time before",
    ],
)
def test_a_right_that_is_denied_or_anothers_ends_no_call(said: str) -> None:
    call, _ = after(said)
    assert call.outcome is None
    assert set(recorded(call)) <= {"hardship"}


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("i might have to file for bankruptcy", "check_bankruptcy"),
        ("i talked to a lawyer about this", "check_attorney"),
        ("my late husband opened that account", "check_deceased"),
        ("he passed away", "check_deceased"),
        ("my wallet was stolen last week so i'm short", "check_identity_theft"),
    ],
)
def test_what_is_perhaps_a_right_is_asked_about(said: str, question: str) -> None:
    call, spoken = after(said)
    assert spoken == [question]
    assert recorded(call) == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("my attorney's handling this", "attorney"),
        ("i have an attorney", "attorney"),
        ("my lawyer filed chapter thirteen for me", "bankruptcy"),
        ("i'm filing for bankruptcy", "bankruptcy"),
        ("my brother went bankrupt and now i filed too", "bankruptcy"),
        ("somebody stole my identity i never opened this", "identity_theft"),
        ("i'm in the army national guard on orders", "military"),
        ("my dad was a marine and i'm active duty", "military"),
        ("i know i owe something but the amount is wrong i don't owe that much", "dispute"),
        ("i already paid this", "already_paid"),
        ("i paid you last week", "already_paid"),
    ],
)
def test_a_clear_statement_of_ones_own_is_acted_on_at_once(said: str, kind: str) -> None:
    assert recorded(after(said)[0]) == [kind]


@pytest.mark.parametrize(
    "said",
    [
        "yes this is she i'm sorry i'm a little out of it my husband just died",
        "yes this is sam i just buried my husband on saturday so i'm not myself",
        "speaking we had my dad's funeral yesterday so make it quick",
    ],
)
def test_who_mourns_somebody_else_is_condoled_with_and_not_recorded_as_dead(said: str) -> None:
    call = Call(understanding=TRAINED).start()
    assert keys(call.send(Heard(said))) == ["condolence", "ask_factors"]
    assert recorded(call) == []


@pytest.mark.parametrize(
    "said",
    [
        "my mom passed last month and i'm the one paying for it all can we do something smaller",
        "my son died last year",
        "somebody close to me died",
    ],
)
def test_a_death_in_the_family_is_a_hardship(said: str) -> None:
    call, spoken = after(said)
    assert spoken[0] == "condolence"
    assert recorded(call) == ["hardship"]


def test_proof_given_beside_a_death_is_taken() -> None:
    call = Call(understanding=TRAINED).start()
    call.send(Heard("Yes, this is Sam Rivera."))
    call.send(
        Heard("four three two one and nine oh two one oh my husband passed away in february he did all the bills")
    )
    assert "verify_account" in call.tools
    assert recorded(call) == []


@pytest.mark.parametrize(
    "said",
    [
        "he died in march",
        "Yes, he passed in November.",
        "sam passed away",
        "no my husband died last month",
        "i'm his widow",
        "sam is deceased i'm his wife",
    ],
)
def test_the_death_of_the_customer_is_recorded(said: str) -> None:
    call = Call(understanding=TRAINED).start()
    call.send(Heard(said))
    assert recorded(call) == ["deceased"]


PLAN = "I'd like a plan over six months."
ASKING = [
    "yes and when i pay it you people quit calling me",
    "alright yes but don't call me about the rest",
    "yes and then will you people stop calling",
    "yes but don't call me about it before friday",
]


@pytest.mark.parametrize("said", ASKING)
def test_a_question_about_calls_beside_a_yes_loses_no_agreement(said: str) -> None:
    call, spoken = after(PLAN, said)
    assert spoken == ["tool.confirmed", "check_cease_contact"]
    assert "confirm_arrangement" in call.tools
    assert recorded(call) == []
    assert after("No.", call=call)[1] == ["check_passed", "anything_else"]
    assert call.outcome is None


@pytest.mark.parametrize(
    "said",
    [
        "okay fine do it and stop calling me",
        "yes please set it up and take me off your list",
        "yes that's right now leave me alone",
        "yeah go ahead and then don't ever call me again",
    ],
)
def test_a_yes_is_carried_out_and_the_wish_for_no_calls_obeyed(said: str) -> None:
    call, spoken = after(PLAN, said)
    assert spoken == ["tool.confirmed", "cease_done"]
    assert call.tools[-2:] == ["confirm_arrangement", "record_restriction"]
    assert recorded(call) == ["cease"]


@pytest.mark.parametrize("before", [(), (PLAN,), (PLAN, "Yes."), ("Can you call me back?",)])
@pytest.mark.parametrize(
    "said",
    [
        "stop calling me",
        "no forget it just stop calling me",
        "can you stop calling me",
        "please don't call me anymore",
        "i want you to stop the calls",
        "will you please stop calling",
        "i told you people to stop calling",
        "no more calls please",
    ],
)
def test_a_plain_wish_for_no_calls_is_obeyed_at_once(said: str, before: tuple[str, ...]) -> None:
    call, spoken = after(*before, said)
    assert recorded(call) == ["cease"]
    assert spoken == ["cease_done"]


@pytest.mark.parametrize(
    "said",
    [
        "how do i get you to stop calling",
        "so once i've paid i won't get any more calls right",
        "once i pay it you'll leave me alone right",
        "am i gonna keep getting these calls",
    ],
)
def test_a_question_what_follows_for_the_calls_is_cleared_up(said: str) -> None:
    assert after(said)[1] == ["check_cease_contact"]


@pytest.mark.parametrize(
    "said",
    [
        "yeah okay does this stop the collection calls",
        "yeah that's good does that mean you'll stop calling me about it",
    ],
)
def test_a_question_what_becomes_of_the_calls_is_answered_and_the_agreement_kept(said: str) -> None:
    call, _ = after(PLAN, said)
    assert call.outcome is None
    assert recorded(call) == []
    after("Yes.", call=call)
    assert "confirm_arrangement" in call.tools


def test_a_yes_on_condition_that_the_calls_end_is_no_yes_yet() -> None:
    call, spoken = after(PLAN, "sure if it gets you to stop calling")
    assert spoken == ["check_cease_contact"]
    assert after("No.", call=call)[1] == ["check_passed", "confirm"]


@pytest.mark.parametrize("said", ["i don't want a call", "don't call me i'll call you"])
def test_no_call_back_is_no_wish_for_no_calls_at_all(said: str) -> None:
    call, _ = after("Can you call me back?", said)
    assert recorded(call) == []


@pytest.mark.parametrize(
    "said",
    [
        "do you know what time it is where i am you people called me at six in the morning yesterday",
        "you called me three times today already",
        "somebody called me at ten at night last week",
    ],
)
def test_a_complaint_of_calls_is_heard_and_books_none(said: str) -> None:
    call = real()
    assert keys(call.send(Heard(said))) == ["complaint", "offer_person"]
    assert "schedule_callback" not in call.tools


def test_never_at_such_an_hour_is_noted_as_that() -> None:
    call, _ = after("never at six in the morning that's when i want to know who's gonna answer for that")
    assert recorded(call) == ["inconvenient_time"]


@pytest.mark.parametrize(
    "said",
    [
        "no just no machine no person tell your bank don't call me with recordings",
        "quit sending me recorded messages",
        "no more recorded calls",
    ],
)
def test_who_wants_no_recorded_voice_wants_no_calls(said: str) -> None:
    call, spoken = after(said)
    assert spoken == ["cease_done"]
    assert call.bank.used[-1] == ("record_restriction", {"kind": "cease"})


@pytest.mark.parametrize("said", ["i don't want to be recorded", "please don't record me"])
def test_who_will_not_be_recorded_is_offered_a_person(said: str) -> None:
    assert after(said)[1] == ["do_not_record_done", "offer_person"]


@pytest.mark.parametrize(
    "said",
    [
        "that's not right i never owed that much can you send me something in writing",
        "i dispute this debt send me proof",
        "i'm disputing this and i want it in writing",
    ],
)
def test_who_disputes_and_wants_it_on_paper_hears_who_can_send_it(said: str) -> None:
    assert after(said)[1] == ["answer_receipt", "dispute_done"]
