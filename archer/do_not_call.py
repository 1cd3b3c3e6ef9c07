"""Import a do-not-call list: a CSV with a header, or numbers one a line; every line is reported.

R-04: suppressions never expire. R-08: what is queued to a listed number stops in the same transaction. The same list
again changes nothing.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from archer.stopping import Stopped, stop_calls
from archer.store.decisions import audit
from archer.store.do_not_call import DoNotCallImport, add_numbers
from archer.work import Work

MAX_LINES = 100_000
_COLUMNS = ("phone_number", "phonenumber", "phone", "number", "e164", "telephone", "tel", "mobile", "cell", "msisdn")
_PUNCTUATION = re.compile(r"[\s().\-/·]+")
_NORTH_AMERICAN = re.compile(r"(?:\+?1)?([2-9]\d{2}[2-9]\d{6})")
_LONGEST_CELL = 64
_FEWEST_DIGITS = 7

Result = Literal["accepted", "duplicate", "invalid"]


class UnreadableList(ValueError):
    """The list cannot be read at all; the message says why."""


@dataclass(frozen=True)
class Line:
    """What became of one line."""

    line: int
    """From 1, as an editor counts; the header is a line, too."""
    result: Result
    number: str | None = None
    """As E.164; None when it is none."""
    reason: str | None = None


@dataclass(frozen=True)
class Imported:
    """What became of a list."""

    id: UUID
    lines: list[Line]
    stopped: Stopped

    def count(self, result: Result) -> int:
        return sum(line.result == result for line in self.lines)


def parse(content: bytes) -> list[Line]:
    """Read a list. Numbers that occur twice are `duplicate` the second time. Raises UnreadableList."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableList(f"the list is not UTF-8 (byte {error.start})") from error
    rows = list(_rows(text))
    if not rows:
        raise UnreadableList("the list is empty")
    column, header = _column(rows[0][1])
    rows = rows[1:] if header else rows
    if len(rows) > MAX_LINES:
        raise UnreadableList(f"the list has more than {MAX_LINES:,} lines; send it in parts")
    seen: set[str] = set()
    return [_line(number, cells, column, seen) for number, cells in rows]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text[:4096].split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise UnreadableList(f"line {reader.line_num}: {error}") from error


def _column(first: list[str]) -> tuple[int, bool]:
    """In which column the numbers are, and whether the first row is a header."""
    names = [re.sub(r"[^a-z0-9]+", "_", cell.strip().lower()).strip("_") for cell in first]
    for name in _COLUMNS:
        if name in names:
            return names.index(name), True
    for n, cell in enumerate(first):
        if sum(map(str.isdigit, cell)) >= _FEWEST_DIGITS:
            return n, False
    if len(first) == 1:
        return 0, not any(map(str.isdigit, first[0]))
    raise UnreadableList(f"no column is named like a number; name one of them {_COLUMNS[0]}")


def _line(number: int, cells: list[str], column: int, seen: set[str]) -> Line:
    if column >= len(cells) or not cells[column].strip():
        return Line(number, "invalid", reason="no number")
    cell = cells[column].strip()
    e164 = normalized(cell) if len(cell) <= _LONGEST_CELL else None
    if e164 is None:
        return Line(number, "invalid", reason=_why(cell))
    if e164 in seen:
        return Line(number, "duplicate", e164, "twice in this list")
    seen.add(e164)
    return Line(number, "accepted", e164)


def _why(cell: str) -> str:
    digits = sum(map(str.isdigit, cell))
    if digits == 0:
        return "no digits"
    if digits < 10:
        return "too few digits"
    return "too many digits" if digits > 15 else "no such number"


def normalized(text: str) -> str | None:
    """A number as E.164: North American without a country code, others with `+`; None when it is none."""
    plain = _PUNCTUATION.sub("", text)
    if match := _NORTH_AMERICAN.fullmatch(plain):
        return f"+1{match[1]}"
    return _abroad(plain)


@lru_cache(maxsize=4096)
def _abroad(plain: str) -> str | None:
    import phonenumbers

    if not plain.startswith("+") or not plain[1:].isascii() or not plain[1:].isdigit():
        return None
    try:
        parsed = phonenumbers.parse(plain)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


async def import_list(unit: Work, content: bytes, lines: list[Line], *, actor: str) -> Imported:
    """Put a parsed list into force; numbers that stood already are `duplicate`."""
    import_id = uuid4()
    numbers = [line.number for line in lines if line.result == "accepted" and line.number]
    added = await add_numbers(unit.session, unit.organization_id, numbers, import_id=import_id, at=unit.now)
    reported = [
        Line(line.line, "duplicate", line.number, "on the list already")
        if line.result == "accepted" and line.number not in added
        else line
        for line in lines
    ]
    why = {"cause": "do_not_call", "import_id": str(import_id)}
    stopped = await stop_calls(unit, why=why, numbers=numbers) if numbers else Stopped()
    done = Imported(import_id, reported, stopped)
    counts = {name: done.count(name) for name in ("accepted", "duplicate", "invalid")}
    digest = hashlib.sha256(content).hexdigest()
    unit.session.add(
        DoNotCallImport(
            id=import_id,
            organization_id=unit.organization_id,
            at=unit.now,
            by=actor,
            sha256=digest,
            lines=len(lines),
            **counts,
        )
    )
    await _record(unit.session, unit, done, actor, {"sha256": digest, "lines": len(lines), **counts})
    return done


async def _record(session: AsyncSession, unit: Work, done: Imported, actor: str, details: dict[str, str | int]) -> None:
    await audit(
        session,
        unit.organization_id,
        at=unit.now,
        actor=actor,
        action="do_not_call.imported",
        subject=f"import:{done.id}",
        details={**details, "stopped": done.stopped.named()},
    )
