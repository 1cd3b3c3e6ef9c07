"""Start, watch and stop the processes of one stack: in dependency order, each with a log, none left behind.

A `Part` is a process that answers when it is ready; a `Step` is work that must be done before others start. Nothing
is restarted on its own: a part that dies is reported, and tests stop, kill and start parts by name.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local import processes
from local.processes import Identity

Report = Callable[[str], None]
LOG_LINES = 15
CHECK_SECONDS = 5.0
"""How long one readiness check may take."""
CHECK_PAUSE_SECONDS = 0.05


class StackError(Exception):
    """The stack cannot start or go on; the text says which part, why, and what to look at."""


class NotReadyError(Exception):
    """A part does not answer yet; the text says what it did instead."""


@dataclass(frozen=True)
class Step:
    """Work to be done once, in order, before what depends on it."""

    name: str
    run: Callable[[], Awaitable[None]]
    """Raises StackError when it cannot be done."""
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A process of the stack."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    """The whole environment of the process."""
    ready: Callable[[], Awaitable[None]]
    """Returns when the part answers; raises NotReadyError, OSError or TimeoutError while it does not."""
    depends_on: tuple[str, ...] = ()
    cwd: Path | None = None
    user: int | None = None
    """User and group id to run as, when not the supervisor's."""
    ready_seconds: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    death_signal: signal.Signals = signal.SIGKILL
    """What the process gets when the supervisor itself is killed."""


@dataclass
class _Running:
    part: Part
    process: asyncio.subprocess.Process
    identity: Identity
    wanted: bool = True
    """False once its end has been asked for."""
    watcher: asyncio.Task[None] | None = field(default=None, repr=False)


class Supervisor:
    """The processes of one stack, whose logs and ids are kept below `state`."""

    def __init__(self, state: Path, nodes: Sequence[Part | Step], report: Report) -> None:
        """Raises ValueError when the nodes' dependencies are not among them or form a circle."""
        self._state, self._report = state, report
        self._nodes = {node.name: node for node in nodes}
        self._order = _dependency_order(self._nodes)
        self._running: dict[str, _Running] = {}
        self._logged: set[str] = set()
        (state / "logs").mkdir(parents=True, exist_ok=True)

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the parts that run."""
        return {name: running.process.pid for name, running in self._running.items()}

    def log(self, name: str) -> Path:
        """Where a part's output goes."""
        return self._state / "logs" / f"{name}.log"

    async def start_all(self) -> None:
        """Do every step and start every part, each as soon as what it depends on is ready.

        Raises StackError about the first that fails; what has been started then still runs.
        """
        tasks: dict[str, asyncio.Task[None]] = {}

        async def bring_up(node: Part | Step) -> None:
            for name in node.depends_on:
                await asyncio.shield(tasks[name])
            await (node.run() if isinstance(node, Step) else self.start(node.name))

        for name in self._order:
            tasks[name] = asyncio.create_task(bring_up(self._nodes[name]), name=f"start {name}")
        try:
            await asyncio.gather(*tasks.values())
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)

    async def start(self, name: str) -> None:
        """Start one part and wait until it answers; StackError when it does not, or runs already."""
        part = self._nodes[name]
        if not isinstance(part, Part):
            raise StackError(f"{name} is not a process")
        if name in self._running:
            raise StackError(f"{name} runs already (pid {self._running[name].process.pid})")
        started = time.monotonic()
        running = await self._spawn(part)
        await self._wait_until_ready(running)
        self._report(f"{name} is ready after {time.monotonic() - started:.1f} s (pid {running.process.pid})")

    async def stop(self, name: str) -> None:
        """Stop one part: politely, after `stop_seconds` by force, and all that it started with it."""
        running = self._running.get(name)
        if running is not None:
            running.wanted = False
            processes.signal_group(running.process.pid, running.part.stop_signal)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(running.process.wait(), running.part.stop_seconds)
            await self._finish(running)

    async def kill(self, name: str) -> None:
        """Kill one part at once (SIGKILL), as a crash would."""
        running = self._running.get(name)
        if running is not None:
            running.wanted = False
            await self._finish(running)

    async def stop_all(self) -> None:
        """Stop everything, what depends on others first; parts that nothing runs on stop side by side."""
        remaining = [name for name in reversed(self._order) if name in self._running]
        while remaining:
            needed = self._dependencies(remaining)
            leaves = [name for name in remaining if name not in needed]
            await asyncio.gather(*(self.stop(name) for name in leaves))
            remaining = [name for name in remaining if name in needed]
        self._record()

    def _dependencies(self, names: Iterable[str]) -> set[str]:
        """Everything that these depend on, directly or through others."""
        direct = {other for name in names for other in self._nodes[name].depends_on}
        return direct | self._dependencies(direct) if direct else direct

    async def _spawn(self, part: Part) -> _Running:
        mode = "ab" if part.name in self._logged else "wb"
        self._logged.add(part.name)
        with self.log(part.name).open(mode) as log:
            try:
                process = await asyncio.create_subprocess_exec(
                    *part.command,
                    env=dict(part.env),
                    cwd=part.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=processes.die_with_parent(part.death_signal),
                    **processes.identity(part.user),
                )
            except OSError as error:
                raise StackError(f"{part.name} cannot be started: {error}") from error
        identity = Identity.of(process.pid) or Identity(process.pid, time.time())
        running = _Running(part, process, identity)
        self._running[part.name] = running
        running.watcher = asyncio.create_task(self._watch(running), name=f"watch {part.name}")
        self._record()
        return running

    async def _wait_until_ready(self, running: _Running) -> None:
        part, reason = running.part, "it has not been asked yet"
        deadline = time.monotonic() + part.ready_seconds
        running.wanted = False
        while running.process.returncode is None:
            try:
                await asyncio.wait_for(part.ready(), CHECK_SECONDS)
            except (NotReadyError, OSError, TimeoutError) as error:
                reason = str(error) or type(error).__name__
            else:
                if running.process.returncode is None:
                    running.wanted = True
                    return
            if time.monotonic() > deadline:
                raise StackError(self._explain(part, f"did not answer within {part.ready_seconds:g} s: {reason}"))
            await asyncio.sleep(CHECK_PAUSE_SECONDS)
        raise StackError(self._explain(part, _ended(running.process.returncode)))

    async def _watch(self, running: _Running) -> None:
        """Report the end of a part that nobody asked for, and clear up after it."""
        await running.process.wait()
        if running.wanted and self._running.get(running.part.name) is running:
            self._report(self._explain(running.part, _ended(running.process.returncode)))
        self._forget(running)

    async def _finish(self, running: _Running) -> None:
        processes.signal_group(running.process.pid, signal.SIGKILL)
        await running.process.wait()
        self._forget(running)

    def _forget(self, running: _Running) -> None:
        processes.signal_group(running.process.pid, signal.SIGKILL)
        if self._running.get(running.part.name) is running:
            del self._running[running.part.name]
            self._record()

    def _explain(self, part: Part, what: str) -> str:
        log = self.log(part.name)
        lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        tail = "".join(f"\n    {line}" for line in lines) or "\n    (nothing)"
        return f"{part.name} {what}\n  last lines of {log}:{tail}"

    def _record(self) -> None:
        me = Identity.of(os.getpid())
        record = {
            "supervisor": vars(me) if me else None,
            "parts": {
                name: vars(running.identity) | {"stop_signal": running.part.stop_signal.name}
                for name, running in self._running.items()
            },
        }
        temporary = self._state / "run.json.new"
        temporary.write_text(json.dumps(record, indent=1))
        temporary.replace(self._state / "run.json")


def end_leftovers(state: Path, report: Report, seconds: float = 10.0) -> None:
    """End the parts that a supervisor left behind when it was killed, as its `run.json` names them.

    Blocks; a part has `seconds` to end on its own.
    """
    try:
        parts = json.loads((state / "run.json").read_text())["parts"]
    except (FileNotFoundError, ValueError, KeyError):
        return
    for name, record in parts.items():
        process = Identity(record["pid"], record["started"]).process()
        if process is not None:
            report(f"ending {name} (pid {process.pid}), left behind by an earlier run")
            processes.end([process], signal.Signals[record["stop_signal"]], seconds)
            processes.signal_group(process.pid, signal.SIGKILL)


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by signal {signal.Signals(-code).name}"
    return f"has exited with code {code}"


def _dependency_order(nodes: Mapping[str, Part | Step]) -> list[str]:
    order: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"dependencies form a circle: {' → '.join((*path, name))}")
        if name not in nodes:
            raise ValueError(f"{path[-1]} depends on {name}, which is not there")
        if name not in order:
            for other in nodes[name].depends_on:
                visit(other, (*path, name))
            order.append(name)

    for name in nodes:
        visit(name, ())
    return order
