"""Deadlines in a sentence, compared with the one that tools verified (rule G-04).

A stated deadline must equal `may_state_deadline`; the ledger's due date may be named as the due date. Asking when
someone can pay, and reading back what was agreed, states no deadline.
"""

import re
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple

from archer.compliance.guardrail.state import SpeechState
from archer.compliance.guardrail.words import MONTHS, ORDINALS, WEEKDAYS

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("deadlines.toml").read_text(encoding="utf-8"))
_MONTH = "|".join([*MONTHS, "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept?", "oct", "nov", "dec"])
_DAY = r"\d{1,2}(?:st|nd|rd|th)?|" + "|".join(sorted(ORDINALS, key=len, reverse=True))
_DATE = (
    rf"(?:(?:this |next |on |coming )?(?P<weekday>{'|'.join(WEEKDAYS)})(?: ,)?(?: the)? ?)?"
    rf"(?:(?P<month>{_MONTH}) (?:the )?(?P<day>{_DAY})\b(?: ,? ?(?P<year>20\d\d|twenty twenty (?:\w+)))?"
    rf"|(?:the )?(?P<day2>{_DAY}) of (?P<month2>{_MONTH})\b"
    rf"|(?P<slash>\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)|(?P<iso>\d{{4}}-\d{{2}}-\d{{2}}))"
)
_WHEN = rf"(?:{_DATE}|(?P<loose>{'|'.join(_DATA['loose'])}))"


def _compiled(frame: str) -> re.Pattern[str]:
    for name, part in (("OBLIGATION", _DATA["obligation"]), ("LIMIT", _DATA["limit"]), ("WHEN", _WHEN)):
        frame = frame.replace(f"{{{name}}}", part)
    return re.compile(frame)


_ANY_DATE = re.compile(_DATE)
_STATED = [_compiled(frame) for frame in _DATA["frames"]]
_DUE = _compiled(_DATA["due"])
_ASKS, _AGREED, _MOVED = (re.compile(_DATA[name]) for name in ("asks", "agreed", "moved"))
_MAY_STATE = re.compile(
    rf"\b(?:{_MONTH}|{'|'.join(WEEKDAYS)})\b|[/-]\d|\d(?:st|nd|rd|th|am|pm)? |" + "|".join(_DATA["loose"])
)


class Stated(NamedTuple):
    """A deadline in the normalised text."""

    start: int
    end: int
    day: date | None
    """Its date, when the words say one; the year is the verified deadline's or the due date's."""
    as_due_date: bool


def misstated(text: str, state: SpeechState) -> list[Stated]:
    """The deadlines that a normalised text states although no tool gave them."""
    found: list[Stated] = []
    if not _MAY_STATE.search(text):
        return found
    for match in _DUE.finditer(text):
        stated = _stated(match, state, as_due_date=True)
        right = stated.day is not None and stated.day in {state.due_date, state.deadline, *state.dates}
        if not right and not _loosely(match, state) and not _MOVED.search(text) and not _unsaid(text, match):
            found.append(stated)
    for frame in _STATED:
        for match in frame.finditer(text):
            stated = _stated(match, state, as_due_date=False)
            if stated.day is not None and stated.day == state.deadline:
                continue
            if " due " in text and stated.day is not None and stated.day == state.due_date:
                continue
            if not _unsaid(text, match) and not (match["loose"] and _loosely(match, state)):
                found.append(stated)
    return found


def states_verified(text: str, state: SpeechState) -> bool:
    """Whether a normalised text names the deadline that tools verified."""
    if state.deadline is None:
        return False
    return any(_day(match, state) == state.deadline for match in _ANY_DATE.finditer(text))


def _unsaid(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence asks, or reads back what was agreed, rather than states."""
    first = max(text.rfind(mark, 0, match.start() + 1) for mark in (" . ", " ? ", " ! ", " ; "))
    sentence = text[max(first, 0) :]
    if _ASKS.search(sentence) and sentence.find("?") >= 0:
        return True
    return bool(_AGREED.search(text[max(first, 0) : match.end()]))


def _loosely(match: re.Match[str], state: SpeechState) -> bool:
    """Whether a weekday alone is that of the verified deadline or of the due date."""
    loose = match["loose"] or ""
    days = [
        day for day in (state.deadline, state.due_date if match.group().lstrip().startswith("due") else None) if day
    ]
    return any(WEEKDAYS[day.weekday()] in loose for day in days)


def _stated(match: re.Match[str], state: SpeechState, *, as_due_date: bool) -> Stated:
    return Stated(match.start(), match.end(), _day(match, state), as_due_date)


def _day(match: re.Match[str], state: SpeechState) -> date | None:
    groups = match.groupdict()
    known = state.deadline or state.due_date
    year = known.year if known else 2000
    try:
        if groups["iso"]:
            return date.fromisoformat(groups["iso"])
        if groups["slash"]:
            parts = [int(part) for part in groups["slash"].split("/")]
            if len(parts) == 3:
                year = parts[2] + (2000 if parts[2] < 100 else 0)
            return date(year, parts[0], parts[1])
        month, day = groups["month"] or groups["month2"], groups["day"] or groups["day2"]
        if not month or not day:
            return None
        number = ORDINALS.get(day) or int(re.sub(r"\D", "", day))
        if groups["year"] and groups["year"].isdecimal():
            year = int(groups["year"])
        return date(year, next(place for place, name in enumerate(MONTHS, 1) if name[:3] == month[:3]), number)
    except ValueError:
        return None
