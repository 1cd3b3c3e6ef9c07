"""The Functions app as the agent sees it: the messages of `archer.protocol`, in memory, over a real socket."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from archer.protocol import (
    EndRequest,
    Entry,
    EntryBatch,
    EntryReceipt,
    Session,
    SessionRequest,
    SessionState,
    StreamGrant,
    ToolOutcome,
    ToolRequest,
)

Tool = Callable[[ToolRequest], Awaitable[ToolOutcome]]


@dataclass
class FakeCall:
    """One call as the API remembers it."""

    call_id: UUID = field(default_factory=uuid4)
    call_token: str = field(default_factory=lambda: f"call-{uuid4()}")
    max_seconds: int = 600
    epoch: int = 0
    nonce: UUID | None = None
    session_token: str | None = None
    entries: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    batches: list[EntryBatch] = field(default_factory=list)
    snapshot: dict[str, Any] | None = None
    tool_runs: list[tuple[str, ToolRequest]] = field(default_factory=list)
    outcomes: dict[str, ToolOutcome] = field(default_factory=dict)
    ends: list[EndRequest] = field(default_factory=list)
    session: dict[str, Any] = field(default_factory=dict)
    """Fields of the session that differ from the usual ones."""

    def lines(self) -> list[tuple[str, str]]:
        """Who said what, in the order of numbers."""
        return [(e["speaker"], e["text"]) for _, e in sorted(self.entries.items()) if e["kind"] == "transcript"]

    def happened(self) -> list[str]:
        """Events, in the order of numbers."""
        return [e["event"] for _, e in sorted(self.entries.items()) if e["kind"] == "event"]


class FakeApi:
    """Behaviour can be changed while it runs: `away`, `tools`, `delays`."""

    def __init__(self) -> None:
        self.calls: dict[UUID, FakeCall] = {}
        self.tools: dict[str, Tool] = {}
        self.away = False
        self.best_level: int | None = None
        """Told with each receipt."""
        self.lose_next: dict[str, int] = {}
        """Do the work of this endpoint, but answer 503 this many times."""
        self.requests: list[str] = []
        self.url = ""
        self._runner: web.AppRunner | None = None
        self.changed = asyncio.Event()

    def new_call(self, **fields: Any) -> FakeCall:
        call = FakeCall(**fields)
        self.calls[call.call_id] = call
        return call

    async def start(self) -> None:
        app = web.Application()
        base = "/api/v1/agent/calls/{id}"
        app.router.add_post(base + "/stream", self._guarded(self._stream))
        app.router.add_post(base + "/session", self._guarded(self._session))
        app.router.add_post(base + "/tools/{tool}", self._guarded(self._run))
        app.router.add_get(base + "/tools/{tool}", self._guarded(self._outcome))
        app.router.add_post(base + "/entries", self._guarded(self._entries))
        app.router.add_post(base + "/end", self._guarded(self._end))
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> None:
        """Wait until the condition holds; it is looked at after every request."""
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                if condition():
                    return
                waiter = asyncio.ensure_future(self.changed.wait())
                await asyncio.wait([waiter], timeout=0.05)
                waiter.cancel()

    def _guarded(self, handler: Callable[[web.Request, FakeCall, str], Awaitable[web.Response]]) -> Any:
        async def guarded(request: web.Request) -> web.Response:
            what = handler.__name__.strip("_")
            self.requests.append(what)
            if self.away:
                return web.Response(status=503)
            call = self.calls.get(UUID(request.match_info["id"]))
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if call is None:
                return problem(404, "no such call")
            response = await handler(request, call, token)
            self.changed.set()
            if self.lose_next.get(what, 0) > 0:
                self.lose_next[what] -= 1
                return web.Response(status=503)
            return response

        return guarded

    async def _stream(self, request: web.Request, call: FakeCall, token: str) -> web.Response:
        if token != call.call_token:
            return problem(401, "bad token")
        return answer(StreamGrant(call_id=call.call_id, max_seconds=call.max_seconds))

    async def _session(self, request: web.Request, call: FakeCall, token: str) -> web.Response:
        asked = SessionRequest.model_validate_json(await request.read())
        if token != call.call_token:
            return problem(401, "bad token")
        if call.nonce is not None and call.nonce != asked.nonce:
            return problem(409, "token used")
        if call.nonce is None:
            call.nonce, call.epoch, call.session_token = asked.nonce, call.epoch + 1, f"session-{uuid4()}"
        return answer(session_of(call))

    async def _run(self, request: web.Request, call: FakeCall, token: str) -> web.Response:
        if token != call.session_token:
            return problem(401, "bad token")
        name, asked = request.match_info["tool"], ToolRequest.model_validate_json(await request.read())
        self._keep(call, asked.entries)
        if asked.tool_call_id not in call.outcomes:
            call.tool_runs.append((name, asked))
            tool = self.tools.get(name)
            done = ToolOutcome(tool_call_id=asked.tool_call_id, name=name, ok=True)
            outcome = await tool(asked) if tool is not None else done
            call.outcomes[asked.tool_call_id] = outcome
        return answer(call.outcomes[asked.tool_call_id])

    @staticmethod
    def _keep(call: FakeCall, entries: list[Entry]) -> None:
        for entry in entries:
            call.entries.setdefault((call.epoch, entry.n), json.loads(entry.model_dump_json()))

    async def _outcome(self, request: web.Request, call: FakeCall, token: str) -> web.Response:
        outcome = call.outcomes.get(request.match_info["tool"])
        return problem(404, "no such tool call") if outcome is None else answer(outcome)

    async def _entries(self, request: web.Request, call: FakeCall, token: str) -> web.Response:
        if token != call.session_token:
            return problem(409, "session replaced")
        batch = EntryBatch.model_validate_json(await request.read())
        call.batches.append(batch)
        call.snapshot = batch.conversation or call.snapshot
        self._keep(call, batch.entries)
        numbers = {n for epoch, n in call.entries if epoch == call.epoch}
        stored = next((n for n in range(1, len(numbers) + 2) if n not in numbers), 1) - 1
        return answer(EntryReceipt(stored_to=stored, best_level=self.best_level))

    async def _end(self, request: web.Request, call: FakeCall, token: str) -> web.Response:
        if token != call.session_token:
            return problem(409, "session replaced")
        call.ends.append(EndRequest.model_validate_json(await request.read()))
        return web.json_response({"ok": True})


def session_of(call: FakeCall) -> Session:
    usual = Session(
        call_id=call.call_id,
        epoch=call.epoch,
        session_token=call.session_token or "",
        direction="outbound",
        business_name="Maple Bank",
        agent_name="Archer",
        callback_number="+18005550100",
        customer_name="Dana Reyes",
        customer_timezone="America/New_York",
        customer_country="US",
        language="en",
        collector_mode="first_party",
        first_communication=True,
        in_validation_period=False,
        now=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        agent_profile="collections",
        tools=[],
        state=SessionState(conversation=call.snapshot if call.epoch > 1 else None),
    )
    return usual.model_copy(update=call.session)


def answer(message: Any) -> web.Response:
    return web.Response(text=message.model_dump_json(), content_type="application/json")


def problem(status: int, title: str) -> web.Response:
    body = {"type": "about:blank", "title": title, "status": status}
    return web.Response(status=status, text=json.dumps(body), content_type="application/problem+json")
