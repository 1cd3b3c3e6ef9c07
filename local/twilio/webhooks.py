"""Requests from the carrier to the application: signed, retried by the rules of the URL, logged for tests.

Signature: X-Twilio-Signature by twilio's own RequestValidator over the URL as given, without its fragment. Retries and
timeouts: the connection overrides in the fragment, `#rc=…&rp=…&ct=…&rt=…&tt=…`
(https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides); by default one retry, after a failed
connection only, 5 s to connect, 15 s to answer, 15 s in all.
"""

import asyncio
import time
import uuid
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp
import yarl
from twilio.request_validator import RequestValidator

from local.twilio.faults import Faults


@dataclass(frozen=True)
class Overrides:
    """How to connect, from the fragment of a webhook URL."""

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 15.0

    def retry_after(self, failure: str) -> bool:
        """Whether a failure (`ct`, `rt`, `4xx`, `5xx`) is one to retry."""
        return "all" in self.policy or failure in self.policy


def read_overrides(url: str) -> Overrides:
    """The overrides in a URL's fragment; a value out of Twilio's range is cut to it, nonsense is ignored."""
    given = dict(parse_qsl(urlsplit(url).fragment))

    def number(key: str, default: float, low: float, high: float) -> float:
        text = given.get(key, "")
        return min(max(float(text), low), high) if text.isdigit() else default

    return Overrides(
        retries=int(number("rc", 1, 0, 5)),
        policy=frozenset(given.get("rp", "ct").split(",")),
        connect_seconds=number("ct", 5000, 100, 10000) / 1000,
        read_seconds=number("rt", 15000, 100, 15000) / 1000,
        total_seconds=number("tt", 15000, 100, 15000) / 1000,
    )


@dataclass
class Delivery:
    """One webhook request with its retries, as it went."""

    url: str
    params: dict[str, str]
    attempts: int = 0
    status: int | None = None
    failure: str = ""
    at: float = field(default_factory=time.time)
    body: str = ""

    def to_json(self) -> dict[str, Any]:
        """For assertions."""
        return asdict(self)


@dataclass(frozen=True)
class _Prepared:
    method: str
    url: str
    headers: dict[str, str]
    body: str | None


class Webhooks:
    """Sends webhooks. `log` holds every delivery by the sid of the call or message it is about."""

    def __init__(self, auth_token: str, faults: Faults) -> None:
        self._validator = RequestValidator(auth_token)
        self._session: aiohttp.ClientSession | None = None
        self._waiting: dict[str, deque[Delivery]] = {}
        self._held: dict[str, list[Delivery]] = defaultdict(list)
        self._tasks: set[asyncio.Task[None]] = set()
        self.faults = faults
        self.log: dict[str, list[Delivery]] = defaultdict(list)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def signature(self, url: str, params: dict[str, str]) -> str:
        """The signature over a URL without its fragment."""
        signature: str = self._validator.compute_signature(url, params)
        return signature

    async def request(self, sid: str, url: str, params: dict[str, str], method: str = "POST") -> Delivery:
        """Ask the application something and wait for its answer; see `failure` and `status` of what comes back."""
        delivery = Delivery(url, params)
        await self._deliver(sid, delivery, method)
        return delivery

    def notify(self, sid: str, url: str, params: dict[str, str], about: str, last: bool = False) -> None:
        """Tell the application that `sid` is now `about`; in order with the other callbacks of `sid`.

        `last` says that nothing follows: what a fault holds back is delivered then. Returns at once.
        """
        if url and not self.faults.drops(about):
            self._held[sid].append(Delivery(url, params))
        if self.faults.reverse_callbacks and not last:
            return
        held = self._held.pop(sid, [])
        if self.faults.reverse_callbacks:
            held.reverse()
        idle = sid not in self._waiting
        queue = self._waiting.setdefault(sid, deque())
        for delivery in held:
            queue.append(delivery)
            if self.faults.duplicate_callbacks:
                queue.append(Delivery(delivery.url, delivery.params))
        if idle:
            task = asyncio.create_task(self._drain(sid, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _drain(self, sid: str, queue: deque[Delivery]) -> None:
        try:
            while queue:
                if self.faults.delay_callbacks:
                    await asyncio.sleep(self.faults.delay_callbacks)
                await self._deliver(sid, queue.popleft(), "POST")
        finally:
            del self._waiting[sid]

    async def _deliver(self, sid: str, delivery: Delivery, method: str) -> None:
        overrides = read_overrides(delivery.url)
        split = urlsplit(delivery.url)
        url = urlunsplit(split._replace(fragment=""))
        headers = {"I-Twilio-Idempotency-Token": str(uuid.uuid4()), "User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}
        body = None
        if method == "GET":
            url += ("&" if split.query else "?") + urlencode(delivery.params)
            headers["X-Twilio-Signature"] = self.signature(url, {})
        else:
            headers["X-Twilio-Signature"] = self.signature(url, delivery.params)
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            body = urlencode(delivery.params)
        prepared = _Prepared(method, url, headers, body)
        self.log[sid].append(delivery)
        with suppress(TimeoutError):
            async with asyncio.timeout(overrides.total_seconds):
                while delivery.attempts <= overrides.retries:
                    await self._attempt(delivery, prepared, overrides)
                    if not delivery.failure or not overrides.retry_after(delivery.failure):
                        break

    async def _attempt(self, delivery: Delivery, prepared: _Prepared, overrides: Overrides) -> None:
        if self._session is None:
            # No connection is kept: one that a restarted application closed must not look like its failure to answer.
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            self._session = aiohttp.ClientSession(connector=connector, skip_auto_headers=["Content-Type"])
        delivery.attempts += 1
        delivery.failure, delivery.status = "rt", None
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=overrides.connect_seconds, sock_read=overrides.read_seconds
        )
        try:
            async with self._session.request(
                prepared.method,
                yarl.URL(prepared.url, encoded=True),
                data=prepared.body,
                headers=prepared.headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                delivery.body = await response.text()
                delivery.status = response.status
                delivery.failure = f"{response.status // 100}xx" if response.status >= 400 else ""
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError):
            delivery.failure = "ct"
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError):
            delivery.failure = "rt"
