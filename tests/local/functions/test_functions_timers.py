"""Timer triggers and their schedules."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.functions.configuration import timespan
from local.functions.schedules import parse_schedule
from local.functions.timeline import VirtualTimeline

HOUR = 3600
NIGHTLY = {"NIGHTLY": "0 30 2 * * *"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "following"),
    [
        ("0 */5 * * * *", "2026-01-05T12:05:00"),
        ("30 * * * * *", "2026-01-05T12:00:30"),
        ("0 * * * *", "2026-01-05T13:00:00"),
        ("0 30 9 * * Mon-Fri", "2026-01-06T09:30:00"),
        ("0 0 9 13 * 5", "2026-02-13T09:00:00"),
        ("0 0 0 1 Jan *", "2027-01-01T00:00:00"),
        ("06:00:00", "2026-01-05T18:00:00"),
        ("1.00:00:00", "2026-01-06T12:00:00"),
    ],
)
def test_schedules(expression: str, following: str) -> None:
    assert parse_schedule(expression).after(at("2026-01-05T12:00:00")) == at(following)


@pytest.mark.parametrize(
    "expression", ["", "0 0 * * *  * *", "@daily", "0 0 0 L * *", "0 0 0 * * 7", "00:00:00", "25:00:00"]
)
def test_what_is_no_schedule(expression: str) -> None:
    with pytest.raises(ValueError, match="schedule"):
        parse_schedule(expression)


def test_a_time_span_names_days_and_fractions() -> None:
    assert timespan("2.03:04:05.5") == timedelta(days=2, hours=3, minutes=4, seconds=5.5)


async def test_timers_fire_in_order_of_policy_time(serve: Any) -> None:
    app = await serve("timers", **NIGHTLY)
    await app.host.settle()
    assert app.module.fired == [("leap", False)], "runOnStartup"
    app.module.fired.clear()
    await app.host.advance(2 * HOUR)
    assert sorted(app.module.fired) == [("half", False)] * 4 + [("hourly", False)] * 2
    app.module.fired.clear()
    await app.host.advance(48 * HOUR)
    assert app.module.fired.count(("nightly", False)) == 2, "a run that fails does not end the schedule"


async def test_a_missed_occurrence_is_made_good_once_and_marked(serve: Any, tmp_path: Path) -> None:
    state = tmp_path / "timers.sqlite"
    first = await serve("timers", state=state, **NIGHTLY)
    await first.host.advance(HOUR)
    await first.host.stop()
    later = VirtualTimeline(first.host.timeline.now() + timedelta(days=3))
    second = await serve("timers", state=state, timeline=later, **NIGHTLY)
    await second.host.settle()
    assert sorted(second.module.fired) == [("hourly", True), ("leap", False), ("nightly", True)]


async def test_a_timer_can_be_run_out_of_turn(serve: Any) -> None:
    app = await serve("timers", **NIGHTLY)
    await app.host.settle()
    app.module.fired.clear()
    assert (await app.http.post("/admin/functions/hourly", json={})).status_code == 202
    await app.host.settle()
    assert app.module.fired == [("hourly", False)]
    assert (await app.http.post("/admin/functions/none", json={})).status_code == 404
