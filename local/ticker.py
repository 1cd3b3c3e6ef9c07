"""One beat of 20 ms for all calls of a process: audio is paced by a single task, whatever the number of calls.

The members are spread over four phases of 5 ms, so that a hundred calls do not all send in the same instant. A beat
that comes late is made up for; when the process stood still for longer than a second, the missed beats are dropped,
as audio that could not be sent would be.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from local.speech import FRAME_SECONDS

_log = logging.getLogger(__name__)
_PHASES = 4
_LONGEST_LAG = 1.0

Beat = Callable[[float], None]
"""Called once each 20 ms with the monotonic time in seconds. Must not block and must not raise."""


class Ticker:
    """Beats for its members while there are any; sleeps when there are none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._phases: list[dict[Beat, None]] = [{} for _ in range(_PHASES)]
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0
        """Beats (of one phase each) that were skipped because the process stood still."""

    def add(self, beat: Beat) -> None:
        """Call `beat` from now on; the least crowded phase takes it."""
        min(self._phases, key=len)[beat] = None
        self._wanted.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="ticker")

    def remove(self, beat: Beat) -> None:
        """Call `beat` no more; harmless when it is not a member."""
        for phase in self._phases:
            phase.pop(beat, None)

    async def close(self) -> None:
        """Stop beating."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        step = FRAME_SECONDS / _PHASES
        while True:
            await self._wanted.wait()
            due = self._clock()
            turn = 0
            while any(self._phases):
                self._beat(self._phases[turn % _PHASES])
                turn += 1
                due += step
                late = self._clock() - due
                if late > _LONGEST_LAG:
                    self.dropped += int(late / step)
                    due += late
                await asyncio.sleep(max(0.0, -late))
            self._wanted.clear()

    def _beat(self, members: dict[Beat, None]) -> None:
        now = self._clock()
        for beat in tuple(members):
            try:
                beat(now)
            except Exception:
                # One broken call must not stop the audio of all others; it is taken out and the log says why.
                _log.exception("a call left the ticker after an error")
                members.pop(beat, None)
