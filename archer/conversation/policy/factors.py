"""The two factors of verification in one turn: the last four digits and the postal code, in either order."""

import re
from typing import Literal

from archer.conversation.policy.digits import digits_in, names_code_first
from archer.conversation.understanding import Understanding

Factors = tuple[str | None, str | None]
"""Last four and postal code."""

_PARTS = re.compile(r"[.;](?=\s)|\b(?:and )?(?:my |the )?(?:zip|postal)(?: ?code)?(?: is|'s)?\b", re.I)
"""Where one factor ends and the other begins, a correction of it included."""
_BREAKS = re.compile(
    r"[,;.]|\band\b|\b(?:my |the )?(?:zip|postal)(?: ?code)?(?: is|'s)?\b|"
    r"\b(?:account|last four|digits)\b(?: is| are)?",
    re.I,
)
_CORRECTED = re.compile(r"\b(?:no|sorry|actually|i mean|wait|correction|scratch|rather)\b", re.I)


def of(text: str, country: Literal["US", "CA"], understanding: Understanding) -> Factors:
    """Both factors, each None when it is not there."""
    run = digits_in(text)
    corrected = bool(_CORRECTED.search(text))
    if country == "US" and len(run) == 9 and not corrected:
        return (run[5:], run[:5]) if names_code_first(text) else (run[:4], run[4:])
    whole = country == "CA" or corrected  # letters are spelled with pauses between them
    found = _in_parts(text, _PARTS, country, understanding) if whole else (None, None)
    last_four, postal = found if all(found) else _in_parts(text, _BREAKS, country, understanding)
    if last_four and not postal and country == "CA":
        postal = understanding.extract("postal_code", text, {"country": country})
    if last_four or postal:
        return last_four, postal
    return (
        understanding.extract("last_four", text, {}),
        understanding.extract("postal_code", text, {"country": country}),
    )


def _in_parts(text: str, breaks: re.Pattern[str], country: str, understanding: Understanding) -> Factors:
    last_four = postal = None
    for part in breaks.split(text):
        code = understanding.extract("postal_code", part, {"country": country})
        four = understanding.extract("last_four", part, {})
        if code and four and country == "US":  # the same digits read as both: five make a code
            code, four = (code, None) if len(digits_in(part)) in (5, 9) else (None, four)
        last_four, postal = four or last_four, code or postal
    return last_four, postal
