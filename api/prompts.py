"""System prompts of the language model: one template per name and environment, versioned, checked before it is kept."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.auth import Admin, Operator, Principal, Viewer
from api.problems import Problem, responses
from archer.conversation.template_check import LONGEST_TEMPLATE, TemplateRefused, check, example_variables
from archer.store.decisions import audit
from archer.store.playbook import (
    SystemPrompt,
    activate_prompt,
    add_prompt_version,
    all_prompts,
    hold,
    prompt_versions,
    retire_prompt,
)
from archer.work import Work, work

router = APIRouter(prefix="/prompts", tags=["prompts"])

MOST_PROMPTS = 100
"""Names and environments that one organization may have."""
Environment = Literal["development", "test", "staging", "production"]
PromptName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
NamePath = Annotated[str, Path(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
VersionPath = Annotated[int, Path(ge=1, le=1_000_000)]


class TemplateIn(BaseModel):
    """A Jinja template; GET /prompts/variables names what it may use."""

    model_config = ConfigDict(extra="forbid")

    template: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEMPLATE)]


class PromptIn(TemplateIn):
    name: PromptName
    """The agent profile that it is for, such as `collections`."""
    environment: Environment


class PromptUpdate(TemplateIn):
    based_on: Annotated[int | None, Field(ge=1, description="the newest version you know; refused when it is not")] = (
        None
    )


class Activation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=1_000_000)]


class VersionOut(BaseModel):
    version: int
    is_active: bool
    created_at: datetime


class PromptOut(VersionOut):
    id: UUID
    name: str
    environment: str
    template: str


class PromptDetail(PromptOut):
    versions: list[VersionOut]
    """All of them, newest first."""


class PromptList(BaseModel):
    items: list[PromptOut]


class Rendered(BaseModel):
    rendered: str
    """The template with the values of an example call."""


def _checked(template: str) -> str:
    try:
        return check(template)
    except TemplateRefused as refusal:
        error = {"where": "template", "what": refusal.reason, "line": refusal.line}
        raise Problem(422, "invalid-template", f"template: {refusal}", errors=[error]) from refusal


def _detail(versions: list[SystemPrompt]) -> PromptDetail:
    shown = next((row for row in versions if row.is_active), versions[0])
    history = [VersionOut.model_validate(row, from_attributes=True) for row in versions]
    return PromptDetail(**PromptOut.model_validate(shown, from_attributes=True).model_dump(), versions=history)


async def _versions(unit: Work, name: str, environment: str) -> list[SystemPrompt]:
    versions = await prompt_versions(unit.session, name, environment)
    if not versions:
        raise Problem(404, "not-found", f"no prompt {name!r} in {environment}")
    return versions


async def _version(unit: Work, name: str, environment: str, number: int) -> SystemPrompt:
    for row in await _versions(unit, name, environment):
        if row.version == number:
            return row
    raise Problem(404, "not-found", f"the prompt {name!r} in {environment} has no version {number}")


async def _audited(unit: Work, who: Principal, action: str, row: SystemPrompt) -> None:
    await audit(
        unit.session,
        who.organization_id,
        at=unit.now,
        actor=who.name,
        action=action,
        subject=f"prompt:{row.name}:{row.environment}",
        details={"version": row.version},
    )


@router.get("", response_model=PromptList, responses=responses(401, 403, 422))
async def list_prompts(who: Viewer, environment: Environment | None = None) -> PromptList:
    """Each prompt in the version in force, or in its newest when none is."""
    async with work(who.organization_id) as unit:
        rows = await all_prompts(unit.session, environment)
        return PromptList(items=[PromptOut.model_validate(row, from_attributes=True) for row in rows])


@router.post("", status_code=201, response_model=PromptDetail, responses=responses(401, 403, 409, 422))
async def create_prompt(body: PromptIn, who: Admin) -> PromptDetail:
    """A new prompt, version 1, in force at once."""
    _checked(body.template)
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "prompts")
        if await prompt_versions(unit.session, body.name, body.environment):
            raise Problem(409, "conflict", f"there is a prompt {body.name!r} in {body.environment}; PUT a new version")
        if len(await all_prompts(unit.session)) >= MOST_PROMPTS:
            raise Problem(409, "conflict", f"an organization has at most {MOST_PROMPTS} prompts")
        row = await add_prompt_version(unit.session, who.organization_id, body.name, body.environment, body.template)
        await _audited(unit, who, "prompt.created", row)
        return _detail(await _versions(unit, body.name, body.environment))


@router.get("/variables", response_model=dict[str, str], responses=responses(401, 403))
async def variables(who: Viewer) -> dict[str, str]:  # noqa: ARG001 - who asks must have a key
    """What templates may use, with the values of an example call."""
    return example_variables()


@router.post("/check", response_model=Rendered, responses=responses(401, 403, 422))
async def check_template(body: TemplateIn, who: Operator) -> Rendered:  # noqa: ARG001 - who asks must have a key
    """Render a template for an example call without keeping it; 422 with the line that is wrong."""
    return Rendered(rendered=_checked(body.template))


@router.get("/{name}/{environment}", response_model=PromptDetail, responses=responses(401, 403, 404, 422))
async def read_prompt(name: NamePath, environment: Environment, who: Viewer) -> PromptDetail:
    """A prompt in the version in force (the newest when it is retired), with its history."""
    async with work(who.organization_id) as unit:
        return _detail(await _versions(unit, name, environment))


@router.put("/{name}/{environment}", response_model=PromptDetail, responses=responses(401, 403, 404, 409, 422))
async def write_prompt(name: NamePath, environment: Environment, body: PromptUpdate, who: Admin) -> PromptDetail:
    """A new version, in force for sessions opened from now on. The same template again makes no version."""
    _checked(body.template)
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "prompts")
        newest = (await _versions(unit, name, environment))[0]
        if body.based_on is not None and body.based_on != newest.version:
            raise Problem(409, "conflict", f"the newest version is {newest.version}, not {body.based_on}")
        if newest.template != body.template or not newest.is_active:
            row = await add_prompt_version(unit.session, who.organization_id, name, environment, body.template)
            await _audited(unit, who, "prompt.changed", row)
        return _detail(await _versions(unit, name, environment))


@router.post("/{name}/{environment}/activate", response_model=PromptDetail, responses=responses(401, 403, 404, 422))
async def activate(name: NamePath, environment: Environment, body: Activation, who: Admin) -> PromptDetail:
    """Put an earlier version in force again (roll back), or bring a retired prompt back."""
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "prompts")
        row = await _version(unit, name, environment, body.version)
        if not row.is_active:
            _checked(row.template)
            await activate_prompt(unit.session, row)
            await _audited(unit, who, "prompt.activated", row)
        return _detail(await _versions(unit, name, environment))


@router.delete("/{name}/{environment}", status_code=204, responses=responses(401, 403, 404, 422))
async def retire(name: NamePath, environment: Environment, who: Admin) -> None:
    """Calls get the prompt that ships with Archer from now on. The versions stay."""
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "prompts")
        versions = await _versions(unit, name, environment)
        active = next((row for row in versions if row.is_active), None)
        if active is not None:
            await retire_prompt(unit.session, name, environment)
            await _audited(unit, who, "prompt.retired", active)


@router.get(
    "/{name}/{environment}/versions/{version}", response_model=PromptOut, responses=responses(401, 403, 404, 422)
)
async def read_version(name: NamePath, environment: Environment, version: VersionPath, who: Viewer) -> PromptOut:
    """One version, in force or not."""
    async with work(who.organization_id) as unit:
        return PromptOut.model_validate(await _version(unit, name, environment, version), from_attributes=True)
