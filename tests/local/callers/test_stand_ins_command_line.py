"""Both stand-ins as commands: they answer, stop on SIGTERM, and say what is wrong with their arguments."""

import asyncio
import signal
import socket
import sys

import aiohttp
import pytest

TWILIO = ["local.twilio", "--account-sid", "AC0", "--auth-token", "t"]
CARTESIA = ["local.cartesia", "--agent-url", "http://127.0.0.1:9"]


def free_port() -> str:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return str(listening.getsockname()[1])


async def run(arguments: list[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


@pytest.mark.parametrize("command", [TWILIO, CARTESIA])
async def test_a_stand_in_answers_until_it_is_told_to_stop(command: list[str]) -> None:
    port = free_port()
    process = await run([*command, "--port", port])
    async with aiohttp.ClientSession() as http, asyncio.timeout(20):
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/health") as response:
                    assert (await response.json())["status"] == "ok"
                    break
            except aiohttp.ClientConnectorError:
                assert process.returncode is None
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*TWILIO, "--port", "1", "--callers", "nobody"], "no caller is named 'nobody'"),
        ([*TWILIO, "--port", "1", "--speed", "1000"], "--speed must be above 0 and at most 90"),
        (["local.cartesia", "--port", "1", "--agent-url", "127.0.0.1"], "--agent-url must begin with http"),
    ],
)
async def test_wrong_arguments_are_named(arguments: list[str], said: str) -> None:
    process = await run(arguments)
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert said in errors.decode()
    assert "Traceback" not in errors.decode()
