"""From a phone number or a postal code to zones and states: the tables behind the zones Z and the overlays.

Area codes: phonenumbers' time zone data, united over the whole area code (contract, "Readings") and mended where it is
thin (data/area_codes.toml: laid_over, zones_also). US postal codes: the `zipcodes` package; Canadian ones:
data/postal.toml. States of area codes: data/area_codes.toml. Everything is read on first use, about 40 MB for the ZIP
codes, so that a process which decides no dial does not carry it.
"""

import re
import tomllib
from collections import defaultdict
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from archer.compliance.localtime import is_location_zone

_FSA = re.compile(r"([ABCEGHJ-NPRSTVXY][0-9][A-Z])([ -]?[0-9][A-Z][0-9])?")
_ZIP = re.compile(r"([0-9]{5})(-?[0-9]{4})?")
_US = frozenset({"US", "USA", "PR", "GU", "VI", "AS", "MP"})
_CANADA = frozenset({"CA", "CAN"})


class Place(NamedTuple):
    """What a postal code says: the zones observed there (most often one) and the US state, None in Canada."""

    zones: tuple[str, ...]
    state: str | None


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("archer.compliance").joinpath("data", name).read_text("utf-8"))


@cache
def _zones_by_area_code() -> dict[str, tuple[str, ...]]:
    from phonenumbers.tzdata import TIMEZONE_DATA

    zones: dict[str, set[str]] = defaultdict(set)
    for prefix, names in TIMEZONE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            zones[prefix[1:4]].update(names)
    for code, names in _data("area_codes.toml")["zones_also"].items():
        zones[code].update(names)
    for code, older in _data("area_codes.toml")["laid_over"].items():
        zones[code] = zones[older]
    return {code: tuple(sorted(names)) for code, names in zones.items()}


@cache
def _states_by_area_code() -> dict[str, frozenset[str]]:
    states: dict[str, set[str]] = defaultdict(set)
    for state, codes in _data("area_codes.toml")["states"].items():
        for code in codes.split():
            states[code].add(state)
    return {code: frozenset(names) for code, names in states.items()}


def area_code(e164: str) -> str | None:
    """The area code of a number of the North American plan; None for any other number."""
    return e164[2:5] if e164.startswith("+1") and len(e164) == 12 else None


@lru_cache(maxsize=65536)
def number_zones(e164: str) -> tuple[str, ...]:
    """Every zone that the number's area code (abroad: the number) may be in; toll-free and unknown codes have none."""
    if e164.startswith("+1"):
        return _zones_by_area_code().get(area_code(e164) or "", ())
    import phonenumbers
    from phonenumbers import timezone

    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(sorted(name for name in names if is_location_zone(name)))


def number_states(e164: str) -> frozenset[str]:
    """The US states of the number's area code: one, or none outside the United States and for toll-free numbers."""
    return _states_by_area_code().get(area_code(e164) or "", frozenset())


@lru_cache(maxsize=65536)
def number_class(e164: str) -> str:
    """`toll_free`, `premium` (the called party pays), `emergency`, or `ordinary`."""
    code = area_code(e164)
    if code is None:
        return "ordinary" if e164.startswith("+1") else _foreign_class(e164)
    if code in _data("area_codes.toml")["toll_free"].split():
        return "toll_free"
    if code in _data("area_codes.toml")["premium"].split() or e164[5:8] == "976":
        return "premium"
    return "emergency" if "911" in (code, e164[5:8]) else "ordinary"


def _foreign_class(e164: str) -> str:
    import phonenumbers
    from phonenumbers import PhoneNumberType

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return "ordinary"
    if kind == PhoneNumberType.TOLL_FREE:
        return "toll_free"
    return "premium" if kind in (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST) else "ordinary"


@cache
def _state_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, name in _data("states.toml")["names"].items():
        names[code] = names[name.upper()] = code
    return names


def state_code(text: str) -> str | None:
    """Two letters of a US state, territory, military post or Canadian province given by code or name; None if none."""
    return _state_names().get(" ".join(text.replace(".", "").upper().split()))


def country_known(country: str) -> bool:
    """Whether postal codes of this country (ISO 3166) can be placed: the United States, its territories and Canada."""
    return country.strip().upper() in _US | _CANADA


def postal_place(country: str, postal_code: str) -> Place | None:
    """Where a postal code is; None when it cannot be placed (unknown, malformed, military, another country)."""
    country, text = country.strip().upper(), postal_code.strip().upper()
    if country in _CANADA and (match := _FSA.fullmatch(text)):
        table, area = _data("postal.toml")["fsa"], match[1]
        zones: list[str] = next((table[area[:n]] for n in (3, 2, 1) if area[:n] in table), [])
        return Place(tuple(zones), None) if zones else None
    if country in _US and (match := _ZIP.fullmatch(text)):
        return _zips(match[1][:3]).get(match[1])
    return None


@lru_cache(maxsize=1024)
def _zips(prefix: str) -> dict[str, Place]:
    """The ZIP codes of a three-digit prefix: the package searches end to end, so a region is kept at once."""
    import zipcodes

    found: list[dict[str, str]] = zipcodes.similar_to(prefix)  # type: ignore[no-untyped-call]
    places: dict[str, Place] = {}
    for entry in found:
        code = entry["zip_code"]
        names = (entry["timezone"], _data("postal.toml")["zip_also"].get(code, ""))
        if zones := tuple(name for name in dict.fromkeys(names) if is_location_zone(name)):
            places[code] = Place(zones, entry["state"])
    return places
