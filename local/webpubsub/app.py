"""The service put together: health, REST with token checks, WebSocket clients."""

import re
from collections.abc import Awaitable, Callable, Collection

from aiohttp import web

from local.webpubsub.clients import ClientEndpoint
from local.webpubsub.connection import Limits
from local.webpubsub.hub import Registry
from local.webpubsub.rest import RestEndpoint, bad_request
from local.webpubsub.tokens import Authority, TokenError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HUB_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_`,.\[\]]{0,127}")
REGISTRY: web.AppKey[Registry] = web.AppKey("registry", Registry)


def create_app(access_key: str, hubs: Collection[str] | None = None, limits: Limits | None = None) -> web.Application:
    """The service as an aiohttp application.

    `access_key` is that of the connection string (at least 32 bytes, ValueError else); `hubs` are the hubs that
    exist, any name when None.
    """
    authority, registry, limits = Authority(access_key), Registry(), limits or Limits()
    known = None if hubs is None else {hub.lower() for hub in hubs}

    @web.middleware
    async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
        hub = request.match_info.get("hub")
        if hub is None:
            return await handler(request)
        if not HUB_NAME.fullmatch(hub):
            raise bad_request(f"{hub!r} is not a hub name")
        if request.path.startswith("/api/"):
            try:
                authority.check_rest(request)
            except TokenError as error:
                raise web.HTTPUnauthorized(text=str(error)) from error
            if "api-version" not in request.query:
                raise bad_request("api-version is missing from the query")
        if known is not None and hub.lower() not in known:
            raise web.HTTPNotFound(text=f"There is no hub {hub}")
        return await handler(request)

    async def end_all(_: web.Application) -> None:
        for connection in registry.all():
            connection.end("The service is shutting down", code=1001)

    app = web.Application(middlewares=[admit], client_max_size=limits.message_bytes)
    app[REGISTRY] = registry
    app.router.add_get("/api/health", _health)
    app.router.add_get("/client/hubs/{hub}", ClientEndpoint(authority, registry, limits).handle)
    app.router.add_routes(RestEndpoint(authority, registry).routes())
    app.on_shutdown.append(end_all)
    return app


async def _health(_: web.Request) -> web.Response:
    return web.Response()
