"""Campaigns over HTTP: made, filled, previewed, started, paused, resumed, canceled; members come and go."""

import uuid
from typing import Any

import pytest
from sqlalchemy import insert, select

from archer.store import ApiKey, AuditEntry, Campaign, CampaignMember, Customer
from archer.store.database import database
from archer.store.organizations import hash_api_key, new_api_key
from tests.campaign_support import act, add, draft, members, people, progress, running
from tests.support import Tenant, new_tenant

ACTS = ("start", "pause", "resume", "cancel")


async def _many(tenant: Tenant, count: int) -> list[str]:
    ids = [uuid.uuid4() for _ in range(count)]
    rows = [
        {
            "id": one,
            "organization_id": tenant.organization_id,
            "external_id": f"bulk-{n:06}",
            "name": f"Person {n}",
            "phone_number": f"+1617{2000000 + n:07}",
            "account_last_4": "1234",
            "postal_code": "02139",
            "balance": "100.00",
        }
        for n, one in enumerate(ids)
    ]
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(insert(Customer), rows)
    return [str(one) for one in ids]


async def test_a_new_campaign_is_a_draft_and_calls_nobody(tenant: Tenant) -> None:
    campaign = await draft(tenant, name="Late in November", max_concurrent_calls=3, ends_at="2026-11-30T22:00:00Z")
    shown = (await tenant.client.get(f"/campaigns/{campaign}")).json()
    assert (shown["status"], shown["name"], shown["max_concurrent_calls"]) == ("draft", "Late in November", 3)
    assert shown["members"] == {"pending": 0, "calling": 0, "done": 0, "skipped": 0, "failed": 0}
    await add(tenant, campaign, await people(tenant, 1))
    assert (await tenant.client.get("/calls")).json()["items"] == []


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "a\u0000"},
        {"max_concurrent_calls": 0},
        {"calls_per_minute": 601},
        {"max_attempts": 0},
        {"retry_after_minutes": 0},
        {"starts_at": "2026-11-20T10:00:00Z", "ends_at": "2026-11-20T10:00:00Z"},
        {"ends_at": "2026-11-20T10:00:00"},
        {"tactic": "nobody_has_it"},
        {"budget": 3},
    ],
)
async def test_a_campaign_that_makes_no_sense_is_refused(tenant: Tenant, values: dict[str, Any]) -> None:
    answer = await tenant.client.post("/campaigns", json={"name": "November"} | values)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_same_key_makes_one_campaign(tenant: Tenant) -> None:
    headers, body = {"Idempotency-Key": "november"}, {"name": "November"}
    first = await tenant.client.post("/campaigns", json=body, headers=headers)
    again = await tenant.client.post("/campaigns", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await tenant.client.post("/campaigns", json={"name": "December"}, headers=headers)
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[-1]) == (409, "idempotency-key-reused")
    assert len((await tenant.client.get("/campaigns")).json()["items"]) == 1


async def test_campaigns_are_listed_by_page_and_status(tenant: Tenant) -> None:
    made = [await draft(tenant, name=f"No. {n}") for n in range(5)]
    await act(tenant, made[2], "cancel")
    first = (await tenant.client.get("/campaigns", params={"limit": 3})).json()
    rest = (await tenant.client.get("/campaigns", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    canceled = (await tenant.client.get("/campaigns", params={"status": "canceled"})).json()["items"]
    assert [item["id"] for item in canceled] == [made[2]]


async def test_every_line_of_members_is_reported(tenant: Tenant, app: Any) -> None:
    campaign = await draft(tenant)
    known = await people(tenant, 2)
    key = (await tenant.client.get(f"/customers/{known[1]}")).json()["external_id"]
    async with new_tenant(app) as other:
        (theirs,) = await people(other, 1)
    body = {"customer_ids": [known[0], theirs, known[0]], "external_ids": [key, "nobody"]}
    answer = (await tenant.client.post(f"/campaigns/{campaign}/members", json=body)).json()
    assert (answer["added"], answer["already_there"], answer["unknown"]) == (2, 1, 2)
    assert [(line["line"], line["key"], line["result"]) for line in answer["report"]] == [
        (1, known[0], "added"),
        (2, theirs, "unknown"),
        (3, known[0], "already_there"),
        (4, key, "added"),
        (5, "nobody", "unknown"),
    ]
    again = await tenant.client.post(f"/campaigns/{campaign}/members", json=body, params={"report": "none"})
    assert (again.json()["added"], again.json()["already_there"], again.json()["report"]) == (0, 3, [])
    assert set(await members(tenant, campaign)) == set(known)


async def test_ten_thousand_members_in_one_request_and_no_more(tenant: Tenant) -> None:
    campaign = await draft(tenant)
    ids = await _many(tenant, 10_000)
    path = f"/campaigns/{campaign}/members"
    answer = await tenant.client.post(path, json={"customer_ids": ids}, params={"report": "problems"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["added"], answer.json()["report"]) == (10_000, [])
    assert await progress(tenant, campaign) == {"pending": 10_000}
    page = (await tenant.client.get(path, params={"limit": 200})).json()
    following = (await tenant.client.get(path, params={"limit": 200, "cursor": page["next_cursor"]})).json()
    assert len({item["customer_id"] for item in page["items"] + following["items"]}) == 400
    preview = (await tenant.client.get(f"/campaigns/{campaign}/preview", params={"show": "none"})).json()
    assert (preview["asked"], preview["more"]) == (10_000, False)
    long_keys = {"external_ids": ["x" * 100] * 10_000}
    assert (await tenant.client.post(path, json=long_keys, params={"report": "none"})).json()["unknown"] == 10_000
    for body in ({"customer_ids": ids, "external_ids": ["x"]}, {}, {"external_ids": ["a\u0000"]}):
        assert (await tenant.client.post(path, json=body)).status_code == 422


async def test_the_preview_says_whom_the_gate_would_skip_and_calls_nobody(tenant: Tenant) -> None:
    fine, represented = await people(tenant, 2), await people(tenant, 1, flags={"attorney": True})
    campaign = await running(tenant, fine + represented)
    preview = (await tenant.client.get(f"/campaigns/{campaign}/preview")).json()
    assert preview["sentence"] == "1 of 3 will be skipped"
    assert [(rule["id"], rule["customers"]) for rule in preview["rules"]] == [("P-16", 1)]
    assert [one["customer_id"] for one in preview["customers"]] == represented
    night = {"at": "2026-11-17T05:00:00Z", "show": "none"}
    assert (await tenant.client.get(f"/campaigns/{campaign}/preview", params=night)).json()["allowed"] == 0
    assert await progress(tenant, campaign) == {"pending": 3}
    assert (await tenant.client.get("/calls")).json()["items"] == []


async def test_an_empty_or_outdated_campaign_does_not_start(tenant: Tenant) -> None:
    empty, late = await draft(tenant), await draft(tenant, ends_at="2026-11-16T16:59:00Z")
    await add(tenant, late, await people(tenant, 1))
    for campaign in (empty, late):
        answer = await tenant.client.post(f"/campaigns/{campaign}/start")
        assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")


async def test_each_state_allows_what_makes_sense_in_it_and_repeats_harm_nothing(tenant: Tenant) -> None:
    allowed = {
        "draft": {"start", "cancel"},
        "running": {"start", "resume", "pause", "cancel"},
        "paused": {"pause", "resume", "cancel"},
        "canceled": {"cancel"},
        "completed": set(),
    }
    person = await people(tenant, 1)
    for status, verbs in allowed.items():
        for verb in ACTS:
            campaign = await draft(tenant)
            await add(tenant, campaign, person)
            async with database().transaction(tenant.organization_id) as session:
                row = await session.get(Campaign, uuid.UUID(campaign))
                assert row is not None
                row.status = status
            answer = await tenant.client.post(f"/campaigns/{campaign}/{verb}")
            assert answer.status_code == (200 if verb in verbs else 409), (status, verb, answer.text)


async def test_a_canceled_campaign_skips_who_waits_and_takes_nobody_more(tenant: Tenant) -> None:
    campaign = await running(tenant, await people(tenant, 2))
    assert (await act(tenant, campaign, "cancel"))["members"]["skipped"] == 2
    causes = {member["reason"]["cause"] for member in (await members(tenant, campaign)).values()}
    assert causes == {"campaign_canceled"}
    answer = await tenant.client.post(f"/campaigns/{campaign}/members", json={"customer_ids": await people(tenant, 1)})
    assert answer.status_code == 409


async def test_a_member_leaves_a_draft_without_a_trace(tenant: Tenant) -> None:
    first, second = await people(tenant, 2)
    campaign = await draft(tenant)
    await add(tenant, campaign, [first, second])
    assert (await tenant.client.delete(f"/campaigns/{campaign}/members/{first}")).status_code == 204
    assert set(await members(tenant, campaign)) == {second}
    assert (await tenant.client.delete(f"/campaigns/{campaign}/members/{first}")).status_code == 404


async def test_once_begun_a_removed_member_stays_on_record_and_may_come_back(tenant: Tenant) -> None:
    first, second = await people(tenant, 2)
    campaign = await running(tenant, [first, second])
    for _ in range(2):
        assert (await tenant.client.delete(f"/campaigns/{campaign}/members/{first}")).status_code == 204
    member = (await members(tenant, campaign))[first]
    assert (member["status"], member["reason"]["cause"]) == ("skipped", "removed")
    assert (await add(tenant, campaign, [first, second]))["added"] == 1
    assert (await members(tenant, campaign))[first]["status"] == "pending"


async def test_who_is_being_called_cannot_be_removed(tenant: Tenant) -> None:
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person])
    async with database().transaction(tenant.organization_id) as session:
        row = (await session.scalars(select(CampaignMember))).one()
        row.status = "calling"
    assert (await tenant.client.delete(f"/campaigns/{campaign}/members/{person}")).status_code == 409


async def test_members_are_listed_by_status(tenant: Tenant) -> None:
    first, second = await people(tenant, 2)
    campaign = await running(tenant, [first, second])
    await tenant.client.delete(f"/campaigns/{campaign}/members/{first}")
    for status, expected in (("pending", [second]), ("skipped", [first]), ("done", [])):
        answer = await tenant.client.get(f"/campaigns/{campaign}/members", params={"status": status})
        assert [item["customer_id"] for item in answer.json()["items"]] == expected
    assert (await tenant.client.get(f"/campaigns/{campaign}/members", params={"status": "x"})).status_code == 422


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("operator", 200)])
async def test_viewers_read_and_operators_act(tenant: Tenant, role: str, status: int) -> None:
    key = new_api_key()
    async with database().transaction(tenant.organization_id) as session:
        session.add(ApiKey(organization_id=tenant.organization_id, name=role, key_hash=hash_api_key(key), role=role))
    headers = {"Authorization": f"Bearer {key}"}
    (person,) = await people(tenant, 1)
    campaign = await draft(tenant)
    added = {"customer_ids": [person]}
    made = await tenant.client.post("/campaigns", json={"name": "x"}, headers=headers)
    assert made.status_code == (201 if status == 200 else 403)
    for path in ("members", *ACTS):
        body = added if path == "members" else None
        answer = await tenant.client.post(f"/campaigns/{campaign}/{path}", json=body, headers=headers)
        assert answer.status_code == status, path
    for path in ("", f"/{campaign}", f"/{campaign}/members", f"/{campaign}/preview"):
        assert (await tenant.client.get(f"/campaigns{path}", headers=headers)).status_code == 200, path
    gone = await tenant.client.delete(f"/campaigns/{campaign}/members/{person}", headers=headers)
    assert gone.status_code == (403 if status == 403 else 409)


async def test_another_organization_sees_none_of_it(tenant: Tenant, app: Any) -> None:
    (person,) = await people(tenant, 1)
    campaign = await running(tenant, [person])
    async with new_tenant(app) as other:
        assert (await other.client.get("/campaigns")).json()["items"] == []
        for path in ("", "/members", "/preview"):
            assert (await other.client.get(f"/campaigns/{campaign}{path}")).status_code == 404
        for path in ("members", *ACTS):
            body = {"customer_ids": [person]} if path == "members" else None
            assert (await other.client.post(f"/campaigns/{campaign}/{path}", json=body)).status_code == 404
        assert (await other.client.delete(f"/campaigns/{campaign}/members/{person}")).status_code == 404
        async with database().transaction(other.organization_id) as session:
            assert (await session.scalars(select(CampaignMember.id))).all() == []
    assert await progress(tenant, campaign) == {"pending": 1}


async def test_what_people_do_is_on_record(tenant: Tenant) -> None:
    (person, other) = await people(tenant, 2)
    campaign = await running(tenant, [person, other])
    await tenant.client.delete(f"/campaigns/{campaign}/members/{person}")
    for verb in ("pause", "resume", "cancel"):
        await act(tenant, campaign, verb)
    async with database().transaction(tenant.organization_id) as session:
        rows = await session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject == f"campaign:{campaign}").order_by(AuditEntry.number)
        )
        assert [action.removeprefix("campaign.") for action in rows] == [
            "created",
            "members_added",
            "started",
            "member_removed",
            "paused",
            "resumed",
            "canceled",
        ]
