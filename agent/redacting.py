"""Take personal data out of everything that leaves a call as text: the one door to `archer.compliance.redaction`.

Fails closed: a text that cannot be redacted is not kept, only that it was there.
"""

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

Redact = Callable[[str], str]
WITHHELD = "[withheld: redaction failed]"

log = logging.getLogger("agent.redacting")


def load() -> Redact:
    """The redaction of the compliance engine. Raises ImportError, and the agent does not start without it."""
    redact = import_module("archer.compliance.redaction").redact

    def of_text(text: str) -> str:
        return str(redact(text).text)

    return of_text


def safely(redact: Redact) -> Redact:
    """The same, but total: an error withholds the text instead of losing the call or letting the text out."""

    def total(text: str) -> str:
        try:
            return redact(text)
        except Exception as error:  # whatever it is, the text must not leave
            log.error("redaction failed with %s; the text is withheld", type(error).__name__)
            return WITHHELD

    return total


def of_data(redact: Redact, value: Any) -> Any:
    """JSON data with every string in it redacted (keys are ours and stay)."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: of_data(redact, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [of_data(redact, item) for item in value]
    return value
