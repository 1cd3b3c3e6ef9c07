"""The subprotocols on the wire: recovery, limits, expiry, malformed frames, slow readers."""

import asyncio
import time

import aiohttp
import pytest

from local.webpubsub import Limits

RELIABLE = "json.reliable.webpubsub.azure.v1"


def recovery_url(service, hello):
    ids = f"awps_connection_id={hello['connectionId']}&awps_reconnection_token={hello['reconnectionToken']}"
    return f"{service.endpoint}/client/hubs/archer?{ids}"


async def test_connected_frames_of_both_subprotocols(service):
    _, plain = await service.join()
    _, reliable = await service.join(RELIABLE, user_id="ann")
    assert plain == {"type": "system", "event": "connected", "userId": None, "connectionId": plain["connectionId"]}
    assert set(reliable) == {"type", "event", "userId", "connectionId", "reconnectionToken"}


async def test_ping_is_answered(service):
    client, _ = await service.join()
    assert await client.ask(type="ping") == {"type": "pong"}


async def test_only_unacknowledged_messages_are_replayed(service):
    client, hello = await service.join(RELIABLE, groups=["g"])
    for n in range(4):
        await service.sdk.send_to_group("g", {"n": n}, content_type="application/json")
    assert [(await client.hear())["sequenceId"] for _ in range(4)] == [1, 2, 3, 4]
    await client.say(type="sequenceAck", sequenceId=2)
    assert await client.ask(type="ping") == {"type": "pong"}
    client.ws._response.connection.transport.abort()
    again = await service.connect(recovery_url(service, hello), RELIABLE)
    assert await again.hear() == hello
    assert [(await again.hear())["data"]["n"] for _ in range(2)] == [2, 3]
    await service.sdk.send_to_group("g", {"n": 4}, content_type="application/json")
    assert (await again.hear())["sequenceId"] == 5


async def test_recovery_takes_over_from_a_socket_that_looks_alive(service):
    client, hello = await service.join(RELIABLE, groups=["g"])
    again = await service.connect(recovery_url(service, hello), RELIABLE)
    assert await again.hear() == hello
    assert await client.close_code() != 1000
    await service.sdk.send_to_all("x", content_type="text/plain")
    assert (await again.hear())["data"] == "x"


async def test_unrecoverable_connections_are_refused_with_1008(service, serve, eventually):
    client, hello = await service.join(RELIABLE)
    wrong = await service.connect(recovery_url(service, hello | {"reconnectionToken": "guess"}), RELIABLE)
    assert await wrong.close_code() == 1008
    await client.ws.close()
    gone = await service.connect(recovery_url(service, hello), RELIABLE)
    assert await gone.close_code() == 1008
    async with serve(Limits(recovery_seconds=0.02, goodbye_seconds=0.2)) as forgetful:
        client, hello = await forgetful.join(RELIABLE, groups=["g"])
        client.ws._response.connection.transport.abort()
        await eventually(lambda: forgetful.sdk.group_exists("g"), holds=False)
        late = await forgetful.connect(recovery_url(forgetful, hello), RELIABLE)
        assert await late.close_code() == 1008


async def test_client_that_acknowledges_nothing_is_disconnected_at_the_cap(serve):
    async with serve(Limits(buffer_messages=10, goodbye_seconds=0.2)) as service:
        client, hello = await service.join(RELIABLE, groups=["g"])
        for n in range(11):
            await service.sdk.send_to_group("g", {"n": n}, content_type="application/json")
        heard = [await client.hear() for _ in range(11)]
        assert heard[-1]["event"] == "disconnected"
        assert "unacknowledged" in heard[-1]["message"]
        assert await client.close_code() == 1008
        again = await service.connect(recovery_url(service, hello), RELIABLE)
        assert await again.close_code() == 1008


async def test_buffer_is_capped_in_bytes_too(serve):
    async with serve(Limits(buffer_bytes=100_000, goodbye_seconds=0.2)) as service:
        client, _ = await service.join(RELIABLE, groups=["g"])
        for _ in range(3):
            await service.sdk.send_to_group("g", "x" * 40_000, content_type="text/plain")
        assert [(await client.hear())["type"] for _ in range(3)] == ["message", "message", "system"]


@pytest.mark.parametrize("subprotocol", ["json.webpubsub.azure.v1", RELIABLE])
async def test_client_that_does_not_read_delays_nobody_and_is_cut(serve, subprotocol):
    async with serve(Limits(buffer_bytes=2_000_000, goodbye_seconds=0.1)) as service:
        slow, _ = await service.join(subprotocol, user_id="slow", groups=["g"])
        slow.ws._response.connection.transport.pause_reading()
        quick, _ = await service.join(groups=["g"])
        text = "x" * 500_000
        started = time.monotonic()
        sent = 0
        while await service.sdk.user_exists("slow"):
            await service.sdk.send_to_group("g", text, content_type="text/plain")
            assert (await quick.hear())["data"] == text
            sent += 1
            assert sent < 100
        assert time.monotonic() - started < 10


async def test_connection_ends_when_its_token_expires(service):
    token = service.token(exp=int(time.time()) + 1)
    client = await service.connect(f"{service.endpoint}/client/hubs/archer?access_token={token}", RELIABLE)
    await client.hear()
    assert (await client.hear())["message"] == "The access token has expired"
    assert await client.close_code() == 1008


@pytest.mark.parametrize(
    "claims",
    [{"exp": time.time() - 1}, {"aud": "http://127.0.0.1/client/hubs/other"}, {"key": "b" * 44}],
    ids=["expired", "other hub", "other key"],
)
async def test_client_with_a_bad_token_is_not_let_in(service, claims):
    token = service.token(**claims)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await service.connect(f"{service.endpoint}/client/hubs/archer?access_token={token}")
    assert refused.value.status == 401


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ({"type": "joinGroup"}, "group"),
        ({"type": "joinGroup", "group": "x" * 1025}, "group"),
        ({"type": "sendToGroup", "group": "g", "dataType": "binary", "data": "%%"}, "base64"),
        ({"type": "sendToGroup", "group": "g", "dataType": "text", "data": {}}, "string"),
        ({"type": "fly"}, "fly"),
    ],
)
async def test_malformed_request_with_ack_id_is_answered_and_the_connection_lives(service, frame, said):
    client, _ = await service.join()
    answer = await client.ask(**frame, ackId=3)
    assert (answer["type"], answer["ackId"], answer["success"]) == ("ack", 3, False)
    assert said in answer["error"]["message"]
    assert await client.ask(type="ping") == {"type": "pong"}


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"type": "joinGroup"}', "[" * 5000])
async def test_malformed_frame_without_ack_id_ends_the_connection_with_the_reason(service, text):
    client, _ = await service.join(RELIABLE)
    await client.ws.send_str(text)
    farewell = await client.hear()
    assert farewell["event"] == "disconnected"
    assert "nvalid" in farewell["message"] or "JSON" in farewell["message"]
    assert await client.close_code() == 1008


async def test_binary_frame_and_oversized_frame_end_the_connection(service):
    binary, _ = await service.join()
    await binary.ws.send_bytes(b"\x00")
    assert "text frames" in (await binary.hear())["message"]
    big, _ = await service.join()
    await big.ws.send_str("x" * (1024 * 1024 + 1))
    assert await big.close_code() == 1009


async def test_client_without_subprotocol_gets_bare_data_and_may_not_speak(service, eventually):
    client = await service.connect(await service.client_url(user_id="ann"), None)
    await eventually(lambda: service.sdk.user_exists("ann"))
    await service.sdk.send_to_all("plain", content_type="text/plain")
    await service.sdk.send_to_all({"a": 1}, content_type="application/json")
    await service.sdk.send_to_all(b"\x01", content_type="application/octet-stream")
    assert [await client.ws.receive_str(), await client.ws.receive_str()] == ["plain", '{"a": 1}']
    assert await client.ws.receive_bytes() == b"\x01"
    await client.ws.send_str("hello?")
    assert await client.close_code() == 1000


async def test_group_message_names_its_sender_and_spares_him_on_request(service):
    ann, _ = await service.join(user_id="ann", groups=["g"])
    bob, _ = await service.join(user_id="bob", groups=["g"])
    assert (await ann.ask(type="sendToGroup", group="g", data=1, noEcho=True, ackId=1))["success"]
    assert await bob.hear() == {
        "type": "message",
        "from": "group",
        "group": "g",
        "fromUserId": "ann",
        "dataType": "json",
        "data": 1,
    }
    assert await ann.ask(type="ping") == {"type": "pong"}


async def test_event_without_a_handler_fails(service):
    client, _ = await service.join()
    answer = await client.ask(type="event", event="hi", dataType="text", data="x", ackId=1)
    assert answer["error"]["name"] == "InternalServerError"


async def test_shutdown_tells_the_clients(serve):
    async with serve() as service:
        client, _ = await service.join()
        farewell = asyncio.create_task(client.hear())
    assert farewell.done()
    assert farewell.result()["message"] == "The service is shutting down"
