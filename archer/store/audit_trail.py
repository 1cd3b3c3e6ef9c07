"""Read the audit log: pages of it, all of it as JSON Lines, and whether its chain is whole."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from archer.compliance.audit_chain import Chain, ChainEntry
from archer.store.decisions import AuditEntry
from archer.store.dial_rows import one_of_words

_BATCH = 2000


def plain(entry: AuditEntry) -> dict[str, Any]:
    """An entry in JSON terms, with all that its hash covers."""
    return {
        "organization_id": str(entry.organization_id),
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


async def chain_entries(session: AsyncSession) -> AsyncIterator[AuditEntry]:
    """Every entry of this organization in the order of its chain."""
    after = 0
    while True:
        rows = await session.execute(
            select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number).limit(_BATCH)
        )
        batch = list(rows.scalars())
        for entry in batch:
            yield entry
        if len(batch) < _BATCH:
            return
        after = batch[-1].number
        session.expunge_all()


async def export_lines(session: AsyncSession) -> AsyncIterator[bytes]:
    """The log as JSON Lines for `python -m archer.compliance audit-verify`."""
    async for entry in chain_entries(session):
        yield json.dumps(plain(entry), ensure_ascii=False).encode() + b"\n"


async def verify(session: AsyncSession) -> Chain:
    """Follow this organization's chain to its end or its first break."""
    chain = Chain()
    async for entry in chain_entries(session):
        if not chain.feed(ChainEntry.model_validate(entry)):
            break
    return chain


async def entries_about(session: AsyncSession, subjects: Sequence[str]) -> list[AuditEntry]:
    """Entries about these subjects (`call:…`, `customer:…`) or by them, in order."""
    rows = await session.execute(
        select(AuditEntry)
        .where(one_of_words(AuditEntry.subject, subjects) | one_of_words(AuditEntry.actor, subjects))
        .order_by(AuditEntry.number)
    )
    return list(rows.scalars())
