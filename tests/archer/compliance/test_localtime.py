"""Clocks: changes of 2026, skipped and doubled hours, zones that agree."""

from datetime import date, datetime

import pytest

from archer.compliance.localtime import (
    distinct,
    is_location_zone,
    next_allowed,
    next_transition,
    same_clock,
    seconds_of_day,
    start_of_day,
    transitions,
    zone,
)
from tests.archer.compliance.dial_cases import utc


def test_clock_changes_are_known_to_the_second() -> None:
    assert transitions("America/New_York", 2026) == (utc("2026-03-08T07:00:00Z"), utc("2026-11-01T06:00:00Z"))
    assert transitions("America/Phoenix", 2026) == ()
    assert transitions("Australia/Lord_Howe", 2026) == (utc("2026-04-04T15:00:00Z"), utc("2026-10-03T15:30:00Z"))


def test_the_pinned_data_knows_that_british_columbia_stopped_changing_clocks() -> None:
    assert transitions("America/Vancouver", 2027) == ()


def test_the_next_change_of_several_clocks() -> None:
    after = utc("2026-11-17T15:00:00Z")
    assert next_transition(["America/Phoenix", "America/New_York"], after) == utc("2027-03-14T07:00:00Z")
    assert next_transition(["America/Phoenix"], after) is None


@pytest.mark.parametrize(
    ("one", "other", "now", "same"),
    [
        ("America/Boise", "America/Denver", "2026-11-17T15:00:00Z", True),
        ("America/Indiana/Indianapolis", "America/New_York", "2026-11-17T15:00:00Z", True),
        ("America/Phoenix", "America/Los_Angeles", "2026-07-01T15:00:00Z", False),
        ("America/Phoenix", "America/Denver", "2026-12-01T15:00:00Z", False),
        ("America/Vancouver", "America/Dawson_Creek", "2026-12-01T15:00:00Z", True),
        ("America/Vancouver", "America/Dawson_Creek", "2026-02-01T15:00:00Z", False),
    ],
)
def test_zones_are_compared_by_their_clocks(one: str, other: str, now: str, same: bool) -> None:
    assert same_clock(one, other, utc(now)) is same


def test_distinct_keeps_the_first_of_one_clock() -> None:
    names = ["America/Boise", "America/Denver", "America/Los_Angeles"]
    assert distinct(names, utc("2026-11-17T15:00:00Z")) == ("America/Boise", "America/Los_Angeles")


def test_the_day_begins_at_the_change_where_midnight_is_skipped() -> None:
    assert start_of_day("America/New_York", date(2026, 11, 17)) == utc("2026-11-17T05:00:00Z")
    assert start_of_day("Africa/Cairo", date(2026, 4, 24)) == utc("2026-04-23T22:00:00Z")
    assert start_of_day("Africa/Cairo", date(2026, 4, 24)).astimezone(zone("Africa/Cairo")).hour == 1


def test_a_skipped_boundary_is_crossed_at_the_change() -> None:
    half_past_two = seconds_of_day("02:30")

    def allowed(local: datetime) -> bool:
        return local.hour * 3600 + local.minute * 60 >= half_past_two

    found = next_allowed("America/New_York", utc("2027-03-14T06:00:00Z"), [half_past_two], allowed)
    assert found == utc("2027-03-14T07:00:00Z")


def test_a_doubled_hour_opens_again() -> None:
    def allowed(local: datetime) -> bool:
        return not 90 <= local.hour * 60 + local.minute < 150

    found = next_allowed("America/New_York", utc("2026-11-01T05:40:00Z"), [5400, 9000], allowed)
    assert found == utc("2026-11-01T06:00:00Z")


def test_what_never_holds_is_not_found() -> None:
    assert next_allowed("America/New_York", utc("2026-11-17T15:00:00Z"), [0], lambda _: False) is None


@pytest.mark.parametrize("name", ["UTC", "EST", "Etc/GMT+5", "GMT", "Mars/Phobos", "", "../zones", "america/new_york"])
def test_fixed_offsets_and_inventions_are_no_places(name: str) -> None:
    assert not is_location_zone(name)


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(KeyError, match="Mars"):
        zone("Mars/Phobos")
