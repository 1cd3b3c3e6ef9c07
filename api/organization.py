"""The organization of the key: its name and its settings, read and replaced as a whole."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import phonenumbers
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.auth import Admin, Operator, Viewer
from api.problems import Problem, responses
from archer.opening import best_level
from archer.store.database import hold
from archer.store.decisions import audit
from archer.store.organizations import Organization, OrganizationSettings, get_organization, number_owner
from archer.store.playbook import active_tactic
from archer.work import Work, work

router = APIRouter(prefix="/organization", tags=["organization"])

_NUMBERS = ("caller_id", "callback_number", "human_queue_number")
_UNIQUE = ("caller_id", "callback_number")
"""Numbers by which an inbound call finds its organization: no two organizations may claim one."""
BusinessName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f{}]+$")
]


class OrganizationIn(BaseModel):
    """Settings that are left out take their defaults: this is a replacement, not a patch."""

    model_config = ConfigDict(extra="forbid")

    name: BusinessName
    """Registered business name, spoken first in every call (I-01)."""
    settings: OrganizationSettings


class OrganizationOut(BaseModel):
    id: UUID
    name: str
    settings: OrganizationSettings
    created_at: datetime


class AgentLevelIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    level: int = Field(ge=0, le=3)
    """0 full model, 1 small model, 2 rules, 3 a person or a callback."""


class AgentLevelOut(BaseModel):
    level: int
    """What the organization has set."""
    in_force: int
    """What its calls may use at best; `AGENT_LEVEL` of the deployment may be worse."""


def _out(row: Organization) -> OrganizationOut:
    return OrganizationOut(id=row.id, name=row.name, settings=row.configured, created_at=row.created_at)


def _problem(field: str, what: str) -> Problem:
    where = f"settings.{field}"
    return Problem(422, "invalid-request", f"{where}: {what}", errors=[{"where": where, "what": what}])


def _possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


async def _usable(unit: Work, settings: OrganizationSettings, before: OrganizationSettings) -> None:
    """What the shape alone does not show: numbers that can exist and are nobody else's, tactics that are there."""
    for field in _NUMBERS:
        number = getattr(settings, field)
        if number and not _possible(number):
            raise _problem(field, f"{number} cannot be a telephone number")
    for field in _UNIQUE:
        number = getattr(settings, field)
        if not number or number == getattr(before, field):
            continue
        await hold(unit.session, f"number:{number}")  # two organizations may claim it at once
        if await number_owner(unit.session, number) not in (None, unit.organization_id):
            raise Problem(409, "number-taken", f"settings.{field}: {number} belongs to another organization")
    if settings.caller_id_verified and not settings.caller_id:
        raise _problem("caller_id_verified", "there is no caller_id that could be verified")
    named = {"default_tactic": settings.default_tactic} | {
        f"segments.{segment}.tactic": rules.tactic for segment, rules in settings.segments.items()
    }
    for field, tactic in named.items():
        if tactic is not None and await active_tactic(unit.session, tactic) is None:
            raise _problem(field, f"there is no tactic {tactic!r}")


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: {"from": before.get(name), "to": value} for name, value in after.items() if before.get(name) != value}


@router.get("", response_model=OrganizationOut, responses=responses(401, 403))
async def read_organization(who: Admin) -> OrganizationOut:
    """Name and settings, defaults included."""
    async with work(who.organization_id) as unit:
        return _out(await get_organization(unit.session, who.organization_id))


@router.put("", response_model=OrganizationOut, responses=responses(401, 403, 409, 422))
async def write_organization(body: OrganizationIn, who: Admin) -> OrganizationOut:
    """Replace name and settings, for whatever happens from now on."""
    async with work(who.organization_id) as unit:
        row = await get_organization(unit.session, who.organization_id, lock=True)
        await _usable(unit, body.settings, row.configured)
        before = {"name": row.name, **row.configured.model_dump(mode="json")}
        stored = body.settings.model_dump(mode="json")
        changed = _changes(before, {"name": body.name, **stored})
        if changed:
            row.name, row.settings = body.name, stored
            await audit(
                unit.session,
                who.organization_id,
                at=unit.now,
                actor=who.name,
                action="organization.changed",
                subject=f"organization:{row.id}",
                details=changed,
            )
            await unit.session.flush()
        return _out(row)


@router.get("/agent-level", response_model=AgentLevelOut, responses=responses(401, 403))
async def read_agent_level(who: Viewer) -> AgentLevelOut:
    """The best rung of the ladder that the organization's calls may use."""
    async with work(who.organization_id) as unit:
        level = (await get_organization(unit.session, who.organization_id)).configured.agent_level
        return AgentLevelOut(level=level, in_force=best_level(level))


@router.put("/agent-level", response_model=AgentLevelOut, responses=responses(401, 403, 422))
async def write_agent_level(body: AgentLevelIn, who: Operator) -> AgentLevelOut:
    """Switch the ladder by hand: for new calls at once, for one in progress after the next line that it stores."""
    async with work(who.organization_id) as unit:
        row = await get_organization(unit.session, who.organization_id, lock=True)
        before = row.configured.agent_level
        if before != body.level:
            row.settings = row.configured.model_copy(update={"agent_level": body.level}).model_dump(mode="json")
            await audit(
                unit.session,
                who.organization_id,
                at=unit.now,
                actor=who.name,
                action="organization.changed",
                subject=f"organization:{row.id}",
                details={"agent_level": {"from": before, "to": body.level}},
            )
        return AgentLevelOut(level=body.level, in_force=best_level(body.level))
