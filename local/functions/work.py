"""Counts and limits what the host has under way, so that it can be drained, waited for and kept within bounds."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from local.functions.failures import log_failure

Job = Callable[[], Awaitable[None]]


class Work:
    """What is queued or running; `idle` returns when there is none."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def count(self) -> int:
        """How many pieces of work are queued or running."""
        return self._count

    def begin(self) -> None:
        """One more piece of work exists."""
        self._count += 1
        self._idle.clear()

    def end(self) -> None:
        """One piece of work is over."""
        self._count -= 1
        if self._count == 0:
            self._idle.set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """A piece of work that lasts as long as the block."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    async def idle(self) -> None:
        """Wait until nothing is queued or running; work that begets work is followed to its end."""
        while self._count:
            await self._idle.wait()


class WorkPool:
    """Runs jobs in order of arrival, at most `limit` at a time; a job that fails is logged, never fatal."""

    def __init__(self, name: str, limit: int, work: Work) -> None:
        self._name, self._limit, self._work = name, limit, work
        self._queued: deque[Job] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    def submit(self, job: Job) -> None:
        """Run the job as soon as there is room."""
        if self._closed:
            return
        self._work.begin()
        self._queued.append(job)
        self._fill()

    def close(self) -> None:
        """Start nothing more; jobs not yet started are forgotten (their cause is stored elsewhere)."""
        self._closed = True
        while self._queued:
            self._queued.popleft()
            self._work.end()

    async def cancel(self) -> None:
        """Cancel what still runs and wait until it is gone."""
        self.close()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _fill(self) -> None:
        while self._queued and len(self._running) < self._limit:
            task = asyncio.ensure_future(self._run(self._queued.popleft()))
            self._running.add(task)
            task.add_done_callback(self._done)

    async def _run(self, job: Job) -> None:
        try:
            await job()
        except Exception as error:
            log_failure(self._name, error, "met an error that was contained")

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._fill()
        self._work.end()
