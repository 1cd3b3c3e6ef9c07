"""`Idempotency-Key` on POSTs that act: the same key and body are answered the same and act once."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.auth import Principal
from api.problems import Problem
from archer.store.idempotency import KeyReused, claim, remember, request_hash
from archer.work import Work, work

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
Act = Callable[[Work], Awaitable[tuple[int, dict[str, Any]]]]
"""What a request does within one piece of work; gives the status and the body of the answer."""


async def act_once(who: Principal, route: str, key: str | None, body: BaseModel, act: Act) -> JSONResponse:
    """Act and answer, or answer as this key was answered before. Raises Problem when the body differs from then."""
    async with work(who.organization_id) as unit:
        status, answer = await _answer(unit, who, route, key, body, act)
    media_type = "application/json" if status < 400 else "application/problem+json"
    return JSONResponse(answer, status, media_type=media_type)


async def _answer(
    unit: Work, who: Principal, route: str, key: str | None, body: BaseModel, act: Act
) -> tuple[int, dict[str, Any]]:
    if key is None:
        return await act(unit)
    hashed = request_hash(body.model_dump(mode="json"))
    try:
        before = await claim(unit.session, who.organization_id, route, key, hashed)
    except KeyReused as error:
        raise Problem(409, "idempotency-key-reused", "this Idempotency-Key was used with another body") from error
    if before is not None and before.body is not None and before.status is not None:
        return before.status, before.body
    status, answer = await act(unit)
    await remember(unit.session, who.organization_id, route, key, status=status, body=answer)
    return status, answer
