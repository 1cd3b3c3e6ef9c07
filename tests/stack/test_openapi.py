"""Schemathesis over the OpenAPI document of the running system: whatever is sent, nothing answers 5xx."""

import asyncio
import sys

import pytest

from local.stack import Stack

pytestmark = pytest.mark.stack


async def test_no_request_that_fits_or_breaks_the_document_gets_a_5xx(stack: Stack) -> None:
    document = stack.info["api"].removesuffix("/v1") + "/openapi.json"
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", document),
        *("--header", f"Authorization: Bearer {stack.info['api_key']}"),
        *("--checks", "not_a_server_error"),
        *("--phases", "examples,coverage,fuzzing"),
        *("--max-examples", "10"),
        *("--seed", "7"),
        *("--exclude-path-regex", "/health$"),  # asks outside services and may rightly answer 503
        *("--request-timeout", "20"),
        *("--no-color",),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-6000:]
