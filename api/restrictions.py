"""Restrictions on contact: of a customer, of a number; inconvenient times; lifted by a person with a reason.

A restriction acts in the request that adds it: queued calls are cancelled, ringing ones dropped, callbacks cancelled.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select, tuple_

from api.auth import Admin, Operator, Viewer
from api.consents import Reason, StoppedOut, need_customer
from api.customers import E164, Text
from api.paging import Page, encode
from api.problems import Problem, responses
from archer.compliance.facts import InconvenientTime
from archer.restricting import Restricted, lift, restrict, restrict_number
from archer.store.customers import Restriction, RestrictionKind, standing_restrictions
from archer.store.decisions import audit
from archer.store.erasure import ErasureRequest
from archer.work import Work, work

router = APIRouter(tags=["consents and restrictions"])

Kind = Literal[
    "cease",
    "phone_opt_out",
    "ai_opt_out",
    "attorney",
    "bankruptcy",
    "deceased",
    "identity_theft",
    "dispute",
    "wrong_number",
    "third_party",
    "military",
    "do_not_record",
    "inconvenient_time",
    "work_number",
    "language",
    "already_paid",
    "hardship",
    "do_not_call",
    "sms_opt_out",
]
"""What may be put on a customer; `erasure` comes with an erasure request alone."""


class RestrictionIn(BaseModel):
    """A right that was invoked or a fact that limits contact, as a person heard or read it."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    reason: Reason | None = None
    """The customer's words, or where it is from. Card numbers and the like are taken out."""
    windows: Annotated[list[InconvenientTime], Field(max_length=50)] = []
    """With `inconvenient_time`: when not to call, local time. Without windows they are read from `reason`; where that
    fails, no hour counts as convenient until a person lifts it."""
    dispute: Literal["written", "oral"] | None = None
    language: Annotated[Text, Field(max_length=8)] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "RestrictionIn":
        for field, kinds in (("windows", {"inconvenient_time"}), ("dispute", {"dispute", "already_paid"})):
            if getattr(self, field) and self.kind not in kinds:
                raise ValueError(f"{field}: only with kind {' or '.join(sorted(kinds))}")
        if self.language and self.kind != "language":
            raise ValueError("language: only with kind language")
        return self

    def details(self) -> dict[str, Any]:
        """As they are stored."""
        found: dict[str, Any] = {"reason": self.reason} if self.reason else {}
        if self.windows:
            found["windows"] = [window.model_dump(by_alias=True) for window in self.windows]
        if self.dispute:
            found["kind"] = self.dispute
        return found | ({"language": self.language} if self.language else {})


class NumberRestrictionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phone_number: E164
    kind: Literal["do_not_call", "wrong_number", "sms_opt_out"]
    reason: Reason | None = None


class InconvenientTimesIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    windows: Annotated[list[InconvenientTime], Field(max_length=50)] = []
    said: Reason | None = None
    """The customer's words, like "never before noon": read when there are no windows."""

    @model_validator(mode="after")
    def _something(self) -> "InconvenientTimesIn":
        if not self.windows and not self.said:
            raise ValueError("give windows or what was said")
        return self


class Lift(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason
    """Who said what: it is kept with the name of the key."""


class DisputeResponse(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sent_at: AwareDatetime
    reason: Reason


class RestrictionDetail(BaseModel):
    id: UUID
    customer_id: UUID | None
    phone_number: str | None
    call_id: UUID | None
    kind: str
    source: str
    details: dict[str, Any]
    created_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None


class RestrictionAdded(BaseModel):
    restriction: RestrictionDetail
    stopped: StoppedOut


class RestrictionPage(BaseModel):
    items: list[RestrictionDetail]
    next_cursor: str | None


class RestrictionList(BaseModel):
    items: list[RestrictionDetail]


class InconvenientTimes(BaseModel):
    restriction_id: UUID
    windows: list[InconvenientTime]
    needs_review: bool
    """What was said could not be read; until a person lifts this, no hour counts as convenient."""
    created_at: datetime


class InconvenientTimesList(BaseModel):
    items: list[InconvenientTimes]


_ADDED: dict[int | str, dict[str, Any]] = {200: {"model": RestrictionAdded, "description": "it stood already"}}


def _out(row: Restriction) -> RestrictionDetail:
    return RestrictionDetail.model_validate(row, from_attributes=True)


def _added(done: Restricted, response: Response) -> RestrictionAdded:
    response.status_code = 200 if done.repeated else 201
    return RestrictionAdded(restriction=_out(done.row), stopped=StoppedOut(**done.stopped.plain()))


def _times(row: Restriction) -> InconvenientTimes:
    windows = [InconvenientTime.model_validate(window) for window in row.details.get("windows", [])]
    return InconvenientTimes(
        restriction_id=row.id, windows=windows, needs_review=not windows, created_at=row.created_at
    )


@router.post(
    "/customers/{customer_id}/restrictions",
    status_code=201,
    response_model=RestrictionAdded,
    responses={**responses(401, 403, 404, 422), **_ADDED},
)
async def add_restriction(
    customer_id: UUID, body: RestrictionIn, who: Operator, response: Response
) -> RestrictionAdded:
    """Restrict contact with a customer, for the whole organization at once. The same again changes nothing (200)."""
    async with work(who.organization_id) as unit:
        customer = await need_customer(unit, customer_id)
        return _added(
            await restrict(unit, customer, body.kind, source="operator", actor=who.name, details=body.details()),
            response,
        )


@router.get(
    "/customers/{customer_id}/restrictions", response_model=RestrictionList, responses=responses(401, 403, 404, 422)
)
async def list_customer_restrictions(customer_id: UUID, who: Viewer, include_lifted: bool = False) -> RestrictionList:
    """What stands against contact with this person or the number; on request what was lifted as well."""
    async with work(who.organization_id) as unit:
        customer = await need_customer(unit, customer_id)
        rows = await standing_restrictions(unit.session, customer)
        if include_lifted:
            lifted = await unit.session.execute(
                select(Restriction)
                .where(Restriction.customer_id == customer.id, Restriction.lifted_at.is_not(None))
                .order_by(Restriction.created_at.desc(), Restriction.id)
            )
            rows += lifted.scalars()
        return RestrictionList(items=[_out(row) for row in rows])


@router.post(
    "/customers/{customer_id}/inconvenient-times",
    status_code=201,
    response_model=InconvenientTimes,
    responses={**responses(401, 403, 404, 422), 200: {"model": InconvenientTimes, "description": "it stood already"}},
)
async def add_inconvenient_times(
    customer_id: UUID, body: InconvenientTimesIn, who: Operator, response: Response
) -> InconvenientTimes:
    """Keep when a customer does not want to be called (P-09). Lift the restriction to end it."""
    details: dict[str, Any] = {"said": body.said} if body.said else {}
    if body.windows:
        details["windows"] = [window.model_dump(by_alias=True) for window in body.windows]
    async with work(who.organization_id) as unit:
        customer = await need_customer(unit, customer_id)
        done = await restrict(unit, customer, "inconvenient_time", source="operator", actor=who.name, details=details)
        response.status_code = 200 if done.repeated else 201
        return _times(done.row)


@router.get(
    "/customers/{customer_id}/inconvenient-times",
    response_model=InconvenientTimesList,
    responses=responses(401, 403, 404, 422),
)
async def list_inconvenient_times(customer_id: UUID, who: Viewer) -> InconvenientTimesList:
    """When a customer does not want to be called, newest first."""
    async with work(who.organization_id) as unit:
        customer = await need_customer(unit, customer_id)
        rows = await standing_restrictions(unit.session, customer)
        return InconvenientTimesList(items=[_times(row) for row in rows if row.kind == "inconvenient_time"])


@router.post(
    "/restrictions",
    status_code=201,
    response_model=RestrictionAdded,
    responses={**responses(401, 403, 422), **_ADDED},
)
async def restrict_a_number(body: NumberRestrictionIn, who: Operator, response: Response) -> RestrictionAdded:
    """Restrict contact with a number, whoever has it."""
    details = {"reason": body.reason} if body.reason else {}
    async with work(who.organization_id) as unit:
        return _added(
            await restrict_number(
                unit, body.phone_number, body.kind, source="operator", actor=who.name, details=details
            ),
            response,
        )


@router.get("/restrictions", response_model=RestrictionPage, responses=responses(401, 403, 422))
async def list_restrictions(
    who: Viewer,
    page: Page,
    kind: RestrictionKind | None = None,
    standing: Annotated[bool | None, Query(description="true: in force; false: lifted")] = None,
    phone_number: E164 | None = None,
) -> RestrictionPage:
    """Restrictions of the organization, newest first. `kind=dispute&standing=true` are the open dispute cases."""
    query = select(Restriction).order_by(Restriction.created_at.desc(), Restriction.id.desc()).limit(page.limit + 1)
    if kind:
        query = query.where(Restriction.kind == kind)
    if standing is not None:
        query = query.where(Restriction.lifted_at.is_(None) if standing else Restriction.lifted_at.is_not(None))
    if phone_number:
        query = query.where(Restriction.phone_number == phone_number)
    if page.after:
        query = query.where(tuple_(Restriction.created_at, Restriction.id) < (page.after.at, page.after.id))
    async with work(who.organization_id) as unit:
        rows = list((await unit.session.execute(query)).scalars())
    more, rows = len(rows) > page.limit, rows[: page.limit]
    return RestrictionPage(
        items=[_out(row) for row in rows], next_cursor=encode(rows[-1].created_at, rows[-1].id) if more else None
    )


async def _standing(unit: Work, restriction_id: UUID) -> Restriction:
    row = await unit.session.get(Restriction, restriction_id, with_for_update=True)
    if row is None:
        raise Problem(404, "not-found", f"no restriction {restriction_id}")
    if row.lifted_at is not None:
        raise Problem(409, "conflict", f"restriction {restriction_id} was lifted already")
    return row


@router.post(
    "/restrictions/{restriction_id}/lift",
    response_model=RestrictionDetail,
    responses=responses(401, 403, 404, 409, 422),
)
async def lift_restriction(restriction_id: UUID, body: Lift, who: Admin) -> RestrictionDetail:
    """End a restriction, with the reason; consents that it revoked stay revoked until they are given anew."""
    async with work(who.organization_id) as unit:
        row = await _standing(unit, restriction_id)
        if row.kind == "erasure":
            open_request = await unit.session.execute(
                select(ErasureRequest.id).where(
                    ErasureRequest.customer_id == row.customer_id, ErasureRequest.status == "restricted"
                )
            )
            if open_request.scalar_one_or_none() is not None:
                raise Problem(409, "conflict", "the customer's erasure request is open; it holds this restriction")
        await lift(unit, row, actor=who.name, reason=body.reason)
        return _out(row)


@router.post(
    "/restrictions/{restriction_id}/response",
    response_model=RestrictionDetail,
    responses=responses(401, 403, 404, 409, 422),
)
async def dispute_answered(restriction_id: UUID, body: DisputeResponse, who: Admin) -> RestrictionDetail:
    """The response to a dispute was sent (P-19): collection may go on; the dispute stays on record."""
    async with work(who.organization_id) as unit:
        row = await _standing(unit, restriction_id)
        if row.kind not in ("dispute", "already_paid"):
            raise Problem(409, "conflict", f"restriction {restriction_id} is no dispute: {row.kind}")
        row.details = {**row.details, "response_sent": True, "response_sent_at": body.sent_at.isoformat()}
        await audit(
            unit.session,
            unit.organization_id,
            at=unit.now,
            actor=who.name,
            action="dispute.answered",
            subject=f"customer:{row.customer_id}",
            details={"restriction_id": str(row.id), "sent_at": body.sent_at.isoformat(), "reason": body.reason},
        )
        return _out(row)
