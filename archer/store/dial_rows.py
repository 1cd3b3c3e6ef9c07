"""The rows that dial facts are made of, for one customer or thousands: a handful of queries, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, Uuid, any_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from archer.store.arrangements import Callback
from archer.store.calls import Call
from archer.store.customers import Consent, Customer, Restriction
from archer.store.messages import Message


@dataclass
class Known:
    """What the store knows about contact with one customer."""

    customer: Customer
    person: set[UUID]
    """Ids of all accounts of this person: the same name at the same number."""
    restrictions: list[Restriction] = field(default_factory=list)
    """In force on the person or the number, newest first."""
    consents: list[Consent] = field(default_factory=list)
    calls: list[Any] = field(default_factory=list)
    texts: list[Any] = field(default_factory=list)
    callback: Any | None = None
    """The newest callback that is still scheduled."""


def one_of_ids(column: Any, ids: Iterable[UUID]) -> ColumnElement[bool]:
    """`column` is one of these ids; one parameter, however many they are."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))  # type: ignore[no-any-return]


def one_of_words(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """`column` is one of these texts; one parameter, however many they are."""
    return column == any_(literal(list(words), ARRAY(String)))  # type: ignore[no-any-return]


async def load(
    session: AsyncSession, customers: Sequence[Customer], *, since: datetime, without: UUID | None = None
) -> dict[UUID, Known]:
    """Everything known about these customers, contacts from `since` on, the call `without` left out."""
    known = await _people(session, customers)
    by_number: dict[str, list[Known]] = defaultdict(list)
    by_account: dict[UUID, list[Known]] = defaultdict(list)
    for one in known.values():
        by_number[one.customer.phone_number].append(one)
        for account in one.person:
            by_account[account].append(one)

    def concerned(account: UUID | None, number: str | None) -> Iterable[Known]:
        found = by_account.get(account, []) if account else []
        also = by_number.get(number, []) if number else []
        return {id(one): one for one in (*found, *also)}.values()

    for restriction in await _restrictions(session, by_account, by_number):
        for one in concerned(restriction.customer_id, restriction.phone_number):
            one.restrictions.append(restriction)
    for consent in await session.scalars(select(Consent).where(one_of_ids(Consent.customer_id, known))):
        known[consent.customer_id].consents.append(consent)
    for call in await _calls(session, by_account, by_number, since, without):
        for one in concerned(call.customer_id, call.phone_number):
            one.calls.append(call)
    for message in await _texts(session, by_account, by_number, since):
        for one in concerned(message.customer_id, message.to_number):
            one.texts.append(message)
    for callback in await _callbacks(session, known):
        known[callback.customer_id].callback = callback
    return known


async def _people(session: AsyncSession, customers: Sequence[Customer]) -> dict[UUID, Known]:
    numbers = {customer.phone_number for customer in customers}
    rows = await session.execute(
        select(Customer.id, Customer.phone_number, func.lower(Customer.name).label("name")).where(
            one_of_words(Customer.phone_number, numbers)
        )
    )
    accounts: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    person_of: dict[UUID, tuple[str, str]] = {}
    for row in rows:
        accounts[row.phone_number, row.name].add(row.id)
        person_of[row.id] = (row.phone_number, row.name)
    return {
        customer.id: Known(customer, {customer.id} | accounts.get(person_of.get(customer.id, ("", "")), set()))
        for customer in customers
    }


async def _restrictions(
    session: AsyncSession, accounts: Iterable[UUID], numbers: Iterable[str]
) -> Iterable[Restriction]:
    return await session.scalars(
        select(Restriction)
        .where(
            Restriction.lifted_at.is_(None),
            or_(one_of_ids(Restriction.customer_id, accounts), one_of_words(Restriction.phone_number, numbers)),
        )
        .order_by(Restriction.created_at.desc(), Restriction.id)
    )


async def _calls(
    session: AsyncSession, accounts: Iterable[UUID], numbers: Iterable[str], since: datetime, without: UUID | None
) -> Iterable[Any]:
    query = (
        select(
            Call.customer_id,
            Call.dialed_at,
            Call.queued_at,
            Call.direction,
            Call.phone_number,
            Call.connected,
            Call.conversation,
        )
        .where(
            or_(one_of_ids(Call.customer_id, accounts), one_of_words(Call.phone_number, numbers)),
            Call.queued_at >= since,
            or_(Call.dialed_at.is_not(None), Call.direction == "inbound"),
        )
        .order_by(Call.queued_at)
    )
    if without is not None:
        query = query.where(Call.id != without)
    return (await session.execute(query)).all()


async def _texts(
    session: AsyncSession, accounts: Iterable[UUID], numbers: Iterable[str], since: datetime
) -> Iterable[Any]:
    return (
        await session.execute(
            select(Message.customer_id, Message.sent_at, Message.to_number, Message.channel).where(
                or_(one_of_ids(Message.customer_id, accounts), one_of_words(Message.to_number, numbers)),
                Message.sent_at >= since,
            )
        )
    ).all()


async def _callbacks(session: AsyncSession, accounts: Iterable[UUID]) -> Iterable[Any]:
    return (
        await session.execute(
            select(Callback.customer_id, Callback.asked_at, Callback.scheduled_for)
            .where(one_of_ids(Callback.customer_id, accounts), Callback.status == "scheduled")
            .distinct(Callback.customer_id)
            .order_by(Callback.customer_id, Callback.asked_at.desc())
        )
    ).all()
