"""One real backend for all tests: Postgres, Azurite, Web PubSub, Twilio; each test in an organization of its own."""

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

# Policy time of the tests, before anything reads the clock: a Monday noon in New York, no holiday.
os.environ["ARCHER_CLOCK_NOW"] = "2026-11-16T17:00:00+00:00"
os.environ.setdefault("ENVIRONMENT", "test")

import pytest_asyncio
from hypothesis import settings as hypothesis_settings

from tests.support import Tenant, new_tenant

# The same examples in every run: a failure is the change's, not the dice's. HYPOTHESIS_PROFILE=explore rolls them.
hypothesis_settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis_settings.register_profile("explore", deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def backend() -> AsyncIterator[dict[str, Any]]:
    """Everything below the API, started once; the environment of this process points to it."""
    from archer.clock import CLOCK
    from local.stack import Options, Stack, free_port_base
    from local.state import StateDirectory

    directory = tempfile.TemporaryDirectory(prefix="archer-tests-")  # not pytest's: other runs clean those up
    state = Path(directory.name)
    options = Options(
        now=CLOCK.now(),
        state=state,
        port_base=free_port_base(),
        without=frozenset({"agent", "functions"}),
        report=lambda _line: None,
    )
    async with Stack(options) as stack:
        environment = stack.settings | {
            "ENVIRONMENT": "test",
            "DATABASE_OWNER_URL": stack.info["database_owner_url"],
            "DATABASE_SUPERUSER_PASSWORD": StateDirectory(state).secrets().postgres_superuser,
        }
        before = dict(os.environ)
        os.environ.update({name: value for name, value in environment.items() if not name.startswith("ARCHER_CLOCK")})
        from archer.settings import settings

        settings.cache_clear()
        yield stack.info
        from archer.queues import queue_sender
        from archer.realtime import publisher
        from archer.store.database import database
        from archer.telephony.twilio_client import carrier

        await publisher().close()
        await queue_sender().close()
        await database().close()
        if carrier.cache_info().currsize:
            await carrier().close()
        os.environ.clear()
        os.environ.update(before)
    directory.cleanup()


@pytest.fixture(scope="session")
def app(backend: dict[str, Any]) -> Any:
    """The FastAPI app on the real backend."""
    from api.app import build

    return build()


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(backend: dict[str, Any], app: Any) -> AsyncIterator[Tenant]:
    """An organization of this test's own."""
    async with new_tenant(app) as made:
        yield made
