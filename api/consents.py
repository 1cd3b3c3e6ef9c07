"""Consents of a customer: give, revoke, list. Revoking acts at once; what rested on the consent is stopped."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.auth import Operator, Viewer
from api.customers import Text
from api.problems import Problem, responses
from archer.compliance.redaction import redact
from archer.consents import consents_of, grant, revoke
from archer.store.customers import Consent, Customer, get_customer
from archer.store.organizations import ROLE_RANK
from archer.work import Work, work

router = APIRouter(prefix="/customers/{customer_id}", tags=["consents and restrictions"])

Reason = Annotated[
    Text,
    Field(max_length=300, description="for the record; no names, no account numbers"),
    AfterValidator(lambda text: redact(text).text[:300]),
]
"""Why; kept with who and when, card numbers and the like taken out."""
_SKEW = timedelta(minutes=5)


class ConsentGrant(BaseModel):
    """A consent as the customer gave it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["ai_voice", "sms", "recording"]
    source: Literal["application", "direct", "skip_trace", "caller_id", "third_party"]
    granted_at: AwareDatetime
    lift_revocation: bool = False
    """The customer consented anew after he had revoked: needs the role admin, source `direct` and a reason."""
    reason: Reason | None = None

    @model_validator(mode="after")
    def _lifting_is_explained(self) -> "ConsentGrant":
        if self.lift_revocation and (self.reason is None or self.source not in ("direct", "application")):
            raise ValueError(
                "lift_revocation needs a reason, and the customer's own word: source direct or application"
            )
        return self


class ConsentRevocation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason
    scope: Literal["ai_voice", "all", "sms", "recording"] | None = None
    """What ends: by default what the consent was for; `all` ends every call."""


class ConsentOut(BaseModel):
    id: UUID
    kind: str
    source: str
    granted_at: datetime
    revoked_at: datetime | None
    revocation_scope: str | None
    revoked_by: str | None
    revocation_lifted_at: datetime | None
    revocation_lifted_by: str | None


class StoppedOut(BaseModel):
    """What was under way to the person and is stopped."""

    calls: int
    hangups: int
    callbacks: int
    texts: int
    members: int
    """Memberships in campaigns that are skipped from now on."""


class ConsentRevoked(BaseModel):
    consent: ConsentOut
    stopped: StoppedOut


class ConsentList(BaseModel):
    items: list[ConsentOut]


def _out(row: Consent) -> ConsentOut:
    return ConsentOut.model_validate(row, from_attributes=True)


async def need_customer(unit: Work, customer_id: UUID) -> Customer:
    """The customer; raises Problem 404."""
    found = await get_customer(unit.session, customer_id)
    if found is None:
        raise Problem(404, "not-found", f"no customer {customer_id}")
    return found


@router.get("/consents", response_model=ConsentList, responses=responses(401, 403, 404, 422))
async def list_consents(customer_id: UUID, who: Viewer) -> ConsentList:
    """A customer's consents, the newest first, with their revocations."""
    async with work(who.organization_id) as unit:
        await need_customer(unit, customer_id)
        return ConsentList(items=[_out(row) for row in await consents_of(unit.session, customer_id)])


@router.post(
    "/consents",
    status_code=201,
    response_model=ConsentOut,
    responses={**responses(401, 403, 404, 422), 200: {"model": ConsentOut, "description": "it was known already"}},
)
async def grant_consent(customer_id: UUID, body: ConsentGrant, who: Operator, response: Response) -> ConsentOut:
    """Keep a consent (201), or answer the one that is known (200). A revocation stands unless it is lifted with it."""
    if body.lift_revocation and ROLE_RANK[who.role] < ROLE_RANK["admin"]:
        raise Problem(403, "not-allowed", f"lift_revocation needs the role admin; the key has {who.role}")
    async with work(who.organization_id) as unit:
        customer = await need_customer(unit, customer_id)
        if body.granted_at > unit.now + _SKEW:
            raise Problem(422, "invalid-request", "granted_at: must not lie in the future")
        row, new = await grant(
            unit,
            customer,
            kind=body.kind,
            source=body.source,
            granted_at=body.granted_at,
            actor=who.name,
            lift_revocation=body.lift_revocation,
            reason=body.reason or "",
        )
        response.status_code = 201 if new else 200
        return _out(row)


@router.post("/consents/{consent_id}/revoke", response_model=ConsentRevoked, responses=responses(401, 403, 404, 422))
async def revoke_consent(customer_id: UUID, consent_id: UUID, body: ConsentRevocation, who: Operator) -> ConsentRevoked:
    """Revoke a consent: queued calls (or texts) that rested on it are stopped. A second time changes nothing."""
    async with work(who.organization_id) as unit:
        row = await unit.session.get(Consent, consent_id, with_for_update=True)
        if row is None or row.customer_id != customer_id:
            raise Problem(404, "not-found", f"no consent {consent_id} of customer {customer_id}")
        stopped = await revoke(unit, row, scope=body.scope or row.kind, actor=who.name, reason=body.reason)
        return ConsentRevoked(consent=_out(row), stopped=StoppedOut(**stopped.plain()))
