"""The hash chain: whole chains verify, any change, gap or move is found at its place, and the command says so."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.compliance.audit_chain import GENESIS, audit_hash
from archer.compliance.cli_audit_verify import verify

START = datetime(2026, 11, 16, 17, 0, 0, 123457, tzinfo=UTC)


def chain(length: int, organization: str = "o1") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    previous = GENESIS
    for number in range(1, length + 1):
        body: dict[str, Any] = {
            "number": number,
            "at": START + timedelta(microseconds=7 * number),
            "actor": "key:1",
            "action": "call.requested",
            "subject": f"call:{number}",
            "details": {"rules": ["P-07"], "ü": {"b": 1, "a": None}},
        }
        found = audit_hash(previous_hash=previous, **body)
        entries.append(
            {
                "organization_id": organization,
                **body,
                "at": body["at"].isoformat(),
                "previous_hash": previous,
                "hash": found,
            }
        )
        previous = found
    return entries


def lines(entries: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(entry).encode() for entry in entries]


def test_a_whole_chain_verifies_and_names_its_head() -> None:
    entries = chain(20)
    report = verify(lines(entries), head=entries[-1]["hash"], entries=20)
    assert report["verified"] is True
    assert report["chains"] == [{"organization_id": "o1", "entries": 20, "head": entries[-1]["hash"]}]


def test_chains_of_several_organizations_may_be_mixed() -> None:
    one, other = chain(5), chain(3, "o2")
    mixed = [one[0], other[0], one[1], other[1], other[2], *one[2:]]
    assert verify(lines(mixed))["verified"] is True


@given(
    place=st.integers(0, 9),
    change=st.sampled_from(
        ["actor", "action", "subject", "details", "at", "hash", "remove", "double", "swap", "insert"]
    ),
)
def test_any_change_is_found_at_its_place(place: int, change: str) -> None:
    entries = chain(12)
    if change == "remove":
        del entries[place]
    elif change == "double":
        entries.insert(place, entries[place])
    elif change == "swap":
        entries[place], entries[place + 1] = entries[place + 1], entries[place]
    elif change == "insert":
        entries.insert(place, {**entries[place], "actor": "key:2"})
    elif change == "details":
        entries[place]["details"]["rules"] = []
    elif change == "at":
        entries[place]["at"] = (START - timedelta(microseconds=1)).isoformat()
    elif change == "hash":
        entries[place]["hash"] = "f" * 64
    else:
        entries[place][change] = "another"
    report = verify(lines(entries))
    assert report["verified"] is False
    assert report["first_break"]["line"] in (place + 1, place + 2)


def test_a_chain_cut_off_at_its_end_shows_against_what_was_noted() -> None:
    entries = chain(10)
    assert verify(lines(entries[:8]))["verified"] is True
    assert verify(lines(entries[:8]), head=entries[-1]["hash"])["verified"] is False
    assert verify(lines(entries[:8]), entries=10)["verified"] is False


@pytest.mark.parametrize("bad", [b"{", b"[]", b"null", b'{"number": 1}', b'"x"'])
def test_a_line_that_is_no_entry_is_the_break(bad: bytes) -> None:
    report = verify([*lines(chain(2)), bad])
    assert report["first_break"] == {"line": 3, "problem": "the line is no audit entry"}


@pytest.mark.parametrize(("damage", "code"), [(False, 0), (True, 1)])
def test_the_command_answers_one_line_and_an_exit_code(damage: bool, code: int) -> None:
    entries = chain(3)
    if damage:
        entries[1]["actor"] = "nobody"
    done = subprocess.run(
        [sys.executable, "-m", "archer.compliance", "audit-verify"],
        input=b"\n".join(lines(entries)),
        capture_output=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["verified"] is not damage


def test_an_empty_export_is_no_proof_unless_none_is_expected() -> None:
    assert verify([])["verified"] is False
    assert verify([b"\n"])["first_break"] == {"line": None, "problem": "there are no entries: nothing was verified"}
    assert verify([], entries=0)["verified"] is True
    assert verify([], head="f" * 64, entries=0)["verified"] is False


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--expect-head", chain(3)[-1]["hash"]], 0),
        (["--expect-head", chain(3)[-1]["hash"].upper(), "--expect-entries", "3"], 0),
        (["--expect-head", chain(3)[1]["hash"]], 0),
        (["--expect-head", chain(4)[3]["hash"]], 1),
        (["--expect-entries", "4"], 1),
        (["--expect-head", "abc"], 2),
        (["--expect-entries", "many"], 2),
        (["audit.jsonl"], 2),
    ],
)
def test_what_was_noted_elsewhere_is_compared(arguments: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "archer.compliance", "audit-verify", *arguments],
        input=b"\n".join(lines(chain(3))),
        capture_output=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
