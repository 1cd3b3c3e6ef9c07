"""The page behind a payment link: for its bearer, one arrangement, a time; nothing about the person."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import jwt
import pytest
from sqlalchemy import select

from tests.support import AgentSession, Tenant, new_tenant, open_session

SECRETS = ("Sam", "Smith", "4321", "02139", "617555")


async def _arranged(tenant: Tenant, **arguments: Any) -> tuple[AgentSession, Any]:
    """A confirmed payment by link: the session and its arrangement."""
    from archer.store import Arrangement
    from archer.store.database import database

    agent = await open_session(tenant)
    await agent.verify()
    values = {"method": "sms_link"} | arguments
    prepared = await agent.tool("process_payment", **values)
    assert prepared["ok"], prepared
    assert (await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"]))["ok"]
    async with database().transaction(tenant.organization_id) as session:
        return agent, (await session.execute(select(Arrangement))).scalar_one()


def _link(row: Any, hours_ago: float = 0) -> str:
    from archer.clock import CLOCK
    from archer.links import payment_link
    from archer.store.organizations import OrganizationSettings

    zone = ZoneInfo("America/Los_Angeles")
    whole = payment_link(row, OrganizationSettings(), CLOCK.now() - timedelta(hours=hours_ago), zone)
    return "/pay/" + whole.rsplit("/", 1)[1]


async def _get(tenant: Tenant, path: str) -> Any:
    return await tenant.client.get(path, headers={"Authorization": ""})


async def test_the_page_shows_amount_and_day_and_no_person(tenant: Tenant) -> None:
    _, row = await _arranged(tenant, amount="112.35", date="2026-11-20")
    page = await _get(tenant, _link(row))
    assert page.status_code == 200
    assert "Amount to pay: $112.35. To be paid by November 20, 2026." in page.text
    assert not any(secret in page.text for secret in SECRETS)
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_the_token_says_nothing_about_the_person(tenant: Tenant) -> None:
    _, row = await _arranged(tenant, amount="50.00")
    claims = jwt.decode(_link(row).rsplit("/", 1)[1], options={"verify_signature": False})
    assert set(claims) == {"sub", "org", "aud", "until"}


async def test_a_settlement_says_so(app: Any) -> None:
    limits = {"settlement_floor": "0.5", "settlement_min_days_overdue": 0}
    async with new_tenant(app, limits=limits) as bank:
        _, row = await _arranged(bank, amount="300.00", settles=True)
        assert "settles the account" in (await _get(bank, _link(row))).text


async def test_a_link_expires_by_the_policy_clock(tenant: Tenant) -> None:
    _, row = await _arranged(tenant, amount="50.00")
    row.due_date -= timedelta(days=3)  # arranged three days ago, for that day
    assert (await _get(tenant, _link(row, hours_ago=71.9))).status_code == 200
    late = await _get(tenant, _link(row, hours_ago=72.1))
    assert (late.status_code, "expired" in late.text) == (404, True)


async def test_a_link_lives_to_the_end_of_the_day_by_which_to_pay(tenant: Tenant) -> None:
    _, row = await _arranged(tenant, amount="50.00", date="2026-11-24")
    claims = jwt.decode(_link(row).rsplit("/", 1)[1], options={"verify_signature": False})
    assert datetime.fromtimestamp(claims["until"], UTC) == datetime(2026, 11, 25, 8, tzinfo=UTC)


async def test_a_link_to_what_was_replaced_says_so(tenant: Tenant) -> None:
    agent, row = await _arranged(tenant, amount="50.00")
    prepared = await agent.tool("process_payment", amount="60.00", method="bank_transfer")
    await agent.tool("confirm_arrangement", intent_id=prepared["data"]["intent_id"])
    page = await _get(tenant, _link(row))
    assert (page.status_code, "replaced" in page.text, "50.00" in page.text) == (404, True, False)


async def test_only_our_own_signature_opens_a_page(tenant: Tenant) -> None:
    from archer.settings import settings

    _, row = await _arranged(tenant, amount="50.00")
    good = _link(row).rsplit("/", 1)[1]
    claims = jwt.decode(good, options={"verify_signature": False})
    secret = settings().link_token_secret.get_secret_value()
    head, body, signature = good.split(".")
    forged = [
        jwt.encode(claims, "another-secret-of-thirty-two-bytes-or-more", algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),  # type: ignore[arg-type]
        jwt.encode(claims | {"aud": "archer-call"}, secret, algorithm="HS256"),
        jwt.encode(claims | {"sub": "1"}, secret, algorithm="HS256"),
        jwt.encode({k: v for k, v in claims.items() if k != "until"}, secret, algorithm="HS256"),
        f"{head}.{body}.{signature[::-1]}",
        "not-a-token",
    ]
    for token in forged:
        assert (await _get(tenant, f"/pay/{token}")).status_code == 404, token
    another = jwt.encode(claims | {"sub": str(uuid4())}, secret, algorithm="HS256")
    assert (await _get(tenant, f"/pay/{another}")).status_code == 404


async def test_an_arrangement_of_another_organization_is_not_found(tenant: Tenant, app: Any) -> None:
    from archer.settings import settings

    _, row = await _arranged(tenant, amount="50.00")
    claims = jwt.decode(_link(row).rsplit("/", 1)[1], options={"verify_signature": False})
    async with new_tenant(app) as other:
        moved = claims | {"org": str(other.organization_id)}
        token = jwt.encode(moved, settings().link_token_secret.get_secret_value(), algorithm="HS256")
        assert (await _get(other, f"/pay/{token}")).status_code == 404


@pytest.mark.parametrize("name", ["<script>alert(1)</script> Bank", 'Maple & "Sons" Bank'])
async def test_the_name_is_text_whatever_it_holds(tenant: Tenant, name: str) -> None:
    from html import escape

    from archer.store.database import database
    from archer.store.organizations import get_organization

    _, row = await _arranged(tenant, amount="50.00")
    async with database().transaction(tenant.organization_id) as session:
        (await get_organization(session, tenant.organization_id)).name = name
    page = await _get(tenant, _link(row))
    assert name not in page.text
    assert escape(name) in page.text
