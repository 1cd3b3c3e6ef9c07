"""Sentences that the guardrail kept back are stored with the call, redacted, and never changed."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from archer.store.database import database
from tests.support import Tenant, open_session


def _entry(n: int, data: dict[str, Any]) -> dict[str, Any]:
    return {"n": n, "at": "2026-11-16T17:01:00Z", "kind": "event", "event": "guardrail_blocked", "data": data}


BLOCKED = {
    "findings": [{"rule": "G-01", "match": "be arrested"}, {"rule": "G-04", "match": "today only"}],
    "sentence": "Pay today only with card 4111 1111 1111 1111 or be arrested.",
    "said_instead": "Let me connect you with a colleague.",
}


async def test_findings_are_shown_with_the_call(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    answer = await agent.post("entries", {"entries": [_entry(1, BLOCKED)]})
    assert answer.json()["stored_to"] == 1
    shown = await agent.shown()
    assert [(found["rule"], found["match"]) for found in shown["findings"]] == [
        ("G-01", "be arrested"),
        ("G-04", "today only"),
    ]
    assert shown["findings"][0]["said_instead"] == "Let me connect you with a colleague."
    assert "4111" not in str(shown)
    entry = next(one for one in shown["entries"] if one["event"] == "guardrail_blocked")
    assert {found["seq"] for found in shown["findings"]} == {entry["seq"]}


async def test_the_same_batch_again_stores_nothing(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    for _ in range(2):
        await agent.post("entries", {"entries": [_entry(1, BLOCKED)]})
    assert len((await agent.shown())["findings"]) == 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"findings": []},
        {"findings": "G-01"},
        {"findings": [{"match": "x"}]},
        {"findings": [{"rule": None}], "sentence": {}},
        {"findings": [{"rule": "G-01", "match": "x" * 9000}], "sentence": "y" * 9000},
        {"findings": [{"rule": "G-" + "9" * 300}]},
        {"findings": [{"rule": "G-01", "match": "a\u0000b"}], "sentence": "a\u0000b"},
    ],
)
async def test_an_odd_report_is_kept_all_the_same(tenant: Tenant, data: dict[str, Any]) -> None:
    agent = await open_session(tenant)
    answer = await agent.post("entries", {"entries": [_entry(1, data)]})
    assert answer.status_code == 200, answer.text
    assert len((await agent.shown())["findings"]) == 1


async def test_findings_cannot_be_changed_or_removed(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.post("entries", {"entries": [_entry(1, BLOCKED)]})
    for statement in ("UPDATE utterance_findings SET rule = 'G-02'", "DELETE FROM utterance_findings"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database().transaction(tenant.organization_id) as session:
                await session.execute(text(statement))
