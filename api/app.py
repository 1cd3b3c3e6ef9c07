"""Build the API: every resource under /api/v1, documents under /api, errors as problem+json."""

import gc
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import (
    agent,
    audit,
    calls,
    campaigns,
    carrier_voice,
    consents,
    customers,
    do_not_call,
    evidence,
    gate,
    health,
    organization,
    pay,
    problems,
    prompts,
    realtime,
    restrictions,
    resume,
    retention,
    tactics,
    twilio,
)
from archer.work import outbox_sent

_GC_THRESHOLDS = (5_000, 5, 5)
MAX_BODY_BYTES = 1_000_000
LARGER_BODIES = {
    "/api/v1/do-not-call/imports": 12_000_000,
    "/api/v1/compliance/simulations": 4_000_000,
    "/api/v1/campaigns/*/members": 4_000_000,
}
"""Paths that take more: lists of 100,000 lines, and of 10,000 customers."""
_ROUTERS = (
    customers.router,
    consents.router,
    restrictions.router,
    do_not_call.router,
    gate.router,
    calls.router,
    campaigns.router,
    evidence.router,
    audit.router,
    retention.router,
    tactics.router,
    prompts.router,
    organization.router,
    twilio.router,
    resume.router,
    carrier_voice.router,
    agent.router,
    realtime.router,
    health.router,
    pay.router,
)


class _LimitBody:
    """Refuse requests whose body is larger than their path may take, whatever they declare."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"].rstrip("/"))
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await _refuse(send, limit)
            return
        first = await receive()
        taken = len(first.get("body", b""))
        if taken > limit:
            await _refuse(send, limit)
            return
        pending: list[Message] = [first]

        async def counted() -> Message:
            nonlocal taken
            if pending:
                return pending.pop()
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise problems.Problem(413, "too-large", _too_large(limit))
            return message

        await self._app(scope, counted, send)


def _limit(path: str) -> int:
    return next((size for pattern, size in LARGER_BODIES.items() if fnmatchcase(path, pattern)), MAX_BODY_BYTES)


def _too_large(limit: int) -> str:
    return f"the body is larger than {limit} bytes"


async def _refuse(send: Send, limit: int) -> None:
    body = json.dumps(problems.document(413, "too-large", _too_large(limit))).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def _life(_app: FastAPI) -> AsyncIterator[None]:
    """While requests are served: what was loaded is not looked through for garbage again and again, in the middle of a
    call; a request leaves next to no cycles behind. At the end what was committed is sent, as far as it can be."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    yield
    await outbox_sent()


def build() -> FastAPI:
    """The FastAPI app that the Functions app serves."""
    app = FastAPI(
        title="Archer",
        version="1.0.0",
        summary="Account-management and collections calls by an AI voice, with a reason for every dial and sentence",
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        lifespan=_life,
    )
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.add_middleware(_LimitBody)
    app.add_middleware(problems.LastResort)
    return app
