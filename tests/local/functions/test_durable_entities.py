"""Entities: calls, signals, state over HTTP."""

from typing import Any

import pytest_asyncio

ENTITIES = "/runtime/webhooks/durabletask/entities"


@pytest_asyncio.fixture
async def app(serve: Any) -> Any:
    return await serve("durable")


async def test_an_orchestrator_calls_and_signals_an_entity(app: Any) -> None:
    assert (await app.run("counter_total", "a"))["output"] == 15
    assert (await app.http.get(f"{ENTITIES}/counter/a")).json() == 15


async def test_an_entitys_error_reaches_its_caller_and_leaves_the_state(app: Any) -> None:
    assert "the entity exploded" in (await app.run("entity_error"))["output"]


async def test_signals_over_http_are_applied_in_order(app: Any) -> None:
    for amount in (1, 2, 3):
        assert (await app.http.post(f"{ENTITIES}/Counter/k?op=add", json=str(amount))).status_code == 202
    await app.host.settle()
    assert (await app.http.get(f"{ENTITIES}/counter/k")).json() == 6


async def test_entities_are_listed(app: Any) -> None:
    for key in ("x", "y"):
        await app.http.post(f"{ENTITIES}/counter/{key}?op=add", json="4")
    await app.host.settle()
    listed = (await app.http.get(f"{ENTITIES}/counter?fetchState=true")).json()
    assert [entry["entityId"] for entry in listed] == [
        {"name": "counter", "key": "x"},
        {"name": "counter", "key": "y"},
    ]
    assert [entry["state"] for entry in listed] == [4, 4]


async def test_a_deleted_entity_is_gone(app: Any) -> None:
    await app.http.post(f"{ENTITIES}/counter/d?op=add", json="1")
    await app.host.settle()
    assert (await app.http.delete(f"{ENTITIES}/counter/d")).status_code == 202
    await app.host.settle()
    assert (await app.http.get(f"{ENTITIES}/counter/d")).status_code == 404
    assert (await app.http.get(f"{ENTITIES}/counter/never")).status_code == 404


async def test_an_unknown_entity_cannot_be_signalled(app: Any) -> None:
    answer = await app.http.post(f"{ENTITIES}/nobody/k?op=add", json="1")
    assert answer.status_code == 400
    assert "'counter'" in answer.json()["Message"]
