"""The bank's rules in the tools: segments, age, settlements, extensions, business days, and the words for the ear."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from archer.compliance.guardrail import SpeechState, judge
from tests.support import AgentSession, Tenant, new_tenant, open_session

SETTLING = {"settlement_floor": "0.60", "settlement_min_days_overdue": 10}


async def _verified(tenant: Tenant, call_id: str | None = None, **changes: Any) -> AgentSession:
    agent = await open_session(tenant, call_id, **changes)
    await agent.verify()
    return agent


async def _options(agent: AgentSession) -> dict[str, Any]:
    data = (await agent.tool("get_customer_options"))["data"]
    return {option["kind"]: option for option in data["options"]} | {"minimum": data["minimum_payment"]}


async def _done(agent: AgentSession, tool: str, **arguments: Any) -> dict[str, Any]:
    prepared = await agent.tool(tool, **arguments)
    assert prepared["ok"], prepared
    done = await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    assert done["ok"], done
    return {"prepared": prepared, "done": done}


async def test_hardship_gets_longer_and_smaller_and_is_offered_no_settlement(app: Any) -> None:
    async with new_tenant(app, limits=SETTLING) as bank:
        plain = await _options(await _verified(bank))
        gentle = await _options(await _verified(bank, segment="hardship"))
    assert (plain["plan"]["months"], gentle["plan"]["months"]) == ([3, 6, 12], [3, 6, 12, 18, 24])
    assert (plain["minimum"], gentle["minimum"]) == ("25.00", "10.00")
    assert (plain["extension"]["max_days"], gentle["extension"]["max_days"]) == (30, 60)
    assert "settlement" in plain
    assert "settlement" not in gentle


async def test_a_settlement_that_is_not_offered_is_still_given_to_whoever_asks(app: Any) -> None:
    async with new_tenant(app, limits=SETTLING) as bank:
        agent = await _verified(bank, segment="hardship")
        guidance = (await agent.tool("get_negotiation_guidance", customer_offer="250.00", settles=True))["data"]
        assert (guidance["accept"], guidance["kind"]) == (True, "settlement")
        made = await _done(agent, "process_payment", amount="250.00", method="bank_transfer", settles=True)
    assert made["done"]["data"]["kind"] == "settlement"


async def test_valued_customers_get_more_time(tenant: Tenant) -> None:
    options = await _options(await _verified(tenant, segment="vip"))
    assert (options["extension"]["max_days"], options["promise"]["max_days"]) == (45, 21)


async def test_an_amount_settles_only_when_it_is_said_to(app: Any) -> None:
    async with new_tenant(app, limits=SETTLING) as bank:
        agent = await _verified(bank)
        part = await agent.tool("process_payment", amount="300.00", method="sms_link")
        assert part["data"]["kind"] == "payment"
        assert "settled" not in part["say"]
        whole = await agent.tool("process_payment", amount="300.00", method="sms_link", settles=True)
        assert whole["data"]["kind"] == "settlement"
        assert "nothing more is owed" in whole["say"]
        assert "Thursday, November nineteenth" in whole["say"]
        done = await agent.tool("confirm_arrangement", intent_id=whole["data"]["intent_id"])
        assert "the account is settled" in done["say"]
        rows = (await agent.shown())["arrangements"]
    assert [(row["kind"], row["amount"], row["status"]) for row in rows] == [("settlement", "300.00", "active")]


@pytest.mark.parametrize(
    ("limits", "amount", "field", "limit"),
    [
        (SETTLING, "247.40", "amount", None),
        ({}, "300.00", "settles", "412.35"),
        ({"settlement_floor": "0.60"}, "300.00", "settles", "412.35"),  # not old enough
    ],
)
async def test_a_settlement_below_the_floor_or_not_allowed_is_refused(
    app: Any, limits: dict[str, Any], amount: str, field: str, limit: str | None
) -> None:
    async with new_tenant(app, limits=limits) as bank:
        agent = await _verified(bank)
        outcome = await agent.tool("process_payment", amount=amount, method="sms_link", settles=True)
    assert (outcome["error"], outcome["data"]["field"], outcome["data"].get("limit")) == ("not_allowed", field, limit)


async def test_the_whole_balance_settles_nothing_it_is_paid(app: Any) -> None:
    async with new_tenant(app, limits=SETTLING) as bank:
        agent = await _verified(bank)
        outcome = await agent.tool("process_payment", amount="412.35", method="sms_link", settles=True)
    assert outcome["data"]["kind"] == "payment"


@pytest.mark.parametrize(
    ("asked", "prepared"),
    [
        (None, "2026-11-16"),
        ("2026-11-20", "2026-11-20"),
        ("2026-11-21", "2026-11-23"),  # a Saturday
        ("2026-11-26", "2026-11-27"),  # Thanksgiving
    ],
)
async def test_a_bank_transfer_waits_for_a_business_day_and_says_so(
    tenant: Tenant, asked: str | None, prepared: str
) -> None:
    from archer.conversation.words import spoken

    agent = await _verified(tenant)
    arguments = {"date": asked} if asked else {}
    outcome = await agent.tool("process_payment", amount="50.00", method="bank_transfer", **arguments)
    assert outcome["data"]["date"] == prepared
    assert outcome["data"].get("moved_to_business_day", False) is (asked not in (None, prepared))
    assert spoken.date(date.fromisoformat(prepared)) in outcome["say"]


async def test_a_link_may_be_paid_on_any_day(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    outcome = await agent.tool("process_payment", amount="50.00", method="sms_link", date="2026-11-21")
    assert outcome["data"]["date"] == "2026-11-21"


async def test_the_last_day_of_a_transfer_is_a_business_day(app: Any) -> None:
    async with new_tenant(app, limits={"payment_max_days_ahead": 5}) as bank:  # until Saturday the 21st
        agent = await _verified(bank)
        outcome = await agent.tool("process_payment", amount="50.00", method="bank_transfer", date="2026-11-21")
    assert (outcome["error"], outcome["data"]["limit"]) == ("not_allowed", "2026-11-20")


async def test_a_plan_begins_when_the_caller_wants_within_the_banks_days(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    plan = (await agent.tool("calculate_payment_plan", months=3, first_date="2026-11-30"))["data"]
    assert [part["due_date"] for part in plan["installments"]] == ["2026-11-30", "2026-12-30", "2027-01-30"]
    late = await agent.tool("calculate_payment_plan", months=3, first_date="2026-12-18")
    assert (late["data"]["field"], late["data"]["limit"]) == ("first_date", "2026-12-17")


async def test_a_down_payment_that_the_bank_asks_for_is_in_the_plan_and_in_the_words(app: Any) -> None:
    limits = {"plan_down_payment_share": "0.25", "plan_down_payment_days_overdue": 10}
    async with new_tenant(app, limits=limits) as bank:
        agent = await _verified(bank)
        outcome = await agent.tool("calculate_payment_plan", months=6)
        amounts = [Decimal(part["amount"]) for part in outcome["data"]["installments"]]
        assert (amounts[0], len(amounts), sum(amounts)) == (Decimal("103.09"), 7, Decimal("412.35"))
        assert "one hundred three dollars and nine cents first and then six monthly payments" in outcome["say"]
        less = await agent.tool("calculate_payment_plan", months=6, down_payment="50.00")
    assert (less["data"]["field"], less["data"]["limit"]) == ("down_payment", "103.09")


async def test_a_large_down_payment_leaves_no_instalment_below_the_least(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    outcome = await agent.tool("calculate_payment_plan", months=12, down_payment="112.36")
    assert (outcome["data"]["field"], outcome["data"]["limit"]) == ("down_payment", "112.35")
    assert (await agent.tool("calculate_payment_plan", months=12, down_payment="112.35"))["ok"]


async def test_extensions_of_other_calls_count_and_voided_ones_do_not(app: Any) -> None:
    async with new_tenant(app, limits={"extensions_per_year": 1}) as bank:
        agent = await _verified(bank)
        customer_id = (await agent.shown())["customer_id"]
        await _done(agent, "adjust_due_date", new_date="2026-11-30")
        await _done(agent, "adjust_due_date", new_date="2026-12-01")  # another day in the same call
        again = await _verified(bank, await _next_call(bank, customer_id))
        assert "extension" not in await _options(again)
        refused = await again.tool("adjust_due_date", new_date="2026-12-02")
        assert (refused["data"]["field"], refused["data"]["limit"]) == ("extensions", 1)
        await _done(agent, "process_payment", amount="50.00", method="bank_transfer")
        assert "extension" in await _options(again)


async def _next_call(bank: Tenant, customer_id: str) -> str:
    """A later call of the same customer; the gate would not allow one so soon."""
    import uuid

    from archer.clock import CLOCK
    from archer.store import Call
    from archer.store.database import database

    call = Call(
        id=uuid.uuid4(),
        organization_id=bank.organization_id,
        customer_id=uuid.UUID(customer_id),
        phone_number="+16175550000",
        direction="outbound",
        status="queued",
        collector_mode="first_party",
        queued_at=CLOCK.now(),
        last_seq=0,
        latency={},
    )
    async with database().transaction(bank.organization_id) as session:
        session.add(call)
    return str(call.id)


async def test_an_extension_is_later_than_what_it_extends(tenant: Tenant) -> None:
    agent = await _verified(tenant, due_date="2026-12-01", days_overdue=0)
    earlier = await agent.tool("adjust_due_date", new_date="2026-11-25")
    assert (earlier["error"], earlier["data"]["field"]) == ("not_allowed", "new_date")
    assert (await agent.tool("adjust_due_date", new_date="2026-12-31"))["ok"]


async def test_promises_lie_in_the_window_and_between_least_and_balance(tenant: Tenant) -> None:
    agent = await _verified(tenant)
    assert (await agent.tool("promise_to_pay", amount="412.35", date="2026-11-30"))["ok"]
    for amount, day, limit in (
        ("412.35", "2026-12-01", "2026-11-30"),
        ("412.36", "2026-11-20", "412.35"),
        ("24.99", "2026-11-20", "25.00"),
    ):
        refused = await agent.tool("promise_to_pay", amount=amount, date=day)
        assert refused["data"]["limit"] == limit


async def test_everything_that_is_said_is_worded_for_the_ear_and_passes_the_guardrail(app: Any) -> None:
    async with new_tenant(app, limits=SETTLING) as bank:
        agent = await _verified(bank)
        outcomes = [await agent.tool("get_customer_options")]
        for tool, arguments in (
            ("process_payment", {"amount": "100.00", "method": "sms_link"}),
            ("process_payment", {"amount": "300.00", "method": "sms_link", "settles": True}),
            ("process_payment", {"amount": "300.00", "method": "bank_transfer", "settles": True}),
            ("process_payment", {"amount": "100.00", "method": "bank_transfer", "date": "2026-11-27"}),
            ("calculate_payment_plan", {"months": 12, "down_payment": "50.00"}),
            ("promise_to_pay", {"amount": "100.00", "date": "2026-11-27"}),
            ("adjust_due_date", {"new_date": "2026-11-27"}),
        ):
            outcomes += (await _done(agent, tool, **arguments)).values()
        for offer, settles in (("500", False), ("100", False), ("5", False), ("250", True), ("100", True)):
            outcomes.append(await agent.tool("get_negotiation_guidance", customer_offer=offer, settles=settles))
    for outcome in outcomes:
        say = outcome["say"]
        assert say
        assert not re.search(r"[0-9$]", say.replace(bank.name, "")), say
        state = SpeechState(
            right_party_verified=True, ledger={"balance": "412.35"}, approved_amounts=_amounts(outcome["data"])
        )
        assert judge(say.replace(bank.name, "Maple Bank"), state) == [], say


def _amounts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [amount for part in value.values() for amount in _amounts(part)]
    if isinstance(value, list):
        return [amount for part in value for amount in _amounts(part)]
    return [value] if isinstance(value, str) and re.fullmatch(r"\d+\.\d\d", value) else []
