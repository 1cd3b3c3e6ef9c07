"""The HTTP face of the host: HTTP triggers, the durable management API and the admin endpoints, as one ASGI app.

A request body is read whole and never logged. A wrong method is 404 and a function that raises is 500 with an empty
body, as on Azure.
"""

import hmac
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from azure.functions.meta import Datum
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.functions.durable.links import RPC, WEBHOOK
from local.functions.failures import log_failure
from local.functions.invocation import BoundFunction, Outcome, TraceContext
from local.functions.routes import Route
from local.functions.signatures import RETURN

if TYPE_CHECKING:
    from local.functions.host import Host

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
LOOPBACK = ("127.0.0.1", "::1")


class BodyTooLargeError(Exception):
    """The request body exceeds what host.json allows."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole request body; raises BodyTooLargeError beyond the limit, ConnectionError when the client left."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ConnectionError("the client left")
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False) and len(body) <= limit:
        return body
    parts, size = [body], len(body)
    while message.get("more_body", False) and size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("the client left")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    if size > limit:
        raise BodyTooLargeError
    return b"".join(parts)


def header_texts(scope: Scope) -> dict[str, str]:
    """Request headers by lower-case name; one sent several times has its values joined, as .NET joins them."""
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in scope["headers"]:
        name, value = name_bytes.decode("latin-1"), value_bytes.decode("latin-1")
        if name in headers:
            headers[name] += ("; " if name == "cookie" else ",") + value
        else:
            headers[name] = value
    return headers


def origin(scope: Scope, headers: dict[str, str]) -> str:
    """Scheme, host and port as the client sees them."""
    server = scope.get("server") or ("localhost", 80)
    return f"{scope['scheme']}://{headers.get('host') or f'{server[0]}:{server[1]}'}"


def request_datum(scope: Scope, headers: dict[str, str], parameters: dict[str, str], body: bytes) -> Datum:
    """A request as the official HTTP converter wants it."""
    query_string = scope["query_string"].decode("latin-1")
    raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query: dict[str, str] = {}
    for name, value in parse_qsl(query_string, keep_blank_values=True) if query_string else ():
        query[name] = f"{query[name]},{value}" if name in query else value
    value = {
        "method": Datum(scope["method"], "string"),
        "url": Datum(origin(scope, headers) + raw_path + (f"?{query_string}" if query_string else ""), "string"),
        "headers": {name: Datum(text, "string") for name, text in headers.items()},
        "query": {name: Datum(text, "string") for name, text in query.items()},
        "params": {name: Datum(text, "string") for name, text in parameters.items()},
        "body": Datum(body, "bytes"),
    }
    return Datum(value, "http")


async def respond(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
    """Send a whole response; its length is set when the headers do not."""
    if not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def respond_with(send: Send, datum: Datum | None) -> None:
    """Send what a function returned."""
    if datum is None:
        await respond(send, 204, [])
        return
    if datum.type != "http":
        await respond(send, 200, [(b"content-type", b"text/plain; charset=utf-8")], str(datum.value).encode())
        return
    value = datum.value
    headers = [
        (name.lower().encode("latin-1"), text.value.encode("latin-1"))
        for name, text in value["headers"].items()
        if name.lower() not in ("transfer-encoding", "content-length")
    ]
    for cookie in value["cookies"] or ():
        headers += [(b"set-cookie", morsel.OutputString().encode("latin-1")) for morsel in cookie.values()]
    await respond(send, int(value["status_code"].value), headers, value["body"].value)


class Frontend:
    """The ASGI app; `key` opens what is not anonymous, without one everything is open (as in Core Tools)."""

    def __init__(self, host: "Host", key: str | None) -> None:
        self._host, self._key = host, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope["path"]
        if path.startswith((WEBHOOK, RPC + "/")):
            await self._management(scope, receive, send)
        elif path.startswith("/admin/"):
            await (await self._admin(Request(scope, receive)))(scope, receive, send)
        elif (found := self._host.app.routes.find(scope["method"], path)) is None or found[0].function.disabled:
            await respond(send, 404, [])
        elif not self._host.serving:
            await respond(send, 503, [(b"retry-after", b"1")])
        else:
            await self._function(found[0], found[1], scope, receive, send)

    def _open(self, headers: dict[str, str], query_string: bytes, level: str = "function") -> bool:
        if self._key is None or level == "anonymous":
            return True
        given = headers.get("x-functions-key")
        if given is None:
            given = dict(parse_qsl(query_string.decode("latin-1"))).get("code", "")
        return hmac.compare_digest(given.encode(), self._key.encode())

    async def _function(
        self, route: Route, parameters: dict[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        headers = header_texts(scope)
        if not self._open(headers, scope["query_string"], route.level):
            await respond(send, 401, [])
            return
        try:
            body = await read_body(receive, self._host.options.max_body)
        except BodyTooLargeError:
            await respond(send, 413, [])
            return
        except ConnectionError:
            return
        trace = TraceContext(headers.get("traceparent"), headers.get("tracestate"))
        try:
            outcome = await self._host.call(
                route.function,
                request_datum(scope, headers, parameters, body),
                invocation_id=str(uuid.uuid4()),
                trace=trace,
            )
        except Exception as error:
            log_failure(route.function.name, error)
            await respond(send, 500, [])
            return
        await respond_with(send, _answer(route.function, outcome))

    async def _management(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = header_texts(scope), scope["path"]
        if path.startswith(WEBHOOK):
            allowed, below = self._open(headers, scope["query_string"]), path[len(WEBHOOK) :]
        else:
            peer = (scope.get("client") or ("", 0))[0]
            allowed, below = peer in LOOPBACK or peer == self._host.address, path[len(RPC) :]
        if not allowed:
            await respond(send, 401, [])
            return
        with self._host.work.running():
            response = await self._host.management.answer(
                Request(scope, receive), below, origin(scope, headers) + WEBHOOK
            )
        await response(scope, receive, send)

    async def _admin(self, request: Request) -> Response:
        path = request.url.path.rstrip("/")
        if path == "/admin/host/ping":
            return Response(status_code=200)
        if path == "/admin/host/status":
            return JSONResponse(self._host.status(), 200 if self._host.serving else 503)
        headers = header_texts(request.scope)
        if not self._open(headers, request.scope["query_string"], "admin"):
            return Response(status_code=401)
        name = path.removeprefix("/admin/functions/")
        if request.method == "POST" and name != path:
            started = self._host.run_out_of_turn(name)
            return Response(status_code=202 if started else 404)
        return Response(status_code=404)


def _answer(function: BoundFunction, outcome: Outcome) -> Datum | None:
    if outcome.returned is not None and function.bindings.get(RETURN) == "http":
        return outcome.returned
    for name, datum in outcome.outputs.items():
        if function.bindings[name] == "http":
            return datum
    return None
