"""Retention and erasure: nothing goes before its time, everything goes after it, suppressions stay."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from archer.erasing import purge_secrets, run_retention
from archer.store.calls import Call, CallEntry
from archer.store.customers import Customer
from archer.store.database import database
from archer.store.erasure import erase_customer, erase_evidence
from archer.store.recordings import Recording
from durable import retention as durable_retention
from durable.retention import purge_all, retain_all
from tests.support import Tenant, customer, new_tenant, open_session

NOW = datetime(2026, 11, 16, 17, tzinfo=UTC)


def _moved(tenant: Tenant, person: str, years: float) -> None:
    """Date everything about a customer so many years back, as the owner of the database could."""
    back = timedelta(days=365.25 * years)
    columns = {
        "calls": ("queued_at", "dialed_at", "ended_at"),
        "messages": ("created_at", "sent_at"),
        "arrangements": ("created_at",),
        "callbacks": ("asked_at",),
        "dial_decisions": ("decided_at",),
        "contact_restrictions": ("created_at", "lifted_at"),
        "consents": ("revoked_at",),
    }
    with create_engine(os.environ["DATABASE_OWNER_URL"]).begin() as connection:
        for table, names in columns.items():
            changes = ", ".join(f"{name} = {name} - :back" for name in names)
            connection.execute(
                text(f"UPDATE {table} SET {changes} WHERE customer_id = :id"), {"back": back, "id": uuid.UUID(person)}
            )


async def _called(tenant: Tenant, years: float, **changes: Any) -> str:
    """A customer whose last call was so many years ago."""
    agent = await open_session(tenant, **changes)
    await agent.post(
        "entries",
        {
            "entries": [
                {"n": 1, "at": "2026-11-16T17:01:00Z", "kind": "transcript", "speaker": "customer", "text": "Hi"}
            ]
        },
    )
    person = str((await agent.shown())["customer_id"])
    _moved(tenant, person, years)
    return person


async def _rows(tenant: Tenant, model: Any) -> int:
    async with database().transaction(tenant.organization_id) as session:
        return len((await session.scalars(select(model))).all())


async def test_evidence_goes_after_five_years_and_not_before(tenant: Tenant) -> None:
    old, young = await _called(tenant, 5.1), await _called(tenant, 4.9)
    dry = (await tenant.client.post("/retention/runs")).json()
    assert dry["dry_run"] is True
    assert [one["customer_id"] for one in dry["evidence"]] == [old]
    assert await _rows(tenant, Call) == 2
    done = (await tenant.client.post("/retention/runs", params={"dry_run": "false"})).json()
    assert done["evidence"][0]["deleted"]["calls"] == 1
    async with database().transaction(tenant.organization_id) as session:
        left = (await session.scalars(select(Call))).all()
        assert [str(call.customer_id) for call in left] == [young]
        entries = set(await session.scalars(select(CallEntry.call_id)))
        assert entries == {left[0].id}
    assert (await tenant.client.get(f"/customers/{old}")).status_code == 200
    noted = (await tenant.client.get("/audit", params={"action": "retention.deleted"})).json()["items"]
    assert [entry["subject"] for entry in noted] == [f"customer:{old}"]
    assert (await tenant.client.get("/audit/verification")).json()["verified"] is True


@pytest.mark.parametrize("years", [0.0, 1.0, 2.9])
async def test_the_database_refuses_what_the_law_wants_kept(tenant: Tenant, years: float) -> None:
    person = uuid.UUID(await _called(tenant, years))
    for erase in (erase_evidence, erase_customer):
        with pytest.raises(DBAPIError, match="three years"):
            async with database().transaction(tenant.organization_id) as session:
                await erase(session, person)
    assert await _rows(tenant, Call) == 1


async def test_a_clock_that_runs_ahead_deletes_nothing_early(tenant: Tenant) -> None:
    await _called(tenant, 2.0)
    report = await run_retention(tenant.organization_id, NOW + timedelta(days=366 * 20), dry_run=False)
    assert report.evidence == []
    assert "three years" in report.kept[0]["reason"]
    assert await _rows(tenant, Call) == 1


async def test_an_erasure_request_restricts_now_and_deletes_later(tenant: Tenant) -> None:
    person = await _called(tenant, 0)
    queued = await tenant.client.post("/calls", json={"customer_id": person})
    answer = await tenant.client.post(f"/customers/{person}/erasure", json={"reason": "letter of today"})
    assert answer.status_code == 202, answer.text
    assert (answer.json()["status"], answer.json()["erasable_on"]) == ("restricted", "2031-11-16")
    assert answer.json()["held_by"] == {"evidence": "2031-11-16"}
    if queued.status_code == 202:
        assert (await tenant.client.get(f"/calls/{queued.json()['id']}")).json()["status"] == "canceled"
    refused = await tenant.client.post("/calls", json={"customer_id": person})
    assert "P-18" in [rule["id"] for rule in refused.json()["decision"]["rules"]]
    again = await tenant.client.post(f"/customers/{person}/erasure", json={"reason": "asked again"})
    assert again.json()["id"] == answer.json()["id"]
    row = (await tenant.client.get(f"/customers/{person}/restrictions")).json()["items"][0]
    assert (await tenant.client.post(f"/restrictions/{row['id']}/lift", json={"reason": "x"})).status_code == 409
    kept = (await tenant.client.post("/retention/runs", params={"dry_run": "false"})).json()["kept"]
    assert [one["customer_id"] for one in kept] == [person]

    _moved(tenant, person, 5.1)
    done = (await tenant.client.post("/retention/runs", params={"dry_run": "false"})).json()
    assert [one["customer_id"] for one in done["erasures"]] == [person]
    assert (await tenant.client.get(f"/customers/{person}")).status_code == 404
    listed = (await tenant.client.get("/erasures")).json()["items"]
    assert [(one["customer_id"], one["status"]) for one in listed] == [(person, "done")]


async def test_a_customer_without_records_is_erased_at_once(tenant: Tenant) -> None:
    person = (await tenant.client.post("/customers", json=customer())).json()["id"]
    answer = await tenant.client.post(f"/customers/{person}/erasure", json={"reason": "letter"})
    assert (answer.status_code, answer.json()["status"]) == (200, "done")
    assert (await tenant.client.get(f"/customers/{person}")).status_code == 404


async def test_suppressions_outlive_the_customer(tenant: Tenant) -> None:
    number = "+16175550166"
    person = (await tenant.client.post("/customers", json=customer(phone_number=number))).json()["id"]
    for kind in ("cease", "wrong_number"):
        await tenant.client.post(f"/customers/{person}/restrictions", json={"kind": kind})
    young = await tenant.client.post(f"/customers/{person}/erasure", json={"reason": "letter"})
    assert young.json()["held_by"] == {"opt_outs": "2031-11-16"}
    _moved(tenant, person, 5.1)
    await tenant.client.post("/retention/runs", params={"dry_run": "false"})
    assert (await tenant.client.get(f"/customers/{person}")).status_code == 404
    left = (await tenant.client.get("/restrictions", params={"phone_number": number})).json()["items"]
    assert sorted(row["kind"] for row in left) == ["do_not_call", "wrong_number"]
    assert {row["customer_id"] for row in left} == {None}
    back = (await tenant.client.post("/customers", json=customer(phone_number=number))).json()["id"]
    rules = [rule["id"] for rule in (await tenant.client.get(f"/customers/{back}/gate")).json()["rules"]]
    assert {"P-18", "P-27"} <= set(rules)


async def test_a_recording_goes_after_four_years_and_holds_its_call_until_then(tenant: Tenant) -> None:
    person = await _called(tenant, 6)
    async with database().transaction(tenant.organization_id) as session:
        call = (await session.scalars(select(Call))).one()
        session.add(
            Recording(
                organization_id=tenant.organization_id,
                call_id=call.id,
                recording_sid=f"RE{uuid.uuid4().hex}",
                status="completed",
                started_at=NOW - timedelta(days=365 * 3),
            )
        )
    report = await run_retention(tenant.organization_id, NOW, dry_run=False)
    assert (report.recordings, report.evidence) == (0, [])
    assert "recording" in report.kept[0]["reason"]
    with create_engine(os.environ["DATABASE_OWNER_URL"]).begin() as connection:
        connection.execute(
            text("UPDATE recordings SET started_at = started_at - interval '2 years' WHERE call_id = :id"),
            {"id": call.id},
        )
    report = await run_retention(tenant.organization_id, NOW, dry_run=False)
    assert (report.recordings, [one["customer_id"] for one in report.evidence]) == (1, [person])
    assert await _rows(tenant, Recording) == 0


async def test_calls_of_nobody_known_go_by_their_own_date(tenant: Tenant) -> None:
    async with database().transaction(tenant.organization_id) as session:
        for years in (1, 4, 6):
            session.add(
                Call(
                    organization_id=tenant.organization_id,
                    phone_number="+16175550100",
                    direction="inbound",
                    status="completed",
                    collector_mode="first_party",
                    queued_at=NOW - timedelta(days=366 * years),
                )
            )
    report = await run_retention(tenant.organization_id, NOW, dry_run=False)
    assert report.unclaimed_calls == 1
    assert await _rows(tenant, Call) == 2


async def test_the_nightly_run_visits_every_organization(tenant: Tenant, app: Any) -> None:
    async with new_tenant(app) as other:
        await _called(tenant, 5.1)
        await _called(other, 5.1)
        done = await retain_all(NOW)
        assert done["failed"] == 0
        assert done["evidence"] >= 2
        assert await _rows(tenant, Call) == await _rows(other, Call) == 0


async def test_one_organization_cannot_erase_of_another(tenant: Tenant, app: Any) -> None:
    person = await _called(tenant, 6)
    async with new_tenant(app) as other:
        assert (await other.client.post(f"/customers/{person}/erasure", json={"reason": "x"})).status_code == 404
        async with database().transaction(other.organization_id) as session:
            assert await erase_customer(session, uuid.UUID(person)) is None
        await other.client.post("/retention/runs", params={"dry_run": "false"})
    assert await _rows(tenant, Customer) == await _rows(tenant, Call) == 1


async def test_outside_an_organization_nothing_is_deleted(tenant: Tenant) -> None:
    person = uuid.UUID(await _called(tenant, 6))
    async with database().outside() as session:
        assert await erase_customer(session, person) is None
    assert await _rows(tenant, Customer) == 1


async def test_card_data_found_later_is_purged_as_an_incident(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    with create_engine(os.environ["DATABASE_OWNER_URL"]).begin() as connection:
        for seq, said in ((901, "my card is 4111 1111"), (902, "1111 1111 thanks"), (903, "yes on December 1")):
            connection.execute(
                text(
                    "INSERT INTO call_entries (organization_id, call_id, seq, at, kind, speaker, text) "
                    "VALUES (:org, :call, :seq, :at, 'transcript', 'customer', :text)"
                ),
                {"org": tenant.organization_id, "call": agent.call_id, "seq": seq, "at": NOW, "text": said},
            )
    assert await purge_secrets(tenant.organization_id, NOW - timedelta(hours=1)) == 2
    texts = [entry["text"] for entry in (await agent.shown())["entries"] if entry["text"]]
    assert "1111" not in " ".join(texts)
    assert "yes on December 1" in texts
    await purge_all(NOW - timedelta(hours=1))
    assert await purge_all(NOW - timedelta(hours=1)) == 0
    noted = (await tenant.client.get("/audit", params={"action": "incident.secret_purged"})).json()["items"]
    assert noted[0]["details"]["entries"] == [901, 902]


async def test_purging_cannot_rewrite_what_was_said(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.post(
        "entries",
        {
            "entries": [
                {"n": 1, "at": "2026-11-16T17:01:00Z", "kind": "transcript", "speaker": "agent", "text": "I said this"}
            ]
        },
    )
    async with database().transaction(tenant.organization_id) as session:
        seq = (await session.scalars(select(CallEntry.seq).where(CallEntry.text == "I said this"))).one()
        done = await session.execute(
            text("SELECT purge_secret(:call, :seq, 'I said that')"), {"call": agent.call_id, "seq": seq}
        )
        assert done.scalar_one() is False


async def test_an_organization_that_fails_keeps_no_other_from_its_purge(
    tenant: Tenant, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[uuid.UUID] = []

    async def purge(organization_id: uuid.UUID, _since: datetime) -> int:
        looked_at.append(organization_id)
        if organization_id == tenant.organization_id:
            raise OSError("the database went away")
        return 1

    monkeypatch.setattr(durable_retention, "purge_secrets", purge)
    async with new_tenant(app) as before, new_tenant(app) as after:
        purged = await durable_retention.purge_all(datetime(2026, 11, 16, tzinfo=UTC))
        assert {tenant.organization_id, before.organization_id, after.organization_id} <= set(looked_at)
    assert purged == len(looked_at) - 1
