"""Stacks of real Postgres, real Azurite, Web PubSub and registry: side by side, crashed, restarted; and `up` itself."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from aiohttp import web
from azure.messaging.webpubsubservice import WebPubSubServiceClient
from azure.storage.queue import QueueClient

from local import stack as stack_module
from local.stack import ROOT, Options, Stack, _healthy, free_port_base
from local.supervisor import StackError

ENVIRON = {
    "PATH": os.environ["PATH"],
    "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
    "CARTESIA_BASE_URL": "http://127.0.0.1:9",
}
REST = frozenset({"carrier", "agent", "functions"})
ARGUMENTS = ["--without", "carrier,agent", "--without", "functions"]


@pytest.fixture
def directory():
    """Not pytest's own directory: Postgres, not being root, has to get there."""
    path = Path(tempfile.mkdtemp(prefix="archer-stack-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def options(directory: Path, name: str = "one", **more) -> Options:
    return Options(directory / name, port_base=free_port_base(), without=REST, environ=ENVIRON, report=print, **more)


def query(url: str, sql: str):
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone() if cursor.description else None


def processes_of(directory: Path) -> list[psutil.Process]:
    """Every process that names the directory in its command line or works in it."""
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
            if str(directory) in words or process.cwd().startswith(str(directory)):
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.pid != os.getpid()]


async def test_two_stacks_side_by_side_have_everything_of_their_own(directory):
    async with Stack(options(directory, "one")) as one, Stack(options(directory, "two")) as two:
        for stack in (one, two):
            info = stack.info
            assert info["ready"] is True
            assert info["api_key"].startswith("ak_")
            role = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            assert query(info["database_url"], role) == ("archer_app", False, False)
            assert query(info["database_owner_url"], role) == ("archer_owner", False, False)
            assert query(info["database_url"], "SELECT '[1,2]'::vector <-> '[1,3]'") == (1.0,)
            queue = QueueClient.from_connection_string(info["storage"], "hello")
            queue.create_queue()
            queue.send_message(info["state"])
            assert queue.receive_message().content == info["state"]
            sdk = WebPubSubServiceClient.from_connection_string(info["realtime"], "archer")
            assert not sdk.group_exists("org:1")
            async with httpx.AsyncClient() as client:
                assert (await client.get(f"{info['registry']}/health")).status_code == 200
        assert one.info["api_key"] != two.info["api_key"]
        assert one.info["database_url"] != two.info["database_url"]
    assert processes_of(directory) == []


async def test_state_outlives_crashes_and_restarts(directory):
    chosen = options(directory)
    async with Stack(chosen) as stack:
        key, url = stack.info["api_key"], stack.info["database_owner_url"]
        query(url, "CREATE TABLE kept (n int)")
        query(url, "INSERT INTO kept VALUES (42)")
        pids = stack.info["pids"]
        await asyncio.gather(stack.kill("postgres"), stack.kill("azurite"))
        assert not any(psutil.pid_exists(pids[name]) for name in ("postgres", "azurite"))
        with pytest.raises(psycopg.OperationalError):
            query(url, "SELECT 1")
        await asyncio.gather(stack.start("postgres"), stack.start("azurite"))
        assert query(url, "SELECT n FROM kept") == (42,)
        queue = QueueClient.from_connection_string(stack.info["storage"], "kept")
        queue.create_queue()
        queue.send_message("still here")
    async with Stack(chosen) as stack:
        assert (stack.info["api_key"], stack.info["database_owner_url"]) == (key, url)
        assert query(url, "SELECT n FROM kept") == (42,)
        assert (
            QueueClient.from_connection_string(stack.info["storage"], "kept").receive_message().content == "still here"
        )
    async with Stack(Options(**vars(chosen) | {"fresh": True})) as stack:
        assert stack.info["api_key"] != key
        assert query(stack.info["database_owner_url"], "SELECT to_regclass('kept')") == (None,)
    assert processes_of(directory) == []


async def test_a_stale_pid_file_that_names_another_process_does_not_stop_postgres(directory):
    chosen = options(directory)
    async with Stack(chosen) as stack:
        await stack.kill("postgres")
    pid_file = directory / "one" / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    async with Stack(chosen) as stack:
        assert query(stack.info["database_owner_url"], "SELECT 1") == (1,)


async def test_a_stack_that_cannot_start_leaves_nothing(directory, monkeypatch):
    monkeypatch.setattr("local.postgres.SETTINGS", {"shared_buffers": "nonsense"})
    with pytest.raises(StackError, match=r"(?s)postgres has exited with code 1.*shared_buffers"):
        async with Stack(options(directory)):
            pass
    assert processes_of(directory) == []


@pytest.mark.stack
async def test_the_whole_system_answers_and_loses_only_what_is_killed(directory):
    chosen = Options(directory / "one", port_base=free_port_base(), environ={"PATH": ENVIRON["PATH"]}, report=print)
    async with Stack(chosen) as stack, httpx.AsyncClient(timeout=20) as client:
        url = f"{stack.info['api']}/health"
        assert set(stack.info["pids"]) == {*stack.info["stand_ins"], "functions", "agent"}
        assert (await client.get(url)).status_code == 200
        await stack.kill("agent")
        assert (await client.get(url)).status_code == 503
        await stack.start("agent")
        await stack.kill("functions")
        await stack.start("functions")
        assert (await client.get(url)).status_code == 200
        calls = await client.get(
            f"{stack.info['api']}/calls", headers={"Authorization": f"Bearer {stack.info['api_key']}"}
        )
        assert calls.status_code == 200
    assert processes_of(directory) == []


async def up(directory: Path, base: int, *more: str) -> asyncio.subprocess.Process:
    command = [
        sys.executable,
        "-m",
        "local",
        "up",
        "--state",
        str(directory),
        "--port-base",
        str(base),
        *ARGUMENTS,
        *more,
    ]
    return await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=ENVIRON
    )


@pytest.fixture
async def started(directory) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict, int]]:
    base = free_port_base()
    process = await up(directory, base, "--clock-rate", "60", "--now", "2026-11-20T15:00:00Z")
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(60):
        line = await process.stdout.readline()
    yield process, json.loads(line or (await process.stderr.read()).decode()), base
    if process.returncode is None:
        process.terminate()
    await process.communicate()


async def test_up_prints_one_line_and_ends_cleanly_on_sigterm(started, directory):
    process, info, base = started
    assert info["api"] == f"http://127.0.0.1:{base}/api/v1"
    assert info["agent"] == f"http://127.0.0.1:{base + 1}"
    assert info["clock"]["ARCHER_CLOCK_RATE"] == "60.0"
    assert set(info) >= {"ready", "dashboard", "api_key", "database_url", "realtime", "pids"}
    second = await up(directory, free_port_base())
    _, said = await second.communicate()
    assert second.returncode == 2
    assert f"already runs with its state in {directory} (pid {process.pid})" in said.decode()
    elsewhere = await up(directory / "other", base)
    _, said = await elsewhere.communicate()
    assert elsewhere.returncode == 2
    assert "is taken by" in said.decode()
    assert len(said.decode().strip().splitlines()) == 1
    process.send_signal(signal.SIGTERM)
    rest, _ = await process.communicate()
    assert process.returncode == 0
    assert rest == b""
    assert not any(psutil.pid_exists(pid) for pid in info["pids"].values())
    assert processes_of(directory) == []


async def test_sigterm_while_starting_leaves_nothing(directory):
    process = await up(directory, free_port_base())
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while b"is ready" not in await process.stderr.readline():
            pass
    process.send_signal(signal.SIGTERM)
    out, _ = await process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert processes_of(directory) == []


async def test_after_kill_9_of_up_the_next_start_works(started, directory):
    process, info, base = started
    process.kill()
    await process.wait()
    if sys.platform == "linux":
        gone = [psutil.Process(pid) for pid in info["pids"].values() if psutil.pid_exists(pid)]
        assert psutil.wait_procs(gone, timeout=10)[1] == []
    again = await up(directory, base)
    assert again.stdout is not None
    async with asyncio.timeout(60):
        line = json.loads(await again.stdout.readline())
    assert line["api_key"] == info["api_key"]
    again.send_signal(signal.SIGINT)
    await again.communicate()
    assert again.returncode == 0
    assert processes_of(directory) == []


async def _health_with(missing: str) -> tuple[web.AppRunner, str]:
    """An API whose health says that one thing is missing."""

    async def health(_request: web.Request) -> web.Response:
        found = [
            {"name": missing, "ok": False, "essential": True},
            {"name": "realtime", "ok": False, "essential": False},
        ]
        return web.json_response({"status": "down", "dependencies": found}, status=503)

    app = web.Application()
    app.add_routes([web.get("/health", health)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/health"


async def test_a_carrier_of_others_may_come_later_and_nothing_else_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_module, "HEALTH_SECONDS", 0.5)
    for missing, others, well in (
        ("carrier", {"carrier"}, True),
        ("carrier", set(), False),
        ("queues", {"carrier"}, False),
    ):
        runner, url = await _health_with(missing)
        try:
            if well:
                await _healthy(url, frozenset(others))
            else:
                with pytest.raises(StackError, match=missing):
                    await _healthy(url, frozenset(others))
        finally:
            await runner.cleanup()
