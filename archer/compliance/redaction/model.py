"""What a redaction returns.

Source: the redaction contract (`python -m archer.compliance redact`).
"""

from typing import NamedTuple


class Redaction(NamedTuple):
    """A text that may be kept."""

    text: str
    """The text with a mask such as `[card number]` in place of what must not be stored."""
    redacted: list[str]
    """The kinds that were taken out, in order of first appearance; empty when the text is unchanged."""


class Span(NamedTuple):
    """Characters [start, end) of a text hold something of a kind."""

    start: int
    end: int
    kind: str
