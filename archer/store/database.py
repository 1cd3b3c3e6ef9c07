"""Connections to Postgres: one engine a process, one transaction a piece of work, always inside one organization.

Every transaction says whose it is (`app.organization_id`, transaction-local); row-level security then shows and
accepts only that organization's rows. A transaction without an organization sees none, and may call only the few
`SECURITY DEFINER` look-ups that the migrations define (an API key's owner, what the sweeper must look at).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from archer.settings import settings

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_SET_ORGANIZATION = text(
    "SELECT set_config('app.organization_id', :organization_id, true), set_config('TimeZone', 'UTC', true)"
)
"""And times come back in UTC, whatever zone the server is in."""


class Database:
    """The engine and its transactions."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        """`url` is a SQLAlchemy URL (`postgresql+psycopg://…`); nothing is connected until the first use."""
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=8,
            pool_timeout=10,
            pool_recycle=1800,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, organization_id: UUID) -> AsyncIterator[AsyncSession]:
        """One transaction inside one organization: committed on return, rolled back on an exception."""
        async with self._sessions() as session, session.begin():
            await session.execute(_SET_ORGANIZATION, {"organization_id": str(organization_id)})
            yield session

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[AsyncSession]:
        """A transaction that belongs to no organization: for the `SECURITY DEFINER` look-ups only."""
        async with self._sessions() as session, session.begin():
            yield session

    async def ping(self) -> None:
        """Raise sqlalchemy.exc.OperationalError unless Postgres answers."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


@cache
def database() -> Database:
    """The database of this process, as configured by `DATABASE_URL`."""
    return Database(settings().database_url.get_secret_value())


async def hold(session: AsyncSession, name: str) -> None:
    """Wait until nobody else holds this name, and hold it until the transaction ends."""
    await session.execute(_HOLD, {"name": name})
