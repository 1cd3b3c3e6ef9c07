"""The audit log's hash chain: how an entry is hashed, and whether a chain is whole.

Every entry's hash covers the one before it, so an entry that was changed, removed, inserted or moved shows at that
place (R-01: records are immutable). Entries missing at the end show only against a head that was kept elsewhere.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

GENESIS = "0" * 64
"""What the first entry of a chain has in place of a previous hash."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def audit_hash(
    *, previous_hash: str, number: int, at: datetime, actor: str, action: str, subject: str, details: dict[str, Any]
) -> str:
    """SHA-256 over the previous hash and the entry in canonical JSON (sorted keys, no spaces, UTC microseconds)."""
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    body = json.dumps(
        [previous_hash, number, microseconds, actor, action, subject, details],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(body.encode()).hexdigest()


class ChainEntry(BaseModel):
    """One exported entry of the audit log: a line of `python -m archer.store audit-export`."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)

    number: int
    """Position in its organization's chain, from 1."""
    at: AwareDatetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    previous_hash: str
    hash: str


class Break(BaseModel):
    """The first place at which a chain is not whole."""

    number: int
    """The number that was expected there."""
    problem: str


@dataclass
class Chain:
    """A chain that is fed entry by entry, in order; it stops at its first break."""

    entries: int = 0
    """Entries found whole."""
    head: str = GENESIS
    """Hash of the last of them."""
    broken: Break | None = field(default=None)

    def feed(self, entry: ChainEntry) -> bool:
        """Check the next entry; False once the chain is broken."""
        if self.broken is None:
            problem = self._problem(entry)
            if problem:
                self.broken = Break(number=self.entries + 1, problem=problem)
            else:
                self.entries, self.head = entry.number, entry.hash
        return self.broken is None

    def _problem(self, entry: ChainEntry) -> str | None:
        expected = self.entries + 1
        if entry.number > expected:
            return f"entry {expected} is missing: entry {entry.number} follows {self.entries}"
        if entry.number < expected:
            return f"entry {entry.number} stands where {expected} belongs"
        if entry.previous_hash != self.head:
            return f"entry {entry.number} does not continue the entry before it"
        found = audit_hash(
            previous_hash=entry.previous_hash,
            number=entry.number,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )
        return None if found == entry.hash else f"entry {entry.number} was changed: its hash does not fit"
