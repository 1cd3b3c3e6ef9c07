"""Texts leave once; the sweeper finds what fell between; a queue that gives up leaves a mark."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from archer.store import Message, OutboxMessage
from archer.store.database import database
from archer.telephony.twilio_client import CarrierError
from archer.work import outbox_sent
from durable import sweeper
from durable.inputs import MessageRef
from durable.messages import GRACE_SECONDS, send
from durable.poison import give_up
from tests.durable.support import Carrier, shown
from tests.support import AgentSession, Tenant, open_session, placed_call


async def _link(tenant: Tenant) -> tuple[AgentSession, MessageRef, str]:
    number = "+1617555" + str(uuid.uuid4().int % 10_000).zfill(4)
    agent = await open_session(tenant, phone_number=number)
    await agent.verify()
    prepared = await agent.tool("process_payment", amount="50.00", method="sms_link")
    await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    async with database().transaction(tenant.organization_id) as session:
        message = (await session.execute(select(Message.id).where(Message.to_number == number))).scalar_one()
    return agent, MessageRef(organization_id=tenant.organization_id, message_id=message), number


async def test_a_message_sent_again_leaves_once(tenant: Tenant, carrier: Carrier) -> None:
    agent, message, number = await _link(tenant)
    for _ in range(3):
        await send(message)
    assert len(await carrier.messages_to(number)) == 1
    assert (await agent.shown())["messages"][0]["status"] in ("sent", "delivered")


async def test_a_lost_answer_is_looked_up_before_it_is_sent_again(tenant: Tenant, carrier: Carrier) -> None:
    _agent, message, number = await _link(tenant)
    async with carrier.fault("/Messages.json", "cut"):
        with pytest.raises(CarrierError):
            await send(message)
    await send(message)
    assert len(await carrier.messages_to(number)) == 1


async def _asked(message: MessageRef, seconds_ago: float) -> None:
    async with database().transaction(message.organization_id) as session:
        when = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        await session.execute(
            update(Message).where(Message.id == message.message_id).values(asked_at=when, status="sending")
        )


async def test_a_text_in_doubt_is_not_sent_again_before_the_carrier_must_know_of_it(
    tenant: Tenant, carrier: Carrier
) -> None:
    _agent, message, number = await _link(tenant)
    await _asked(message, GRACE_SECONDS - 5)
    with pytest.raises(CarrierError):
        await send(message)
    assert await carrier.messages_to(number) == []
    await _asked(message, GRACE_SECONDS + 1)
    await send(message)
    assert len(await carrier.messages_to(number)) == 1


async def test_two_workers_with_the_same_text_send_it_once(tenant: Tenant, carrier: Carrier) -> None:
    _agent, message, number = await _link(tenant)
    outcomes = await asyncio.gather(*(send(message) for _ in range(4)), return_exceptions=True)
    assert {type(one) for one in outcomes} <= {type(None), CarrierError}
    await send(message)
    assert len(await carrier.messages_to(number)) == 1


async def test_a_text_taken_up_again_by_two_workers_is_sent_once(tenant: Tenant, carrier: Carrier) -> None:
    _agent, message, number = await _link(tenant)
    await _asked(message, GRACE_SECONDS + 1)
    await asyncio.gather(*(send(message) for _ in range(4)), return_exceptions=True)
    assert len(await carrier.messages_to(number)) == 1


async def test_a_text_refused_to_who_opted_out_at_the_carrier_is_marked_and_so_is_the_person(
    tenant: Tenant, carrier: Carrier
) -> None:
    agent, message, _number = await _link(tenant)
    async with carrier.fault("/Messages.json", "error", code=21610):
        await send(message)
    after = await agent.shown()
    assert after["messages"][0]["status"] == "failed"
    person = (await agent.tenant.client.get(f"/customers/{after['customer_id']}")).json()
    assert [one["kind"] for one in person["restrictions"]] == ["sms_opt_out"]


async def test_any_other_refusal_of_a_text_is_no_opt_out(tenant: Tenant, carrier: Carrier) -> None:
    agent, message, _number = await _link(tenant)
    async with carrier.fault("/Messages.json", "error", code=21614):
        await send(message)
    person = (await tenant.client.get(f"/customers/{(await agent.shown())['customer_id']}")).json()
    assert person["restrictions"] == []


async def test_the_sweeper_sends_what_stayed_in_the_outbox(tenant: Tenant) -> None:
    call = await placed_call(tenant)
    old = datetime.now(UTC) - timedelta(seconds=60)
    await outbox_sent()
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(update(OutboxMessage).values(sent_at=None, created_at=old))
    assert await sweeper.sweep_outbox(datetime.now(UTC)) >= 1
    async with database().transaction(tenant.organization_id) as session:
        rows = (await session.execute(select(OutboxMessage.body, OutboxMessage.sent_at))).all()
    assert [(row.body["call_id"], row.sent_at is not None) for row in rows] == [(call, True)]


async def test_the_sweeper_wakes_calls_that_nobody_looks_at(tenant: Tenant) -> None:
    await placed_call(tenant)
    later = datetime.now(UTC) + timedelta(seconds=sweeper.CALL_SECONDS + 5)
    assert await sweeper.sweep_calls(later) >= 1
    assert await sweeper.sweep_messages(later) >= 0


async def test_a_text_is_swept_by_the_time_it_is_dated_in(tenant: Tenant) -> None:
    _agent, message, _number = await _link(tenant)
    sent: list[UUID] = []

    class Queue:
        async def send(self, _queue: str, body: dict[str, str]) -> None:
            sent.append(UUID(body["message_id"]))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweeper, "queue_sender", Queue)
        now = datetime.now(UTC)
        await sweeper.sweep_messages(now)
        assert message.message_id not in sent  # it is seconds old, whatever the wall clock says
        await sweeper.sweep_messages(now + timedelta(seconds=sweeper.MESSAGE_SECONDS + 5))
    assert message.message_id in sent


async def test_a_part_of_the_sweep_that_fails_keeps_no_other_from_its_turn(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_now: datetime) -> int:
        raise OSError("no queue")

    monkeypatch.setattr(sweeper, "sweep_outbox", broken)
    found = await sweeper.sweep_all(datetime.now(UTC))
    assert found.keys() == {"calls", "campaigns", "messages"}


@pytest.mark.parametrize("queue", ["call-requests", "call-signals", "call-wrapup"])
async def test_a_queue_that_gives_up_marks_the_call(tenant: Tenant, queue: str) -> None:
    call = await placed_call(tenant)
    await give_up(queue, {"organization_id": str(tenant.organization_id), "call_id": call})
    after = await shown(tenant, call)
    events: list[Any] = [entry["event"] for entry in after["entries"]]
    assert "queue_gave_up" in events
    assert after["status"] == ("failed" if queue == "call-requests" else "queued")


async def test_a_queue_that_gives_up_marks_the_message(tenant: Tenant) -> None:
    agent, message, _number = await _link(tenant)
    await give_up(
        "outbound-messages",
        {"organization_id": str(tenant.organization_id), "message_id": str(message.message_id)},
    )
    assert (await agent.shown())["messages"][0]["status"] == "failed"
