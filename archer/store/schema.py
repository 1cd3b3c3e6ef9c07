"""Bring the schema to a version: the same Alembic migrations on one machine, in tests and on Azure."""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

MIGRATIONS = Path(__file__).parent / "migrations"


def owner_url() -> str:
    """URL of the role that owns the schema; raises SystemExit with what to set when it is missing."""
    url = os.environ.get("DATABASE_OWNER_URL", "")
    if not url:
        raise SystemExit("DATABASE_OWNER_URL is not set: the SQLAlchemy URL of the role that owns the schema")
    return url


def configuration(url: str) -> Config:
    """Alembic's configuration for this database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", make_url(url).render_as_string(hide_password=False).replace("%", "%%"))
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Upgrade to `revision`."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Go back to `revision` (`base` empties the schema)."""
    command.downgrade(configuration(url), revision)
