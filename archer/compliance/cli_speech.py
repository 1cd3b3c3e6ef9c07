"""`python -m archer.compliance speech`: sentences as JSON Lines in, whether the agent may speak them out."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from archer.compliance import json_lines
from archer.compliance.guardrail import SpeechState, judge


class SpeechLine(BaseModel):
    """One line of input. A state that is not given is the strictest: nobody verified, nothing on the table."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    text: str
    state: SpeechState = Field(default_factory=SpeechState)


def run(arguments: list[str]) -> int:
    """Judge standard input's lines; 0 when all were valid, else 2."""
    return json_lines.run("speech", arguments, SpeechLine, answer)


def answer(line: SpeechLine) -> dict[str, Any]:
    """Whether one sentence may be spoken, and what forbids it."""
    findings = judge(line.text, line.state)
    return {"id": line.id, "allowed": not findings, "findings": [finding._asdict() for finding in findings]}
