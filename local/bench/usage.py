"""CPU time and memory of the parts of a stack while calls run."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Usage:
    """What one part used between two moments."""

    cpu_percent: float
    """Of one core."""
    rss_mb: float
    """Resident at the end, children included."""


class Meter:
    """Reads CPU and memory of each part's process tree."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._parts = {name: psutil.Process(pid) for name, pid in pids.items()}

    def _tree(self, part: psutil.Process) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            return [part, *part.children(recursive=True)]
        return []

    def cpu_seconds(self) -> dict[str, float]:
        """User and system time so far."""
        totals = dict.fromkeys(self._parts, 0.0)
        for name, part in self._parts.items():
            for process in self._tree(part):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    totals[name] += times.user + times.system
        return totals

    def rss_mb(self) -> dict[str, float]:
        """Resident memory now. Of Postgres the private part only: its processes share the buffers."""
        totals = dict.fromkeys(self._parts, 0.0)
        for name, part in self._parts.items():
            for process in self._tree(part):
                with contextlib.suppress(psutil.Error):
                    own = process.memory_full_info().uss if name == "postgres" else process.memory_info().rss
                    totals[name] += own / 1e6
        return totals

    def between(self, before: Mapping[str, float], after: Mapping[str, float], seconds: float) -> dict[str, Usage]:
        """Each part's share of a core over `seconds`, and its memory now."""
        memory = self.rss_mb()
        return {
            name: Usage(round(100 * (after[name] - before[name]) / seconds, 1), round(memory[name], 1))
            for name in self._parts
        }
