"""Customers, their consents, and the restrictions that they or the law put on contact."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Date, DateTime, ForeignKeyConstraint, Index, String, UniqueConstraint, func, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, Money, OwnedByOrganization, Word

ConsentKind = Literal["ai_voice", "sms", "recording"]
RestrictionKind = Literal[
    "cease",
    "phone_opt_out",
    "ai_opt_out",
    "attorney",
    "bankruptcy",
    "deceased",
    "identity_theft",
    "dispute",
    "wrong_number",
    "third_party",
    "military",
    "do_not_record",
    "inconvenient_time",
    "work_number",
    "language",
    "already_paid",
    "hardship",
    "do_not_call",
    "sms_opt_out",
    "erasure",
]


class Customer(OwnedByOrganization, Base):
    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("organization_id", "external_id"),
        UniqueConstraint("organization_id", "id"),
        Index("ix_customers_organization_id_phone_number", "organization_id", "phone_number"),
    )

    id: Mapped[Identifier]
    external_id: Mapped[str] = mapped_column(String(100))
    """The bank's own key of this customer's account."""
    name: Mapped[str] = mapped_column(String(200))
    phone_number: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(320))
    account_last_4: Mapped[str] = mapped_column(String(4))
    postal_code: Mapped[str] = mapped_column(String(12))
    city: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str] = mapped_column(String(2), default="US", server_default="US")
    timezone: Mapped[str | None] = mapped_column(String(64))
    """The bank's idea of the customer's zone: used to talk about times, never to decide that a dial is allowed."""
    language: Mapped[str] = mapped_column(String(8), default="en", server_default="en")
    balance: Mapped[Money]
    balance_as_of: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    days_overdue: Mapped[int] = mapped_column(default=0, server_default="0")
    due_date: Mapped[date | None] = mapped_column(Date)
    segment: Mapped[str] = mapped_column(String(32), default="standard", server_default="standard")
    flags: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """Facts of the account that rules ask for: see `archer.store.dial_facts.CustomerFlags`."""
    line_type: Mapped[str | None] = mapped_column(String(16))
    number_kind: Mapped[str] = mapped_column(String(16), default="personal", server_default="personal")
    reassigned_result: Mapped[str | None] = mapped_column(String(16))
    reassigned_queried_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())
    updated_at: Mapped[Instant] = mapped_column(server_default=func.now())


class Consent(OwnedByOrganization, Base):
    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "customer_id"], ["customers.organization_id", "customers.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("customer_id", "kind", "source", "granted_at"),
    )

    id: Mapped[Identifier]
    customer_id: Mapped[UUID]
    kind: Mapped[Word]
    source: Mapped[Word]
    granted_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revocation_scope: Mapped[str | None] = mapped_column(String(16))
    """`ai_voice` or `all` (P-05); `sms` ends text messages alone."""
    revoked_by: Mapped[str | None] = mapped_column(String(100))
    revocation_lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """A person took a new consent and declared this revocation overtaken; this consent itself stays revoked."""
    revocation_lifted_by: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())


class Restriction(OwnedByOrganization, Base):
    __tablename__ = "contact_restrictions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "customer_id"], ["customers.organization_id", "customers.id"], ondelete="CASCADE"
        ),
        Index("ix_contact_restrictions_customer_id", "customer_id", postgresql_where=text("lifted_at IS NULL")),
        Index(
            "ix_contact_restrictions_phone",
            "organization_id",
            "phone_number",
            postgresql_where=text("lifted_at IS NULL AND phone_number IS NOT NULL"),
        ),
        Index(
            "uq_contact_restrictions_call_id_kind",
            "call_id",
            "kind",
            unique=True,
            postgresql_where=text("call_id IS NOT NULL"),
        ),
        Index(
            "uq_contact_restrictions_do_not_call",
            "organization_id",
            "phone_number",
            unique=True,
            postgresql_where=text(
                "kind = 'do_not_call' AND lifted_at IS NULL AND customer_id IS NULL AND phone_number IS NOT NULL"
            ),
        ),
        Index("ix_contact_restrictions_organization_id_created_at", "organization_id", "created_at"),
    )

    id: Mapped[Identifier]
    customer_id: Mapped[UUID | None]
    phone_number: Mapped[str | None] = mapped_column(String(20))
    """Set where the restriction binds the number itself (wrong number, do-not-call list)."""
    call_id: Mapped[UUID | None]
    """The call in which it was invoked; a call records each kind once."""
    kind: Mapped[Word]
    source: Mapped[Word]
    """`caller`, `operator`, `import` or `erasure`."""
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[Instant]
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_by: Mapped[str | None] = mapped_column(String(100))
    lift_reason: Mapped[str | None] = mapped_column(String(300))


async def get_customer(session: AsyncSession, customer_id: UUID) -> Customer | None:
    """One customer of this organization by id."""
    return await session.get(Customer, customer_id)


async def find_customer(session: AsyncSession, external_id: str) -> Customer | None:
    """One customer of this organization by the bank's key."""
    return (await session.execute(select(Customer).where(Customer.external_id == external_id))).scalar_one_or_none()


async def same_person(session: AsyncSession, customer: Customer) -> list[UUID]:
    """Ids of this customer's accounts: rows of the same name at the same number are one person."""
    rows = await session.execute(
        select(Customer.id).where(
            Customer.phone_number == customer.phone_number, func.lower(Customer.name) == customer.name.lower()
        )
    )
    return list({customer.id, *rows.scalars()})


async def standing_restrictions(session: AsyncSession, customer: Customer) -> list[Restriction]:
    """Restrictions in force on this person, under whichever account, or on his number, newest first."""
    rows = await session.execute(
        select(Restriction)
        .where(
            Restriction.lifted_at.is_(None),
            or_(
                Restriction.customer_id.in_(await same_person(session, customer)),
                Restriction.phone_number == customer.phone_number,
            ),
        )
        .order_by(Restriction.created_at.desc(), Restriction.id)
    )
    return list(rows.scalars())
