"""The do-not-call list: import numbers, see what was imported. Single numbers: `POST /restrictions`."""

import asyncio
import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import select, tuple_

from api.auth import Operator, Viewer
from api.consents import StoppedOut
from api.paging import Page, encode
from api.problems import Problem, responses
from archer.do_not_call import MAX_LINES, Imported, Line, UnreadableList, import_list, parse
from archer.store.do_not_call import DoNotCallImport
from archer.work import work

router = APIRouter(prefix="/do-not-call", tags=["consents and restrictions"])
_CSV: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"UTF-8, up to {MAX_LINES:,} lines: a CSV whose header names a column `phone_number` (or phone, "
        "number, e164 …), or one number a line. Numbers without a country code are North American.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


class LineOut(BaseModel):
    line: int
    result: Literal["accepted", "duplicate", "invalid"]
    number: str | None
    reason: str | None


class ImportSummary(BaseModel):
    id: UUID
    at: datetime
    by: str
    sha256: str
    lines: int
    accepted: int
    duplicate: int
    invalid: int


class ImportReport(BaseModel):
    id: UUID
    lines: int
    accepted: int
    duplicate: int
    invalid: int
    stopped: StoppedOut
    report: list[LineOut]


class ImportPage(BaseModel):
    items: list[ImportSummary]
    next_cursor: str | None


def _line(line: Line) -> dict[str, Any]:
    return {"line": line.line, "result": line.result, "number": line.number, "reason": line.reason}


def _report(done: Imported, shown: str) -> bytes:
    lines = [line for line in done.lines if shown == "all" or (shown == "problems" and line.result != "accepted")]
    body = {
        "id": str(done.id),
        "lines": len(done.lines),
        "accepted": done.count("accepted"),
        "duplicate": done.count("duplicate"),
        "invalid": done.count("invalid"),
        "stopped": done.stopped.plain(),
        "report": [_line(line) for line in lines],
    }
    return json.dumps(body).encode()


@router.post(
    "/imports",
    response_model=ImportReport,
    responses=responses(401, 403, 413, 415, 422),
    openapi_extra=_CSV,
)
async def import_numbers(
    request: Request,
    who: Operator,
    report: Annotated[Literal["all", "problems", "none"], Query(description="which lines to report")] = "all",
) -> Response:
    """Put numbers on the do-not-call list; queued calls to them stop at once. The same list again changes nothing."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("text/csv", "text/plain", "application/csv"):
        raise Problem(415, "unsupported-media-type", "send the list as text/csv")
    content = await request.body()
    try:
        lines = await asyncio.to_thread(parse, content)
    except UnreadableList as error:
        raise Problem(422, "invalid-request", str(error)) from error
    async with work(who.organization_id) as unit:
        done = await import_list(unit, content, lines, actor=who.name)
    return Response(await asyncio.to_thread(_report, done, report), media_type="application/json")


@router.get("/imports", response_model=ImportPage, responses=responses(401, 403, 422))
async def list_imports(who: Viewer, page: Page) -> ImportPage:
    """Imports, newest first. The numbers themselves: `GET /restrictions?kind=do_not_call`."""
    query = select(DoNotCallImport).order_by(DoNotCallImport.at.desc(), DoNotCallImport.id.desc()).limit(page.limit + 1)
    if page.after:
        query = query.where(tuple_(DoNotCallImport.at, DoNotCallImport.id) < (page.after.at, page.after.id))
    async with work(who.organization_id) as unit:
        rows = list((await unit.session.execute(query)).scalars())
    more, rows = len(rows) > page.limit, rows[: page.limit]
    return ImportPage(
        items=[ImportSummary.model_validate(row, from_attributes=True) for row in rows],
        next_cursor=encode(rows[-1].at, rows[-1].id) if more else None,
    )
