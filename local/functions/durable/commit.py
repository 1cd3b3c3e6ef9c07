"""Store what an episode decided: history, new work, consumed messages and the instance itself, in one transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from local.functions.durable.history import (
    STATUS_NUMBER,
    TERMINAL,
    Event,
    Kind,
    Parent,
    Status,
    dumps,
    event,
    played,
    stamp,
)
from local.functions.durable.hub import Effects, Instance, TaskHub
from local.functions.durable.replay import Scheduled, Work
from local.functions.durable.store import InstanceRow, Message, Store


@dataclass(frozen=True)
class Decision:
    """What an episode decided."""

    events: list[Event]
    """The episode's start and what arrived, to be added to history."""
    new: Sequence[Scheduled] = ()
    cancelled: frozenset[int] = frozenset()
    """Timers that need not fire."""
    status: Status | None = None
    """The status to take on; None: running."""
    output: str | None = None
    error: str | None = None
    custom_status: str | None = None
    continued_as: str | None = None
    """Continue as new: the next execution id."""
    continued_input: str | None = None


def started_event(row: InstanceRow, now: datetime) -> Event:
    """The first event of an execution."""
    parent = row.parent and {
        "Name": row.parent["name"],
        "OrchestrationInstance": {"InstanceId": row.parent["id"], "ExecutionId": row.parent["execution_id"]},
        "TaskScheduleId": row.parent["task"],
    }
    return event(
        Kind.EXECUTION_STARTED,
        now,
        Name=row.name,
        Version=row.version,
        Input=row.input,
        OrchestrationInstance={"InstanceId": row.id, "ExecutionId": row.execution_id},
        ParentInstance=parent,
        Correlation=None,
        ScheduledStartTime=None,
        Tags=None,
    )


def create_instance(store: Store, row: InstanceRow, now: datetime, effects: Effects) -> None:
    """Store a new instance with its start, in place of one of the same id; inside a transaction."""
    store.purge(row.id)
    store.put_instance(row)
    effects.born.append(Instance(row, []))
    effects.messages.append(store.post(row.id, started_event(row, now), execution_id=row.execution_id))


def new_row(
    name: str, instance_id: str, input_: str | None, now: datetime, *, version: str | None, parent: Parent | None = None
) -> InstanceRow:
    """A pending instance."""
    return InstanceRow(
        id=instance_id,
        execution_id=uuid.uuid4().hex,
        name=name,
        version=version,
        status=Status.PENDING,
        input=input_,
        output=None,
        custom_status=None,
        created=now,
        updated=now,
        parent=parent,
    )


class _Commit:
    """The writes of one decision, inside its transaction."""

    def __init__(self, hub: TaskHub, instance: Instance) -> None:
        self._hub, self._store, self._instance, self._row = hub, hub.store, instance, instance.row
        self._now = hub.now()
        self.effects = Effects()

    def schedule(self, new: Scheduled) -> Event:
        """Store one piece of new work; the event that records it."""
        match new.work:
            case Work.ACTIVITY | Work.HTTP:
                return self._activity(new)
            case Work.TIMER:
                return self._timer(new)
            case Work.SUB_ORCHESTRATION:
                return self._sub_orchestration(new)
            case Work.ENTITY:
                return self._entity(new)

    def _activity(self, new: Scheduled) -> Event:
        http = dumps(new.action["httpRequest"]) if new.work is Work.HTTP else None
        input_ = new.action.get("input")
        self.effects.activities.append(
            self._store.add_activity(
                self._row.id, self._row.execution_id, task=new.task, name=new.name, input_=input_, http=http
            )
        )
        retry = {"RetryAfter": new.attempt_after} if new.attempt_after is not None else {}
        recorded = dumps([input_])
        return event(Kind.TASK_SCHEDULED, self._now, task=new.task, Name=new.name, Version="", Input=recorded, **retry)

    def _timer(self, new: Scheduled) -> Event:
        assert new.fire_at is not None
        at = stamp(new.fire_at)
        if not new.cancelled:
            fired = event(Kind.TIMER_FIRED, new.fire_at, TimerId=new.task, FireAt=at)
            self.effects.messages.append(
                self._store.post(
                    self._row.id, fired, execution_id=self._row.execution_id, due=new.fire_at, timer=new.task
                )
            )
        retry = {"RetryOf": new.retry_of} if new.retry_of is not None else {}
        return event(Kind.TIMER_CREATED, self._now, task=new.task, FireAt=at, **retry)

    def _sub_orchestration(self, new: Scheduled) -> Event:
        row, action = self._row, new.action
        child = action.get("instanceId") or f"{row.execution_id}:{new.task:04x}"
        input_ = dumps(action.get("input"))
        if child in self._hub.live or any(born.row.id == child for born in self.effects.born):
            reason = f"An orchestration instance with the id '{child}' is running already."
            failed = event(Kind.SUB_FAILED, self._now, TaskScheduledId=new.task, Reason=reason, Details=reason)
            self.effects.messages.append(self._store.post(row.id, failed, execution_id=row.execution_id))
        else:
            parent: Parent = {"id": row.id, "name": row.name, "execution_id": row.execution_id, "task": new.task}
            version = action.get("version") or row.version
            created = new_row(new.name, child, input_, self._now, version=version, parent=parent)
            create_instance(self._store, created, self._now, self.effects)
        retry = {"RetryAfter": new.attempt_after} if new.attempt_after is not None else {}
        return event(
            Kind.SUB_CREATED,
            self._now,
            task=new.task,
            Name=new.name,
            InstanceId=child,
            Version="",
            Input=input_,
            **retry,
        )

    def _entity(self, new: Scheduled) -> Event:
        action = new.action
        entity = action["instanceId"]
        request: dict[str, Any] = {"op": action["operation"], "id": new.request, "parent": self._row.id}
        request["execution"] = self._row.execution_id
        request["input"] = dumps(action["input"]) if action.get("input") is not None else None
        if new.signal:
            request["signal"] = True
        self._store.add_operation(entity, request)
        self.effects.entities.append(entity)
        return event(Kind.EVENT_SENT, self._now, task=new.task, Name="op", InstanceId=entity, Input=dumps(request))

    def ending(self, decision: Decision) -> Event:
        """Tell the parent; the event that records the end."""
        status = decision.status
        assert status is not None
        parent = self._row.parent
        if parent is not None:
            done = status is Status.COMPLETED
            reason: dict[str, Any] = {"Result": decision.output} if done else self._reason(decision)
            told = event(
                Kind.SUB_COMPLETED if done else Kind.SUB_FAILED, self._now, TaskScheduledId=parent["task"], **reason
            )
            self.effects.messages.append(self._store.post(parent["id"], told, execution_id=parent["execution_id"]))
        kind = Kind.EXECUTION_TERMINATED if status is Status.TERMINATED else Kind.EXECUTION_COMPLETED
        return event(kind, self._now, OrchestrationStatus=STATUS_NUMBER[status], Result=decision.output)

    @staticmethod
    def _reason(decision: Decision) -> dict[str, Any]:
        said = decision.output or dumps(str(decision.status))
        return {"Reason": said.strip('"'), "Details": decision.error or said}


def commit(hub: TaskHub, instance: Instance, batch: Sequence[Message], decision: Decision) -> None:
    """Carry a decision out; after this the messages of the batch are dealt with for good."""
    store, row = hub.store, instance.row
    writer = _Commit(hub, instance)
    ended = decision.status in TERMINAL
    status = decision.status or Status.RUNNING
    unneeded = [instance.timers[task] for task in decision.cancelled if task in instance.timers]
    with store.transaction():
        history = [*decision.events, *(writer.schedule(new) for new in decision.new)]
        history.append(event(Kind.ORCHESTRATOR_COMPLETED, hub.now()))
        if ended:
            history.append(writer.ending(decision))
        store.consume([*(message.key for message in batch), *unneeded])
        changed = replace(
            row, status=status, updated=hub.now(), custom_status=decision.custom_status or row.custom_status
        )
        if ended:
            changed = replace(changed, output=decision.output)
            store.drop_messages(row.id)
        history = [played(past) for past in history]
        if decision.continued_as is not None:
            changed = replace(changed, execution_id=decision.continued_as, input=decision.continued_input)
            store.clear_history(row.id)
            store.drop_messages(row.id, keep_unbound=True)
            started = started_event(changed, hub.now())
            writer.effects.messages.append(store.post(row.id, started, execution_id=changed.execution_id))
        else:
            store.append_history(row.id, len(instance.history), history)
        store.put_instance(changed)
    instance.row = changed
    _settle(hub, instance, history, unneeded, decision)
    hub.release(writer.effects)


def _settle(
    hub: TaskHub, instance: Instance, history: list[Event], unneeded: Sequence[int], decision: Decision
) -> None:
    """Make memory agree with what was stored."""
    for key in unneeded:
        instance.alarms.pop(key).cancel()
    for task in decision.cancelled:
        instance.timers.pop(task, None)
    if decision.continued_as is not None:
        instance.history = []
        instance.silence()
        instance.inbox = [message for message in instance.inbox if message.execution_id is None]
    else:
        instance.history += history
    if decision.status in TERMINAL:
        hub.retire(instance.row.id)
