"""Build the API: every resource under /api/v1, documents under /api, errors as problem+json."""

import json

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import agent, calls, customers, health, pay, problems, realtime, twilio

MAX_BODY_BYTES = 1_000_000
_ROUTERS = (customers.router, calls.router, twilio.router, agent.router, realtime.router, health.router, pay.router)


class _LimitBody:
    """Refuse requests whose body is larger than MAX_BODY_BYTES, whatever they declare."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > MAX_BODY_BYTES:
            await _refuse(send)
            return
        first = await receive()
        if len(first.get("body", b"")) > MAX_BODY_BYTES:
            await _refuse(send)
            return
        pending: list[Message] = [first]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)


async def _refuse(send: Send) -> None:
    body = json.dumps(problems.document(413, "too-large", f"the body is larger than {MAX_BODY_BYTES} bytes")).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def build() -> FastAPI:
    """The FastAPI app that the Functions app serves."""
    app = FastAPI(
        title="Archer",
        version="1.0.0",
        summary="Account-management and collections calls by an AI voice, with a reason for every dial and sentence",
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
    )
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.add_middleware(_LimitBody)
    return app
