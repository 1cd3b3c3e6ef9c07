"""The command line: start, readiness, orderly stop, and going on after kill -9."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

APP = Path(__file__).parent / "apps" / "crash"
ROOT = Path(__file__).parents[3]


class Process:
    """`python -m local.functions` on a free port."""

    def __init__(self, folder: Path, app: Path = APP, **environ: str) -> None:
        self._log = (folder / "host.log").open("a+")
        self._position = self._log.seek(0, os.SEEK_END)
        command = [sys.executable, "-m", "local.functions", str(app), "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--state", str(folder / "state" / "hub.sqlite")],
            cwd=ROOT,
            env={**os.environ, "CRASH_FOLDER": str(folder), **environ},
            stderr=self._log,
            stdout=subprocess.PIPE,
        )

    def log(self) -> str:
        self._log.seek(self._position)
        return self._log.read()

    def ready(self) -> httpx.Client:
        found = wait_for(lambda: re.search(r"http://127\.0\.0\.1:\d+", self.log()) or self.process.poll() is not None)
        assert isinstance(found, re.Match), self.log()
        status = httpx.get(f"{found.group()}/admin/host/status", trust_env=False).json()
        assert status["state"] == "Running"
        return httpx.Client(base_url=found.group(), timeout=20, trust_env=False)


def wait_for(condition: object, seconds: float = 15) -> object:
    end = time.monotonic() + seconds
    assert callable(condition)
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise TimeoutError


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Process]]:
    processes: list[Process] = []
    yield processes
    for one in processes:
        one.process.kill()
        one.process.wait()


def test_an_orchestration_goes_on_after_kill_9(tmp_path: Path, started: list[Process]) -> None:
    started.append(Process(tmp_path))
    base = "/runtime/webhooks/durabletask"
    log = tmp_path / "log.txt"
    with started[0].ready() as client:
        assert client.post(f"{base}/orchestrators/journey/trip").status_code == 202
        assert client.post(f"{base}/instances/trip/raiseEvent/word", json="early").status_code == 202
        assert client.post(f"{base}/entities/tally/t?op=add").status_code == 202
        wait_for(lambda: log.exists() and log.read_text().split() == ["first", "second"])
        wait_for(lambda: client.get(f"{base}/entities/tally/t").status_code == 200)
    started[0].process.send_signal(signal.SIGKILL)
    started[0].process.wait()
    (tmp_path / "go").touch()
    started.append(Process(tmp_path))
    with started[1].ready() as client:
        wait_for(lambda: client.get(f"{base}/instances/trip").status_code == 200)
        assert client.get(f"{base}/instances/trip").json()["output"] == ["first", "second", "early"]
        assert client.get(f"{base}/entities/tally/t").json() == 1
    assert log.read_text().split() == ["first", "second", "second"], "what was interrupted ran again, nothing else"


def test_sigterm_lets_a_running_call_end_and_exits_0(tmp_path: Path, started: list[Process]) -> None:
    started.append(Process(tmp_path))
    with started[0].ready() as client, httpx.Client(base_url=client.base_url, timeout=20, trust_env=False) as other:
        import threading

        answers: list[str] = []
        calling = threading.Thread(target=lambda: answers.append(other.get("/api/stuck?seconds=1").text))
        calling.start()
        time.sleep(0.3)  # the call must have begun; it lasts longer than this
        started[0].process.terminate()
        calling.join()
        assert answers == ["freed"]
        assert started[0].process.wait(5) == 0
    assert started[0].process.stdout is not None
    assert started[0].process.stdout.read() == b"", "nothing but logs, and these to stderr"


def test_an_app_that_cannot_be_served_is_one_line_and_exit_code_2(tmp_path: Path, started: list[Process]) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "function_app.py").write_text("import azure.functions as func\napp = func.FunctionApp()\n")
    started.append(Process(tmp_path, app))
    assert started[0].process.wait(10) == 2
    lines = [line for line in started[0].log().splitlines() if "WARNING" not in line]
    assert lines == ["local.functions: function_app.py registers no function"]


def test_two_hosts_cannot_share_a_task_hub(tmp_path: Path, started: list[Process]) -> None:
    started.append(Process(tmp_path))
    with started[0].ready():
        started.append(Process(tmp_path))
        assert started[1].process.wait(10) == 2
        assert "is in use by another host" in started[1].log()


def test_sigterm_ends_a_host_that_still_waits_for_its_queues(tmp_path: Path, started: list[Process]) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "function_app.py").write_text(
        "import azure.functions as func\napp = func.FunctionApp()\n"
        "@app.queue_trigger(arg_name='msg', queue_name='some', connection='NOWHERE')\n"
        "def f(msg: func.QueueMessage) -> None: ...\n"
    )
    nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;QueueEndpoint=http://127.0.0.1:1/a;"
    started.append(Process(tmp_path, app, NOWHERE=nowhere))
    wait_for(lambda: "cannot be reached" in started[0].log(), 30)
    started[0].process.terminate()
    assert started[0].process.wait(10) == 0


def test_local_settings_reach_the_app_but_do_not_override(tmp_path: Path, started: list[Process]) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "local.settings.json").write_text(
        '{"IsEncrypted": false, "Values": {"PATH": "wrong", "FROM_FILE": "right"}}'
    )
    (app / "function_app.py").write_text(
        "import os\nimport azure.functions as func\napp = func.FunctionApp(http_auth_level='ANONYMOUS')\n"
        "@app.route(route='get')\ndef get(req: func.HttpRequest) -> str:\n"
        "    return os.environ['FROM_FILE'] + str(os.environ['PATH'] == 'wrong')\n"
    )
    started.append(Process(tmp_path, app))
    with started[0].ready() as client:
        assert client.get("/api/get").text == "rightFalse"
