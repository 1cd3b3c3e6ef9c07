"""What is logged of a fault: its type and where it arose, never what it says."""

import logging

import pytest
from loguru import logger as loguru_logger

from agent.logs import PlainFormatter, describe, quiet_libraries

SECRET = "my account is 12345678"


def fault() -> Exception:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        return error


def test_exception_is_described_without_its_text() -> None:
    described = describe(fault())
    assert described.startswith("ValueError at test_agent_logs.py:")
    assert SECRET not in described


def test_traceback_of_a_record_is_places_only() -> None:
    error = fault()
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "it failed", None, (type(error), error, error.__traceback__))
    line = PlainFormatter("%(message)s").format(record)
    assert "ValueError at test_agent_logs.py" in line
    assert SECRET not in line


def test_line_sdk_warnings_come_without_their_text(caplog: pytest.LogCaptureFixture) -> None:
    quiet_libraries()
    with caplog.at_level(logging.INFO):
        loguru_logger.warning(f"Dropping unparseable websocket message: {SECRET}")
        loguru_logger.info(f"User said: {SECRET}")
    assert [record.name for record in caplog.records] == ["agent.line_sdk"]
    assert "test_agent_logs.py" in caplog.text
    assert SECRET not in caplog.text
