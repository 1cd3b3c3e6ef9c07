"""The carrier stand-in behind the tests of the durable parts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.durable.support import Carrier


@pytest_asyncio.fixture(loop_scope="session")
async def carrier(backend: dict[str, Any]) -> AsyncIterator[Carrier]:
    """Twilio's stand-in with every switch at normal."""
    made = Carrier(backend["twilio"])
    yield made
    await made.close()
