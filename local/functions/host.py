"""The host of one app: everything that serves it, wired together."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from azure.functions.meta import Datum

from archer.clock import CLOCK, Clock
from local.functions.binder import DURABLE_NAMES, QUEUE, TIMER, LoadedApp, load_app
from local.functions.configuration import HostOptions, read_host_options
from local.functions.durable.engine import Engine
from local.functions.durable.links import client_binding
from local.functions.durable.management import ManagementApi
from local.functions.durable.store import Store
from local.functions.errors import LoadError
from local.functions.invocation import BoundFunction, Outcome, TraceContext
from local.functions.queues import QueueListener, give_back
from local.functions.sends import watched
from local.functions.signatures import RETURN
from local.functions.storage import Queues, connection_string
from local.functions.timeline import ClockTimeline, Timeline, VirtualTimeline
from local.functions.timers import TimerTrigger
from local.functions.web import Frontend
from local.functions.work import Work, WorkPool

DRAIN = 10.0
"""Wall-clock seconds that running invocations get when the host stops."""
LIFESPAN_END = 5.0
"""Wall-clock seconds that an ASGI app's lifespan gets to end."""
ORCHESTRATOR_THREADS = 4

log = logging.getLogger("local.functions")


class Host:
    """Serves one app; an ASGI app itself once `open` has said where it is reached."""

    def __init__(
        self,
        folder: Path,
        *,
        state: Path | str,
        key: str | None = None,
        clock: Clock = CLOCK,
        timeline: Timeline | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Load the app and open the state file.

        `timeline` overrides `clock`: a `VirtualTimeline` makes policy time stand still until `advance`. Raises
        LoadError when the app cannot be served.
        """
        self._environ = os.environ if environ is None else environ
        self.options: HostOptions = read_host_options(folder, self._environ)
        self.app: LoadedApp = load_app(folder, self.options, self._environ)
        self._check_connections()
        self._key = key
        self.address = ""
        self.state = "Initializing"
        self.work = Work()
        self.timeline = timeline or ClockTimeline(clock)
        self.store = Store(state)
        threads = int(self._environ.get("PYTHON_THREADPOOL_THREAD_COUNT") or min(32, (os.cpu_count() or 1) + 4))
        self._threads = ThreadPoolExecutor(threads, "function")
        self._durable_threads = ThreadPoolExecutor(ORCHESTRATOR_THREADS, "orchestrator")
        self._client = ""
        self._queues = Queues(self._environ, self.options.queues.base64)
        self._pool = WorkPool("timer triggers", 1000, self.work)
        self.engine = Engine(self.app, self.store, self.timeline, self.options, self._call_durable, self.work)
        self.management = ManagementApi(self.app, self.engine, self.options.hub, key or "")
        self._listeners = [
            QueueListener(f, self._queues, self.options.queues, self.store, self._call_queue, self.work)
            for f in self.app.of_kind(QUEUE)
        ]
        self._watching = ExitStack()
        self._timers = {
            f.name: TimerTrigger(f, self.store, self.timeline, self._call_durable, self._pool)
            for f in self.app.of_kind(TIMER)
        }
        self.frontend = Frontend(self, key)

    def _check_connections(self) -> None:
        for function in self.app.functions.values():
            for name, kind in function.bindings.items():
                if kind in (QUEUE, "queue") and not function.disabled:
                    connection_string(str(function.settings[name].get("connection") or ""), self._environ)

    @property
    def serving(self) -> bool:
        """Whether everything is up and nothing is being stopped."""
        return self.state == "Running"

    # Life.

    async def start(self, address: str, port: int) -> None:
        """Begin to serve, when HTTP is bound already at this address; returns when every listener is up."""
        self.address = "127.0.0.1" if address in ("", "0.0.0.0", "::", "localhost") else address
        name = f"[{self.address}]" if ":" in self.address else self.address
        self._client = client_binding(f"http://{name}:{port}", self.options.hub, self._key or "")
        await self._start_asgi_app()
        if self._listeners:
            await asyncio.gather(*(listener.start() for listener in self._listeners))
            await give_back(self._queues, self.store)
            self._watching.enter_context(watched(self._sent_from_anywhere(asyncio.get_running_loop())))
        self.engine.start()
        for timer in self._timers.values():
            timer.start()
        self.state = "Running"

    async def stop(self, grace: float = DRAIN) -> bool:
        """Stop: nothing new, running invocations finish within `grace` seconds; whether they all did."""
        self.state = "Stopping"
        self._watching.close()
        for listener in self._listeners:
            listener.stop()
        for timer in self._timers.values():
            timer.stop()
        self._pool.close()
        self.engine.pause()
        drained = True
        try:
            await asyncio.wait_for(self.work.idle(), grace)
        except TimeoutError:
            drained = False
            log.warning("%d invocations did not end within %g s and are given up", self.work.count, grace)
        await asyncio.gather(*(listener.cancel() for listener in self._listeners))
        await self._pool.cancel()
        await self.engine.stop()
        await self._stop_asgi_app()
        await self._queues.close()
        for pool in (self._threads, self._durable_threads):
            pool.shutdown(wait=False, cancel_futures=True)
        self.timeline.close()
        self.store.close()
        return drained

    async def _start_asgi_app(self) -> None:
        """Run the lifespan of an `AsgiFunctionApp` before its first request, which would do it otherwise."""
        middleware: Any = getattr(self.app.register, "middleware", None)
        if hasattr(middleware, "notify_startup") and not self.app.register.startup_task_done:
            if not await middleware.notify_startup():
                raise LoadError("the ASGI app's startup failed")
            self.app.register.startup_task_done = True

    async def _stop_asgi_app(self) -> None:
        if getattr(self.app.register, "startup_task_done", False):
            self.app.register.startup_task_done = False
            try:
                await asyncio.wait_for(self.app.register.middleware.notify_shutdown(), LIFESPAN_END)
            except TimeoutError:
                log.warning("the ASGI app's shutdown did not end within %g s", LIFESPAN_END)

    # Calls.

    async def call(
        self,
        function: BoundFunction,
        data: Datum,
        *,
        metadata: Mapping[str, Datum] | None = None,
        invocation_id: str | None = None,
        trace: TraceContext | None = None,
    ) -> Outcome:
        """Call a function and send its queue outputs; raises what the function raises."""
        orchestrating = function.kind in DURABLE_NAMES and function.kind != "activityTrigger"
        with self.work.running():
            outcome = await function.invoke(
                data,
                pool=self._durable_threads if orchestrating else self._threads,
                client=self._client,
                metadata=metadata,
                invocation_id=invocation_id,
                trace=trace,
            )
            await self._emit(function, outcome)
        return outcome

    def _sent_from_anywhere(self, loop: asyncio.AbstractEventLoop) -> Callable[[str], object]:
        return lambda queue: loop.call_soon_threadsafe(self._look_at, queue)

    def _look_at(self, queue: str) -> None:
        for listener in self._listeners:
            if listener.queue == queue:
                listener.hint()

    async def _call_durable(self, function: BoundFunction, data: Datum) -> Outcome:
        return await self.call(function, data)

    async def _call_queue(self, function: BoundFunction, data: Datum, metadata: dict[str, Datum]) -> Outcome:
        return await self.call(function, data, metadata=metadata)

    async def _emit(self, function: BoundFunction, outcome: Outcome) -> None:
        outputs = dict(outcome.outputs)
        if outcome.returned is not None and RETURN in function.bindings:
            outputs[RETURN] = outcome.returned
        for name, datum in outputs.items():
            if function.bindings[name] == "queue":
                settings = function.settings[name]
                await self._queues.send(str(settings.get("connection") or ""), str(settings["queueName"]), datum)

    # Steering.

    def status(self) -> dict[str, Any]:
        """What `/admin/host/status` says."""
        functions = [{"name": f.name, "trigger": f.kind, "disabled": f.disabled} for f in self.app.functions.values()]
        return {"id": f"local-{self.app.folder.name}", "state": self.state, "functions": functions}

    def run_out_of_turn(self, name: str) -> bool:
        """Run a timer-triggered function now; False when there is none of this name."""
        timer = self._timers.get(name)
        if timer is not None:
            self._pool.submit(timer.run_now)
        return timer is not None

    async def advance(self, seconds: float) -> None:
        """Move a `VirtualTimeline` on, firing what comes due in order and waiting for the work it causes."""
        if not isinstance(self.timeline, VirtualTimeline):
            raise TypeError("only a host with a VirtualTimeline can be advanced")
        await self.timeline.advance(seconds, self.settle)

    async def settle(self) -> None:
        """Wait until nothing is queued or running."""
        await asyncio.sleep(0)
        await self.work.idle()
