"""The laws of redaction: no card number survives however it is said, and numbers that are something else stay."""

import random
import re
import string
import time

from hypothesis import given
from hypothesis import strategies as st

from archer.compliance.redaction import Redactor, redact
from tests.archer.compliance.redaction.spoken_numbers import (
    CORRECTIONS,
    FRAMES,
    ISSUERS,
    STYLES,
    card,
    groups,
    say,
    say_by_position,
    say_with_a_corrected_tail,
    sentence,
)

DIGIT_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SEEDS = st.integers(min_value=0, max_value=2**32)


@given(SEEDS)
def test_a_spoken_card_number_goes_and_the_words_around_it_stay(seed: int) -> None:
    text, expected = sentence(random.Random(seed))
    assert redact(text) == (expected, ["card_number"])


NUMBER_WORD = re.compile(r"\d|\b(?:zero|one|two|three|five|six|seven|eight|nine|ten|\w+teen|\w+ty|hundred)\b")
"""What is left of a number; not "four", which the words around may count with."""


@given(SEEDS)
def test_a_number_with_a_corrected_tail_goes_whole(seed: int) -> None:
    rng = random.Random(seed)
    frame = rng.choice(FRAMES)
    text = frame.format(say_with_a_corrected_tail(card(rng, ISSUERS), rng))
    assert redact(text) == (frame.format("[card number]"), ["card_number"])


@given(SEEDS)
def test_a_number_said_by_position_goes_whole(seed: int) -> None:
    rng = random.Random(seed)
    number = card(rng, [brand for brand in ISSUERS if brand[1] == 16])
    result = redact(rng.choice(FRAMES).format(say_by_position(number, rng)))
    assert result.redacted == ["card_number"]
    assert not NUMBER_WORD.search(result.text.replace("first set of four", "")), result.text


HALVES = [
    "The first eight are {} and the other eight are {}, okay?",
    "The first half is {} and the second half is {}.",
    "The front half's {} and the back half's {}",
    "the first 8 are {}, the last 8 are {}",
    "so the first eight digits are {} then the remaining eight are {}",
    "Agent: the first eight?\nCustomer: {}\nAgent: and the other eight?\nCustomer: {}",
]


@given(SEEDS, st.sampled_from(HALVES))
def test_a_number_said_in_halves_goes_whole(seed: int, sentence: str) -> None:
    rng = random.Random(seed)
    number = card(rng, [brand for brand in ISSUERS if brand[1] == 16])
    said = rng.choice([str, " ".join, in_words])
    halves = [said(number[:8]), said(number[8:])]
    result = redact(sentence.format(*halves))
    assert result.redacted == ["card_number"]
    assert not any(half in result.text for half in halves), result.text


WHOSE = [
    "My husband's social is {} and mine is {}.",
    "my social is {}, his is {}",
    "SSN {} for me, and my wife's is {}",
    "Agent: both socials please?\nCustomer: {} and {}",
]


@given(SEEDS, st.sampled_from(WHOSE))
def test_the_social_security_numbers_of_two_go(seed: int, sentence: str) -> None:
    rng = random.Random(seed)
    said = rng.choice([lambda ssn: f"{ssn[:3]} {ssn[3:5]} {ssn[5:]}", " ".join, in_words])
    numbers = [said("".join(rng.choice("13456789") for _ in range(9))) for _ in range(2)]
    assert redact(sentence.format(*numbers)) == (sentence.format("[ssn]", "[ssn]"), ["ssn"])


def in_words(digits: str) -> str:
    return " ".join(DIGIT_WORDS[int(digit)] for digit in digits)


@given(SEEDS)
def test_the_rarer_lengths_of_the_issuers_go(seed: int) -> None:
    rng = random.Random(seed)
    number, style = card(rng, ISSUERS), rng.choice(STYLES)
    fours = [number[place : place + 4] for place in range(0, len(number), 4)]
    text = rng.choice([", ", " um ", ", then "]).join(style(four, rng) for four in fours)
    assert redact(f"it's {text}, okay?").text == "it's [card number], okay?"


@given(SEEDS, st.sampled_from(["exp {}", "expires {}", "it expires {}", "expiration date {}", "valid through {}"]))
def test_when_a_card_expires_stays(seed: int, words: str) -> None:
    rng = random.Random(seed)
    month, year = rng.randrange(1, 13), rng.randrange(26, 40)
    said = [f"oh {DIGIT_WORDS[month]}" if month < 10 else {10: "ten", 11: "eleven", 12: "twelve"}[month]]
    said.append(f"{'twenty' if year < 30 else 'thirty'} {DIGIT_WORDS[year % 10] if year % 10 else ''}".strip())
    expiry = words.format(rng.choice([" ".join(said), f"{month:02} {year}", f"{month:02}{year}", f"{month:02}/{year}"]))
    assert redact(f"{card(rng)}, {expiry}").text == f"[card number], {expiry}"


@given(SEEDS)
def test_corrected_phone_and_order_numbers_amounts_and_moves_stay(seed: int) -> None:
    rng = random.Random(seed)
    said = rng.choice([str, lambda number: " ".join(DIGIT_WORDS[int(digit)] for digit in str(number))])
    number = [said(rng.randrange(10**5, 10**6)) for _ in range(2)]
    correction = rng.choice(CORRECTIONS)
    text = rng.choice(
        [
            f"call me at {phone(rng)}{correction}{phone(rng)}",
            f"my order number is {number[0]}{correction}{number[1]}",
            f"I paid {said(rng.randrange(10, 999))} dollars{correction}{said(rng.randrange(10, 999))} dollars",
            f"I moved from {rng.randrange(10**4, 10**5)} to {rng.randrange(10**4, 10**5)} and then to 10001",
            f"the case is {number[0]}, the reference is {number[1]}{correction}the reference is {number[0]}",
        ]
    )
    assert redact(text) == (text, [])


@given(SEEDS, st.sampled_from(["", " ", "-", ".", "  ", " - ", "/", "_", "\n", ", "]))
def test_a_written_card_number_goes_whole(seed: int, separator: str) -> None:
    rng = random.Random(seed)
    number = card(rng)
    text = separator.join(groups(number, rng)) if rng.random() < 0.5 else separator.join(number)
    assert redact(f"it is {text} thanks").text == "it is [card number] thanks"


@given(st.text(alphabet=string.ascii_lowercase + string.digits + " -.,$/'", max_size=120))
def test_redaction_is_idempotent(text: str) -> None:
    once = redact(text).text
    assert redact(once) == (once, [])


WORDS = """one four ate for oh 4111 1111 no cvv card is pin account 123 twenty double hundred 12/27 , my sorry [ssn]
five routing 617-555-0123 $5 social the password four ones [card number] and then expires code"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=40))
def test_redaction_is_idempotent_on_number_words(words: list[str]) -> None:
    once = redact(" ".join(words)).text
    assert redact(once) == (once, [])


def phone(rng: random.Random) -> str:
    area, exchange, line = rng.randrange(200, 990), rng.randrange(200, 999), rng.randrange(0, 10000)
    shape = rng.choice(["{}-{}-{:04}", "({}) {}-{:04}", "{}{}{:04}", "{} {} {:04}", "{}.{}.{:04}", "+1 {} {} {:04}"])
    return shape.format(area, exchange, line)


@given(SEEDS)
def test_joined_phone_numbers_are_no_card(seed: int) -> None:
    rng = random.Random(seed)
    joint = rng.choice([" or ", ", ", " and ", "\n", "; my work number is ", " and my wife's is "])
    text = f"you can reach me at {joint.join(phone(rng) for _ in range(rng.randrange(2, 5)))}"
    assert redact(text) == (text, [])


@given(SEEDS)
def test_joined_amounts_are_no_card(seed: int) -> None:
    rng = random.Random(seed)
    amounts = [rng.choice(["${}", "${}.{:02}", "{} dollars"]).format(rng.randrange(1, 99999), 11) for _ in range(6)]
    text = f"I paid {', '.join(amounts)} and then {rng.choice(amounts)}"
    assert redact(text) == (text, [])


@given(SEEDS)
def test_joined_order_numbers_are_no_card(seed: int) -> None:
    rng = random.Random(seed)
    orders = [str(rng.randrange(10**5, 10**9)) for _ in range(rng.randrange(2, 4))]
    text = rng.choice(["orders {} never came", "order number {} please", "my order numbers are {}"]).format(
        rng.choice([" and ", ", ", " and order ", " and order number "]).join(orders)
    )
    assert redact(text) == (text, [])


@given(SEEDS)
def test_a_card_dictated_over_several_turns_leaves_no_digit_behind(seed: int) -> None:
    rng = random.Random(seed)
    number = card(rng)
    said = [" ".join(group) for group in groups(number, rng)]
    redactor, stored = Redactor(), []
    for turn in said:
        stored.append(redactor.feed(turn).text)
        for place, redaction in redactor.amended.items():
            stored[place] = redaction.text
    assert not re.search(r"\d", " ".join(stored)), (number, stored)
    assert redactor.speaking_card


DESCRIBED = [
    ("the {size} digits on the front of my Amex are {number}", "card_code", 4),
    ("{number} is the little number next to my signature", "card_code", 3),
    ("the security number on my card: {number}", "card_code", 3),
    ("the code on the back of the card reads {number}", "card_code", 3),
    ("my soc is {number}", "ssn", 9),
    ("{number}, that's my full social security number", "ssn", 9),
    ("my account number at the credit union is {number}", "bank_account", 10),
    ("the checking account number is {number}, let me look, {number}", "bank_account", 5),
    ("back of the card says {number}", "card_code", 3),
    ("the back of my card shows {number}", "card_code", 3),
    ("the verification number on the back of my card is {number}", "card_code", 3),
    ("the CVV on file should be {number}", "card_code", 3),
    ("the SSN on file should be {number}", "ssn", 9),
    ("the social security number you have on record is {number}", "ssn", 9),
    ("my social reads {number}", "ssn", 9),
    ("{number} is the code I use at the ATM", "password", 4),
]


@given(SEEDS, st.sampled_from(DESCRIBED))
def test_a_described_secret_goes_in_figures_and_in_words(seed: int, described: tuple[str, str, int]) -> None:
    rng = random.Random(seed)
    text, kind, size = described
    number = "".join(rng.choice("13456789") for _ in range(size))
    spoken = rng.choice([number, " ".join(number), " ".join(DIGIT_WORDS[int(digit)] for digit in number)])
    result = redact(text.format(size="four", number=spoken))
    assert result.redacted == [kind]
    assert spoken not in result.text


@given(SEEDS, st.sampled_from(["my {name} is {word}", "{word} is my {name}", "I changed my {name} to {word}"]))
def test_a_password_goes_wherever_it_is_named(seed: int, sentence: str) -> None:
    rng = random.Random(seed)
    word = rng.choice(["hunter", "Bluebird", "xk"]) + str(rng.randrange(10, 9999))
    text = sentence.format(name=rng.choice(["password", "passcode", "online banking password"]), word=word)
    assert redact(text).redacted == ["password"]
    assert word not in redact(text).text


def test_the_cost_grows_with_the_length_of_a_text_and_no_faster() -> None:
    sentence = (
        "my card is " + say(card(random.Random(1)), random.Random(1)) + " and I can pay fifty dollars on the first. "
    )
    assert _seconds(sentence * 8) < 24 * _seconds(sentence)


def _seconds(text: str) -> float:
    """The least time of this thread that it took, of several tries."""
    redact(text)
    tries = []
    for _ in range(10):
        started = time.thread_time()
        redact(text)
        tries.append(time.thread_time() - started)
    return min(tries)
