"""Orchestrations through the real SDK, on a virtual clock."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from archer.clock import Clock
from local.functions.timeline import ClockTimeline, VirtualTimeline


@pytest_asyncio.fixture
async def app(serve: Any) -> Any:
    return await serve("durable")


async def test_activities_run_one_after_the_other(app: Any) -> None:
    state = await app.run("chain")
    assert state["runtimeStatus"] == "Completed"
    assert state["output"] == ["Hello Tokyo!", "Hello London!"]


async def test_a_hundred_activities_fan_out_and_in(app: Any) -> None:
    assert (await app.run("fan_out", 100))["output"] == sum(n * n for n in range(100))


async def test_an_activity_is_found_by_its_durable_name_in_any_case(app: Any) -> None:
    assert (await app.run("by_other_name"))["output"] == "SHOUT"


async def test_a_failed_activity_is_tried_again_after_the_interval(app: Any) -> None:
    instance = await app.start("with_retry", {"key": "a", "succeeds_on": 3, "attempts": 5})
    assert (await app.settled(instance))["runtimeStatus"] == "Running"
    assert app.module.tries["a"] == 1
    await app.host.advance(1)
    assert app.module.tries["a"] == 2
    await app.host.advance(1)
    assert (await app.status(instance))["output"] == [3, 9]


async def test_exhausted_retries_fail_only_after_one_timer_more(app: Any) -> None:
    instance = await app.start("with_retry", {"key": "b", "succeeds_on": 9, "attempts": 2})
    await app.host.advance(1.5)
    assert app.module.tries["b"] == 2
    assert (await app.status(instance))["runtimeStatus"] == "Running"
    await app.host.advance(1)
    state = await app.status(instance)
    assert state["runtimeStatus"] == "Failed"
    assert "not yet" in state["output"]


async def test_an_orchestrator_goes_on_after_handling_exhausted_retries(app: Any) -> None:
    instance = await app.start("retry_then_handled", {"key": "h", "succeeds_on": 9})
    await app.host.advance(5)
    assert (await app.status(instance))["output"] == ["Hello anyway!", True]


async def test_a_sub_orchestration_reports_to_its_parent(app: Any) -> None:
    state = await app.run("parent")
    assert state["output"]["child"] == ["Hello Tokyo!", "Hello London!"]
    children = (await app.http.get("/runtime/webhooks/durabletask/instances")).json()
    assert {child["name"] for child in children} == {"parent", "chain"}
    child = next(child for child in children if child["name"] == "chain")
    assert child["instanceId"].endswith(":0000")


async def test_a_failed_sub_orchestration_is_tried_again_as_a_new_instance(app: Any) -> None:
    instance = await app.start("parent_with_retry", {"key": "s", "succeeds_on": 3})
    await app.host.advance(2)
    assert (await app.status(instance))["output"] == 3


async def test_a_sub_orchestrations_failure_fails_the_parent(app: Any) -> None:
    state = await app.run("parent_of_flaky", {"key": "p", "succeeds_on": 2})
    assert state["runtimeStatus"] == "Failed"


async def test_an_event_wakes_and_custom_status_shows(app: Any) -> None:
    instance = await app.start("waits")
    assert (await app.settled(instance))["customStatus"] == "waiting"
    await app.http.post(f"/api/raise/{instance}/go", json={"n": 1})
    state = await app.settled(instance)
    assert state["output"] == '{"n": 1}', "SDK 1.7 delivers the event as JSON text"
    assert state["customStatus"] == {"got": '{"n": 1}'}


async def test_an_event_before_its_wait_is_kept(app: Any) -> None:
    webhook = "/runtime/webhooks/durabletask"
    await app.http.post(f"{webhook}/orchestrators/waits_twice_in_turn/early")
    await app.host.settle()
    for word in ("one", "two"):
        raised = await app.http.post(f"{webhook}/instances/early/raiseEvent/go", json=word)
        assert raised.status_code == 202
    assert (await app.settled("early"))["runtimeStatus"] == "Completed"


async def test_a_cancelled_loser_lets_the_instance_end(app: Any) -> None:
    instance = await app.start("event_or_timeout")
    await app.host.settle()
    await app.http.post(f"/api/raise/{instance}/go", json=1)
    assert (await app.settled(instance))["output"] == "event"
    assert app.host.timeline.earliest() is None, "the cancelled timer is disarmed"


async def test_a_forgotten_loser_keeps_the_instance_running(app: Any) -> None:
    instance = await app.start("event_or_timeout", "forget")
    await app.host.settle()
    await app.http.post(f"/api/raise/{instance}/go", json=1)
    assert (await app.settled(instance))["runtimeStatus"] == "Running"
    await app.host.advance(3600)
    assert (await app.status(instance))["output"] == "event"


async def test_the_timeout_wins_when_nothing_comes(app: Any) -> None:
    instance = await app.start("event_or_timeout")
    await app.host.advance(3599)
    assert (await app.status(instance))["runtimeStatus"] == "Running"
    await app.host.advance(1)
    assert (await app.status(instance))["output"] == "timeout"


async def test_thirty_five_virtual_days_pass_in_their_order(app: Any) -> None:
    instance = await app.start("counts_days", 35)
    await app.host.advance(35 * 86_400)
    days = (await app.status(instance))["output"]
    assert len(days) == 35
    assert days[0].startswith("2026-01-06T12:00:00")
    assert days[-1].startswith("2026-02-09T12:00:00")


async def test_a_timer_of_a_month_fires_once(app: Any) -> None:
    instance = await app.start("one_month_timer")
    await app.host.advance(29 * 86_400)
    assert (await app.status(instance))["runtimeStatus"] == "Running"
    await app.host.advance(86_400)
    assert (await app.status(instance))["output"] == 30


async def test_continue_as_new_starts_over_with_an_empty_history(app: Any) -> None:
    instance = await app.start("generations")
    state = await app.settled(instance)
    assert state["output"] == 4
    history = app.host.engine.control.history(instance)
    assert sum(past["EventType"] == 4 for past in history) == 1, "one activity: only the last generation is there"


async def test_an_event_that_comes_between_generations_is_not_lost(app: Any) -> None:
    instance = await app.start("eternal_listener")
    await app.host.settle()
    for word in ("a", "b", "stop"):
        await app.http.post(f"/api/raise/{instance}/word", json=word)
        await app.host.settle()
    assert (await app.settled(instance))["output"] == ['"a"', '"b"', '"stop"']


async def test_an_orchestrator_that_changed_its_mind_fails(app: Any) -> None:
    instance = await app.start("drifting")
    await app.host.settle()
    app.module.drift["on"] = True
    await app.http.post(f"/api/raise/{instance}/go", json=1)
    state = await app.settled(instance)
    assert state["runtimeStatus"] == "Failed"
    assert "Non-Deterministic" in state["output"]
    assert "greet" in state["output"]
    assert "square" in state["output"]


async def test_an_unknown_activity_fails_the_orchestration_with_the_known_ones(app: Any) -> None:
    state = await app.run("calls_nothing_known")
    assert state["runtimeStatus"] == "Failed"
    assert "'no_such_activity' doesn't exist" in state["output"]
    assert "'greet'" in state["output"]


async def test_an_orchestrators_own_error_is_its_output(app: Any) -> None:
    for name, words in (("fails", "this orchestrator fails"), ("fails_at_once", "before any yield")):
        state = await app.run(name)
        assert state["runtimeStatus"] == "Failed"
        assert words in state["output"]


async def test_an_orchestrator_knows_itself(app: Any) -> None:
    state = await app.run("reports", {"a": 1})
    assert state["output"]["id"] == state["instanceId"]
    assert state["output"]["parent"] is None
    assert state["output"]["input"] == {"a": 1}


async def test_durable_http_follows_the_asynchronous_pattern(app: Any) -> None:
    instance = await app.start("calls_http", f"http://127.0.0.1:{app.port}/api/slow")
    await app.host.advance(6)
    assert app.module.polled["count"] == 1
    await app.host.advance(10)
    assert (await app.status(instance))["output"] == [200, "at last"]
    assert app.module.polled["count"] == 3


async def test_one_failing_instance_does_not_stop_the_others(app: Any) -> None:
    failing = [await app.start("fails") for _ in range(5)]
    working = [await app.start("chain") for _ in range(5)]
    await app.host.settle()
    assert {(await app.status(i))["runtimeStatus"] for i in failing} == {"Failed"}
    assert {(await app.status(i))["runtimeStatus"] for i in working} == {"Completed"}


async def test_timers_and_waits_outlive_the_host(serve: Any, tmp_path: Path) -> None:
    state = tmp_path / "hub.sqlite"
    first = await serve("durable", state=state)
    sleeping = await first.start("event_or_timeout")
    waiting = await first.start("waits")
    held = await first.start("waits")
    await first.host.settle()
    await first.http.post(f"/runtime/webhooks/durabletask/instances/{held}/suspend")
    await first.host.settle()
    await first.host.stop()
    later = VirtualTimeline(first.host.timeline.now() + timedelta(minutes=59))
    second = await serve("durable", state=state, timeline=later)
    await second.host.settle()
    assert (await second.status(sleeping))["runtimeStatus"] == "Running"
    await second.host.advance(60)
    assert (await second.status(sleeping))["output"] == "timeout"
    await second.http.post(f"/api/raise/{waiting}/go", json=1)
    assert (await second.settled(waiting))["runtimeStatus"] == "Completed"
    assert (await second.status(held))["runtimeStatus"] == "Suspended"


async def test_a_timer_that_came_due_while_the_host_was_down_fires_at_once(serve: Any, tmp_path: Path) -> None:
    state = tmp_path / "hub.sqlite"
    first = await serve("durable", state=state)
    instance = await first.start("event_or_timeout")
    await first.host.settle()
    await first.host.stop()
    later = VirtualTimeline(first.host.timeline.now() + timedelta(days=2))
    second = await serve("durable", state=state, timeline=later)
    await second.host.advance(0)
    assert (await second.status(instance))["output"] == "timeout"


async def test_timers_follow_a_policy_clock_that_runs_fast(serve: Any, until: Any) -> None:
    start = datetime(2027, 3, 1, 8, tzinfo=UTC)
    clock = Clock(start=start.timestamp(), anchor=time.time(), rate=864_000)
    app = await serve("durable", timeline=ClockTimeline(clock))
    instance = await app.start("counts_days", 3)

    async def done() -> bool:
        return bool((await app.status(instance))["runtimeStatus"] == "Completed")

    began = time.monotonic()
    await until(done)
    assert time.monotonic() - began > 0.25, "three days at ten days a second"
    assert (await app.status(instance))["output"][0].startswith("2027-03-0")
