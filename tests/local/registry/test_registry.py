"""The reassigned numbers stand-in, asked as the application asks it."""

from datetime import UTC, date, datetime

import httpx
import pytest
from aiohttp import web

from archer.clock import Clock
from archer.lookups import HttpReassignedNumbers
from local.registry.__main__ import create_app

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
async def base_url():
    clock = Clock(start=NOW.timestamp(), anchor=datetime.now(UTC).timestamp())
    runner = web.AppRunner(create_app("the-key", clock))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("number", "result"), [("+12065550199", "yes"), ("+12065550198", "no_data"), ("+12065550123", "no")]
)
async def test_the_number_decides_and_the_policy_clock_dates(base_url, number, result):
    service = HttpReassignedNumbers(base_url, "the-key")
    assert await service.query(number, date(2026, 1, 1)) == (result, NOW.date())


async def test_wrong_requests_are_refused(base_url):
    key = {"Authorization": "Bearer the-key"}
    async with httpx.AsyncClient(base_url=base_url) as client:
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/v1/numbers/+12065550123?since=2026-01-01")).status_code == 401
        for path in (
            "+12065550123",
            "+12065550123?since=soon",
            "+12065550123?since=2027-01-01",
            "555?since=2026-01-01",
        ):
            assert (await client.get(f"/v1/numbers/{path}", headers=key)).status_code == 400
