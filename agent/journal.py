"""A file per call that holds what the API has not stored yet, so that a killed agent loses nothing it has heard.

One JSON line a record: first a header (call, session token, API), then entries, receipts and the end. The file is the
owner's alone (0600), locked while a process works on it, and gone when everything is stored. Its entries are redacted.
"""

import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from archer.protocol import EndRequest, Entry

REJECTED = "rejected"
VERSION = 1


class JournalBusyError(Exception):
    """Another process holds this journal."""


class JournalUnreadableError(Exception):
    """The file is not a journal of this version."""


@dataclass(frozen=True)
class Header:
    """Whose entries these are and where they go."""

    call_id: UUID
    epoch: int
    session_token: str
    api: str
    """Scheme and host of the API that opened the session; another API must not get them."""


@dataclass
class Remainder:
    """What a dead process left behind."""

    header: Header
    entries: list[Entry] = field(default_factory=list)
    """Not known to be stored, in order."""
    end: EndRequest | None = None


class Journal:
    """The open, locked file of one session. Writing is a plain append: it survives the process, not the machine."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def create(cls, spool: Path, header: Header) -> "Journal":
        """Begin the journal of a new session. Raises OSError when the spool cannot be written."""
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = spool / f"{header.call_id}.{header.epoch}.jsonl"
        journal = cls(path, _open_locked(path, os.O_RDWR | os.O_CREAT | os.O_APPEND))
        journal._append(
            {
                "journal": VERSION,
                "call_id": str(header.call_id),
                "epoch": header.epoch,
                "session_token": header.session_token,
                "api": header.api,
            }
        )
        return journal

    @classmethod
    def reopen(cls, path: Path) -> "Journal":
        """Take over a journal that nobody holds. Raises JournalBusyError while its process lives."""
        return cls(path, _open_locked(path, os.O_RDWR | os.O_APPEND))

    def entry(self, entry: Entry) -> None:
        """Note an entry before it is sent."""
        self._write(b'{"entry":' + entry.model_dump_json().encode() + b"}\n")

    def stored(self, up_to: int) -> None:
        """Note that the API has everything up to this number."""
        self._append({"stored_to": up_to})

    def end(self, request: EndRequest) -> None:
        """Note how the conversation ended, before that is sent."""
        self._write(b'{"end":' + request.model_dump_json().encode() + b"}\n")

    def discard(self) -> None:
        """Everything is stored: the file goes."""
        self.path.unlink(missing_ok=True)
        self.close()

    def set_aside(self) -> Path:
        """The API will not take it: keep the file for a person, where no restart tries again."""
        directory = self.path.parent / REJECTED
        directory.mkdir(mode=0o700, exist_ok=True)
        target = directory / self.path.name
        self.path.replace(target)
        self.close()
        return target

    def close(self) -> None:
        """Let go of the file; what is in it stays for the next process."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _append(self, record: dict[str, Any]) -> None:
        self._write(json.dumps(record).encode() + b"\n")

    def _write(self, line: bytes) -> None:
        if self._descriptor is not None:
            os.write(self._descriptor, line)


def _open_locked(path: Path, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise JournalBusyError(path.name) from None
    if not path.exists():  # discarded by its owner between open and lock
        os.close(descriptor)
        raise JournalBusyError(path.name)
    return descriptor


def waiting(spool: Path) -> list[Path]:
    """The journals in the spool, oldest first, whether or not somebody holds them."""
    if not spool.is_dir():
        return []
    return sorted(spool.glob("*.jsonl"), key=lambda path: path.name)


def read(path: Path) -> Remainder:
    """What is left to store. A last line cut off by the kill is ignored; anything else unreadable raises
    JournalUnreadableError."""
    remainder: Remainder | None = None
    stored_to = 0
    complete_lines = path.read_bytes().split(b"\n")[:-1]
    for number, line in enumerate(complete_lines, start=1):
        try:
            record = json.loads(line)
            if remainder is None:
                remainder = Remainder(_header(record))
            elif "entry" in record:
                remainder.entries.append(Entry.model_validate(record["entry"]))
            elif "stored_to" in record:
                stored_to = int(record["stored_to"])
            elif "end" in record:
                remainder.end = EndRequest.model_validate(record["end"])
        except (ValueError, KeyError, TypeError) as error:
            raise JournalUnreadableError(f"{path.name}, line {number}: {type(error).__name__}") from None
    if remainder is None:
        raise JournalUnreadableError(f"{path.name} has no header")
    remainder.entries = [entry for entry in remainder.entries if entry.n > stored_to]
    return remainder


def _header(record: dict[str, Any]) -> Header:
    if record["journal"] != VERSION:
        raise ValueError("another version")
    return Header(
        call_id=UUID(record["call_id"]),
        epoch=int(record["epoch"]),
        session_token=str(record["session_token"]),
        api=str(record["api"]),
    )
