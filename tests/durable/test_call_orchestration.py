"""The orchestration of a call decides nothing: it looks, waits for its own wake-up or a timer, looks again, closes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from durable.call import _RETRY, call_lifecycle

NOW = datetime(2026, 11, 16, 17, tzinfo=UTC)
CALL = {"organization_id": "o", "call_id": "c"}


class Timer:
    """A timer that remembers whether it was cancelled."""

    def __init__(self, at: datetime) -> None:
        self.at, self.cancelled = at, False

    def cancel(self) -> None:
        self.cancelled = True


class Context:
    """What the orchestration asks its host for, written down."""

    current_utc_datetime = NOW

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.timers: list[Timer] = []

    def get_input(self) -> dict[str, str]:
        return CALL

    def call_activity_with_retry(self, name: str, retry: Any, given: Any) -> str:
        self.asked.append((name, retry, given))
        return name

    def create_timer(self, at: datetime) -> Timer:
        self.timers.append(Timer(at))
        return self.timers[-1]

    def wait_for_external_event(self, name: str) -> str:
        return name

    def task_any(self, tasks: list[Any]) -> list[Any]:
        return tasks


def orchestration(context: Context) -> Any:
    """The generator under the decorators."""
    handle = call_lifecycle._function.get_user_function()
    return handle.orchestrator_function(context)


def test_it_looks_waits_and_closes_with_retries_and_leaves_no_timer_behind() -> None:
    context = Context()
    run = orchestration(context)
    assert next(run) == "look_after_call"
    woken, timer = run.send({"over": False, "wait_seconds": 30, "wake_number": 7})
    assert (woken, timer.at) == ("wake-7", NOW + timedelta(seconds=30))
    assert run.send("wake-7") == "look_after_call"
    assert timer.cancelled is True
    _woken, second = run.send({"over": False, "wait_seconds": 2, "wake_number": 8})
    assert run.send(second) == "look_after_call"
    assert second.cancelled is False
    assert run.send({"over": True, "wait_seconds": 0, "wake_number": 9}) == "close_call"
    assert {(name, given["call_id"]) for name, _, given in context.asked} == {
        ("look_after_call", "c"),
        ("close_call", "c"),
    }
    assert all(retry is _RETRY for _, retry, _ in context.asked)
    assert _RETRY.max_number_of_attempts > 1
