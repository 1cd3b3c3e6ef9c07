"""Name a failure for the log without its message, which may hold a customer's data."""

import traceback


def where(error: BaseException) -> str:
    """The exception's type and the last places it came through: `ValueError at offers.py:61, runner.py:95`."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = ", ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places or 'an unknown place'}"
