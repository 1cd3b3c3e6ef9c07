"""The campaign's orchestration: rounds and waits, a new history every few rounds, an end when a round says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

from durable import campaign
from durable.campaign import ROUNDS

REF = {"organization_id": "o", "campaign_id": "c"}
NOW = datetime(2026, 11, 16, 17, tzinfo=UTC)


class _Timer:
    canceled = False

    def cancel(self) -> None:
        self.canceled = True


class _Context:
    """What the orchestration asks of Durable Functions, answered from a list of states."""

    current_utc_datetime = NOW

    def __init__(self, states: list[dict[str, Any]], *, woken: bool) -> None:
        self._states = iter(states)
        self._woken = woken
        self.rounds = 0
        self.events: list[str] = []
        self.fire_at: list[datetime] = []
        self.timers: list[_Timer] = []
        self.continued: list[Any] = []

    def get_input(self) -> Any:
        return REF

    def call_activity(self, name: str, value: Any) -> Any:
        assert (name, value) == ("run_campaign_round", REF)
        self.rounds += 1
        return next(self._states)

    def create_timer(self, at: datetime) -> _Timer:
        self.fire_at.append(at)
        self.timers.append(_Timer())
        return self.timers[-1]

    def wait_for_external_event(self, name: str) -> str:
        self.events.append(name)
        return name

    def task_any(self, tasks: list[Any]) -> Any:
        return tasks[0] if self._woken else tasks[1]

    def continue_as_new(self, value: Any) -> None:
        self.continued.append(value)


def _run(context: _Context) -> None:
    """Drive the generator; each yielded value is its own answer."""
    generator = campaign.campaign_lifecycle.build().get_user_function().orchestrator_function(context)
    answer = None
    try:
        while True:
            answer = generator.send(answer)
    except StopIteration:
        return


def _states(count: int, *, over: bool = False) -> list[dict[str, Any]]:
    waits = [{"over": False, "wait_seconds": 30.0, "wake_number": n + 1} for n in range(count)]
    return [*waits, {"over": True, "wait_seconds": 0.0, "wake_number": 0}] if over else waits


def test_it_ends_with_the_round_that_says_so() -> None:
    context = _Context(_states(2, over=True), woken=False)
    _run(context)
    assert (context.rounds, context.continued) == (3, [])
    assert context.fire_at == [NOW + timedelta(seconds=30)] * 2
    assert not any(timer.canceled for timer in context.timers)


def test_each_wait_has_a_name_of_its_own_and_a_timer_that_lost_is_canceled() -> None:
    context = _Context(_states(3, over=True), woken=True)
    _run(context)
    assert context.events == ["wake-1", "wake-2", "wake-3"]
    assert all(timer.canceled for timer in context.timers)


def test_it_begins_anew_before_its_history_grows_long() -> None:
    context = _Context(_states(ROUNDS), woken=True)
    _run(context)
    assert (context.rounds, context.continued) == (ROUNDS, [REF])
