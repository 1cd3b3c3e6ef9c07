"""`python -m archer.compliance redact`: texts as JSON Lines in, what may be kept of them out."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from archer.compliance import json_lines
from archer.compliance.redaction import redact


class TextLine(BaseModel):
    """One line of input."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    text: str


def run(arguments: list[str]) -> int:
    """Redact standard input's lines; 0 when all were valid, else 2."""
    return json_lines.run("redact", arguments, TextLine, answer)


def answer(line: TextLine) -> dict[str, Any]:
    """The redacted text of one line and the kinds that were taken out."""
    result = redact(line.text)
    return {"id": line.id, "text": result.text, "redacted": result.redacted}
