"""Both official SDKs, unchanged: clients receive what the service sends, recover, reconnect and join again."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.messaging.webpubsubclient import WebPubSubClient as SyncClient
from azure.messaging.webpubsubclient import WebPubSubClientCredential as SyncCredential
from azure.messaging.webpubsubclient.aio import WebPubSubClient
from azure.messaging.webpubsubclient.models import CallbackType, SendMessageError, WebPubSubProtocolType
from azure.messaging.webpubsubservice import WebPubSubServiceClient as SyncServiceClient
from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient

HUB = "archer"


@asynccontextmanager
async def sdk_client(service, protocol=WebPubSubProtocolType.JSON_RELIABLE, **claims):
    heard = []
    client = WebPubSubClient(await service.client_url(**claims), protocol_type=protocol, message_retry_total=0)

    async def hear(event):
        heard.append(event)

    await client.subscribe(CallbackType.GROUP_MESSAGE, hear)
    await client.subscribe(CallbackType.SERVER_MESSAGE, hear)
    async with client:
        yield client, heard


@pytest.mark.parametrize("protocol", [WebPubSubProtocolType.JSON, WebPubSubProtocolType.JSON_RELIABLE])
async def test_client_receives_from_group_server_and_other_clients(service, eventually, protocol):
    async with sdk_client(service, protocol, user_id="ann") as (ann, heard), sdk_client(service) as (bob, _):
        await ann.join_group("org:1")
        await service.sdk.send_to_group("org:1", {"type": "call_started"}, content_type="application/json")
        await service.sdk.send_to_all("to all", content_type="text/plain")
        await service.sdk.send_to_user("ann", b"\x00\x01", content_type="application/octet-stream")
        await bob.send_to_group("org:1", {"from": "bob"}, "json")
        await eventually(lambda: len(heard) == 4)
    assert [event.data for event in heard if event.data_type == "json"] == [{"type": "call_started"}, {"from": "bob"}]
    assert [event.data for event in heard if event.data_type == "text"] == ["to all"]
    assert [bytes(event.data) for event in heard if event.data_type == "binary"] == [b"\x00\x01"]


async def test_request_without_permission_is_refused(service):
    async with sdk_client(service, roles=["webpubsub.joinLeaveGroup.mine"]) as (client, _):
        await client.join_group("mine")
        with pytest.raises(SendMessageError) as refused:
            await client.join_group("yours")
        assert refused.value.error_detail.name == "Forbidden"
        with pytest.raises(SendMessageError):
            await client.send_to_group("mine", "x", "text")


async def test_repeated_ack_id_is_done_once_and_a_success_for_the_sdk(service, eventually):
    async with sdk_client(service) as (client, heard):
        await client.join_group("g")
        for _ in range(2):
            await client.send_to_group("g", "once", "text", ack_id=77)
        await client.send_to_group("g", "end", "text")
        await eventually(lambda: any(event.data == "end" for event in heard))
        assert sorted(event.data for event in heard) == ["end", "once"]


async def test_client_recovers_what_was_published_while_its_tcp_connection_was_cut(service, cable, eventually):
    heard, connected, disconnected = [], [], []
    through_cable = SyncServiceClient.from_connection_string(service.connection_string(cable.port), HUB)
    roles = ["webpubsub.joinLeaveGroup"]
    client = SyncClient(SyncCredential(lambda: through_cable.get_client_access_token(roles=roles)["url"]))
    client.subscribe(CallbackType.GROUP_MESSAGE, lambda event: heard.append(event.data))
    client.subscribe(CallbackType.CONNECTED, lambda event: connected.append(event.connection_id))
    client.subscribe(CallbackType.DISCONNECTED, lambda _: disconnected.append(1))
    await asyncio.to_thread(client.open)
    try:
        await asyncio.to_thread(client.join_group, "g")
        await service.sdk.send_to_group("g", {"n": 0}, content_type="application/json")
        await eventually(lambda: len(heard) == 1)
        cable.cut(stay_down=True)
        for n in range(1, 20):
            await service.sdk.send_to_group("g", {"n": n}, content_type="application/json")
        cable.up = True
        await eventually(lambda: len(heard) == 20)
        await service.sdk.send_to_group("g", {"n": 20}, content_type="application/json")
        await eventually(lambda: len(heard) == 21)
    finally:
        await asyncio.to_thread(client.close)
    assert sorted(event["n"] for event in heard) == list(range(21))
    assert len(connected) == 1
    assert len(disconnected) <= 1  # only the final close


async def test_closed_client_learns_why_reconnects_and_joins_its_groups_again(service, eventually):
    disconnected, connected = [], []

    async with sdk_client(service) as (client, heard):

        async def on_connected(event):
            connected.append(event.connection_id)

        async def on_disconnected(event):
            disconnected.append(event.message)

        await client.subscribe(CallbackType.CONNECTED, on_connected)
        await client.subscribe(CallbackType.DISCONNECTED, on_disconnected)
        await client.join_group("g")
        await service.sdk.close_all_connections(reason="maintenance")
        await eventually(lambda: len(connected) == 1)
        members = []
        async with asyncio.timeout(5):
            while not members:
                members = [member.connection_id async for member in service.sdk.list_connections(group="g")]
        await service.sdk.send_to_group("g", "again", content_type="text/plain")
        await eventually(lambda: [event.data for event in heard] == ["again"])
    assert members == connected
    assert disconnected[0] == "maintenance"


async def test_wrong_key_is_refused(service):
    wrong = service.connection_string().replace("AccessKey=a", "AccessKey=b")
    async with WebPubSubServiceClient.from_connection_string(wrong, HUB) as stranger:
        with pytest.raises(ClientAuthenticationError):
            await stranger.send_to_all("x", content_type="text/plain")


async def test_message_over_one_megabyte_is_refused(service):
    with pytest.raises(HttpResponseError) as refused:
        await service.sdk.send_to_all("x" * (1024 * 1024 + 1), content_type="text/plain")
    assert refused.value.status_code == 413
