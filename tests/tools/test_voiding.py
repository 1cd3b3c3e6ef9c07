"""What was arranged in a call and is taken back, or loses its ground by a right that is invoked after it."""

from typing import Any

import pytest

from tests.support import AgentSession, Tenant, open_session

PREPARES = [
    ("process_payment", {"amount": "100.00", "method": "bank_transfer"}),
    ("calculate_payment_plan", {"months": 3}),
    ("promise_to_pay", {"amount": "100.00", "date": "2026-11-27"}),
    ("adjust_due_date", {"new_date": "2026-12-05"}),
]
VOIDING = ["bankruptcy", "deceased", "identity_theft", "dispute", "already_paid", "wrong_number", "third_party"]
KEEPING = ["cease", "attorney", "military", "hardship", "do_not_record"]


async def _arranged(tenant: Tenant, method: str = "bank_transfer") -> AgentSession:
    agent = await open_session(tenant)
    await agent.verify()
    prepared = await agent.tool("process_payment", amount="412.35", method=method)
    await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    return agent


async def _statuses(agent: AgentSession) -> list[str]:
    return [row["status"] for row in (await agent.shown())["arrangements"]]


@pytest.mark.parametrize("method", ["bank_transfer", "sms_link"])
async def test_what_the_caller_takes_back_is_void_and_its_text_does_not_leave(tenant: Tenant, method: str) -> None:
    agent = await _arranged(tenant, method)
    done = await agent.tool("void_arrangement")
    assert (done["ok"], len(done["data"]["voided"])) == (True, 1)
    assert "nothing is set up now" in done["say"]
    shown = await agent.shown()
    assert await _statuses(agent) == ["void"]
    assert [message["status"] for message in shown["messages"]] == ["failed"] * (method == "sms_link")
    assert (await agent.tool("void_arrangement"))["error"] == "not_found"


async def test_after_it_was_taken_back_something_else_may_be_arranged(tenant: Tenant) -> None:
    agent = await _arranged(tenant)
    await agent.tool("void_arrangement")
    plan = await agent.tool("calculate_payment_plan", months=3)
    assert "replace" not in plan["say"]
    await agent.tool("confirm_arrangement", intent_id=plan["data"]["intent_id"])
    assert await _statuses(agent) == ["void", "active"]


@pytest.mark.parametrize("kind", VOIDING)
async def test_a_right_voids_what_was_arranged_before_it_in_the_call(tenant: Tenant, kind: str) -> None:
    agent = await _arranged(tenant)
    done = await agent.tool("record_restriction", kind=kind)
    assert done["data"]["voided"] == ["payment"]
    assert await _statuses(agent) == ["void"]


@pytest.mark.parametrize("kind", KEEPING)
async def test_other_rights_and_facts_leave_it_in_force(tenant: Tenant, kind: str) -> None:
    agent = await _arranged(tenant)
    done = await agent.tool("record_restriction", kind=kind)
    assert "voided" not in done["data"]
    assert await _statuses(agent) == ["active"]


@pytest.mark.parametrize("kind", [*VOIDING, "cease", "attorney", "military"])
async def test_what_lay_ready_cannot_be_confirmed_after_a_right(tenant: Tenant, kind: str) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    prepared = await agent.tool("process_payment", amount="412.35", method="sms_link")
    await agent.tool("record_restriction", kind=kind)
    done = await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    assert (done["error"], done["data"]["field"]) == ("not_allowed", "restriction")
    shown = await agent.shown()
    assert (shown["arrangements"], shown["messages"]) == ([], [])


@pytest.mark.parametrize(("tool", "arguments"), PREPARES)
async def test_nothing_is_prepared_after_a_right(tenant: Tenant, tool: str, arguments: dict[str, Any]) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    await agent.tool("record_restriction", kind="dispute")
    done = await agent.tool(tool, **arguments)
    assert (done["error"], done["data"]["kind"]) == ("not_allowed", "dispute")


async def test_hardship_bars_nothing(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    await agent.tool("record_restriction", kind="hardship")
    assert (await agent.tool("calculate_payment_plan", months=3))["ok"]


async def test_a_confirmation_asked_for_again_after_a_right_does_not_bring_it_back(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    prepared = await agent.tool("process_payment", amount="412.35", method="bank_transfer")
    intent = prepared["data"]["intent_id"]
    await agent.tool("confirm_arrangement", intent_id=intent)
    await agent.tool("record_restriction", kind="bankruptcy")
    assert (await agent.tool("confirm_arrangement", intent_id=intent))["error"] == "already_void"
    assert await _statuses(agent) == ["void"]
    assert (await agent.shown())["disposition"] in (None, "bankruptcy")
