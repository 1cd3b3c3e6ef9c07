"""A unit of work: one transaction, and what must follow its commit.

Queue messages are written to the outbox inside the transaction and sent right after it, in the background: who asked
for the work need not wait for a queue. Live events are published after it, too. If the process dies in between, the
sweeper finds the outbox rows; the live events are comfort and may be missed, because everything they say is stored.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from azure.core.exceptions import AzureError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from archer.clock import CLOCK
from archer.failures import where
from archer.queues import queue_sender
from archer.realtime import EventType, LiveEvent, publisher
from archer.store.database import database
from archer.store.messages import OutboxMessage, Queue, mark_sent, put_outbox

_sending: set[asyncio.Task[None]] = set()
log = logging.getLogger(__name__)


@dataclass
class Work:
    """What a piece of work may do: query and change rows, enqueue, publish."""

    session: AsyncSession
    organization_id: UUID
    now: datetime
    """Policy time at which this work began; everything it writes is dated so."""
    _outbox: list[OutboxMessage] = field(default_factory=list)
    _events: list[LiveEvent] = field(default_factory=list)

    def mark(self) -> tuple[int, int]:
        """Where the follow-ups stand now, for `back_to`."""
        return len(self._outbox), len(self._events)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget follow-ups since `mark`: what caused them was rolled back to a savepoint."""
        del self._outbox[mark[0] :], self._events[mark[1] :]

    async def enqueue(self, queue: Queue, body: dict[str, Any]) -> None:
        """Let a queue message leave if and only if this work commits."""
        self._outbox.append(await put_outbox(self.session, self.organization_id, queue, body))

    def publish(self, event: EventType, call_id: UUID | None, data: dict[str, Any], *, seq: int | None = None) -> None:
        """Show an event to live listeners once this work has committed."""
        self._events.append(LiveEvent(type=event, call_id=call_id, seq=seq, at=self.now, data=data))


@asynccontextmanager
async def work(organization_id: UUID) -> AsyncIterator[Work]:
    """Do one piece of work inside an organization; nothing of it happens when the block raises."""
    async with database().transaction(organization_id) as session:
        unit = Work(session, organization_id, CLOCK.now())
        yield unit
    for event in unit._events:
        publisher().publish(organization_id, event)
    if unit._outbox:
        sending = asyncio.create_task(_send_committed(organization_id, unit._outbox))
        _sending.add(sending)
        sending.add_done_callback(_sending.discard)


async def outbox_sent() -> None:
    """Wait until what was committed so far was sent or given up to the sweeper."""
    await asyncio.gather(*_sending)


async def _send_committed(organization_id: UUID, messages: list[OutboxMessage]) -> None:
    try:
        await send_outbox(organization_id, messages)
    except SQLAlchemyError as error:
        log.warning("messages that were sent are not marked and will be sent again: %s", where(error))


async def send_outbox(organization_id: UUID, messages: list[OutboxMessage]) -> int:
    """Send outbox rows and mark them; how many left. What cannot be sent stays for the sweeper.

    A message may leave twice (sent, then the process dies before the mark): every consumer is idempotent.
    """
    sent: list[int] = []
    for message in messages:
        try:
            await queue_sender().send(message.queue, message.body)
        except (AzureError, OSError) as error:
            log.warning("queue %s did not take a message: %s", message.queue, type(error).__name__)
            break
        sent.append(message.id)
    if sent:
        async with database().transaction(organization_id) as session:
            await mark_sent(session, sent)
    return len(sent)
