"""The bank of an evaluation without a stack: the real tools over one customer's books in memory.

The tools (`tools/`) run unchanged; what is missing beneath them is Postgres. The few questions that they ask it about
this one call are answered from lists; a question about anything else finds nothing.
"""

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy.sql import Select

from archer.conversation.events import ToolDone, UseTool
from archer.store.arrangements import Arrangement, Callback, Intent
from archer.store.customers import Restriction
from archer.store.organizations import Organization, OrganizationSettings
from archer.work import Work
from local.callers import Customer
from tools.context import CallContext, ToolResult, refused
from tools.registry import TOOLS

BUSINESS = "Maple Bank"
CALLBACK_NUMBER = "+12065550100"
HUMAN_QUEUE = "+12065550150"


class _Answer:
    """What a query found."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def scalar_one_or_none(self) -> Any:
        return self._rows[0] if self._rows else None

    one_or_none = first = scalar_one_or_none

    def scalar_one(self) -> Any:
        return self._rows[0] if self._rows else 0  # a count

    def scalars(self) -> "_Answer":
        return self

    def all(self) -> list[Any]:
        return self._rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)


class _Session:
    """Rows that were added, found again by their class and the ids that a query names."""

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def add(self, row: Any) -> None:
        if isinstance(row, Intent) and row.amount is not None:
            row.amount = Decimal(row.amount)  # as a numeric column gives it back
        self.rows.append(row)

    async def flush(self) -> None:
        """Nothing waits to be written."""

    async def refresh(self, _row: Any) -> None:
        """Rows are always fresh."""

    async def execute(self, statement: Any, _values: Any = None) -> _Answer:
        entity = statement.column_descriptions[0].get("entity") if isinstance(statement, Select) else None
        if entity not in (Intent, Arrangement, Restriction, Callback):
            return _Answer([])
        named = set(statement.compile().params.values())
        return _Answer([row for row in self.of(entity) if self._fits(row, named)])

    async def scalars(self, statement: Any) -> _Answer:
        return (await self.execute(statement)).scalars()

    def of(self, entity: type) -> list[Any]:
        """The rows of one class, oldest first."""
        return [row for row in self.rows if isinstance(row, entity)]

    @staticmethod
    def _fits(row: Any, named: set[Any]) -> bool:
        if isinstance(row, Intent):
            return row.id in named
        if isinstance(row, Arrangement):
            return row.call_id in named
        return isinstance(row, Callback) or row.kind in named


class _Work(Work):
    """A unit of work that sends nothing."""

    async def enqueue(self, queue: Any, body: dict[str, Any]) -> None:
        """Text messages are rows here; nobody carries them."""


@dataclass
class Books:
    """One call as the bank sees it."""

    customer: Customer
    now: datetime
    used: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Tools and arguments in the order of their use."""
    entries: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    """What the guardrail or the legal order objects to."""
    people_there: bool = True

    def __post_init__(self) -> None:
        self._session = _Session()
        self.call = SimpleNamespace(
            id=uuid4(),
            organization_id=UUID(int=1),
            verified=False,
            verification_attempts=0,
            conversation=False,
            outcome=None,
            transfer_requested_at=None,
        )
        settings = OrganizationSettings(
            callback_number=CALLBACK_NUMBER, human_queue_number=HUMAN_QUEUE if self.people_there else ""
        )
        organization = Organization(id=UUID(int=1), name=BUSINESS, settings=settings.model_dump(mode="json"))
        person = self.customer
        row = SimpleNamespace(
            id=UUID(int=2),
            name=person.name,
            phone_number="+14155550100",
            account_last_4=person.account_last_4,
            postal_code=person.postal_code,
            country=person.country,
            timezone=person.timezone,
            balance=Decimal(person.balance),
            balance_as_of=self.now,
            days_overdue=person.days_overdue,
            due_date=self.now.date() - timedelta(days=person.days_overdue),
            segment=person.segment,
            flags={},
        )
        unit = _Work(cast(Any, self._session), UUID(int=1), self.now)
        self._context = CallContext(unit, cast(Any, self.call), cast(Any, row), organization)

    def answer(self, use: UseTool) -> ToolDone:
        """Run a tool as `tools.runner` does."""
        self.used.append((use.name, use.arguments))
        result = self._run(use)
        outcome = {"ok": result.error is None, "say": result.say, "data": result.data, "error": result.error}
        tool = {"name": use.name, "arguments": use.arguments, "result": outcome, "ok": outcome["ok"]}
        self.entries.append({"kind": "tool", "speaker": None, "text": None, "tool": tool, "event": None})
        return ToolDone(use.tool_call_id, use.name, result.error is None, result.data, result.say, result.error)

    def said(self, speaker: str, text: str, *, interrupted: bool = False) -> None:
        """A line of the transcript."""
        self.entries.append({"kind": "transcript", "speaker": speaker, "text": text, "interrupted": interrupted})

    def record(self) -> dict[str, Any]:
        """The call as `GET /calls/{id}` would show it, in the parts that evaluations look at."""
        of = self._session.of
        restrictions = [row for row in of(Restriction) if row.call_id == self.call.id]
        callbacks = of(Callback)
        return {
            "id": str(self.call.id),
            "status": "completed",
            "disposition": self.call.outcome or "hung_up",
            "verified": self.call.verified,
            "queued_at": self.now.isoformat(),
            "entries": self.entries,
            "findings": self.findings,
            "arrangements": [_shown(row) for row in of(Arrangement)],
            "messages": [{"channel": row.channel} for row in self._session.rows if hasattr(row, "to_number")],
            "callback": _callback(callbacks[-1]) if callbacks else None,
            "restriction": {"kind": restrictions[0].kind} if restrictions else None,
        }

    def _run(self, use: UseTool) -> ToolResult:
        tool = TOOLS[use.name]
        if tool.NEEDS_VERIFICATION and not self.call.verified:
            return refused("not_verified")
        try:
            arguments = tool.Arguments.model_validate(use.arguments)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            return refused("invalid_arguments", field=".".join(str(part) for part in first["loc"]))
        return _finish(tool.run(self._context, arguments))


def _finish(running: Coroutine[Any, Any, ToolResult]) -> ToolResult:
    """The result of a coroutine that never has to wait, because its rows are in memory."""
    try:
        running.send(None)
    except StopIteration as done:
        result: ToolResult = done.value
        return result
    raise RuntimeError("a tool waited for something that this bank does not have")


def _shown(row: Arrangement) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "method": row.method,
        "amount": f"{row.amount:.2f}" if row.amount is not None else None,
        "installments": len(row.schedule) or None,
        "due_date": row.due_date.isoformat() if row.due_date else None,
        "status": row.status,
    }


def _callback(row: Callback) -> dict[str, Any]:
    return {"scheduled_for": row.scheduled_for.isoformat(), "timezone": row.timezone, "status": row.status}
