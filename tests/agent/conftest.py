"""Fixtures of the agent's tests: the API it talks to, and the agent itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent import logs
from tests.agent.fake_api import FakeApi
from tests.agent.running import RunningAgent, running_agent

logs.quiet_libraries()


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    fake = FakeApi()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def agent(api: FakeApi, tmp_path: Path) -> AsyncIterator[RunningAgent]:
    async with running_agent(api, tmp_path) as running:
        yield running
