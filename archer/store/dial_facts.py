"""The facts that the compliance gate asks for, gathered from the store in one round of queries.

The shape is the gate's own input (`archer.compliance.facts.DialFacts`), so that a stored decision can be replayed on
the command line. What is not known stays missing: the gate decides what missing means.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from archer.compliance.facts import InconvenientTime
from archer.store.calls import Call
from archer.store.customers import Consent, Customer, Restriction
from archer.store.dial_rows import Known, load
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
    "erasure": "phone_opt_out",
}
_AT_NO_TIME = {"days": [], "from": "00:00", "to": "24:00"}
"""An inconvenient time whose hours are not known: none is convenient until a person has found out."""


def _date_text(value: str) -> str:
    date.fromisoformat(value)
    if len(value) != 10:
        raise ValueError("must be a date like 2026-11-20")
    return value


def _windows(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [InconvenientTime.model_validate(window).model_dump(by_alias=True) for window in value]


DateText = Annotated[str, AfterValidator(_date_text)]


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
    inconvenient: Annotated[list[dict[str, Any]], AfterValidator(_windows)] = []
    validation_notice_sent_on: DateText | None = None
    initial_communication_on: DateText | None = None
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
    since = now - timedelta(days=HISTORY_DAYS)
    known = await load(session, [customer], since=since, without=this_call.id if this_call else None)
    facts = facts_of(
        known[customer.id],
        organization,
        now=now,
        collector_mode=collector_mode,
        healthy=healthy,
        own_number=own_number,
    )
    return facts | {"id": str(this_call.id)} if this_call else facts


async def gather_many(
    session: AsyncSession,
    organization: Organization,
    customers: Sequence[Customer],
    *,
    now: datetime,
    collector_mode: str,
    healthy: bool,
    own_number: str,
) -> dict[UUID, dict[str, Any]]:
    """Facts for a dial of each of these customers, by customer id; as many queries as for one."""
    known = await load(session, customers, since=now - timedelta(days=HISTORY_DAYS))
    return {
        one.customer.id: facts_of(
            one, organization, now=now, collector_mode=collector_mode, healthy=healthy, own_number=own_number
        )
        for one in known.values()
    }


def facts_of(
    known: Known, organization: Organization, *, now: datetime, collector_mode: str, healthy: bool, own_number: str
) -> dict[str, Any]:
    """The gate's input from what is known. Raises ValidationError when the account's flags are no facts."""
    configured, customer = organization.configured, known.customer
    flags = CustomerFlags.model_validate(customer.flags)
    account = str(customer.id)
    return {
        "id": account,
        "now": now.isoformat(),
        "voice": "ai",
        "purpose": "collection",
        "collector": {
            "mode": collector_mode,
            "registered_name": organization.name,
            "name_indicates_collection": configured.name_indicates_collection,
        },
        "consumer": _consumer(known, flags, configured.supported_languages),
        "number": _number(customer, flags, known),
        "consent": _consent(known.consents, known.restrictions),
        "debt": _debt(customer, flags, known, account),
        "history": _history(known, account),
        "callback_consent": _callback_consent(known),
        "caller_id": {"number": own_number, "verified": configured.caller_id_verified} if own_number else None,
        "healthy": healthy,
        "policy": {"window_buffer_minutes": configured.window_buffer_minutes},
    }


def _of_person(known: Known) -> list[Restriction]:
    return [restriction for restriction in known.restrictions if restriction.customer_id in known.person]


def _consumer(known: Known, flags: CustomerFlags, languages: list[str]) -> dict[str, Any]:
    customer = known.customer
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
    inconvenient, language = list(flags.inconvenient), customer.language
    for restriction in _of_person(known):
        if flag := _RESTRICTION_FLAGS.get(restriction.kind):
            standing[flag] = True
        if restriction.kind == "inconvenient_time":
            inconvenient.extend(windows_of(restriction.details))
        if restriction.kind == "language":
            asked = restriction.details.get("language")
            asked = asked if isinstance(asked, str) and asked else "another"
            language = language if asked in languages else asked
    if any(restriction.kind == "do_not_call" for restriction in known.restrictions):
        standing["phone_opt_out"] = True
    return {
        "address": {
            "postal_code": customer.postal_code,
            "state": customer.state,
            "country": customer.country,
            "city": customer.city,
        },
        "stated_timezone": flags.stated_timezone,
        "language": language,
        "supported_languages": languages,
        "inconvenient": inconvenient,
        **standing,
    }


def windows_of(details: dict[str, Any]) -> list[dict[str, Any]]:
    """The hours of an inconvenient time. Where they are not known or cannot be read, no hour is convenient."""
    try:
        return _windows(details["windows"]) or [_AT_NO_TIME]
    except (KeyError, TypeError, ValidationError):
        return [_AT_NO_TIME]


def _number(customer: Customer, flags: CustomerFlags, known: Known) -> dict[str, Any]:
    work = any(restriction.kind == "work_number" for restriction in _of_person(known))
    wrong = any(
        restriction.kind == "wrong_number" and restriction.phone_number in (None, customer.phone_number)
        for restriction in known.restrictions
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
        "kind": "work" if work else customer.number_kind,
        "work_prohibited": flags.work_prohibited or work,
        "wrong": wrong,
        "reassigned": reassigned,
    }


def _consent(consents: Sequence[Consent], restrictions: Sequence[Restriction]) -> dict[str, Any]:
    """Consent to AI voice and its revocation, which stands until a person lifts it, whatever consent comes later."""
    revocations = [
        (consent.revoked_at, consent.revocation_scope)
        for consent in consents
        if consent.revoked_at
        and consent.revocation_lifted_at is None
        and (consent.kind == "ai_voice" or consent.revocation_scope in ("ai_voice", "all"))
    ]
    revocations += [(r.created_at, "ai_voice") for r in restrictions if r.kind == "ai_opt_out"]
    revoked_at = max((at for at, _ in revocations if at), default=None)
    voice = [
        consent
        for consent in consents
        if consent.kind == "ai_voice" and (consent.revoked_at is None or consent.revocation_lifted_at is None)
    ]
    latest = max(voice, key=lambda consent: consent.granted_at, default=None)
    return {
        "ai_voice": {"source": latest.source, "date": latest.granted_at.date().isoformat()} if latest else None,
        "revoked_at": revoked_at.isoformat() if revoked_at else None,
        "revocation_scope": "all" if any(scope == "all" for _, scope in revocations) else "ai_voice",
    }


def _debt(customer: Customer, flags: CustomerFlags, known: Known, account: str) -> dict[str, Any]:
    # A dispute is about this debt; of several the one that still waits for its response counts.
    disputes = [r for r in known.restrictions if r.kind in ("dispute", "already_paid") and r.customer_id == customer.id]
    dispute = min(disputes, key=lambda r: r.details.get("response_sent") is True, default=None)
    return {
        "id": account,
        "balance": str(customer.balance),
        "time_barred": flags.time_barred,
        "dispute": None
        if dispute is None
        else {
            "at": dispute.created_at.isoformat(),
            "kind": "written" if dispute.details.get("kind") == "written" else "oral",
            "response_sent": dispute.details.get("response_sent") is True,
        },
        "validation_notice_sent_on": flags.validation_notice_sent_on,
        "initial_communication_on": flags.initial_communication_on,
        "collection_procedures_begun": flags.collection_procedures_begun,
    }


def _history(known: Known, account: str) -> list[dict[str, Any]]:
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
        for call in known.calls
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
        for message in known.texts
    ]
    return sorted(history, key=lambda row: str(row["at"]))


def _callback_consent(known: Known) -> dict[str, Any] | None:
    row = known.callback
    return None if row is None else {"given_at": row.asked_at.isoformat(), "for": row.scheduled_for.isoformat()}
