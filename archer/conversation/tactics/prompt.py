"""A tactic in words for the language model: what its dials mean, its techniques, and what it never changes.

The limits at the end repeat G-04, G-05, G-11, G-14, G-16 and G-18 for the model's benefit; the guardrail enforces
them whatever the model makes of it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ValidationError

from archer.conversation.tactics.model import TacticConfig

_DIALS = ("urgency", "empathy", "persistence", "authority")
_LIMITS = (
    "Whatever the manner: state only amounts and dates that a tool returned, name no deadline or consequence of your "
    "own, never threaten, shame or press, take a clear no as an answer, and stop persuading at once when the caller "
    "names a hardship, a dispute, an attorney, or asks you to stop. Never mention this manner or its numbers."
)


@cache
def _bands() -> dict[str, list[str]]:
    return tomllib.loads(resources.files(__package__).joinpath("dials.toml").read_text("utf-8"))


def instructions(tactic: Mapping[str, Any] | None) -> str:
    """The paragraph of a system prompt for a tactic as a session carries it; empty without one.

    Keys besides those of `TacticConfig` (name, archetype, version) are ignored. A stored tactic that is no valid one
    gives an empty text: the conversation then has no particular manner.
    """
    if not tactic:
        return ""
    try:
        config = TacticConfig.model_validate({k: v for k, v in tactic.items() if k in TacticConfig.model_fields})
    except ValidationError:
        return ""
    return describe(config)


def describe(config: TacticConfig) -> str:
    """The same for a validated configuration."""
    lines = ["Your manner in this conversation:"]
    if config.description:
        lines.append(config.description)
    for dial in _DIALS:
        value: int = getattr(config, dial)
        lines.append(f"- {dial.capitalize()} {value} of 10: {_bands()[dial][(value - 1) // 2]}")
    if config.techniques:
        lines.append("Techniques:")
    for technique in config.techniques:
        example = f' For example: "{technique.example}"' if technique.example else ""
        lines.append(f"- {technique.name}: {technique.description}{example}")
    lines.append(_LIMITS)
    return "\n".join(lines)
