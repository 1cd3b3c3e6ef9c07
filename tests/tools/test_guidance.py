"""Negotiation guidance: advice inside the limits is followed, anything else leaves the answer by rules."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.fake_openai import FakeOpenAI, fake_openai
from tests.support import AgentSession, Tenant, open_session

BY_RULES = {
    "accept": False,
    "kind": "payment",
    "counter_amount": "25.00",
    "months": 12,
    "reason": "below_minimum",
    "source": "rules",
}


def _advice(
    decision: str = "counter", kind: str = "payment", amount: str | None = None, months: int | None = None
) -> Any:
    return {"decision": decision, "kind": kind, "amount": amount, "months": months}


@pytest_asyncio.fixture(loop_scope="session")
async def model(backend: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeOpenAI]:
    """A model for this test, its client made, its circuit closed."""
    from archer import advisor as module
    from archer.settings import settings

    async with fake_openai() as fake:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        settings.cache_clear()
        module.advisor.cache_clear()
        await module.advisor()._connected()
        yield fake
        await module.advisor().close()
    monkeypatch.undo()
    settings.cache_clear()
    module.advisor.cache_clear()


async def _verified(tenant: Tenant, **changes: Any) -> AgentSession:
    agent = await open_session(tenant, **changes)
    await agent.verify()
    return agent


async def _guidance(agent: AgentSession, offer: str, **arguments: Any) -> dict[str, Any]:
    outcome = await agent.tool("get_negotiation_guidance", customer_offer=offer, **arguments)
    assert outcome["ok"]
    assert outcome["say"]
    return dict(outcome["data"])


async def test_without_a_key_the_rules_answer(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    assert await _guidance(agent, "10.00") == BY_RULES
    assert (await _guidance(agent, "50.00"))["accept"] is True


async def test_advice_inside_the_limits_is_followed(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await _verified(tenant)
    model.behave = _advice(amount="60.00")
    first = await _guidance(agent, "10.00")
    assert (first["accept"], first["counter_amount"], first["source"]) == (False, "60.00", "advice")
    model.behave = _advice(kind="plan", months=12)
    second = await _guidance(agent, "15.00")
    assert (second["kind"], second["counter_amount"], second["months"]) == ("plan", None, 12)
    assert "10.00" in model.asked[-1]["messages"][1]["content"]


@pytest.mark.parametrize(
    "advice",
    [
        _advice("accept", amount="10.00"),
        _advice(amount="5.00"),
        _advice(amount="24.99"),
        _advice(amount="412.36"),
        _advice(amount="everything"),
        _advice(kind="settlement", amount="100.00"),
        _advice(kind="plan", months=48),
    ],
)
async def test_advice_outside_the_limits_is_set_aside(tenant: Tenant, model: FakeOpenAI, advice: Any) -> None:
    agent = await _verified(tenant)
    model.behave = advice
    assert await _guidance(agent, "10.00") == BY_RULES


@pytest.mark.parametrize("trouble", [429, 500, "hang", "not json", "{", None])
async def test_a_failing_model_leaves_the_answer_by_rules_within_the_budget(
    tenant: Tenant, model: FakeOpenAI, trouble: Any
) -> None:
    agent = await _verified(tenant)
    model.behave = trouble
    started = time.perf_counter()
    assert await _guidance(agent, "10.00") == BY_RULES
    assert time.perf_counter() - started < 4.0  # 1.5 s for the model, the rest for a busy machine


async def test_an_open_circuit_asks_nobody(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await _verified(tenant)
    model.behave = 500
    for _ in range(4):
        assert await _guidance(agent, "10.00") == BY_RULES
    assert len(model.asked) == 3
    found = {item["name"]: item for item in (await tenant.client.get("/health")).json()["dependencies"]}
    assert (found["negotiation_guidance"]["ok"], found["negotiation_guidance"]["essential"]) == (False, False)


async def test_a_repeated_tool_call_is_answered_the_same_and_asks_once(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await _verified(tenant)
    model.behave = _advice(amount="60.00")
    first = await agent.tool("get_negotiation_guidance", "same", customer_offer="10.00")
    model.behave = _advice(amount="90.00")
    assert await agent.tool("get_negotiation_guidance", "same", customer_offer="10.00") == first
    assert len(model.asked) == 1


async def test_nothing_is_asked_for_whoever_is_not_verified(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await open_session(tenant)
    model.behave = _advice(amount="60.00")
    outcome = await agent.tool("get_negotiation_guidance", customer_offer="10.00")
    assert (outcome["error"], model.asked) == ("not_verified", [])


async def test_the_model_hears_nothing_of_the_person(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await _verified(tenant)
    model.behave = _advice(amount="60.00")
    await _guidance(agent, "10.00")
    told = str(model.asked[0])
    for secret in ("Sam", "Smith", "617555", "02139", "4321", tenant.name):
        assert secret not in told


async def test_hardship_is_never_asked_for_more(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await _verified(tenant, segment="hardship")
    model.behave = _advice(amount="200.00")
    taken = await _guidance(agent, "20.00")
    assert (taken["accept"], taken["counter_amount"], taken["source"]) == (True, "20.00", "rules")


async def test_more_is_asked_for_once_in_a_call(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await _verified(tenant)
    model.behave = _advice(amount="200.00")
    first = await _guidance(agent, "100.00")
    assert (first["accept"], first["reason"]) == (False, "more_is_possible")
    assert (await _guidance(agent, "100.00"))["accept"] is True


async def test_no_advice_is_asked_for_while_models_are_switched_off(tenant: Tenant, model: FakeOpenAI) -> None:
    agent = await _verified(tenant)
    model.behave = _advice(amount="60.00")
    await tenant.client.put("/organization/agent-level", json={"level": 2})
    assert await _guidance(agent, "10.00") == BY_RULES
    await tenant.client.put("/organization/agent-level", json={"level": 1})
    assert (await _guidance(agent, "11.00"))["source"] != "rules"
