"""Evidence of one call or one customer as one ZIP archive: everything on record, and the hash of every file.

R-01, R-02: what a compliance officer hands to an examiner. The archive is written while it is read, call by call; the
manifest comes last, so an archive without one is not complete.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from archer.compliance.retention import retention
from archer.compliance.ruleset import ruleset
from archer.consents import consents_of
from archer.store.arrangements import Arrangement, Callback, Intent
from archer.store.audit_trail import entries_about, plain
from archer.store.base import Base
from archer.store.calls import Call, CallAttempt, CallEntry, CarrierEvent, entries_of
from archer.store.campaigns import memberships_of
from archer.store.customers import Customer, Restriction, get_customer
from archer.store.decisions import DialDecision
from archer.store.erasure import ErasureRequest
from archer.store.findings import findings_of
from archer.store.messages import Message
from archer.store.organizations import Organization
from archer.store.recordings import recordings_of

_UNSHOWN = frozenset({"stream_token_id", "session_nonce"})
"""Of the mechanics of a session; they prove nothing."""
_README = """Evidence of Archer, {organization}
Subject: {subject}
Made: {at}

calls/ID/call.json             the call as it stands
calls/ID/decisions.jsonl       every verdict of the compliance gate, with the ruleset it used
calls/ID/dial_facts.jsonl      the facts of these verdicts; replay: python -m archer.compliance dial < dial_facts.jsonl
calls/ID/entries.jsonl         what was said, which tools ran, what happened, in order; secrets were never stored
calls/ID/transcript.txt        the spoken part of it, to be read
calls/ID/findings.jsonl        sentences that the guardrail kept from being spoken
calls/ID/carrier_events.jsonl  what the carrier reported; attempts.jsonl: what it was asked for
calls/ID/recordings.jsonl      where the carrier keeps recordings
calls/ID/*.jsonl               arrangements and what was prepared for them, messages, callbacks, restrictions
customer/                      the account, consents with revocations, restrictions, erasure requests
customer/campaigns.jsonl       every campaign that the customer was in, and why he was skipped where he was
customer/decisions.jsonl       verdicts of the gate that led to no call; dial_facts.jsonl: their facts
audit.jsonl                    entries of the audit log about all this; each hash covers the entry before it
rules.json                     rules, state overlays and retention periods of this release
manifest.json                  SHA-256 of every other file; it is written last
"""


class _Sink(io.RawIOBase):
    """Takes what the ZIP writer writes until it is fetched."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def fetch(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Archive:
    """A ZIP archive that is handed out while it grows."""

    def __init__(self, at: datetime) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)
        self._date = at.timetuple()[:6]
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, content: bytes) -> bytes:
        """Write a file; the archive's bytes so far."""
        info = zipfile.ZipInfo(name, date_time=self._date)
        info.compress_type = zipfile.ZIP_DEFLATED
        self._zip.writestr(info, content)
        self.files.append({"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        return self._sink.fetch()

    def close(self) -> bytes:
        self._zip.close()
        return self._sink.fetch()


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _row(row: Base) -> dict[str, Any]:
    """A row in JSON terms, under its columns' names."""
    columns = inspect(type(row)).column_attrs
    return {c.columns[0].name: _value(getattr(row, c.key)) for c in columns if c.key not in _UNSHOWN}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def _lines(values: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


def _transcript(entries: Sequence[CallEntry]) -> bytes:
    spoken = (entry for entry in entries if entry.kind == "transcript")
    return "".join(
        f"{entry.at.isoformat(timespec='seconds')}  {entry.speaker}: {entry.text}"
        f"{' [interrupted]' if entry.interrupted else ''}\n"
        for entry in spoken
    ).encode()


async def _of_call(session: AsyncSession, model: type[Any], call_id: UUID, *order: Any) -> list[dict[str, Any]]:
    rows = await session.execute(select(model).where(model.call_id == call_id).order_by(*order, *_key(model)))
    return [_row(row) for row in rows.scalars()]


def _key(model: type[Any]) -> tuple[Any, ...]:
    return tuple(inspect(model).primary_key)


async def _call_files(session: AsyncSession, call: Call) -> list[tuple[str, bytes]]:
    entries = await entries_of(session, call.id)
    decisions = await _of_call(session, DialDecision, call.id, DialDecision.decided_at)
    jsonl: list[tuple[str, list[dict[str, Any]]]] = [
        ("decisions", decisions),
        ("dial_facts", [decision["facts"] for decision in decisions]),
        ("attempts", await _of_call(session, CallAttempt, call.id, CallAttempt.attempt)),
        ("carrier_events", await _of_call(session, CarrierEvent, call.id, CarrierEvent.received_at)),
        ("entries", [_row(entry) for entry in entries]),
        ("findings", [_row(found) for found in await findings_of(session, call.id)]),
        ("intents", await _of_call(session, Intent, call.id, Intent.created_at)),
        ("arrangements", await _of_call(session, Arrangement, call.id, Arrangement.created_at)),
        ("messages", await _of_call(session, Message, call.id, Message.created_at)),
        ("callbacks", await _of_call(session, Callback, call.id, Callback.asked_at)),
        ("restrictions", await _of_call(session, Restriction, call.id, Restriction.created_at)),
        ("recordings", [_row(recording) for recording in await recordings_of(session, call.id)]),
    ]
    folder = f"calls/{call.id}"
    files = [(f"{folder}/call.json", _json(_row(call))), (f"{folder}/transcript.txt", _transcript(entries))]
    return files + [(f"{folder}/{name}.jsonl", _lines(rows)) for name, rows in jsonl]


async def _customer_files(session: AsyncSession, customer: Customer) -> list[tuple[str, bytes]]:
    def ordered(model: type[Any], column: Any) -> Any:
        return select(model).where(model.customer_id == customer.id).order_by(column, model.id)

    restrictions = await session.scalars(
        select(Restriction)
        .where((Restriction.customer_id == customer.id) | (Restriction.phone_number == customer.phone_number))
        .order_by(Restriction.created_at, Restriction.id)
    )
    requests = await session.scalars(ordered(ErasureRequest, ErasureRequest.requested_at))
    messages = await session.scalars(ordered(Message, Message.created_at))
    callbacks = await session.scalars(ordered(Callback, Callback.asked_at))
    campaigns = [
        {**_row(member), "campaign": campaign.name, "campaign_status": campaign.status}
        for member, campaign in await memberships_of(session, customer.id)
    ]
    uncalled = await session.scalars(
        ordered(DialDecision, DialDecision.decided_at).where(DialDecision.call_id.is_(None))
    )
    decisions = [_row(row) for row in uncalled]
    return [
        ("customer/customer.json", _json(_row(customer))),
        ("customer/consents.jsonl", _lines(_row(row) for row in await consents_of(session, customer.id))),
        ("customer/restrictions.jsonl", _lines(_row(row) for row in restrictions)),
        ("customer/erasure_requests.jsonl", _lines(_row(row) for row in requests)),
        ("customer/messages.jsonl", _lines(_row(row) for row in messages)),
        ("customer/callbacks.jsonl", _lines(_row(row) for row in callbacks)),
        ("customer/campaigns.jsonl", _lines(campaigns)),
        ("customer/decisions.jsonl", _lines(decisions)),
        ("customer/dial_facts.jsonl", _lines(decision["facts"] for decision in decisions)),
    ]


def _rules() -> bytes:
    return _json(
        {
            "ruleset": ruleset().model_dump(mode="json"),
            "retention": retention().model_dump(mode="json", by_alias=True),
        }
    )


async def archive(
    session: AsyncSession,
    organization: Organization,
    *,
    at: datetime,
    call: Call | None = None,
    customer: Customer | None = None,
) -> AsyncIterator[bytes]:
    """The archive of one call (with its customer's account), or of one customer with every call."""
    made = _Archive(at)
    subject = f"call:{call.id}" if call else f"customer:{customer.id}" if customer else ""
    heading = {"organization": organization.name, "subject": subject, "at": at.isoformat()}
    yield made.add("README.txt", _README.format(**heading).encode())
    if call is not None and call.customer_id is not None:
        customer = await get_customer(session, call.customer_id)
    subjects = [subject] + ([f"customer:{customer.id}"] if customer and call else [])
    if customer is not None:
        for name, content in await _customer_files(session, customer):
            yield made.add(name, content)
    async for one in _calls(session, call, customer):
        subjects.append(f"call:{one.id}")
        for name, content in await _call_files(session, one):
            yield made.add(name, content)
    yield made.add("audit.jsonl", _lines(plain(entry) for entry in await entries_about(session, subjects)))
    yield made.add("rules.json", _rules())
    yield made.add("manifest.json", _json({**heading, "complete": True, "files": made.files}))
    yield made.close()


async def _calls(session: AsyncSession, call: Call | None, customer: Customer | None) -> AsyncIterator[Call]:
    if call is not None:
        yield call
        return
    if customer is None:
        return
    ids = await session.scalars(
        select(Call.id).where(Call.customer_id == customer.id).order_by(Call.queued_at, Call.id)
    )
    for part in _parts(list(ids), 50):
        for one in (
            await session.scalars(select(Call).where(Call.id.in_(part)).order_by(Call.queued_at, Call.id))
        ).all():
            yield one


def _parts(ids: list[UUID], size: int) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
