"""Notice that a caller keys in a card or account number, so that the recording pauses meanwhile (I-20)."""

LONG_NUMBER = "long_number_keyed"
"""The event; `archer.recording` pauses at it."""
_MOST_ASKED_FOR = 5
"""The longest number that we ask for is a postal code. Six digits of a card may be kept (PCI DSS 3.4), more may not."""
_GAP_SECONDS = 3.0
"""After a longer pause a new number begins."""


class KeyedNumber:
    """Counts keys that follow each other."""

    def __init__(self) -> None:
        self._count = 0
        self._last = float("-inf")

    def is_long(self, now: float) -> bool:
        """One more key, at `now` (monotonic seconds): whether by it the number becomes longer than any we ask for."""
        self._count = self._count + 1 if now - self._last <= _GAP_SECONDS else 1
        self._last = now
        return self._count == _MOST_ASKED_FOR + 1
