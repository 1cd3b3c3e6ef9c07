"""Post what a killed agent still held: reads the spool at start and now and then, journal by journal.

A journal belongs to the process that has it locked; the kernel unlocks those of the dead. What the API refuses (a token
that ran out, a session that a newer one replaced) is moved aside and reported, never retried for ever.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from agent.api_client import ApiClient
from agent.entries import EntryWriter
from agent.journal import Journal, JournalBusyError, JournalUnreadableError, Remainder, read, waiting
from archer import telemetry

log = logging.getLogger("agent.recovery")


async def recover(spool: Path, client: ApiClient, now: Callable[[], datetime]) -> int:
    """Post every orphaned journal of this API; returns how many were emptied. Waits as long as the API is away."""
    emptied = 0
    for path in waiting(spool):
        emptied += await _recover_one(path, client, now)
    return emptied


async def recover_forever(
    spool: Path, client: ApiClient, now: Callable[[], datetime], every_seconds: float = 60.0
) -> None:
    """At start, then every minute: a replica beside this one may die, too."""
    while True:
        try:
            await recover(spool, client, now)
        except OSError as error:
            log.error("the spool cannot be read (errno %s)", error.errno)
        await asyncio.sleep(every_seconds)


async def _recover_one(path: Path, client: ApiClient, now: Callable[[], datetime]) -> int:
    try:
        journal = Journal.reopen(path)
    except (JournalBusyError, FileNotFoundError):
        return 0
    try:
        left = read(path)
    except JournalUnreadableError as error:
        log.error("journal set aside: %s", error)
        journal.set_aside()
        return 0
    if left.header.api != client.base_url:
        journal.close()
        return 0
    return await _post(journal, left, client, now)


async def _post(journal: Journal, left: Remainder, client: ApiClient, now: Callable[[], datetime]) -> int:
    header = left.header
    api = client.call(header.call_id, header.session_token)
    writer = EntryWriter(api, journal, lambda text: text, now=now)
    writer.restore(left.entries)
    try:
        writer.finish(left.end)
        state = await writer.done()
    except asyncio.CancelledError:
        writer.abandon()
        raise
    if state == "rejected":
        return 0
    telemetry.count("journals_recovered")
    log.info("call %s: posted %d entries of a session that broke off", header.call_id, len(left.entries))
    return 1
