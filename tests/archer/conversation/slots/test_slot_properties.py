"""Laws of the slots, over values and ways of speaking that nobody wrote down."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from archer.conversation.slots import KINDS, extract

settings.register_profile("slots", max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slots")

_AREAS = ["212", "310", "415", "503", "602", "702", "808", "917"]
_LEAD_INS = ["", "it's ", "my number is ", "yes um ", "sure, "]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WORDS = """
a the my is it's no wait sorry i mean make that actually scratch and or to for of at in on by from after before next
last this one two five ten twenty hundred thousand grand half quarter third past oh double triple dollars cents pay
tomorrow friday march 15th week month day hour minutes noon tonight morning am pm dot at gmail com dash m b see are why
apostrophe sam jones spelled as mike yes maybe 5 42 1,250 $ 10:30 3/15 4321 . , ? extension plus couple k percent
"""
_VOCABULARY = _WORDS.split()


_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_FILLERS = ["um", "uh", "let me see", "you know", "hang on"]


def cardinal(value: int, linked: bool = False) -> str:
    """A whole number under a million in words; with "and" after hundreds when `linked`."""
    if value < 10:
        return _UNITS[value]
    if value < 20:
        return _TEENS[value - 10]
    if value < 100:
        return _TENS[value // 10] + (f" {_UNITS[value % 10]}" if value % 10 else "")
    factor, name = (100, "hundred") if value < 1000 else (1000, "thousand")
    head, rest = divmod(value, factor)
    link = " and " if linked and rest and rest < 100 else " "
    return f"{cardinal(head, linked)} {name}" + (link + cardinal(rest, linked) if rest else "")


@st.composite
def spoken_digits(draw: st.DrawFn, digits: str) -> str:
    """A digit string one by one, in pairs, doubled, with "oh", written, or with hesitation between."""
    style = draw(st.sampled_from(["words", "oh", "written", "spaced", "pairs", "doubles", "mixed", "hesitant"]))
    if style == "written":
        return digits
    if style == "spaced":
        return " ".join(digits)
    if style == "pairs" and len(digits) % 2 == 0:
        return " ".join(_pair(digits[at : at + 2]) for at in range(0, len(digits), 2))
    if style == "doubles":
        return _doubled(digits)
    words = [_UNITS[int(digit)] for digit in digits]
    if style == "oh":
        return " ".join("oh" if word == "zero" else word for word in words)
    if style == "mixed":
        return " ".join(draw(st.sampled_from([word, digit])) for word, digit in zip(words, digits, strict=True))
    if style == "hesitant":
        words.insert(draw(st.integers(1, len(words) - 1)), draw(st.sampled_from(_FILLERS)))
    return " ".join(words)


def _pair(pair: str) -> str:
    if pair[0] == "0":
        return f"oh {_UNITS[int(pair[1])]}" if pair[1] != "0" else "oh oh"
    return cardinal(int(pair))


def _doubled(digits: str) -> str:
    words, at = [], 0
    while at < len(digits):
        if digits[at : at + 2] == digits[at] * 2:
            words.append(f"double {_UNITS[int(digits[at])]}")
            at += 2
        else:
            words.append(_UNITS[int(digits[at])])
            at += 1
    return " ".join(words)


@st.composite
def spoken_amount(draw: st.DrawFn, amount: Decimal) -> str:
    """An amount in words or figures, with or without currency words and cents."""
    dollars, cents = int(amount), int(amount * 100) % 100
    style = draw(st.sampled_from(["sign", "figures", "words", "linked", "groups", "comma"]))
    if style == "sign":
        return f"${amount}"
    if style == "comma":
        return f"{amount:,}"
    if style == "figures":
        return f"{dollars} dollars and {cents} cents" if cents else f"{dollars} dollars"
    if style == "groups" and 10 <= dollars < 100 and cents >= 10:
        return f"{cardinal(dollars)} {cardinal(cents)}"
    said = cardinal(dollars, style == "linked")
    return f"{said} dollars and {cardinal(cents)} cents" if cents else draw(st.sampled_from([said, said + " bucks"]))


@given(st.data(), st.from_regex(r"[0-9]{4}", fullmatch=True), st.sampled_from(["", "it's ", "the last four are "]))
def test_four_digits_are_recovered_however_they_are_said(data: st.DataObject, digits: str, lead_in: str) -> None:
    assert extract("last_four", lead_in + data.draw(spoken_digits(digits))) == digits


@given(st.from_regex(r"[0-9]{1,12}", fullmatch=True))
def test_only_four_digits_are_a_last_four(digits: str) -> None:
    assume(len(digits) != 4 and len(digits) not in (8, 12))
    assert extract("last_four", " ".join(digits)) is None


@given(st.data(), st.sampled_from(_AREAS), st.integers(0, 9999), st.sampled_from(_LEAD_INS))
def test_a_phone_number_is_recovered_however_it_is_said(
    data: st.DataObject, area: str, line: int, lead_in: str
) -> None:
    number = f"{area}555{line:04}"
    assume(phonenumbers.is_valid_number(phonenumbers.parse(number, "US")))
    parts = [data.draw(spoken_digits(part)) for part in (area, "555", f"{line:04}")]
    said = lead_in + data.draw(st.sampled_from([" ", ", ", " um "])).join(parts)
    assert extract("phone_number", said, {"region": "US"}) == "+1" + number


@given(st.data(), st.integers(1, 999_999))
def test_an_amount_is_recovered_however_it_is_said(data: st.DataObject, cents: int) -> None:
    amount = (Decimal(cents) / 100).quantize(Decimal("0.01"))
    assume(amount >= 1)
    assert extract("amount", data.draw(spoken_amount(amount))) == str(amount)


@given(st.data(), st.integers(100, 9999), st.integers(100, 9999))
def test_the_last_corrected_amount_wins(data: st.DataObject, first: int, second: int) -> None:
    marker = data.draw(st.sampled_from(["no wait", "make that", "scratch that", "actually", "sorry"]))
    said = f"{cardinal(first)} dollars, {marker}, {cardinal(second)} dollars"
    assert extract("amount", said) == f"{second}.00"


@given(st.data(), st.integers(501, 99_950))
def test_a_zip_code_is_recovered_however_it_is_said(data: st.DataObject, code: int) -> None:
    digits = f"{code:05}"
    assert extract("postal_code", data.draw(spoken_digits(digits)), {"country": "US"}) == digits


_LETTER_NAMES = {
    "A": ["a", "eh", "alpha", "a as in apple"], "B": ["b", "bee", "bravo"], "C": ["c", "sea", "see", "charlie"],
    "M": ["m", "em", "mike", "m as in mary"], "R": ["r", "are", "romeo"], "V": ["v", "vee", "victor"],
    "Y": ["y", "why", "yankee"], "T": ["t", "tea", "t like tango"],
}  # fmt: skip


@given(st.data(), st.tuples(*[st.sampled_from(sorted(_LETTER_NAMES))] * 3), st.from_regex(r"[0-9]{3}", fullmatch=True))
def test_a_canadian_code_is_recovered_from_letter_names(
    data: st.DataObject, letters: tuple[str, str, str], digits: str
) -> None:
    said = []
    for letter, digit in zip(letters, digits, strict=True):
        said += [
            data.draw(st.sampled_from(_LETTER_NAMES[letter])),
            data.draw(st.sampled_from([digit, cardinal(int(digit))])),
        ]
    code = "".join(letter + digit for letter, digit in zip(letters, digits, strict=True))
    assert extract("postal_code", " ".join(said), {"country": "CA"}) == f"{code[:3]} {code[3:]}"


@given(st.integers(1, 84), st.sampled_from(["{} months", "over {} months", "{} payments", "let's do {} months"]))
def test_a_number_of_months_is_recovered(months: int, frame: str) -> None:
    assert extract("months", frame.format(cardinal(months))) == months


_NOW = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
_ZONES = st.sampled_from(["America/New_York", "America/Los_Angeles", "America/Phoenix", "America/St_Johns"])


def _context(now: datetime, zone: str) -> dict[str, str]:
    return {"now": now.isoformat(), "timezone": zone}


@given(_NOW, _ZONES, st.integers(1, 600), st.sampled_from(["minutes", "hours"]))
def test_minutes_and_hours_are_elapsed_time(now: datetime, zone: str, count: int, unit: str) -> None:
    assume(count > 1)
    value = extract("datetime", f"in {count} {unit}", _context(now, zone))
    assert datetime.fromisoformat(value) - now.replace(microsecond=0) == timedelta(**{unit: count})


@given(_NOW, _ZONES, st.sampled_from(range(7)))
def test_a_bare_weekday_is_the_next_one_and_next_is_of_the_next_week(now: datetime, zone: str, weekday: int) -> None:
    today = now.astimezone(ZoneInfo(zone)).date()
    bare = date.fromisoformat(extract("datetime", _WEEKDAYS[weekday], _context(now, zone))["date"])
    assert bare.weekday() == weekday
    assert timedelta(0) < bare - today <= timedelta(7)
    following = date.fromisoformat(extract("datetime", f"next {_WEEKDAYS[weekday]}", _context(now, zone))["date"])
    assert following.isocalendar()[:2] == (today + timedelta(7)).isocalendar()[:2]
    assert following.weekday() == weekday


@given(_NOW, _ZONES, st.integers(1, 12), st.sampled_from(range(0, 60, 5)))
def test_a_time_alone_lies_within_the_next_day(now: datetime, zone: str, hour: int, minute: int) -> None:
    value = datetime.fromisoformat(extract("datetime", f"at {hour}:{minute:02}", _context(now, zone)))
    assert timedelta(0) < value - now <= timedelta(hours=25)
    assert value.astimezone(ZoneInfo(zone)).minute == minute
    assert 8 <= value.astimezone(ZoneInfo(zone)).hour <= 19


@given(_NOW, _ZONES, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_such_day(now: datetime, zone: str, day: int) -> None:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")
    found = date.fromisoformat(extract("datetime", f"the {day}{suffix}", _context(now, zone))["date"])
    today = now.astimezone(ZoneInfo(zone)).date()
    assert found.day == day
    assert timedelta(0) < found - today <= timedelta(62)


@given(
    st.from_regex(r"[bcdfgjklmnprstvz][aeiou][bdgklmnprst][aeiou]", fullmatch=True),
    st.sampled_from([(".", "dot"), ("_", "underscore"), ("-", "dash"), ("", "")]),
    st.sampled_from(["gmail.com", "yahoo.ca", "acme.co.uk"]),
)
def test_an_address_is_recovered_from_its_words(name: str, symbol: tuple[str, str], domain: str) -> None:
    assume(name not in _UNITS)
    said = " ".join(f"{name} {symbol[1]} smith at {domain.replace('.', ' dot ')}".split())
    assert extract("email", said) == f"{name}{symbol[0]}smith@{domain}"


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(words=st.lists(st.one_of(st.sampled_from(_VOCABULARY), st.text(max_size=6)), max_size=14))
def test_any_text_is_answered_with_a_json_value(kind: str, words: list[str]) -> None:
    context = {
        "now": "2026-03-11T14:00:00-04:00", "timezone": "America/New_York", "balance": "840.00", "region": "US",
        "question": "Do you mind?",
    }  # fmt: skip
    json.dumps(extract(kind, " ".join(words), context))
    if kind == "postal_code":
        json.dumps(extract(kind, " ".join(words), {"country": "CA"}))
