"""Errors as `application/problem+json` (RFC 9457): a stable `type`, what was wrong, what to do."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archer.failures import where

_LOG = logging.getLogger(__name__)
_TYPES = "https://archer.dev/problems/"
_TITLES = {
    400: "bad-request",
    401: "not-authenticated",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
    429: "too-many-requests",
    503: "unavailable",
}


class Problem(Exception):
    """Raise to answer with a problem document."""

    def __init__(
        self, status: int, kind: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers
        self.members = members


def document(status: int, kind: str, detail: str, **members: Any) -> dict[str, Any]:
    """The members of a problem document."""
    title = kind.replace("-", " ").capitalize()
    return {"type": _TYPES + kind, "title": title, "status": status, "detail": detail, **members}


def _answer(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of this app in this form."""

    @app.exception_handler(Problem)
    async def on_problem(_: Request, problem: Problem) -> JSONResponse:
        return _answer(
            problem.status, document(problem.status, problem.kind, problem.detail, **problem.members), problem.headers
        )

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # The offending input is left out: it may be a customer's data.
        errors = [
            {"where": ".".join(str(part) for part in item["loc"]), "what": item["msg"]} for item in error.errors()
        ]
        detail = "; ".join(f"{item['where']}: {item['what']}" for item in errors[:5])
        return _answer(422, document(422, "invalid-request", detail, errors=errors))

    @app.exception_handler(DataError)
    async def on_unstorable(_: Request, __: DataError) -> JSONResponse:
        detail = "a value is out of range or holds a character that cannot be stored (U+0000)"
        return _answer(422, document(422, "invalid-request", detail))

    @app.exception_handler(InterfaceError)
    @app.exception_handler(OperationalError)
    @app.exception_handler(PoolTimeout)
    async def on_database_away(_: Request, error: Exception) -> JSONResponse:
        _LOG.warning("the database did not answer: %s", where(error))
        detail = "the database is busy or away; send the same request again (a POST with the same Idempotency-Key)"
        return _answer(503, document(503, "unavailable", detail), {"Retry-After": "1"})

    @app.exception_handler(IntegrityError)
    async def on_conflict(_: Request, error: IntegrityError) -> JSONResponse:
        _LOG.warning("two requests at once: %s", where(error))
        return _answer(409, document(409, "conflict", "another request changed the same thing; send it again"))

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> JSONResponse:
        kind = _TITLES.get(error.status_code, "error")
        headers = dict(error.headers) if error.headers else None
        return _answer(error.status_code, document(error.status_code, kind, str(error.detail)), headers)


class LastResort:
    """Answer what nothing else has answered: a fault of ours, named in the log by its place and never by its text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            _LOG.error("a request failed: %s", where(error))
            if begun or scope["type"] != "http":
                raise
            body = document(500, "internal-error", "something went wrong here; the log says where")
            await _answer(500, body)(scope, receive, send)


PROBLEM_RESPONSE: dict[str, Any] = {
    "description": "The request was refused; `type` says why",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the problems that a route may answer."""
    return dict.fromkeys(statuses, PROBLEM_RESPONSE)
