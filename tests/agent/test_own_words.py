"""Every sentence that the rules may say passes the guardrail: one that does not would be replaced in every call."""

import pytest

from archer.compliance.guardrail import SpeechState, judge
from archer.conversation.words import account, before

FIELDS = {
    "intro": "Archer, an automated assistant with Maple Bank",
    "business": "Maple Bank",
    "name": "Dana Reyes",
    "first_name": "Dana",
    "number": "eight zero zero, five five five, zero one zero zero",
    "code": "ZIP code",
    "when": "Friday, November twenty-seventh at five p.m.",
    "balance": "four hundred twelve dollars and thirty-five cents",
    "as_of": "November twenty-third",
    "due": "November fifth",
    "amount": "one hundred dollars",
    "minimum": "twenty-five dollars",
    "until": "December twentieth",
    "months": "three, six, or twelve",
    "monthly": "one hundred thirty-seven dollars and forty-five cents a month over three",
    "date": "November twenty-seventh",
    "today": "November twenty-third",
    "day": "November twenty-seventh",
    "last": "one hundred dollars",
    "rest": "one hundred dollars",
    "limit": "December seventh",
    "options": "pay the full balance, make a part payment, pay in instalments, or get a later due date",
}
LEDGER = {"balance": "412.35", "due_date": "2026-11-05", "minimum_payment": "25.00"}


@pytest.mark.parametrize("in_validation_period", [False, True])
@pytest.mark.parametrize(
    ("verified", "key"),
    [(False, key) for key in before.SENTENCES] + [(True, key) for key in before.SENTENCES | account.SENTENCES],
)
def test_sentence_of_the_rules_passes(key: str, verified: bool, in_validation_period: bool) -> None:
    sentence = (before.SENTENCES | account.SENTENCES)[key]
    state = SpeechState(
        right_party_verified=verified,
        collector_mode="third_party",
        in_validation_period=in_validation_period,
        ledger=LEDGER if verified else {},
        approved_amounts=["100.00", "137.45"] if verified else [],
    )
    for voice in ("plain", "warm", "firm"):
        for times in range(3):
            text = sentence.text(voice, times, FIELDS)
            assert judge(text, state) == [], text
