"""Alembic: run migrations as the owner of the schema (`DATABASE_OWNER_URL`)."""

from alembic import context
from sqlalchemy import engine_from_config, pool

from archer import store

config = context.config
target_metadata = store.Base.metadata


def run() -> None:
    """Migrate over one connection; only online, because row-level security needs the real roles."""
    engine = engine_from_config(config.get_section(config.config_ini_section) or {}, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


run()
