"""What is a yes to what was read out (I-21): a yes and nothing else, whatever the words; laws and examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.conversation.events import Heard
from archer.conversation.policy.consent import _OF_CALENDAR, Consent, _numeral, consent, consents
from archer.conversation.policy.hearing import Hearing
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import Bank, Call, keys
from tests.archer.conversation.policy.test_policy_bargaining import real

WISHES = {
    "transfer": ("I'd like to pay all of it by bank transfer.",),
    "plan": ("I'd like a payment plan over six months.",),
    "link": ("I'll pay it all, text me the link.",),
    "promise": ("I'll pay a hundred dollars on Friday.",),
    "extension": ("Can I have a later due date?", "December tenth."),
}
SAYS = {
    "process_payment": "To confirm: a payment of four hundred twelve dollars and thirty-five cents. Do you agree?",
    "calculate_payment_plan": "To confirm: six monthly payments of sixty-eight dollars and seventy-three cents, "
    "starting on Friday, November twenty-seventh. Do you agree to this plan?",
}
PLAIN = [
    "yes",
    "Yes.",
    "Yeah.",
    "Yep",
    "Yup, do it.",
    "Yes please.",
    "Yes sir.",
    "Yes ma'am.",
    "Yes, go ahead.",
    "Yes, please go ahead.",
    "Yes, I agree.",
    "I agree.",
    "I do.",
    "I do, yes.",
    "Yes, I do.",
    "Absolutely.",
    "Absolutely, yes.",
    "Yes, that works.",
    "Yes, that works for me.",
    "Yep, that works",
    "Yes, that's fine.",
    "That's fine, yes.",
    "Yes, that's right.",
    "Yes, correct.",
    "Correct.",
    "That is correct, yes, I consent.",
    "Sure, go ahead.",
    "Sure.",
    "Okay, go ahead.",
    "Okay yes.",
    "Okay, yes, let's do that.",
    "Yes, set it up.",
    "Go ahead and set it up.",
    "Please set it up.",
    "Set it up, please.",
    "Sounds good, go ahead.",
    "Yes, sounds good to me.",
    "Sounds good.",
    "Works for me.",
    "Let's do it.",
    "Alright, let's do it.",
    "Yes, yes, fine!",
    "Yes, for god's sake.",
    "Yes, do it already.",
    "Just do it.",
    "Yes, you have my permission.",
    "Yes sir, I give you my permission.",
    "You betcha.",
    "Yah, you bet.",
    "Yah sure, you betcha, that'll work.",
    "Yes'm.",
    "Yessir, that'll do just fine.",
    "Yes indeed, dear.",
    "Yes, dear, please do.",
    "Oh yes, honey, that's just fine.",
    "Yes, young man, you may proceed.",
    "Why yes, that would be lovely.",
    "Yes, that would be a big help.",
    "Yes, that helps a lot, thank you so much.",
    "God bless you, yes.",
    "Yes, thank you, God bless.",
    "Yes, thank you very much for your help.",
    "Mm-hmm, yes.",
    "Uh-huh, yes, go ahead.",
    "Heck yes.",
    "Hell yeah, let's do it.",
    "Damn right.",
    "Bet, do it.",
    "Aight, bet. Yeah.",
    "Yes, that is good for me.",
    "Yes, is okay.",
    "Yes, is good, thank you.",
    "Yes, I am agree.",
    "Sí, yes.",
    "Sí, sí, go ahead.",
    "Oui, yes, go ahead.",
    "Ja, that is fine.",
    "Da, yes, I agree.",
    "Haan, yes, kindly do it.",
    "Yes, kindly proceed.",
    "Yes yes, please do the needful.",
    "Aye, go on then, do it.",
    "Aye.",
    "Right you are, please go ahead.",
    "Yes, work away.",
    "Yes, I can manage that.",
    "Yeah, I can do that.",
    "I can live with that, yes.",
    "Yes, I'm okay with that.",
    "I'm happy with that, yes.",
    "Yes, I'm fine with it.",
    "Count me in.",
    "No problem, go ahead.",
    "No problem at all, yes.",
    "Yes, no objection.",
    "I have no objection. Yes.",
    "I don't mind, go ahead.",
    "Sure, why not.",
    "Why not, go ahead.",
    "By all means.",
    "Yes, by all means, go ahead.",
    "Fine by me. Yes.",
    "Yes, that's what I want.",
    "Yes, that's exactly what I'd like.",
    "Yes, that's what I said.",
    "That's exactly what I had in mind, yes.",
    "I said yes.",
    "I told you, yes.",
    "Yes, like I said, go ahead.",
    "Yes! How many times... I said yes.",
    "Well, yes, okay, go ahead.",
    "Um, yes. Yes, please.",
    "Uh, yeah, sure, go for it.",
    "Let's get it over with, yes.",
    "Yes, let's get this taken care of.",
    "Yes, get it done.",
    "Yes, I understand and I agree.",
    "I understand. Yes, go ahead.",
    "Okay, I understand. Yes, set it up.",
    "Fair enough. Yes.",
    "Then yes.",
    "Okay then, yes.",
    "Alright, well, yes, please.",
    "Yes, that's affirmative.",
    "Affirmative.",
    "Roger that, go ahead.",
    "One hundred percent, yes.",
    "Yes, Sam agrees.",
    "Deal.",
    "It's a deal.",
    "You got yourself a deal.",
    "Yes, I accept.",
    "I accept those terms.",
    "Yes, I approve.",
    "Confirmed.",
    "Yes, confirmed.",
    "Yes, okay, thank you.",
    "Yes, perfect, thank you.",
    "Perfect, yes, let's go with that.",
    "Yes, you can do that.",
    "Yes, you may.",
    "Yeah, that's good.",
    "Yeah, that's sound, do it.",
    "Yes, this is correct so.",
    "Could you go ahead and set it up, please?",
    "Can you set that up for me?",
    "Yes, will do.",
    "Surely.",
    "Certainly, young lady.",
    "Certainly, sir.",
    "Yes, of course.",
    "Of course, go ahead.",
    "Yes, that is acceptable.",
    "It's fine. Yes.",
    "All right, yes.",
    "Yes, that's doable.",
    "Go right ahead.",
    "Go ahead, sweetie.",
    "Do it.",
    "Do that, please.",
]
"""A yes to anything."""
FRIENDLY = [
    "I reckon that'll do, go ahead.",
    "Okay.",
    "Mm-hmm.",
    "Uh-huh.",
    "Right.",
    "Fine.",
    "Alright.",
    "Great, thank you.",
    "Perfect.",
    "Okay dear.",
]
"""A yes, and no authorization of a debit."""
NAMED = {
    "plan": [
        "Yes, six payments is exactly what I'd like.",
        "Yes, six months with nothing down.",
        "Six months, agreed.",
        "Six months, yes ma'am, that'll be fine.",
        "Six, yes, before I change my mind again.",
        "Yes, half a year, that's fine.",
        "Yes, the six monthly payments, please.",
        "Yeah, six months, nothin' down. Good.",
        "Yes, not all at once, six months is good.",
        "Yes, six months, go ahead.",
    ],
    "link": [
        "Yes, send the link.",
        "Yes, please send it to my phone.",
        "Yeah, text it to me.",
        "Yes, the full amount with the link.",
        "Yeah, bet. Send it.",
        "Can you send me the link please?",
        "Yes, all of it, by text, thanks.",
        "Yes, the whole balance, no plan.",
    ],
    "transfer": [
        "Yes, take it from my bank account.",
        "I authorize it.",
        "Yes, I authorize that payment.",
        "I authorize you to take it out of my account, yes.",
        "Yes, from the bank, that's fine, I authorize that.",
        "All of it today from my bank account, no plan. Yes, I authorize that.",
        "Right you are, then. Yes, please go ahead, I authorise that.",
        "Yup. I authorize it.",
    ],
    "promise": [
        "Yes, a hundred dollars by Friday.",
        "Yeah, Friday, that's right.",
        "Yes, you can count on it.",
        "Yes, I'll pay it by then.",
        "Yep, Friday.",
        "Yes, Friday, the hundred.",
        "Yeah, you got my word.",
    ],
    "extension": [
        "Yes, move it please.",
        "Yes, the tenth of December.",
        "Yes, the tenth, please.",
    ],
}
"""A yes that names what was read out."""
NO_CONSENT = [
    "okay let me think about it",
    "sure I'll think about it",
    "ok I'll let you know",
    "right, I'll get back to you",
    "okay I'll call you back",
    "yes I have a question",
    "yes can you repeat that",
    "go ahead and explain",
    "yes honey one second",
    "okay dear, dinner's ready",
    "yes mom I'm coming",
    "yes, that account is closed though",
    "sounds right I guess let me look at my calendar",
    "yeah right",
    "sure, in your dreams",
    "sure you are",
    "yes I understand",
    "okay I hear you",
    "yes well we'll see",
    "of course I know that",
    "right now I can't",
    "okay fine I'll check with my bank",
    "yes I guess",
    "sure whatever",
    "yes but not today",
    "okay fine but can you email me a receipt",
    "yes as soon as I get paid",
    "yeah no",
    "no yeah",
    "correct me if I'm wrong but isn't that a lot",
    "I agree with my wife that we should wait",
    "okay so what happens next",
    "yes after friday",
    "ok hold on let me check my balance first",
    "I said yes to what exactly",
    "authorize? no way",
    "that sounds good but let me ask my husband",
    "sure, but use my savings not checking",
    "sure let me get a pen",
    "okay one second",
    "yes let me talk to my wife first",
    "okay I need to think",
    "okay say that again",
    "okay wait",
    "yes sir I hear you",
    "okay and what about interest",
    "okay thanks bye",
    "yes but only if there's no fee",
    "yeah I don't know",
    "sure just not this week",
    "yes, in your dreams, buddy",
    "okay I better go",
    "okay I have to go",
    "okay I want out",
    "yes, put it off",
    "okay start over",
    "sure, as if",
    "okay it's for my brother",
    "okay, later",
    "sure, I'd like to know more",
    "yes but I want to speak to someone",
    "go ahead and cancel it",
    "yes cancel that",
    "okay hang on",
    "okay, and then?",
    "Yes?",
    "okay?",
    "right?",
    "so I just pay?",
    "is that right?",
    "do I agree?",
    "yes, who is this?",
    "okay hold off on that",
    "sure if you say so",
    "yes, once I get my check",
    "I agree that it is a lot",
    "yes it's too much",
    "yes I'm driving",
    "okay I'm at work",
    "sure, why would I do that",
    "I'd do it if I could",
    "I would agree if it was less",
    "okay let's not",
    "do it later",
    "send it later",
    "send it to my wife",
    "please do not",
    "please don't do it",
    "set it up some other time",
    "yes the dog wants out",
    "okay kids, dinner",
    "sure sure, I've heard that before",
    "yes, that's what they all say",
    "yes I have the money at home",
    "okay, I have your number",
    "fine, sue me",
    "great, another bill",
    "wonderful, just wonderful, on top of everything",
    "yes, I do want to talk to a lawyer",
    "yes I lost my job",
    "go ahead, I'm listening",
    "go on",
    "okay go on I'm listening",
    "yes yes I hear you, and?",
    "yes, what do I have to do?",
    "okay, I'll do it tomorrow",
    "sure thing, let me find my glasses",
    "yes I'm still here",
    "yeah I'm here",
    "okay I'm back",
    "yes, I got that",
    "I get it",
    "got it",
    "I see",
    "understood",
    "mm I see",
    "that makes sense",
    "okay so that's clear",
    "thank you",
    "thanks",
    "hello?",
    "sorry?",
]
"""Words of a yes that mean none."""


def _bank() -> Bank:
    bank = Bank()
    for name, say in SAYS.items():
        plain = getattr(bank, name)
        setattr(bank, name, lambda arguments, plain=plain, say=say: {**plain(arguments), "say": say})
    return bank


def _read_out(kind: str) -> Call:
    call = real(_bank())
    for words in WISHES[kind]:
        call.send(Heard(words))
    assert call.conversation.step == "confirm"
    return call


READ = {kind: _read_out(kind) for kind in WISHES}


def at_reading(kind: str) -> Call:
    """A call that has read out an arrangement of this kind and asked for the yes."""
    call = Call(bank=_bank(), understanding=TRAINED)
    assert call.conversation.restore(READ[kind].conversation.snapshot())
    return call


def verdict(kind: str, said: str) -> Consent:
    talk = READ[kind].conversation.turn()
    return consent(talk, Hearing(said, talk.agent_said, TRAINED, talk.clock))


def booked(call: Call) -> bool:
    return "confirm_arrangement" in call.tools


@pytest.mark.parametrize("kind", WISHES)
@pytest.mark.parametrize("said", PLAIN)
def test_a_plain_yes_is_consent(said: str, kind: str) -> None:
    assert verdict(kind, said) is Consent.GIVEN


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, each in NAMED.items() for said in each])
def test_a_yes_that_repeats_what_was_read_out_books_at_once(kind: str, said: str) -> None:
    call = at_reading(kind)
    call.send(Heard(said))
    assert booked(call)


@pytest.mark.parametrize("said", PLAIN[::3])
def test_a_plain_yes_books_at_once(said: str) -> None:
    call = at_reading("plan")
    call.send(Heard(said))
    assert booked(call)


@pytest.mark.parametrize("said", FRIENDLY)
def test_a_friendly_word_takes_a_plan_and_authorizes_no_debit(said: str) -> None:
    assert verdict("plan", said) is Consent.GIVEN
    call = at_reading("transfer")
    assert keys(call.send(Heard(said)))[-1] == "ach_question"
    assert not booked(call)
    call.send(Heard("Yes."))
    assert booked(call)


@pytest.mark.parametrize("kind", WISHES)
@pytest.mark.parametrize("said", NO_CONSENT)
def test_a_yes_with_something_of_substance_beside_it_is_none(said: str, kind: str) -> None:
    assert verdict(kind, said) is not Consent.GIVEN


@pytest.mark.parametrize("kind", ["transfer", "plan"])
@pytest.mark.parametrize("said", NO_CONSENT[:27])
def test_what_is_no_consent_books_nothing(said: str, kind: str) -> None:
    call = at_reading(kind)
    call.send(Heard(said))
    assert not booked(call)


ASIDES = [
    *(
        "let me think about it",
        "I have a question",
        "can you repeat that",
        "I'll call you back",
        "my account is closed",
    ),
    *("I'm coming, mom", "but not today", "if my check comes", "I'll let you know", "let me ask my wife", "hold on"),
    *("dinner's ready", "we'll see", "what about the interest", "I need a pen", "one second", "in your dreams"),
    *("that's not what I said", "use my savings", "I lost my job", "cancel it", "don't do it", "explain it to me"),
]
_YES = st.sampled_from([*PLAIN, *FRIENDLY])


@given(yes=_YES, aside=st.sampled_from(ASIDES), kind=st.sampled_from(sorted(WISHES)))
def test_law_something_of_substance_beside_any_yes_is_no_consent(yes: str, aside: str, kind: str) -> None:
    assert verdict(kind, f"{yes.rstrip('.?! ')}, {aside}") is not Consent.GIVEN


@given(yes=st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3), kind=st.sampled_from(sorted(WISHES)))
def test_law_one_yes_after_another_is_a_yes(yes: list[str], kind: str) -> None:
    assert verdict(kind, " ".join(yes)) is Consent.GIVEN


@given(yes=st.sampled_from(PLAIN), around=st.sampled_from(["Sam", "thank you so much", "honey", "um", "sir", "please"]))
def test_law_courtesies_names_and_sounds_change_nothing(yes: str, around: str) -> None:
    assert verdict("transfer", f"{yes.rstrip('.')} {around}") is Consent.GIVEN
    assert verdict("transfer", f"{around}, {yes}") is Consent.GIVEN


_WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9).filter(
    lambda word: not (_numeral(word) or _OF_CALENDAR.fullmatch(word))
)
"""Numbers and days are held against what was read out, and may belong to it once and not twice."""


@given(yes=st.sampled_from(["yes", "okay", "go ahead", "that works", "I agree"]), word=_WORD)
def test_law_an_unknown_word_is_substance(yes: str, word: str) -> None:
    known = verdict("transfer", f"yes {word}") is Consent.GIVEN
    assert known == (verdict("transfer", f"yes {word} yes {word}") is Consent.GIVEN)
    assert known or verdict("transfer", f"{yes} {word}") is not Consent.GIVEN


@pytest.mark.parametrize("said", ["Yes, my cousin Vinny did it that way.", "Yes, splendid weather for it."])
def test_the_same_approving_words_again_or_a_bare_yes_confirm(said: str) -> None:
    for second in (said, "Yes.", "Okay."):
        call = at_reading("plan")
        assert keys(call.send(Heard(said)))[-1] == "confirm"
        assert not booked(call)
        call.send(Heard(second))
        assert booked(call), second


@pytest.mark.parametrize("said", ["okay let me think about it", "yes mom I'm coming", "sure, in your dreams"])
def test_a_yes_that_is_put_off_confirms_however_often_it_is_said(said: str) -> None:
    call = at_reading("plan")
    for _ in range(3):
        call.send(Heard(said))
    assert not booked(call)


def test_the_terms_without_a_yes_are_asked_about_once() -> None:
    call = at_reading("plan")
    call.send(Heard("Six months, nothing down."))
    assert not booked(call)
    call.send(Heard("Six months, nothing down."))
    assert booked(call)


def test_who_has_a_question_may_ask_it() -> None:
    call = at_reading("plan")
    assert keys(call.send(Heard("Yes, I have a question."))) == ["which_question"]
    call.send(Heard("Yes."))
    assert not booked(call)  # a yes to the question what the question is
    call.send(Heard("Yes."))
    assert booked(call)


def test_who_thinks_about_it_hears_that_nothing_is_set_up() -> None:
    call = at_reading("transfer")
    assert keys(call.send(Heard("Okay, I'll sleep on it."))) == ["nothing_yet", "ach_question"]


@pytest.mark.parametrize(("kind", "said"), [("plan", "Yes, three months."), ("link", "Yes, from my bank account.")])
def test_another_value_beside_the_yes_is_read_out_anew(kind: str, said: str) -> None:
    call = at_reading(kind)
    call.send(Heard(said))
    assert not booked(call)
    assert call.conversation.step == "confirm"
    assert call.bank.used


def test_consent_is_the_only_way_to_agree() -> None:
    talk = READ["plan"].conversation.turn()
    assert consents(talk, Hearing("yes", None, TRAINED, talk.clock))
    assert not consents(real().conversation.turn(), Hearing("yes", None, TRAINED, talk.clock))
