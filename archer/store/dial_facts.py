"""The facts that the compliance gate asks for, gathered from the store in one round of queries.

The shape is the gate's own input (`archer.compliance.facts.DialFacts`), so that a stored decision can be replayed on
the command line. What is not known stays missing: the gate decides what missing means.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from archer.store.arrangements import Callback
from archer.store.calls import Call
from archer.store.customers import Consent, Customer, Restriction, standing_restrictions
from archer.store.messages import Message
from archer.store.organizations import Organization

HISTORY_DAYS = 40
"""The longest look-back of any rule is 30 days (P-02, S-MA elsewhere); the rest is room for zones and holidays."""

_RESTRICTION_FLAGS = {
    "attorney": "attorney",
    "cease": "cease",
    "bankruptcy": "bankruptcy",
    "deceased": "deceased",
    "identity_theft": "identity_theft",
    "military": "active_duty",
    "phone_opt_out": "phone_opt_out",
    "do_not_call": "phone_opt_out",
}


class CustomerFlags(BaseModel):
    """Facts of an account that rules ask for (`customers.flags`); other keys are kept and ignored here."""

    model_config = ConfigDict(extra="allow")

    attorney: bool = False
    cease: bool = False
    bankruptcy: bool = False
    deceased: bool = False
    identity_theft: bool = False
    active_duty: bool = False
    minor: bool = False
    phone_opt_out: bool = False
    work_prohibited: bool = False
    time_barred: bool = False
    stated_timezone: str | None = None
    """IANA zone that the consumer himself named."""
    inconvenient: list[dict[str, Any]] = []
    validation_notice_sent_on: str | None = None
    initial_communication_on: str | None = None
    collection_procedures_begun: bool = True


async def gather(
    session: AsyncSession,
    organization: Organization,
    customer: Customer,
    *,
    now: datetime,
    collector_mode: str,
    healthy: bool,
    own_number: str,
    this_call: Call | None = None,
) -> dict[str, Any]:
    """Facts for one dial, JSON-ready. `this_call` is left out of the history; `own_number` is the caller id."""
    configured = organization.configured
    restrictions = await standing_restrictions(session, customer)
    consents = (await session.execute(select(Consent).where(Consent.customer_id == customer.id))).scalars().all()
    flags = CustomerFlags.model_validate(customer.flags)
    account = str(customer.id)
    return {
        "id": str(this_call.id) if this_call else account,
        "now": now.isoformat(),
        "voice": "ai",
        "purpose": "collection",
        "collector": {
            "mode": collector_mode,
            "registered_name": organization.name,
            "name_indicates_collection": configured.name_indicates_collection,
        },
        "consumer": _consumer(customer, flags, restrictions, configured.supported_languages),
        "number": _number(customer, flags, restrictions),
        "consent": _consent(consents, restrictions),
        "debt": _debt(customer, flags, restrictions, account),
        "history": await _history(session, customer, now, this_call, account),
        "callback_consent": await _callback_consent(session, customer),
        "caller_id": {"number": own_number, "verified": configured.caller_id_verified} if own_number else None,
        "healthy": healthy,
        "policy": {"window_buffer_minutes": configured.window_buffer_minutes},
    }


def _consumer(
    customer: Customer, flags: CustomerFlags, restrictions: Sequence[Restriction], languages: list[str]
) -> dict[str, Any]:
    standing = {
        name: getattr(flags, name)
        for name in (
            "attorney",
            "cease",
            "bankruptcy",
            "deceased",
            "identity_theft",
            "active_duty",
            "minor",
            "phone_opt_out",
        )
    }
    inconvenient = list(flags.inconvenient)
    for restriction in restrictions:
        flag = _RESTRICTION_FLAGS.get(restriction.kind)
        if flag and restriction.customer_id == customer.id:
            standing[flag] = True
        if restriction.kind == "do_not_call":
            standing["phone_opt_out"] = True
        if restriction.kind == "inconvenient_time":
            inconvenient.extend(restriction.details.get("windows", []))
    return {
        "address": {
            "postal_code": customer.postal_code,
            "state": customer.state,
            "country": customer.country,
            "city": customer.city,
        },
        "stated_timezone": flags.stated_timezone,
        "language": customer.language,
        "supported_languages": languages,
        "inconvenient": inconvenient,
        **standing,
    }


def _number(customer: Customer, flags: CustomerFlags, restrictions: Sequence[Restriction]) -> dict[str, Any]:
    kinds = {restriction.kind for restriction in restrictions}
    wrong = any(
        restriction.kind == "wrong_number" and restriction.phone_number in (None, customer.phone_number)
        for restriction in restrictions
    )
    reassigned = None
    if customer.reassigned_result and customer.reassigned_queried_on:
        reassigned = {
            "result": customer.reassigned_result,
            "queried_on": customer.reassigned_queried_on.isoformat(),
        }
    return {
        "e164": customer.phone_number,
        "line_type": customer.line_type or "unknown",
        "kind": "work" if "work_number" in kinds else customer.number_kind,
        "work_prohibited": flags.work_prohibited or "work_number" in kinds,
        "wrong": wrong,
        "reassigned": reassigned,
    }


def _consent(consents: Sequence[Consent], restrictions: Sequence[Restriction]) -> dict[str, Any] | None:
    voice = [consent for consent in consents if consent.kind == "ai_voice"]
    revocations = [(consent.revoked_at, consent.revocation_scope) for consent in consents if consent.revoked_at]
    revocations += [(r.created_at, "ai_voice") for r in restrictions if r.kind == "ai_opt_out"]
    revoked_at = max((at for at, _ in revocations if at), default=None)
    if not voice and revoked_at is None:
        return None
    latest = max(voice, key=lambda consent: consent.granted_at, default=None)
    scope = "all" if any(scope == "all" for _, scope in revocations) else "ai_voice"
    return {
        "ai_voice": {"source": latest.source, "date": latest.granted_at.date().isoformat()} if latest else None,
        "revoked_at": revoked_at.isoformat() if revoked_at else None,
        "revocation_scope": scope,
    }


def _debt(
    customer: Customer, flags: CustomerFlags, restrictions: Sequence[Restriction], account: str
) -> dict[str, Any]:
    dispute = next((r for r in restrictions if r.kind in ("dispute", "already_paid")), None)
    return {
        "id": account,
        "balance": str(customer.balance),
        "time_barred": flags.time_barred,
        "dispute": None
        if dispute is None
        else {
            "at": dispute.created_at.isoformat(),
            "kind": dispute.details.get("kind", "oral"),
            "response_sent": bool(dispute.details.get("response_sent", False)),
        },
        "validation_notice_sent_on": flags.validation_notice_sent_on,
        "initial_communication_on": flags.initial_communication_on,
        "collection_procedures_begun": flags.collection_procedures_begun,
    }


async def _history(
    session: AsyncSession, customer: Customer, now: datetime, this_call: Call | None, account: str
) -> list[dict[str, Any]]:
    since = now - timedelta(days=HISTORY_DAYS)
    same_person = or_(Call.customer_id == customer.id, Call.phone_number == customer.phone_number)
    query = select(
        Call.dialed_at,
        Call.queued_at,
        Call.direction,
        Call.phone_number,
        Call.connected,
        Call.conversation,
    ).where(same_person, Call.queued_at >= since, or_(Call.dialed_at.is_not(None), Call.direction == "inbound"))
    if this_call is not None:
        query = query.where(Call.id != this_call.id)
    calls = (await session.execute(query.order_by(Call.queued_at))).all()
    texts = (
        await session.execute(
            select(Message.sent_at, Message.to_number, Message.channel).where(
                Message.customer_id == customer.id, Message.sent_at >= since
            )
        )
    ).all()
    history = [
        {
            "at": (call.dialed_at or call.queued_at).isoformat(),
            "debt_ids": [account],
            "direction": call.direction,
            "channel": "call",
            "number": call.phone_number,
            "voice": "ai",
            "connected": call.connected,
            "conversation": call.conversation,
            "prior_consent": False,
        }
        for call in calls
    ]
    history += [
        {
            "at": message.sent_at.isoformat(),
            "debt_ids": [account],
            "direction": "outbound",
            "channel": message.channel,
            "number": message.to_number,
            "voice": "ai",
            "connected": True,
            "conversation": False,
            "prior_consent": False,
        }
        for message in texts
    ]
    return sorted(history, key=lambda row: str(row["at"]))


async def _callback_consent(session: AsyncSession, customer: Customer) -> dict[str, Any] | None:
    row = (
        await session.execute(
            select(Callback.asked_at, Callback.scheduled_for)
            .where(Callback.customer_id == customer.id, Callback.status == "scheduled")
            .order_by(Callback.asked_at.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    return {"given_at": row.asked_at.isoformat(), "for": row.scheduled_for.isoformat()}
