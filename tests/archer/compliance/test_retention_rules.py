"""How long records are kept: the periods as data, and the first day on which a record may go."""

from datetime import date

import pytest

from archer.compliance.dates import years_after
from archer.compliance.retention import Records, retention


def test_a_recording_of_a_leap_day_may_go_on_the_first_of_march() -> None:
    law = retention().rule_for("recordings").law_years
    assert law == 3
    assert years_after(date(2028, 2, 29), law) == date(2031, 3, 1)


@pytest.mark.parametrize(
    ("records", "day", "expected"),
    [
        ("evidence", date(2026, 11, 20), date(2031, 11, 20)),
        ("recordings", date(2028, 2, 29), date(2032, 2, 29)),
        ("recordings", date(2026, 11, 20), date(2030, 11, 20)),
        ("opt_outs", date(2026, 11, 20), date(2031, 11, 20)),
        ("telephone_authorizations", date(2026, 11, 20), date(2029, 11, 20)),
        ("suppressions", date(1999, 1, 1), None),
    ],
)
def test_periods(records: Records, day: date, expected: date | None) -> None:
    assert retention().deletable_from(records, day) == expected


def test_no_period_is_shorter_than_the_law() -> None:
    for rule in retention().rules:
        assert (rule.years or 0) >= (rule.law_years or 0)


def test_every_rule_of_the_page_is_there() -> None:
    ids = {rule.id for rule in retention().rules}
    assert {"R-01", "R-02", "R-03", "R-04", "R-05", "R-07", "R-08", "R-09", "R-12"} <= ids
