"""Who is behind a telephone number: a scripted caller, and what a lookup says of the line."""

import os
import re
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import phonenumbers
from pydantic import BaseModel, ConfigDict, field_validator

from local.callers import Customer, Persona, find
from local.callers.played import NoActorError, key_in

_E164 = re.compile(r"\+[1-9]\d{6,14}")


class NumberFacts(BaseModel):
    """What the network knows of the numbers that fit `pattern` (a regular expression over the whole number)."""

    model_config = ConfigDict(extra="forbid")

    pattern: str
    valid: bool = True
    line_type: Literal["mobile", "landline", "fixedVoip", "nonFixedVoip", "tollFree", "pager", "voicemail"] = "mobile"
    sms: Literal["delivered", "undelivered", "failed"] = "delivered"
    answers: Literal["human", "machine", "no_answer", "busy", "failed"] | None = None
    """Overrules the persona when given."""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"pattern is not a regular expression: {error}") from error
        return value


class Placement(BaseModel):
    """Put a scripted caller behind a number; `customer` overrides single facts of the persona's customer."""

    model_config = ConfigDict(extra="forbid")

    number: str
    persona: str
    customer: dict[str, str] = {}

    @field_validator("persona")
    @classmethod
    def _known(cls, value: str) -> str:
        persona = find(value)
        if persona.brief and not key_in(os.environ):
            raise NoActorError
        return persona.name

    @field_validator("customer")
    @classmethod
    def _facts(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = value.keys() - {fact.name for fact in fields(Customer) if fact.type is str or fact.type == "str"}
        if unknown:
            raise ValueError(f"a customer has no {', '.join(sorted(unknown))}")
        return value


@dataclass
class Directory:
    """The numbers that somebody said something about; all others belong to the default persona and are mobile."""

    default: Persona
    placements: dict[str, Placement] = field(default_factory=dict)
    patterns: list[NumberFacts] = field(default_factory=lambda: [NumberFacts(pattern=r"\+15005550001", valid=False)])
    """Twilio's own magic number for an invalid destination is known from the start."""

    def place(self, placement: Placement) -> None:
        """Put a persona behind a number, in place of an earlier one."""
        self.placements[placement.number] = placement

    def describe(self, facts: NumberFacts) -> None:
        """Say something of numbers; what was said last counts first."""
        self.patterns.insert(0, facts)

    def person(self, number: str, otherwise: Persona | None = None) -> tuple[Persona, Customer]:
        """Who picks up this number. `otherwise` stands in for the default persona."""
        placement = self.placements.get(number)
        persona = find(placement.persona) if placement else otherwise or self.default
        answers = self.facts(number).answers
        if answers is not None:
            persona = replace(persona, answers=answers)
        overrides: dict[str, Any] = dict(placement.customer) if placement else {}
        return persona, replace(persona.customer, **overrides)

    def facts(self, number: str) -> NumberFacts:
        """What a lookup says of this number."""
        for facts in self.patterns:
            if re.fullmatch(facts.pattern, number):
                return facts
        return NumberFacts(pattern=re.escape(number))

    def valid(self, number: str) -> bool:
        """Whether a number is E.164, possible by its country's numbering plan, and not described as invalid."""
        if not _E164.fullmatch(number):
            return False
        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.is_possible_number(parsed) and self.facts(number).valid
