"""The rules by which task ids, waiting and completion follow from actions and history."""

from typing import Any

import pytest

from local.functions.durable.history import Event, Kind, event, moment
from local.functions.durable.replay import ActionType, NonDeterministicError, Replay, Work

NOW = moment("2026-01-05T12:00:00.000000Z")


def begin() -> list[Event]:
    return [event(Kind.ORCHESTRATOR_STARTED, NOW), event(Kind.EXECUTION_STARTED, NOW, Name="x")]


def activity(name: str = "a") -> dict[str, Any]:
    return {"actionType": ActionType.ACTIVITY, "functionName": name, "input": "1"}


def retry(attempts: int, name: str = "a") -> dict[str, Any]:
    options = {"firstRetryIntervalInMilliseconds": 1000, "maxNumberOfAttempts": attempts}
    return {**activity(name), "actionType": ActionType.ACTIVITY_WITH_RETRY, "retryOptions": options}


def timer(cancelled: bool = False) -> dict[str, Any]:
    return {"actionType": ActionType.TIMER, "fireAt": "2026-01-05T13:00:00.000000Z", "isCanceled": cancelled}


def wait(name: str = "go") -> dict[str, Any]:
    return {"actionType": ActionType.WAIT_FOR_EVENT, "externalEventName": name, "reason": "ExternalEvent"}


def entity(signal: bool = False) -> dict[str, Any]:
    kind = ActionType.SIGNAL_ENTITY if signal else ActionType.CALL_ENTITY
    return {"actionType": kind, "instanceId": "@counter@a", "operation": "add", "input": "1"}


def together(kind: ActionType, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"actionType": kind, "compoundActions": list(actions)}


def scheduled(task: int, name: str = "a") -> Event:
    return event(Kind.TASK_SCHEDULED, NOW, task=task, Name=name)


def completed(task: int) -> Event:
    return event(Kind.TASK_COMPLETED, NOW, TaskScheduledId=task, Result="1")


def failed(task: int) -> Event:
    return event(Kind.TASK_FAILED, NOW, TaskScheduledId=task, Reason="r", Details="d")


def created(task: int) -> Event:
    return event(Kind.TIMER_CREATED, NOW, task=task)


def fired(task: int) -> Event:
    return event(Kind.TIMER_FIRED, NOW, TimerId=task)


def raised(name: str = "go") -> Event:
    return event(Kind.EVENT_RAISED, NOW, Name=name, Input="1")


def replay(actions: list[dict[str, Any]], *history: Event) -> Replay:
    return Replay("e", actions).run([*begin(), *history])


def test_rule_1_an_action_waits_for_the_one_before() -> None:
    first = replay([activity("a"), activity("b")])
    assert [(s.task, s.name) for s in first.new.values()] == [(0, "a")]
    assert not first.finished
    second = replay([activity("a"), activity("b")], scheduled(0), completed(0))
    assert [(s.task, s.name) for s in second.new.values()] == [(1, "b")]


def test_rule_1_waiting_and_continuing_take_no_id() -> None:
    result = replay([wait(), activity()], raised())
    assert list(result.new) == [0]
    continued = replay(
        [activity(), {"actionType": ActionType.CONTINUE_AS_NEW, "input": "7"}], scheduled(0), completed(0)
    )
    assert continued.continued is not None
    assert continued.continued["input"] == "7"
    assert continued.finished
    assert not continued.new


def test_rule_1_timers_entities_and_http_take_ids() -> None:
    http = {"actionType": ActionType.HTTP, "httpRequest": {"method": "GET", "uri": "http://x"}}
    parts = [timer(), entity(), entity(signal=True), http, activity()]
    result = replay([together(ActionType.WHEN_ALL, *parts)])
    works = [(s.task, s.work) for s in result.new.values()]
    assert works == [
        (0, Work.TIMER),
        (1, Work.ENTITY),
        (2, Work.ENTITY),
        (3, Work.HTTP),
        (4, Work.ACTIVITY),
    ]


def test_rule_2_a_failed_attempt_takes_a_timer_and_then_a_new_id() -> None:
    result = replay([retry(3)], scheduled(0), failed(0))
    assert [(s.task, s.work, s.retry_of) for s in result.new.values()] == [(1, Work.TIMER, 0)]
    result = replay([retry(3)], scheduled(0), failed(0), created(1), fired(1))
    assert [(s.task, s.work, s.attempt_after) for s in result.new.values()] == [(2, Work.ACTIVITY, 1)]


def test_rule_2_one_more_timer_runs_after_the_last_attempt() -> None:
    past = [scheduled(0), failed(0), created(1), fired(1), scheduled(2), failed(2)]
    result = replay([retry(2), activity("b")], *past)
    assert [(s.task, s.work) for s in result.new.values()] == [(3, Work.TIMER)]
    assert not result.finished
    result = replay([retry(2), activity("b")], *past, created(3), fired(3))
    assert [(s.task, s.name) for s in result.new.values()] == [(4, "b")]


def test_rule_2_success_ends_the_retries() -> None:
    result = replay([retry(5)], scheduled(0), failed(0), created(1), fired(1), scheduled(2), completed(2))
    assert result.finished
    assert not result.new
    assert not result.open


def test_rule_3_only_what_history_does_not_know_is_new() -> None:
    parts = together(ActionType.WHEN_ALL, activity("a"), activity("b"))
    result = replay([parts, activity("c")], scheduled(0, "a"), scheduled(1, "b"), completed(1))
    assert not result.new
    assert set(result.open) == {0}


@pytest.mark.parametrize(
    "past",
    [
        [scheduled(0, "other")],
        [created(0)],
        [scheduled(0), scheduled(1)],
        [event(Kind.SUB_CREATED, NOW, task=0, Name="a")],
    ],
)
def test_rule_3_a_history_that_disagrees_is_not_deterministic(past: list[Event]) -> None:
    with pytest.raises(NonDeterministicError, match="Non-Deterministic"):
        replay([activity("a")], *past)


def test_rule_4_a_cancelled_timer_is_complete_at_once() -> None:
    result = replay([together(ActionType.WHEN_ANY, timer(cancelled=True), wait()), activity()], created(0), raised())
    assert result.cancelled == {0}
    assert [s.name for s in result.new.values()] == ["a"]
    assert 0 not in result.open


def test_rule_4_a_late_firing_of_a_cancelled_timer_does_no_harm() -> None:
    result = replay([timer(cancelled=True)], created(0), fired(0))
    assert result.finished
    assert not result.open


def test_rule_5_an_uncancelled_loser_stays_open() -> None:
    race = together(ActionType.WHEN_ANY, timer(), wait())
    result = replay([race], created(0), raised())
    assert result.finished
    assert set(result.open) == {0}
    assert not replay([race], created(0), raised(), fired(0)).open


def test_rule_6_early_events_are_a_queue() -> None:
    result = replay([activity(), wait(), wait(), activity("b")], scheduled(0), raised(), raised(), completed(0))
    assert [s.name for s in result.new.values()] == ["b"]


def test_rule_6_waiters_of_one_name_are_a_stack() -> None:
    first = together(ActionType.WHEN_ANY, wait(), activity("a"))
    second = together(ActionType.WHEN_ALL, wait())
    history = [scheduled(0), completed(0), raised()]
    assert replay([first, second], *history).finished, "the newest waiter takes the event"


def test_rule_6_an_event_of_another_name_wakes_nobody() -> None:
    assert not replay([wait("go")], raised("stop")).finished


def test_an_entity_call_ends_with_the_reply_of_its_request() -> None:
    actions = [entity(), activity()]
    request = next(iter(replay(actions).new.values())).request
    sent = event(Kind.EVENT_SENT, NOW, task=0, Name="op", InstanceId="@counter@a", Input="{}")
    assert not replay(actions, sent).new
    result = replay(actions, sent, event(Kind.EVENT_RAISED, NOW, Name=request, Input="{}"))
    assert [s.name for s in result.new.values()] == ["a"]


def test_a_signal_waits_for_nothing() -> None:
    assert [s.work for s in replay([entity(signal=True), activity()]).new.values()] == [Work.ENTITY, Work.ACTIVITY]


def test_all_of_nothing_is_complete() -> None:
    assert replay([together(ActionType.WHEN_ALL)]).finished


def test_compounds_nest() -> None:
    inner = together(ActionType.WHEN_ALL, activity("a"), activity("b"))
    action = together(ActionType.WHEN_ANY, inner, timer())
    past = [scheduled(0, "a"), scheduled(1, "b"), created(2), completed(0)]
    assert not replay([action], *past).finished
    assert replay([action], *past, completed(1)).finished


def test_an_unknown_action_is_an_error() -> None:
    with pytest.raises(ValueError, match="99"):
        replay([{"actionType": 99}])
