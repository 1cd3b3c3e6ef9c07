"""Numbers in halves, over turns; texts that could be read in too many ways."""

import pytest

from archer.compliance.redaction import redact


def test_a_number_said_in_halves_goes() -> None:
    kept = redact("the first half is 43979325 and the second half is 12815488")
    assert kept.redacted == ["card_number"]
    assert "9325" not in kept.text
    assert "5488" not in kept.text


def test_two_numbers_of_eight_digits_that_make_no_card_stay() -> None:
    said = "my order is 43979325 and the other one is 12815489"
    assert redact(said).text == said


def test_a_social_security_number_goes_on_over_what_the_agent_says() -> None:
    kept = redact("Caller: my social, 305-77\nAgent: I don't need that.\nCaller: 4418")
    assert kept.redacted == ["ssn"]
    assert "4418" not in kept.text


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("my wife's visa four three two zero nine eight seven six honey is this a three or an eight okay one one "
         "two two zero zero five seven she said", "card_number"),
        ("security code, let me flip the card over, it's two seven three and that's it", "card_code"),
        ("my SSN is forty-two seven, no, sorry, four two six, seven one, three nine oh eight", "ssn"),
    ],
)  # fmt: skip
def test_what_breaks_a_number_off_does_not_save_the_rest_of_it(said: str, kind: str) -> None:
    kept = redact(said)
    assert kept.redacted == [kind]
    assert not {"two", "seven", "nine", "zero"} & set(kept.text.replace(",", " ").split())


@pytest.mark.parametrize("pattern", ["4 to for oh ", "first four twenty two, next four ", "four oh four double oh to "])
def test_what_can_be_read_in_too_many_ways_goes_as_a_whole(pattern: str) -> None:
    kept = redact("my card " + pattern * 40)
    assert kept.redacted == ["card_number"]
    assert not any(word in kept.text.split() for word in ("oh", "twenty"))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my card is 4111 1111 1111 1112", "my card is [card number]"),
        ("the card, 5105 1051 0510 5101, no wait, 5205 1051", "the card, [card number]"),
        ("it's 4111 1111 1111 1112", "it's 4111 1111 1111 1112"),
    ],
)
def test_a_misread_number_goes_when_it_is_called_a_card(said: str, kept: str) -> None:
    assert redact(said).text == kept


def test_the_words_of_the_other_speaker_do_not_join_his_numbers_to_ours() -> None:
    said = "Agent: I have case 4111 1111 here.\nCaller: yes\nAgent: and 1111?\nCaller: 1111 is my extension"
    assert redact(said).text == said


def test_a_question_of_the_agent_names_what_the_caller_says_next() -> None:
    kept = redact(
        "Agent: Which account number?\nCaller: 4471\nAgent: okay\nCaller: 0093 88\nAgent: And your zip?\nCaller: 60614"
    )
    assert kept.text == "Agent: Which account number?\nCaller: [bank account]\nAgent: And your zip?\nCaller: 60614"
