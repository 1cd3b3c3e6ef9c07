"""Laws of the gate: within every possible hour, restrictions only restrict, `until` is exact, replay agrees."""

import json
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archer.compliance.facts import DialFacts
from archer.compliance.gate import Decision, evaluate
from tests.archer.compliance.dial_cases import call, changed

PLACES = [
    ("+16145550123", "43215", "US", ["America/New_York"]),
    ("+16175550123", "90001", "US", ["America/New_York", "America/Los_Angeles"]),
    ("+13105550123", "85001", "US", ["America/Los_Angeles", "America/Phoenix"]),
    ("+12085550123", "83702", "US", ["America/Boise"]),
    ("+12085550123", None, "US", ["America/Boise", "America/Los_Angeles"]),
    ("+18505550123", None, "US", ["America/New_York", "America/Chicago"]),
    ("+19285550123", "86515", "US", ["America/Denver"]),
    ("+19285550123", "10001", "US", ["America/Denver", "America/Phoenix", "America/New_York"]),
    ("+19075550123", "99501", "US", ["America/Anchorage"]),
    ("+18085550123", "10001", "US", ["Pacific/Honolulu", "America/New_York"]),
    ("+17095550123", "A1C 5M9", "CA", ["America/St_Johns"]),
    ("+16045550123", "Y1A 1A1", "CA", ["America/Vancouver", "America/Whitehorse"]),
    ("+13065550123", "T2P 1J9", "CA", ["America/Regina", "America/Edmonton"]),
    ("+442079460123", "43215", "US", ["Europe/London", "America/New_York"]),
]
"""Number, postal code, country, and every zone whose hours must be open: written down by hand, where clocks that agree
from Nov 2026 on (604 and the Yukon, 306 and Calgary) were still apart in 2026."""
STATED = [
    "Pacific/Honolulu",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Cairo",
    "Pacific/Apia",
]
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 12, 31, tzinfo=UTC)


def clock(name: str) -> ZoneInfo:
    path = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as file:
        return ZoneInfo.from_file(file)


def changes_of(name: str) -> list[datetime]:
    """Hours of 2026 to 2030 before which this zone's offset is another than after, found by walking through them."""
    tz, hours = clock(name), int((LAST - FIRST).total_seconds() // 3600)
    offsets = [(FIRST + timedelta(hours=n)).astimezone(tz).utcoffset() for n in range(hours)]
    return [FIRST + timedelta(hours=n) for n in range(1, hours) if offsets[n] != offsets[n - 1]]


CHANGES = sorted(
    {t for name in ("America/New_York", "America/Los_Angeles", "America/Vancouver") for t in changes_of(name)}
)

seconds = st.integers(0, int((LAST - FIRST).total_seconds()))
anywhen = seconds.map(lambda n: FIRST + timedelta(seconds=n))
near_change = st.builds(
    lambda t, n: t + timedelta(seconds=n), st.sampled_from(CHANGES), st.integers(-2 * 86400, 2 * 86400)
)
instants = st.one_of(anywhen, near_change)


def line(now: datetime, place: tuple[str, str | None, str, list[str]], **changes: Any) -> dict[str, Any]:
    """Facts in this place at this time, with a fresh query."""
    number, postal_code, country, _ = place
    address = {"postal_code": postal_code, "state": None, "country": country, "city": None} if postal_code else None
    return changed(
        {
            "now": now.isoformat(),
            "number.e164": number,
            "consumer.address": address,
            "number.reassigned.queried_on": (now - timedelta(days=3)).date().isoformat(),
            **changes,
        }
    )


def decide(facts: dict[str, Any], now: datetime | None = None) -> Decision:
    at = {"now": now.isoformat()} if now else {}
    return evaluate(DialFacts.model_validate_json(json.dumps({**facts, **at})))


@settings(max_examples=600, deadline=None)
@given(now=instants, place=st.sampled_from(PLACES), voice=st.sampled_from(["ai", "human"]))
def test_no_allowed_dial_is_outside_any_zones_hours(now: datetime, place: Any, voice: str) -> None:
    if decide(line(now, place, voice=voice)).allowed:
        for name in place[3]:
            assert time(8, 5) <= now.astimezone(clock(name)).time() < time(20, 55), name


@settings(max_examples=300, deadline=None)
@given(now=instants, place=st.sampled_from(PLACES))
def test_inside_every_zones_hours_the_time_is_no_reason(now: datetime, place: Any) -> None:
    if all(time(8, 5) <= now.astimezone(clock(name)).time() < time(20, 55) for name in place[3]):
        assert not {"P-07", "P-08"} & {finding.id for finding in decide(line(now, place)).rules}


@pytest.mark.parametrize("change", CHANGES)
def test_every_minute_around_a_clock_change_obeys_the_hours(change: datetime) -> None:
    place = PLACES[1]
    for minutes in range(-36 * 60, 36 * 60, 47):
        now = change + timedelta(minutes=minutes)
        if decide(line(now, place)).allowed:
            assert all(time(8, 5) <= now.astimezone(clock(name)).time() < time(20, 55) for name in place[3])


rows = st.builds(
    lambda now_offset, direction, channel, connected, conversation, prior, debt, voice: (
        now_offset,
        {
            "direction": direction,
            "channel": channel,
            "connected": connected,
            "conversation": conversation,
            "prior_consent": prior,
            "debt_ids": [debt],
            "voice": voice,
        },
    ),
    st.integers(-2 * 86400, 20 * 86400),
    st.sampled_from(["outbound", "outbound", "outbound", "inbound"]),
    st.sampled_from(["call", "call", "call", "sms", "email"]),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([False, False, True]),
    st.sampled_from(["d1", "d2"]),
    st.sampled_from(["ai", "human"]),
)
wall = st.sampled_from(["00:00", "01:30", "02:30", "07:59:30", "08:05", "09:00", "12:00", "18:15", "20:55", "23:59"])
windows = st.builds(
    lambda days, begin, end: {"days": days, "from": begin, "to": end},
    st.lists(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, max_size=3, unique=True),
    wall,
    st.one_of(wall, st.just("24:00")),
)


@st.composite
def dials(draw: st.DrawFn) -> dict[str, Any]:
    """A dial somewhere, with history, inconvenient times, policy, sometimes a stated zone and a callback."""
    now = draw(instants)
    changes: dict[str, Any] = {
        "history": [
            call((now - timedelta(seconds=offset)).isoformat(), **row)
            for offset, row in draw(st.lists(rows, max_size=12))
        ],
        "consumer.inconvenient": draw(st.lists(windows, max_size=2)),
        "consumer.stated_timezone": draw(st.one_of(st.none(), st.none(), st.sampled_from(STATED))),
        "policy.window_buffer_minutes": draw(st.sampled_from([0, 5, 30])),
        "policy.frequency_scope": draw(st.sampled_from(["consumer", "debt"])),
        "policy.pace_min_hours": draw(st.sampled_from([0, 4, 30])),
        "collector.mode": draw(st.sampled_from(["first_party", "third_party"])),
    }
    if draw(st.booleans()):
        given_at = now - timedelta(hours=draw(st.integers(-2, 160)))
        asked = now + timedelta(minutes=draw(st.integers(-40, 5 * 1440)))
        changes["callback_consent"] = {"given_at": given_at.isoformat(), "for": asked.isoformat()}
    return line(now, draw(st.sampled_from(PLACES)), **changes)


def waits(decision: Decision) -> bool:
    return any(finding.decision == "block_until" for finding in decision.rules)


@settings(max_examples=500, deadline=None)
@given(facts=dials(), fractions=st.lists(st.floats(0, 1, exclude_max=True), min_size=6, max_size=6))
def test_until_is_the_first_instant_without_a_waiting_rule(facts: dict[str, Any], fractions: list[float]) -> None:
    decision = decide(facts)
    if decision.decision != "block_until":
        return
    now = datetime.fromisoformat(facts["now"])
    assert decision.until is not None
    assert decision.until > now
    assert not waits(decide(facts, decision.until))
    between = [now + (decision.until - now) * fraction for fraction in fractions]
    for instant in [decision.until - timedelta(microseconds=1), decision.until - timedelta(seconds=1), *between]:
        if now <= instant < decision.until:
            assert decide(facts, instant).decision in ("block_until", "block"), instant


@settings(max_examples=20, deadline=None)
@given(facts=dials())
def test_no_quarter_of_an_hour_before_until_is_free(facts: dict[str, Any]) -> None:
    decision = decide(facts)
    now = datetime.fromisoformat(facts["now"])
    end = decision.until or now
    for n in range(min(700, int((end - now) / timedelta(minutes=15)))):
        assert waits(decide(facts, now + n * timedelta(minutes=15)))


RESTRICTIONS: list[tuple[str, Any]] = [
    *((f"consumer.{flag}", True) for flag in ("attorney", "cease", "bankruptcy", "deceased", "identity_theft")),
    *((f"consumer.{flag}", True) for flag in ("active_duty", "minor", "phone_opt_out")),
    ("number.work_prohibited", True),
    ("number.wrong", True),
    ("number.kind", "work"),
    ("number.kind", None),
    ("number.line_type", "unknown"),
    ("number.reassigned", None),
    ("number.reassigned.result", "yes"),
    ("consent.ai_voice", None),
    ("consent.revoked_at", "2026-01-01T00:00:00Z"),
    ("debt.balance", "0"),
    ("debt.balance", None),
    ("debt.time_barred", True),
    ("debt.dispute", {"at": None, "kind": "oral", "response_sent": False}),
    ("purpose", "marketing"),
    ("caller_id", None),
    ("healthy", False),
    ("policy.window_buffer_minutes", 60),
    ("policy.pace_max_per_day", 1),
]
SEVERITY = {"allow": 0, "human_only": 1, "block_until": 2, "block": 3}


def with_path(facts: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    copied = json.loads(json.dumps(facts))
    *parents, last = path.split(".")
    node = copied
    for parent in parents:
        node = node[parent]
    node[last] = value
    return copied


@settings(max_examples=400, deadline=None)
@given(facts=dials(), restriction=st.sampled_from(RESTRICTIONS))
def test_a_restriction_never_loosens(facts: dict[str, Any], restriction: tuple[str, Any]) -> None:
    before, after = decide(facts), decide(with_path(facts, *restriction))
    assert SEVERITY[after.decision] >= SEVERITY[before.decision]


@settings(max_examples=400, deadline=None)
@given(facts=dials(), row=rows, window=windows)
def test_a_further_contact_or_inconvenient_time_never_loosens(facts: dict[str, Any], row: Any, window: Any) -> None:
    before = decide(facts)
    at = (datetime.fromisoformat(facts["now"]) - timedelta(seconds=row[0])).isoformat()
    more = with_path(facts, "history", [*facts["history"], call(at, **row[1])])
    later = decide(more)
    assert SEVERITY[later.decision] >= SEVERITY[before.decision]
    if before.until and later.until:
        assert later.until >= before.until
    spans = [*facts["consumer"]["inconvenient"], window]
    assert SEVERITY[decide(with_path(facts, "consumer.inconvenient", spans)).decision] >= SEVERITY[before.decision]


@settings(max_examples=200, deadline=None)
@given(facts=dials())
def test_a_stored_decision_can_be_replayed(facts: dict[str, Any]) -> None:
    first = DialFacts.model_validate(facts)
    stored = first.model_dump_json(by_alias=True)
    assert evaluate(DialFacts.model_validate_json(stored)) == evaluate(first)


@settings(max_examples=200, deadline=None)
@given(
    facts=dials(), drop=st.sampled_from(["debt", "number", "consumer", "consent", "caller_id", "collector", "voice"])
)
def test_a_missing_fact_never_allows(facts: dict[str, Any], drop: str) -> None:
    assert decide(with_path(facts, drop, None)).decision == "block"


def test_the_year_begins_where_the_consumer_is() -> None:
    """New Year's Day is a holiday from midnight to midnight of the consumer's clock."""
    zone = clock("America/New_York")
    for hour in range(24):
        now = datetime.combine(date(2027, 1, 1), time(hour), zone).astimezone(UTC)
        assert "P-12" in {finding.id for finding in decide(line(now, PLACES[0])).rules}
