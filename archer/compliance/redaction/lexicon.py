"""The words of redaction, read from `lexicon.toml`: spoken digits, fillers, corrections, and labels of numbers.

Source: rule I-20 (card data is never kept) and the redaction contract.
"""

import tomllib
from importlib.resources import files
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_DATA[name].split())


FILLERS = _words("fillers")
"""Words that may stand inside a number without ending it."""
CORRECTIONS = _words("corrections")
"""Words after which what was dictated may be replaced."""
COPULAS = _words("copulas")
"""Words that say that what follows is what was named."""
POSITIONS = _words("positions")
"""Words that say which digits of a number come next."""
WHICH = _words("which")
"""Words that say which group of digits is meant."""
GROUPS = _words("groups")
OPENERS = _words("openers")
"""Words with which an answer may begin."""
COUNTS = _words("counts")
"""Words that may say how many digits are meant."""
CONNECTORS = _words("connectors") | COPULAS
"""Words that may stand between a label and its number."""
CURRENCY = _words("currency")
"""Words that make the number before them an amount."""
COUNTED = _words("counted")
"""Nouns that make the number before them a count."""
SURELY_COUNTED = _words("surely_counted")
"""Those that after a long run of digits belong to the last of it."""
PAYING = _words("paying")
"""Words before an amount."""
WHEN_PAID = _words("when_paid")
"""Words after an amount that say when or how it is paid."""
MONTHS = _words("months")
HINTS = _words("hints")
"""Words beside which digits are likely dictated."""
BEFORE_ONE = _words("before_one")
"""Words after which "one" stands for a thing."""
SPEAKERS = _words("speakers")
"""What transcripts call those who speak."""
NAMES_A_KIND = _words("names_a_kind")
"""Words by which a question asks for a number of a kind."""
NOT_A_PASSWORD = _words("not_a_password")
"""Words that do not begin a password after "my password is"."""
BEFORE_A_PASSWORD = _words("before_a_password")
"""Words before "is my password" or after "changed my password to" that are none either."""

DIGITS: dict[str, str] = _DATA["digits"]
"""Words that are a digit wherever they stand."""
WEAK: dict[str, str] = _DATA["weak"]
"""Words that recognition writes for a digit; they count only inside a run of digits."""
OPTIONAL_ZERO = frozenset({"oh", "o"})
"""Zeros that may as well be an interjection."""
UNITS: dict[str, int] = _DATA["units"]
TEENS: dict[str, int] = _DATA["teens"]
TENS: dict[str, int] = _DATA["tens"]
SCALES = frozenset({"hundred", "thousand"})
TIMES: dict[str, int] = _DATA["times"]
"""Words that repeat the digit after them."""
PLURALS: dict[str, str] = _DATA["plurals"] | {
    f"{digit}{ending}": str(digit) for digit in range(10) for ending in ("s", "'s")
}
"""Words for several of one digit ("four ones")."""

LABELS: dict[str, str] = {
    word: kind for kind, words in _DATA["labels"].items() for word in words.split()
} | dict.fromkeys(MONTHS, "date")
"""What a word says about the number that follows it."""

MASKS: dict[str, str] = {
    "card_number": "[card number]",
    "card_code": "[card code]",
    "ssn": "[ssn]",
    "bank_account": "[bank account]",
    "password": "[password]",
}
"""What stands in the text instead, by kind."""
