"""Finding node, and installing Azurite when it is missing, half there or of another version."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from local import azurite
from local.stack import ROOT
from local.supervisor import StackError

FAKE_NPM = f"""#!{sys.executable}
import json, os, pathlib, sys
with open("npm.log", "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if os.path.exists("broken"):
    sys.exit("registry unreachable")
package = pathlib.Path("node_modules/azurite")
package.mkdir(parents=True, exist_ok=True)
(package / "package.json").write_text(json.dumps({{"version": "3.37.0", "bin": {{"azurite": "./main.js"}}}}))
pathlib.Path("node_modules/.package-lock.json").write_text(pathlib.Path("package-lock.json").read_text())
"""


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A project without node_modules, and an npm that notes what it is asked."""
    lock = {"packages": {"node_modules/azurite": {"version": "3.37.0"}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "npm").write_text(FAKE_NPM)
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setattr(azurite, "npm_command", lambda node: [str(tmp_path / "npm")])
    return tmp_path


def installations(root: Path) -> int:
    return len((root / "npm.log").read_text().splitlines())


async def test_it_is_installed_once_even_when_two_stacks_start(root):
    await asyncio.gather(azurite.install(root, print), azurite.install(root, print))
    assert installations(root) == 1
    assert azurite.script(root) == root / "node_modules" / "azurite" / "main.js"


async def test_an_interrupted_or_older_installation_is_made_again(root):
    await azurite.install(root, print)
    (root / "node_modules" / ".package-lock.json").unlink()
    await azurite.install(root, print)
    package = root / "node_modules" / "azurite" / "package.json"
    package.write_text(json.dumps({"version": "3.1.0", "bin": {"azurite": "./main.js"}}))
    await azurite.install(root, print)
    assert installations(root) == 3


async def test_a_failing_installation_says_why(root):
    (root / "broken").touch()
    with pytest.raises(StackError, match=r"(?s)Azurite could not be installed.*registry unreachable"):
        await azurite.install(root, print)


def test_an_old_node_is_not_taken(tmp_path, monkeypatch):
    (tmp_path / "node").write_text("#!/bin/sh\necho v16.20.0\n")
    (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert azurite.node_of_machine() is None
    (tmp_path / "node").write_text("#!/bin/sh\necho v22.1.0\n")
    assert azurite.node_of_machine() == tmp_path / "node"


def test_the_projects_own_pin_is_readable():
    assert azurite.pinned_version(ROOT).count(".") == 2
