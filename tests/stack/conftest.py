"""The whole system, started once for the tests that need all of it; six times faster than in life."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from local.demo.policy_time import demo_time
from local.demo.stage import Stage
from local.stack import Options, Stack, free_port_base
from tests.support import PRISTINE

SPEED = 6.0


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Every part of the system on this machine."""
    options = Options(
        state=tmp_path_factory.mktemp("whole"),
        port_base=free_port_base(),
        now=demo_time(datetime.now(UTC).date()),
        speed=SPEED,
        environ=PRISTINE,
        report=lambda _line: None,
    )
    async with Stack(options) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(stack: Stack) -> AsyncIterator[Stage]:
    """The bank's side of the running system."""
    made = Stage(stack, demo_time(datetime.now(UTC).date()))
    yield made
    await made.close()
