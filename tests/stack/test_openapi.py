"""Schemathesis over the OpenAPI document of the running system: whatever is sent, nothing answers 5xx."""

import asyncio
import sys
from pathlib import Path

import pytest

from local.stack import Options, Stack, free_port_base
from tests.support import PRISTINE

pytestmark = pytest.mark.stack


async def test_no_request_that_fits_or_breaks_the_document_gets_a_5xx(tmp_path: Path) -> None:
    # A stack of its own: among the requests are some that change the organization's settings.
    options = Options(state=tmp_path / "stack", port_base=free_port_base(), environ=PRISTINE, report=lambda _line: None)
    async with Stack(options) as stack:
        process = await asyncio.create_subprocess_exec(
            *_command(stack), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-6000:]


def _command(stack: Stack) -> list[str]:
    document = stack.info["api"].removesuffix("/v1") + "/openapi.json"
    return [
        *(sys.executable, "-m", "schemathesis.cli", "run", document),
        *("--header", f"Authorization: Bearer {stack.info['api_key']}"),
        *("--checks", "not_a_server_error"),
        *("--phases", "examples,coverage,fuzzing"),
        *("--max-examples", "10"),
        *("--seed", "7"),
        *("--exclude-path-regex", "/health$"),  # asks outside services and may rightly answer 503
        *("--request-timeout", "20"),
        "--no-color",
    ]
