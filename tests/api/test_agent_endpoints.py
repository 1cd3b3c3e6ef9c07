"""What the agent may do: open one session a token, run a tool once, store every line once."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support import AgentSession, Tenant, call_token, new_tenant, open_session, placed_call


def _line(n: int, text: str = "hello", speaker: str = "customer") -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"n": n, "at": at, "kind": "transcript", "speaker": speaker, "text": text}


async def _open(tenant: Tenant, call: str, token: str, nonce: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return await tenant.client.post(f"/agent/calls/{call}/session", json={"nonce": nonce}, headers=headers)


async def test_a_call_token_opens_one_session(tenant: Tenant) -> None:
    call = await placed_call(tenant)
    token, nonce = await call_token(tenant, call), str(uuid.uuid4())
    first = await _open(tenant, call, token, nonce)
    lost_answer = await _open(tenant, call, token, nonce)
    stolen = await _open(tenant, call, token, str(uuid.uuid4()))
    assert (first.status_code, lost_answer.status_code, stolen.status_code) == (200, 200, 409)
    assert lost_answer.json()["epoch"] == first.json()["epoch"] == 1
    assert stolen.json()["type"].endswith("/token-used")


async def test_the_session_shows_nothing_of_the_debt(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    text = str({name: value for name, value in agent.session.items() if name != "tools"})
    assert "412.35" not in text
    assert "4321" not in text
    assert "02139" not in text
    assert agent.session["customer_name"] == "Sam Smith"


async def test_a_token_of_another_call_is_refused(tenant: Tenant) -> None:
    call, other = await placed_call(tenant), await placed_call(tenant)
    token = await call_token(tenant, other)
    assert (await _open(tenant, call, token, str(uuid.uuid4()))).status_code == 401


async def test_a_session_token_is_no_api_key_and_an_api_key_no_session_token(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    assert (await tenant.client.get("/calls", headers=agent.headers)).status_code == 401
    body = {"tool_call_id": "t1", "arguments": {}}
    answer = await tenant.client.post(f"/agent/calls/{agent.call_id}/tools/verify_account", json=body)
    assert answer.status_code == 401


async def test_the_stream_grant_does_not_use_the_token_up(tenant: Tenant) -> None:
    call = await placed_call(tenant)
    token = await call_token(tenant, call)
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(2):
        granted = await tenant.client.post(f"/agent/calls/{call}/stream", headers=headers)
        assert granted.status_code == 200, granted.text
    assert (await _open(tenant, call, token, str(uuid.uuid4()))).status_code == 200
    assert (await tenant.client.post(f"/agent/calls/{call}/stream", headers=headers)).status_code == 409


async def test_a_newer_session_ends_the_older_ones_right_to_act(tenant: Tenant) -> None:
    old = await open_session(tenant)
    new = await open_session(tenant, old.call_id)
    assert new.session["epoch"] == 2
    refused = await old.post("tools/get_customer_options", {"tool_call_id": "x", "arguments": {}})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/session-overtaken")
    late = await old.post("entries", {"entries": [_line(1, "said before the break")]})
    assert late.json()["stored_to"] == 1


async def test_a_resumed_session_knows_where_the_earlier_one_stopped(tenant: Tenant) -> None:
    old = await open_session(tenant)
    await old.verify()
    await old.post("entries", {"entries": [_line(1, "it is me")], "conversation": {"phase": "purpose"}})
    new = await open_session(tenant, old.call_id)
    state = new.session["state"]
    assert state["verified"] is True
    assert state["conversation"] == {"phase": "purpose"}
    assert state["lines"] == [{"speaker": "customer", "text": "it is me"}]


async def test_entries_are_stored_once_in_order_and_without_gaps(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    assert (await agent.post("entries", {"entries": [_line(1, "a"), _line(2, "b")]})).json()["stored_to"] == 2
    assert (await agent.post("entries", {"entries": [_line(2, "b"), _line(3, "c")]})).json()["stored_to"] == 3
    assert (await agent.post("entries", {"entries": [_line(5, "e")]})).json()["stored_to"] == 3
    assert (await agent.post("entries", {"entries": [_line(4, "d"), _line(5, "e")]})).json()["stored_to"] == 5
    entries = (await agent.shown())["entries"]
    assert [entry["text"] for entry in entries if entry["kind"] == "transcript"] == ["a", "b", "c", "d", "e"]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))


async def test_the_same_batch_many_times_at_once_is_stored_once(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    batch = {"entries": [_line(n, f"line {n}") for n in range(1, 21)]}
    answers = await asyncio.gather(*(agent.post("entries", batch) for _ in range(5)))
    assert {answer.json()["stored_to"] for answer in answers} == {20}
    lines = [entry for entry in (await agent.shown())["entries"] if entry["kind"] == "transcript"]
    assert len(lines) == 20


async def test_a_card_number_never_reaches_the_store(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.post("entries", {"entries": [_line(1, "my card is 4111 1111 1111 1111 thanks")]})
    shown = str((await agent.shown())["entries"])
    assert "1111" not in shown
    assert "[card number]" in shown


async def test_the_same_tool_call_runs_once(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    prepared = await agent.tool("process_payment", amount="412.35", method="sms_link")
    confirm = {"tool_call_id": "c1", "arguments": {"intent_id": prepared["data"]["intent_id"]}}
    answers = await asyncio.gather(*(agent.post("tools/confirm_arrangement", confirm) for _ in range(6)))
    assert len({answer.json()["data"]["arrangement_id"] for answer in answers}) == 1
    shown = await agent.shown()
    assert len(shown["arrangements"]) == 1
    assert len(shown["messages"]) == 1


async def test_words_that_come_with_a_tool_stand_before_it_and_are_stored_once(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    body = {"tool_call_id": "t1", "arguments": {}, "entries": [_line(1, "what do I owe"), _line(2, "please")]}
    await agent.post("tools/get_customer_options", body)
    receipt = await agent.post("entries", {"entries": [*body["entries"], _line(3, "thank you")]})
    assert receipt.json()["stored_to"] == 3
    shown = (await tenant.client.get(f"/calls/{agent.call_id}")).json()["entries"]
    said = [entry["text"] or entry["kind"] for entry in shown if entry["kind"] != "event"]
    assert said == ["what do I owe", "please", "tool", "thank you"]


async def test_a_tool_call_id_cannot_be_used_for_something_else(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    await agent.tool("get_customer_options", "same")
    answer = await agent.post("tools/verify_account", {"tool_call_id": "same", "arguments": {}})
    assert answer.status_code == 409


async def test_what_became_of_a_tool_call_can_be_asked(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    path = f"/agent/calls/{agent.call_id}/tools"
    known = await tenant.client.get(f"{path}/t1", headers=agent.headers)
    unknown = await tenant.client.get(f"{path}/never", headers=agent.headers)
    assert (known.json()["name"], unknown.status_code) == ("verify_account", 404)


async def test_the_end_is_told_once(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    for _ in range(2):
        answer = await agent.post("end", {"outcome": "refused", "reason": "goodbye", "hang_up": True})
        assert answer.status_code == 204
    events = [entry["event"] for entry in (await agent.shown())["entries"]]
    assert events.count("conversation_ended") == 1


async def test_another_organizations_token_reaches_nothing(tenant: Tenant, app: Any) -> None:
    async with new_tenant(app) as other:
        theirs = await open_session(other)
        mine = await placed_call(tenant)
        intruder = AgentSession(tenant, mine, theirs.session)
        answer = await intruder.post("tools/verify_account", {"tool_call_id": "t", "arguments": {}})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("zone", "shown"), [("Mars/Olympus", "America/New_York"), ("America/Denver", "America/Denver")]
)
async def test_a_zone_that_does_not_exist_costs_no_call(tenant: Tenant, zone: str, shown: str) -> None:
    agent = await open_session(tenant, timezone=zone)
    assert agent.session["customer_timezone"] == shown
