"""What import-linter cannot see: the core must not import parts of the `azure` namespace that belong to the host."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = ("azure.functions", "azure.durable_functions")


@pytest.mark.parametrize("package", ["archer", "agent", "tools", "api"])
def test_only_durable_and_the_app_know_azure_functions(package: str) -> None:
    for file in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith(FORBIDDEN)], file
