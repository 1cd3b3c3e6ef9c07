"""What a behavioral tactic is made of: an archetype, four dials from 1 to 10, and named techniques.

A tactic colours how something is said and in which order options are offered. It adds no right and lifts no rule:
the guardrail, the legal order of a call and the bank's limits bind every tactic alike.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Archetype = Literal["aggressive_anchor", "empathetic_gradual", "balanced_progression", "stern"]
Effect = Literal[
    "open_first",
    "own_terms",
    "menu_first",
    "two_options",
    "relief_first",
    "one_no",
    "decision",
    "announce",
    "your_choice",
    "together",
    "one_step",
    "next_step_down",
    "obstacle",
    "facts_only",
    "smallest_instalment",
    "latest_day",
    "thanks",
    "recap",
    "next_step",
    "necessities",
    "no_hurry",
]
"""What the rule-based conversation does for a technique (`archer.conversation.policy.techniques`)."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
Dial = Annotated[int, Field(ge=1, le=10, strict=True)]


def _line(longest: int) -> Any:
    """One line of plain text: no control characters, which have no business in a prompt."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest, pattern=r"^[^\x00-\x1f\x7f]+$")


class Technique(BaseModel):
    """A named way of going about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, _line(60)]
    description: Annotated[str, _line(400)]
    """What the agent does, as an instruction."""
    example: Annotated[str, _line(300)] | None = None
    """A sentence in this manner. It names no amount and no date: those come from the tools (I-18)."""
    effect: Effect | None = None
    """What it does where no language model is asked; none: it is for the model alone."""


class TacticConfig(BaseModel):
    """The content of one version of a tactic, as it is stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urgency: Dial
    empathy: Dial
    persistence: Dial
    authority: Dial
    description: Annotated[str, _line(400)] | None = None
    techniques: Annotated[tuple[Technique, ...], Field(max_length=12)] = ()

    @field_validator("techniques")
    @classmethod
    def _named_once(cls, techniques: tuple[Technique, ...]) -> tuple[Technique, ...]:
        names = [technique.name.casefold() for technique in techniques]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"techniques are named twice: {', '.join(twice)}")
        return techniques


class Tactic(BaseModel):
    """A tactic with its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    archetype: Archetype
    config: TacticConfig

    def for_session(self, version: int | None = None) -> dict[str, Any]:
        """The terms in which a session carries it (`archer.protocol.Session.tactic`)."""
        body = {"name": self.name, "archetype": self.archetype, **self.config.model_dump(mode="json")}
        return body if version is None else body | {"version": version}
