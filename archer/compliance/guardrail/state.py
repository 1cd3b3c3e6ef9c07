"""What the guardrail knows of a call when it judges a sentence, and what it says about one.

Source: the contract of `python -m archer.compliance speech`. Money and dates come from tools, never from the model.
"""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class SpeechState(BaseModel):
    """The facts of a call that decide whether a sentence may be spoken. What is not given is the strictest."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    right_party_verified: bool = False
    collector_mode: Literal["first_party", "third_party"] = "first_party"
    in_validation_period: bool = False
    ledger: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    """What tools returned so far: `balance`, `due_date`, `minimum_due`, `last_payment_amount`, …"""
    approved_amounts: list[str | int | float] = Field(default_factory=list)
    """Amounts that tools put on the table."""
    may_state_deadline: str | None = None
    """A tool-verified expiry date (ISO 8601), or None."""

    @cached_property
    def amounts(self) -> frozenset[Decimal]:
        """Every amount of money that may be spoken."""
        values = [value for name, value in self.ledger.items() if not name.endswith("date")]
        found = {_money(value) for value in [*values, *self.approved_amounts]}
        return frozenset(value for value in found if value is not None)

    @cached_property
    def due_date(self) -> date | None:
        """When the next payment is due, if a tool said so."""
        return _day(self.ledger.get("due_date"))

    @cached_property
    def dates(self) -> frozenset[date]:
        """Every date of the ledger."""
        found = {_day(value) for name, value in self.ledger.items() if name.endswith("date")}
        return frozenset(day for day in found if day is not None)

    @cached_property
    def deadline(self) -> date | None:
        """The one deadline that may be stated."""
        return _day(self.may_state_deadline)


def _money(value: object) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value).replace("$", "").replace(",", "").strip())
    except ArithmeticError:
        return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


class Finding(NamedTuple):
    """One reason not to say a sentence."""

    rule: str
    """G-01 … G-18."""
    match: str
    """The words of the sentence that the rule forbids."""


class Verdict(NamedTuple):
    """What to do with a sentence that the agent is about to say."""

    allowed: bool
    say_instead: str | None
    """A safe sentence in its place; None when it is allowed."""
    findings: list[Finding]
    hand_over: bool
    """Whether the call goes to a person now: too many findings."""
