"""How long records are kept: the rules R-01 … R-12 of data/retention.toml, and the day from which one may go."""

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from archer.compliance.dates import years_after
from archer.compliance.ruleset import Status

Records = Literal["evidence", "recordings", "opt_outs", "suppressions", "telephone_authorizations"]


class RetentionRule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str
    statement: str
    records: list[Records]
    law_years: int | None = None
    years: int | None = None
    counted_from: Literal["last_activity", "own_date"] | None = Field(default=None, alias="from")
    forever: bool = False
    within: dict[Literal["seconds", "minutes", "same_business_day"], int | bool] = {}
    citation: str
    status: Status

    @model_validator(mode="after")
    def _never_less_than_the_law(self) -> Self:
        if self.records and not self.forever and (self.years is None or self.counted_from is None):
            raise ValueError(f"{self.id}: years and from are needed")
        if (self.law_years or 0) > (self.years or 0):
            raise ValueError(f"{self.id}: years is less than law_years")
        return self


class Retention(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    rules: list[RetentionRule]

    def rule_for(self, records: Records) -> RetentionRule:
        """The rule that says how long records of a kind are kept; KeyError when none does."""
        for rule in self.rules:
            if records in rule.records:
                return rule
        raise KeyError(records)

    def deletable_from(self, records: Records, day: date) -> date | None:
        """The first day on which a record may be deleted whose period began on `day`; None: never."""
        rule = self.rule_for(records)
        return None if rule.forever or rule.years is None else years_after(day, rule.years)


@cache
def retention() -> Retention:
    """The retention rules of this release; pydantic.ValidationError when the data does not fit its schema."""
    text = resources.files("archer.compliance").joinpath("data", "retention.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Retention.model_validate({"version": data["version"], "rules": data["rule"]})
