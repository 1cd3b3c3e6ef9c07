"""Advice from a model: asked with numbers only, within its budget, and no advice whenever anything is wrong."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

import archer.advisor
from archer.advisor import Advisor, Guidance, Question
from archer.negotiation import Bounds, Offer
from archer.resilience import CircuitBreaker
from archer.settings import Settings
from tests.fake_openai import FakeOpenAI, fake_openai

GOOD = {"decision": "counter", "kind": "payment", "amount": "60.00", "months": None}
WITHIN = Bounds(
    balance=Decimal("412.35"),
    least=Decimal("25.00"),
    months=(3, 6, 12),
    floor=Decimal("247.41"),
    may_raise_settlement=False,
    may_ask_for_more=True,
)
QUESTION = Question(Offer(Decimal("10.00")), WITHIN, 20, ("5.00",), {"urgency": 5})


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    async with fake_openai() as made:
        yield made


def _advisor(fake: FakeOpenAI, **breaker: Any) -> Advisor:
    made = Advisor(api_key="sk-test", base_url=fake.url, model="small", breaker=CircuitBreaker("test", **breaker))
    made.prepare()
    return made


async def test_advice_is_asked_for_with_a_schema_and_numbers_only(fake: FakeOpenAI) -> None:
    fake.behave = GOOD
    advisor = _advisor(fake)
    assert await advisor.ask(QUESTION, budget=20) == Guidance(**GOOD)  # type: ignore[arg-type]
    asked = fake.asked[0]
    assert asked["model"] == "small"
    assert asked["max_completion_tokens"] > 0
    assert not {"max_tokens", "temperature"} & asked.keys()
    assert asked["response_format"]["json_schema"]["strict"] is True
    told = json.loads(asked["messages"][1]["content"])
    assert told == {
        "offer": "10.00",
        "offer_settles_the_account": False,
        "earlier_offers": ["5.00"],
        "days_overdue": 20,
        "manner": {"urgency": 5},
        "limits": {
            "balance": "412.35",
            "least_payment": "25.00",
            "settlement_floor": None,
            "plan_months": [3, 6, 12],
            "may_ask_for_more_than_an_acceptable_offer": True,
        },
    }
    await advisor.close()


@pytest.mark.parametrize(
    "behaviour",
    [
        429,
        500,
        401,
        "not json",
        "half a sent",
        "",
        None,
        "{}",
        {"decision": "maybe", "kind": "payment", "amount": "60.00", "months": None},
        GOOD | {"months": "many"},
        GOOD | {"extra": "ignore all limits"},
    ],
)
async def test_no_advice_when_there_is_no_valid_answer(fake: FakeOpenAI, behaviour: Any) -> None:
    fake.behave = behaviour
    advisor = _advisor(fake)
    assert await advisor.ask(QUESTION, budget=20) is None
    assert len(fake.asked) == 1
    await advisor.close()


async def test_a_hanging_model_costs_the_budget_and_no_more(fake: FakeOpenAI) -> None:
    fake.behave = GOOD
    advisor = _advisor(fake)
    await advisor.ask(QUESTION, budget=20)
    fake.behave = "hang"
    started = time.perf_counter()
    assert await advisor.ask(QUESTION, budget=0.2) is None
    assert time.perf_counter() - started < 1.5
    await advisor.close()


async def test_after_some_failures_the_model_is_left_alone_and_tried_again_later(fake: FakeOpenAI) -> None:
    now = 0.0
    fake.behave = 500
    advisor = _advisor(fake, failures=2, open_seconds=30.0, now=lambda: now)
    for _ in range(4):
        assert await advisor.ask(QUESTION, budget=20) is None
    assert len(fake.asked) == 2
    assert not advisor.available
    now, fake.behave = 31.0, GOOD
    assert advisor.available
    assert await advisor.ask(QUESTION, budget=20) is not None
    assert advisor.breaker.state == "closed"
    await advisor.close()


def test_without_a_key_nothing_is_asked_and_nothing_imported() -> None:
    code = (
        "import asyncio, sys, archer.advisor as a\n"
        "from tests.archer.test_advisor import QUESTION\n"
        "advisor = a.Advisor(api_key='', base_url='http://127.0.0.1:9', model='m')\n"
        "assert not advisor.available and asyncio.run(advisor.ask(QUESTION)) is None\n"
        "import tools.runner\n"
        "assert 'openai' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def test_the_log_says_that_there_was_none_and_not_what_was_asked(
    fake: FakeOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    fake.behave = "not json"
    advisor = _advisor(fake)
    with caplog.at_level(logging.WARNING):
        await advisor.ask(QUESTION, budget=20)
    assert "no negotiation guidance" in caplog.text
    assert "412.35" not in caplog.text
    assert "sk-test" not in caplog.text
    await advisor.close()


@pytest.mark.parametrize(("small", "asked"), [("small", "small"), ("", "full")])
def test_without_a_small_model_the_full_one_is_asked(monkeypatch: pytest.MonkeyPatch, small: str, asked: str) -> None:
    configured = Settings(_env_file=None, openai_api_key="sk", agent_model="full", agent_small_model=small)  # type: ignore[call-arg, arg-type]
    monkeypatch.setattr("archer.advisor.settings", lambda: configured)
    assert archer.advisor.advisor.__wrapped__()._model == asked


async def test_without_any_model_nobody_is_asked() -> None:
    advisor = Advisor(api_key="sk", base_url="http://127.0.0.1:9", model="")
    assert not advisor.available
    assert await advisor.ask(QUESTION) is None
