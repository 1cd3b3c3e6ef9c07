"""Queue triggers: poll, run, retry, and move to the poison queue what fails too often.

The rules are those of the Storage queues extension: up to `batchSize` messages at a time, the next batch when no more
than `newBatchThreshold` are left; a message whose function fails becomes visible after `visibilityTimeout`; after
`maxDequeueCount` tries it goes to `<queue>-poison`, unless it is in a poison queue already. Polling starts at 100 ms
and backs off to `maxPollingInterval`; a queue that something was sent to from this process is looked at anew.

Times here are wall-clock. A message is held for `LEASE` and the hold renewed; what a killed process held is given back
when the next one starts, so nothing waits for a hold to run out.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.functions.meta import Datum
from azure.storage.queue.aio import QueueClient

from local.functions.configuration import QueueOptions
from local.functions.durable.store import Store
from local.functions.failures import log_failure
from local.functions.invocation import BoundFunction, Outcome
from local.functions.storage import POISON, Queues, has_poison_queue
from local.functions.work import Work

Call = Callable[[BoundFunction, Datum, dict[str, Datum]], Awaitable[Outcome]]
LEASE = 60
"""Seconds for which a message being worked on stays invisible, renewed at half of it."""
LAST_POLL = 2.0
"""Seconds for which a poll under way is waited for when the host stops."""
LEFT_ALONE = 600
"""Seconds for which a failed message without a poison queue stays invisible, as the extension leaves it."""
SHORTEST_POLL = 0.1
"""Seconds between two polls of a queue that may have something."""
HINTED_POLL = 0.25
"""Seconds between two polls while the app is busy but its queue stays empty."""
BINARY = 1
"""`dataType` of a binding that wants bytes."""

log = logging.getLogger("local.functions")


class QueueMessage(Protocol):
    """The part of `azure.storage.queue.QueueMessage` that is used here."""

    id: str
    content: Any
    dequeue_count: int
    pop_receipt: str
    inserted_on: datetime
    expires_on: datetime
    next_visible_on: datetime


def metadata(message: QueueMessage) -> dict[str, Datum]:
    """What the trigger tells beside the body."""

    def time(moment: datetime | None) -> Datum:
        return Datum(moment.isoformat() if moment else None, "string")

    return {
        "Id": Datum(message.id, "string"),
        "DequeueCount": Datum(message.dequeue_count, "int"),
        "PopReceipt": Datum(message.pop_receipt, "string"),
        "InsertionTime": time(message.inserted_on),
        "ExpirationTime": time(message.expires_on),
        "NextVisibleTime": time(message.next_visible_on),
    }


async def give_back(queues: Queues, store: Store) -> None:
    """Make visible again what a former process held when it was killed."""
    for connection, queue, message_id, receipt in store.take_leases():
        try:
            client = await queues.client(connection, queue)
            await client.update_message(message_id, pop_receipt=receipt, visibility_timeout=0)
        except AzureError as error:
            log.info("queue %s: a message could not be given back (%s)", queue, type(error).__name__)


class QueueListener:
    """Feeds one function from its queue."""

    def __init__(
        self, function: BoundFunction, queues: Queues, options: QueueOptions, store: Store, call: Call, work: Work
    ) -> None:
        self._function, self._queues, self._options, self._store = function, queues, options, store
        self._call, self._work = call, work
        self._connection = str(function.trigger_settings.get("connection") or "")
        self.queue = str(function.trigger_settings["queueName"])
        self._binary = str(getattr(function.trigger_settings.get("dataType"), "value", "")) == str(BINARY)
        self._running: set[asyncio.Task[None]] = set()
        self._hint = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Wait until the queue can be reached, then listen in the background."""
        client = await self._connect()
        self._loop = asyncio.create_task(self._listen(client))

    def hint(self) -> None:
        """Something was sent: look soon."""
        self._hint.set()

    def stop(self) -> None:
        """Take no more messages; those being worked on go on."""
        self._stopping = True
        self._hint.set()
        self._room.set()

    async def cancel(self) -> None:
        """Give up the messages being worked on; they become visible again at once."""
        self.stop()
        if self._loop is not None:
            # A poll under way is waited for: the messages it brings are given back, not lost for a lease.
            await asyncio.wait([self._loop], timeout=LAST_POLL)
            self._loop.cancel()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _connect(self) -> QueueClient:
        delay = SHORTEST_POLL
        while True:
            try:
                return await self._queues.client(self._connection, self.queue)
            except AzureError as error:
                log.warning("queue %s cannot be reached (%s), trying again", self.queue, type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(2.0, delay * 2)

    async def _listen(self, client: QueueClient) -> None:
        longest = self._options.max_polling_interval.total_seconds()
        pause = delay = SHORTEST_POLL
        while not self._stopping:
            await self._room.wait()
            if self._stopping:
                return
            self._hint.clear()
            count = await self._poll(client)
            if count == self._options.batch_size:
                continue
            pause = SHORTEST_POLL if count else min(pause * 2, HINTED_POLL)
            delay = SHORTEST_POLL if count else min(delay * 2, longest)
            await asyncio.sleep(min(pause, longest))
            quiet = not self._hint.is_set()
            if self._stopping:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hint.wait(), max(0.0, delay - pause))
                pause = SHORTEST_POLL if quiet else pause
                delay = SHORTEST_POLL

    async def _poll(self, client: QueueClient) -> int:
        size, count = self._options.batch_size, 0
        try:
            pages = client.receive_messages(messages_per_page=size, max_messages=size, visibility_timeout=LEASE)
            async for message in pages:
                count += 1
                self._take(client, message)
        except ResourceNotFoundError:
            await client.create_queue()
        except AzureError as error:
            log.warning("queue %s cannot be read (%s)", self.queue, type(error).__name__)
        return count

    def _take(self, client: QueueClient, message: QueueMessage) -> None:
        self._work.begin()
        self._store.put_lease(self._connection, self.queue, message.id, message.pop_receipt)
        hold = _Hold(self, client, message)
        task = asyncio.create_task(self._return(hold) if self._stopping else self._process(hold))
        self._running.add(task)
        self._set_room()
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._set_room()
        self._work.end()

    def _set_room(self) -> None:
        if self._stopping or len(self._running) <= self._options.new_batch_threshold:
            self._room.set()
        else:
            self._room.clear()

    async def _process(self, hold: "_Hold") -> None:
        message, most = hold.message, self._options.max_dequeue_count
        try:
            if message.dequeue_count <= most and await self._run(hold):
                await hold.delete()
            elif not has_poison_queue(self.queue):
                log.error("queue %s: message %s is left alone for %d s", self.queue, message.id, LEFT_ALONE)
                await hold.release(LEFT_ALONE)
            elif message.dequeue_count >= most:
                await self._to_poison(hold)
            else:
                await hold.release(int(self._options.visibility_timeout.total_seconds()))
        except asyncio.CancelledError:
            await asyncio.shield(hold.release(0))
            raise
        except AzureError as error:
            log.warning("queue %s: message %s could not be settled (%s)", self.queue, message.id, type(error).__name__)
        finally:
            hold.end()
            self._store.drop_lease(self.queue, message.id)

    async def _return(self, hold: "_Hold") -> None:
        with contextlib.suppress(AzureError):
            await hold.release(0)
        self._store.drop_lease(self.queue, hold.message.id)

    async def _run(self, hold: "_Hold") -> bool:
        message = hold.message
        try:
            body = self._queues.decode(str(message.content))
        except ValueError:
            log.error("queue %s: message %s is not base64 and goes to %s", self.queue, message.id, self.queue + POISON)
            message.dequeue_count = self._options.max_dequeue_count
            return False
        datum = Datum(body, "bytes") if self._binary else Datum(body.decode("utf-8", errors="replace"), "string")
        try:
            await self._call(self._function, datum, metadata(message))
        except Exception as error:
            attempt = f"failed on try {message.dequeue_count} of {self._options.max_dequeue_count}"
            log_failure(self._function.name, error, attempt)
            return False
        return True

    async def _to_poison(self, hold: "_Hold") -> None:
        log.error("queue %s: message %s goes to %s", self.queue, hold.message.id, self.queue + POISON)
        await self._queues.poison(self._connection, self.queue, str(hold.message.content))
        await hold.delete()

    def renewed(self, message: QueueMessage) -> None:
        """Remember the receipt of a renewed hold."""
        self._store.put_lease(self._connection, self.queue, message.id, message.pop_receipt)


class _Hold:
    """One message kept invisible while it is worked on."""

    def __init__(self, listener: QueueListener, client: QueueClient, message: QueueMessage) -> None:
        self._listener, self._client, self.message = listener, client, message
        self._timer = asyncio.get_running_loop().call_later(LEASE / 2, self._start_renewal)
        self._renewal: asyncio.Task[None] | None = None

    def _start_renewal(self) -> None:
        self._renewal = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        while True:
            try:
                await self._update(LEASE)
                self._listener.renewed(self.message)
            except AzureError as error:
                log.warning("queue %s: a hold could not be renewed (%s)", self._listener.queue, type(error).__name__)
            await asyncio.sleep(LEASE / 2)

    async def _update(self, seconds: int) -> None:
        message = self.message
        updated = await self._client.update_message(
            message.id, pop_receipt=message.pop_receipt, visibility_timeout=seconds
        )
        message.pop_receipt = updated.pop_receipt

    async def delete(self) -> None:
        """The message has been dealt with."""
        self.end()
        await self._client.delete_message(self.message.id, pop_receipt=self.message.pop_receipt)

    async def release(self, seconds: int) -> None:
        """Let the message be tried again after so many seconds."""
        self.end()
        await self._update(seconds)

    def end(self) -> None:
        """Renew no more."""
        self._timer.cancel()
        if self._renewal is not None:
            self._renewal.cancel()
