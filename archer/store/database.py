"""Connections to Postgres: one engine a process, one transaction a piece of work, always inside one organization.

Every transaction says whose it is (`app.organization_id`, transaction-local); row-level security then shows and
accepts only that organization's rows. A transaction without an organization sees none, and may call only the few
`SECURITY DEFINER` look-ups that the migrations define (an API key's owner, what the sweeper must look at).
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from archer.settings import settings

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_BEGIN = "BEGIN; SET LOCAL app.organization_id = '{}'; SET LOCAL TimeZone = 'UTC'"
"""One round trip for what would be two, at the start of each transaction. Times come back in UTC, whatever zone the
server is in."""
_TRUSTED_SECONDS = 1.0
"""A connection that was used so lately is not asked whether it is alive before it is used again."""


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
            pool_use_lifo=True,  # few connections are used much, and keep their prepared statements
            isolation_level="AUTOCOMMIT",  # of the driver: `transaction` begins, the session commits or rolls back
            hide_parameters=True,
        )
        _ask_the_idle(self.engine.sync_engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, organization_id: UUID) -> AsyncIterator[AsyncSession]:
        """One transaction inside one organization: committed on return, rolled back on an exception."""
        async with self._sessions() as session, session.begin():
            connection = await (await session.connection()).get_raw_connection()
            driver: Any = connection.driver_connection
            await driver.execute(_BEGIN.format(UUID(str(organization_id))), prepare=False)
            yield session

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[AsyncSession]:
        """Outside of every organization, each statement by itself: for the `SECURITY DEFINER` look-ups only."""
        async with self._sessions() as session:
            yield session

    async def ping(self) -> None:
        """Raise sqlalchemy.exc.OperationalError unless Postgres answers."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


def _ask_the_idle(engine: Engine) -> None:
    """Let connections that rested be asked whether they are alive; SQLAlchemy's own pre-ping asks each time."""

    @event.listens_for(engine, "checkin")
    def used(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", 0.0) < _TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            if not engine.dialect.is_disconnect(error, connection, None):  # type: ignore[arg-type]
                raise
            raise DisconnectionError from error


@cache
def database() -> Database:
    """The database of this process, as configured by `DATABASE_URL`."""
    return Database(settings().database_url.get_secret_value())


async def hold(session: AsyncSession, name: str) -> None:
    """Wait until nobody else holds this name, and hold it until the transaction ends."""
    await session.execute(_HOLD, {"name": name})
