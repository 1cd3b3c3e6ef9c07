"""Run activities: each at least once, its result stored together with the fact that it ran.

Also the built-in HTTP activity (`call_http`), which follows the asynchronous pattern itself: while the answer is 202
with a Location, it waits (Retry-After, else the configured interval) and asks there.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import aiohttp
from azure.functions.meta import Datum

from local.functions.binder import ACTIVITY, LoadedApp
from local.functions.durable.history import Kind, dumps, event
from local.functions.durable.hub import Effects, TaskHub
from local.functions.durable.store import ActivityRow
from local.functions.failures import log_failure
from local.functions.invocation import BoundFunction, Outcome
from local.functions.work import Work, WorkPool

Call = Callable[[BoundFunction, Datum], Awaitable[Outcome]]
HTTP_TIMEOUT = 100.0
"""Wall-clock seconds for one durable HTTP request, the extension's default."""

log = logging.getLogger("local.functions")


class Activities:
    """Runs stored activities, at most `limit` at a time."""

    def __init__(
        self, app: LoadedApp, hub: TaskHub, call: Call, *, limit: int, work: Work, http_poll: timedelta
    ) -> None:
        self._app, self._hub, self._call, self._work = app, hub, call, work
        self._http_poll = http_poll
        self._session: aiohttp.ClientSession | None = None
        self.pool = WorkPool("activities", limit, work)

    def submit(self, row: ActivityRow) -> None:
        """Run an activity when its turn comes."""
        self.pool.submit(lambda: self._run(row))

    async def close(self) -> None:
        """Close the connections of durable HTTP calls."""
        if self._session is not None:
            await self._session.close()

    async def _run(self, row: ActivityRow) -> None:
        fields: dict[str, Any] = {"TaskScheduledId": row.task}
        kind = Kind.TASK_COMPLETED
        try:
            fields["Result"] = await (self._http(json.loads(row.http)) if row.http else self._activity(row))
        except Exception as error:
            log_failure(row.name, error)
            kind = Kind.TASK_FAILED
            said = f"{type(error).__name__}: {error}"
            fields["Reason"] = f"Activity function '{row.name}' failed: {said}"
            fields["Details"] = f"Result: Failure\nException: {said}"
        store = self._hub.store
        with store.transaction():
            if not store.finish_activity(row.key):
                return
            done = event(kind, self._hub.now(), **fields)
            message = store.post(row.instance_id, done, execution_id=row.execution_id)
        self._hub.release(Effects(messages=[message]))

    async def _activity(self, row: ActivityRow) -> str | None:
        function = self._app.durable.get((ACTIVITY, row.name.lower()))
        if function is None:
            raise LookupError(f"the app has no activity function '{row.name}'")
        outcome = await self._call(function, Datum(row.input if row.input is not None else "null", "string"))
        result = outcome.returned.value if outcome.returned is not None else None
        return None if result == "null" else result

    async def _http(self, request: Mapping[str, Any]) -> str:
        if request.get("tokenSource"):
            raise NotImplementedError("this host has no managed identity: call_http with a token_source needs Azure")
        method, uri, content = request["method"], request["uri"], request.get("content")
        headers = dict(request.get("headers") or {})
        if content is not None and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        while True:
            status, answer_headers, text = await self._request(method, uri, headers, content)
            location = answer_headers.get("Location")
            if status != 202 or not location:
                return dumps({"statusCode": status, "headers": dict(answer_headers), "content": text})
            await self._wait(answer_headers.get("Retry-After"))
            method, uri, content = "GET", urljoin(uri, location), None

    async def _request(
        self, method: str, uri: str, headers: Mapping[str, str], content: str | None
    ) -> tuple[int, Mapping[str, str], str]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HTTP_TIMEOUT))
        async with self._session.request(method, uri, data=content, headers=headers) as response:
            return response.status, response.headers.copy(), await response.text()

    async def _wait(self, retry_after: str | None) -> None:
        """Wait in policy time; meanwhile this is no work under way, so that a driven clock can move on."""
        wait = timedelta(seconds=int(retry_after)) if retry_after and retry_after.isdecimal() else self._http_poll
        woken = asyncio.Event()

        def wake() -> None:
            if not woken.is_set():
                self._work.begin()
                woken.set()

        alarm = self._hub.timeline.at(self._hub.now() + wait, wake)
        self._work.end()
        try:
            await woken.wait()
        finally:
            alarm.cancel()
            wake()
