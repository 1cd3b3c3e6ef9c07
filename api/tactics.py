"""Behavioral tactics: read, write new versions, roll back, retire, and see what one changes before anybody hears it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Admin, Operator, Principal, Viewer
from api.problems import Problem, responses
from archer.compliance.guardrail import SpeechState, judge
from archer.conversation.prompts import for_session
from archer.conversation.prompts.whole import system_prompt
from archer.conversation.tactics import Archetype, TacticConfig
from archer.conversation.tactics.lawful import objections
from archer.conversation.tactics.model import Name
from archer.conversation.tactics.preview import AMOUNTS, LEDGER, Line, Scene, behaviour, example_session, scenes
from archer.conversation.tactics.prompt import describe
from archer.settings import settings
from archer.store.decisions import audit
from archer.store.playbook import (
    BehavioralTactic,
    activate_tactic,
    active_prompt,
    add_missing_tactics,
    add_tactic_version,
    all_tactics,
    hold,
    retire_tactic,
    tactic_versions,
)
from archer.work import Work, work

router = APIRouter(prefix="/tactics", tags=["tactics"])

MOST_TACTICS = 200
"""Names that one organization may have."""
TacticPath = Annotated[str, Path(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
VersionPath = Annotated[int, Path(ge=1, le=1_000_000)]


class TacticVersionIn(BaseModel):
    """The content of a version."""

    model_config = ConfigDict(extra="forbid")

    archetype: Archetype
    config: TacticConfig


class TacticIn(TacticVersionIn):
    name: Name


class TacticUpdate(TacticVersionIn):
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


class TacticOut(VersionOut):
    id: UUID
    name: str
    archetype: str
    config: TacticConfig


class TacticDetail(TacticOut):
    versions: list[VersionOut]
    """All of them, newest first."""


class TacticList(BaseModel):
    items: list[TacticOut]


class Added(BaseModel):
    added: list[str]


class PreviewFinding(BaseModel):
    """A sentence that the guardrail would keep from being spoken."""

    sentence: str
    rule: str
    match: str


class PreviewTurn(BaseModel):
    caller: str
    without_tactic: list[str]
    with_tactic: list[str]


class PreviewScene(BaseModel):
    """A short standard call: the turns in which the tactic changes what the rule-based conversation says."""

    name: str
    turns: list[PreviewTurn]


class TacticPreview(BaseModel):
    manner: str
    """What the tactic adds to the system prompt."""
    prompt: str
    """The whole system prompt of an example call with it, as the model reads it: the organization's prompt, the rules
    that always hold, the manner."""
    behaviour: dict[str, Any]
    """What the dials decide in the rule-based conversation."""
    behaviour_without: dict[str, Any]
    scenes: list[PreviewScene]
    findings: list[PreviewFinding]


def _out(row: BehavioralTactic) -> TacticOut:
    return TacticOut.model_validate(row, from_attributes=True)


def _detail(versions: list[BehavioralTactic]) -> TacticDetail:
    shown = next((row for row in versions if row.is_active), versions[0])
    history = [VersionOut.model_validate(row, from_attributes=True) for row in versions]
    return TacticDetail(**_out(shown).model_dump(), versions=history)


async def _versions(unit: Work, name: str) -> list[BehavioralTactic]:
    versions = await tactic_versions(unit.session, name)
    if not versions:
        raise Problem(404, "not-found", f"no tactic {name!r}")
    return versions


async def _version(unit: Work, name: str, number: int | None) -> BehavioralTactic:
    versions = await _versions(unit, name)
    if number is None:
        return next((row for row in versions if row.is_active), versions[0])
    found = next((row for row in versions if row.version == number), None)
    if found is None:
        raise Problem(404, "not-found", f"the tactic {name!r} has no version {number}")
    return found


def _lawful(config: TacticConfig) -> None:
    found = objections(config)
    if found:
        errors = [
            {"where": f"config.{o.where}", "what": f"{o.rule} forbids {o.match!r}", "rule": o.rule} for o in found
        ]
        detail = "; ".join(f"{error['where']}: {error['what']}" for error in errors[:5])
        raise Problem(422, "unlawful-tactic", detail, errors=errors)


async def _audited(unit: Work, who: Principal, action: str, row: BehavioralTactic) -> None:
    await audit(
        unit.session,
        who.organization_id,
        at=unit.now,
        actor=who.name,
        action=action,
        subject=f"tactic:{row.name}",
        details={"version": row.version},
    )


@router.get("", response_model=TacticList, responses=responses(401, 403, 422))
async def list_tactics(
    who: Viewer, include_retired: Annotated[bool, Query(description="also those that no call may use")] = False
) -> TacticList:
    """All tactics by name, each in the version that is in force."""
    async with work(who.organization_id) as unit:
        rows = await all_tactics(unit.session)
        return TacticList(items=[_out(row) for row in rows if row.is_active or include_retired])


@router.post("", status_code=201, response_model=TacticDetail, responses=responses(401, 403, 409, 422))
async def create_tactic(body: TacticIn, who: Operator) -> TacticDetail:
    """A new tactic, version 1. Words that the guardrail refuses are refused here already."""
    _lawful(body.config)
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "tactics")
        if await tactic_versions(unit.session, body.name):
            raise Problem(409, "conflict", f"there is a tactic {body.name!r}; PUT a new version of it")
        if len(await all_tactics(unit.session)) >= MOST_TACTICS:
            raise Problem(409, "conflict", f"an organization has at most {MOST_TACTICS} tactics")
        row = await add_tactic_version(unit.session, who.organization_id, body.name, body.archetype, body.config)
        await _audited(unit, who, "tactic.created", row)
        return _detail(await _versions(unit, body.name))


@router.post("/library", response_model=Added, responses=responses(401, 403))
async def add_library(who: Admin) -> Added:
    """Add the tactics that ship with Archer and are missing here; what is here stays as it is."""
    async with work(who.organization_id) as unit:
        added = await add_missing_tactics(unit.session, who.organization_id)
        if added:
            await audit(
                unit.session,
                who.organization_id,
                at=unit.now,
                actor=who.name,
                action="tactic.library_added",
                subject="tactics",
                details={"added": added},
            )
        return Added(added=added)


@router.post("/preview", response_model=TacticPreview, responses=responses(401, 403, 422))
async def preview_draft(body: TacticVersionIn, who: Operator) -> TacticPreview:
    """What a tactic that is not stored would change."""
    async with work(who.organization_id) as unit:
        return await _preview(unit, body.archetype, body.config)


@router.get("/{name}", response_model=TacticDetail, responses=responses(401, 403, 404, 422))
async def read_tactic(name: TacticPath, who: Viewer) -> TacticDetail:
    """A tactic in the version in force (the newest when it is retired), with its history."""
    async with work(who.organization_id) as unit:
        return _detail(await _versions(unit, name))


@router.put("/{name}", response_model=TacticDetail, responses=responses(401, 403, 404, 409, 422))
async def write_tactic(name: TacticPath, body: TacticUpdate, who: Operator) -> TacticDetail:
    """A new version, in force for calls asked for from now on. The same content again makes no version."""
    _lawful(body.config)
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "tactics")
        versions = await _versions(unit, name)
        newest = versions[0]
        if body.based_on is not None and body.based_on != newest.version:
            raise Problem(409, "conflict", f"the newest version is {newest.version}, not {body.based_on}")
        same = newest.archetype == body.archetype and TacticConfig.model_validate(newest.config) == body.config
        if not (same and newest.is_active):
            row = await add_tactic_version(unit.session, who.organization_id, name, body.archetype, body.config)
            await _audited(unit, who, "tactic.changed", row)
        return _detail(await _versions(unit, name))


@router.post("/{name}/activate", response_model=TacticDetail, responses=responses(401, 403, 404, 422))
async def activate(name: TacticPath, body: Activation, who: Operator) -> TacticDetail:
    """Put an earlier version in force again (roll back), or bring a retired tactic back."""
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "tactics")
        row = await _version(unit, name, body.version)
        if not row.is_active:
            _lawful(TacticConfig.model_validate(row.config))
            await activate_tactic(unit.session, row)
            await _audited(unit, who, "tactic.activated", row)
        return _detail(await _versions(unit, name))


@router.delete("/{name}", status_code=204, responses=responses(401, 403, 404, 422))
async def retire(name: TacticPath, who: Admin) -> None:
    """No new call may use it. Its versions stay: calls that had one still show what it was."""
    async with work(who.organization_id) as unit:
        await hold(unit.session, who.organization_id, "tactics")
        row = await _version(unit, name, None)
        if row.is_active:
            await retire_tactic(unit.session, name)
            await _audited(unit, who, "tactic.retired", row)


@router.get("/{name}/versions/{version}", response_model=TacticOut, responses=responses(401, 403, 404, 422))
async def read_version(name: TacticPath, version: VersionPath, who: Viewer) -> TacticOut:
    """One version, in force or not."""
    async with work(who.organization_id) as unit:
        return _out(await _version(unit, name, version))


@router.get("/{name}/preview", response_model=TacticPreview, responses=responses(401, 403, 404, 422))
async def preview(
    name: TacticPath, who: Viewer, version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None
) -> TacticPreview:
    """The prompt with this tactic, and what the rule-based conversation says differently with it."""
    async with work(who.organization_id) as unit:
        row = await _version(unit, name, version)
        return await _preview(unit, row.archetype, TacticConfig.model_validate(row.config))


async def _preview(unit: Work, archetype: str, config: TacticConfig) -> TacticPreview:
    tactic = {"archetype": archetype, **config.model_dump(mode="json")}
    played, manner = scenes(tactic), describe(config)
    stored = await active_prompt(unit.session, "collections", settings().environment)
    session = example_session(tactic)
    session = session.model_copy(update={"prompt": for_session(stored.template, session) if stored else None})
    return TacticPreview(
        manner=manner,
        prompt=system_prompt(session),
        behaviour=behaviour(tactic),
        behaviour_without=behaviour(None),
        scenes=[_scene(scene) for scene in played],
        findings=_findings(line for scene in played for turn in scene.turns for line in turn.with_tactic),
    )


def _scene(scene: Scene) -> PreviewScene:
    turns = [
        PreviewTurn(
            caller=turn.caller,
            without_tactic=[line.text for line in turn.without],
            with_tactic=[line.text for line in turn.with_tactic],
        )
        for turn in scene.turns
        if turn.differs
    ]
    return PreviewScene(name=scene.name, turns=turns)


def _findings(lines: Iterable[Line]) -> list[PreviewFinding]:
    found = []
    for text, verified in dict.fromkeys((line.text, line.verified) for line in lines):
        state = SpeechState(right_party_verified=verified, ledger=LEDGER, approved_amounts=list(AMOUNTS))
        found += [PreviewFinding(sentence=text, rule=f.rule, match=f.match) for f in judge(text, state)]
    return found
