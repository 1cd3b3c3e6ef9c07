"""The agent's side of `/api/v1/agent/calls/{id}/…`: typed messages, one shared connection pool, bounded retries.

Messages and order are those of `archer.protocol`. Every request is idempotent there (by nonce, tool call id, entry
number), so that a lost answer is answered by asking again; an answer that is a decision (4xx) is never asked for twice.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import aiohttp
from pydantic import BaseModel, ValidationError

from archer import telemetry
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
from archer.resilience import Backoff, CircuitBreaker, CircuitOpenError, retry

M = TypeVar("M", bound=BaseModel)

TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
BACKOFF = Backoff(first=0.1, cap=2.0)
LEAST_SECONDS = 0.5
"""No attempt is given less, even the last one."""
MAX_ANSWER_BYTES = 4 * 1024 * 1024


class ApiProblem(Exception):
    """The API answered, and the answer is a refusal (RFC 9457). The text holds no caller's words."""

    def __init__(self, status: int, type_: str, title: str) -> None:
        super().__init__(f"{status} {type_}: {title}")
        self.status = status
        self.type = type_
        self.title = title

    @property
    def transient(self) -> bool:
        """Asking again may help."""
        return self.status in TRANSIENT_STATUSES


class ApiUnavailable(Exception):
    """No usable answer within the time allowed; what the request did is unknown."""


@dataclass(frozen=True)
class Patience:
    """How long the agent waits for the API, in seconds: for one attempt, and with all its repetitions."""

    attempt: float
    total: float


STREAM = Patience(attempt=2.0, total=4.0)
SESSION = Patience(attempt=2.0, total=4.0)
TOOL = Patience(attempt=8.0, total=15.0)
READ_BACK = Patience(attempt=2.0, total=5.0)
ENTRIES = Patience(attempt=5.0, total=5.0)
END = Patience(attempt=5.0, total=5.0)


def worth_repeating(error: Exception) -> bool:
    """Whether the same request may be answered differently in a moment."""
    return isinstance(error, ApiUnavailable | CircuitOpenError) or (isinstance(error, ApiProblem) and error.transient)


class ApiClient:
    """All calls of this process share one: its connections are kept alive, its breaker knows the API's health.

    `base_url` is scheme and host of the Functions app (`PUBLIC_API_URL`).
    """

    def __init__(
        self,
        base_url: str,
        http: aiohttp.ClientSession,
        *,
        breaker: CircuitBreaker | None = None,
        backoff: Backoff = BACKOFF,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.breaker = breaker or CircuitBreaker("api", failures=8, open_seconds=1.0)
        self._http = http
        self._backoff = backoff
        self._now, self._sleep, self._uniform = now, sleep, uniform

    def call(self, call_id: UUID, token: str) -> "CallApi":
        """The endpoints of one call under one token (call token or session token)."""
        return CallApi(self, call_id, token)

    async def request(
        self, method: str, path: str, token: str, message: BaseModel | None, answer: type[M], patience: Patience
    ) -> M:
        """One idempotent request with its repetitions.

        Raises ApiProblem for a refusal, ApiUnavailable when there was no usable answer in time.
        """

        deadline = self._now() + patience.total

        async def attempt() -> M:
            seconds = min(patience.attempt, max(LEAST_SECONDS, deadline - self._now()))
            return await self.breaker.call(
                lambda: self._once(method, path, token, message, answer, seconds),
                counts=lambda error: not isinstance(error, ApiProblem) or error.status >= 500,
            )

        try:
            return await retry(
                attempt,
                worthwhile=worth_repeating,
                within=patience.total,
                backoff=self._backoff,
                now=self._now,
                sleep=self._sleep,
                uniform=self._uniform,
            )
        except CircuitOpenError as error:
            telemetry.count("circuit_open", circuit="api")
            raise ApiUnavailable(str(error)) from None
        except ApiProblem as problem:
            if problem.transient:
                raise ApiUnavailable(f"the API kept answering {problem.status}") from None
            raise

    async def _once(
        self, method: str, path: str, token: str, message: BaseModel | None, answer: type[M], seconds: float
    ) -> M:
        body = None if message is None else message.model_dump_json()
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._http.request(
                method,
                self.base_url + path,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
            ) as response:
                raw = await response.content.read(MAX_ANSWER_BYTES) if response.status != 204 else b""
                while not response.content.at_eof() and len(raw) < MAX_ANSWER_BYTES:
                    raw += await response.content.read(MAX_ANSWER_BYTES - len(raw))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiUnavailable(f"{method} agent API: {type(error).__name__}") from None
        if response.status >= 300:
            raise _problem(response.status, raw)
        try:
            return answer.model_validate_json(raw or b"{}")
        except ValidationError as error:
            where = ", ".join(".".join(map(str, item["loc"])) for item in error.errors(include_input=False)[:5])
            raise ApiProblem(502, "about:blank", f"the answer is no {answer.__name__} ({where})") from None


class Accepted(BaseModel):
    """Any JSON object: the answer of `end` carries nothing that the agent reads."""


@dataclass(frozen=True)
class CallApi:
    """The requests of one call; each method is one endpoint of `archer.protocol`."""

    client: ApiClient
    call_id: UUID
    token: str

    async def stream(self) -> StreamGrant:
        """Ask whether the media stream of this call may be carried."""
        return await self._ask("POST", "stream", None, StreamGrant, STREAM)

    async def session(self, nonce: UUID) -> Session:
        """Open the session; safe to repeat with the same nonce only."""
        return await self._ask("POST", "session", SessionRequest(nonce=nonce), Session, SESSION)

    async def run_tool(self, tool: str, request: ToolRequest) -> ToolOutcome:
        """Run a tool once, or learn what became of the earlier request with the same id."""
        return await self._ask("POST", f"tools/{tool}", request, ToolOutcome, TOOL)

    async def tool_outcome(self, tool_call_id: str) -> ToolOutcome:
        """What became of a tool call; ApiProblem 404 when it never arrived."""
        return await self._ask("GET", f"tools/{tool_call_id}", None, ToolOutcome, READ_BACK)

    async def entries(self, batch: EntryBatch) -> EntryReceipt:
        """Store numbered entries; a repeat is harmless."""
        return await self._ask("POST", "entries", batch, EntryReceipt, ENTRIES)

    async def end(self, request: EndRequest) -> None:
        """Say that the conversation is over and why."""
        await self._ask("POST", "end", request, Accepted, END)

    async def _ask(self, method: str, what: str, message: BaseModel | None, answer: type[M], patience: Patience) -> M:
        path = f"/api/v1/agent/calls/{self.call_id}/{what}"
        return await self.client.request(method, path, self.token, message, answer, patience)


def _problem(status: int, raw: bytes) -> ApiProblem:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return ApiProblem(status, "about:blank", "no problem document")
    return ApiProblem(status, str(body.get("type", "about:blank"))[:200], str(body.get("title", ""))[:200])


def new_http_session() -> aiohttp.ClientSession:
    """The connection pool that all calls of the process share: keep-alive, no cookies, DNS cached for a minute."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60, ttl_dns_cache=60)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
