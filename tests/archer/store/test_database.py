"""Transactions and the connections below them."""

import os
import sys
import uuid

import pytest
from sqlalchemy import create_engine, text

from archer.store.database import Database
from archer.store.organizations import Organization
from tests.support import Tenant

_NOTED = text("SELECT count(*) FROM outbox")


def _own_database() -> Database:
    return Database(os.environ["DATABASE_URL"], pool_size=1)


async def _backend(database: Database, organization_id: uuid.UUID) -> int:
    async with database.transaction(organization_id) as session:
        return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


def _terminate(backend: int) -> None:
    with create_engine(os.environ["DATABASE_URL"]).begin() as connection:  # the same role's own
        assert connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend}).scalar_one()


async def test_an_error_rolls_all_of_a_transaction_back(tenant: Tenant) -> None:
    database = _own_database()
    insert = text("INSERT INTO outbox (organization_id, queue, body) VALUES (:organization, 'call-signals', '{}')")

    async def fails() -> None:
        async with database.transaction(tenant.organization_id) as session:
            await session.execute(insert, {"organization": tenant.organization_id})
            assert (await session.execute(_NOTED)).scalar_one() == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    async with database.transaction(tenant.organization_id) as session:
        assert (await session.execute(_NOTED)).scalar_one() == 0
    await database.close()


async def test_a_transaction_leaves_its_connection_with_nobody(tenant: Tenant) -> None:
    database = _own_database()
    backend = await _backend(database, tenant.organization_id)
    async with database.outside() as session:
        found = await session.execute(
            text("SELECT pg_backend_pid(), current_setting('app.organization_id', true), count(*) FROM customers")
        )
        assert tuple(found.one()) == (backend, "", 0)
    await database.close()


async def test_a_connection_that_died_while_it_rested_is_replaced(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["archer.store.database"], "_TRUSTED_SECONDS", 0.0)
    database = _own_database()
    backend = await _backend(database, tenant.organization_id)
    _terminate(backend)
    assert await _backend(database, tenant.organization_id) != backend
    await database.close()


def test_settings_are_what_the_row_says_now() -> None:
    organization = Organization(id=uuid.uuid4(), name="Maple Bank", settings={"max_call_seconds": 300})
    first = organization.configured
    assert organization.configured is first
    organization.settings = {"max_call_seconds": 400}
    assert organization.configured.max_call_seconds == 400
    organization.settings["max_call_seconds"] = 500
    assert organization.configured.max_call_seconds == 500
