"""Area codes, postal codes, states: the tables against the libraries they come from, and places known to be hard."""

from collections import defaultdict

import pytest
from phonenumbers.geodata import GEOCODE_DATA

from archer.compliance.localtime import is_location_zone, same_clock
from archer.compliance.places import (
    country_known,
    number_class,
    number_states,
    number_zones,
    postal_place,
    state_code,
)
from tests.archer.compliance.dial_cases import utc

NOW = utc("2026-11-17T15:00:00Z")
TOWNS_OF_NEIGHBOURS = {"201"}
"""Area codes in which phonenumbers names an exchange after a town across the state line."""


def test_states_of_area_codes_agree_with_the_place_names_of_phonenumbers() -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for prefix, languages in GEOCODE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            place = languages.get("en", "").replace(" State", "").replace("Washington D.C.", "DC").split(", ")[-1]
            if code := state_code(place):
                named[prefix[1:4]].add(code)
    american = {code: states for code, states in named.items() if number_states(f"+1{code}5550123")}
    assert len(american) > 330
    for code, states in american.items():
        if code not in TOWNS_OF_NEIGHBOURS:
            assert number_states(f"+1{code}5550123") == states, code


@pytest.mark.parametrize("code", ["204", "250", "416", "514", "867", "876", "800", "555"])
def test_other_area_codes_have_no_state(code: str) -> None:
    assert number_states(f"+1{code}5550123") == frozenset()


@pytest.mark.parametrize(
    ("code", "zones"),
    [
        ("208", {"America/Boise", "America/Los_Angeles"}),
        ("850", {"America/New_York", "America/Chicago"}),
        ("605", {"America/Chicago", "America/Denver"}),
        ("270", {"America/New_York", "America/Chicago"}),
        ("423", {"America/New_York", "America/Chicago"}),
        ("928", {"America/Phoenix", "America/Denver"}),
        ("807", {"America/Toronto", "America/Winnipeg"}),
        ("617", {"America/New_York"}),
        ("866", set()),
        ("555", set()),
    ],
)
def test_zones_are_those_of_the_whole_area_code(code: str, zones: set[str]) -> None:
    assert zones <= set(number_zones(f"+1{code}5550123"))
    for name in number_zones(f"+1{code}5550123"):
        assert any(same_clock(name, zone, NOW) for zone in zones), name


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        *(
            ("236", "250"),
            ("257", "250"),
            ("364", "270"),
            ("367", "418"),
            ("448", "850"),
            ("458", "541"),
            ("474", "306"),
        ),
        *(
            ("581", "418"),
            ("639", "306"),
            ("672", "250"),
            ("689", "407"),
            ("778", "250"),
            ("879", "709"),
            ("930", "812"),
        ),
        ("986", "208"),
    ],
)
def test_a_code_laid_over_another_has_the_zones_of_its_territory(newer: str, older: str) -> None:
    assert number_zones(f"+1{newer}5550123") == number_zones(f"+1{older}5550123") != ()
    assert number_states(f"+1{newer}5550123") == number_states(f"+1{older}5550123")


def test_zip_codes_keep_a_zone_of_the_area_codes_that_lie_over_them() -> None:
    for code, zip_code in (("689", "32801"), ("448", "32501"), ("364", "42101"), ("458", "97914"), ("930", "47708")):
        place = postal_place("US", zip_code)
        assert place is not None
        assert any(same_clock(place.zones[0], zone, NOW) for zone in number_zones(f"+1{code}5550123")), code


def test_the_peace_river_towns_are_among_the_zones_of_250() -> None:
    winter = utc("2026-02-18T15:30:00Z")
    for fsa in ("V1G", "V1J", "V0C", "V1A", "V6B"):
        place = postal_place("CA", fsa)
        assert place is not None
        for zone in place.zones:
            assert any(same_clock(zone, other, winter) for other in number_zones("+12505550123")), fsa


def test_numbers_abroad_have_the_zones_of_their_country() -> None:
    assert "Europe/London" in number_zones("+442079460123")
    assert number_zones("+999123456") == ()


@pytest.mark.parametrize(
    ("e164", "kind"),
    [
        ("+18005550123", "toll_free"),
        ("+18335550123", "toll_free"),
        ("+19005550123", "premium"),
        ("+16149765555", "premium"),
        ("+16149110000", "emergency"),
        ("+19115550123", "emergency"),
        ("+16145550123", "ordinary"),
        ("+448001111111", "toll_free"),
        ("+449098765432", "premium"),
        ("+442079460123", "ordinary"),
    ],
)
def test_kinds_of_numbers(e164: str, kind: str) -> None:
    assert number_class(e164) == kind


@pytest.mark.parametrize(
    ("code", "zone", "state"),
    [
        ("00601", "America/Puerto_Rico", "PR"),
        ("96701", "Pacific/Honolulu", "HI"),
        ("99501", "America/Anchorage", "AK"),
        ("99546", "America/Adak", "AK"),
        ("86515", "America/Denver", "AZ"),
        ("86001", "America/Phoenix", "AZ"),
        ("46320", "America/Chicago", "IN"),
        ("46204", "America/New_York", "IN"),
        ("42101", "America/Chicago", "KY"),
        ("40202", "America/New_York", "KY"),
        ("37203", "America/Chicago", "TN"),
        ("37402", "America/New_York", "TN"),
        ("57701", "America/Denver", "SD"),
        ("57104", "America/Chicago", "SD"),
        ("58601", "America/Denver", "ND"),
        ("58102", "America/Chicago", "ND"),
        ("83702", "America/Denver", "ID"),
        ("83814", "America/Los_Angeles", "ID"),
        ("32502", "America/Chicago", "FL"),
        ("32301", "America/New_York", "FL"),
        ("97914", "America/Denver", "OR"),
        ("79901", "America/Denver", "TX"),
        ("99634", "America/Anchorage", "AK"),
    ],
)
def test_zip_codes_where_a_state_is_split(code: str, zone: str, state: str) -> None:
    place = postal_place("US", code)
    assert place is not None
    assert place.state == state
    assert len(place.zones) == 1
    assert same_clock(place.zones[0], zone, NOW)


@pytest.mark.parametrize(
    ("code", "zones"),
    [
        ("36867", {"America/Chicago", "America/New_York"}),
        ("57532", {"America/Chicago", "America/Denver"}),
        ("73946", {"America/Chicago", "America/Denver"}),
        ("89825", {"America/Los_Angeles", "America/Denver"}),
    ],
)
def test_towns_that_keep_their_neighbours_time_have_both(code: str, zones: set[str]) -> None:
    place = postal_place("US", code)
    assert place is not None
    assert set(place.zones) == zones


@pytest.mark.parametrize(
    ("code", "zones"),
    [
        ("M5V 2T6", {"America/Toronto"}),
        ("m5v2t6", {"America/Toronto"}),
        ("P9N", {"America/Winnipeg"}),
        ("V1G 1A1", {"America/Dawson_Creek"}),
        ("V6B", {"America/Vancouver"}),
        ("V1C 1A1", {"America/Edmonton"}),
        ("S9V 0A1", {"America/Edmonton"}),
        ("A1C 5M9", {"America/St_Johns"}),
        ("A0P 1C0", {"America/Goose_Bay", "America/St_Johns"}),
        ("G4T 1A1", {"America/Halifax"}),
        ("X0A 0H0", {"America/Iqaluit", "America/Resolute"}),
        ("Y1A 1A1", {"America/Whitehorse"}),
    ],
)
def test_canadian_postal_codes(code: str, zones: set[str]) -> None:
    place = postal_place("CA", code)
    assert place is not None
    assert set(place.zones) == zones
    assert place.state is None
    assert all(is_location_zone(name) for name in place.zones)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "00000"),
        ("US", "2108"),
        ("US", "09012"),
        ("US", "ABCDE"),
        ("US", "902100"),
        ("US", "٩٠٢١٠"),
        ("CA", "H0H 0H0"),
        ("CA", "D1A 1A1"),
        ("CA", "M5V2T"),
        ("CA", "43215"),
        ("GB", "SW1A 1AA"),
        ("", "43215"),
    ],
)
def test_codes_that_cannot_be_placed(country: str, code: str) -> None:
    assert postal_place(country, code) is None


def test_states_and_countries_by_name() -> None:
    assert state_code("ohio") == state_code(" OH ") == "OH"
    assert state_code("District of  Columbia") == state_code("D.C.") == "DC"
    assert state_code("Ontario") == "ON"
    assert state_code("Ruritania") is None
    assert country_known("us")
    assert not country_known("GB")
