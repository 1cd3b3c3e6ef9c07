"""Streaming chat completions over plain aiohttp: any OpenAI-compatible endpoint, with budgets for every wait.

Wire: `POST {base}/chat/completions` with `stream`, answered by server-sent events whose `choices[0].delta` holds text
or pieces of tool calls (OpenAI API reference, chat completions, streaming). Why no SDK: docs/decisions/0002.
"""

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from pydantic_core import from_json, to_json
from yarl import URL

from agent.llm.events import Request, ToolCall

MAX_COMPLETION_TOKENS = 300
"""A turn of speech has less than a hundred; this only bounds what a runaway answer costs."""
CONNECT_SECONDS = 5.0
SEE_OFF_SECONDS = 0.25
"""How long the rest of a finished answer is read, so that its connection can be used again."""
LONGEST_LINE = 256 * 1024
"""Bytes of one server-sent event; more is no answer of a model."""
_OURS = frozenset({400, 413, 422})
"""Answers that speak against our request and not against the model's health."""

log = logging.getLogger("agent.llm.backend")


@dataclass(frozen=True)
class Budgets:
    """Seconds that one attempt may take for each of its waits."""

    connect: float = 0.5
    first_token: float = 1.0
    """From the request to the first text or tool call."""
    between: float = 0.8
    """Between two pieces after that."""


class ModelError(Exception):
    """The model gave no whole answer. `against_model`: it speaks against its health, and its breaker counts it.

    `refused`: the endpoint would not take our request, which counts only when it takes none.
    """

    def __init__(self, reason: str, *, against_model: bool = True, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.against_model = against_model
        self.refused = refused


@dataclass(frozen=True)
class Text:
    """A piece of what the model says."""

    text: str


@dataclass(frozen=True)
class Finish:
    """The end of an answer. `reason` is the API's: `stop`, `tool_calls`, `length`, `content_filter`."""

    reason: str
    calls: tuple[ToolCall, ...] = ()


@dataclass
class _Answer:
    """An answer while it arrives."""

    calls: dict[int, dict[str, str]] = field(default_factory=dict)
    finish: str | None = None
    begun: bool = False


class ChatBackend:
    """One endpoint. Connections are kept open and shared by all calls of the process."""

    def __init__(self, http: aiohttp.ClientSession, base_url: str, api_key: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._url = URL(self._base_url + "/chat/completions")
        self.used_at = -math.inf
        """When a connection was last used; seconds of the loop's clock."""
        self._proxy = _proxy(self._base_url)
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
        }

    async def connect(self) -> None:
        """Have a connection open before the first question, whose budget is no time for a handshake. Never raises."""
        self.used_at = asyncio.get_running_loop().time()
        timeout = aiohttp.ClientTimeout(total=CONNECT_SECONDS)
        try:
            async with self._http.get(
                f"{self._base_url}/models", headers=self._headers, proxy=self._proxy, timeout=timeout
            ) as response:
                await response.read()  # whatever it says: the connection is what counts
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("the model's endpoint cannot be reached beforehand: %s", type(error).__name__)

    async def stream(self, model: str, request: Request, budgets: Budgets) -> AsyncGenerator[Text | Finish]:
        """The pieces of one answer; the last one is a Finish. Raises ModelError for everything that goes wrong."""
        answer, ended = _Answer(), False
        loop = asyncio.get_running_loop()
        try:
            async with (
                asyncio.timeout(budgets.first_token) as budget,
                await self._ask(model, request, budgets) as response,
            ):
                if response.status != 200:
                    ours = response.status in _OURS
                    raise ModelError(f"status_{response.status}", against_model=not ours, refused=ours)
                async for payloads in _payloads(response.content):
                    if ended:
                        continue
                    text, fault = _read(payloads, answer)
                    if text:
                        yield Text(text)
                    if fault is not None:
                        raise fault
                    if answer.finish is not None:
                        ended = True
                        yield Finish(answer.finish, _calls(answer))
                    if ended or answer.begun:
                        budget.reschedule(loop.time() + (SEE_OFF_SECONDS if ended else budgets.between))
        except TimeoutError:
            if not ended:
                raise ModelError("stalled" if answer.begun else "first_token") from None
        except aiohttp.ClientError as error:
            if not ended:
                raise ModelError(f"connection_{type(error).__name__}") from None
        if not ended:
            raise ModelError("cut")

    async def _ask(self, model: str, request: Request, budgets: Budgets) -> aiohttp.ClientResponse:
        """Send the request; once more when the endpoint had just closed a connection that was kept open."""
        self.used_at = asyncio.get_running_loop().time()
        body: dict[str, Any] = {
            "model": model,
            "messages": request.messages,
            "stream": True,
            "max_completion_tokens": MAX_COMPLETION_TOKENS,
        }
        data = to_json(body)
        if request.tools:
            data = data[:-1] + b',"tools":' + request.tools + b"}"
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=budgets.connect)

        async def post() -> aiohttp.ClientResponse:
            return await self._http.post(
                self._url, data=data, headers=self._headers, proxy=self._proxy, timeout=timeout
            )

        try:
            return await post()
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            return await post()


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for this endpoint, looked up once: per request it would cost a thread."""
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


async def _payloads(content: aiohttp.StreamReader) -> AsyncIterator[list[bytes]]:
    """The payloads of server-sent events, those together that came together, whatever pieces the network makes."""
    rest = b""
    while chunk := await content.readany():
        rest += chunk
        if len(rest) > LONGEST_LINE:
            raise ModelError("line_too_long")
        *lines, rest = rest.split(b"\n")
        yield [line[5:].strip() for line in lines if line.startswith(b"data:")]


def _read(payloads: list[bytes], answer: _Answer) -> tuple[str, ModelError | None]:
    """Take events into the answer up to its end; the text that they bring, and what is wrong with what comes after."""
    text = ""
    for payload in payloads:
        try:
            text += _take(payload, answer)
        except ModelError as fault:
            return text, fault
        if answer.finish is not None:
            break
    return text, None


def _take(payload: bytes, answer: _Answer) -> str:
    """Take one event into the answer; the text that it brings. Raises ModelError for what is no event of an answer."""
    if payload in (b"[DONE]", b""):
        if payload and answer.finish is None and (answer.begun or answer.calls):
            answer.finish = "tool_calls" if answer.calls else "stop"
        return ""
    try:
        event = from_json(payload, cache_strings="keys")
        if event.get("error"):
            raise ModelError("error_in_stream")
        choices = event.get("choices") or []
        if not choices:
            return ""
        choice = choices[0]
        delta = choice.get("delta") or {}
        for piece in delta.get("tool_calls") or ():
            _take_call(piece, answer)
        text = delta.get("content")
        answer.begun = answer.begun or bool(text) or bool(answer.calls)
        answer.finish = choice.get("finish_reason") or answer.finish
    except (ValueError, AttributeError, TypeError, KeyError, IndexError):
        raise ModelError("not_understood") from None
    return text if isinstance(text, str) else ""


def _take_call(piece: dict[str, Any], answer: _Answer) -> None:
    call = answer.calls.setdefault(int(piece.get("index") or 0), {"id": "", "name": "", "arguments": ""})
    function = piece.get("function") or {}
    call["id"] = piece.get("id") or call["id"]
    call["name"] = function.get("name") or call["name"]
    call["arguments"] += function.get("arguments") or ""


def _calls(answer: _Answer) -> tuple[ToolCall, ...]:
    return tuple(
        ToolCall(call["id"] or f"call_{index}", call["name"], call["arguments"])
        for index, call in sorted(answer.calls.items())
    )
