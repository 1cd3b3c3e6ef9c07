"""Inconvenient times in the consumer's words become hours that the gate keeps free (P-09, C-02)."""

import pytest

from archer.compliance.facts import InconvenientTime
from archer.conversation.quiet_times import quiet_windows

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
EVERY = [*WEEKDAYS, "sat", "sun"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("never before noon", [(EVERY, "00:00", "12:00")]),
        ("please don't call me before 9 am", [(EVERY, "00:00", "09:00")]),
        ("Don't call me after five pm", [(EVERY, "17:00", "24:00")]),
        ("not between 9 and 5", [(EVERY, "09:00", "17:00")]),
        ("only call after half past six", [(EVERY, "00:00", "18:30")]),
        ("I work nights, so not before 2 in the afternoon", [(EVERY, "00:00", "14:00")]),
        ("please don't call me until 14:00", [(EVERY, "00:00", "14:00")]),
        ("never on Sundays", [(["sun"], "00:00", "24:00")]),
        ("don't call on weekends", [(["sat", "sun"], "00:00", "24:00")]),
        ("only on weekends", [(WEEKDAYS, "00:00", "24:00")]),
        ("do not call from nine to five on weekdays", [(WEEKDAYS, "09:00", "17:00")]),
        ("call only between noon and 2", [(EVERY, "00:00", "12:00"), (EVERY, "14:00", "24:00")]),
        ("don't call except after 6", [(EVERY, "00:00", "18:00")]),
        ("mornings are bad", [(EVERY, "00:00", "12:00")]),
        ("never call me after 11 in the morning", [(EVERY, "11:00", "24:00")]),
        ("evenings only", [(EVERY, "00:00", "17:00")]),
        ("call me after 5 pm, not in the morning", [(EVERY, "00:00", "17:00"), (EVERY, "00:00", "12:00")]),
        ("don't call me during work hours", [(EVERY, "08:00", "18:00")]),
        ("Only call me in the mornings.", [(EVERY, "12:00", "24:00")]),
        ("nothing before lunch please", [(EVERY, "00:00", "11:00")]),
        ("not before the evening", [(EVERY, "00:00", "17:00")]),
        ("I'm busy", []),
        ("stop calling me", []),
        ("", []),
    ],
)
def test_words_become_windows(said: str, expected: list[tuple[list[str], str, str]]) -> None:
    found = quiet_windows(said)
    assert [(w["days"], w["from"], w["to"]) for w in found] == expected
    for window in found:
        InconvenientTime.model_validate(window)
