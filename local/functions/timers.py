"""Timer triggers: fire on their schedule in policy time, and make good what was missed while the host was down.

`useMonitor` (on unless set off; never for schedules below a minute) keeps the last and next occurrence; when the host
starts and the next one has passed, the function runs at once with `past_due` set.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from azure.functions.meta import Datum

from local.functions.durable.history import dumps, stamp
from local.functions.durable.store import Store
from local.functions.failures import log_failure
from local.functions.invocation import BoundFunction, Outcome
from local.functions.schedules import parse_schedule
from local.functions.timeline import Alarm, Timeline
from local.functions.work import WorkPool

Call = Callable[[BoundFunction, Datum], Awaitable[Outcome]]

log = logging.getLogger("local.functions")


class TimerTrigger:
    """One timer-triggered function."""

    def __init__(self, function: BoundFunction, store: Store, timeline: Timeline, call: Call, pool: WorkPool) -> None:
        settings = function.trigger_settings
        self._function, self._store, self._timeline, self._call, self._pool = function, store, timeline, call, pool
        self._schedule = parse_schedule(str(settings["schedule"]))
        self._on_startup = bool(settings.get("runOnStartup"))
        monitored = settings.get("useMonitor")
        self._monitored = monitored is not False and self._schedule.monitored(timeline.now())
        self._last: datetime | None = None
        self._alarm: Alarm | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin to wait for the next occurrence; run at once what is due at start-up."""
        known = self._store.schedule(self._function.name) if self._monitored else None
        missed = False
        if known is not None:
            self._last, following = known
            missed = following <= self._timeline.now()
        if missed or self._on_startup:
            self._pool.submit(lambda: self._run(past_due=missed))
        else:
            self._await_next()

    def stop(self) -> None:
        """Fire no more."""
        self._stopped = True
        if self._alarm is not None:
            self._alarm.cancel()

    async def run_now(self) -> None:
        """Run the function out of turn, as the admin API can."""
        await self._call_once(past_due=False)

    def _await_next(self) -> None:
        if self._stopped:
            return
        following = self._schedule.after(self._timeline.now())
        if self._monitored:
            self._store.put_schedule(self._function.name, self._last, following, self._timeline.now())
        self._alarm = self._timeline.at(following, lambda: self._pool.submit(lambda: self._run(past_due=False)))

    async def _run(self, past_due: bool) -> None:
        try:
            await self._call_once(past_due)
        finally:
            self._await_next()

    async def _call_once(self, past_due: bool) -> None:
        now = self._timeline.now()
        info = {
            "IsPastDue": past_due,
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": {
                "Last": stamp(self._last) if self._last else "0001-01-01T00:00:00+00:00",
                "Next": stamp(self._schedule.after(now)),
                "LastUpdated": stamp(self._last or now),
            },
        }
        self._last = now
        try:
            await self._call(self._function, Datum(dumps(info), "json"))
        except Exception as error:
            log_failure(self._function.name, error)
