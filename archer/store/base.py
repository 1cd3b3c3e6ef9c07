"""What all tables share: naming of constraints, money, time, and the organization that owns a row."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, MetaData, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Money = Annotated[Decimal, mapped_column(Numeric(12, 2))]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Identifier = Annotated[UUID, mapped_column(PgUUID(as_uuid=True), primary_key=True, default=uuid4)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
Word = Annotated[str, mapped_column(String(64))]
"""A short value of a closed vocabulary (status, kind, role); the vocabulary is checked where it is written."""


class Base(DeclarativeBase):
    """Declarative base; constraint names are derived so that migrations can name what they drop."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class OwnedByOrganization:
    """A row that belongs to one organization; row-level security hides it from all others."""

    organization_id: Mapped[UUID] = mapped_column(
        PgUUID(as_uuid=True), ForeignKey("organizations.id", ondelete="CASCADE"), index=False
    )
