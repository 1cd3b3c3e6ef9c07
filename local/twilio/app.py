"""The web application of the stand-in: authentication, failures on purpose, errors in Twilio's form."""

import asyncio
import base64
import binascii
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from local.twilio import hooks, rest, rest_messages
from local.twilio.carrier import Carrier, CarrierConfig
from local.twilio.errors import TwilioError
from local.twilio.rest import CARRIER

_POLL_SECONDS = 0.05
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(config: CarrierConfig) -> web.Application:
    """The stand-in, ready to be served."""
    app = web.Application(middlewares=[hooks.only_from_here, _speaks_twilio, _fails_on_purpose])
    app[CARRIER] = Carrier(config)
    app.add_routes([web.get("/health", health), *rest.routes(), *rest_messages.routes(), *hooks.routes()])
    app.cleanup_ctx.append(_closed_at_the_end)
    return app


async def health(request: web.Request) -> web.Response:
    """Whether the stand-in answers, and how many calls it carries."""
    calls = request.app[CARRIER].calls.values()
    return web.json_response({"status": "ok", "calls": sum(not call.over for call in calls)})


async def _closed_at_the_end(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[CARRIER].close()


def _is_rest(request: web.Request) -> bool:
    return request.path.startswith(("/2010-04-01/", "/v2/"))


@web.middleware
async def _speaks_twilio(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check who asks, and word every refusal as Twilio does."""
    try:
        if _is_rest(request):
            _authenticate(request)
        return await handler(request)
    except TwilioError as error:
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else None
        return web.json_response(error.body(), status=error.status, headers=headers)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        if not _is_rest(request):
            raise
        refusal = TwilioError(20404 if error.status == 404 else 20004, request.path)
        return web.json_response(refusal.body(), status=refusal.status)


def _authenticate(request: web.Request) -> None:
    config = request.app[CARRIER].config
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TwilioError(20003) from None
    known = hmac.compare_digest(user.encode(), config.account_sid.encode())
    if scheme.lower() != "basic" or not known or not hmac.compare_digest(password.encode(), config.auth_token.encode()):
        raise TwilioError(20003)
    if request.match_info.get("account", config.account_sid) != config.account_sid:
        raise TwilioError(20404, request.path)


@web.middleware
async def _fails_on_purpose(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Carry out the faults of `/_test/faults` that concern REST."""
    fault = request.app[CARRIER].faults.next_rest_fault(request.method, request.path) if _is_rest(request) else None
    if fault is None:
        return await handler(request)
    if fault.effect == "error":
        raise TwilioError(fault.code)
    response = await handler(request)
    if fault.effect == "cut" and request.transport is not None:
        request.transport.abort()
    else:
        while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - no event for it
            await asyncio.sleep(_POLL_SECONDS)
    return response
