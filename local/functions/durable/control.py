"""What a durable client can ask for: start, events, terminate, suspend, resume, rewind, restart, purge, queries."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from local.functions.binder import LoadedApp
from local.functions.durable.commit import create_instance, new_row
from local.functions.durable.episode import unknown_function
from local.functions.durable.history import TERMINAL, Event, Kind, Status, event
from local.functions.durable.hub import Effects, Instance, TaskHub
from local.functions.durable.replay import Work
from local.functions.durable.store import InstanceRow


class UnknownFunctionError(ValueError):
    """There is no such orchestrator or entity; the message is the extension's."""


class ConflictError(Exception):
    """An instance of this id is running already."""


class GoneError(Exception):
    """The instance is not in a state in which this can be done."""


class Control:
    """The operations on instances."""

    def __init__(self, app: LoadedApp, hub: TaskHub, default_version: str | None) -> None:
        self._app, self._hub, self._default_version = app, hub, default_version

    def find(self, instance_id: str) -> InstanceRow | None:
        """One instance, None when there is none."""
        live = self._hub.live.get(instance_id)
        return live.row if live is not None else self._hub.store.instance(instance_id)

    def history(self, instance_id: str) -> list[Event]:
        """The history of an instance."""
        live = self._hub.live.get(instance_id)
        return list(live.history) if live is not None else self._hub.store.history(instance_id)

    def start(
        self, name: str, instance_id: str | None = None, input_: str | None = None, version: str | None = None
    ) -> str:
        """Start an orchestration with JSON text as input; its instance id.

        Raises UnknownFunctionError, ValueError for an id that cannot be one, ConflictError when it is running.
        """
        if (reason := unknown_function(self._app, Work.SUB_ORCHESTRATION, name)) is not None:
            raise UnknownFunctionError(reason)
        instance_id = instance_id or uuid.uuid4().hex
        if instance_id.startswith("@"):
            raise ValueError("an instance id must not start with @, which names entities")
        running = self._hub.live.get(instance_id)
        if running is not None:
            raise ConflictError(f"An Orchestration instance with the status {running.row.status} already exists.")
        effects, now = Effects(), self._hub.now()
        row = new_row(name, instance_id, input_, now, version=version or self._default_version)
        with self._hub.store.transaction():
            create_instance(self._hub.store, row, now, effects)
        self._hub.release(effects)
        return instance_id

    def raise_event(self, instance_id: str, name: str, data: str) -> None:
        """Send an external event with JSON text; raises LookupError or GoneError."""
        self._send(instance_id, Kind.EVENT_RAISED, Name=name, Input=data)

    def terminate(self, instance_id: str, reason: str | None) -> None:
        """End an instance; `reason` is JSON text; raises LookupError or GoneError."""
        self._send(instance_id, Kind.EXECUTION_TERMINATED, Input=reason)

    def suspend(self, instance_id: str, reason: str | None) -> None:
        """Let an instance rest until it is resumed; raises LookupError or GoneError."""
        self._send(instance_id, Kind.SUSPENDED, Reason=reason)

    def resume(self, instance_id: str, reason: str | None) -> None:
        """Let a suspended instance go on; raises LookupError or GoneError."""
        self._send(instance_id, Kind.RESUMED, Reason=reason)

    def _send(self, instance_id: str, kind: Kind, **fields: Any) -> None:
        row = self.find(instance_id)
        if row is None:
            raise LookupError(instance_id)
        if row.status in TERMINAL:
            raise GoneError(instance_id)
        store = self._hub.store
        with store.transaction():
            message = store.post(instance_id, event(kind, self._hub.now(), **fields))
        self._hub.release(Effects(messages=[message]))

    def restart(self, instance_id: str, new_id: bool) -> str:
        """Start an instance anew with its input; raises LookupError, or ConflictError when it still runs."""
        row = self.find(instance_id)
        if row is None:
            raise LookupError(instance_id)
        return self.start(row.name, None if new_id else instance_id, row.input, row.version)

    def purge(self, instance_ids: Sequence[str]) -> int:
        """Forget instances that have ended; how many."""
        ended = [i for i in instance_ids if i not in self._hub.live and self._hub.store.instance(i) is not None]
        with self._hub.store.transaction():
            for instance_id in ended:
                self._hub.store.purge(instance_id)
        return len(ended)

    def query(
        self,
        *,
        prefix: str = "",
        statuses: Sequence[str] = (),
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        after: tuple[str, str] | None = None,
        limit: int = -1,
    ) -> list[InstanceRow]:
        """Instances by creation, filtered."""
        return self._hub.store.instances(
            prefix=prefix,
            statuses=statuses,
            created_from=created_from,
            created_to=created_to,
            after=after,
            limit=limit,
        )

    def rewind(self, instance_id: str) -> None:
        """Let a failed instance try its failed tasks again; raises LookupError, GoneError when it has not failed."""
        row = self._hub.store.instance(instance_id)
        if row is None:
            raise LookupError(instance_id)
        if row.status is not Status.FAILED:
            raise GoneError(instance_id)
        effects = Effects()
        with self._hub.store.transaction():
            self._rewind(row, effects)
        self._hub.release(effects)

    def _rewind(self, row: InstanceRow, effects: Effects) -> None:
        store, now = self._hub.store, self._hub.now()
        history = store.history(row.id)
        failed_children = _last_failures(history, Kind.SUB_FAILED)
        for past in history:
            if past["EventType"] == Kind.SUB_CREATED and past["EventId"] in failed_children:
                child = store.instance(past["InstanceId"])
                if child is not None and child.status is Status.FAILED:
                    self._rewind(child, effects)
        kept = _without_failures(history)
        changed = replace(row, status=Status.RUNNING, output=None, updated=now)
        store.clear_history(row.id)
        store.append_history(row.id, 0, kept)
        store.put_instance(changed)
        effects.born.append(Instance(changed, kept))
        effects.messages.append(store.post(row.id, event(Kind.GENERIC, now, Data="rewind")))


def _last_failures(history: Sequence[Event], kind: Kind) -> set[int]:
    """Tasks that failed for good: without retries, or in the last attempt."""
    failed = {past["TaskScheduledId"] for past in history if past["EventType"] == kind}
    followed = {past["RetryAfter"] for past in history if "RetryAfter" in past}
    retried = {past["RetryOf"] for past in history if "RetryOf" in past and past["EventId"] in followed}
    return failed - retried


def _without_failures(history: Sequence[Event]) -> list[Event]:
    """History as if the failed tasks had not come back yet, and the end had not come."""
    activities, children = _last_failures(history, Kind.TASK_FAILED), _last_failures(history, Kind.SUB_FAILED)
    failed = activities | children
    timers = {past["EventId"] for past in history if past.get("RetryOf") in failed}
    kept = []
    for past in history:
        match past["EventType"]:
            case Kind.EXECUTION_COMPLETED:
                drop = True
            case Kind.TASK_SCHEDULED:
                drop = past["EventId"] in activities
            case Kind.TASK_FAILED | Kind.SUB_FAILED:
                drop = past["TaskScheduledId"] in failed
            case Kind.TIMER_CREATED:
                drop = past["EventId"] in timers
            case Kind.TIMER_FIRED:
                drop = past["TimerId"] in timers
            case _:
                drop = False
        if not drop:
            kept.append(past)
    return kept
