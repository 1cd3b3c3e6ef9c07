"""Odd values in every place of the facts: refused or decided, never an exception, and never allowed by a gap."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from archer.compliance.facts import DialFacts
from archer.compliance.gate import evaluate
from tests.archer.compliance.dial_cases import call, changed

FULL = changed(
    {
        "history": [call("2026-11-10T15:00:00Z")],
        "consumer.inconvenient": [{"days": ["mon"], "from": "09:00", "to": "10:00"}],
        "callback_consent": {"given_at": "2026-11-16T15:00:00Z", "for": "2026-11-17T15:00:00Z"},
        "debt.dispute": {"at": "2026-11-01T15:00:00Z", "kind": "oral", "response_sent": True},
    }
)


def paths(node: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if here:
        yield here
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from paths(value, (*here, key))


PATHS = list(paths(FULL))
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["", "00000", "٩٠٢١٠", "M5V", "XX", "GB", "+15555550123", "+442079460123", "+8005550123456", "24:00", "00:00"]
    ),
    st.sampled_from(
        ["2026-11-17T15:00:00Z", "2000-01-01T00:00:00Z", "2099-12-30T23:59:59Z", "2026-11-17", "2099-12-31"]
    ),
    st.sampled_from(["0", "-1", "1e9", "Europe/London", "Etc/UTC", "Pacific/Apia", "third_party", "all", "unknown"]),
    st.builds(list),
    st.builds(dict),
)


def put(facts: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    node: Any = facts
    for part in path[:-1]:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(node, (dict, list)):
        try:
            node[path[-1]] = value
        except (IndexError, TypeError):
            return


@settings(max_examples=1500, deadline=None)
@given(edits=st.lists(st.tuples(st.sampled_from(PATHS), odd), min_size=1, max_size=3))
def test_odd_values_are_refused_or_decided(edits: list[tuple[tuple[Any, ...], Any]]) -> None:
    facts = copy.deepcopy(FULL)
    for path, value in edits:
        put(facts, path, value)
    try:
        dial = DialFacts.model_validate_json(json.dumps(facts))
    except ValidationError:
        return
    decision = evaluate(dial)
    assert (decision.until is not None) == (decision.decision == "block_until")
    assert bool(decision.rules) == (not decision.allowed)


OPTIONAL = {
    ("consumer", "address"),
    ("consumer", "address", "city"),
    ("consumer", "address", "state"),
    ("consumer", "stated_timezone"),
    ("consent", "revoked_at"),
    ("consent", "revocation_scope"),
    ("debt", "id"),
    ("debt", "dispute"),
    ("debt", "dispute", "at"),
    ("debt", "dispute", "kind"),
    ("debt", "validation_notice_sent_on"),
    ("debt", "initial_communication_on"),
    ("history", 0, "number"),
    ("history", 0, "connected"),
    ("callback_consent",),
    ("callback_consent", "given_at"),
    ("callback_consent", "for"),
    ("collector", "registered_name"),
    ("id",),
}
"""Places where null is an answer by the contract, or where no rule asks."""


def test_every_other_null_is_refused_or_not_allowed() -> None:
    for path in PATHS:
        if path in OPTIONAL:
            continue
        facts = copy.deepcopy(FULL)
        put(facts, path, None)
        try:
            decision = evaluate(DialFacts.model_validate_json(json.dumps(facts)))
        except ValidationError:
            continue
        assert not decision.allowed, path


def test_the_full_facts_themselves_are_allowed() -> None:
    assert evaluate(DialFacts.model_validate(FULL)).allowed
