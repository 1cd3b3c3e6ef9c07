"""Decide which of an orchestrator's actions are new, exactly as DurableTask.Core would.

The SDK hands over *all* actions since the start. They are walked like the extension's out-of-process shim walks them:
one after the other, each awaited before the next is begun. Every action that is work takes the next task id; work
whose id history knows is old, the rest is to be scheduled now. A history that disagrees means that the orchestrator is
not deterministic.
"""

import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from local.functions.durable.history import Event, Kind, moment

Action = dict[str, Any]
HTTP_ACTIVITY = "BuiltIn::HttpActivity"


class ActionType(IntEnum):
    """What an orchestrator can ask for (`actionType`)."""

    ACTIVITY = 0
    ACTIVITY_WITH_RETRY = 1
    SUB_ORCHESTRATION = 2
    SUB_ORCHESTRATION_WITH_RETRY = 3
    CONTINUE_AS_NEW = 4
    TIMER = 5
    WAIT_FOR_EVENT = 6
    CALL_ENTITY = 7
    HTTP = 8
    SIGNAL_ENTITY = 9
    WHEN_ANY = 11
    WHEN_ALL = 12


class Work(StrEnum):
    """What can be scheduled."""

    ACTIVITY = "activity"
    HTTP = "http"
    SUB_ORCHESTRATION = "sub-orchestration"
    TIMER = "timer"
    ENTITY = "entity operation"


class NonDeterministicError(Exception):
    """The orchestrator asked for something else than it did before."""


class Promise:
    """A result that may be there already."""

    __slots__ = ("_callbacks", "done", "succeeded")

    def __init__(self) -> None:
        self.done, self.succeeded = False, False
        self._callbacks: list[Callable[[], None]] = []

    def settle(self, succeeded: bool = True) -> None:
        """The result is there; a second one is ignored."""
        if self.done:
            return
        self.done, self.succeeded = True, succeeded
        for callback in self._callbacks:
            callback()

    def then(self, callback: Callable[[], None]) -> None:
        """Call back when the result is there."""
        if self.done:
            callback()
        else:
            self._callbacks.append(callback)


@dataclass
class Scheduled:
    """One piece of work with its task id."""

    work: Work
    task: int
    action: Action
    request: str = ""
    """Entities: the id that the reply will carry as event name."""
    signal: bool = False
    fire_at: datetime | None = None
    cancelled: bool = False
    attempt_after: int | None = None
    """Retries: the timer that this attempt waited for."""
    retry_of: int | None = None
    """Retry timers: the attempt that failed."""

    @property
    def name(self) -> str:
        """The function that does the work, as the action names it."""
        return HTTP_ACTIVITY if self.work is Work.HTTP else str(self.action.get("functionName"))


_WORK_OF_EVENT = {
    Kind.TASK_SCHEDULED: (Work.ACTIVITY, Work.HTTP),
    Kind.SUB_CREATED: (Work.SUB_ORCHESTRATION,),
    Kind.TIMER_CREATED: (Work.TIMER,),
    Kind.EVENT_SENT: (Work.ENTITY,),
}
_COMPLETIONS = {
    Kind.TASK_COMPLETED: True,
    Kind.TASK_FAILED: False,
    Kind.SUB_COMPLETED: True,
    Kind.SUB_FAILED: False,
}


@dataclass
class Replay:
    """One walk over the actions of an execution; the fields are its result."""

    execution_id: str
    actions: list[Action]
    new: dict[int, Scheduled] = field(default_factory=dict)
    """Work to be scheduled now, by task id."""
    open: dict[int, Promise] = field(default_factory=dict)
    """Tasks without a result: while there is one, the instance does not end."""
    cancelled: set[int] = field(default_factory=set)
    """Timers that need not fire."""
    continued: Action | None = None
    """The continue-as-new action, when one was reached."""
    finished: bool = False
    """Whether every action has been walked and awaited."""

    def __post_init__(self) -> None:
        self._next = 0
        self._now: datetime | None = None
        self._waiting: dict[str, list[Promise]] = defaultdict(list)
        self._early: dict[str, deque[Event]] = defaultdict(deque)
        self._walk = self._main()

    def run(self, history: Iterable[Event]) -> "Replay":
        """Walk along the whole history; raises NonDeterministicError when it disagrees with the actions."""
        for past in history:
            kind = past["EventType"]
            if kind == Kind.ORCHESTRATOR_STARTED:
                self._now = moment(past["Timestamp"])
            elif kind == Kind.EXECUTION_STARTED:
                self._step()
            elif kind in _WORK_OF_EVENT:
                self._recognise(Kind(kind), past)
            elif kind in _COMPLETIONS:
                self._complete(past["TaskScheduledId"], _COMPLETIONS[Kind(kind)])
            elif kind == Kind.TIMER_FIRED:
                self._complete(past["TimerId"], True)
            elif kind == Kind.EVENT_RAISED:
                self._raise(past["Name"], past)
        return self

    def _complete(self, task: int, succeeded: bool) -> None:
        promise = self.open.pop(task, None)
        if promise is not None:
            promise.settle(succeeded)

    def _recognise(self, kind: Kind, past: Event) -> None:
        known = self.new.pop(past["EventId"], None)
        named = kind in (Kind.TASK_SCHEDULED, Kind.SUB_CREATED)
        if known is None or known.work not in _WORK_OF_EVENT[kind] or (named and known.name != past["Name"]):
            before = f"{_WORK_OF_EVENT[kind][0]} {past.get('Name') or ''}".strip()
            now = "nothing" if known is None else f"{known.work} {known.action.get('functionName') or ''}".strip()
            raise NonDeterministicError(
                f"Non-Deterministic workflow detected: history has {before} as task {past['EventId']}, "
                f"the orchestrator now scheduled {now}"
            )

    def _step(self) -> None:
        promise = next(self._walk, None)
        if promise is not None:
            promise.then(self._step)

    def _main(self) -> Iterator[Promise]:
        for action in self.actions:
            promise = self._invoke(action)
            if not promise.done:
                yield promise
        self.finished = True

    def _schedule(self, work: Work, action: Action, awaited: bool = True, **details: Any) -> tuple[Scheduled, Promise]:
        scheduled = Scheduled(work, self._next, action, **details)
        self._next += 1
        self.new[scheduled.task] = scheduled
        promise = Promise()
        if awaited:
            self.open[scheduled.task] = promise
        return scheduled, promise

    def _invoke(self, action: Action) -> Promise:
        match action["actionType"]:
            case ActionType.ACTIVITY:
                return self._schedule(Work.ACTIVITY, action)[1]
            case ActionType.HTTP:
                return self._schedule(Work.HTTP, action)[1]
            case ActionType.SUB_ORCHESTRATION:
                return self._schedule(Work.SUB_ORCHESTRATION, action)[1]
            case ActionType.ACTIVITY_WITH_RETRY:
                return self._retry(Work.ACTIVITY, action)
            case ActionType.SUB_ORCHESTRATION_WITH_RETRY:
                return self._retry(Work.SUB_ORCHESTRATION, action)
            case ActionType.TIMER:
                return self._timer(action)
            case ActionType.WAIT_FOR_EVENT:
                return self._wait(action["externalEventName"])
            case ActionType.CALL_ENTITY | ActionType.SIGNAL_ENTITY:
                return self._entity(action)
            case ActionType.WHEN_ANY | ActionType.WHEN_ALL:
                return self._compound(action)
            case ActionType.CONTINUE_AS_NEW:
                self.continued = action
                return self._settled()
        raise ValueError(f"the orchestrator asked for the unknown action type {action['actionType']}")

    @staticmethod
    def _settled() -> Promise:
        promise = Promise()
        promise.settle()
        return promise

    def _timer(self, action: Action) -> Promise:
        cancelled = bool(action.get("isCanceled"))
        scheduled, promise = self._schedule(
            Work.TIMER, action, fire_at=moment(action["fireAt"]), cancelled=cancelled, awaited=not cancelled
        )
        if cancelled:
            self.cancelled.add(scheduled.task)
            promise.settle(False)
        return promise

    def _entity(self, action: Action) -> Promise:
        request = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.execution_id}:{self._next}"))
        signal = action["actionType"] == ActionType.SIGNAL_ENTITY
        self._schedule(Work.ENTITY, action, awaited=False, request=request, signal=signal)
        return self._settled() if signal else self._wait(request)

    def _compound(self, action: Action) -> Promise:
        promises = [self._invoke(part) for part in action["compoundActions"]]
        whole = Promise()
        missing = min(1, len(promises)) if action["actionType"] == ActionType.WHEN_ANY else len(promises)

        def one_more() -> None:
            nonlocal missing
            missing -= 1
            if missing == 0:
                whole.settle()

        for promise in promises:
            promise.then(one_more)
        if not promises:
            whole.settle()
        return whole

    def _retry(self, work: Work, action: Action) -> Promise:
        options, whole = action["retryOptions"], Promise()
        attempts = int(options["maxNumberOfAttempts"])
        interval = timedelta(milliseconds=int(options["firstRetryIntervalInMilliseconds"]))

        def attempt(number: int, after: int | None) -> None:
            tried, promise = self._schedule(work, action, attempt_after=after)

            def over() -> None:
                if promise.succeeded:
                    whole.settle()
                    return
                if self._now is None:
                    raise ValueError("history has a result before its first episode began")
                # A timer runs after the last attempt as well: DurableTask.Core counts only when it has fired.
                timer, fired = self._schedule(Work.TIMER, {}, fire_at=self._now + interval, retry_of=tried.task)
                fired.then(lambda: attempt(number + 1, timer.task) if number < attempts else whole.settle(False))

            promise.then(over)

        attempt(1, None)
        return whole

    def _wait(self, name: str) -> Promise:
        # Waiters of one name are a stack, as in the extension; names are compared without regard to case there.
        promise = Promise()
        key = name.lower()
        self._waiting[key].append(promise)
        if self._early[key]:
            self._raise(name, self._early[key].popleft())
        return promise

    def _raise(self, name: str, raised: Event) -> None:
        key = name.lower()
        if self._waiting[key]:
            self._waiting[key].pop().settle()
        else:
            self._early[key].append(raised)
