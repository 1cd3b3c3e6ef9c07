"""What a tactic must not teach: its words, judged by the guardrail before they may be stored.

Examples are sentences for the caller's ear and are judged as such, by every rule. Descriptions are instructions about
calls, not speech: they are judged by the rules that no talk about manner comes near (threats, shaming, false identity),
and not by those about amounts, deadlines and offers, whose words an instruction may well contain.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from archer.compliance.guardrail import SpeechState, judge
from archer.conversation.tactics.model import TacticConfig

_RULES_OF_MANNER = frozenset({"G-01", "G-02", "G-03", "G-05", "G-06", "G-08", "G-09", "G-12", "G-13", "G-15", "G-17"})
_VERIFIED = SpeechState(right_party_verified=True)


@dataclass(frozen=True)
class Objection:
    """Words that a rule forbids."""

    where: str
    """The field, such as `techniques.2.example`."""
    rule: str
    match: str


def objections(config: TacticConfig) -> list[Objection]:
    """Everything in a tactic that the guardrail refuses; empty when it may be used."""
    return [
        Objection(where, finding.rule, finding.match)
        for where, words, spoken in _texts(config)
        for finding in judge(words, _VERIFIED)
        if spoken or finding.rule in _RULES_OF_MANNER
    ]


def _texts(config: TacticConfig) -> Iterator[tuple[str, str, bool]]:
    """Field, words, and whether they are meant for the caller's ear."""
    if config.description:
        yield "description", config.description, False
    for number, technique in enumerate(config.techniques):
        yield f"techniques.{number}.name", technique.name, False
        yield f"techniques.{number}.description", technique.description, False
        if technique.example:
            yield f"techniques.{number}.example", technique.example, True
