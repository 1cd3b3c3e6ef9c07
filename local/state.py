"""The directory that a stack keeps everything in: its lock, its secrets, its data.

One stack uses a directory at a time, which a file lock shows even after a crash. Secrets are made once and kept
(readable by the owner only), so that tokens, links and database roles outlive a restart.
"""

import fcntl
import json
import secrets
import shutil
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from local.supervisor import Report, StackError, end_leftovers


class UsageError(StackError):
    """What was asked for cannot be; the command line ends with exit code 2."""


def _secret() -> Any:
    return field(default_factory=lambda: secrets.token_hex(24))


@dataclass(frozen=True)
class Secrets:
    """Everything a stack needs to keep to itself, made at random."""

    postgres_superuser: str = _secret()
    postgres_owner: str = _secret()
    postgres_app: str = _secret()
    web_pubsub_key: str = _secret()
    call_token: str = _secret()
    link_token: str = _secret()
    line_token: str = _secret()
    registry_key: str = _secret()
    cartesia_key: str = _secret()
    twilio_account: str = field(default_factory=lambda: "AC" + secrets.token_hex(16))
    twilio_token: str = field(default_factory=lambda: secrets.token_hex(16))


class StateDirectory:
    """A stack's directory, held by this process from `acquire` to `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._file: IO[str] | None = None

    def acquire(self, *, fresh: bool, report: Report) -> None:
        """Hold the directory, end what an earlier run left behind and, if `fresh`, empty it.

        Raises UsageError when another stack holds it, or when it is to be emptied and is not a stack's.
        """
        if self.path.exists() and not self.path.is_dir():
            raise UsageError(f"{self.path} is not a directory")
        if fresh and self.path.exists() and any(self.path.iterdir()) and not self._marker.exists():
            raise UsageError(f"{self.path} does not look like the state of a stack: --fresh will not empty it")
        self.path.mkdir(parents=True, exist_ok=True)
        self._file = (self.path / "lock").open("a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise UsageError(
                f"a stack already runs with its state in {self.path}{self._supervisor()}: "
                "stop it, or use --state and --port-base for another one"
            ) from error
        self._marker.touch()
        end_leftovers(self.path, report)

    def empty(self) -> None:
        """Remove everything a stack has kept here; the directory stays held."""
        for entry in self.path.iterdir():
            if entry.name not in ("lock", self._marker.name):
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()

    def secrets(self) -> Secrets:
        """The secrets of this stack: those kept here, new ones for what is not."""
        file = self.path / "secrets.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        names = {each.name for each in fields(Secrets)}
        found = Secrets(**{name: value for name, value in kept.items() if name in names})
        if asdict(found) != kept:
            file.unlink(missing_ok=True)
            file.touch(mode=0o600)
            file.write_text(json.dumps(asdict(found), indent=1))
        return found

    def release(self) -> None:
        """Let another stack have the directory."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def _marker(self) -> Path:
        return self.path / ".archer-state"

    def _supervisor(self) -> str:
        try:
            return f" (pid {json.loads((self.path / 'run.json').read_text())['supervisor']['pid']})"
        except (OSError, ValueError, KeyError, TypeError):
            return ""
