"""Our side of the Line protocol for one call: `POST /chats`, then the websocket that the agent answers on.

Frames and fields as cartesia-line 0.2.19 reads and writes them.
"""

import itertools
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin

import aiohttp

from local.cartesia.outbox import Outbox

_CHATS_SECONDS = 10.0


class AgentUnavailable(Exception):
    """The Line server did not take the call; the text says why."""


class LineCall:
    """One call as the agent sees it. Event ids count up from `e1`."""

    def __init__(self, session: aiohttp.ClientSession, agent_url: str, token: str) -> None:
        self._session = session
        self._agent_url = agent_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._numbers = itertools.count(1)
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._outbox: Outbox | None = None

    async def chats(self, body: dict[str, Any]) -> dict[str, Any]:
        """Announce the call. Raises AgentUnavailable when it is refused or nobody answers."""
        try:
            async with self._session.post(
                f"{self._agent_url}/chats",
                json=body,
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=_CHATS_SECONDS),
            ) as response:
                if response.status != 200:
                    raise AgentUnavailable(f"/chats answered {response.status}")
                answer: dict[str, Any] = await response.json()
                return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise AgentUnavailable(f"/chats failed: {type(error).__name__}") from error

    async def connect(self, websocket_url: str, start: dict[str, Any]) -> None:
        """Open the websocket and send the start frame. Raises AgentUnavailable."""
        url = urljoin(f"{self._agent_url}/", websocket_url).replace("http", "ws", 1)
        try:
            self._socket = await self._session.ws_connect(url, headers=self._headers, compress=0, max_msg_size=1 << 20)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AgentUnavailable(f"the websocket failed: {type(error).__name__}") from error
        self._outbox = Outbox(self._socket.send_str)
        self._outbox.put(json.dumps({"type": "start", **start}))

    def send(self, kind: str, **fields: Any) -> str:
        """Send one input frame; gives its event id."""
        event_id = f"e{next(self._numbers)}"
        if self._outbox is not None:
            self._outbox.put(json.dumps({"type": kind, "event_id": event_id, **fields}))
        return event_id

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """The agent's output frames until the websocket closes."""
        assert self._socket is not None
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                yield json.loads(message.data)

    async def close(self) -> None:
        """The call is over: let what was sent leave, then close."""
        if self._outbox is not None and self._socket is not None:
            if not self._socket.closed:
                await self._outbox.flush()
            await self._outbox.close()
            await self._socket.close()

    def abort(self) -> None:
        """Break the connection without a word."""
        transport = self._socket.get_extra_info("socket") if self._socket is not None else None
        if transport is not None:
            transport.shutdown(2)
