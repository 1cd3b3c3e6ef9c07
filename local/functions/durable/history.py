"""Orchestration history as `azure-functions-durable` 1.x reads it: event kinds, and how each is written.

Kinds and field names are those of DurableTask.Core's HistoryEvent. Times are ISO 8601 UTC with a trailing Z.
"""

import json
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, TypedDict

Event = dict[str, Any]


class Kind(IntEnum):
    """The kinds of event that this host writes."""

    EXECUTION_STARTED = 0
    EXECUTION_COMPLETED = 1
    EXECUTION_TERMINATED = 3
    TASK_SCHEDULED = 4
    TASK_COMPLETED = 5
    TASK_FAILED = 6
    SUB_CREATED = 7
    SUB_COMPLETED = 8
    SUB_FAILED = 9
    TIMER_CREATED = 10
    TIMER_FIRED = 11
    ORCHESTRATOR_STARTED = 12
    ORCHESTRATOR_COMPLETED = 13
    EVENT_SENT = 14
    EVENT_RAISED = 15
    GENERIC = 17
    SUSPENDED = 19
    RESUMED = 20


class Status(StrEnum):
    """The runtime status of an instance, as the management API names it."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUSPENDED = "Suspended"
    COMPLETED = "Completed"
    FAILED = "Failed"
    TERMINATED = "Terminated"


TERMINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.TERMINATED})
STATUS_NUMBER = {Status.COMPLETED: 1, Status.FAILED: 3, Status.TERMINATED: 5}


class Parent(TypedDict):
    """Who waits for a sub-orchestration."""

    id: str
    name: str
    execution_id: str
    task: int


def dumps(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"))


def stamp(moment: datetime) -> str:
    """A moment as history writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The moment a stamp names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def event(kind: Kind, at: datetime, *, task: int = -1, **fields: Any) -> Event:
    """An event not yet played; `task` is the id of the task it schedules."""
    return {"EventType": int(kind), "EventId": task, "IsPlayed": False, "Timestamp": stamp(at), **fields}


def played(past: Event) -> Event:
    """The event as later episodes see it; only an episode's start never counts as played."""
    if past["EventType"] == Kind.ORCHESTRATOR_STARTED:
        return past
    return {**past, "IsPlayed": True}
