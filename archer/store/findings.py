"""Utterance findings: sentences that the guardrail kept from being spoken. Written once, never changed (R-01)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from sqlalchemy import ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.compliance.redaction import redact
from archer.store.base import Base, Identifier, Instant, OwnedByOrganization
from archer.store.calls import Call

EVENT = "guardrail_blocked"
"""The agent's event entry that carries findings."""
UNREADABLE = "unreadable"
"""Rule of a finding whose report could not be read: that something was blocked is kept all the same."""
_MOST = 20
_LONGEST = 2000


class UtteranceFinding(OwnedByOrganization, Base):
    """One rule that a sentence broke before it was spoken."""

    __tablename__ = "utterance_findings"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        Index("ix_utterance_findings_call_id_seq", "call_id", "seq"),
    )

    id: Mapped[Identifier]
    call_id: Mapped[UUID]
    seq: Mapped[int]
    """The call's entry that reported it; the findings of one sentence share it."""
    at: Mapped[Instant]
    rule: Mapped[str] = mapped_column(String(16))
    """`G-01` … `G-18`."""
    match: Mapped[str] = mapped_column(String(300))
    """The words that broke the rule, redacted."""
    sentence: Mapped[str] = mapped_column(Text)
    """What was about to be said, redacted."""
    said_instead: Mapped[str | None] = mapped_column(Text)


class _Reported(BaseModel):
    model_config = ConfigDict(extra="ignore")

    rule: str
    match: str = ""


class _Report(BaseModel):
    """The data of a `guardrail_blocked` entry."""

    model_config = ConfigDict(extra="ignore")

    findings: list[_Reported]
    sentence: str = ""
    said_instead: str | None = None

    @field_validator("findings")
    @classmethod
    def _some(cls, value: list[_Reported]) -> list[_Reported]:
        if not value:
            raise ValueError("a blocked sentence has a finding")
        return value[:_MOST]


def _clean(text: str, longest: int = _LONGEST) -> str:
    return redact(text).text.replace("\x00", "")[:longest]


def cleaned(data: dict[str, Any]) -> dict[str, Any]:
    """The data of a `guardrail_blocked` entry as it may be stored: redacted, in its documented shape."""
    try:
        report = _Report.model_validate(data)
    except ValidationError:
        return {"findings": [{"rule": UNREADABLE, "match": ""}], "sentence": "", "said_instead": None}
    return {
        "findings": [{"rule": _clean(f.rule, 16), "match": _clean(f.match, 300)} for f in report.findings],
        "sentence": _clean(report.sentence),
        "said_instead": None if report.said_instead is None else _clean(report.said_instead),
    }


def keep_findings(session: AsyncSession, call: Call, *, seq: int, at: datetime, data: dict[str, Any]) -> None:
    """Write the findings of one blocked sentence; `data` comes from `cleaned`."""
    for found in data["findings"]:
        session.add(
            UtteranceFinding(
                id=uuid4(),
                organization_id=call.organization_id,
                call_id=call.id,
                seq=seq,
                at=at,
                rule=found["rule"],
                match=found["match"],
                sentence=data["sentence"],
                said_instead=data["said_instead"],
            )
        )


async def findings_of(session: AsyncSession, call_id: UUID) -> list[UtteranceFinding]:
    """A call's findings in the order of its record."""
    rows = await session.execute(
        select(UtteranceFinding)
        .where(UtteranceFinding.call_id == call_id)
        .order_by(UtteranceFinding.seq, UtteranceFinding.rule, UtteranceFinding.id)
    )
    return list(rows.scalars())
