"""Live events: published to Azure Web PubSub, hub `archer`, groups `org:{id}` and `call:{id}`.

Comfort, not truth: what is published is stored already, so a failure to publish is logged and nothing else, and
publishing never makes a call wait. Events of one call keep their order.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from archer.azure_clients import transport_options
from archer.settings import settings

HUB = "archer"
_LANES = 4
_BACKLOG = 2000
_GIVES_WAY = 0.015
"""Seconds that events wait for the answer of the request that caused them: a caller waits for that, nobody for them."""

EventType = Literal[
    "call_started",
    "call_status_update",
    "call_transcript",
    "call_tool_execution",
    "call_ended",
    "campaign_update",
    "alert",
]
log = logging.getLogger(__name__)


class LiveEvent(BaseModel):
    """One event as clients receive it."""

    type: EventType
    call_id: UUID | None
    seq: int | None
    """Sequence number of the call's entry that this event shows, growing within the call; None for an alert that has no
    entry and for what belongs to no call."""
    at: datetime
    data: dict[str, Any]


class Publisher:
    """Sends events in the background: a few lanes, each in order, a call always in the same lane."""

    def __init__(self, connection_string: str) -> None:
        self._connection_string = connection_string
        self._client: Any = None
        self._lanes: list[asyncio.Queue[tuple[UUID, LiveEvent]]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def publish(self, organization_id: UUID, event: LiveEvent) -> None:
        """Hand an event over; returns at once. A full backlog drops it with a warning."""
        if not self._connection_string:
            return
        if not self._lanes:
            self._lanes = [asyncio.Queue(_BACKLOG) for _ in range(_LANES)]
            self._tasks = [asyncio.create_task(self._run(lane)) for lane in self._lanes]
        lane = self._lanes[hash(event.call_id) % _LANES]
        try:
            lane.put_nowait((organization_id, event))
        except asyncio.QueueFull:
            log.warning("live events are behind: dropped one of type %s", event.type)

    async def _run(self, lane: "asyncio.Queue[tuple[UUID, LiveEvent]]") -> None:
        while True:
            waiting = [await lane.get()]
            await asyncio.sleep(_GIVES_WAY)
            while not lane.empty():
                waiting.append(lane.get_nowait())
            for organization_id, event in waiting:
                await self._send(organization_id, event)
                lane.task_done()

    async def _send(self, organization_id: UUID, event: LiveEvent) -> None:
        groups = [f"org:{organization_id}"] + ([f"call:{event.call_id}"] if event.call_id else [])
        try:
            client, message = self._service(), event.model_dump(mode="json")
            await asyncio.gather(*(client.send_to_group(group, message) for group in groups))
        except Exception as error:
            log.warning("live event %s not published: %s", event.type, type(error).__name__)

    def _service(self) -> Any:
        if self._client is None:
            from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient

            self._client = WebPubSubServiceClient.from_connection_string(
                self._connection_string,
                hub=HUB,
                retry_total=1,
                connection_timeout=3,
                read_timeout=5,
                **transport_options(),
            )
        return self._client

    async def client_access(self, user: str, groups: list[str], lifetime: timedelta) -> str:
        """A URL with a token by which one user may receive these groups, and nothing else."""
        roles = [f"webpubsub.joinLeaveGroup.{group}" for group in groups]
        minutes = max(1, int(lifetime.total_seconds() // 60))
        token = await self._service().get_client_access_token(
            user_id=user, roles=roles, groups=groups, minutes_to_expire=minutes
        )
        return str(token["url"])

    async def ping(self) -> None:
        """Raise unless the service answers."""
        await self._service().group_exists("health")

    async def drained(self) -> None:
        """Wait until everything handed over so far was sent or given up."""
        await asyncio.gather(*(lane.join() for lane in self._lanes))

    async def close(self) -> None:
        """Stop sending and close connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()


@cache
def publisher() -> Publisher:
    """The publisher of this process."""
    return Publisher(settings().web_pubsub_connection_string.get_secret_value())
