"""The zones Z whose clocks decide when a consumer may be called.

Facts page, "Computations": (a) a place the consumer stated; (b) else the address, where its zone is among the area
code's; (c) else the address and the area code together. Zones are compared by their clock, not by name. Where an
address is on file but cannot be placed, nothing stands in for it: the area code alone is not enough.
"""

from dataclasses import dataclass
from datetime import datetime

from archer.compliance.facts import Address, DialFacts
from archer.compliance.localtime import distinct, is_location_zone, same_clock
from archer.compliance.places import Place, country_known, number_states, number_zones, postal_place, state_code


@dataclass(frozen=True)
class Whereabouts:
    """Where the consumer may be, as far as facts tell; nothing here depends on the time."""

    stated: str | None
    stated_problem: str | None
    address: Place | None
    address_problem: str | None
    number_zones: tuple[str, ...]
    states: frozenset[str]
    """States whose overlays apply: of the address, its postal code and the area code."""
    state_problem: str | None
    postal_code: str | None
    """The address's US ZIP code, when it can be placed."""

    def zones(self, at: datetime) -> tuple[str, ...]:
        """Z at an instant, without two zones of the same clock; empty when nothing tells."""
        if self.stated:
            return (self.stated,)
        by_address, by_number = self.address.zones if self.address else (), self.number_zones
        if by_address and all(any(same_clock(a, n, at) for n in by_number) for a in by_address):
            return distinct(by_address, at)
        return distinct((*by_number, *by_address), at)

    @property
    def all_zones(self) -> tuple[str, ...]:
        """Every zone that can enter Z at some time."""
        if self.stated:
            return (self.stated,)
        return (*self.number_zones, *(self.address.zones if self.address else ()))


def whereabouts(facts: DialFacts) -> Whereabouts:
    """What address, number and the consumer's own word say about the place."""
    consumer, e164 = facts.consumer, facts.number.e164 if facts.number else None
    address = consumer.address if consumer else None
    place, problem = _place(address)
    states, state_problem = _states(address, place)
    stated = consumer.stated_timezone if consumer else None
    invalid = stated is not None and not is_location_zone(stated)
    on_us_soil = place is not None and place.state is not None
    return Whereabouts(
        stated=None if invalid else stated,
        stated_problem=f"stated_timezone {stated!r} is no IANA zone of a place" if invalid else None,
        address=place,
        address_problem=problem,
        number_zones=number_zones(e164) if e164 else (),
        states=states | (number_states(e164) if e164 else frozenset()),
        state_problem=state_problem,
        postal_code=address.postal_code.strip() if on_us_soil and address and address.postal_code else None,
    )


def _place(address: Address | None) -> tuple[Place | None, str | None]:
    """The place of the address, or why it has none. No address at all is neither."""
    if address is None:
        return None, None
    if not address.country:
        return None, "the address has no country"
    if not address.postal_code:
        return None, "the address has no postal code"
    place = postal_place(address.country, address.postal_code)
    return place, None if place else f"the postal code ({address.country}) cannot be placed"


def _states(address: Address | None, place: Place | None) -> tuple[frozenset[str], str | None]:
    """States of the address by its own word and by its postal code, and why they cannot be told."""
    if address is None:
        return frozenset(), None
    named = state_code(address.state) if address.state else None
    states = frozenset(state for state in (named, place.state if place else None) if state)
    if address.state and not named and (not address.country or country_known(address.country)):
        return states, f"state {address.state!r} is unknown"
    if not states and place is None and (not address.country or country_known(address.country)):
        return states, "the address names no state"
    return states, None
