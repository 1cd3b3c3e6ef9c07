"""Calls over HTTP: accepted or refused with the gate's reasons, once per idempotency key, listed and ended."""

import asyncio
import json
import subprocess
import sys
import uuid
from typing import Any

from sqlalchemy import select

from archer.store import Call, DialDecision, OutboxMessage
from archer.store.database import database
from archer.work import outbox_sent
from tests.support import Tenant, customer, new_tenant


async def _add(tenant: Tenant, **changes: Any) -> dict[str, Any]:
    answer = await tenant.client.post("/customers", json=customer(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _place(tenant: Tenant, body: dict[str, Any], **headers: str) -> Any:
    return await tenant.client.post("/calls", json=body, headers=headers)


async def _rows(tenant: Tenant, model: Any) -> list[Any]:
    async with database().transaction(tenant.organization_id) as session:
        return list((await session.execute(select(model))).scalars())


async def test_an_allowed_call_is_queued_with_its_decision(tenant: Tenant) -> None:
    person = await _add(tenant)
    answer = await _place(tenant, {"customer_id": person["id"], "metadata": {"campaign": "fall"}})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["status"] == "queued"
    assert body["decision"]["decision"] == "allow"
    shown = (await tenant.client.get(f"/calls/{body['id']}")).json()
    assert (shown["status"], shown["metadata"]) == ("queued", {"campaign": "fall"})
    assert [(entry["seq"], entry["event"]) for entry in shown["entries"]] == [(1, "status_queued")]
    await outbox_sent()
    queues = [(row.queue, row.body["call_id"], row.sent_at is not None) for row in await _rows(tenant, OutboxMessage)]
    assert queues == [("call-requests", body["id"], True)]


async def test_a_refused_call_is_stored_as_blocked_and_says_why(tenant: Tenant) -> None:
    person = await _add(tenant, flags={"cease": True})
    answer = await _place(tenant, {"customer_id": person["id"]})
    assert answer.status_code == 409
    body = answer.json()
    assert body["type"].endswith("/dial-refused")
    assert body["decision"]["decision"] == "block"
    assert [rule["id"] for rule in body["decision"]["rules"]] == ["P-17"]
    shown = (await tenant.client.get(f"/calls/{body['id']}")).json()
    assert (shown["status"], shown["disposition"]) == ("blocked", "blocked")
    assert shown["summary"] == "The compliance gate did not allow this call."
    assert [entry["event"] for entry in shown["entries"]] == ["status_blocked", "wrapped_up"]
    assert await _rows(tenant, OutboxMessage) == []


async def test_a_stored_decision_can_be_replayed_on_the_command_line(tenant: Tenant) -> None:
    person = await _add(tenant)
    call = (await _place(tenant, {"customer_id": person["id"]})).json()
    stored = (await tenant.client.get(f"/calls/{call['id']}/decision")).json()
    replayed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "archer.compliance", "dial"],
        input=json.dumps(stored["facts"]),
        capture_output=True,
        text=True,
        check=True,
    )
    again = json.loads(replayed.stdout)
    assert (again["decision"], again["rules"], again["ruleset"]) == (
        stored["decision"],
        stored["rules"],
        stored["ruleset"],
    )


async def test_what_is_not_known_of_the_number_is_looked_up(tenant: Tenant) -> None:
    person = await _add(tenant, number=None)
    answer = await _place(tenant, {"customer_id": person["id"]})
    assert answer.status_code == 202, answer.text
    known = (await tenant.client.get(f"/customers/{person['id']}")).json()["number"]
    assert known["line_type"] == "wireless"
    assert known["reassigned"]["result"] == "no"


async def test_a_reassigned_number_is_not_called(tenant: Tenant) -> None:
    person = await _add(tenant, number=None, phone_number="+16175550199")
    answer = await _place(tenant, {"customer_id": person["id"]})
    assert answer.status_code == 409
    assert "P-06" in [rule["id"] for rule in answer.json()["decision"]["rules"]]


async def test_the_same_idempotency_key_gives_the_same_answer_and_one_call(tenant: Tenant) -> None:
    person = await _add(tenant)
    body = {"customer_id": person["id"]}
    answers = await asyncio.gather(*(_place(tenant, body, **{"Idempotency-Key": "k-1"}) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await _rows(tenant, Call)) == 1


async def test_the_same_idempotency_key_with_another_body_is_a_conflict(tenant: Tenant) -> None:
    person = await _add(tenant)
    await _place(tenant, {"customer_id": person["id"]}, **{"Idempotency-Key": "k-2"})
    answer = await _place(tenant, {"external_id": person["external_id"]}, **{"Idempotency-Key": "k-2"})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/idempotency-key-reused")
    assert len(await _rows(tenant, Call)) == 1


async def test_unknown_customer_and_ambiguous_customer_are_refused(tenant: Tenant) -> None:
    assert (await _place(tenant, {"customer_id": str(uuid.uuid4())})).status_code == 404
    assert (await _place(tenant, {})).status_code == 422
    both = await _place(tenant, {"customer_id": str(uuid.uuid4()), "external_id": "x"})
    assert both.status_code == 422


async def test_an_unknown_tactic_is_refused_and_nothing_is_stored(tenant: Tenant) -> None:
    person = await _add(tenant)
    answer = await _place(tenant, {"customer_id": person["id"], "tactic": "no_such_tactic"})
    assert answer.status_code == 422
    assert await _rows(tenant, Call) == []
    assert await _rows(tenant, DialDecision) == []


async def test_calls_are_filtered_and_searched(tenant: Tenant) -> None:
    ada, bob = await _add(tenant, name="Ada Lovelace"), await _add(tenant, name="Bob 100% Sure", flags={"cease": True})
    allowed = (await _place(tenant, {"customer_id": ada["id"]})).json()["id"]
    refused = (await _place(tenant, {"customer_id": bob["id"]})).json()["id"]

    async def ids(**params: str) -> list[str]:
        answer = await tenant.client.get("/calls", params=params)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await ids() == [refused, allowed]
    assert await ids(status="blocked") == [refused]
    assert await ids(customer_id=ada["id"]) == [allowed]
    assert await ids(q="lovelace") == [allowed]
    assert await ids(q="100%") == [refused]
    assert await ids(q=allowed[:8]) == [allowed]
    assert await ids(**{"from": "2030-01-01T00:00:00Z"}) == []
    assert await ids(disposition="blocked") == [refused]
    assert (await tenant.client.get("/calls", params={"disposition": "nonsense"})).status_code == 422


async def test_hanging_up_a_queued_call_cancels_it(tenant: Tenant) -> None:
    person = await _add(tenant)
    call = (await _place(tenant, {"customer_id": person["id"]})).json()["id"]
    answer = await tenant.client.post(f"/calls/{call}/hangup")
    assert (answer.status_code, answer.json()["status"]) == (202, "canceled")
    assert (await tenant.client.post(f"/calls/{call}/hangup")).status_code == 409


async def test_another_organization_can_neither_see_nor_end_a_call(tenant: Tenant, app: Any) -> None:
    person = await _add(tenant)
    call = (await _place(tenant, {"customer_id": person["id"]})).json()["id"]
    async with new_tenant(app) as other:
        assert (await other.client.get(f"/calls/{call}")).status_code == 404
        assert (await other.client.get(f"/calls/{call}/decision")).status_code == 404
        assert (await other.client.post(f"/calls/{call}/hangup")).status_code == 404
        assert (await other.client.post("/calls", json={"customer_id": person["id"]})).status_code == 404
    assert (await tenant.client.get(f"/calls/{call}")).json()["status"] == "queued"


async def test_oversized_and_malformed_bodies_are_refused(tenant: Tenant) -> None:
    large = await tenant.client.post("/customers", content=b"x" * 1_000_001)
    assert large.status_code == 413
    broken = await tenant.client.post("/calls", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 422
    assert await _rows(tenant, Call) == []
