"""The organization's do-not-call list: numbers that nobody calls, whoever they belong to; and its imports."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization


class DoNotCallImport(OwnedByOrganization, Base):
    """One imported list. Written once."""

    __tablename__ = "do_not_call_imports"
    __table_args__ = (Index("ix_do_not_call_imports_organization_id_at", "organization_id", "at"),)

    id: Mapped[Identifier]
    at: Mapped[Instant]
    by: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file as it was sent."""
    lines: Mapped[int]
    accepted: Mapped[int]
    duplicate: Mapped[int]
    invalid: Mapped[int]


_ADD = text("""
    INSERT INTO contact_restrictions (id, organization_id, phone_number, kind, source, details, created_at)
    SELECT gen_random_uuid(), :organization_id, number, 'do_not_call', 'import',
           jsonb_build_object('import_id', CAST(:import_id AS text)), :at
    FROM unnest(CAST(:numbers AS text[])) AS number
    ON CONFLICT (organization_id, phone_number)
      WHERE kind = 'do_not_call' AND lifted_at IS NULL AND customer_id IS NULL AND phone_number IS NOT NULL
      DO NOTHING
    RETURNING phone_number""")


async def add_numbers(
    session: AsyncSession, organization_id: UUID, numbers: Sequence[str], *, import_id: UUID, at: datetime
) -> set[str]:
    """Put numbers (E.164, each once) on the list in one statement; those that were not on it yet."""
    if not numbers:
        return set()
    added = await session.execute(
        _ADD, {"organization_id": organization_id, "numbers": list(numbers), "import_id": str(import_id), "at": at}
    )
    return set(added.scalars())
