"""Log failures without what they may quote: a request body, a customer's name, an account.

An exception's message often repeats its input. The log therefore says which function failed, which kinds of error and
where; the message itself only at DEBUG level.
"""

import logging
import traceback
from pathlib import Path

log = logging.getLogger("local.functions")


def log_failure(function: str, error: BaseException, what: str = "failed") -> None:
    """Log that a function failed: where, and the kinds of error, but no message, which may quote a request body.

    The message follows at DEBUG level.
    """
    kinds, cause, seen = [], error, 0
    current: BaseException | None = cause
    while current is not None and seen < 5:
        kinds.append(type(current).__name__)
        current, seen = current.__cause__ or current.__context__, seen + 1
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("function %s %s: %s at %s", function, what, " from ".join(kinds), places or "an unknown place")
    log.debug("function %s %s, in full", function, what, exc_info=error)
