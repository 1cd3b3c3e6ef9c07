"""Who is there, whether he can prove it, and when he is to be called instead: many words for the same few things."""

import pytest

from archer.conversation.events import Heard, Silence
from archer.conversation.policy import methods
from archer.conversation.policy.cleaning import plain
from tests.archer.conversation.policy.policy_script import Call, keys
from tests.archer.conversation.policy.test_policy_asides import after
from tests.archer.conversation.policy.test_policy_changes import fresh

ME = "Yes, this is Sam."


@pytest.mark.parametrize(
    "said",
    [
        "Speakin'.",
        "Speakin",
        "Oh sure, this is her. You betcha.",
        "You betcha, this is her.",
        "Good morning, this is he.",
        "Alright, this is him, what's goin' on?",
        "Yeah, talkin' to him.",
        "Uff da, yes, this is her.",
        "Ayuh.",
        "Aye, you have him.",
        "In person.",
        "Speaking. I'm a little hard of hearing, so speak up.",
        "Who is it? I don't know, hon. Sorry, yes, this is Sam.",
    ],
)
def test_the_person_asked_for_says_so_in_many_words(said: str) -> None:
    assert after(said, call=fresh())[1][-1] == "ask_factors"


@pytest.mark.parametrize(
    "said",
    [
        "This is her sister.",
        "This is his wife speaking.",
        "No, she's not here.",
        "He's workin' right now.",
        "You betcha, I'll tell her you called.",
    ],
)
def test_another_person_is_not_taken_for_the_one_asked_for(said: str) -> None:
    assert after(said, call=fresh())[1] == ["third_party_message"]


def test_speech_written_by_ear_is_read_as_it_is_meant() -> None:
    assert plain("Who's callin'? I'm drivin', I was just leavin'.") == "Who's calling? I'm driving, I was just leaving."
    assert plain("Call me in an hour, Robin's in Martin's car.") == "Call me in an hour, Robin's in Martin's car."


@pytest.mark.parametrize(
    "said",
    [
        "Oh, hold on a moment, I need my reading glasses, I can't make out these little numbers.",
        "Hang on, it's in my other coat.",
        "I can't see the numbers without my specs.",
        "I've got to dig it out of my wallet.",
        "One second, I'm just getting my bag.",
        "The print is tiny, I need my readers.",
        "The card's upstairs, wait there.",
        "Two ticks, I'll just fetch it.",
        "Where did I put that card... give me a minute.",
    ],
)
def test_who_fetches_the_digits_is_waited_for(said: str) -> None:
    call, spoken = after(ME, said, call=fresh())
    assert spoken == ["take_your_time"]
    assert after("Here we are. It's 4321, and 90210.", call=call)[0].tools[0] == "verify_account"


@pytest.mark.parametrize(
    "said",
    [
        "Oh, I cut that card up. I have no idea what the digits are.",
        "I don't know the digits.",
        "I shredded that card last year.",
        "I threw the card away ages ago.",
        "I haven't got the card on me.",
        "I never memorized it.",
        "No clue, sorry.",
        "I haven't a clue what my account number is, love.",
        "Not off the top of my head.",
        "I couldn't tell you what the number is.",
        "The numbers have worn off.",
        "My dog chewed up the card.",
        "It's too dark in here to read it.",
    ],
)
def test_who_does_not_have_the_digits_may_look_once_and_is_given_the_number_then(said: str) -> None:
    call, spoken = after(ME, said, call=fresh())
    assert spoken == ["answer_not_at_hand", "ask_factors"]
    assert after("I don't know them, I told you.", call=call)[1] == ["verification_failed"]
    assert call.outcome == "verification_failed"


def test_no_digits_are_no_wrong_number_while_a_right_is_asked_about() -> None:
    call, _ = after(ME, call=fresh())
    state = call.conversation.state
    state.step, state.back, state.checking = "check", "verify", "dispute_debt"
    assert after("I don't know the digits.", call=call)[1] == ["answer_not_at_hand", "ask_factors"]


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("Take it out of my bank account, I don't do anything with links.", "bank_transfer"),
        ("I'm not clicking on links, hey. Bank transfer.", "bank_transfer"),
        ("No links.", "bank_transfer"),
        ("I hate those links.", "bank_transfer"),
        ("I stay away from links.", "bank_transfer"),
        ("My son told me never to open links.", "bank_transfer"),
        ("Links make me nervous.", "bank_transfer"),
        ("Anything but a link.", "bank_transfer"),
        ("No texts, I don't get texts on this phone.", "bank_transfer"),
        ("I don't give out my bank details.", "sms_link"),
        ("Not comfortable with bank transfers.", "sms_link"),
        ("Anything but the bank.", "sms_link"),
        ("I don't mind doing a link.", "sms_link"),
        ("Why don't you text me the link.", "sms_link"),
        ("Can't you just take it from my bank?", "bank_transfer"),
        ("I can't get to the bank, so text me.", "sms_link"),
    ],
)
def test_a_way_that_is_turned_down_leaves_the_other(said: str, way: str) -> None:
    assert methods.chosen(said) == way


@pytest.mark.parametrize("said", ["I'm not clicking on links, hey.", "No texts, I don't get texts on this phone."])
def test_who_turns_one_way_down_takes_the_other_whatever_else_it_sounds_like(said: str) -> None:
    call, _ = after("I'll pay it all.", said)
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "bank_transfer"})


def callback(*said: str) -> tuple[Call, dict[str, str]]:
    """The call, and what was booked in it."""
    call, _ = after(*said, call=fresh())
    assert call.bank.used, call.actions[-3:]
    assert call.bank.used[-1][0] == "schedule_callback"
    return call, {name: value for name, value in call.bank.used[-1][1].items() if name != "reason"}


@pytest.mark.parametrize(
    ("said", "booked"),
    [
        ("Noon.", {"at": "2026-11-24T12:00:00-08:00"}),
        ("Tuesday at noon.", {"at": "2026-11-24T12:00:00-08:00"}),
        ("around two would be good", {"at": "2026-11-24T14:00:00-08:00"}),
        ("half three", {"at": "2026-11-24T15:30:00-08:00"}),
        ("In the morning.", {"date": "2026-11-24", "part": "morning"}),
        ("Actually make it Wednesday at ten.", {"at": "2026-11-25T10:00:00-08:00"}),
        ("Any time.", {"date": "2026-11-24"}),
        ("Tuesday.", {"date": "2026-11-24"}),
        ("I don't know.", {"date": "2026-11-24"}),
        ("I gotta go.", {"date": "2026-11-24"}),
        ("No, just call me Tuesday, I gotta run.", {"date": "2026-11-24"}),
    ],
)
def test_the_hour_of_a_day_is_asked_for_once_and_the_day_is_kept(said: str, booked: dict[str, str]) -> None:
    call, spoken = after("Yeah, but I'm on the forklift, boss. Call me back Tuesday.", call=fresh())
    assert spoken == ["callback_hour"]
    after(said, call=call)
    assert call.bank.used[-1][1].items() >= booked.items()
    assert call.outcome == "callback_scheduled"


def test_a_day_named_is_booked_when_nobody_answers_about_the_hour() -> None:
    call, _ = after("Call me back Tuesday.", call=fresh())
    for seconds in (8, 16, 24):
        call.send(Silence(seconds))
    assert call.outcome == "callback_scheduled"


def test_an_hour_after_a_silence_is_heard() -> None:
    call, _ = after("Call me back Tuesday.", call=fresh())
    assert keys(call.send(Silence(8))) == ["are_you_there"]
    call.send(Heard("noon"))
    assert call.bank.used[-1][1]["at"] == "2026-11-24T12:00:00-08:00"


def test_who_wants_no_call_after_all_gets_none() -> None:
    call, _ = after("Call me back Tuesday.", "Oh, never mind.", call=fresh())
    assert "schedule_callback" not in call.tools


def test_a_weekday_after_next_week_is_one_of_that_week() -> None:
    _, booked = callback("Call me back next week.", "Wednesday at ten.")
    assert booked == {"at": "2026-11-25T10:00:00-08:00"}


@pytest.mark.parametrize(
    ("said", "booked"),
    [
        (
            "Call me tomorrow at four.. oh, wait, no, tomorrow's the recital. Monday at four.",
            "2026-11-23T16:00:00-08:00",
        ),
        ("Call me Monday. Actually no, Monday's my doctor's appointment, Tuesday at two.", "2026-11-24T14:00:00-08:00"),
        ("Can you call Monday at three? No, hang on, Monday's the funeral. Tuesday at 3.", "2026-11-24T15:00:00-08:00"),
        ("Call me Monday at 6, scratch that, I'm bowling Mondays. Tuesday at 6.", "2026-11-24T18:00:00-08:00"),
        ("Call me tomorrow, sorry, I've got the dentist tomorrow. Monday at 1.", "2026-11-23T13:00:00-08:00"),
        ("I'm busy. Monday I have court. Call me Tuesday at ten.", "2026-11-24T10:00:00-08:00"),
    ],
)
def test_a_day_that_is_taken_is_not_the_one_to_call_on(said: str, booked: str) -> None:
    assert callback(said)[1] == {"at": booked}


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("You know, my late husband always did the bills, he had a little drawer for it.", None),
        ("My husband passed in March, and the bills are all on me now.", None),
        ("I'm his wife, he died last week.", "deceased"),
    ],
)
def test_whose_death_is_told_of_is_not_on_the_line(said: str, ends: str | None) -> None:
    assert after(said)[0].outcome == ends


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("Yes and before you start I'm not paying you a dime", ["ask_factors"]),
        ("yes but i'm not paying anything", ["ask_factors"]),
        ("yeah this is me and i ain't got no money so don't bother asking", ["ask_factors"]),
        ("yeah it's me and i'm sick of you people calling me every day", ["sorry_upset", "ask_factors"]),
        ("yeah it's sam but i'm not giving you my social or anything", ["answer_withheld", "ask_factors"]),
        ("yes this is sam but i won't tell you my date of birth", ["answer_withheld", "ask_factors"]),
    ],
)
def test_a_yes_to_the_name_is_one_whatever_is_refused_behind_it(said: str, spoken: list[str]) -> None:
    call, heard = after(said, call=fresh())
    assert heard == spoken
    assert call.conversation.step == "verify"


@pytest.mark.parametrize(
    "said", ["i'm not giving you my date of birth", "i don't give out my social over the phone", "i won't give my pin"]
)
def test_to_keep_back_what_nobody_asked_for_is_no_refusal(said: str) -> None:
    call, spoken = after("Speaking.", said, said, call=fresh())
    assert spoken == ["answer_withheld", "ask_factors"]
    assert call.conversation.state.declined_factors == 0


def test_to_keep_back_what_is_needed_is_one() -> None:
    assert "answer_withheld" not in after("Speaking.", "i'm not giving you my account number", call=fresh())[1]


@pytest.mark.parametrize("said", ["my daughter handles it, call joan", "my son does all of that you need to call him"])
def test_a_helper_named_first_is_no_third_party_on_the_line(said: str) -> None:
    call, spoken = after(said, call=fresh())
    assert spoken == ["answer_only_with", "ask_person"]
    assert "record_restriction" not in call.tools
