"""Log without personal data: exceptions by type and place only, the Line SDK by place only.

The SDK logs start frames, transcripts and tool arguments through loguru, in warnings and tracebacks too (facts on the
Line SDK, §3.2): none of its messages is repeated here, only where it came from.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

from loguru import logger as loguru_logger

line_log = logging.getLogger("agent.line_sdk")


class PlainFormatter(logging.Formatter):
    """One line a record; of an exception its type and the places it passed, never its message."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """`KeyError at agent/voice.py:120 in _speak < agent/voice.py:80 in process`."""
        kind, _value, trace = ei
        if kind is None:
            return ""
        return f"{kind.__name__} at {place_of(trace)}"


def place_of(trace: TracebackType | None, depth: int = 6) -> str:
    """The innermost frames of a traceback as `file:line in function`, without source or values."""
    frames = traceback.extract_tb(trace)[-depth:]
    return " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} in {frame.name}" for frame in reversed(frames)
    )


def describe(error: BaseException) -> str:
    """An exception for a log line: its type and where it arose."""
    return f"{type(error).__name__} at {place_of(error.__traceback__)}"


def _forward(message: Any) -> None:
    record = message.record
    line_log.log(record["level"].no, "line SDK: %s:%d in %s", record["file"].name, record["line"], record["function"])


def quiet_libraries() -> None:
    """No library writes what is said: the SDK's warnings come by place only, uvicorn's frames not at all."""
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    loguru_logger.remove()
    loguru_logger.add(_forward, level="WARNING", format="", backtrace=False, diagnose=False, catch=True)


def configure(level: int = logging.INFO) -> None:
    """Set up logging for the agent process (standard error)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    quiet_libraries()
