"""Entries on their way: numbers, batches, bounds, an API that is away or says no, and the journal beside them."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from agent import entries
from agent.api_client import ApiClient, new_http_session
from agent.entries import EntryWriter
from agent.journal import Header, Journal, JournalBusyError, JournalUnreadableError, read, waiting
from agent.recovery import recover
from agent.redacting import WITHHELD, safely
from archer.protocol import EndRequest
from archer.resilience import Backoff
from tests.agent.fake_api import FakeApi, FakeCall
from tests.agent.running import no_redaction

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
QUICKLY = Backoff(first=0.01, cap=0.02)
END = EndRequest(outcome=None, reason="done")


def now() -> datetime:
    return NOW


@pytest.fixture
async def client(api: FakeApi) -> AsyncIterator[ApiClient]:
    async with new_http_session() as http:
        yield ApiClient(api.url, http, backoff=QUICKLY)


def opened(api: FakeApi) -> FakeCall:
    return api.new_call(epoch=1, session_token=f"session-{uuid4()}", nonce=uuid4())


def journal_of(call: FakeCall, client: ApiClient, spool: Path) -> Journal:
    return Journal.create(spool, Header(call.call_id, 1, call.session_token or "", client.base_url))


def writer_of(call: FakeCall, client: ApiClient, journal: Journal | None = None) -> EntryWriter:
    api = client.call(call.call_id, call.session_token or "")
    return EntryWriter(api, journal, safely(no_redaction), now=now, backoff=QUICKLY)


async def test_numbers_have_no_gaps_and_one_request_is_in_flight(api: FakeApi, client: ApiClient) -> None:
    call = opened(api)
    writer = writer_of(call, client)
    for n in range(500):
        writer.said("customer", f"line {n}")
    writer.finish(END)
    assert await writer.done() == "closed"
    assert sorted(n for _, n in call.entries) == list(range(1, 501))
    assert [len(batch.entries) for batch in call.batches] == [200, 200, 100]
    assert len(call.ends) == 1


async def test_lines_are_gathered_and_events_are_not_kept_waiting(
    api: FakeApi, client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "GATHER_SECONDS", 3600.0)
    call = opened(api)
    writer = writer_of(call, client)
    writer.said("customer", "my card is")
    await asyncio.sleep(0.05)
    assert call.batches == []
    writer.said("customer", "[card number]")
    writer.happened("card_digits_spoken")
    await writer.flushed()
    assert [len(batch.entries) for batch in call.batches] == [3]
    writer.said("agent", "Goodbye.")
    writer.finish(END)
    assert await writer.done() == "closed"


async def test_lost_receipt_is_harmless(api: FakeApi, client: ApiClient) -> None:
    call = opened(api)
    api.lose_next["entries"], api.lose_next["end"] = 2, 1
    writer = writer_of(call, client)
    writer.said("agent", "hello")
    writer.finish(END)
    assert await writer.done() == "closed"
    assert [e["text"] for e in call.entries.values()] == ["hello"]


async def test_measurements_survive_a_lost_batch(api: FakeApi, client: ApiClient) -> None:
    call = opened(api)
    api.away = True
    writer = writer_of(call, client)
    writer.measured("turn", 12.5)
    writer.said("agent", "hello")
    await api.until(lambda: api.requests.count("entries") >= 2)
    writer.measured("turn", 13.5)
    api.away = False
    writer.finish(END)
    await writer.done()
    assert [v for batch in call.batches for v in batch.latency_ms.get("turn", [])] == [12.5, 13.5]


async def test_memory_is_bounded_and_what_was_dropped_is_said(
    api: FakeApi, client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_EVENTS", 10)
    monkeypatch.setattr(entries, "MAX_TRANSCRIPT", 20)
    call = opened(api)
    api.away = True
    writer = writer_of(call, client)
    for n in range(15):
        writer.happened(f"event_{n}")
    for n in range(15):
        writer.said("customer", f"line {n}")
    assert writer.waiting == 20
    api.away = False
    await writer.flushed()
    writer.said("customer", "after")
    writer.finish(END)
    await writer.done()
    assert [text for _, text in call.lines()] == [*(f"line {n}" for n in range(9)), "after"]
    dropped = [e["data"]["count"] for e in call.entries.values() if e["event"] == "entries_dropped"]
    assert dropped == [5, 6]
    assert sorted(n for _, n in call.entries) == list(range(1, 23))


def test_ten_thousand_lines_are_never_dropped() -> None:
    assert entries.MAX_TRANSCRIPT >= 10_000
    assert entries.MAX_EVENTS < entries.MAX_TRANSCRIPT


async def test_text_that_cannot_be_redacted_is_withheld(api: FakeApi, client: ApiClient) -> None:
    def broken(text: str) -> str:
        raise RuntimeError(text)

    call = opened(api)
    writer = EntryWriter(
        client.call(call.call_id, call.session_token or ""), None, safely(broken), now=now, backoff=QUICKLY
    )
    writer.said("customer", "my card is 4242")
    writer.finish(END)
    await writer.done()
    assert call.lines() == [("customer", WITHHELD)]


async def test_journal_is_private_and_goes_when_all_is_stored(api: FakeApi, client: ApiClient, tmp_path: Path) -> None:
    call = opened(api)
    api.away = True
    journal = journal_of(call, client, tmp_path / "spool")
    writer = writer_of(call, client, journal)
    writer.said("customer", "my card is 4242")
    assert stat.S_IMODE(os.stat(journal.path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(journal.path.parent).st_mode) == 0o700
    assert b"4242" not in journal.path.read_bytes()
    api.away = False
    writer.finish(END)
    await writer.done()
    assert not journal.path.exists()


async def test_refused_session_keeps_its_journal_aside(api: FakeApi, client: ApiClient, tmp_path: Path) -> None:
    call = opened(api)
    writer = writer_of(call, client, journal := journal_of(call, client, tmp_path))
    call.session_token = "a newer session"
    writer.said("customer", "hello")
    assert await writer.done() == "rejected"
    assert read(tmp_path / "rejected" / journal.path.name).entries[0].text == "hello"
    assert not journal.path.exists()
    writer.said("customer", "too late")


async def test_orphaned_journal_is_posted_with_its_end(api: FakeApi, client: ApiClient, tmp_path: Path) -> None:
    call = opened(api)
    api.away = True
    writer = writer_of(call, client, journal_of(call, client, tmp_path))
    for n in range(3):
        writer.said("customer", f"line {n}")
    writer.finish(END)
    writer.abandon()
    api.away = False
    assert await recover(tmp_path, client, now) == 1
    assert [text for _, text in call.lines()] == ["line 0", "line 1", "line 2"]
    assert call.ends == [END]
    assert not waiting(tmp_path)


async def test_journal_in_use_or_of_another_api_is_left_alone(api: FakeApi, client: ApiClient, tmp_path: Path) -> None:
    call, other = opened(api), opened(api)
    held = journal_of(call, client, tmp_path)
    foreign = Journal.create(tmp_path, Header(other.call_id, 1, "token", "http://somewhere.else"))
    foreign.close()
    assert await recover(tmp_path, client, now) == 0
    assert len(waiting(tmp_path)) == 2
    with pytest.raises(JournalBusyError):
        Journal.reopen(held.path)
    held.close()


async def test_line_cut_off_by_the_kill_is_ignored(api: FakeApi, client: ApiClient, tmp_path: Path) -> None:
    call = opened(api)
    api.away = True
    writer = writer_of(call, client, journal := journal_of(call, client, tmp_path))
    writer.said("customer", "whole")
    writer.abandon()
    with journal.path.open("ab") as file:
        file.write(b'{"entry":{"n":2,"at":"2026-')
    assert [e.text for e in read(journal.path).entries] == ["whole"]


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b'{"journal":99}\n', b"[1]\n"])
async def test_unreadable_journal_is_set_aside(client: ApiClient, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.1.jsonl"
    path.write_bytes(content)
    with pytest.raises(JournalUnreadableError):
        read(path)
    assert await recover(tmp_path, client, now) == 0
    assert (tmp_path / "rejected" / path.name).exists()


async def test_full_disk_does_not_stop_the_call(
    api: FakeApi, client: ApiClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = opened(api)
    writer = writer_of(call, client, journal_of(call, client, tmp_path))

    def full(*_: object) -> int:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "write", full)
    writer.said("customer", "hello")
    monkeypatch.undo()
    writer.finish(END)
    assert await writer.done() == "closed"
    assert call.lines() == [("customer", "hello")]


async def test_minute_away_loses_nothing(api: FakeApi, client: ApiClient) -> None:
    """The pauses are the policy's; only their length is a test's."""
    call = opened(api)
    api.away = True
    writer = writer_of(call, client)
    for n in range(300):
        writer.said("customer", f"line {n}")
        if n % 100 == 0:
            await asyncio.sleep(0.02)
    api.away = False
    writer.finish(END)
    assert await writer.done() == "closed"
    assert len(call.entries) == 300
