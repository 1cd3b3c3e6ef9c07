"""Learn which queues the app's code sends to, so that they are looked at at once and the others left alone.

On Azure the polling costs the app nothing: another process does it. Here it shares one with the app.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from azure.storage.queue import QueueClient
from azure.storage.queue.aio import QueueClient as AsyncQueueClient

Told = Callable[[str], object]
_told: list[Told] = []


@contextmanager
def watched(told: Told) -> Iterator[None]:
    """As long as the block runs, `told` hears the name of a queue after each message that Azure's client in this
    process sent to it, in whatever thread that was."""
    _told.append(told)
    try:
        yield
    finally:
        _told.remove(told)


def _tell(queue: str) -> None:
    for told in tuple(_told):
        told(queue)


def _watch_clients() -> None:
    send, send_async = QueueClient.send_message, AsyncQueueClient.send_message

    @functools.wraps(send)
    def sends(self: QueueClient, *args: Any, **kwargs: Any) -> Any:
        message = send(self, *args, **kwargs)
        _tell(self.queue_name)
        return message

    @functools.wraps(send_async)
    async def sends_async(self: AsyncQueueClient, *args: Any, **kwargs: Any) -> Any:
        message = await send_async(self, *args, **kwargs)
        _tell(self.queue_name)
        return message

    QueueClient.send_message, AsyncQueueClient.send_message = sends, sends_async


_watch_clients()
