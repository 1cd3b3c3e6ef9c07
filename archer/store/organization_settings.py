"""What an organization sets for itself: who calls, when people are there, and what may be arranged.

Every number here is the bank's policy, not law: the law is in `archer.compliance` and binds whatever is set here.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]
Money = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Months = Annotated[int, Field(ge=1, le=60)]
Number = Annotated[str, StringConstraints(pattern=r"^(\+[1-9][0-9]{6,14})?$")]
"""E.164, or empty."""
PageAddress = Annotated[str, StringConstraints(max_length=300, pattern=r"^(https?://[^\s\x00-\x1f?#]+)?$")]
Segment = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]


class ArrangementLimits(BaseModel):
    """What the bank allows its agent to arrange."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan_months: Annotated[list[Months], Field(max_length=24)] = [3, 6, 12]
    plan_minimum_balance: Money = Decimal("100.00")
    minimum_installment: Money = Decimal("25.00")
    plan_first_due_days: int = Field(default=7, ge=0, le=45)
    """The first payment of a plan is due so many days from today, unless the caller names a day."""
    plan_first_due_max_days: int = Field(default=31, ge=0, le=60)
    plan_down_payment_share: Share = Decimal(0)
    """Share of the balance that a plan asks for first, from `plan_down_payment_days_overdue` on."""
    plan_down_payment_days_overdue: int = Field(default=90, ge=0)
    minimum_payment: Money = Decimal("25.00")
    promise_max_days: int = Field(default=14, ge=1, le=60)
    extension_max_days: int = Field(default=30, ge=1, le=90)
    extension_max_days_overdue: int = Field(default=60, ge=0)
    extensions_per_year: int = Field(default=2, ge=0, le=12)
    """Extensions that one account gets in 365 days."""
    settlement_floor: Share | None = None
    """Least share of the balance that settles the account; None: no settlement is offered."""
    settlement_min_days_overdue: int = Field(default=90, ge=0)
    settlement_on_request_only: bool = False
    """The agent never brings a settlement up, it only answers who asks for one."""
    payment_max_days_ahead: int = Field(default=14, ge=0, le=60)
    methods: Annotated[list[Literal["sms_link", "bank_transfer"]], Field(min_length=1, max_length=2)] = [
        "sms_link",
        "bank_transfer",
    ]
    link_valid_hours: int = Field(default=72, ge=1, le=720)

    @field_validator("plan_months")
    @classmethod
    def _in_order(cls, months: list[int]) -> list[int]:
        return sorted(set(months))


class SegmentRules(BaseModel):
    """What is different for the accounts of one segment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: dict[str, Any] = Field(default={}, description="Fields of `limits` that differ; they win over it")
    tactic: Word | None = None
    """The tactic of a call that names none."""
    no_pressure: bool = False
    """An offer that the bank can take is taken as it is; the agent asks for no more."""

    @field_validator("limits")
    @classmethod
    def _are_limits(cls, limits: dict[str, Any]) -> dict[str, Any]:
        try:
            return ArrangementLimits.model_validate(limits).model_dump(mode="json", include=set(limits))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


def default_segments() -> dict[str, SegmentRules]:
    """Accounts in hardship get longer and smaller, and are not pressed; valued customers get more time."""
    hardship = {
        "plan_months": [3, 6, 12, 18, 24],
        "minimum_installment": "10.00",
        "minimum_payment": "10.00",
        "plan_down_payment_share": "0",
        "promise_max_days": 30,
        "extension_max_days": 60,
        "extension_max_days_overdue": 120,
        "settlement_on_request_only": True,
    }
    return {
        "hardship": SegmentRules(limits=hardship, no_pressure=True),
        "vip": SegmentRules(limits={"promise_max_days": 21, "extension_max_days": 45, "extensions_per_year": 4}),
    }


class OrganizationSettings(BaseModel):
    """What an organization sets for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agent_name: Word = "Archer"
    callback_number: Number = ""
    """E.164; spoken on request and needed before any dial (I-01)."""
    caller_id: Number = ""
    """E.164 number that calls show; empty: TWILIO_FROM_NUMBER."""
    caller_id_verified: bool = False
    """The number is real, callable and the organization's (P-29)."""
    name_indicates_collection: bool = False
    supported_languages: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]], Field(min_length=1, max_length=20)
    ] = ["en"]
    human_queue_number: Number = ""
    """E.164 number of the people that calls are handed to; empty: nobody is there, a callback is offered."""
    human_hours: tuple[int, int] = (8, 21)
    """Local hours [open, close) of those people, in `timezone`."""
    timezone: str = "America/New_York"
    ring_timeout_seconds: int = Field(default=30, ge=15, le=60)
    """At least 15 s (I-02)."""
    max_call_seconds: int = Field(default=900, ge=60, le=3600)
    window_buffer_minutes: int = Field(default=5, ge=0, le=60)
    machine_detection: bool = True
    record_calls: bool = True
    """Calls are recorded at the carrier once the notice was spoken (I-05). The notice is spoken in any case."""
    agent_level: int = Field(default=0, ge=0, le=3)
    """Best rung of the ladder for the organization's calls, those in progress included: 0 full model, 1 small model,
    2 rules, 3 a person or a callback. `AGENT_LEVEL` binds as well; the worse of the two counts."""
    payment_link_base: PageAddress = ""
    """URL of the bank's payment page, to which the link's token is appended; empty: Archer's own page."""
    default_tactic: Word | None = None
    """The tactic of calls that name none, where their segment names none either."""
    limits: ArrangementLimits = ArrangementLimits()
    segments: Annotated[dict[Segment, SegmentRules], Field(max_length=50)] = Field(default_factory=default_segments)
    """By the customer's `segment`; a segment that is not here has the plain `limits`."""

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no IANA time zone such as America/New_York") from error
        return name

    @field_validator("payment_link_base")
    @classmethod
    def _no_trailing_slash(cls, base: str) -> str:
        return base.rstrip("/")

    @model_validator(mode="after")
    def _hours_are_a_span(self) -> "OrganizationSettings":
        opens, closes = self.human_hours
        if not 0 <= opens < closes <= 24:
            raise ValueError("human_hours: two hours [open, close) of one day, such as [8, 21]")
        return self

    def rules_for(self, segment: str) -> SegmentRules:
        """What is different for a segment; nothing when it has no rules."""
        return self.segments.get(segment.strip().lower(), _NOTHING_DIFFERENT)

    def limits_for(self, segment: str) -> ArrangementLimits:
        """The limits of an account in this segment."""
        different = self.rules_for(segment).limits
        if not different:
            return self.limits
        return ArrangementLimits.model_validate(self.limits.model_dump() | different)

    def tactic_for(self, segment: str) -> str | None:
        """The tactic of a call that names none."""
        return self.rules_for(segment).tactic or self.default_tactic


_NOTHING_DIFFERENT = SegmentRules()
