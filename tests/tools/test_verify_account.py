"""Right-party verification (I-06): both factors, two tries, nothing before it."""

import pytest

from tests.support import Tenant, open_session


async def test_both_factors_verify(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    outcome = await agent.tool("verify_account", account_last_4="4321", postal_code="02139-1234")
    assert outcome["data"]["verified"] is True
    assert (await agent.shown())["verified"] is True


async def test_second_wrong_answer_ends_the_tries(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    first = await agent.tool("verify_account", account_last_4="0000", postal_code="02139")
    second = await agent.tool("verify_account", account_last_4="4321", postal_code="99999")
    third = await agent.tool("verify_account", account_last_4="4321", postal_code="02139")
    assert [outcome["data"]["attempts_left"] for outcome in (first, second, third)] == [1, 0, 0]
    assert third["data"]["verified"] is False
    assert (await agent.shown())["verified"] is False


async def test_a_malformed_factor_costs_no_try(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    outcome = await agent.tool("verify_account", account_last_4="43", postal_code="02139")
    assert (outcome["error"], outcome["data"]["field"]) == ("invalid_arguments", "account_last_4")
    await agent.verify()


async def test_a_canadian_postal_code_is_compared_without_its_blank(tenant: Tenant) -> None:
    agent = await open_session(
        tenant, country="CA", state="ON", postal_code="M5V 3L9", phone_number="+14165550143", timezone="America/Toronto"
    )
    outcome = await agent.tool("verify_account", account_last_4="4321", postal_code="m5v3l9")
    assert outcome["data"]["verified"] is True


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_customer_options", {}),
        ("calculate_payment_plan", {"months": 3}),
        ("process_payment", {"amount": "50.00", "method": "sms_link"}),
        ("promise_to_pay", {"amount": "50.00", "date": "2026-11-20"}),
        ("adjust_due_date", {"new_date": "2026-11-20"}),
        ("get_negotiation_guidance", {"customer_offer": "50.00"}),
        ("confirm_arrangement", {"intent_id": "00000000-0000-0000-0000-000000000000"}),
    ],
)
async def test_nothing_about_the_account_before_verification(
    tenant: Tenant, tool: str, arguments: dict[str, object]
) -> None:
    agent = await open_session(tenant)
    outcome = await agent.tool(tool, **arguments)
    assert (outcome["ok"], outcome["error"], outcome["data"]) == (False, "not_verified", {})
