"""The words that the guardrail reads numbers, dates and contractions by (words.toml)."""

import tomllib
from importlib.resources import files
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))

UNITS: dict[str, int] = {word: value for value, word in enumerate(_DATA["units"].split())}
"""zero … nineteen."""
TENS: dict[str, int] = {word: 10 * place for place, word in enumerate(_DATA["tens"].split(), start=2)}
MONTHS: list[str] = _DATA["months"].split()
WEEKDAYS: list[str] = _DATA["weekdays"].split()
"""From Monday, as `date.weekday` counts."""
_RANKS: dict[str, int] = {word: value for value, word in enumerate(_DATA["ordinals"].split(), start=1)}
ORDINALS: dict[str, int] = (
    UNITS
    | _RANKS
    | {f"twenty {word}": 20 + value for word, value in _RANKS.items() if value < 10}
    | {"thirtieth": 30, "thirty first": 31}
)
"""Days of a month, as ranks or as plain numbers."""
CONTRACTIONS: dict[str, str] = _DATA["contractions"]
IS_AFTER: frozenset[str] = frozenset(_DATA["is_after"].split())
"""Words whose 's is a verb."""
