"""The Durable engine: dispatches episodes, entity batches and activities, and survives the end of its process."""

import logging
from collections.abc import Awaitable, Callable

from azure.functions.meta import Datum

from local.functions.binder import LoadedApp
from local.functions.configuration import HostOptions
from local.functions.durable.activities import Activities
from local.functions.durable.control import Control
from local.functions.durable.entities import Entities
from local.functions.durable.episode import Episodes
from local.functions.durable.hub import TaskHub
from local.functions.durable.store import Store
from local.functions.invocation import BoundFunction, Outcome
from local.functions.timeline import Timeline
from local.functions.work import Work, WorkPool

Call = Callable[[BoundFunction, Datum], Awaitable[Outcome]]

log = logging.getLogger("local.functions")


class OneAtATime:
    """Runs `job` for a key, never twice at once for the same key; asked meanwhile, it runs once more afterwards."""

    def __init__(self, pool: WorkPool, job: Callable[[str], Awaitable[None]]) -> None:
        self._pool, self._job = pool, job
        self._busy: set[str] = set()
        self._again: set[str] = set()

    def ask(self, key: str) -> None:
        """See to it that the job runs for this key after now."""
        if key in self._busy:
            self._again.add(key)
        else:
            self._busy.add(key)
            self._pool.submit(lambda: self._run(key))

    async def _run(self, key: str) -> None:
        self._again.discard(key)
        try:
            await self._job(key)
        finally:
            self._busy.discard(key)
            if key in self._again:
                self._again.discard(key)
                self.ask(key)


class Engine:
    """Everything durable of one app; `call` invokes a function of it.

    `control` is what clients use, `work` counts what is under way.
    """

    def __init__(
        self, app: LoadedApp, store: Store, timeline: Timeline, options: HostOptions, call: Call, work: Work
    ) -> None:
        self.hub = TaskHub(store, timeline)
        self.entities = Entities(app, self.hub, call)
        self.control = Control(app, self.hub, options.default_version)
        self._episodes = Episodes(app, self.hub, call, options.http_poll_interval.total_seconds())
        self._activities = Activities(
            app, self.hub, call, limit=options.max_activities, work=work, http_poll=options.http_poll_interval
        )
        self._pool = WorkPool("orchestrations and entities", options.max_orchestrators, work)
        self._turns = OneAtATime(self._pool, self._take_turn)
        self.hub.wake = self._turns.ask
        self.hub.run_activity = self._activities.submit

    def start(self) -> None:
        """Go on where a former process stopped."""
        self.hub.load()
        if self.hub.live:
            log.info("durable: %d instances taken up", len(self.hub.live))

    def pause(self) -> None:
        """Start nothing more; what is stored waits for the next start."""
        self._pool.close()
        self._activities.pool.close()

    async def stop(self) -> None:
        """Stop at once; an activity that still runs will run again after the next start."""
        self.pause()
        await self._activities.pool.cancel()
        await self._pool.cancel()
        await self._activities.close()

    async def _take_turn(self, key: str) -> None:
        await (self.entities.run(key) if key.startswith("@") else self._episodes.run(key))
