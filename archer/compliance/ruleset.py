"""The rules and state overlays as data: data/rules.toml and data/overlays.toml, read once and checked.

Each states what it demands, with parameters, citation, whom it binds as law or as policy, and from when until when. The
functions that evaluate them (`rules_*.py`) take their numbers from here; nobody edits code to change a cap.
"""

import tomllib
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from archer.compliance.facts import Mode
from archer.compliance.localtime import seconds_of_day

Parameter = int | str | bool | list[str]
Outcome = Literal["block", "block_until", "human_only"]
Basis = Literal["law", "policy"]
Status = Literal["seen", "secondary", "memory", "policy"]


class _Provision(BaseModel):
    """What rules and overlays have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    statement: str
    basis: dict[Mode, Basis]
    """Whom it binds, and whether as law or as default policy; a kind of collector that is not named is not bound."""
    citation: str
    status: Status
    """How far the citation was verified: its text was read (seen), others report it (secondary), it is cited from
    memory and still to be read (memory), or the rule is ours and stricter than the law cited (policy)."""
    effective_from: date | None = None
    effective_until: date | None = None
    parameters: dict[str, Parameter] = {}

    def binds(self, mode: Mode | None) -> bool:
        """Whether it applies to this kind of collector; an unknown kind is bound by everything."""
        return mode is None or mode in self.basis

    def in_force(self, day: date) -> bool:
        """Whether it is effective on a consumer-local date."""
        return (self.effective_from or day) <= day <= (self.effective_until or day)

    def number(self, name: str) -> int:
        """A numeric parameter; KeyError when the data lacks it."""
        value = self.parameters[name]
        assert isinstance(value, int)
        return value

    def words(self, name: str) -> frozenset[str]:
        """A list parameter; KeyError when the data lacks it."""
        value = self.parameters[name]
        assert isinstance(value, list)
        return frozenset(value)

    def flag(self, name: str) -> bool:
        """A switch; off when the data does not mention it."""
        return self.parameters.get(name) is True

    def seconds(self, name: str) -> int:
        """A time of day (`HH:MM`) as seconds since midnight."""
        return seconds_of_day(str(self.parameters[name]))


class Rule(_Provision):
    decision: Outcome
    """What it answers when it does not allow; `block` wherever a fact that it needs is missing."""


class Overlay(_Provision):
    jurisdiction: str
    states: list[str] = []
    zip_prefixes: list[str] = []
    zip_state: str | None = None
    """State of a city overlay: it counts as applicable there while the postal code cannot be read."""
    measure: Literal["contacts", "hours", "in_call", "coverage", "disclosure"]
    dormant: bool = False
    """About solicitations alone: without effect while P-04 keeps marketing out."""

    @property
    def rule_id(self) -> str:
        """The id in findings: `S-` and the jurisdiction, whichever of its provisions it is."""
        return "-".join(self.id.split("-")[:2])


class Ruleset(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    rules: list[Rule]
    overlays: list[Overlay]
    recording_all_party: list[str]
    """States in which every party must consent to a recording."""

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError when there is none."""
        return self._by_id[rule_id]


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(resources.files("archer.compliance").joinpath("data", name).read_text("utf-8"))


@cache
def ruleset() -> Ruleset:
    """The ruleset of this release; pydantic.ValidationError when the data does not fit its schema."""
    rules_file, overlays_file = _read("rules.toml"), _read("overlays.toml")
    return Ruleset.model_validate(
        {
            "version": rules_file["version"],
            "rules": rules_file["rule"],
            "overlays": overlays_file["overlay"],
            "recording_all_party": overlays_file["recording_all_party"],
        }
    )


def rules() -> list[Rule]:
    """Every pre-dial rule, in the order of its id."""
    return ruleset().rules


def overlays() -> list[Overlay]:
    """Every state and city overlay, the dormant ones included."""
    return ruleset().overlays
