"""Organizations cannot see each other: Postgres refuses, whatever the query asks for."""

import os
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from archer.store import Call, Customer, Organization
from archer.store.database import Database, database
from tests.support import Tenant, customer, new_tenant


async def _customer_of(tenant: Tenant) -> uuid.UUID:
    answer = await tenant.client.post("/customers", json=customer())
    assert answer.status_code == 201, answer.text
    return uuid.UUID(answer.json()["id"])


async def test_a_query_without_where_sees_one_organization_only(tenant: Tenant, app: Any) -> None:
    async with new_tenant(app) as other:
        mine, theirs = await _customer_of(tenant), await _customer_of(other)
        async with database().transaction(tenant.organization_id) as session:
            seen = set((await session.execute(select(Customer.id))).scalars())
            organizations = set((await session.execute(select(Organization.id))).scalars())
    assert mine in seen
    assert theirs not in seen
    assert organizations == {tenant.organization_id}


async def test_a_row_cannot_be_written_for_another_organization(tenant: Tenant, app: Any) -> None:
    async with new_tenant(app) as other:
        with pytest.raises(DBAPIError, match="row-level security"):
            async with database().transaction(tenant.organization_id) as session:
                session.add(Customer(organization_id=other.organization_id, **_columns()))


async def test_a_row_cannot_point_at_another_organizations_row(tenant: Tenant, app: Any) -> None:
    async with new_tenant(app) as other:
        theirs = await _customer_of(other)
        with pytest.raises(DBAPIError, match="foreign key"):
            async with database().transaction(tenant.organization_id) as session:
                session.add(
                    Call(
                        organization_id=tenant.organization_id,
                        customer_id=theirs,
                        phone_number="+16175550123",
                        direction="outbound",
                        status="queued",
                        collector_mode="first_party",
                        queued_at=(await session.execute(text("SELECT now()"))).scalar_one(),
                    )
                )


async def test_outside_an_organization_nothing_is_seen(tenant: Tenant) -> None:
    await _customer_of(tenant)
    async with database().outside() as session:
        assert list((await session.execute(select(Customer.id))).scalars()) == []
        assert list((await session.execute(select(Organization.id))).scalars()) == []


@pytest.mark.parametrize("table", ["audit_log", "call_entries", "dial_decisions", "carrier_events"])
async def test_records_cannot_be_changed_or_removed(tenant: Tenant, table: str) -> None:
    for statement in (f"UPDATE {table} SET organization_id = organization_id", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database().transaction(tenant.organization_id) as session:
                await session.execute(text(statement))


async def test_the_application_role_is_bound_by_row_level_security(backend: dict[str, Any]) -> None:
    async with database().outside() as session:
        row = (
            await session.execute(text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"))
        ).one()
    assert (row.rolsuper, row.rolbypassrls) == (False, False)


async def test_every_owned_table_is_isolated(backend: dict[str, Any]) -> None:
    from sqlalchemy import create_engine

    from archer.store import Base

    with create_engine(os.environ["DATABASE_OWNER_URL"]).connect() as connection:
        isolated = {name for (name,) in connection.execute(text("SELECT relname FROM pg_class WHERE relrowsecurity"))}
    assert set(Base.metadata.tables) <= isolated


def _columns() -> dict[str, Any]:
    body = customer()
    return {name: body[name] for name in ("external_id", "name", "phone_number", "account_last_4", "postal_code")} | {
        "balance": "1.00"
    }


async def test_times_come_back_in_utc_whatever_zone_the_server_is_in(backend: dict[str, Any], tenant: Tenant) -> None:
    elsewhere = Database(backend["database_url"] + "?options=-c%20TimeZone%3DAsia/Tokyo")
    try:
        async with elsewhere.transaction(tenant.organization_id) as session:
            now = (await session.execute(text("SELECT now()"))).scalar_one()
            assert (now.utcoffset(), (await session.execute(text("SHOW TimeZone"))).scalar_one()) == (
                timedelta(0),
                "UTC",
            )
    finally:
        await elsewhere.close()
