"""Transcript and event entries on their way to the API: numbered, redacted, journaled, posted soon, never lost.

One request is in flight; what comes meanwhile goes into the next batch. While the API is away everything waits, in
memory and in the journal. Memory is bounded honestly: beyond `MAX_EVENTS` waiting entries no more events are taken,
beyond `MAX_TRANSCRIPT` not even transcript, and an entry `entries_dropped` says how many once there is room again.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from agent.api_client import ApiProblem, ApiUnavailable, CallApi
from agent.journal import Journal
from agent.logs import describe
from agent.redacting import Redact, of_data
from archer import telemetry
from archer.protocol import EndRequest, Entry, EntryBatch
from archer.resilience import Backoff

MAX_EVENTS = 2_000
MAX_TRANSCRIPT = 20_000
BATCH = 200
BATCH_CHARACTERS = 200_000
LATENCIES_KEPT = 1_000
BACKOFF = Backoff(first=0.2, cap=5.0)
GATHER_SECONDS = 0.25
"""How long a line waits for others before it is posted. A tool that follows from the line takes it along, and need not
wait for the row that another request locks meanwhile; what is shown live comes so much later. Events wait for nothing.
"""

State = Literal["open", "closed", "rejected"]
Snapshot = Callable[[], dict[str, Any] | None]

log = logging.getLogger("agent.entries")


class EntryWriter:
    """The entries of one session. Made when the session is open; `finish` ends it, `done` tells when all is stored."""

    def __init__(
        self,
        api: CallApi,
        journal: Journal | None,
        redact: Redact,
        *,
        now: Callable[[], datetime],
        backoff: Backoff = BACKOFF,
        first_n: int = 1,
    ) -> None:
        self.state: State = "open"
        self.snapshot: Snapshot = lambda: None
        self.level_set: Callable[[int], None] = lambda _level: None
        """Told of the best rung of the ladder whenever the API names it."""
        self._api, self._journal, self._redact, self._now, self._backoff = api, journal, redact, now, backoff
        self._next_n = first_n
        self._waiting: deque[Entry] = deque()
        self._dropped = 0
        self._latency: dict[str, list[float]] = {}
        self._finishing = False
        self._end: EndRequest | None = None
        self._news = asyncio.Event()
        self._urgent = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._task = asyncio.create_task(self._post_forever())

    # what is said and what happens

    def said(
        self,
        speaker: Literal["agent", "customer"],
        text: str,
        *,
        at: datetime | None = None,
        interrupted: bool = False,
        data: dict[str, Any] | None = None,
    ) -> None:
        """A line of the transcript, as it was heard."""
        self._add(
            "transcript",
            at=at,
            speaker=speaker,
            text=self._redact(text)[:8000],
            interrupted=interrupted,
            data=of_data(self._redact, data or {}),
        )

    def happened(self, event: str, **data: Any) -> None:
        """An event that nobody says."""
        self._add("event", event=event[:64], data=of_data(self._redact, data))

    def measured(self, what: str, milliseconds: float) -> None:
        """A latency (`turn`, `tool`, `barge_in`) that travels with the next batch."""
        values = self._latency.setdefault(what, [])
        if len(values) < LATENCIES_KEPT:
            values.append(round(milliseconds, 2))

    def finish(self, request: EndRequest | None) -> None:
        """Nothing more comes: once all is stored the end is reported, if there is one, and the journal goes.

        Only the first time counts.
        """
        if self._finishing:
            return
        self._finishing, self._end = True, request
        if request is not None:
            self._to_journal(lambda journal: journal.end(request))
        self._urgent.set()
        self._news.set()

    def restore(self, entries: list[Entry]) -> None:
        """Take over what a dead process left; the entries are in the journal already."""
        self._waiting.extend(entries)
        if entries:
            self._empty.clear()
            self._news.set()

    async def done(self) -> State:
        """Wait until everything is stored (`closed`) or refused for good (`rejected`)."""
        await asyncio.shield(self._task)
        return self.state

    async def flushed(self) -> None:
        """Wait until nothing is waiting; returns at once when the API refused for good."""
        self._urgent.set()
        await self._empty.wait()

    def abandon(self) -> None:
        """The process ends: stop posting; the journal keeps what is left."""
        self._task.cancel()
        if self._journal is not None:
            self._journal.close()

    def unstored(self) -> list[Entry]:
        """What is not known to be stored, for a tool that must not stand in the record before the words that led to
        it. Storing it twice is harmless; with a long backlog these are the oldest."""
        return self._next_batch()

    @property
    def waiting(self) -> int:
        """Entries not known to be stored."""
        return len(self._waiting)

    # numbering and bounds

    def _add(self, kind: Literal["transcript", "event"], *, at: datetime | None = None, **fields: Any) -> None:
        if self.state != "open":
            return
        limit = MAX_EVENTS if kind == "event" else MAX_TRANSCRIPT
        if len(self._waiting) >= limit:
            self._dropped += 1
            telemetry.count("entries_dropped", kind=kind)
            return
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            self._take(
                Entry(n=self._next_n, at=self._now(), kind="event", event="entries_dropped", data={"count": dropped})
            )
        self._take(Entry(n=self._next_n, at=at or self._now(), kind=kind, **fields))
        if kind == "event":
            self._urgent.set()

    def _take(self, entry: Entry) -> None:
        self._next_n = entry.n + 1
        self._to_journal(lambda journal: journal.entry(entry))
        self._waiting.append(entry)
        self._empty.clear()
        self._news.set()

    def _to_journal(self, write: Callable[[Journal], None]) -> None:
        if self._journal is None:
            return
        try:
            write(self._journal)
        except OSError as error:
            log.error(
                "call %s: the journal cannot be written (%s); going on without it", self._api.call_id, error.errno
            )
            self._journal.close()
            self._journal = None

    # posting

    async def _post_forever(self) -> None:
        pauses = self._backoff.pauses()
        while True:
            if not self._waiting and not self._finishing:
                self._news.clear()
                await self._news.wait()
            await self._gather()
            try:
                if await self._post_next():
                    return
                pauses = self._backoff.pauses()
            except ApiUnavailable:
                await asyncio.sleep(next(pauses))
            except ApiProblem as problem:
                self._rejected(problem)
                return
            except Exception as error:  # a fault of ours must not stop what comes after it
                log.error("call %s: posting failed: %s", self._api.call_id, describe(error))
                await asyncio.sleep(next(pauses))

    async def _gather(self) -> None:
        """Give the next lines a moment to come, unless something cannot wait."""
        if not self._finishing and len(self._waiting) < BATCH:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._urgent.wait(), GATHER_SECONDS)
        self._urgent.clear()

    async def _post_next(self) -> bool:
        """Post one batch, or the end when there is none. True when all is done."""
        leftover = self._latency and self._finishing
        if not self._waiting and not leftover:
            if not self._finishing:
                return False
            await self._report_end()
            self.state = "closed"
            self._to_journal(Journal.discard)
            return True
        entries = self._next_batch()
        latency, self._latency = self._latency, {}
        started = time.perf_counter()
        try:
            receipt = await self._api.entries(
                EntryBatch(entries=entries, conversation=self._snapshot(), latency_ms=latency)
            )
        except BaseException:
            for what, values in latency.items():
                self._latency[what] = values + self._latency.get(what, [])
            raise
        telemetry.record("entries_post", (time.perf_counter() - started) * 1000)
        self._stored(receipt.stored_to, entries)
        if receipt.best_level is not None:
            self.level_set(receipt.best_level)
        return False

    def _next_batch(self) -> list[Entry]:
        """As much as one request should hold; one entry always fits."""
        entries: list[Entry] = []
        characters = 0
        for entry in islice(self._waiting, BATCH):
            characters += len(entry.text or "") + 200
            if entries and characters > BATCH_CHARACTERS:
                break
            entries.append(entry)
        return entries

    def _snapshot(self) -> dict[str, Any] | None:
        try:
            return self.snapshot()
        except Exception as error:  # entries are stored with or without it
            log.error("call %s: no snapshot: %s", self._api.call_id, describe(error))
            return None

    async def _report_end(self) -> None:
        if self._end is None:
            return
        try:
            await self._api.end(self._end)
        except ApiProblem as problem:  # a newer session goes on, or the call is over already: nothing is lost
            log.warning("call %s: the end is not taken (%d)", self._api.call_id, problem.status)

    def _stored(self, up_to: int, sent: list[Entry]) -> None:
        if sent and up_to < sent[0].n:
            raise ApiUnavailable("the API stored none of the batch")
        while self._waiting and self._waiting[0].n <= up_to:
            self._waiting.popleft()
        if not self._waiting:
            self._empty.set()
        self._to_journal(lambda journal: journal.stored(up_to))

    def _rejected(self, problem: ApiProblem) -> None:
        self.state = "rejected"
        telemetry.count("journals_rejected", status=problem.status)
        kept: list[str] = []
        self._to_journal(lambda journal: kept.append(journal.set_aside().name))
        log.error(
            "call %s: the API refuses its entries (%d %s); %d left%s",
            self._api.call_id,
            problem.status,
            problem.type,
            len(self._waiting),
            f", kept in {kept[0]}" if kept else "",
        )
        self._waiting.clear()
        self._empty.set()
