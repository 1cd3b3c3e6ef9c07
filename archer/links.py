"""Payment links: signed, for one arrangement, expiring. The link is the bearer's right to see and pay that amount."""

from datetime import datetime, time, timedelta, tzinfo
from uuid import UUID

import jwt

from archer.clock import CLOCK
from archer.settings import settings
from archer.store.arrangements import Arrangement
from archer.store.organizations import OrganizationSettings


class InvalidLink(Exception):
    """The link is not ours, or its time is over."""


def payment_link(row: Arrangement, configured: OrganizationSettings, now: datetime, zone: tzinfo) -> str:
    """The URL to pay an arrangement, valid for the organization's `limits.link_valid_hours` of policy time.

    It outlives the day by which the caller may pay, as that day is in the customer's `zone`.
    """
    expires = now + timedelta(hours=configured.limits.link_valid_hours)
    if row.due_date is not None:
        expires = max(expires, datetime.combine(row.due_date + timedelta(days=1), time(), zone))
    token = jwt.encode(
        {"sub": str(row.id), "org": str(row.organization_id), "aud": "archer-pay", "until": int(expires.timestamp())},
        settings().link_token_secret.get_secret_value(),
        algorithm="HS256",
    )
    base = configured.payment_link_base or f"{settings().public_api_url}/api/v1/pay"
    return f"{base}/{token}"


def read_link(token: str) -> tuple[UUID, UUID]:
    """(organization, arrangement) of a link's token; raises InvalidLink."""
    try:
        body = jwt.decode(
            token, settings().link_token_secret.get_secret_value(), algorithms=["HS256"], audience="archer-pay"
        )
        organization_id, arrangement_id, until = UUID(body["org"]), UUID(body["sub"]), float(body["until"])
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError) as error:
        raise InvalidLink("this payment link is not valid") from error
    if CLOCK.now().timestamp() > until:
        raise InvalidLink("this payment link has expired")
    return organization_id, arrangement_id
