"""Migrations go up, down and up again, and leave exactly the tables that the models describe."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from archer.store import Base, schema
from archer.store.database import database
from tests.support import Tenant


@pytest.fixture
def empty_database(backend: dict[str, Any]) -> Iterator[str]:
    owner = make_url(os.environ["DATABASE_OWNER_URL"])
    superuser = owner.set(username="postgres", password=os.environ["DATABASE_SUPERUSER_PASSWORD"])
    name = f"migrations_{uuid.uuid4().hex[:8]}"
    admin = create_engine(superuser, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} OWNER {owner.username}"))
    yield owner.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _tables(url: str) -> set[str]:
    with create_engine(url).connect() as connection:
        rows = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return {name for (name,) in rows}


def test_up_down_up(empty_database: str) -> None:
    schema.migrate(empty_database)
    assert set(Base.metadata.tables) <= _tables(empty_database)
    schema.downgrade(empty_database, "base")
    assert _tables(empty_database) == {"alembic_version"}
    schema.migrate(empty_database)
    with create_engine(empty_database).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


async def test_recent_entries_are_found_without_reading_all_of_them(tenant: Tenant) -> None:
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await session.execute(
            text("EXPLAIN SELECT call_id FROM call_entries WHERE at >= now() - interval '2 hours'")
        )
        assert "ix_call_entries_at" in "\n".join(line for (line,) in plan)
