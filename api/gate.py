"""Ask the compliance gate without calling anybody, and read its rules."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.auth import Viewer
from api.call_views import DecisionOut
from api.consents import need_customer
from api.customers import Text
from api.problems import Problem, responses
from archer.clock import CLOCK
from archer.compliance.facts import Instant
from archer.compliance.gate import Decision
from archer.compliance.retention import RetentionRule, retention
from archer.compliance.ruleset import Overlay, Rule, overlays, rules, ruleset
from archer.dialing import guards_work
from archer.simulation import MOST, Simulated, select_customers, simulate, totals
from archer.store.organizations import get_organization
from archer.work import work

router = APIRouter(tags=["compliance"])
Mode = Literal["first_party", "third_party"]
Show = Literal["skipped", "all", "none"]
Provision = TypeVar("Provision", Rule, Overlay)


class SimulationIn(BaseModel):
    """Whom to ask about: keys, or everybody."""

    model_config = ConfigDict(extra="forbid")

    customer_ids: Annotated[list[UUID], Field(max_length=MOST)] = []
    external_ids: Annotated[list[Annotated[Text, Field(max_length=100)]], Field(max_length=MOST)] = []
    everybody: bool = False
    collector_mode: Mode = "first_party"
    at: Instant | None = None
    """When the calls would be made; now, when it is left out."""
    assume_clean_numbers: bool = False
    """Count on favourable answers where line type and reassignment are still to be looked up."""
    show: Show = "skipped"
    """Which customers to list."""

    @model_validator(mode="after")
    def _somebody(self) -> "SimulationIn":
        named = len(self.customer_ids) + len(self.external_ids)
        if self.everybody == bool(named):
            raise ValueError("name customers by customer_ids and external_ids, or ask for everybody")
        if named > MOST:
            raise ValueError(f"at most {MOST} customers at once")
        return self


class RuleTotal(BaseModel):
    id: str
    statement: str
    decision: str
    """The most restrictive that it gave."""
    customers: int


class SimulatedCustomer(DecisionOut):
    customer_id: UUID
    external_id: str


class Simulation(BaseModel):
    sentence: str
    """"212 of 1,000 will be skipped"."""
    at: datetime
    asked: int
    allowed: int
    skipped: int
    not_found: list[str]
    """Keys of no customer."""
    more: bool
    """There are more customers than one simulation takes; the first ones were asked."""
    decisions: dict[str, int]
    rules: list[RuleTotal]
    first_release: datetime | None
    last_release: datetime | None
    unknown_numbers: int
    ruleset: str
    customers: list[SimulatedCustomer]


class GateAnswer(DecisionOut):
    at: datetime
    unknown_number: bool
    """Line type or reassignment would be looked up before a real dial."""
    facts: dict[str, Any]
    facts_used: dict[str, Any]


class Rules(BaseModel):
    version: str
    items: list[Rule]


class Overlays(BaseModel):
    version: str
    recording_all_party: list[str]
    items: list[Overlay]


class RetentionRules(BaseModel):
    version: str
    items: list[RetentionRule]


def _plain(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.decision,
        "until": decision.until,
        "rules": [finding.model_dump() for finding in decision.rules],
        "ruleset": decision.ruleset,
    }


def _statements() -> dict[str, str]:
    return {overlay.rule_id: overlay.statement for overlay in overlays()} | {
        rule.id: rule.statement for rule in rules()
    }


@router.post("/compliance/simulations", response_model=Simulation, responses=responses(401, 403, 413, 422))
async def simulate_list(body: SimulationIn, who: Viewer) -> Simulation:
    """How many of these customers the gate would let through at a time, and why not the others."""
    at = body.at or CLOCK.now()
    async with work(who.organization_id) as unit:
        customers = await select_customers(
            unit.session, ids=body.customer_ids, external_ids=body.external_ids, everybody=body.everybody
        )
        organization = await get_organization(unit.session, who.organization_id)
        results = await simulate(
            unit.session,
            organization,
            customers,
            at=at,
            collector_mode=body.collector_mode,
            healthy=await guards_work(unit.session, organization, CLOCK.now()),
            assume_clean_numbers=body.assume_clean_numbers,
        )
    ids = {result.customer_id for result in results}
    keys = {result.external_id for result in results}
    not_found = [str(one) for one in body.customer_ids if one not in ids]
    not_found += [key for key in body.external_ids if key not in keys]
    more = body.everybody and len(results) >= MOST
    return simulation(results, at=at, show=body.show, not_found=not_found, more=more)


def simulation(
    results: list[Simulated], *, at: datetime, show: Show, not_found: Sequence[str] = (), more: bool = False
) -> Simulation:
    """The answers as they are shown: figures, reasons, and those customers that `show` asks for."""
    figures, statements = totals(results), _statements()
    shown = [r for r in results if show == "all" or (show == "skipped" and r.decision.decision != "allow")]
    skipped = figures.asked - figures.allowed
    return Simulation(
        sentence=f"{skipped:,} of {figures.asked:,} will be skipped",
        at=at,
        asked=figures.asked,
        allowed=figures.allowed,
        skipped=skipped,
        not_found=list(not_found),
        more=more,
        decisions=figures.decisions,
        rules=[
            RuleTotal(id=rule, statement=statements.get(rule, ""), decision=decision, customers=count)
            for rule, decision, count in figures.rules
        ],
        first_release=figures.first_release,
        last_release=figures.last_release,
        unknown_numbers=figures.unknown_numbers,
        ruleset=ruleset().version,
        customers=[
            SimulatedCustomer(customer_id=r.customer_id, external_id=r.external_id, **_plain(r.decision)) for r in shown
        ],
    )


@router.get("/customers/{customer_id}/gate", response_model=GateAnswer, responses=responses(401, 403, 404, 422))
async def ask_gate(
    customer_id: UUID,
    who: Viewer,
    collector_mode: Mode = "first_party",
    at: Annotated[Instant | None, Query(description="ISO 8601 with offset; now, when it is left out")] = None,
) -> GateAnswer:
    """What the gate would say to a call to this customer, with the facts; nothing is stored."""
    moment = at or CLOCK.now()
    async with work(who.organization_id) as unit:
        customer = await need_customer(unit, customer_id)
        organization = await get_organization(unit.session, who.organization_id)
        result = (
            await simulate(
                unit.session,
                organization,
                [customer],
                at=moment,
                collector_mode=collector_mode,
                healthy=await guards_work(unit.session, organization, CLOCK.now()),
            )
        )[0]
    return GateAnswer(
        **_plain(result.decision),
        at=moment,
        unknown_number=result.unknown_number,
        facts=result.facts,
        facts_used=result.decision.facts_used,
    )


def _in_force(items: list[Provision], day: date | None) -> list[Provision]:
    return [item for item in items if day is None or item.in_force(day)]


@router.get("/compliance/rules", response_model=Rules, responses=responses(401, 403, 422))
async def list_rules(_: Viewer, on: date | None = None) -> Rules:
    """The pre-dial rules with their citations; with `on` those in force on that day."""
    return Rules(version=ruleset().version, items=_in_force(rules(), on))


@router.get("/compliance/rules/{rule_id}", response_model=Rule, responses=responses(401, 403, 404, 422))
async def read_rule(rule_id: str, _: Viewer) -> Rule:
    """One pre-dial rule."""
    for rule in rules():
        if rule.id == rule_id:
            return rule
    raise Problem(404, "not-found", "there is no such rule; GET /compliance/rules lists them")


@router.get("/compliance/overlays", response_model=Overlays, responses=responses(401, 403, 422))
async def list_overlays(_: Viewer, on: date | None = None, state: str | None = None) -> Overlays:
    """State and city overlays with their citations; with `state` those of that state."""
    found = _in_force(overlays(), on)
    if state is not None:
        found = [overlay for overlay in found if state.upper() in (*overlay.states, overlay.zip_state)]
    return Overlays(version=ruleset().version, recording_all_party=ruleset().recording_all_party, items=found)


@router.get("/compliance/retention-rules", response_model=RetentionRules, responses=responses(401, 403))
async def list_retention_rules(_: Viewer) -> RetentionRules:
    """How long records are kept, and why."""
    return RetentionRules(version=retention().version, items=retention().rules)
