"""The time that durable timers, timer triggers and history live on: policy time, real or driven by a test.

`ClockTimeline` follows an `archer.clock.Clock`, so that every process of one stack agrees. `VirtualTimeline` stands
still until a test advances it, and then fires what is due in order.
"""

import asyncio
import heapq
import itertools
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from archer.clock import Clock

Action = Callable[[], None]
LONGEST_SLEEP = 3600.0
"""Wall-clock seconds after which a sleeping timeline looks at its clock again."""


class Alarm:
    """Something that will happen at a moment, unless it is cancelled before."""

    __slots__ = ("_timeline", "action", "moment")

    def __init__(self, timeline: "Timeline", moment: datetime, action: Action) -> None:
        self._timeline = timeline
        self.moment = moment
        self.action: Action | None = action

    def cancel(self) -> None:
        """Make sure that it does not happen."""
        if self.action is not None:
            self.action = None
            self._timeline.forget()


class Timeline(ABC):
    """A clock with alarms; everything runs on the event loop's thread."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Alarm]] = []
        self._order = itertools.count()
        self._cancelled = 0

    @abstractmethod
    def now(self) -> datetime:
        """The policy time, timezone-aware UTC."""

    @abstractmethod
    def _changed(self) -> None:
        """The earliest alarm may be another one."""

    def at(self, moment: datetime, action: Action) -> Alarm:
        """Have `action` called at a moment; at the next turn of the loop when it has passed."""
        alarm = Alarm(self, moment, action)
        heapq.heappush(self._heap, (moment, next(self._order), alarm))
        self._changed()
        return alarm

    def forget(self) -> None:
        """An alarm was cancelled: drop the cancelled ones when they are many."""
        self._cancelled += 1
        if self._cancelled > 64 and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].action is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def earliest(self) -> datetime | None:
        """The moment of the next alarm, None when there is none."""
        while self._heap and self._heap[0][2].action is None:
            heapq.heappop(self._heap)
            self._cancelled = max(0, self._cancelled - 1)
        return self._heap[0][0] if self._heap else None

    def _ring(self, until: datetime) -> None:
        while (moment := self.earliest()) is not None and moment <= until:
            alarm = heapq.heappop(self._heap)[2]
            action, alarm.action = alarm.action, None
            if action is not None:
                action()

    def close(self) -> None:
        """Forget every alarm."""
        self._heap.clear()


class ClockTimeline(Timeline):
    """Policy time as a clock tells it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._handle: asyncio.TimerHandle | None = None
        self._armed_for: datetime | None = None

    def now(self) -> datetime:
        return self._clock.now()

    def _changed(self) -> None:
        earliest = self.earliest()
        if self._handle is not None and earliest is not None and earliest == self._armed_for:
            return
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if earliest is not None:
            delay = min(max(0.0, self._clock.until(earliest)), LONGEST_SLEEP)
            self._armed_for = earliest
            self._handle = asyncio.get_running_loop().call_later(delay, self._wake)

    def _wake(self) -> None:
        self._handle = None
        self._ring(self._clock.now())
        self._changed()

    def close(self) -> None:
        super().close()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class VirtualTimeline(Timeline):
    """Policy time that stands still until `advance`; an alarm already due rings at the next turn of the loop."""

    def __init__(self, start: datetime | None = None) -> None:
        super().__init__()
        self._now = start or datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def _changed(self) -> None:
        earliest = self.earliest()
        if earliest is not None and earliest <= self._now:
            asyncio.get_running_loop().call_soon(self._ring, self._now)

    async def advance(self, seconds: float, settle: Callable[[], Awaitable[None]]) -> None:
        """Move time on, stopping at every alarm on the way; `settle` waits until the work it caused is done."""
        end = self._now + timedelta(seconds=seconds)
        await settle()
        while (earliest := self.earliest()) is not None and earliest <= end:
            self._now = max(self._now, earliest)
            self._ring(self._now)
            await settle()
        self._now = end
