"""The worked cases of the facts page (§7): legal window, buffers off, everything else allows unless said otherwise."""

from datetime import date
from typing import Any

import pytest

from archer.compliance.dates import validation_period, years_after
from tests.archer.compliance.dial_cases import call, decide, rule_ids, utc

LEGAL = {"policy.window_buffer_minutes": 0}
LOS_ANGELES = {"consumer.address": {"postal_code": "90001", "state": "CA", "country": "US", "city": None}}
NEW_YORK = {"consumer.address": {"postal_code": "12207", "state": "NY", "country": "US", "city": "Albany"}}
BOSTON_CELL = {"number.e164": "+16175550123", **LOS_ANGELES}
ALBANY = {"number.e164": "+15185550123", **NEW_YORK}
FRESH = {"number.reassigned": {"result": "no", "queried_on": "2027-03-01"}}


def daily(first: int, last: int, month: str = "2026-11", hour: int = 15) -> list[dict[str, Any]]:
    return [call(f"{month}-{day:02}T{hour}:00:00Z") for day in range(first, last + 1)]


def test_boston_cell_and_los_angeles_zip_wait_for_los_angeles() -> None:
    decision = decide({**LEGAL, **BOSTON_CELL, "now": "2026-11-23T14:30:00Z"})
    assert decision.decision == "block_until"
    assert decision.until == utc("2026-11-23T16:00:00Z")
    assert rule_ids(decision) == {"P-08"}


def test_boston_cell_and_los_angeles_zip_until_the_last_second_in_boston() -> None:
    assert decide({**LEGAL, **BOSTON_CELL, "now": "2026-11-24T01:59:59Z"}).allowed
    assert not decide({**LEGAL, **BOSTON_CELL, "now": "2026-11-24T02:00:00Z"}).allowed


def test_the_clock_went_back_that_night() -> None:
    decision = decide({**LEGAL, **ALBANY, "now": "2026-11-01T12:30:00Z", "history": []})
    assert decision.decision == "block_until"
    assert decision.until == utc("2026-11-01T13:00:00Z")
    assert rule_ids(decision) == {"P-07"}


def test_half_past_nine_in_the_evening_after_the_clock_went_forward() -> None:
    decision = decide({**LEGAL, **ALBANY, **FRESH, "now": "2027-03-15T01:30:00Z"})
    assert decision.decision == "block_until"
    assert decision.until == utc("2027-03-15T12:00:00Z")
    assert rule_ids(decision) == {"P-07"}


def test_phoenix_and_los_angeles_share_the_summer() -> None:
    phoenix = {"postal_code": "85001", "state": "AZ", "country": "US", "city": None}
    changes = {"now": "2026-07-01T15:10:00Z", "consumer.address": phoenix, "number.e164": "+13105550123"}
    query = {"number.reassigned": {"result": "no", "queried_on": "2026-06-20"}}
    assert decide({**LEGAL, **changes, **query}).allowed


def test_boise_address_is_among_the_zones_of_its_area_code() -> None:
    boise = {"postal_code": "83702", "state": "ID", "country": "US", "city": "Boise"}
    changes = {"now": "2026-11-17T15:30:00Z", "consumer.address": boise, "number.e164": "+12085550123"}
    decision = decide({**LEGAL, **changes})
    assert decision.allowed
    assert len(decision.facts_used["zones"]) == 1


@pytest.mark.parametrize(("now", "allowed"), [("2026-11-17T17:30:00Z", False), ("2026-11-17T18:00:00Z", True)])
def test_says_she_now_lives_in_hawaii(now: str, allowed: bool) -> None:
    changes = {"now": now, "consumer.stated_timezone": "Pacific/Honolulu"}
    assert decide({**LEGAL, **ALBANY, **changes}).allowed is allowed


def test_toll_free_number_without_an_address() -> None:
    decision = decide({**LEGAL, "number.e164": "+18665550123", "consumer.address": None})
    assert decision.decision == "block"
    assert "P-07" in rule_ids(decision)


def test_six_counted_calls_leave_one() -> None:
    assert decide({"now": "2026-11-17T20:00:00Z", "history": daily(12, 17)}).allowed


def test_one_call_a_day_for_seven_days_and_one_more_on_the_eighth() -> None:
    query = {"number.reassigned": {"result": "no", "queried_on": "2026-10-30"}}
    assert decide({"now": "2026-11-09T15:00:00Z", "history": daily(2, 8), **query}).allowed


def test_seven_calls_in_the_window_wait_for_the_first_to_leave_it() -> None:
    decision = decide({"now": "2026-11-18T20:00:00Z", "history": daily(12, 18)})
    assert decision.decision == "block_until"
    assert decision.until == utc("2026-11-19T13:05:00Z")
    assert rule_ids(decision) == {"P-10"}


def test_busy_lines_are_not_counted() -> None:
    rows = [call(row["at"], connected=n >= 3) for n, row in enumerate(daily(11, 16) + daily(17, 17, hour=14))]
    assert decide({"now": "2026-11-17T20:00:00Z", "history": rows}).allowed


def test_inbound_calls_are_not_counted() -> None:
    inbound = [call(f"2026-11-{day}T16:00:00Z", direction="inbound") for day in range(13, 18)]
    assert decide({"now": "2026-11-17T20:00:00Z", "history": daily(12, 17) + inbound}).allowed


def test_conversation_is_dated_where_the_consumer_lives() -> None:
    seattle = {
        "consumer.address": {"postal_code": "98101", "state": "WA", "country": "US", "city": "Seattle"},
        "number.e164": "+12065550123",
        "number.reassigned": {"result": "no", "queried_on": "2026-10-30"},
    }
    rows = [call("2026-11-02T18:00:00Z", conversation=True)]
    decision = decide({**LEGAL, **seattle, "now": "2026-11-09T01:00:00Z", "history": rows})
    assert decision.decision == "block_until"
    assert decision.until == utc("2026-11-09T16:00:00Z")
    assert rule_ids(decision) == {"P-11"}


def test_conversation_yesterday() -> None:
    decision = decide({"history": [call("2026-11-16T15:00:00Z", conversation=True)]})
    assert decision.decision == "block_until"
    assert decision.until == utc("2026-11-23T13:05:00Z")
    assert rule_ids(decision) == {"P-11"}


def test_callback_consent_has_ended_and_the_normal_rules_allow() -> None:
    changes = {
        "now": "2026-11-09T15:00:00Z",
        "history": [call("2026-11-02T15:00:00Z", conversation=True)],
        "callback_consent": {"given_at": "2026-11-02T15:01:00Z", "for": "2026-11-03T22:00:00Z"},
        "number.reassigned": {"result": "no", "queried_on": "2026-10-30"},
    }
    assert decide(changes).allowed


@pytest.mark.parametrize(
    ("now", "expected"), [("2027-03-02T15:00:00Z", "block_until"), ("2027-03-03T15:00:00Z", "allow")]
)
def test_conversation_at_the_end_of_february(now: str, expected: str) -> None:
    rows = [call("2027-02-24T15:00:00Z", conversation=True)]
    assert decide({"now": now, "history": rows, **FRESH}).decision == expected


def test_stop_calling_reaches_the_queued_dial() -> None:
    changes = {"consent.revoked_at": "2026-11-17T14:55:00Z", "consent.revocation_scope": "all", "consumer.cease": True}
    decision = decide(changes)
    assert decision.decision == "block"
    assert rule_ids(decision) == {"P-05", "P-17"}


def test_skip_traced_cell() -> None:
    decision = decide({"consent.ai_voice.source": "skip_trace"})
    assert decision.decision == "human_only"
    assert rule_ids(decision) == {"P-01"}


@pytest.mark.parametrize(("result", "expected"), [("no_data", "human_only"), ("yes", "block"), ("no", "allow")])
def test_reassigned_numbers_database(result: str, expected: str) -> None:
    decision = decide({"number.reassigned.result": result})
    assert decision.decision == expected
    assert rule_ids(decision) <= {"P-06"}


def test_wrong_number_holds_for_the_sibling_debt() -> None:
    decision = decide({"number.wrong": True, "debt.id": "d2"})
    assert decision.decision == "block"
    assert rule_ids(decision) == {"P-27"}


def test_new_york_city_counts_every_channel() -> None:
    changes = {
        "now": "2026-10-20T15:00:00Z",
        "consumer.address": {"postal_code": "10001", "state": "NY", "country": "US", "city": "New York"},
        "number.e164": "+15185550123",
        "number.reassigned": {"result": "no", "queried_on": "2026-10-10"},
        "history": [
            call("2026-10-15T15:00:00Z"),
            call("2026-10-16T15:00:00Z"),
            call("2026-10-17T15:00:00Z", channel="email"),
        ],
    }
    decision = decide(changes)
    assert decision.decision == "block_until"
    assert decision.until == utc("2026-10-22T12:05:00Z")
    assert rule_ids(decision) == {"S-NYC"}


def test_district_of_columbia_counts_four_calls() -> None:
    changes = {
        "consumer.address": {"postal_code": "20001", "state": "DC", "country": "US", "city": "Washington"},
        "number.e164": "+12025550123",
        "history": daily(12, 15),
    }
    decision = decide(changes)
    assert decision.decision == "block_until"
    assert decision.until == utc("2026-11-19T13:05:00Z")
    assert rule_ids(decision) == {"S-DC"}


def test_third_party_named_debt_recovery() -> None:
    collector = {"mode": "third_party", "registered_name": "Acme Debt Recovery", "name_indicates_collection": True}
    decision = decide({"collector": collector})
    assert decision.decision == "human_only"
    assert rule_ids(decision) == {"P-13"}


def test_busy_yesterday_in_the_window_today() -> None:
    decision = decide({"history": [call("2026-11-16T15:00:00Z")]})
    assert decision.allowed
    assert decision.facts_used["counted_calls_7d"] == 1


def test_attorney_stands_until_a_person_documents_otherwise() -> None:
    decision = decide({"consumer.attorney": True})
    assert decision.decision == "block"
    assert decision.until is None


def test_validation_period_skips_thanksgiving_and_weekends() -> None:
    assert validation_period(date(2026, 11, 20)) == (date(2026, 11, 30), date(2026, 12, 30))


def test_dispute_within_the_validation_period_holds_until_the_response_is_sent() -> None:
    changes = {
        "now": "2027-01-05T15:00:00Z",
        "collector.mode": "third_party",
        "debt.initial_communication_on": "2026-11-20",
        "debt.validation_notice_sent_on": "2026-11-20",
        "debt.dispute": {"at": "2026-12-29T15:00:00Z", "kind": "written", "response_sent": False},
        "number.reassigned": {"result": "no", "queried_on": "2027-01-02"},
    }
    assert decide(changes).decision == "block"
    assert decide({**changes, "debt.dispute.response_sent": True}).allowed


def test_recording_of_a_leap_day_is_kept_until_march() -> None:
    assert years_after(date(2028, 2, 29), 3) == date(2031, 3, 1)
    assert years_after(date(2028, 2, 28), 3) == date(2031, 2, 28)


def test_a_call_may_run_past_nine_but_none_begins() -> None:
    assert decide({**LEGAL, "now": "2026-11-18T01:58:00Z"}).allowed
    assert not decide({**LEGAL, "now": "2026-11-18T02:06:00Z"}).allowed
