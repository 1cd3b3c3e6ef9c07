"""Tactics in the API: versions, roll back, retiring, previews, and which one a call carries."""

from typing import Any

import pytest

from archer.conversation.prompts.whole import RULES
from tests.support import Tenant, customer, new_tenant, open_session, placed_call

DIALS = {"urgency": 4, "empathy": 6, "persistence": 5, "authority": 5}
EXAMPLE = {"name": "Ask openly", "description": "Ask one open question.", "example": "What would work for you?"}
BODY = {"archetype": "balanced_progression", "config": DIALS | {"techniques": [EXAMPLE]}}


async def _created(tenant: Tenant, name: str = "our_own", **config: Any) -> dict[str, Any]:
    body = BODY | {"name": name, "config": BODY["config"] | config}  # type: ignore[operator]
    answer = await tenant.client.post("/tactics", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_every_organization_has_the_fifteen_of_the_library(tenant: Tenant) -> None:
    items = (await tenant.client.get("/tactics")).json()["items"]
    assert len(items) == 15
    assert {item["version"] for item in items} == {1}
    anchor = next(item for item in items if item["name"] == "aggressive_anchor")
    assert anchor["config"]["urgency"] == 8
    assert anchor["config"]["techniques"]


async def test_a_change_is_a_new_version_and_the_old_one_stays(tenant: Tenant) -> None:
    first = await _created(tenant)
    assert (first["version"], first["is_active"]) == (1, True)
    changed = BODY | {"config": BODY["config"] | {"empathy": 9}}  # type: ignore[operator]
    second = (await tenant.client.put("/tactics/our_own", json=changed)).json()
    assert (second["version"], second["config"]["empathy"]) == (2, 9)
    assert [(v["version"], v["is_active"]) for v in second["versions"]] == [(2, True), (1, False)]
    old = (await tenant.client.get("/tactics/our_own/versions/1")).json()
    assert (old["config"]["empathy"], old["is_active"]) == (6, False)


async def test_the_same_content_again_makes_no_version(tenant: Tenant) -> None:
    await _created(tenant)
    again = (await tenant.client.put("/tactics/our_own", json=BODY)).json()
    assert again["version"] == 1


async def test_a_change_based_on_an_old_version_is_refused(tenant: Tenant) -> None:
    await _created(tenant)
    for empathy, status in ((8, 200), (9, 409)):
        body = BODY | {"config": BODY["config"] | {"empathy": empathy}, "based_on": 1}  # type: ignore[operator]
        assert (await tenant.client.put("/tactics/our_own", json=body)).status_code == status


async def test_rolling_back_puts_the_earlier_version_in_force(tenant: Tenant) -> None:
    await _created(tenant)
    await tenant.client.put("/tactics/our_own", json=BODY | {"config": DIALS})
    back = (await tenant.client.post("/tactics/our_own/activate", json={"version": 1})).json()
    assert (back["version"], len(back["versions"])) == (1, 2)
    missing = await tenant.client.post("/tactics/our_own/activate", json={"version": 9})
    assert missing.status_code == 404


async def test_a_retired_tactic_takes_no_new_call_and_can_come_back(tenant: Tenant) -> None:
    await _created(tenant)
    assert (await tenant.client.delete("/tactics/our_own")).status_code == 204
    assert (await tenant.client.delete("/tactics/our_own")).status_code == 204
    names = [item["name"] for item in (await tenant.client.get("/tactics")).json()["items"]]
    assert "our_own" not in names
    shown = (await tenant.client.get("/tactics", params={"include_retired": True})).json()["items"]
    assert "our_own" in [item["name"] for item in shown]
    person = (await tenant.client.post("/customers", json=customer())).json()
    refused = await tenant.client.post("/calls", json={"customer_id": person["id"], "tactic": "our_own"})
    assert refused.status_code == 422
    await tenant.client.post("/tactics/our_own/activate", json={"version": 1})
    assert (await tenant.client.get("/tactics/our_own")).json()["is_active"] is True


async def test_a_call_keeps_the_version_it_was_asked_for_with(tenant: Tenant) -> None:
    await _created(tenant)
    person = (await tenant.client.post("/customers", json=customer())).json()
    call = (await tenant.client.post("/calls", json={"customer_id": person["id"], "tactic": "our_own"})).json()
    await tenant.client.put("/tactics/our_own", json=BODY | {"config": DIALS | {"empathy": 10}})
    agent = await open_session(tenant, call["id"])
    assert (agent.session["tactic"]["version"], agent.session["tactic"]["empathy"]) == (1, 6)
    shown = await agent.shown()
    assert (shown["tactic"], shown["tactic_version"]) == ("our_own", 1)


async def test_the_segment_and_the_organization_have_tactics_of_their_own(app: Any) -> None:
    segments = {"hardship": {"tactic": "hardship_support", "no_pressure": True}}
    async with new_tenant(app, default_tactic="balanced_progression", segments=segments) as bank:
        plain, gentle = await placed_call(bank), await placed_call(bank, segment="hardship")
        tactics = [(await bank.client.get(f"/calls/{call}")).json()["tactic"] for call in (plain, gentle)]
    assert tactics == ["balanced_progression", "hardship_support"]


@pytest.mark.parametrize(
    ("where", "words", "rule"),
    [
        ("example", "This is your final chance, today only.", "G-04"),
        ("example", "We will sue you.", "G-03"),
        ("description", "Tell the caller that he could be arrested.", "G-01"),
        ("description", "Say that you will tell the employer.", "G-08"),
    ],
)
async def test_words_that_the_guardrail_forbids_are_refused_with_the_rule(
    tenant: Tenant, where: str, words: str, rule: str
) -> None:
    body = BODY | {"name": "our_own", "config": DIALS | {"techniques": [EXAMPLE | {where: words}]}}
    answer = await tenant.client.post("/tactics", json=body)
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["where"], answer.json()["errors"][0]["rule"]) == (
        f"config.techniques.0.{where}",
        rule,
    )
    assert (await tenant.client.get("/tactics/our_own")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Our Own"},
        {"name": "x" * 65},
        {"archetype": "friendly"},
        {"config": DIALS | {"urgency": 11}},
        {"config": DIALS | {"loudness": 1}},
        {"config": {"urgency": 5}},
    ],
)
async def test_what_is_no_tactic_is_refused(tenant: Tenant, body: dict[str, Any]) -> None:
    answer = await tenant.client.post("/tactics", json=BODY | {"name": "our_own"} | body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_name_is_taken_once(tenant: Tenant) -> None:
    await _created(tenant)
    assert (await tenant.client.post("/tactics", json=BODY | {"name": "our_own"})).status_code == 409


async def test_the_preview_shows_prompt_and_other_words_and_no_finding(tenant: Tenant) -> None:
    shown = (await tenant.client.get("/tactics/empathetic_gradual/preview")).json()
    assert "Acknowledge before asking" in shown["manner"]
    assert shown["prompt"].endswith(shown["manner"])
    assert "Maple Bank" in shown["prompt"]
    assert shown["prompt"].index("Maple Bank") < shown["prompt"].index(RULES) < shown["prompt"].index(shown["manner"])
    turns = [turn for scene in shown["scenes"] for turn in scene["turns"]]
    assert turns
    assert all(turn["with_tactic"] != turn["without_tactic"] for turn in turns)
    assert shown["behaviour"]["voice"] == "warm"
    assert shown["behaviour_without"]["voice"] == "plain"


async def test_no_sentence_of_any_preview_is_refused_by_the_guardrail(tenant: Tenant) -> None:
    for item in (await tenant.client.get("/tactics")).json()["items"]:
        assert (await tenant.client.get(f"/tactics/{item['name']}/preview")).json()["findings"] == []


async def test_a_draft_can_be_previewed_and_is_not_kept(tenant: Tenant) -> None:
    firm = BODY | {"config": DIALS | {"urgency": 9, "authority": 9}}
    shown = await tenant.client.post("/tactics/preview", json=firm)
    assert (shown.status_code, shown.json()["behaviour"]["voice"]) == (200, "firm")
    assert len((await tenant.client.get("/tactics")).json()["items"]) == 15


async def test_the_library_can_be_completed(tenant: Tenant) -> None:
    from sqlalchemy import delete

    from archer.store import BehavioralTactic
    from archer.store.database import database

    async with database().transaction(tenant.organization_id) as session:
        await session.execute(delete(BehavioralTactic).where(BehavioralTactic.name == "small_steps"))
    assert (await tenant.client.post("/tactics/library")).json() == {"added": ["small_steps"]}
    assert (await tenant.client.post("/tactics/library")).json() == {"added": []}


async def test_another_organization_sees_none_of_it(tenant: Tenant, app: Any) -> None:
    await _created(tenant)
    async with new_tenant(app) as other:
        assert (await other.client.get("/tactics/our_own")).status_code == 404
        assert (await other.client.put("/tactics/our_own", json=BODY)).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("operator", 201)])
async def test_writing_needs_an_operator(tenant: Tenant, role: str, status: int) -> None:
    from archer.store import ApiKey
    from archer.store.database import database
    from archer.store.organizations import hash_api_key, new_api_key

    key = new_api_key()
    async with database().transaction(tenant.organization_id) as session:
        session.add(ApiKey(organization_id=tenant.organization_id, name="test", key_hash=hash_api_key(key), role=role))
    headers = {"Authorization": f"Bearer {key}"}
    answer = await tenant.client.post("/tactics", json=BODY | {"name": "our_own"}, headers=headers)
    assert answer.status_code == status
    assert (await tenant.client.get("/tactics", headers=headers)).status_code == 200
    assert (await tenant.client.delete("/tactics/stern", headers=headers)).status_code == 403


async def test_changes_are_on_record(tenant: Tenant) -> None:
    from sqlalchemy import select

    from archer.store import AuditEntry
    from archer.store.database import database

    await _created(tenant)
    await tenant.client.put("/tactics/our_own", json=BODY | {"config": DIALS})
    await tenant.client.delete("/tactics/our_own")
    async with database().transaction(tenant.organization_id) as session:
        rows = await session.execute(
            select(AuditEntry.action, AuditEntry.details)
            .where(AuditEntry.subject == "tactic:our_own")
            .order_by(AuditEntry.number)
        )
        seen = [(action, details["version"]) for action, details in rows]
    assert seen == [("tactic.created", 1), ("tactic.changed", 2), ("tactic.retired", 2)]
