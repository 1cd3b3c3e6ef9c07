"""The guardrail sentence by sentence: the examples of the rules, denials and quotations, amounts, deadlines, states."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.compliance.guardrail import Guard, SpeechState, judge
from archer.compliance.guardrail.build import FILE, content
from archer.compliance.guardrail.catalog import catalog
from archer.compliance.guardrail.text import read
from archer.conversation.words import account, before

LEDGER = {"balance": "412.07", "due_date": "2026-12-01", "minimum_due": "35.00"}


def state(**changes: Any) -> SpeechState:
    given: dict[str, Any] = {"right_party_verified": True, "ledger": LEDGER, "approved_amounts": ["50.00"]}
    return SpeechState(**given | changes)


def rules(text: str, **changes: Any) -> list[str]:
    return [finding.rule for finding in judge(text, state(**changes))]


BLOCKED = [
    ("G-01", "You could be arrested for this."),
    ("G-01", "People go to jail for ignoring debts."),
    ("G-02", "We'll take it out of your paycheck."),
    ("G-02", "We can freeze your account today."),
    ("G-03", "Pay or we'll sue you."),
    ("G-03", "It's going to court."),
    ("G-04", "This is your final chance, today only."),
    ("G-04", "You have one hour."),
    ("G-05", "You deadbeat."),
    ("G-05", "Stop lying to me."),
    ("G-06", "I'm calling from the county court."),
    ("G-06", "We're with the credit bureau."),
    ("G-08", "We'll let your boss know."),
    ("G-09", "Paying erases this from your report."),
    ("G-09", "I'll ruin your credit."),
    ("G-10", "We know where you live."),
    ("G-11", "There's a $15 phone fee."),
    ("G-11", "Interest triples next week."),
    ("G-12", "I'm a real person."),
    ("G-12", "You're speaking with a live agent."),
    ("G-13", "Disputing won't help."),
    ("G-14", "I'll keep calling until it's paid."),
    ("G-15", "Not paying is fraud."),
    ("G-16", "I'll knock off half if you pay now."),
    ("G-17", "Read me the three digits on the back."),
    ("G-18", "Skip rent this month."),
    ("G-18", "You qualify for our new card!"),
]
PASSED = [
    "This is not a criminal matter.",
    "Would you like to set up a payment from your paycheck date?",
    "I can't give legal advice.",
    "Your due date is December 1.",
    "I'm sorry, that sounds frustrating.",
    "You may contact the CFPB.",
    "We don't discuss this with anyone else without permission.",
    "I can't predict credit scores.",
    "I have an address on file; please tell me your ZIP.",
    "The balance as of today is $412.07.",
    "I'm an automated assistant.",
    "You can dispute it in writing; the notice explains how.",
    "I'll stop these calls now.",
    "Are you on active duty? There may be protections.",
    "The approved plan is $50 a month for 8 months.",
    "Please key it on your phone; I can't hear the digits.",
    "We have a hardship team.",
    "You won't go to jail.",
    "You said you got a summons.",
]


@pytest.mark.parametrize(("rule", "text"), BLOCKED)
def test_examples_of_the_rules_are_blocked(rule: str, text: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize("text", PASSED)
def test_near_misses_of_the_rules_pass(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize("text", ["It's about his overdue credit card.", "This is an attempt to collect a debt."])
def test_a_debt_is_not_disclosed_before_verification(text: str) -> None:
    assert "G-07" in rules(text, right_party_verified=False)
    assert rules("It's a personal business matter.", right_party_verified=False) == []


def test_the_mini_miranda_is_spoken_after_verification() -> None:
    text = "This is an attempt to collect a debt, and any information obtained will be used for that purpose."
    assert rules(text, collector_mode="third_party") == []


@pytest.mark.parametrize(
    "text",
    [
        "You won't be arrested as long as you pay today.",
        "If you don't pay, you will be arrested.",
        "I can't promise that you won't be arrested.",
        "You won't be sued yet.",
        "We won't hesitate to sue.",
        "Not paying means jail.",
    ],
)
def test_a_denial_that_denies_nothing_is_a_threat(text: str) -> None:
    assert rules(text)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("The balance is four hundred twelve dollars and seven cents.", True),
        ("The balance is four hundred and twelve dollars and seven cents.", True),
        ("Your balance is four twelve oh seven.", True),
        ("The minimum due is $35.", True),
        ("That's fifty dollars a month.", True),
        ("The balance is $412.70.", False),
        ("That makes two payments of $206.04.", False),
        ("The balance is four hundred seventy dollars.", False),
        ("You said that you could pay $75.", True),
        ("You can pay $75.", False),
        ("There is no $15 fee.", True),
    ],
)
def test_amounts_come_from_the_ledger_or_are_approved(text: str, allowed: bool) -> None:
    assert (rules(text) == []) is allowed


@pytest.mark.parametrize(
    ("text", "deadline", "allowed"),
    [
        ("This offer is good until December 4.", "2026-12-04", True),
        ("You have until Friday, December fourth.", "2026-12-04", True),
        ("This offer is good until December 4.", None, False),
        ("This offer is good until December 5.", "2026-12-04", False),
        ("Your due date is December 1.", None, True),
        ("Your due date is December 2.", None, False),
        ("Could you pay by Friday?", None, True),
        ("You must pay by Friday.", None, False),
    ],
)
def test_deadlines_are_the_verified_one_or_the_due_date(text: str, deadline: str | None, allowed: bool) -> None:
    assert (rules(text, may_state_deadline=deadline) == []) is allowed


def test_a_demand_in_the_validation_period_overshadows_it() -> None:
    assert "G-13" in rules("You must pay the balance.", in_validation_period=True)
    assert rules("Would you like to pay today?", in_validation_period=True) == []


def test_a_finding_quotes_the_words_of_the_sentence() -> None:
    finding = judge("Well, You’ll Be ARRESTED tomorrow.", state())[0]
    assert (finding.rule, finding.match) == ("G-01", "ARRESTED")


FIELDS = {
    "intro": "Archer, the automated assistant of Maple Bank", "business": "Maple Bank", "name": "Maria Lopez",
    "first_name": "Maria", "number": "eight zero zero, five five five, zero one zero zero", "code": "ZIP code",
    "when": "Tuesday, December first at five p.m.", "balance": "four hundred twelve dollars and seven cents",
    "as_of": "Monday, November sixteenth", "due": "Tuesday, December first", "amount": "fifty dollars",
    "minimum": "thirty-five dollars", "until": "Thursday, December thirty-first", "months": "three, six or eight",
    "monthly": "fifty dollars", "date": "Tuesday, December first", "today": "Monday, November sixteenth",
    "limit": "fifty dollars", "options": "pay it in full, or spread it over several months",
}  # fmt: skip


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "Maple Bank"


@pytest.mark.parametrize("verified", [True, False])
def test_every_sentence_of_the_conversation_before_verification_passes(verified: bool) -> None:
    for key, sentence in before.SENTENCES.items():
        for text in sentence.plain:
            spoken = text.format_map(_Fields(FIELDS))
            assert rules(spoken, right_party_verified=verified) == [], (key, spoken)


def test_every_sentence_of_the_conversation_about_the_account_passes() -> None:
    for key, sentence in account.SENTENCES.items():
        for text in sentence.plain:
            spoken = text.format_map(_Fields(FIELDS))
            assert rules(spoken) == [], (key, spoken)


def test_the_safe_sentences_pass_and_the_third_refusal_hands_over() -> None:
    for verified in (True, False):
        for rule, text in [*BLOCKED, ("G-07", "It's about his overdue credit card.")]:
            guard = Guard(state(right_party_verified=verified))
            first = guard.check(text)
            if first.allowed:
                assert rule == "G-07"
                continue
            assert first.say_instead is not None
            assert judge(first.say_instead, guard.state) == [], (rule, first.say_instead)
            assert not first.hand_over
            assert guard.check("Thank you.").allowed
            assert not guard.check(text).hand_over
            third = guard.check(text)
            assert third.hand_over
            assert third.say_instead is not None
            assert judge(third.say_instead, guard.state) == []


def test_the_count_goes_on_in_another_process() -> None:
    assert Guard(state(), refused=2).check("You deadbeat.").hand_over


_PIECES = """you will|be arrested|not|we|pay|if|the police|your wife|tell|never|said|jail|today|fifty dollars|$75|court
|by friday|december first|credit score|report|a real person|dispute|stop calling|,|.|?|and|but|no one|your balance is|I
|can not|promise"""
WORDS = st.sampled_from([piece.strip() for piece in _PIECES.split("|")])


@given(st.lists(WORDS, min_size=1, max_size=14).map(" ".join))
def test_verification_only_ever_allows_more(text: str) -> None:
    verified = {finding.rule for finding in judge(text, state())}
    unverified = {finding.rule for finding in judge(text, state(right_party_verified=False))}
    assert verified <= unverified


@given(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), st.integers(1, 100_000))
def test_a_further_approved_amount_never_forbids_a_sentence(text: str, cents: int) -> None:
    more = state(approved_amounts=["50.00", str(Decimal(cents) / 100)])
    assert {finding.rule for finding in judge(text, more)} <= {finding.rule for finding in judge(text, state())}


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    judge(text, state())


@given(st.lists(WORDS, min_size=1, max_size=14).map(" ".join))
def test_the_index_leaves_no_pattern_out(text: str) -> None:
    normalised = read(text).text
    tried = {pattern.name for pattern in catalog().candidates(normalised)}
    assert {pattern.name for pattern in catalog().patterns if pattern.match.search(normalised)} <= tried


def test_the_shipped_index_is_that_of_the_patterns() -> None:
    assert FILE.read_text(encoding="utf-8") == content()


def test_the_cost_of_judging_grows_with_the_length_and_no_faster() -> None:
    text = "I'm calling about your account with Maple Bank, and I'd like to find something that works for you. "
    assert _seconds(text * 3, state()) < 8 * _seconds(text, state())


def _seconds(text: str, spoken_in: SpeechState) -> float:
    """The least time of this thread that it took, of several tries."""
    judge(text, spoken_in)
    tries = []
    for _ in range(20):
        started = time.thread_time()
        judge(text, spoken_in)
        tries.append(time.thread_time() - started)
    return min(tries)
