"""One call's tie to the API: the session is opened once, tools run once, entries go out, the end is said.

Order and messages: `archer.protocol`. A tool runs in a task of the session's own (facts on the Line SDK, §3.8): the
caller may interrupt or hang up, the request goes on, and its outcome is unknown until the API has told it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from agent.api_client import TOOL, ApiClient, ApiProblem, ApiUnavailable, CallApi
from agent.entries import EntryWriter
from agent.journal import Header, Journal, JournalBusyError
from agent.redacting import Redact
from archer import telemetry
from archer.conversation.events import UseTool
from archer.protocol import EndRequest, Session, ToolOutcome, ToolRequest, ToolSchema

log = logging.getLogger("agent.session")

UNAVAILABLE = "unavailable"
"""Error word of a tool call of whose outcome nothing is known (`ToolDone.error`)."""
END_TOOL_SECONDS = 20.0
"""How long the end of a call waits for a tool that is still running."""


MOST_OFFERS = 8
"""Sets of tools that are remembered: one for each version of the API that answers during a change of versions."""
_offers: deque[list[ToolSchema]] = deque(maxlen=MOST_OFFERS)


def _shared(tools: list[ToolSchema]) -> list[ToolSchema]:
    """The same list for all calls that are offered the same tools: they are by far the largest part of a session."""
    for known in _offers:
        if known == tools:
            return known
    _offers.append(tools)
    return tools


class SessionRefused(Exception):
    """The API does not let this agent speak on this call."""

    def __init__(self, why: str, *, overtaken: bool = False) -> None:
        super().__init__(why)
        self.overtaken = overtaken
        """The call is another session's, or over: whoever opened this socket came too late."""


@dataclass(frozen=True)
class ToolRun:
    """A tool on its way. The task never fails: it answers with an outcome, `unavailable` in the worst case."""

    action: UseTool
    task: "asyncio.Task[ToolOutcome]"


@dataclass(frozen=True)
class SessionOpener:
    """Opens the sessions of this process."""

    client: ApiClient
    redact: Redact
    spool: Path
    now: Callable[[], datetime]

    async def open(self, call_id: UUID, call_token: str) -> "CallSession":
        """Open the session of one call.

        Raises SessionRefused when the API says no, ApiUnavailable when it said nothing in time.
        """
        started = time.perf_counter()
        try:
            session = await self.client.call(call_id, call_token).session(uuid4())
        except ApiProblem as problem:
            raise SessionRefused(f"{problem.status} {problem.type}", overtaken=problem.status == 409) from None
        session.tools = _shared(session.tools)
        telemetry.record("session_open", (time.perf_counter() - started) * 1000, epoch=session.epoch)
        api = self.client.call(call_id, session.session_token)
        writer = EntryWriter(api, self._journal(session), self.redact, now=self.now)
        return CallSession(session, api, writer)

    def _journal(self, session: Session) -> Journal | None:
        header = Header(session.call_id, session.epoch, session.session_token, self.client.base_url)
        try:
            return Journal.create(self.spool, header)
        except (OSError, JournalBusyError) as error:
            log.error("call %s: no journal (%s); entries are in memory only", session.call_id, type(error).__name__)
            return None


class CallSession:
    """An open session."""

    def __init__(self, session: Session, api: CallApi, entries: EntryWriter) -> None:
        self.session = session
        self.entries = entries
        self.ended = False
        self._api = api
        self._runs: dict[str, ToolRun] = {}
        self._ending: asyncio.Task[None] | None = None

    def use_tool(self, action: UseTool) -> ToolRun:
        """Start a tool. Asking for the same id again gives the same run, or another try when nothing is known of it."""
        run = self._runs.get(action.tool_call_id)
        if run is None or (run.task.done() and run.task.result().error == UNAVAILABLE):
            run = ToolRun(action, asyncio.create_task(self._outcome(action)))
            self._runs[action.tool_call_id] = run
        return run

    def end(self, request: EndRequest | None) -> None:
        """The line is closed: once tools have come to rest and all entries are stored, report the end.

        Without a request the conversation is not over: the line broke, and another session may go on.
        """
        if self._ending is None:
            self.ended = True
            self._ending = asyncio.create_task(self._end(request))

    async def closed(self) -> None:
        """Wait until the end is reported."""
        if self._ending is not None:
            await self._ending
            await self.entries.done()

    def abandon(self) -> None:
        """The process ends: whatever is not stored stays in the journal."""
        for task in [self._ending, *(run.task for run in self._runs.values())]:
            if task is not None:
                task.cancel()
        self.entries.abandon()

    async def _end(self, request: EndRequest | None) -> None:
        running = [run.task for run in self._runs.values() if not run.task.done()]
        if running:
            await asyncio.wait(running, timeout=END_TOOL_SECONDS)
        self.entries.finish(request)

    async def _outcome(self, action: UseTool) -> ToolOutcome:
        started = time.perf_counter()
        try:
            outcome = await self._run(action)
        except ApiProblem as problem:
            self._failed(action, f"api_{problem.status}")
            outcome = self._without_answer(action, "refused" if problem.status != 404 else "unknown_tool")
        except ApiUnavailable:
            self._failed(action, UNAVAILABLE)
            outcome = self._without_answer(action, UNAVAILABLE)
        except Exception as error:  # the conversation must get an answer whatever happens
            log.exception("call %s: tool %s", self.session.call_id, action.name)
            self._failed(action, type(error).__name__)
            outcome = self._without_answer(action, UNAVAILABLE)
        took = (time.perf_counter() - started) * 1000
        self.entries.measured("tool", took)
        telemetry.record("tool", took, tool=action.name, ok=outcome.ok)
        return outcome

    async def _run(self, action: UseTool) -> ToolOutcome:
        """Run it, and if the answer was lost for good, read back what became of it."""
        request = ToolRequest(
            tool_call_id=action.tool_call_id, arguments=action.arguments, entries=self.entries.unstored()
        )
        try:
            return await self._api.run_tool(action.name, request)
        except ApiUnavailable:
            log.warning("call %s: no answer to tool %s in %.0f s", self.session.call_id, action.name, TOOL.total)
            try:
                return await self._api.tool_outcome(action.tool_call_id)
            except ApiProblem as problem:
                raise ApiUnavailable(f"read back: {problem.status}") from None

    def _failed(self, action: UseTool, why: str) -> None:
        event = "tool_outcome_unknown" if why == UNAVAILABLE else "tool_failed"
        self.entries.happened(event, tool=action.name, tool_call_id=action.tool_call_id, error=why)

    @staticmethod
    def _without_answer(action: UseTool, error: str) -> ToolOutcome:
        return ToolOutcome(tool_call_id=action.tool_call_id, name=action.name, ok=False, error=error)
