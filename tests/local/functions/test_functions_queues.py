"""Queue triggers and outputs on a real Azurite."""

import asyncio
import base64
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueClient as PlainQueueClient
from azure.storage.queue.aio import QueueClient

from local.functions.sends import watched
from local.functions.storage import API_VERSION


@pytest_asyncio.fixture
async def prefix() -> str:
    return f"t{uuid.uuid4().hex[:8]}"


@pytest_asyncio.fixture
async def queue(azurite: str, prefix: str) -> AsyncIterator[Any]:
    clients: list[QueueClient] = []

    def client(name: str) -> QueueClient:
        made = QueueClient.from_connection_string(azurite, f"{prefix}-{name}", api_version=API_VERSION)
        clients.append(made)
        return made

    yield client
    for made in clients:
        await made.close()


@pytest_asyncio.fixture
async def app(serve: Any, azurite: str, prefix: str) -> Any:
    return await serve("queues", AzureWebJobsStorage=azurite, PREFIX=prefix)


async def send(client: QueueClient, *texts: str) -> None:
    for text in texts:
        await client.send_message(base64.b64encode(text.encode()).decode())


async def texts(client: QueueClient) -> list[str]:
    try:
        return [base64.b64decode(m.content).decode() for m in await client.peek_messages(32)]
    except ResourceNotFoundError:
        return []


async def empty(client: QueueClient) -> bool:
    properties = await client.get_queue_properties()
    return not properties.approximate_message_count


async def test_a_message_runs_its_function_and_its_output_is_sent(app: Any, queue: Any, until: Any) -> None:
    await send(queue("in"), "héllo")
    await until(lambda: app.module.received)
    assert [(text, count) for _, text, count in app.module.received] == [("héllo", 1)]
    await until(lambda: texts_equal(queue("out"), ["héllo!"]))
    await until(lambda: empty(queue("in")))


async def texts_equal(client: QueueClient, expected: list[str]) -> bool:
    return sorted(await texts(client)) == sorted(expected)


async def test_a_str_parameter_and_a_returned_message(app: Any, queue: Any, until: Any) -> None:
    await send(queue("plain"), "abc")
    await until(lambda: texts_equal(queue("out"), ["cba"]))


async def test_a_failed_message_is_tried_again(app: Any, queue: Any, until: Any) -> None:
    await send(queue("in"), "fails once")
    await until(lambda: texts_equal(queue("out"), ["fails once!"]))
    assert [count for _, _, count in app.module.received] == [1, 2]


async def test_what_always_fails_goes_to_the_poison_queue(app: Any, queue: Any, until: Any) -> None:
    await send(queue("in"), "always fails", "fine")
    await until(lambda: len(app.module.received) == 4)
    await until(lambda: empty(queue("in")))
    await until(lambda: app.module.seen_poison)
    assert app.module.seen_poison == [("always fails", 1)]
    assert await texts(queue("out")) == ["fine!"]
    assert sorted(count for _, text, count in app.module.received if text == "always fails") == [1, 2, 3]


async def test_a_message_that_is_not_base64_goes_to_the_poison_queue(app: Any, queue: Any, until: Any) -> None:
    await queue("in").send_message("not base64!")
    await until(lambda: empty(queue("in")))
    assert app.module.received == []

    async def left() -> bool:
        return not await empty(queue("in-poison"))

    await until(left)


async def test_a_poison_queue_has_no_poison_queue(app: Any, queue: Any, until: Any) -> None:
    await send(queue("in"), "always fails")
    await until(lambda: app.module.seen_poison)
    await app.host.settle()
    assert not await empty(queue("in-poison")), "the message is kept"
    assert await texts(queue("in-poison")) == [], "and left alone for a while"
    assert await texts(queue("in-poison-poison")) == []


async def test_an_http_function_sends_a_list_of_messages(app: Any, queue: Any, until: Any) -> None:
    assert (await app.http.post("/api/send", json=["a", "b"])).status_code == 202
    await until(lambda: texts_equal(queue("out"), ["a!", "b!"]))


async def test_no_more_messages_run_at_once_than_host_json_says(app: Any, queue: Any, until: Any) -> None:
    await send(queue("slow"), *[str(n) for n in range(12)])
    await until(lambda: app.module.running["now"] >= 4)
    await asyncio.sleep(0.5)  # longer than any poll: what could start has started
    assert app.module.running["most"] <= 4 + 2, "batchSize + newBatchThreshold"
    app.module.release.set()
    await until(lambda: empty(queue("slow")))


async def test_unencoded_messages(serve: Any, azurite: str, prefix: str, queue: Any, until: Any) -> None:
    app = await serve(
        "queues",
        AzureWebJobsStorage=azurite,
        PREFIX=prefix,
        AzureFunctionsJobHost__extensions__queues__messageEncoding="none",
    )
    await queue("in").send_message("plain text")
    await until(lambda: app.module.received)
    assert app.module.received[0][1] == "plain text"

    async def sent() -> list[str]:
        try:
            return [message.content for message in await queue("out").peek_messages(1)]
        except ResourceNotFoundError:
            return []

    assert await until(sent) == ["plain text!"]


async def test_a_message_being_worked_on_when_the_host_stops_is_given_back(app: Any, queue: Any, until: Any) -> None:
    await send(queue("slow"), "x")
    await until(lambda: app.module.running["now"] == 1)
    assert await app.host.stop(grace=0.1) is False
    messages = [m async for m in queue("slow").receive_messages(max_messages=1)]
    assert [m.dequeue_count for m in messages] == [2]


async def test_what_a_killed_process_held_is_given_back_at_once(
    serve: Any, azurite: str, prefix: str, queue: Any, until: Any, tmp_path: Any
) -> None:
    from local.functions.durable.store import Store

    client = queue("in")
    await client.create_queue()
    await send(client, "held")
    held = await client.receive_message(visibility_timeout=600)
    assert held is not None
    state = tmp_path / "killed.sqlite"
    store = Store(state)
    store.put_lease("AzureWebJobsStorage", f"{prefix}-in", held.id, held.pop_receipt)
    store.close()
    app = await serve("queues", state=state, AzureWebJobsStorage=azurite, PREFIX=prefix)
    await until(lambda: app.module.received)
    assert [(text, count) for _, text, count in app.module.received] == [("held", 2)]


async def test_a_missing_connection_is_refused(serve: Any, prefix: str) -> None:
    import pytest

    from local.functions.errors import LoadError

    with pytest.raises(LoadError, match="AzureWebJobsStorage"):
        await serve("queues", PREFIX=prefix, AzureWebJobsStorage="")


async def test_who_watches_is_told_of_every_queue_that_took_a_message(azurite: str, prefix: str, queue: Any) -> None:
    one, missing = queue("one"), queue("missing")
    plain = PlainQueueClient.from_connection_string(azurite, f"{prefix}-one", api_version=API_VERSION)
    await one.create_queue()
    told: list[str] = []
    with watched(told.append):
        await one.send_message("a")
        await asyncio.to_thread(plain.send_message, "b")
        with pytest.raises(ResourceNotFoundError):
            await missing.send_message("c")
    await one.send_message("d")
    assert told == [f"{prefix}-one"] * 2
