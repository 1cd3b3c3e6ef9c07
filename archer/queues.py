"""Storage queues: send JSON, base64-encoded as the Functions queue trigger expects it.

`AzureWebJobsStorage` is a connection string (Azurite, or an account key), or on Azure the identity-based form
`AzureWebJobsStorage__accountName` / `__queueServiceUri` with `__clientId` of the managed identity.
"""

import asyncio
import contextlib
import json
import logging
import os
from functools import cache
from typing import Any

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import TextBase64EncodePolicy
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from archer.azure_clients import transport_options
from archer.settings import settings

_LIVES_SECONDS = 7 * 24 * 3600
_SEND_SECONDS = 3.0
"""A caller of the API does not wait longer for a queue: the message is in the outbox."""
logging.getLogger("azure").setLevel(logging.WARNING)  # at INFO it writes every URL


class QueueSender:
    """Sends to the queues of one storage account over kept-alive connections."""

    def __init__(self, service: QueueServiceClient) -> None:
        self._service = service
        self._queues: dict[str, QueueClient] = {}

    def _queue(self, name: str) -> QueueClient:
        if name not in self._queues:
            self._queues[name] = self._service.get_queue_client(name, message_encode_policy=TextBase64EncodePolicy())
        return self._queues[name]

    async def send(self, queue: str, body: dict[str, Any]) -> None:
        """Put one message on a queue, which is made if it is missing.

        Raises azure.core.exceptions.AzureError, or TimeoutError after `_SEND_SECONDS`.
        """
        async with asyncio.timeout(_SEND_SECONDS):
            await self._send(self._queue(queue), json.dumps(body))

    async def _send(self, client: QueueClient, content: str) -> None:
        try:
            await client.send_message(content, time_to_live=_LIVES_SECONDS)
        except ResourceNotFoundError:
            with contextlib.suppress(ResourceExistsError):  # another sender was quicker
                await client.create_queue()
            await client.send_message(content, time_to_live=_LIVES_SECONDS)

    async def ping(self) -> None:
        """Raise azure.core.exceptions.AzureError unless the account answers."""
        await self._service.get_service_properties(timeout=3)

    async def close(self) -> None:
        await self._service.close()


def _service() -> QueueServiceClient:
    connection = settings().azurewebjobsstorage.get_secret_value()
    # Azurite knows API versions by their date: stay on one that every release in use answers.
    options: dict[str, Any] = {
        "api_version": "2025-07-05",
        "retry_total": 1,
        "initial_backoff": 0.2,  # the library waits 15 s by default; the outbox and its sweeper are the real retry
        "connection_timeout": 2,
        "read_timeout": 5,
        **transport_options(),
    }
    if connection:
        return QueueServiceClient.from_connection_string(connection, **options)
    account = os.environ.get("AzureWebJobsStorage__accountName", "")  # noqa: SIM112 - Azure's own spelling
    uri = os.environ.get("AzureWebJobsStorage__queueServiceUri") or (  # noqa: SIM112
        f"https://{account}.queue.core.windows.net" if account else ""
    )
    if not uri:
        raise RuntimeError("no storage account: set AzureWebJobsStorage or AzureWebJobsStorage__accountName")
    from azure.identity.aio import DefaultAzureCredential

    client_id = os.environ.get("AzureWebJobsStorage__clientId")  # noqa: SIM112
    return QueueServiceClient(uri, credential=DefaultAzureCredential(managed_identity_client_id=client_id), **options)


@cache
def queue_sender() -> QueueSender:
    """The sender of this process; built on first use."""
    return QueueSender(_service())
