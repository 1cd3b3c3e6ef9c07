"""What the gate says decides what becomes of a member: called, waiting until the first instant, or skipped."""

import uuid
from typing import Any

import pytest
from sqlalchemy import event, select

from archer import dialing
from archer.clock import CLOCK
from archer.store import DialDecision
from archer.store.database import database
from durable import campaign_round
from durable.campaign_round import LONGEST, SPARE, WATCHDOG
from durable.dial import dial
from durable.inputs import CallRef
from tests.campaign_support import calls, members, people, progress, running
from tests.durable.campaigning import a_round, end_calls, set_members
from tests.durable.support import Carrier
from tests.support import Tenant


async def _rows(tenant: Tenant, model: Any, *where: Any) -> list[Any]:
    async with database().transaction(tenant.organization_id) as session:
        return list(await session.scalars(select(model).where(*where)))


async def test_whom_the_gate_refuses_is_skipped_with_the_rules_and_the_decision(tenant: Tenant) -> None:
    represented, no_consent = await people(tenant, 1, flags={"attorney": True}), await people(tenant, 1, consents=[])
    campaign = await running(tenant, represented + no_consent)
    state = await a_round(tenant, campaign)
    found = await members(tenant, campaign)
    for person, decision, rule in ((represented[0], "block", "P-16"), (no_consent[0], "human_only", "P-01")):
        member = found[person]
        assert (member["status"], member["attempts"]) == ("skipped", 0)
        assert (member["reason"]["cause"], member["reason"]["decision"]) == ("gate", decision)
        assert [one["id"] for one in member["reason"]["rules"]] == [rule]
        (row,) = await _rows(tenant, DialDecision, DialDecision.customer_id == uuid.UUID(person))
        assert (str(row.id), row.stage, row.call_id) == (member["reason"]["decision_id"], "campaign", None)
    assert await calls(tenant, campaign) == []
    assert state.over is True
    assert (await tenant.client.get(f"/campaigns/{campaign}")).json()["status"] == "completed"


async def test_who_may_be_called_later_waits_until_the_first_instant(tenant: Tenant) -> None:
    (person,) = await people(tenant, 1)
    window = {"days": [], "from": "11:00", "to": "13:00"}
    await tenant.client.post(f"/customers/{person}/inconvenient-times", json={"windows": [window]})
    campaign = await running(tenant, [person])
    state = await a_round(tenant, campaign)
    member = (await members(tenant, campaign))[person]
    gate = (await tenant.client.get(f"/customers/{person}/gate")).json()
    assert (member["status"], member["next_attempt_at"]) == ("pending", gate["until"])
    assert [rule["id"] for rule in member["reason"]["rules"]] == [rule["id"] for rule in gate["rules"]]
    assert state.wait_seconds == LONGEST
    assert await calls(tenant, campaign) == []
    await set_members(tenant, campaign, next_attempt_at=CLOCK.now())
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"pending": 1}


async def test_the_gates_own_limits_hold_for_the_next_attempt(tenant: Tenant) -> None:
    """P-12 wants hours between two calls, whatever the campaign wants."""
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person], retry_after_minutes=1)
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign, "no_answer", connected=True)
    await a_round(tenant, campaign)
    await set_members(tenant, campaign, next_attempt_at=CLOCK.now())
    await a_round(tenant, campaign)
    gate = (await tenant.client.get(f"/customers/{person}/gate")).json()
    member = (await members(tenant, campaign))[person]
    assert [rule["id"] for rule in gate["rules"]] == ["P-12"]
    assert (member["status"], member["attempts"]) == ("pending", 1)
    assert member["next_attempt_at"] == gate["until"]


@pytest.mark.parametrize("final", [True, False])
async def test_a_call_that_the_gate_stops_at_the_dial_is_no_attempt(
    tenant: Tenant, carrier: Carrier, final: bool
) -> None:
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person], max_attempts=1)
    await a_round(tenant, campaign)
    (call,) = await calls(tenant, campaign)
    if final:
        known = (await tenant.client.get(f"/customers/{person}")).json()
        body = {name: known[name] for name in ("external_id", "name", "phone_number", "account_last_4", "postal_code")}
        changed = {"balance": "9.00", "flags": {"deceased": True}}
        assert (await tenant.client.post("/customers", json=body | changed)).status_code == 200
    else:
        window = {"days": [], "from": "11:00", "to": "13:00"}
        await tenant.client.post(f"/customers/{person}/inconvenient-times", json={"windows": [window]})
    await dial(CallRef(organization_id=tenant.organization_id, call_id=uuid.UUID(call["id"])))
    await a_round(tenant, campaign)
    member = (await members(tenant, campaign))[person]
    assert (member["status"], member["attempts"]) == ("skipped" if final else "pending", 0)
    decision = (await tenant.client.get(f"/calls/{call['id']}/decision")).json()
    assert (decision["stage"], decision["until"]) == ("dial", member["next_attempt_at"])
    assert [rule["id"] for rule in member["reason"]["rules"]] == [rule["id"] for rule in decision["rules"]]
    assert (await progress(tenant, campaign)) == {member["status"]: 1}


async def test_what_is_not_known_of_a_number_is_looked_up_before_the_call(tenant: Tenant) -> None:
    (person,) = await people(tenant, 1, number=None)
    campaign = await running(tenant, [person])
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"calling": 1}
    known = (await tenant.client.get(f"/customers/{person}")).json()["number"]
    assert known["line_type"] == "wireless"
    assert known["reassigned"]["result"] == "no"


async def test_who_gets_no_answer_to_a_look_up_waits(tenant: Tenant, carrier: Carrier) -> None:
    reassigned = {"result": "no", "queried_on": "2026-09-01"}
    (person,) = await people(tenant, 1, number={"line_type": None, "kind": "personal", "reassigned": reassigned})
    campaign = await running(tenant, [person])
    async with carrier.fault("/PhoneNumbers", "error", method="GET", code=20500):
        state = await a_round(tenant, campaign)
    member = (await members(tenant, campaign))[person]
    assert (member["status"], member["reason"]) == ("pending", {"cause": "look_up"})
    assert 500 < state.wait_seconds <= 600


async def test_while_a_guard_does_not_work_nobody_is_called_and_nobody_skipped(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> bool:
        return False

    campaign = await running(tenant, await people(tenant, 2))
    with monkeypatch.context() as patched:
        patched.setattr(campaign_round, "guards_work", broken)
        state = await a_round(tenant, campaign)
        assert (state.over, state.wait_seconds) == (False, WATCHDOG)
        assert await progress(tenant, campaign) == {"pending": 2}
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"calling": 2}


async def test_whose_call_a_broken_guard_stopped_is_called_later(
    tenant: Tenant, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> bool:
        return False

    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person], max_attempts=1)
    await a_round(tenant, campaign)
    (call,) = await calls(tenant, campaign)
    with monkeypatch.context() as patched:
        patched.setattr(dialing, "guards_work", broken)
        await dial(CallRef(organization_id=tenant.organization_id, call_id=uuid.UUID(call["id"])))
    await a_round(tenant, campaign)
    member = (await members(tenant, campaign))[person]
    assert (member["status"], member["attempts"]) == ("pending", 0)
    assert [rule["id"] for rule in member["reason"]["rules"]] == ["P-31"]
    await set_members(tenant, campaign, next_attempt_at=CLOCK.now())
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"calling": 1}


async def test_as_many_queries_for_many_refusals_as_for_one(tenant: Tenant) -> None:
    """The gate is asked about all who are due at once; it is the calls that cost something each."""
    counts = []
    for size in (1, SPARE):
        campaign = await running(tenant, await people(tenant, size, flags={"attorney": True}))
        counted: list[str] = []

        def note(*arguments: Any, counted: list[str] = counted) -> None:
            counted.append(str(arguments[2]))

        engine = database().engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            await a_round(tenant, campaign)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert await progress(tenant, campaign) == {"skipped": size}
        counts.append(len(counted))
    assert counts[0] == counts[1]
