"""A week without a free second: the shortcut of the search against a walk through every minute of the week."""

import json
from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from archer.compliance.case import WEEKDAYS, Dial
from archer.compliance.facts import DialFacts
from archer.compliance.rules_timing import shut_all_week
from archer.compliance.ruleset import ruleset
from tests.archer.compliance.dial_cases import changed, utc

NOW = utc("2026-11-17T15:00:00Z")
OHIO, KENTUCKY = "+16145550123", "+12705550123"
PLACES: dict[tuple[str, str], list[int]] = {
    (OHIO, "43215"): [-300],
    (OHIO, "90001"): [-480, -300],
    (OHIO, "96910"): [-300, 600],
    (OHIO, "00901"): [-300, -240],
    (KENTUCKY, "96813"): [-600, -360, -300],
}
"""Numbers and postal codes, and the offsets in minutes of all clocks that count, in order."""

quarters = st.integers(0, 95).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
times = st.fixed_dictionaries(
    {
        "days": st.lists(st.sampled_from(WEEKDAYS), min_size=5, max_size=7, unique=True),
        "from": quarters,
        "to": st.one_of(quarters, st.just("24:00")),
    }
)


def busy(begin: str, end: str, *days: str) -> dict[str, Any]:
    return {"days": list(days), "from": begin, "to": end}


EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MEETING = [
    busy("00:00", "08:15", *EVERY_DAY),
    busy("08:30", "12:15", *EVERY_DAY),
    busy("12:30", "13:15", *EVERY_DAY),
    busy("13:30", "24:00", *EVERY_DAY),
]
"""Three quarters of an hour are free: in Hawaii and in both halves of Kentucky they are the same one."""


def minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def is_free(day: int, at: int, inconvenient: list[dict[str, Any]]) -> bool:
    """Whether a minute of a local weekday is within 08:05 to 20:55 and not inconvenient."""
    if not 485 <= at < 1255:
        return False
    for time in inconvenient:
        begin, end = minute(time["from"]), minute(time["to"])
        today, yesterday = WEEKDAYS[day] in time["days"], WEEKDAYS[day - 1] in time["days"]
        if begin < end:
            if today and begin <= at < end:
                return False
        elif (today and (at >= begin or at < end)) or (yesterday and at < end):
            return False
    return True


@settings(max_examples=200, deadline=None)
@example(place=(KENTUCKY, "96813"), inconvenient=MEETING)
@example(place=(KENTUCKY, "96813"), inconvenient=[*MEETING, busy("12:15", "12:30", *EVERY_DAY)])
@given(place=st.sampled_from(sorted(PLACES)), inconvenient=st.lists(times, max_size=3))
def test_a_week_is_shut_when_no_minute_of_it_is_free_in_every_zone(
    place: tuple[str, str], inconvenient: list[dict[str, Any]]
) -> None:
    number, postal_code = place
    address = {"postal_code": postal_code, "state": None, "country": "US", "city": None}
    facts = changed({"number.e164": number, "consumer.address": address, "consumer.inconvenient": inconvenient})
    case = Dial(DialFacts.model_validate_json(json.dumps(facts)), ruleset()).at(NOW)
    offsets = PLACES[place]
    assert sorted(case.local(name).utcoffset() or timedelta() for name in case.zones) == [
        timedelta(minutes=offset) for offset in offsets
    ]
    free = (
        all(is_free((n + offset) // 1440 % 7, (n + offset) % 1440, inconvenient) for offset in offsets)
        for n in range(7 * 1440)
    )
    assert shut_all_week(case) == (not any(free))
