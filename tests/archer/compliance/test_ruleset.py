"""The rules and overlays as data: complete, cited, in step with the functions, and what their dates and numbers do."""

from datetime import date

import pytest

from archer.compliance import gate
from archer.compliance.dates import federal_holidays
from archer.compliance.ruleset import overlays, rules, ruleset
from tests.archer.compliance.dial_cases import decide, facts


def test_every_rule_of_the_page_is_there_and_has_a_function() -> None:
    ids = [rule.id for rule in rules()]
    assert ids == [f"P-{n:02}" for n in range(1, 32)]
    assert set(ids) == set(gate.STANDING) | set(gate.TIMING)
    assert ruleset().version == "2026.11"


def test_every_provision_has_a_statement_a_citation_and_binds_somebody() -> None:
    for provision in [*rules(), *overlays()]:
        assert provision.statement.endswith(".")
        assert provision.citation
        assert provision.basis


def test_the_status_of_a_citation_is_no_better_than_what_was_read() -> None:
    status = {rule.id: rule.status for rule in rules()}
    seen = "P-01 P-05 P-06 P-07 P-09 P-10 P-11 P-14 P-15 P-16 P-19 P-20 P-27"
    assert {rule_id for rule_id, how in status.items() if how == "seen"} == set(seen.split())
    assert {rule_id for rule_id, how in status.items() if how == "secondary"} == {"P-02", "P-03"}
    assert {rule_id for rule_id, how in status.items() if how == "policy"} == {"P-12", "P-13", "P-26", "P-30", "P-31"}
    assert {overlay.status for overlay in overlays()} == {"memory"}


def test_overlay_ids_are_unique_and_name_their_jurisdiction() -> None:
    assert len({overlay.id for overlay in overlays()}) == len(overlays())
    assert {overlay.rule_id for overlay in overlays() if not overlay.dormant} == {
        *("S-MA", "S-NYC", "S-DC", "S-WA", "S-WV", "S-FL", "S-OR", "S-CA", "S-UT", "S-ME", "S-CO")
    }
    assert {overlay.jurisdiction for overlay in overlays() if overlay.dormant} == {
        *("Florida", "Oklahoma", "Maryland", "Oregon", "Texas", "Connecticut")
    }


def test_dates_of_effect() -> None:
    by_id = {overlay.id: overlay for overlay in overlays()}
    assert not by_id["S-NYC"].in_force(date(2026, 8, 31))
    assert by_id["S-NYC"].in_force(date(2026, 9, 1))
    assert not by_id["S-CO"].in_force(date(2026, 12, 31))
    assert by_id["S-CO"].in_force(date(2027, 1, 1))


def test_recording_needs_all_parties_in_fourteen_states() -> None:
    assert len(ruleset().recording_all_party) == 14


def test_third_party_rules_do_not_bind_the_bank() -> None:
    assert not ruleset().rule("P-13").binds("first_party")
    assert not ruleset().rule("P-20").binds("first_party")
    assert ruleset().rule("P-20").binds(None)


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2026, {"01-01", "01-19", "02-16", "05-25", "06-19", "07-04", "09-07", "10-12", "11-11", "11-26", "12-25"}),
        (2027, {"01-01", "01-18", "02-15", "05-31", "06-19", "07-04", "09-06", "10-11", "11-11", "11-25", "12-25"}),
        (2029, {"01-01", "01-15", "02-19", "05-28", "06-19", "07-04", "09-03", "10-08", "11-11", "11-22", "12-25"}),
    ],
)
def test_federal_holidays_are_the_statutory_days(year: int, expected: set[str]) -> None:
    assert {day.strftime("%m-%d") for day in federal_holidays(year)} == expected


def test_findings_come_the_most_restrictive_first() -> None:
    decision = decide({"now": "2026-11-18T03:00:00Z", "consumer.cease": True, "consumer.active_duty": True})
    assert [finding.decision for finding in decision.rules] == ["block", "block_until", "human_only"]
    assert not decision.allowed


def test_the_wire_has_until_only_where_there_is_one() -> None:
    assert "until" not in decide().wire()
    assert decide({"now": "2026-11-18T03:00:00.5Z"}).wire()["until"] == "2026-11-18T13:05:00Z"


def test_facts_used_name_zones_and_counts() -> None:
    used = decide().facts_used
    assert used["zones"] == ["America/New_York"]
    assert used["counted_calls_7d"] == 0
    assert used["states"] == ["OH"]


def test_reasons_hold_no_phone_number_and_no_postal_code() -> None:
    decision = decide(
        {
            "number.e164": "+18665550123",
            "consumer.address": {"postal_code": "00000", "state": "OH", "country": "US"},
            "now": "2026-11-18T03:00:00Z",
        }
    )
    for finding in decision.rules:
        assert "5550123" not in finding.reason
        assert "00000" not in finding.reason


def test_annotations_of_a_line_are_dropped() -> None:
    assert facts({"note": "from the auditor"}).model_extra == {}
