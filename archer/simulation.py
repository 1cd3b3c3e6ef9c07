"""What would the gate say, now or at another time, to one customer or thousands? Nothing is stored and nobody called.

The same facts and the same rules as before a dial; only look-ups over the network are left out.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from archer.compliance.gate import Decision
from archer.dialing import own_number, verdict
from archer.lookups import missing
from archer.store.customers import Customer
from archer.store.dial_facts import HISTORY_DAYS, facts_of
from archer.store.dial_rows import load, one_of_ids, one_of_words
from archer.store.organizations import Organization

MOST = 10_000
_AT_ONCE = 200
"""Decisions between two looks at what else the process has to do."""
_UNREADABLE = {"now": None}
"""Facts of a customer whose flags cannot be read: the gate refuses them."""


@dataclass(frozen=True)
class Simulated:
    """The gate's answer for one customer."""

    customer_id: UUID
    external_id: str
    decision: Decision
    facts: dict[str, Any]
    unknown_number: bool
    """Line type or reassignment would be looked up before a real dial."""


@dataclass(frozen=True)
class Totals:
    """The answers in figures."""

    asked: int
    allowed: int
    decisions: dict[str, int]
    rules: list[tuple[str, str, int]]
    """Rule, its most restrictive decision, customers; the most frequent first."""
    first_release: datetime | None
    """The earliest instant at which one of the waiting customers might be called."""
    last_release: datetime | None
    """The instant from which all of them might have been called."""
    unknown_numbers: int


async def select_customers(
    session: AsyncSession, *, ids: Sequence[UUID], external_ids: Sequence[str], everybody: bool
) -> list[Customer]:
    """The customers that are named, or all; at most MOST, in the order of their key."""
    query = select(Customer).order_by(Customer.external_id).limit(MOST)
    if not everybody:
        query = query.where(one_of_ids(Customer.id, ids) | one_of_words(Customer.external_id, external_ids))
    return list((await session.execute(query)).scalars())


async def simulate(
    session: AsyncSession,
    organization: Organization,
    customers: Sequence[Customer],
    *,
    at: datetime,
    collector_mode: str,
    healthy: bool,
    assume_clean_numbers: bool = False,
) -> list[Simulated]:
    """Ask the gate for each customer at an instant. `assume_clean_numbers` answers open look-ups favourably."""
    known = await load(session, customers, since=at - timedelta(days=HISTORY_DAYS))
    asked: list[tuple[Customer, dict[str, Any], bool]] = []
    for customer in customers:
        unknown = any(missing(customer, at.date()))
        try:
            facts = facts_of(
                known[customer.id],
                organization,
                now=at,
                collector_mode=collector_mode,
                healthy=healthy,
                own_number=own_number(organization),
            )
        except ValidationError:
            facts = dict(_UNREADABLE)
        asked.append((customer, if_clean(facts, at) if unknown and assume_clean_numbers else facts, unknown))
    results: list[Simulated] = []
    for start in range(0, len(asked), _AT_ONCE):
        results += await asyncio.to_thread(_decide, asked[start : start + _AT_ONCE])
    return results


def if_clean(facts: dict[str, Any], at: datetime) -> dict[str, Any]:
    """These facts with a favourable answer where reassignment is still to be looked up."""
    if "number" not in facts:
        return facts
    return facts | {"number": facts["number"] | {"reassigned": {"result": "no", "queried_on": at.date().isoformat()}}}


def _decide(asked: Sequence[tuple[Customer, dict[str, Any], bool]]) -> list[Simulated]:
    return [
        Simulated(customer.id, customer.external_id, verdict(facts), facts, unknown)
        for customer, facts, unknown in asked
    ]


_SEVERITY = {"block": 0, "block_until": 1, "human_only": 2}


def totals(results: Sequence[Simulated]) -> Totals:
    """Count decisions and reasons."""
    customers: Counter[str] = Counter()
    decisions: dict[str, set[str]] = defaultdict(set)
    for result in results:
        for rule in {finding.id for finding in result.decision.rules}:
            customers[rule] += 1
        for finding in result.decision.rules:
            decisions[finding.id].add(finding.decision)
    releases = [r.decision.until for r in results if r.decision.until is not None]
    by_decision = Counter(result.decision.decision for result in results)
    return Totals(
        asked=len(results),
        allowed=by_decision["allow"],
        decisions={name: by_decision[name] for name in ("allow", "human_only", "block_until", "block")},
        rules=[
            (rule, min(decisions[rule], key=_SEVERITY.__getitem__), count) for rule, count in customers.most_common()
        ],
        first_release=min(releases, default=None),
        last_release=max(releases, default=None),
        unknown_numbers=sum(result.unknown_number for result in results),
    )
