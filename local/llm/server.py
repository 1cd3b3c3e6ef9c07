"""The stand-in's HTTP side: `POST /v1/chat/completions`, and `PUT /behaviours/{model}` to change how it behaves."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from local.llm.behaviours import BEHAVIOURS, FOREVER, Mute, Pace, Status, events

PREFIX = "stub-"


@dataclass
class StubLlm:
    """One endpoint. `requests` keeps what was asked, newest last, at most `keep` of them."""

    pace: Pace = field(default_factory=Pace)
    chosen: dict[str, str] = field(default_factory=dict)
    keep: int = 200
    requests: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    connected: int = 0
    """Times that the list of models was asked for."""
    url: str = ""
    _next: dict[str, deque[str]] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    def behave(self, model: str, behaviour: str) -> None:
        """From now on this model behaves like that. Raises KeyError for a behaviour that there is not."""
        BEHAVIOURS[behaviour]
        self.chosen[model] = behaviour

    def behave_next(self, model: str, *behaviours: str) -> None:
        """Like that for the next requests, one each, then as before. Raises KeyError as `behave` does."""
        for behaviour in behaviours:
            BEHAVIOURS[behaviour]
        self._next[model] = deque(behaviours)

    def _behaviour(self, model: str) -> str:
        """How the model behaves this time."""
        waiting = self._next.get(model)
        name = waiting.popleft() if waiting else self.chosen.get(model) or model.removeprefix(PREFIX)
        return name if name in BEHAVIOURS else "good"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve; the base URL for `OPENAI_BASE_URL`."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_put("/behaviours/{model}", self._choose)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}/v1"
        return self.url

    async def stop(self) -> None:
        """Close everything, hanging answers too."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _choose(self, request: web.Request) -> web.Response:
        behaviour = (await request.text()).strip()
        if behaviour not in BEHAVIOURS:
            return web.Response(status=422, text=f"no behaviour {behaviour!r}; one of {', '.join(BEHAVIOURS)}\n")
        self.behave(request.match_info["model"], behaviour)
        return web.Response(status=204)

    async def _models(self, _request: web.Request) -> web.Response:
        self.connected += 1
        return web.json_response({"object": "list", "data": [{"id": f"{PREFIX}{name}"} for name in BEHAVIOURS]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.read())
            model, messages = str(body["model"]), list(body["messages"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": {"message": "not a chat completion request"}}, status=400)
        self.count += 1
        self.requests = [*self.requests[-self.keep + 1 :], body] if self.keep else []
        moves = BEHAVIOURS[self._behaviour(model)](messages)
        if isinstance(moves[0], Mute):
            await asyncio.sleep(FOREVER)
        if isinstance(moves[0], Status):
            return web.json_response({"error": {"message": "as asked"}}, status=moves[0].status)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        try:
            async for event in events(moves, self.pace):
                if event is None:
                    if request.transport is not None:
                        request.transport.close()
                    return response
                await response.write(event)
            await response.write_eof()
        except ConnectionError:  # whoever asked has lost interest
            pass
        return response
