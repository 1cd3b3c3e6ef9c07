"""Health says whether a call could be made; a fault of ours is answered as a problem and logged without its text."""

import logging
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError, OperationalError

from api import problems
from api.app import build
from archer.settings import Settings
from archer.telephony import twilio_client
from archer.telephony.twilio_client import CarrierError, TwilioCarrier, carrier
from tests.support import Tenant


async def _carrier_at(url: str, token: str = "wrong") -> None:
    configured = Settings(
        twilio_account_sid="AC" + "0" * 32, twilio_auth_token=SecretStr(token), twilio_api_base_url=url
    )
    made = TwilioCarrier(configured)
    try:
        await made.ping()
    finally:
        await made.close()


async def test_a_carrier_that_does_not_answer_is_not_well(backend: dict[str, Any]) -> None:
    with pytest.raises(CarrierError, match="no answer"):
        await _carrier_at("http://127.0.0.1:9")
    with pytest.raises(CarrierError, match="401"):
        await _carrier_at(backend["twilio"])
    await carrier().ping()


async def test_health_is_503_when_the_carrier_is_away(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_self: Any) -> None:
        raise CarrierError("no answer", code=None, may_have_happened=True, retry=True)

    monkeypatch.setattr(twilio_client.TwilioCarrier, "ping", away)
    answer = await tenant.client.get("/health")
    assert answer.status_code == 503
    found = {one["name"]: one for one in answer.json()["dependencies"]}
    assert (found["carrier"]["ok"], found["carrier"]["essential"]) == (False, True)


def _failing(error: Exception) -> FastAPI:
    app = build()

    @app.get("/api/v1/failing")
    async def failing() -> None:
        raise error

    return app


async def _ask(app: FastAPI) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)  # an exception that leaves the app fails the test
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        return await client.get("/api/v1/failing")


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (ValueError("Jordan Rivera owes 412.35"), 500, "internal-error"),
        (OperationalError("SELECT secret", {}, OSError("Jordan")), 503, "unavailable"),
        (IntegrityError("INSERT secret", {}, ValueError("Jordan")), 409, "conflict"),
    ],
)
async def test_every_fault_is_a_problem_without_its_text(
    error: Exception, status: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await _ask(_failing(error))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(kind)
    assert "test_health_and_faults.py" in caplog.text
    for word in ("Jordan", "secret", "412.35"):
        assert word not in caplog.text + answer.text


def test_problems_have_one_form() -> None:
    assert problems.document(500, "internal-error", "x").keys() == {"type", "title", "status", "detail"}


@pytest.mark.parametrize("url", ["https://bank.example", "https://bank.example/"])
def test_public_urls_are_the_same_with_and_without_a_slash_at_the_end(url: str) -> None:
    made = Settings(public_api_url=url, public_agent_url=url, twilio_api_base_url=url)
    assert {made.public_api_url, made.public_agent_url, made.twilio_api_base_url} == {"https://bank.example"}
