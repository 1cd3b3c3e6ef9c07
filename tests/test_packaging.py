"""What is deployed is complete: an app imports nothing beyond its requirements and the folders it is shipped with."""

import ast
import re
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FUNCTIONS_APP = ("function_app.py", "api", "durable", "tools", "archer")
AGENT_APP = (
    "agent", "archer/settings.py", "archer/protocol.py", "archer/conversation", "archer/compliance/guardrail",
    "archer/compliance/redaction",
    "archer/telemetry.py", "archer/resilience.py", "archer/clock.py",
)  # fmt: skip
DEVELOPMENT = {
    "archer/conversation/intents/train.py", "archer/conversation/intents/train_families.py",
    "archer/compliance/guardrail/train.py",
}  # fmt: skip
"""Shipped with the source, run by developers only."""


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _closure(requirements: Path) -> set[str]:
    """Every distribution that installing a requirements file brings."""
    wanted = [
        Requirement(line) for line in requirements.read_text().splitlines() if line.strip() and line[0] not in "#-"
    ]
    found: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        extras = {"extra": ""}, *({"extra": extra} for extra in requirement.extras)
        name = _canonical(requirement.name)
        if name in found and not requirement.extras:
            continue
        found.add(name)
        for text in distribution(requirement.name).requires or ():
            inner = Requirement(text)
            if inner.marker is None or any(inner.marker.evaluate(extra) for extra in extras):
                wanted.append(inner)
    return found


def _imported(places: tuple[str, ...]) -> set[str]:
    """The top-level packages that the files of an app import, early or late."""
    files = [
        path for place in places for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    names: set[str] = set()
    for path in files:
        if str(path.relative_to(ROOT)) in DEVELOPMENT:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("requirements", "places"), [("requirements.txt", FUNCTIONS_APP), ("agent/requirements.txt", AGENT_APP)]
)
def test_an_app_imports_only_what_its_requirements_bring(requirements: str, places: tuple[str, ...]) -> None:
    owners = packages_distributions()
    brought = _closure(ROOT / requirements)
    imported = _imported(places)
    assert len(imported) > 5
    shipped = {Path(place).parts[0].removesuffix(".py") for place in places}
    foreign = {
        name
        for name in imported - shipped
        if name != "azure" and not {_canonical(owner) for owner in owners.get(name, ["nobody"])} & brought
    }
    assert foreign == set()


def test_the_image_copies_what_the_agent_needs_and_exists() -> None:
    dockerfile = (ROOT / "agent" / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (\S+) ", dockerfile, re.MULTILINE)
    assert {"archer", "agent", "constraints.txt", "agent/requirements.txt"} == set(copied)
    assert all((ROOT / path).exists() for path in copied)
    assert re.search(r"^USER archer$", dockerfile, re.MULTILINE), "nothing runs as root"


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "agent/requirements.txt", "requirements-dev.txt", "constraints.txt"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if line.strip() and line[0] not in "#-"]
        assert [
            line for line in lines if not re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", line.split(";")[0].strip())
        ] == []
        assert len({_canonical(Requirement(line).name) for line in lines}) == len(lines), f"{name} names one twice"
