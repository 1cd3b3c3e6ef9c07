"""Every REST operation, through the service SDK where it has the call, and its token checks."""

import json
import time

import aiohttp
import jwt
import pytest
from azure.core.exceptions import ResourceNotFoundError

ACCESS_KEY = "a" * 43 + "="


async def test_existence_of_users_connections_and_groups(service):
    client, hello = await service.join(user_id="ann", groups=["org:a/b"])
    assert await service.sdk.user_exists("ann")
    assert await service.sdk.connection_exists(hello["connectionId"])
    assert await service.sdk.group_exists("org:a/b")
    assert not await service.sdk.user_exists("bob")
    assert not await service.sdk.connection_exists("none")
    assert not await service.sdk.group_exists("org:a")
    await client.ws.close()


async def test_membership_operations(service):
    _, hello = await service.join(user_id="ann")
    mine = hello["connectionId"]
    await service.sdk.add_connection_to_group("a", mine)
    await service.sdk.add_user_to_group("b", "ann")
    await service.sdk.add_user_to_group("c", "ann")
    assert [await service.sdk.group_exists(group) for group in "abc"] == [True, True, True]
    await service.sdk.remove_connection_from_group("a", mine)
    await service.sdk.remove_user_from_group("b", "ann")
    assert [await service.sdk.group_exists(group) for group in "abc"] == [False, False, True]
    await service.sdk.add_user_to_group("a", "ann")
    await service.sdk.remove_connection_from_all_groups(mine)
    assert [await service.sdk.group_exists(group) for group in "abc"] == [False, False, False]
    await service.sdk.add_user_to_group("a", "ann")
    await service.sdk.remove_user_from_all_groups("ann")
    assert not await service.sdk.group_exists("a")
    with pytest.raises(ResourceNotFoundError):
        await service.sdk.add_connection_to_group("a", "nobody")


async def test_sending_reaches_exactly_whom_it_names(service):
    ann, a = await service.join(user_id="ann", groups=["g"])
    bob, b = await service.join(user_id="bob", groups=["g"])
    await service.sdk.send_to_connection(a["connectionId"], "one", content_type="text/plain")
    await service.sdk.send_to_group("g", "two", excluded=[a["connectionId"]], content_type="text/plain")
    await service.sdk.send_to_user("bob", "three", content_type="text/plain")
    await service.sdk.send_to_all({"n": 4}, content_type="application/json")
    server = {"type": "message", "from": "server"}
    assert [await ann.hear(), await ann.hear()] == [
        server | {"dataType": "text", "data": "one"},
        server | {"dataType": "json", "data": {"n": 4}},
    ]
    assert [(await bob.hear())["data"] for _ in range(3)] == ["two", "three", {"n": 4}]
    assert b["userId"] == "bob"


async def test_closing_gives_the_reason(service):
    clients = [await service.join(user_id=user, groups=["g"]) for user in ("ann", "bob", "cid", "dan")]
    first = clients[0][1]["connectionId"]
    await service.sdk.close_connection(first, reason="one")
    await service.sdk.close_user_connections("bob", reason="user")
    await service.sdk.close_group_connections("g", excluded=[clients[3][1]["connectionId"]], reason="group")
    await service.sdk.close_all_connections(reason="all")
    heard = [await client.hear() for client, _ in clients]
    assert [frame["message"] for frame in heard] == ["one", "user", "group", "all"]
    assert {frame["event"] for frame in heard} == {"disconnected"}
    assert [await client.close_code() for client, _ in clients] == [1000] * 4
    assert [client.ws.close_code for client, _ in clients] == [1000] * 4


async def test_permissions_can_be_granted_checked_and_revoked(service):
    client, hello = await service.join(roles=[])
    mine, sdk = hello["connectionId"], service.sdk
    assert not await sdk.has_permission("joinLeaveGroup", mine, target_name="g")
    assert not (await client.ask(type="joinGroup", group="g", ackId=1))["success"]
    await sdk.grant_permission("joinLeaveGroup", mine, target_name="g")
    assert await sdk.has_permission("joinLeaveGroup", mine, target_name="g")
    assert not await sdk.has_permission("joinLeaveGroup", mine)
    assert (await client.ask(type="joinGroup", group="g", ackId=1))["success"]
    await sdk.revoke_permission("joinLeaveGroup", mine, target_name="g")
    assert not await sdk.has_permission("joinLeaveGroup", mine, target_name="g")
    with pytest.raises(ResourceNotFoundError):
        await sdk.grant_permission("sendToGroup", "nobody")


async def test_group_members_come_in_pages(service):
    members = [await service.join(groups=["g"]) for _ in range(5)]
    ids = [hello["connectionId"] for _, hello in members]
    pages = service.sdk.list_connections(group="g", maxpagesize=2)
    listed = [member.connection_id async for member in pages]
    assert sorted(listed) == sorted(ids)
    assert len([m async for m in service.sdk.list_connections(group="g", top=3)]) == 3


async def rest(service, method, path, *, query="?api-version=2024-12-01", headers=None, **claims):
    url = f"{service.endpoint}{path}{query}"
    token = jwt.encode({"aud": url, "exp": time.time() + 60} | claims, ACCESS_KEY, "HS256")
    async with service.session.request(
        method, url, headers={"Authorization": f"Bearer {token}"} | (headers or {})
    ) as r:
        return r.status, await r.text()


async def test_generated_token_connects_a_client(service):
    query = "?api-version=2024-12-01&userId=ann&role=webpubsub.joinLeaveGroup&group=g&minutesToExpire=5"
    status, body = await rest(service, "POST", "/api/hubs/archer/:generateToken", query=query)
    token = json.loads(body)["token"]
    client = await service.connect(f"{service.endpoint}/client/hubs/archer?access_token={token}")
    assert (status, (await client.hear())["userId"]) == (200, "ann")
    assert await service.sdk.group_exists("g")
    assert (await client.ask(type="joinGroup", group="h", ackId=1))["success"]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": time.time() - 5}, "expired"),
        ({"aud": "http://elsewhere/api/hubs/archer/:send"}, "is for"),
        ({"aud": None}, "aud"),
    ],
)
async def test_rest_token_of_other_audience_or_time_is_refused(service, claims, said):
    status, body = await rest(service, "POST", "/api/hubs/archer/:send", **claims)
    assert status == 401
    assert said in body


async def test_requests_the_service_does_not_take(service, serve):
    plain = {"Content-Type": "text/plain"}
    xml = {"Content-Type": "application/xml"}
    bad = [
        await rest(service, "POST", "/api/hubs/archer/:send", query="?other=1", headers=plain),
        await rest(service, "POST", "/api/hubs/archer/:send", headers={"Content-Type": "application/json"}),
        await rest(service, "POST", "/api/hubs/archer/:generateToken", query="?api-version=1&minutesToExpire=0"),
        await rest(service, "POST", "/api/hubs/archer/:generateToken", query="?api-version=1&clientType=MQTT"),
        await rest(service, "GET", "/api/hubs/archer/groups/g/connections", query="?api-version=1&continuationToken=x"),
        await rest(service, "PUT", "/api/hubs/archer/permissions/fly/connections/x"),
        await rest(service, "POST", "/api/hubs/1hub/:send", headers=plain),
    ]
    assert [status for status, _ in bad] == [400] * 7
    assert (await rest(service, "POST", "/api/hubs/archer/:send", headers=xml))[0] == 415
    async with serve(hubs=["other"]) as other:
        assert (await rest(other, "POST", "/api/hubs/archer/:send", headers=plain))[0] == 404


async def test_health_needs_no_token(service):
    async with aiohttp.ClientSession() as session, session.get(f"{service.endpoint}/api/health") as response:
        assert response.status == 200
