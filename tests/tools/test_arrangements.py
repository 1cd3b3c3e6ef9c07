"""Prepared, confirmed, done once: payments, plans, promises, extensions, and what the bank does not allow."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support import AgentSession, Tenant, new_tenant, open_session


async def _verified(tenant: Tenant, **changes: Any) -> AgentSession:
    agent = await open_session(tenant, **changes)
    await agent.verify()
    return agent


async def _confirmed(agent: AgentSession, tool: str, **arguments: Any) -> dict[str, Any]:
    prepared = await agent.tool(tool, **arguments)
    assert prepared["ok"], prepared
    done = await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    assert done["ok"], done
    return done


async def test_options_come_from_the_ledger_and_the_banks_limits(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    data = (await agent.tool("get_customer_options"))["data"]
    assert (data["balance"], data["minimum_payment"], data["methods"]) == (
        "412.35",
        "25.00",
        ["sms_link", "bank_transfer"],
    )
    assert [option["kind"] for option in data["options"]] == [
        "full_payment",
        "partial_payment",
        "plan",
        "promise",
        "extension",
    ]


async def test_a_payment_by_link_makes_a_row_and_one_message(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    done = await _confirmed(agent, "process_payment", amount="412.35", method="sms_link")
    assert done["data"]["message_queued"] is True
    shown = await agent.shown()
    assert [(a["kind"], a["method"], a["amount"], a["status"]) for a in shown["arrangements"]] == [
        ("payment", "sms_link", "412.35", "active")
    ]
    assert [message["status"] for message in shown["messages"]] == ["queued"]


async def test_preparing_changes_nothing(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    await agent.tool("process_payment", amount="412.35", method="bank_transfer")
    shown = await agent.shown()
    assert (shown["arrangements"], shown["messages"]) == ([], [])


async def test_the_bank_transfer_sentence_holds_what_the_rule_asks(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    say = (await agent.tool("process_payment", amount="100.00", method="bank_transfer"))["say"]
    for needed in ("one hundred dollars", "Sam Smith", "authorize", "single", "bank account", "questions", "agree"):
        assert needed in say
    assert "4321" not in say


async def test_changing_ones_mind_leaves_one_arrangement_in_force(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    await _confirmed(agent, "process_payment", amount="412.35", method="sms_link")
    await _confirmed(agent, "calculate_payment_plan", months=3)
    states = [(a["kind"], a["status"]) for a in (await agent.shown())["arrangements"]]
    assert states == [("payment", "void"), ("plan", "active")]


async def test_a_plan_adds_up_to_the_cent(tenant: Tenant) -> None:
    agent = await _verified(tenant, balance="1000.01")
    plan = (await agent.tool("calculate_payment_plan", months=6, down_payment="100.00"))["data"]
    amounts = [Decimal(part["amount"]) for part in plan["installments"]]
    assert (amounts[0], len(amounts), sum(amounts)) == (Decimal("100.00"), 7, Decimal("1000.01"))
    assert len(set(amounts[1:-1])) == 1


@pytest.mark.parametrize(
    ("tool", "arguments", "field"),
    [
        ("process_payment", {"amount": "412.36", "method": "sms_link"}, "amount"),
        ("process_payment", {"amount": "24.99", "method": "sms_link"}, "amount"),
        ("process_payment", {"amount": "0", "method": "sms_link"}, "amount"),
        ("process_payment", {"amount": "50", "method": "sms_link", "date": "2026-12-25"}, "date"),
        ("process_payment", {"amount": "50", "method": "sms_link", "date": "2026-11-01"}, "date"),
        ("calculate_payment_plan", {"months": 5}, "months"),
        ("calculate_payment_plan", {"months": 12, "down_payment": "400.00"}, "down_payment"),
        ("promise_to_pay", {"amount": "412.35", "date": "2026-12-31"}, "date"),
        ("promise_to_pay", {"amount": "1.00", "date": "2026-11-20"}, "amount"),
        ("adjust_due_date", {"new_date": "2027-03-01"}, "new_date"),
    ],
)
async def test_what_the_bank_does_not_allow_is_refused_with_the_limit(
    tenant: Tenant, tool: str, arguments: dict[str, Any], field: str
) -> None:
    agent = await _verified(tenant)
    outcome = await agent.tool(tool, **arguments)
    assert (outcome["ok"], outcome["error"], outcome["data"]["field"]) == (False, "not_allowed", field)
    assert outcome["data"]["limit"] is not None


@pytest.mark.parametrize("amount", ["-5", "1e3", "12.345", "", "NaN", "twelve"])
async def test_garbage_amounts_are_invalid(tenant: Tenant, amount: str) -> None:
    agent = await _verified(tenant)
    outcome = await agent.tool("process_payment", amount=amount, method="sms_link")
    assert outcome["error"] == "invalid_arguments"


async def test_an_intent_of_another_call_is_not_found(tenant: Tenant) -> None:
    first, second = await _verified(tenant), await _verified(tenant)
    prepared = await first.tool("process_payment", amount="50.00", method="sms_link")
    outcome = await second.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    assert outcome["error"] == "not_found"


async def test_a_voided_intent_is_not_done_again(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    first = await agent.tool("process_payment", amount="50.00", method="bank_transfer")
    await agent.tool("confirm_arrangement", intent_id=first["data"]["intent_id"])
    await _confirmed(agent, "process_payment", amount="60.00", method="bank_transfer")
    again = await agent.tool("confirm_arrangement", intent_id=first["data"]["intent_id"])
    assert again["error"] == "already_void"


async def test_settlement_is_offered_only_where_the_bank_says_so(tenant: Tenant, app: Any) -> None:
    limits = {"settlement_floor": "0.60", "settlement_min_days_overdue": 10}
    async with new_tenant(app, limits=limits) as bank:
        agent = await _verified(bank)
        options = (await agent.tool("get_customer_options"))["data"]["options"]
    assert {"kind": "settlement"} in options
    assert "247.41" not in str(options)


async def test_no_link_to_somebody_who_opted_out_of_texts(tenant: Tenant) -> None:
    from datetime import UTC, datetime
    from uuid import UUID

    from archer.store import Restriction
    from archer.store.database import database

    agent = await _verified(tenant)
    customer_id = UUID((await agent.shown())["customer_id"])
    async with database().transaction(tenant.organization_id) as session:
        session.add(
            Restriction(
                organization_id=tenant.organization_id,
                customer_id=customer_id,
                kind="sms_opt_out",
                source="caller",
                details={},
                created_at=datetime.now(UTC),
            )
        )
    assert (await agent.tool("get_customer_options"))["data"]["methods"] == ["bank_transfer"]
    refused = await agent.tool("process_payment", amount="50.00", method="sms_link")
    assert refused["data"]["field"] == "method"


async def test_the_payment_page_shows_the_amount_and_knows_replaced_links(tenant: Tenant) -> None:
    from sqlalchemy import select

    from archer.store import Message
    from archer.store.database import database

    agent = await _verified(tenant)
    await _confirmed(agent, "process_payment", amount="412.35", method="sms_link")
    async with database().transaction(tenant.organization_id) as session:
        body = (await session.execute(select(Message.body))).scalar_one()
    path = "/pay/" + body.rsplit("/", 1)[1]
    page = await tenant.client.get(path, headers={"Authorization": ""})
    assert (page.status_code, "$412.35" in page.text) == (200, True)
    await _confirmed(agent, "process_payment", amount="50.00", method="bank_transfer")
    assert (await tenant.client.get(path)).status_code == 404
    assert (await tenant.client.get(path[:-2] + "xx")).status_code == 404


async def _standing(agent: AgentSession) -> list[tuple[str, str, str]]:
    return [(a["kind"], a["amount"], a["status"]) for a in (await agent.shown())["arrangements"]]


async def test_what_replaces_an_arrangement_says_so_before_the_yes(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    await _confirmed(agent, "process_payment", amount="75.00", method="bank_transfer")
    plan = await agent.tool("calculate_payment_plan", months=3)
    assert plan["say"].startswith("This would replace the bank transfer of seventy-five dollars, which would be cancel")
    done = await agent.tool("confirm_arrangement", intent_id=plan["data"]["intent_id"])
    assert done["say"].endswith("The bank transfer of seventy-five dollars is cancelled.")


@pytest.mark.parametrize("payment_first", [True, False])
async def test_a_payment_and_a_promise_for_the_rest_stand_side_by_side(tenant: Tenant, payment_first: bool) -> None:
    agent = await _verified(tenant)
    promise = {"amount": "337.35", "date": "2026-11-27"}
    payment = {"amount": "75.00", "method": "bank_transfer"}
    steps = [("process_payment", payment), ("promise_to_pay", promise)]
    (first, of_first), (second, of_second) = steps if payment_first else steps[::-1]
    await _confirmed(agent, first, **of_first)
    prepared = await agent.tool(second, **of_second, besides=True)
    assert "stays as it is. To confirm: " in prepared["say"]
    done = await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    assert done["data"]["disposition"] == "payment_arranged"
    assert {(kind, status) for kind, _, status in await _standing(agent)} == {
        ("payment", "active"),
        ("promise", "active"),
    }


async def test_both_together_never_exceed_the_balance(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    await _confirmed(agent, "process_payment", amount="75.00", method="bank_transfer")
    more = await agent.tool("promise_to_pay", amount="412.35", date="2026-11-27", besides=True)
    assert (more["error"], more["data"]["limit"]) == ("not_allowed", "337.35")


async def test_another_promise_for_the_rest_replaces_the_promise_and_keeps_the_payment(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    await _confirmed(agent, "process_payment", amount="75.00", method="bank_transfer")
    await _confirmed(agent, "promise_to_pay", amount="100.00", date="2026-11-27", besides=True)
    await _confirmed(agent, "promise_to_pay", amount="200.00", date="2026-11-28", besides=True)
    assert await _standing(agent) == [
        ("payment", "75.00", "active"),
        ("promise", "100.00", "void"),
        ("promise", "200.00", "active"),
    ]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("calculate_payment_plan", {"months": 3}),
        ("adjust_due_date", {"new_date": "2026-12-05"}),
        ("promise_to_pay", {"amount": "100.00", "date": "2026-11-27"}),
    ],
)
async def test_whatever_else_is_agreed_on_replaces_all_that_was(
    tenant: Tenant, tool: str, arguments: dict[str, Any]
) -> None:
    agent = await _verified(tenant)
    await _confirmed(agent, "process_payment", amount="75.00", method="bank_transfer")
    await _confirmed(agent, "promise_to_pay", amount="100.00", date="2026-11-27", besides=True)
    done = await _confirmed(agent, tool, **arguments)
    assert [status for _, _, status in await _standing(agent)] == ["void", "void", "active"]
    assert "bank transfer" in done["say"]
    assert "promise" in done["say"]
