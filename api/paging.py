"""Cursor pagination: pages by (time, id), newest first; a cursor is opaque to the client."""

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel

from api.problems import Problem


class Position(BaseModel):
    """Where a page ended."""

    at: datetime
    id: UUID


class Paging(BaseModel):
    """What page a client asks for."""

    after: Position | None
    limit: int


def encode(at: datetime, row_id: UUID) -> str:
    """The cursor behind a row."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(row_id)]).encode()).decode().rstrip("=")


def _decode(cursor: str) -> Position:
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return Position(at=at, id=row_id)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise Problem(422, "invalid-request", "cursor: not one that this API gave out") from error


def paging(
    cursor: Annotated[str | None, Query(max_length=300, description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Paging:
    """Query parameters of every list."""
    return Paging(after=_decode(cursor) if cursor else None, limit=limit)


Page = Annotated[Paging, Depends(paging)]
