"""Keep a failing neighbour from taking a call down: circuit breaker and bounded retries.

Rule of the design (§2, §5): fail soft on comfort, never repeat what is not idempotent; time, randomness and sleep are
arguments, so that a minute of outage is tested in a millisecond.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

T = TypeVar("T")
State = Literal["closed", "open", "half_open"]


class CircuitOpenError(Exception):
    """The neighbour failed repeatedly a moment ago and is not asked again yet."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} failed repeatedly and is being left alone for a moment")
        self.name = name


class CircuitBreaker:
    """Closed until `failures` in a row, then open for `open_seconds`, then one trial decides.

    `allow()` asks before an attempt; `succeeded()` or `failed()` reports it. Not for threads: one event loop.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = 5,
        open_seconds: float = 10.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        if failures < 1 or open_seconds <= 0:
            raise ValueError("a circuit breaker needs at least one failure and a positive time to stay open")
        self.name = name
        self._limit = failures
        self._open_seconds = open_seconds
        self._now = now
        self._failures = 0
        self._opened_at: float | None = None
        self._trial_since: float | None = None

    @property
    def state(self) -> State:
        """What the next `allow()` would find."""
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._now() - self._opened_at >= self._open_seconds else "open"

    def allow(self) -> bool:
        """True when an attempt may be made now; in half-open state for one trial at a time.

        A trial that never reported (its task was cancelled) is given up after `open_seconds`.
        """
        if self._opened_at is None:
            return True
        now = self._now()
        if now - self._opened_at < self._open_seconds:
            return False
        if self._trial_since is not None and now - self._trial_since < self._open_seconds:
            return False
        self._trial_since = now
        return True

    def succeeded(self) -> None:
        """The attempt was answered: close."""
        self._failures = 0
        self._opened_at = self._trial_since = None

    def failed(self) -> None:
        """The attempt was not answered, or with an error that is the neighbour's."""
        self._failures += 1
        if self._trial_since is not None or self._failures >= self._limit:
            self._opened_at = self._now()
            self._trial_since = None

    async def call(
        self,
        attempt: Callable[[], Awaitable[T]],
        *,
        counts: Callable[[Exception], bool] = lambda _error: True,
    ) -> T:
        """Await one attempt under the breaker.

        `counts` tells which errors speak against the neighbour (a 422 does not). Raises CircuitOpenError without an
        attempt when the breaker is open, else whatever the attempt raises.
        """
        if not self.allow():
            raise CircuitOpenError(self.name)
        try:
            answer = await attempt()
        except Exception as error:
            if counts(error):
                self.failed()
            else:
                self.succeeded()
            raise
        self.succeeded()
        return answer


@dataclass(frozen=True)
class Backoff:
    """Pauses between attempts, in seconds: doubling from `first` to at most `cap`, each drawn from its upper half."""

    first: float = 0.1
    cap: float = 5.0

    def pauses(self, uniform: Callable[[float, float], float] = random.uniform) -> Iterator[float]:
        """The endless series of pauses; `uniform(low, high)` is the randomness."""
        pause = self.first
        while True:
            yield uniform(pause / 2, pause)
            pause = min(pause * 2, self.cap)


async def retry(
    attempt: Callable[[], Awaitable[T]],
    *,
    worthwhile: Callable[[Exception], bool],
    within: float,
    backoff: Backoff = Backoff(),
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    uniform: Callable[[float, float], float] = random.uniform,
) -> T:
    """Repeat an idempotent attempt until it succeeds, fails for good, or another would start after `within` seconds.

    Raises the last error.
    """
    deadline = now() + within
    for pause in backoff.pauses(uniform):
        try:
            return await attempt()
        except Exception as error:
            if not worthwhile(error) or now() + pause >= deadline:
                raise
        await sleep(pause)
    raise AssertionError("pauses never end")
