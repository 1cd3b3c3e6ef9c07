"""Operating-system matters of child processes: their identity, their groups, and that none outlives its supervisor.

A process id alone proves nothing, because ids are used again; an id with its start time does. On Linux the kernel
signals a child when its parent dies (`prctl(PR_SET_PDEATHSIG)`, see prctl(2)); elsewhere the next start cleans up.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PR_SET_PDEATHSIG = 1
SAME_START_SECONDS = 1.0
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Identity:
    """One process, not to be taken for a later one of the same id."""

    pid: int
    started: float
    """When it started, seconds since the epoch."""

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """The process that has this id now, if any."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return None

    def process(self) -> psutil.Process | None:
        """The process, if it still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < SAME_START_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs before its program so that the kernel sends it a signal once this thread's process is gone."""
    parent = os.getpid()

    def arrange() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return arrange


class CommandError(Exception):
    """A command that could not be run, failed or took too long; the text ends with what it said last."""


async def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: int | None = None,
    seconds: float = 120.0,
) -> str:
    """Run a command to its end and return its standard output; it is killed when this is cancelled or takes too long.

    Raises CommandError when it fails.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
            **identity(user),
        )
    except OSError as error:
        raise CommandError(str(error)) from error
    try:
        output, errors = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError as error:
        raise CommandError(f"took longer than {seconds:g} s") from error
    finally:
        signal_group(process.pid, signal.SIGKILL)
        await process.wait()
    if process.returncode:
        said = (errors or output).decode(errors="replace").strip().splitlines()[-8:]
        raise CommandError("\n  ".join([f"ended with code {process.returncode}", *said]))
    return output.decode()


def identity(user: int | None) -> dict[str, Any]:
    """The arguments that make a child process run as a user and as nobody else."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signal all processes of a group; harmless when there is none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def end(processes: Iterable[psutil.Process], polite: signal.Signals, seconds: float) -> None:
    """End processes that are not our children: politely, then by force. Blocks for at most `seconds` and a bit."""
    victims = list(processes)
    for number, patience in ((polite, seconds), (signal.SIGKILL, 5.0)):
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.send_signal(number)
        _, victims = psutil.wait_procs(victims, timeout=patience)
        if not victims:
            return
