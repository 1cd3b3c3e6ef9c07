"""A round asks for the calls that are due, within the limits, each once; what a call came to moves the member on."""

import asyncio
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from archer.clock import CLOCK
from archer.store import AuditEntry, Call, CampaignMember, OutboxMessage
from archer.store.database import database
from durable import campaign_round, sweeper
from durable.campaign_round import LONGEST, WATCHDOG, unfinished
from durable.poison import give_up
from durable.waking import current_wake_number
from tests.campaign_support import act, add, calls, members, people, progress, running
from tests.durable.campaigning import (
    a_round,
    campaign_ref,
    end_call,
    end_calls,
    forget_calls,
    set_campaign,
    set_members,
)
from tests.support import Tenant

LONG_AGO = {"queued_at": CLOCK.now() - timedelta(days=30), "dialed_at": CLOCK.now() - timedelta(days=30)}


async def _rows(tenant: Tenant, model: Any, *where: Any) -> list[Any]:
    async with database().transaction(tenant.organization_id) as session:
        return list(await session.scalars(select(model).where(*where)))


async def test_a_round_places_calls_as_a_request_would(tenant: Tenant) -> None:
    people_ = await people(tenant, 2)
    campaign = await running(tenant, people_, collector_mode="third_party", tactic="stern")
    state = await a_round(tenant, campaign)
    assert (state.over, state.wait_seconds, state.wake_number) == (False, WATCHDOG, 1)
    placed = await calls(tenant, campaign)
    assert {call["customer_id"] for call in placed} == set(people_)
    assert {(call["status"], call["tactic"], call["collector_mode"]) for call in placed} == {
        ("queued", "stern", "third_party")
    }
    for call in placed:
        decision = (await tenant.client.get(f"/calls/{call['id']}/decision")).json()
        assert (decision["decision"], decision["stage"], decision["facts"]["id"]) == ("allow", "request", call["id"])
    requested = [row.body["call_id"] for row in await _rows(tenant, OutboxMessage) if row.queue == "call-requests"]
    assert sorted(requested) == sorted(call["id"] for call in placed)
    acts = await _rows(tenant, AuditEntry, AuditEntry.action == "call.requested")
    assert {(row.actor, row.subject) for row in acts} == {("system:campaign", f"call:{call['id']}") for call in placed}


async def test_no_more_calls_at_once_than_the_campaign_allows(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 5), max_concurrent_calls=2)
    for _ in range(3):
        await a_round(tenant, campaign)
        assert await progress(tenant, campaign) == {"pending": 3, "calling": 2}
    first = (await calls(tenant, campaign))[0]["id"]
    await end_call(tenant, first)
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"pending": 2, "calling": 2, "done": 1}


async def test_no_more_calls_a_minute_than_the_campaign_allows(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 5), max_concurrent_calls=10, calls_per_minute=2)
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign)
    state = await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"pending": 3, "done": 2}
    assert 30 < state.wait_seconds <= 60
    await forget_calls(tenant, queued_at=CLOCK.now() - timedelta(seconds=61))
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"pending": 1, "calling": 2, "done": 2}


async def test_a_round_goes_on_until_the_limit_whatever_one_transaction_takes(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 25), max_concurrent_calls=23, calls_per_minute=100)
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"pending": 2, "calling": 23}


async def test_rounds_at_once_call_nobody_twice_and_keep_the_limit(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 8), max_concurrent_calls=5)
    await asyncio.gather(*(a_round(tenant, campaign) for _ in range(5)))
    placed = await calls(tenant, campaign)
    assert len(placed) == len({call["customer_id"] for call in placed}) == 5
    assert await progress(tenant, campaign) == {"pending": 3, "calling": 5}


async def test_a_round_that_dies_leaves_nothing_and_the_next_one_calls_once(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await running(tenant, await people(tenant, 3))
    real, count = campaign_round.place, 0

    async def dies(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            raise RuntimeError("killed")
        return await real(*arguments, **named)

    monkeypatch.setattr(campaign_round, "place", dies)
    with pytest.raises(RuntimeError, match="killed"):
        await a_round(tenant, campaign)
    assert await calls(tenant, campaign) == []
    assert await progress(tenant, campaign) == {"pending": 3}
    await a_round(tenant, campaign)
    assert len(await calls(tenant, campaign)) == 3


async def test_the_same_call_cannot_be_asked_for_twice(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 1))
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign)
    # As if the member had been put back to where he was before his call.
    await set_members(tenant, campaign, status="pending", calls=0, attempts=0)
    await forget_calls(tenant, **LONG_AGO)
    with pytest.raises(IntegrityError):
        await a_round(tenant, campaign)
    assert len(await calls(tenant, campaign)) == 1


async def test_nobody_reached_is_called_again_later_and_given_up_in_the_end(tenant: Tenant) -> None:
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person], max_attempts=2, retry_after_minutes=300)
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign, "no_answer")
    await a_round(tenant, campaign)
    member = (await members(tenant, campaign))[person]
    assert (member["status"], member["attempts"], member["last_disposition"]) == ("pending", 1, "no_answer")
    assert member["reason"] == {"cause": "retry", "disposition": "no_answer"}
    wait = datetime.fromisoformat(member["next_attempt_at"]) - CLOCK.now()
    assert timedelta(minutes=295) < wait <= timedelta(minutes=300)
    await forget_calls(tenant, **LONG_AGO)
    await set_members(tenant, campaign, next_attempt_at=CLOCK.now())
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign, "busy")
    assert (await a_round(tenant, campaign)).over is True
    member = (await members(tenant, campaign))[person]
    assert (member["status"], member["attempts"]) == ("failed", 2)
    assert member["reason"] == {"cause": "attempts", "disposition": "busy"}
    assert len(await calls(tenant, campaign)) == 2


@pytest.mark.parametrize(
    ("status", "values", "member_status", "cause"),
    [
        ("completed", {"outcome": "promise_to_pay"}, "done", None),
        ("completed", {"outcome": "cease_requested"}, "done", None),
        ("completed", {"outcome": "voicemail"}, "pending", "retry"),
        ("failed", {}, "pending", "retry"),
        ("canceled", {}, "skipped", "call_canceled"),
    ],
)
async def test_every_end_of_a_call_moves_the_member_on(
    tenant: Tenant, status: str, values: dict[str, Any], member_status: str, cause: str | None
) -> None:
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person])
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign, status, **values)
    await a_round(tenant, campaign)
    member = (await members(tenant, campaign))[person]
    assert (member["status"], (member["reason"] or {}).get("cause")) == (member_status, cause)


async def test_two_accounts_of_one_person_are_not_called_at_once(tenant: Tenant) -> None:
    accounts = await people(tenant, 2, phone_number="+16175550177")
    campaign = await running(tenant, accounts)
    for _ in range(2):
        await a_round(tenant, campaign)
        assert await progress(tenant, campaign) == {"pending": 1, "calling": 1}


async def test_while_paused_nobody_is_called_and_afterwards_it_goes_on(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 4), max_concurrent_calls=2)
    await a_round(tenant, campaign)
    await act(tenant, campaign, "pause")
    await end_calls(tenant, campaign)
    state = await a_round(tenant, campaign)
    assert (state.over, state.wait_seconds) == (False, LONGEST)
    assert await progress(tenant, campaign) == {"pending": 2, "done": 2}
    await act(tenant, campaign, "resume")
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"calling": 2, "done": 2}


async def test_cancel_stops_queued_calls_and_lets_running_ones_end(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 4), max_concurrent_calls=2)
    await a_round(tenant, campaign)
    talking, queued = [call["id"] for call in await calls(tenant, campaign)]
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Call, uuid.UUID(talking))
        assert row is not None
        row.status = "in_progress"
    await act(tenant, campaign, "cancel")
    assert (await tenant.client.get(f"/calls/{queued}")).json()["status"] == "canceled"
    assert await progress(tenant, campaign) == {"calling": 1, "skipped": 3}
    assert (await a_round(tenant, campaign)).over is False
    await end_call(tenant, talking, "no_answer")
    assert (await a_round(tenant, campaign)).over is True
    assert await progress(tenant, campaign) == {"skipped": 4}
    assert {member["reason"]["cause"] for member in (await members(tenant, campaign)).values()} == {"campaign_canceled"}


async def test_it_begins_and_ends_when_it_should(tenant: Tenant) -> None:
    begins = (CLOCK.now() + timedelta(minutes=10)).isoformat()
    campaign = await running(tenant, await people(tenant, 2), starts_at=begins, max_concurrent_calls=1)
    state = await a_round(tenant, campaign)
    assert 500 < state.wait_seconds <= 600
    assert await progress(tenant, campaign) == {"pending": 2}
    await set_campaign(tenant, campaign, starts_at=CLOCK.now())
    await a_round(tenant, campaign)
    await set_campaign(tenant, campaign, ends_at=CLOCK.now())
    assert (await a_round(tenant, campaign)).over is False
    assert await progress(tenant, campaign) == {"calling": 1, "skipped": 1}
    await end_calls(tenant, campaign)
    assert (await a_round(tenant, campaign)).over is True
    causes = [member["reason"] for member in (await members(tenant, campaign)).values() if member["reason"]]
    assert causes == [{"cause": "campaign_ended"}]


async def test_it_completes_when_nobody_is_left_and_says_so(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 1))
    assert await unfinished(campaign_ref(tenant, campaign)) is True
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign)
    assert (await a_round(tenant, campaign)).over is True
    shown = (await tenant.client.get(f"/campaigns/{campaign}")).json()
    assert (shown["status"], shown["ended_at"] is not None) == ("completed", True)
    assert await unfinished(campaign_ref(tenant, campaign)) is False
    acts = await _rows(tenant, AuditEntry, AuditEntry.action == "campaign.completed")
    assert [row.subject for row in acts] == [f"campaign:{campaign}"]


async def test_members_who_come_late_are_called(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 1))
    await a_round(tenant, campaign)
    await add(tenant, campaign, await people(tenant, 1))
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"calling": 2}


async def test_a_change_wakes_the_wait_that_it_must_end(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 2), max_concurrent_calls=1)
    state = await a_round(tenant, campaign)
    assert await current_wake_number(campaign_ref(tenant, campaign)) == state.wake_number
    await end_calls(tenant, campaign)
    await act(tenant, campaign, "pause")
    signals = [row.body for row in await _rows(tenant, OutboxMessage) if row.queue == "campaign-signals"]
    assert {body["campaign_id"] for body in signals} == {campaign}
    assert Counter(body["signal"] for body in signals) == {"start": 1, "call_closed": 1, "pause": 1}


async def test_the_sweeper_finds_a_campaign_whose_look_is_overdue(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 1))
    await set_campaign(tenant, campaign, look_due_at=datetime.now(UTC) - timedelta(seconds=1))
    assert await sweeper.sweep_campaigns(datetime.now(UTC)) >= 1
    await a_round(tenant, campaign)
    await end_calls(tenant, campaign)
    await a_round(tenant, campaign)
    rows = await _rows(tenant, CampaignMember, CampaignMember.campaign_id == uuid.UUID(campaign))
    assert [row.status for row in rows] == ["done"]
    async with database().outside() as session:
        later = datetime.now(UTC) + timedelta(days=1)
        found = await session.execute(
            text("SELECT campaign_id FROM campaigns_overdue(:before) WHERE organization_id = :org"),
            {"before": later, "org": tenant.organization_id},
        )
        assert found.all() == []


async def test_a_signal_that_cannot_be_handled_is_on_record(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 1))
    await give_up("campaign-signals", {"organization_id": str(tenant.organization_id), "campaign_id": campaign})
    (row,) = await _rows(tenant, AuditEntry, AuditEntry.action == "queue.gave_up")
    assert row.details == {"campaign_id": campaign}


async def test_a_campaign_that_is_gone_ends_its_orchestration(tenant: Tenant) -> None:
    assert (await a_round(tenant, str(uuid.uuid4()))).over is True
