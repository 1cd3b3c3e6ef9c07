"""The live side of the task hub: running instances in memory, their messages on the way, and who waits for their end.

Everything here has its twin in the `Store`. The order is always: store in one transaction, then `release` what it
caused. A crash between the two loses nothing, because `load` releases it again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from local.functions.durable.history import TERMINAL, Event, Kind
from local.functions.durable.store import ActivityRow, InstanceRow, Message, Store
from local.functions.timeline import Alarm, Timeline


class Instance:
    """A running orchestration instance."""

    def __init__(self, row: InstanceRow, history: list[Event]) -> None:
        self.row = row
        self.history = history
        self.inbox: list[Message] = []
        self.alarms: dict[int, Alarm] = {}
        """Messages that wait for their moment, by message key."""
        self.timers: dict[int, int] = {}
        """Durable timers that have not fired: task id to message key."""

    def take(self) -> list[Message]:
        """Empty the inbox; the start of an execution comes first, whatever overtook it."""
        batch = sorted(self.inbox, key=lambda message: message.event["EventType"] != Kind.EXECUTION_STARTED)
        self.inbox = []
        return batch

    def silence(self) -> None:
        """Cancel every alarm."""
        for alarm in self.alarms.values():
            alarm.cancel()
        self.alarms.clear()
        self.timers.clear()


@dataclass
class Effects:
    """What a transaction caused and what must be set going after it."""

    born: list[Instance] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    activities: list[ActivityRow] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)


class TaskHub:
    """Instances and messages; `wake` and `run_activity` are given by the engine."""

    def __init__(self, store: Store, timeline: Timeline) -> None:
        self.store, self.timeline = store, timeline
        self.live: dict[str, Instance] = {}
        self.wake: Callable[[str], None] = lambda _: None
        self.run_activity: Callable[[ActivityRow], None] = lambda _: None
        self._endings: dict[str, list[asyncio.Event]] = defaultdict(list)

    def now(self) -> datetime:
        """The policy time."""
        return self.timeline.now()

    def load(self) -> None:
        """Take up everything where a former process left it."""
        for status in ("Pending", "Running", "Suspended"):
            for row in self.store.instances(statuses=[status]):
                self.live[row.id] = Instance(row, self.store.history(row.id))
        self.release(
            Effects(
                messages=self.store.messages(),
                activities=self.store.activities(),
                entities=self.store.waiting_entities(),
            )
        )

    def release(self, effects: Effects) -> None:
        """Set going what a transaction caused."""
        for instance in effects.born:
            self.retire(instance.row.id)
            self.live[instance.row.id] = instance
        for message in effects.messages:
            self._arm(message)
        for activity in effects.activities:
            self.run_activity(activity)
        for entity in effects.entities:
            self.wake(entity)

    def retire(self, instance_id: str) -> None:
        """The instance has ended, was purged, or is replaced."""
        instance = self.live.pop(instance_id, None)
        if instance is not None:
            instance.silence()
        for ending in self._endings.pop(instance_id, ()):
            ending.set()

    async def ended(self, instance_id: str, seconds: float) -> bool:
        """Wait until an instance has ended, at most so many wall-clock seconds; whether it has."""
        if instance_id not in self.live:
            return True
        ending = asyncio.Event()
        self._endings[instance_id].append(ending)
        try:
            await asyncio.wait_for(ending.wait(), seconds)
        except TimeoutError:
            waiting = self._endings.get(instance_id, [])
            if ending in waiting:
                waiting.remove(ending)
            return False
        return True

    def _arm(self, message: Message) -> None:
        instance = self.live.get(message.instance_id)
        wrong_execution = (
            instance is not None
            and message.execution_id is not None
            and message.execution_id != instance.row.execution_id
        )
        if instance is None or instance.row.status in TERMINAL or wrong_execution:
            self.store.consume([message.key])
        elif message.due is None:
            self._deliver(message)
        else:
            instance.alarms[message.key] = self.timeline.at(message.due, partial(self._ring, message))
            if message.timer is not None:
                instance.timers[message.timer] = message.key

    def _ring(self, message: Message) -> None:
        instance = self.live.get(message.instance_id)
        if instance is not None and instance.alarms.pop(message.key, None) is not None:
            if message.timer is not None:
                instance.timers.pop(message.timer, None)
            self._deliver(message)

    def _deliver(self, message: Message) -> None:
        self.live[message.instance_id].inbox.append(message)
        self.wake(message.instance_id)
