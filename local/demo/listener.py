"""Listen to live events as a dashboard would: negotiate at the API, then the official Web PubSub client."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Self

import httpx
from azure.messaging.webpubsubclient.aio import WebPubSubClient, WebPubSubClientCredential
from azure.messaging.webpubsubclient.models import CallbackType, OnGroupDataMessageArgs

logging.getLogger("azure.messaging.webpubsubclient").setLevel(logging.CRITICAL)  # it reports its own closing


class Listener:
    """Receives an organization's events; use as a context manager."""

    def __init__(self, api: httpx.AsyncClient, show: Callable[[dict[str, Any]], None] = lambda _event: None) -> None:
        self.events: list[dict[str, Any]] = []
        self._api = api
        self._show = show
        self._arrived = asyncio.Event()
        self._ends: dict[str, asyncio.Event] = {}
        self._client = WebPubSubClient(WebPubSubClientCredential(self._url))

    async def _url(self) -> str:
        answer = (await self._api.post("/realtime/negotiate")).raise_for_status()
        return str(answer.json()["url"])

    async def _message(self, message: OnGroupDataMessageArgs) -> None:
        event: dict[str, Any] = dict(message.data)
        self.events.append(event)
        self._show(event)
        self._arrived.set()
        if event["type"] == "call_ended":
            self._ended(str(event["call_id"])).set()

    def _ended(self, call_id: str) -> asyncio.Event:
        return self._ends.setdefault(call_id, asyncio.Event())

    async def ended(self, call_id: str, seconds: float) -> bool:
        """Whether the call's end is heard within `seconds`; costs the system under test nothing."""
        try:
            async with asyncio.timeout(seconds):
                await self._ended(call_id).wait()
        except TimeoutError:
            return False
        return True

    async def __aenter__(self) -> Self:
        await self._client.open()
        await self._client.subscribe(CallbackType.GROUP_MESSAGE, self._message)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def heard(self, call_id: str, event_type: str, seconds: float) -> bool:
        """Whether an event of that type about that call arrives within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if any(e["type"] == event_type and e["call_id"] == call_id for e in self.events):
                        return True
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return False
