"""Policy time: the clock that rules, timers, callbacks and watchdogs see.

In production it is the wall clock. On one machine it may start elsewhere (`ARCHER_CLOCK_NOW`) and run faster
(`ARCHER_CLOCK_RATE`), so that a demo works at any hour and a callback of tomorrow can be watched today. All
processes of one stack share the anchor (`ARCHER_CLOCK_ANCHOR`, the wall-clock second at which the policy clock
read `ARCHER_CLOCK_NOW`) and therefore agree. Security tokens and latencies use the wall clock, never this one.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """A linear map from wall-clock time to policy time."""

    start: float
    """Policy time at the anchor, seconds since the epoch."""
    anchor: float
    """Wall-clock time at which policy time was `start`, seconds since the epoch."""
    rate: float = 1.0
    """Policy seconds that pass in one wall-clock second."""

    def now(self) -> datetime:
        """The policy time now, timezone-aware UTC."""
        return self.from_wall(time.time())

    def from_wall(self, wall_seconds: float) -> datetime:
        """Policy time at a wall-clock instant (a carrier's timestamp, say)."""
        return datetime.fromtimestamp(self.start + (wall_seconds - self.anchor) * self.rate, UTC)

    def wall_seconds(self, policy: timedelta) -> float:
        """How many wall-clock seconds a span of policy time lasts."""
        return policy.total_seconds() / self.rate

    def until(self, moment: datetime) -> float:
        """Wall-clock seconds from now until a policy instant; negative when it has passed."""
        return self.wall_seconds(moment - self.now())

    def environment(self) -> dict[str, str]:
        """The variables that give another process this same clock."""
        return {
            "ARCHER_CLOCK_NOW": datetime.fromtimestamp(self.start, UTC).isoformat(),
            "ARCHER_CLOCK_ANCHOR": repr(self.anchor),
            "ARCHER_CLOCK_RATE": repr(self.rate),
        }


def wall_clock() -> Clock:
    """The clock of production: policy time is wall-clock time."""
    return Clock(start=0.0, anchor=0.0)


def from_environment() -> Clock:
    """The clock that the environment describes; the wall clock when it says nothing.

    Raises ValueError when `ARCHER_CLOCK_NOW` is not ISO 8601 with an offset or the rate is not positive.
    """
    started, rate = os.environ.get("ARCHER_CLOCK_NOW"), float(os.environ.get("ARCHER_CLOCK_RATE") or 1)
    if not started and rate == 1:
        return wall_clock()
    if rate <= 0:
        raise ValueError(f"ARCHER_CLOCK_RATE must be positive, is {rate}")
    anchor = float(os.environ.get("ARCHER_CLOCK_ANCHOR") or time.time())
    if not started:
        return Clock(start=anchor, anchor=anchor, rate=rate)
    start = datetime.fromisoformat(started)
    if start.tzinfo is None:
        raise ValueError(f"ARCHER_CLOCK_NOW needs an offset (…Z or +00:00), is {started!r}")
    return Clock(start=start.timestamp(), anchor=anchor, rate=rate)


CLOCK = from_environment()
"""The clock of this process."""
