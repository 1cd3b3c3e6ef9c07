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
PLACES: dict[str, list[int]] = {"43215": [-300], "90001": [-300, -480], "96910": [-300, 600], "00901": [-300, -240]}
"""Postal codes beside an Ohio number, and the offsets in minutes of all clocks that count."""

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


MEETING = [
    busy("00:00", "24:00", "wed", "thu", "fri", "sat", "sun"),
    busy("00:00", "20:00", "mon"),
    busy("00:00", "11:00", "tue"),
    busy("11:45", "24:00", "tue"),
]
"""Monday from 20:00 and Tuesday from 11:00 are free: one and the same hour in Ohio and on Guam."""


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
@example(place="96910", inconvenient=MEETING)
@example(place="96910", inconvenient=[*MEETING, busy("20:00", "21:00", "mon")])
@given(place=st.sampled_from(sorted(PLACES)), inconvenient=st.lists(times, max_size=3))
def test_a_week_is_shut_when_no_minute_of_it_is_free_in_every_zone(
    place: str, inconvenient: list[dict[str, Any]]
) -> None:
    address = {"postal_code": place, "state": None, "country": "US", "city": None}
    facts = changed({"consumer.address": address, "consumer.inconvenient": inconvenient})
    case = Dial(DialFacts.model_validate_json(json.dumps(facts)), ruleset()).at(NOW)
    offsets = PLACES[place]
    assert sorted(int((case.local(name).utcoffset() or timedelta()).total_seconds()) // 60 for name in case.zones) == (
        sorted(offsets)
    )
    free = (
        all(is_free((n + offset) // 1440 % 7, (n + offset) % 1440, inconvenient) for offset in offsets)
        for n in range(7 * 1440)
    )
    assert shut_all_week(case) == (not any(free))
