"""What a tool works with: the call, its customer, its organization, and one transaction."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from archer.advisor import Guidance
from archer.offers import Account, Installment
from archer.store.arrangements import Intent, extensions_since
from archer.store.calls import Call
from archer.store.customers import Customer
from archer.store.organization_settings import ArrangementLimits, SegmentRules
from archer.store.organizations import Organization, OrganizationSettings
from archer.work import Work

INTENT_MINUTES = 15
"""How long a prepared arrangement waits for the caller's yes."""

EXTENSION_YEAR = timedelta(days=365)
"""The span in which `limits.extensions_per_year` counts."""

Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,2})?$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Reason = Annotated[str, Field(max_length=300)]


class Arguments(BaseModel):
    """Base of every tool's arguments; what the model does not know is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class ToolResult:
    """What a tool did: words for the ear, data for the policy."""

    say: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    """None when it worked; else a stable word, see archer.protocol.ToolOutcome."""


@dataclass
class CallContext:
    """One tool run inside the call's transaction; the call's row is locked."""

    unit: Work
    call: Call
    customer: Customer
    organization: Organization
    advice: Guidance | None = None
    """What the advisor said to the tool's question, if it asked one and was answered."""

    @property
    def settings(self) -> OrganizationSettings:
        return self.organization.configured

    @property
    def now(self) -> datetime:
        return self.unit.now

    @property
    def zone(self) -> ZoneInfo:
        """The zone to talk about times in: the customer's, else the organization's."""
        for name in (self.customer.timezone, self.settings.timezone):
            try:
                if name:
                    return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
        return ZoneInfo("America/New_York")

    @property
    def today(self) -> date:
        """The customer's calendar day."""
        return self.now.astimezone(self.zone).date()

    @property
    def limits(self) -> ArrangementLimits:
        """What the bank allows for an account of this segment."""
        return self.settings.limits_for(self.customer.segment)

    @property
    def segment(self) -> SegmentRules:
        """What is different for this segment."""
        return self.settings.rules_for(self.customer.segment)

    async def account(self) -> Account:
        """What an offer depends on."""
        row = self.customer
        used = await extensions_since(self.unit.session, row.id, self.now - EXTENSION_YEAR, besides=self.call.id)
        return Account(row.balance, row.days_overdue, row.due_date, row.segment, used)

    async def prepare(
        self,
        kind: str,
        sentence: str,
        *,
        amount: str | None = None,
        method: str | None = None,
        due_date: date | None = None,
        schedule: list[Installment] | None = None,
        besides: bool = False,
    ) -> Intent:
        """Put an arrangement on the table; nothing happens until it is confirmed."""
        intent = Intent(
            id=uuid4(),
            organization_id=self.call.organization_id,
            call_id=self.call.id,
            customer_id=self.customer.id,
            kind=kind,
            method=method,
            amount=amount,
            due_date=due_date,
            schedule=[part.plain() for part in schedule or []],
            sentence=sentence,
            besides=besides,
            status="prepared",
            created_at=self.now,
            expires_at=self.now + timedelta(minutes=INTENT_MINUTES),
        )
        self.unit.session.add(intent)
        await self.unit.session.flush()
        return intent


def refused(error: str, **data: Any) -> ToolResult:
    """A tool that did nothing, and why."""
    return ToolResult(error=error, data=data)


IntentId = Annotated[UUID, Field(description="The intent_id that a tool returned when it prepared the arrangement")]
