"""A right that is invoked stops the person in every campaign at once, whoever recorded it and whatever a round does."""

import asyncio
import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from archer.store import AuditEntry, Call
from archer.store.database import database
from tests.campaign_support import a_number, act, add, calls, draft, members, people, progress, running
from tests.durable.campaigning import a_round, end_calls
from tests.support import Tenant, open_session

CEASE = {"kind": "cease", "reason": "letter of 12 November"}


async def _restrict(tenant: Tenant, person: str, **body: Any) -> dict[str, Any]:
    answer = await tenant.client.post(f"/customers/{person}/restrictions", json=CEASE | body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _exported(tenant: Tenant, person: str) -> dict[str, bytes]:
    answer = await tenant.client.get(f"/customers/{person}/evidence")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_who_waits_in_any_open_campaign_is_skipped_with_the_restriction(tenant: Tenant) -> None:
    person, other = await people(tenant, 2)
    begun = [await running(tenant, [person, other]) for _ in range(2)]
    await act(tenant, begun[1], "pause")
    not_begun = await draft(tenant)
    await add(tenant, not_begun, [person])
    over = await running(tenant, [person])
    await act(tenant, over, "cancel")
    added = await _restrict(tenant, person)
    assert added["stopped"]["members"] == 3
    reason = {"cause": "restriction", "kind": "cease", "restriction_id": added["restriction"]["id"]}
    for campaign in (*begun, not_begun):
        member = (await members(tenant, campaign))[person]
        assert (member["status"], member["reason"]) == ("skipped", reason)
    assert (await members(tenant, over))[person]["reason"] == {"cause": "campaign_canceled"}
    assert await progress(tenant, begun[0]) == {"pending": 1, "skipped": 1}
    await a_round(tenant, begun[0])
    assert [call["customer_id"] for call in await calls(tenant, begun[0])] == [other]


async def test_a_queued_call_of_a_campaign_is_cancelled_and_its_member_skipped(tenant: Tenant) -> None:
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person])
    await a_round(tenant, campaign)
    added = await _restrict(tenant, person)
    assert (added["stopped"]["calls"], added["stopped"]["members"]) == (1, 1)
    (call,) = await calls(tenant, campaign)
    assert (call["status"], call["disposition"]) == ("canceled", "blocked")
    assert (await members(tenant, campaign))[person]["reason"]["cause"] == "restriction"
    assert (await a_round(tenant, campaign)).over is True


async def test_a_caller_who_says_stop_is_skipped_everywhere_else(tenant: Tenant) -> None:
    """The campaign that called him has reached him; every other one must not."""
    (person,) = await people(tenant, 1)
    calling, waiting = await running(tenant, [person]), await running(tenant, [person])
    await a_round(tenant, calling)
    (call,) = await calls(tenant, calling)
    agent = await open_session(tenant, call["id"])
    await agent.tool("record_restriction", kind="cease", details="stop calling me")
    assert (await members(tenant, waiting))[person]["status"] == "skipped"
    assert (await members(tenant, calling))[person]["status"] == "calling"
    await end_calls(tenant, calling)
    await a_round(tenant, calling)
    member = (await members(tenant, calling))[person]
    assert (member["status"], member["last_disposition"]) == ("done", "cease_requested")


@pytest.mark.parametrize("kind", ["inconvenient_time", "language", "hardship"])
async def test_what_does_not_stop_calls_skips_nobody(tenant: Tenant, kind: str) -> None:
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person])
    assert (await _restrict(tenant, person, kind=kind))["stopped"]["members"] == 0
    assert await progress(tenant, campaign) == {"pending": 1}


async def test_a_revoked_consent_a_number_and_a_list_skip_as_well(tenant: Tenant) -> None:
    revoked, wrong, listed = await people(tenant, 3)
    campaign = await running(tenant, [revoked, wrong, listed])
    known = {one: (await tenant.client.get(f"/customers/{one}")).json() for one in (revoked, wrong, listed)}
    consents = (await tenant.client.get(f"/customers/{revoked}/consents")).json()["items"]
    answers = [
        await tenant.client.post(f"/customers/{revoked}/consents/{consents[0]['id']}/revoke", json={"reason": "x"}),
        await tenant.client.post(
            "/restrictions", json={"phone_number": known[wrong]["phone_number"], "kind": "wrong_number"}
        ),
        await tenant.client.post(
            "/do-not-call/imports", content=known[listed]["phone_number"], headers={"content-type": "text/csv"}
        ),
    ]
    assert [answer.json()["stopped"]["members"] for answer in answers] == [1, 1, 1]
    found = await members(tenant, campaign)
    assert [found[one]["reason"]["cause"] for one in (revoked, wrong, listed)] == [
        "consent_revoked",
        "restriction",
        "do_not_call",
    ]


async def test_every_account_of_the_person_is_skipped_and_nobody_else(tenant: Tenant) -> None:
    number = a_number()
    first, second = await people(tenant, 2, phone_number=number, name="Ada Jones")
    (namesake,) = await people(tenant, 1, name="Ada Jones")
    campaign = await running(tenant, [first, second, namesake])
    assert (await _restrict(tenant, first))["stopped"]["members"] == 2
    assert (await members(tenant, campaign))[namesake]["status"] == "pending"


async def test_a_dispute_holds_one_account_only(tenant: Tenant) -> None:
    number = a_number()
    first, second = await people(tenant, 2, phone_number=number, name="Ada Jones")
    campaign = await running(tenant, [first, second])
    assert (await _restrict(tenant, first, kind="dispute"))["stopped"]["members"] == 1
    assert (await members(tenant, campaign))[second]["status"] == "pending"


async def test_whatever_a_round_does_meanwhile_no_call_survives(tenant: Tenant) -> None:
    for _ in range(5):
        (person,) = await people(tenant, 1)
        campaign = await running(tenant, [person])
        await asyncio.gather(a_round(tenant, campaign), _restrict(tenant, person), a_round(tenant, campaign))
        member = (await members(tenant, campaign))[person]
        assert member["status"] == "skipped"
        async with database().transaction(tenant.organization_id) as session:
            rows = await session.scalars(select(Call.status).where(Call.customer_id == uuid.UUID(person)))
            assert set(rows) <= {"canceled"}


async def test_the_customers_evidence_shows_the_membership_and_why_it_was_skipped(tenant: Tenant) -> None:
    (person,) = await people(tenant, 1)
    (represented,) = await people(tenant, 1, flags={"attorney": True})
    campaign = await running(tenant, [person, represented])
    restriction = (await _restrict(tenant, person))["restriction"]["id"]
    files = await _exported(tenant, person)
    (row,) = [json.loads(line) for line in files["customer/campaigns.jsonl"].splitlines()]
    assert (row["campaign_id"], row["campaign"], row["campaign_status"]) == (campaign, "November", "running")
    assert (row["status"], row["reason"]["restriction_id"]) == ("skipped", restriction)
    acts = [json.loads(line) for line in files["audit.jsonl"].splitlines()]
    (recorded,) = [act for act in acts if act["action"] == "restriction.recorded"]
    assert (recorded["details"]["stopped"]["members"], recorded["details"]["stopped"]["campaign_ids"]) == (
        1,
        [campaign],
    )

    await a_round(tenant, campaign)
    files = await _exported(tenant, represented)
    (row,) = [json.loads(line) for line in files["customer/campaigns.jsonl"].splitlines()]
    (decision,) = [json.loads(line) for line in files["customer/decisions.jsonl"].splitlines()]
    assert (row["status"], row["reason"]["decision_id"]) == ("skipped", decision["id"])
    (facts,) = [json.loads(line) for line in files["customer/dial_facts.jsonl"].splitlines()]
    assert facts == decision["facts"]


async def test_the_audit_log_stays_whole(tenant: Tenant) -> None:
    person, other = await people(tenant, 2)
    campaign = await running(tenant, [person, other])
    await asyncio.gather(a_round(tenant, campaign), _restrict(tenant, person))
    answer = (await tenant.client.get("/audit/verification")).json()
    assert answer["verified"] is True
    async with database().transaction(tenant.organization_id) as session:
        rows = await session.scalars(select(AuditEntry.number).order_by(AuditEntry.number))
        numbers = list(rows)
    assert numbers == list(range(1, len(numbers) + 1))


async def test_rounds_rights_and_people_at_once_wait_for_each_other_and_none_fails(tenant: Tenant) -> None:
    persons = await people(tenant, 12)
    first, second = [await running(tenant, persons, max_concurrent_calls=4) for _ in range(2)]

    async def asked(campaign: str, verb: str) -> int:
        return (await tenant.client.post(f"/campaigns/{campaign}/{verb}")).status_code

    async def restricted(person: str) -> int:
        return (await tenant.client.post(f"/customers/{person}/restrictions", json=CEASE)).status_code

    async def rounded(campaign: str) -> int:
        await a_round(tenant, campaign)
        return 200

    async def added() -> int:
        path = f"/campaigns/{first}/members"
        return (await tenant.client.post(path, json={"customer_ids": persons})).status_code

    statuses = await asyncio.gather(
        *(rounded(campaign) for campaign in (first, second)),
        *(restricted(person) for person in persons[:6]),
        *(asked(campaign, verb) for verb in ("pause", "resume") for campaign in (first, second)),
        added(),
        asked(second, "cancel"),
    )
    statuses += await asyncio.gather(
        *(rounded(campaign) for campaign in (first, second) * 3), *(restricted(person) for person in persons[6:9])
    )
    assert set(statuses) <= {200, 201, 409}
    found = await members(tenant, first)
    assert {found[person]["status"] for person in persons[:9]} == {"skipped"}
    assert {found[person]["status"] for person in persons[9:]} <= {"calling", "pending"}
    assert set(await progress(tenant, second)) == {"skipped"}


async def test_who_is_erased_leaves_every_campaign(tenant: Tenant) -> None:
    person, other = await people(tenant, 2)
    campaign = await running(tenant, [person, other])
    answer = await tenant.client.post(f"/customers/{person}/erasure", json={"reason": "his letter"})
    assert answer.status_code in (200, 201, 202), answer.text
    assert (await tenant.client.get(f"/customers/{person}")).status_code == 404
    assert set(await members(tenant, campaign)) == {other}
    await a_round(tenant, campaign)
    assert await progress(tenant, campaign) == {"calling": 1}
