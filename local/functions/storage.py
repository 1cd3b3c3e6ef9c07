"""Storage queues as bindings use them: connections, encoding, sending, poison queues."""

import base64
import binascii
import contextlib
import json
from collections.abc import Mapping
from typing import Any

from azure.core.exceptions import ResourceExistsError
from azure.functions.meta import Datum
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.functions.errors import LoadError

API_VERSION = "2025-07-05"
"""A service version that Azurite knows; the client's own default may be newer than Azurite."""
DEVELOPMENT_ACCOUNT = "devstoreaccount1"
DEVELOPMENT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's well-known key; it opens nothing else."""
POISON = "-poison"
LONGEST_NAME = 63
OPTIONS = {
    "retry_total": 2,
    "initial_backoff": 0.1,
    "increment_base": 1,
    "random_jitter_range": 0,
    "use_env_settings": False,
}
"""The client's own default waits 15 s before it tries again, which is for a service far away, and looks for a proxy in
the environment at each of the many polls."""


def connection_string(name: str, environ: Mapping[str, str]) -> str:
    """The connection string that a binding's `connection` names; raises LoadError when it is not set."""
    name = name or "AzureWebJobsStorage"
    value = environ.get(f"AzureWebJobs{name}") or environ.get(name)
    if not value:
        identity = any(key.startswith(f"{name}__") for key in environ)
        hint = "connections by identity need Azure" if identity else "set it to UseDevelopmentStorage=true for Azurite"
        raise LoadError(f"the application setting {name!r} names no storage connection string: {hint}")
    if "UseDevelopmentStorage=true" not in value:
        return value
    endpoint = f"http://127.0.0.1:10001/{DEVELOPMENT_ACCOUNT}"
    return (
        f"DefaultEndpointsProtocol=http;AccountName={DEVELOPMENT_ACCOUNT};AccountKey={DEVELOPMENT_KEY};"
        f"QueueEndpoint={endpoint};"
    )


def bodies(datum: Datum) -> list[str | bytes]:
    """The messages that an output datum stands for: one, or several for a list."""
    if datum.type != "json":
        return [datum.value]
    parsed = json.loads(datum.value)
    messages: list[str | bytes] = []
    for item in parsed if isinstance(parsed, list) else [parsed]:
        body: Any = item["body"] if isinstance(item, dict) and "body" in item else item
        messages.append(body if isinstance(body, str) else json.dumps(body))
    return messages


def has_poison_queue(name: str) -> bool:
    """Whether failed messages of a queue are moved: not those of a poison queue itself, nor to a name too long."""
    return not name.endswith(POISON) and len(name + POISON) <= LONGEST_NAME


class Queues:
    """Queue clients by connection and name; queues are made when they are first used."""

    def __init__(self, environ: Mapping[str, str], base64_messages: bool) -> None:
        self._environ, self._base64 = environ, base64_messages
        self._services: dict[str, QueueServiceClient] = {}
        self._clients: dict[tuple[str, str], QueueClient] = {}

    async def client(self, connection: str, name: str) -> QueueClient:
        """The client of a queue that exists by then."""
        key = (connection, name)
        if key not in self._clients:
            service = self._services.get(connection)
            if service is None:
                service = QueueServiceClient.from_connection_string(
                    connection_string(connection, self._environ), api_version=API_VERSION, **OPTIONS
                )
                self._services[connection] = service
            client = service.get_queue_client(name)
            with contextlib.suppress(ResourceExistsError):
                await client.create_queue()
            self._clients[key] = client
        return self._clients[key]

    def encode(self, body: str | bytes) -> str:
        """A body as it goes into the queue."""
        if self._base64:
            return base64.b64encode(body if isinstance(body, bytes) else body.encode()).decode()
        return body if isinstance(body, str) else body.decode()

    def decode(self, content: str) -> bytes:
        """A body as it came from the queue; raises ValueError when it is not base64 though it should be."""
        if not self._base64:
            return content.encode()
        try:
            return base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise ValueError(f"the message is not base64: {error}") from None

    async def send(self, connection: str, name: str, datum: Datum) -> None:
        """Send what a function set for a queue output."""
        client = await self.client(connection, name)
        for body in bodies(datum):
            await client.send_message(self.encode(body))

    async def poison(self, connection: str, name: str, content: str) -> None:
        """Put a message, as it is, into the poison queue of a queue."""
        client = await self.client(connection, name + POISON)
        await client.send_message(content)

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.close()
        for service in self._services.values():
            await service.close()
