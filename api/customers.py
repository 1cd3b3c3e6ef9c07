"""Customers: kept in step with the bank's own records by `external_id`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from api.auth import Operator, Viewer
from api.paging import Page, encode
from api.problems import Problem, responses
from archer.store.customers import Consent, Customer, find_customer, get_customer, standing_restrictions
from archer.store.decisions import audit
from archer.store.dial_facts import CustomerFlags
from archer.work import Work, work

router = APIRouter(prefix="/customers", tags=["customers"])

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00]*$")]
E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Money = Annotated[
    Decimal,
    Field(max_digits=12, decimal_places=2, allow_inf_nan=False, examples=["412.35"]),
    PlainSerializer(lambda value: f"{value:.2f}", return_type=str, when_used="json"),
]


def _readable(flags: dict[str, Any]) -> dict[str, Any]:
    try:
        CustomerFlags.model_validate(flags)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error
    return flags


Flags = Annotated[dict[str, Any], AfterValidator(_readable)]
"""Facts that rules ask for (`archer.store.dial_facts.CustomerFlags`), and whatever else the bank keeps there."""


class ReassignedAnswer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    result: Literal["no", "yes", "no_data"]
    queried_on: date


class NumberFacts(BaseModel):
    """What is known about the number; what is left out is looked up before the dial."""

    model_config = ConfigDict(extra="forbid")

    line_type: Literal["wireless", "landline", "voip", "unknown"] | None = None
    kind: Literal["personal", "work", "relative", "reference"] = "personal"
    reassigned: ReassignedAnswer | None = None


class ConsentIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["ai_voice", "sms", "recording"]
    source: Literal["application", "direct", "skip_trace", "caller_id", "third_party"]
    granted_at: AwareDatetime


class CustomerIn(BaseModel):
    """A customer's account as the bank knows it."""

    model_config = ConfigDict(extra="forbid")

    external_id: Annotated[Text, Field(max_length=100)]
    name: Annotated[Text, Field(max_length=200)]
    phone_number: E164
    email: Annotated[Text, Field(max_length=320)] | None = None
    account_last_4: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    postal_code: Annotated[Text, Field(max_length=12)]
    city: Annotated[Text, Field(max_length=100)] | None = None
    state: Annotated[Text, Field(max_length=8)] | None = None
    country: Literal["US", "CA"] = "US"
    timezone: Annotated[Text, Field(max_length=64)] | None = None
    language: Annotated[Text, Field(max_length=8)] = "en"
    balance: Money
    days_overdue: Annotated[int, Field(ge=0, le=36500)] = 0
    due_date: date | None = None
    segment: Annotated[Text, Field(max_length=32)] = "standard"
    flags: Flags = {}
    consents: Annotated[list[ConsentIn], Field(max_length=50)] = []
    number: NumberFacts | None = None


class ConsentOut(BaseModel):
    kind: str
    source: str
    granted_at: datetime
    revoked_at: datetime | None


class RestrictionOut(BaseModel):
    id: UUID
    kind: str
    source: str
    call_id: UUID | None
    created_at: datetime


class CustomerOut(BaseModel):
    id: UUID
    external_id: str
    name: str
    phone_number: str
    email: str | None
    account_last_4: str
    postal_code: str
    city: str | None
    state: str | None
    country: str
    timezone: str | None
    language: str
    balance: Money
    balance_as_of: datetime
    days_overdue: int
    due_date: date | None
    segment: str
    flags: dict[str, Any]
    number: NumberFacts
    created_at: datetime
    updated_at: datetime


class CustomerDetail(CustomerOut):
    consents: list[ConsentOut]
    restrictions: list[RestrictionOut]


class CustomerPage(BaseModel):
    items: list[CustomerOut]
    next_cursor: str | None


def _number(row: Customer) -> NumberFacts:
    answer = None
    if row.reassigned_result and row.reassigned_queried_on:
        answer = ReassignedAnswer.model_validate(
            {"result": row.reassigned_result, "queried_on": row.reassigned_queried_on}
        )
    return NumberFacts.model_validate({"line_type": row.line_type, "kind": row.number_kind, "reassigned": answer})


def _fields(row: Customer) -> dict[str, Any]:
    names = set(CustomerOut.model_fields) - {"number"}
    return {name: getattr(row, name) for name in names} | {"number": _number(row)}


async def detail(unit: Work, row: Customer) -> CustomerDetail:
    """A customer with consents and what stands against calling."""
    consents = (await unit.session.execute(select(Consent).where(Consent.customer_id == row.id))).scalars()
    restrictions = await standing_restrictions(unit.session, row)
    return CustomerDetail.model_validate(
        {
            **_fields(row),
            "consents": [ConsentOut.model_validate(c, from_attributes=True) for c in consents],
            "restrictions": [RestrictionOut.model_validate(r, from_attributes=True) for r in restrictions],
        }
    )


def _values(body: CustomerIn) -> dict[str, Any]:
    values = body.model_dump(exclude={"consents", "number"})
    if body.number is not None:
        values |= {"line_type": body.number.line_type, "number_kind": body.number.kind}
        answer = body.number.reassigned
        values |= {
            "reassigned_result": answer.result if answer else None,
            "reassigned_queried_on": answer.queried_on if answer else None,
        }
    return values


@router.post(
    "",
    status_code=201,
    response_model=CustomerDetail,
    responses={**responses(401, 403, 409, 422), 200: {"model": CustomerDetail, "description": "updated"}},
)
async def put_customer(body: CustomerIn, who: Operator, response: Response) -> CustomerDetail:
    """Create a customer (201), or update the one with this `external_id` (200)."""
    async with work(who.organization_id) as unit:
        values = _values(body)
        inserted = await unit.session.execute(
            insert(Customer)
            .values(
                organization_id=who.organization_id,
                balance_as_of=unit.now,
                created_at=unit.now,
                updated_at=unit.now,
                **values,
            )
            .on_conflict_do_nothing(index_elements=["organization_id", "external_id"])
            .returning(Customer.id)
        )
        created = inserted.scalar_one_or_none() is not None
        row = await find_customer(unit.session, body.external_id)
        if row is None:
            raise Problem(409, "conflict", "the customer was removed meanwhile; send the request again")
        if not created:
            if row.phone_number != body.phone_number and body.number is None:
                # What was known about the old number says nothing about the new one.
                values |= {"line_type": None, "reassigned_result": None, "reassigned_queried_on": None}
            for name, value in values.items():
                setattr(row, name, value)
            row.balance_as_of = row.updated_at = unit.now
        for consent in body.consents:
            await unit.session.execute(
                insert(Consent)
                .values(
                    organization_id=who.organization_id,
                    customer_id=row.id,
                    created_at=unit.now,
                    **consent.model_dump(),
                )
                .on_conflict_do_nothing()
            )
        action = "customer.created" if created else "customer.updated"
        await audit(
            unit.session, who.organization_id, at=unit.now, actor=who.name, action=action, subject=f"customer:{row.id}"
        )
        await unit.session.flush()
        response.status_code = 201 if created else 200
        return await detail(unit, row)


@router.get("", response_model=CustomerPage, responses=responses(401, 403, 422))
async def list_customers(who: Viewer, page: Page, external_id: str | None = None) -> CustomerPage:
    """Customers, newest first."""
    async with work(who.organization_id) as unit:
        query = select(Customer).order_by(Customer.created_at.desc(), Customer.id.desc()).limit(page.limit + 1)
        if external_id is not None:
            query = query.where(Customer.external_id == external_id.replace("\x00", ""))
        if page.after:
            query = query.where(tuple_(Customer.created_at, Customer.id) < (page.after.at, page.after.id))
        rows = list((await unit.session.execute(query)).scalars())
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    return CustomerPage.model_validate(
        {
            "items": [_fields(row) for row in rows],
            "next_cursor": encode(rows[-1].created_at, rows[-1].id) if more else None,
        }
    )


@router.get("/{customer_id}", response_model=CustomerDetail, responses=responses(401, 403, 404, 422))
async def read_customer(customer_id: UUID, who: Viewer) -> CustomerDetail:
    """One customer with consents and restrictions."""
    async with work(who.organization_id) as unit:
        row = await get_customer(unit.session, customer_id)
        if row is None:
            raise Problem(404, "not-found", f"no customer {customer_id}")
        return await detail(unit, row)
