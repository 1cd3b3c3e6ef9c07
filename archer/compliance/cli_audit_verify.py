"""`python -m archer.compliance audit-verify`: is an exported audit log whole? JSON Lines in, one JSON line out.

`python -m archer.store audit-export --organization ID | python -m archer.compliance audit-verify`. Exit code 0: whole;
1: broken, with the first break, or empty; 2: not used as intended. Entries cut off at the end show only against a head
or a number of entries that was noted elsewhere. An empty log is whole only where `--expect-entries 0` says so.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from archer.compliance.audit_chain import Chain, ChainEntry


def verify(lines: Iterable[bytes], *, head: str | None = None, entries: int | None = None) -> dict[str, Any]:
    """Whether every organization's chain in an export is whole, and whether what was once noted is still in it: `head`,
    a hash that was a chain's last one then, and the number of `entries`."""
    chains: dict[str | None, Chain] = {}
    passed = head is None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            entry = ChainEntry.model_validate(value)
        except (ValueError, ValidationError, RecursionError):
            return _report(chains, {"line": number, "problem": "the line is no audit entry"})
        owner = value.get("organization_id")
        chain = chains.setdefault(owner if isinstance(owner, str) else None, Chain())
        if not chain.feed(entry) and chain.broken:
            return _report(chains, {"line": number, **chain.broken.model_dump()})
        passed = passed or chain.head == head
    if not passed:
        return _report(chains, {"line": None, "problem": "no entry has the expected hash: entries are missing"})
    if entries is None and not chains:
        return _report(chains, {"line": None, "problem": "there are no entries: nothing was verified"})
    if entries is not None and sum(chain.entries for chain in chains.values()) < entries:
        return _report(chains, {"line": None, "problem": f"fewer than the expected {entries} entries"})
    return _report(chains, None)


def _report(chains: dict[str | None, Chain], first_break: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "verified": first_break is None,
        "entries": sum(chain.entries for chain in chains.values()),
        "chains": [
            {"organization_id": owner, "entries": chain.entries, "head": chain.head} for owner, chain in chains.items()
        ],
        "first_break": first_break,
    }


def _hash(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError("a hash has 64 hexadecimal digits")
    return text.lower()


def run(arguments: list[str]) -> int:
    """Verify standard input; prints the report."""
    parser = argparse.ArgumentParser(prog="python -m archer.compliance audit-verify", description=__doc__)
    parser.add_argument(
        "--expect-head", metavar="HASH", type=_hash, help="a hash that was the last one when it was noted"
    )
    parser.add_argument("--expect-entries", metavar="N", type=int, help="at least so many entries")
    options = parser.parse_args(arguments)
    report = verify(sys.stdin.buffer, head=options.expect_head, entries=options.expect_entries)
    sys.stdout.write(json.dumps(report) + "\n")
    return 0 if report["verified"] else 1
