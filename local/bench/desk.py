"""The API as the agent sees it, for a bench of the agent alone: sessions, tools, entries, in the memory of the bench.

Messages and order are those of `archer.protocol`; the tools are the real ones over books in memory
(`local.evaluation.books`). What an agent costs is measured without a database competing for the same cores.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web
from pydantic import BaseModel

from archer.conversation.events import UseTool
from archer.protocol import (
    EndRequest,
    EntryBatch,
    EntryReceipt,
    Session,
    SessionRequest,
    StreamGrant,
    ToolOutcome,
    ToolRequest,
)
from local.callers import Customer
from local.evaluation.books import Books
from local.evaluation.offline import session
from tools.registry import schemas

LONGEST_CALL_SECONDS = 3600
Handler = Callable[[web.Request, "Account"], Awaitable[BaseModel]]


@dataclass
class Account:
    """One call at the desk."""

    books: Books
    call_id: UUID = field(default_factory=uuid4)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    stored: int = 0
    turn_ms: list[float] = field(default_factory=list)
    """What the agent itself measured of its turns."""
    events: list[str] = field(default_factory=list)


class Desk:
    """Serves any number of calls. `level` is the rung of the ladder that sessions allow."""

    def __init__(self, now: datetime, level: int) -> None:
        self.accounts: dict[UUID, Account] = {}
        self.url = ""
        self._now, self._level = now, level
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        base = "/api/v1/agent/calls/{id}"
        for path, handler in {
            "stream": self._stream,
            "session": self._session,
            "tools/{tool}": self._tool,
            "entries": self._entries,
            "end": self._end,
        }.items():
            app.router.add_post(f"{base}/{path}", self._answering(handler))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def new_call(self) -> Account:
        """A call to the usual customer."""
        account = Account(Books(Customer(), self._now))
        self.accounts[account.call_id] = account
        return account

    def _answering(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            account = self.accounts.get(UUID(request.match_info["id"]))
            if account is None or request.headers.get("Authorization") != f"Bearer {account.token}":
                return web.Response(status=401)
            message = await handler(request, account)
            return web.Response(text=message.model_dump_json(), content_type="application/json")

        return answer

    async def _stream(self, _request: web.Request, account: Account) -> StreamGrant:
        return StreamGrant(call_id=account.call_id, max_seconds=LONGEST_CALL_SECONDS)

    async def _session(self, request: web.Request, account: Account) -> Session:
        SessionRequest.model_validate_json(await request.read())
        opened = session(account.books.customer, self._now, None, "first_party")
        return opened.model_copy(
            update={
                "call_id": account.call_id,
                "session_token": account.token,
                "tools": schemas(),
                "degradation_level": self._level,
            }
        )

    async def _tool(self, request: web.Request, account: Account) -> ToolOutcome:
        asked = ToolRequest.model_validate_json(await request.read())
        name = request.match_info["tool"]
        done = account.books.answer(UseTool(asked.tool_call_id, name, asked.arguments))
        return ToolOutcome(
            tool_call_id=asked.tool_call_id,
            name=name,
            ok=done.ok,
            say=done.say,
            data=_plain(done.data),
            error=done.error,
        )

    async def _entries(self, request: web.Request, account: Account) -> EntryReceipt:
        batch = EntryBatch.model_validate_json(await request.read())
        account.stored = max([account.stored, *(entry.n for entry in batch.entries)])
        account.turn_ms += batch.latency_ms.get("turn", [])
        account.events += [entry.event for entry in batch.entries if entry.event]
        return EntryReceipt(stored_to=account.stored, best_level=self._level)

    async def _end(self, request: web.Request, _account: Account) -> EndRequest:
        return EndRequest.model_validate_json(await request.read())


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """A tool's answer as JSON has it."""
    plain: dict[str, Any] = ToolOutcome(tool_call_id="t", name="t", ok=True, data=data).model_dump(mode="json")["data"]
    return plain
