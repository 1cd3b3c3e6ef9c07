"""The supervisor: order, readiness, what it says of a failure, and that it leaves no process behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from local import ports
from local.processes import CommandError, Identity, run
from local.supervisor import NotReadyError, Part, StackError, Step, Supervisor, end_leftovers

CHILD = [sys.executable, "-S", str(Path(__file__).with_name("supervised_child.py"))]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def part(name, *words, depends_on=(), env=None, **options):
    port = free_port()

    async def answers():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError as error:
            raise NotReadyError("nobody listens") from error
        writer.close()

    return Part(name, [*CHILD, str(port), *words], env or {}, answers, depends_on, **options)


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def until_dead(*pids: int) -> None:
    async with asyncio.timeout(10):
        while any(alive(pid) for pid in pids):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
async def supervise(tmp_path):
    made = []

    def make(*nodes):
        said = []
        supervisor = Supervisor(tmp_path, nodes, said.append)
        made.append(supervisor)
        return supervisor, said

    yield make
    for supervisor in made:
        await supervisor.stop_all()


async def test_parts_start_after_what_they_need_and_stop_before_it(supervise):
    happened = []

    async def step():
        happened.append("step")

    first = part("first", "delay=0.2")
    supervisor, said = supervise(
        part("last", depends_on=("step",)), Step("step", step, ("first",)), first, part("free")
    )
    await supervisor.start_all()
    order = [line.split()[0] for line in said]
    assert order.index("first") < order.index("last")
    assert order.index("free") < order.index("first")
    assert happened == ["step"]
    pids = supervisor.pids
    assert set(pids) == {"first", "last", "free"}
    stopping = asyncio.create_task(supervisor.stop_all())
    await until_dead(pids["last"])
    await stopping
    assert not any(alive(pid) for pid in pids.values())
    assert supervisor.pids == {}


async def test_a_part_that_exits_is_named_with_its_code_and_its_last_words(supervise):
    supervisor, _ = supervise(part("broken", "quit=3"), part("waits", depends_on=("broken",)))
    with pytest.raises(StackError, match=r"(?s)broken has exited with code 3.*no coffee"):
        await supervisor.start_all()
    assert "waits" not in supervisor.pids


async def test_a_part_that_does_not_answer_in_time_is_named_with_the_reason(supervise):
    supervisor, _ = supervise(part("mute", "silent", ready_seconds=0.5))
    with pytest.raises(
        StackError, match=r"(?s)mute did not answer within 0\.5 s: nobody listens.*hello from the child"
    ):
        await supervisor.start_all()
    pid = supervisor.pids["mute"]
    await supervisor.stop_all()
    assert not alive(pid)


async def test_a_failing_step_stops_what_depends_on_it(supervise):
    async def fails():
        raise StackError("no database here")

    supervisor, _ = supervise(Step("database", fails), part("app", depends_on=("database",)))
    with pytest.raises(StackError, match="no database here"):
        await supervisor.start_all()
    assert supervisor.pids == {}


async def test_a_command_that_is_not_there_is_said_so(supervise):
    async def never():
        raise NotReadyError("never")

    supervisor, _ = supervise(Part("ghost", ["/does/not/exist"], {}, never))
    with pytest.raises(StackError, match=r"ghost cannot be started.*No such file"):
        await supervisor.start_all()


async def test_a_stubborn_part_and_its_children_are_killed(supervise):
    supervisor, _ = supervise(part("stubborn", "stubborn", "parent", stop_seconds=0.3))
    await supervisor.start_all()
    pid = supervisor.pids["stubborn"]
    lines = supervisor.log("stubborn").read_text().splitlines()
    grandchild = int(next(line for line in lines if line.startswith("grandchild")).split()[1])
    assert alive(grandchild)
    await supervisor.stop("stubborn")
    await until_dead(pid, grandchild)


async def test_kill_start_and_stop_by_name(supervise):
    supervisor, said = supervise(part("app"))
    await supervisor.start_all()
    first = supervisor.pids["app"]
    await supervisor.kill("app")
    assert not alive(first)
    assert "app" not in supervisor.pids
    await supervisor.start("app")
    assert supervisor.pids["app"] != first
    with pytest.raises(StackError, match="runs already"):
        await supervisor.start("app")
    assert supervisor.log("app").read_text().count("hello") == 2
    assert all("is ready" in line for line in said)


async def test_an_unexpected_end_is_reported_and_nothing_restarts(supervise):
    supervisor, said = supervise(part("app"))
    await supervisor.start_all()
    os.kill(supervisor.pids["app"], signal.SIGSEGV)
    async with asyncio.timeout(5):
        while len(said) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert said[1].startswith("app was ended by signal SIGSEGV")
    assert supervisor.pids == {}


async def test_environment_and_pids_are_recorded(supervise, tmp_path):
    supervisor, _ = supervise(part("app", env={"GREETING": "with care"}))
    await supervisor.start_all()
    record = json.loads((tmp_path / "run.json").read_text())
    assert record["supervisor"]["pid"] == os.getpid()
    assert record["parts"]["app"]["pid"] == supervisor.pids["app"]
    assert "hello from the child with care" in supervisor.log("app").read_text()


@pytest.mark.parametrize("needs", [("b",), ("a",)])
def test_impossible_dependencies_are_refused(tmp_path, needs):
    with pytest.raises(ValueError, match=r"depend|circle"):
        Supervisor(tmp_path, [part("a", depends_on=needs)], print)


SUPERVISOR_PROGRAM = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests_child import part
from local import processes
from local.supervisor import Supervisor
if sys.argv[3] == "unlinked":
    processes._libc = None

async def main():
    supervisor = Supervisor(Path(sys.argv[1]), [part("app", "stubborn")], print)
    await supervisor.start_all()
    print("pid", supervisor.pids["app"], flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def supervisor_process(tmp_path, mode):
    """A supervisor in a process of its own, and the pid of its part."""
    (tmp_path / "tests_child.py").write_text(f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n")
    with (tmp_path / "tests_child.py").open("a") as module:
        module.write("from test_supervisor import part\n")
    command = [sys.executable, "-c", SUPERVISOR_PROGRAM, str(tmp_path), str(tmp_path), mode]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = next(line for line in process.stdout if line.startswith("pid"))
    return process, int(line.split()[1])


async def test_a_killed_supervisor_takes_its_parts_along(tmp_path):
    process, child = supervisor_process(tmp_path, "linked")
    assert alive(child)
    process.kill()
    if sys.platform != "linux":  # elsewhere the next start ends them
        await asyncio.to_thread(end_leftovers, tmp_path, print, 0.2)
    await until_dead(child)
    process.wait()


async def test_leftovers_of_a_killed_supervisor_are_ended_by_the_next_start(tmp_path):
    process, child = supervisor_process(tmp_path, "unlinked")
    process.kill()
    process.wait()
    assert alive(child)
    said = []
    record = json.loads((tmp_path / "run.json").read_text())
    record["parts"]["stranger"] = {"pid": os.getpid(), "started": time.time() - 9999, "stop_signal": "SIGKILL"}
    (tmp_path / "run.json").write_text(json.dumps(record))
    record_patience = record["parts"]["app"]["stop_signal"]
    assert record_patience == "SIGTERM"
    await asyncio.to_thread(end_leftovers, tmp_path, said.append, 0.2)
    assert not alive(child)
    assert said == [f"ending app (pid {child}), left behind by an earlier run"]


async def test_a_process_is_not_taken_for_a_later_one_of_its_id():
    me = Identity.of(os.getpid())
    assert me is not None
    assert me.process() is not None
    assert Identity(me.pid, me.started - 60).process() is None


async def test_a_command_is_run_to_its_end_or_says_why_not(tmp_path):
    python = [sys.executable, "-S", "-c"]
    assert await run([*python, "print('done')"]) == "done\n"
    with pytest.raises(CommandError, match=r"(?s)code 4.*trouble"):
        await run([*python, "import sys; print('trouble', file=sys.stderr); sys.exit(4)"])
    with pytest.raises(CommandError, match="longer than"):
        await run([*python, "import time; time.sleep(60)"], seconds=0.2)
    with pytest.raises(CommandError, match="No such file"):
        await run(["/does/not/exist"])


def test_port_blocks():
    block = ports.Ports.from_base(30000)
    assert (block.functions, block.agent, block.dashboard) == (30000, 30001, 30010)
    with pytest.raises(ValueError, match="65525"):
        ports.Ports.from_base(65530)
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert not ports.is_free(taken)
        assert f"(pid {os.getpid()})" in ports.holder(taken)
    assert ports.is_free(taken)
