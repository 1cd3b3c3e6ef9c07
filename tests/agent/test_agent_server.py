"""What the Line server refuses, and how: no authentication, bad bodies, bad frames, too many, too late (facts, §3)."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.agent.fake_api import FakeApi
from tests.agent.fake_line_peer import LinePeer
from tests.agent.running import RunningAgent, running_agent

CHAT = {
    "call_id": "c1",
    "from_": "+16175550123",
    "to": "+18005550100",
    "agent_call_id": "ac1",
    "agent": {"id": "ag1", "system_prompt": "You are a pirate.", "introduction": None},
    "metadata": {"call_id": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "call_token": "t"},
}


async def post(agent: RunningAgent, body: Any, **headers: str) -> tuple[int, str, dict[str, Any]]:
    data = body if isinstance(body, bytes) else json.dumps(body)
    async with agent.http.post(agent.url + "/chats", data=data, headers=headers) as response:
        return response.status, response.content_type, await response.json()


@pytest.mark.parametrize("sender", ["from_", "from"])
async def test_chats_answers_where_the_conversation_is(agent: RunningAgent, sender: str) -> None:
    body = {key: value for key, value in CHAT.items() if key != "from_"} | {sender: "+16175550123"}
    status, _, answer = await post(agent, body)
    assert (status, answer["websocket_url"], answer["metadata"]) == (200, "/ws", CHAT["metadata"])


@pytest.mark.parametrize(
    "body",
    [{}, {"agent": None, "metadata": None}, {"call_id": 7, "agent": {"id": []}, "metadata": "x", "to": {"a": 1}}],
)
async def test_chats_takes_what_the_sdk_would_fail_on(agent: RunningAgent, body: dict[str, Any]) -> None:
    status, _, answer = await post(agent, body)
    assert (status, answer["metadata"]) == (200, {})


@pytest.mark.parametrize("body", [b"no json", b"[]", b'"x"', b"\xff\xfe", b"[" * 20_000, b""])
async def test_chats_refuses_bad_json_with_a_problem(agent: RunningAgent, body: bytes) -> None:
    status, content_type, answer = await post(agent, body)
    assert (status, content_type) == (400, "application/problem+json")
    assert answer["status"] == 400


async def test_chats_refuses_an_oversized_body(agent: RunningAgent) -> None:
    assert (await post(agent, b" " * 70_000))[0] == 413


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/redoc", "/status", "/"])
async def test_nothing_else_is_served(agent: RunningAgent, path: str) -> None:
    async with agent.http.get(agent.url + path) as response:
        assert (response.status, response.content_type) == (404, "application/problem+json")


async def test_line_server_token_is_required_when_set(api: FakeApi, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path, line_server_token="s3cret") as agent:
        assert (await post(agent, CHAT))[0] == 401
        assert (await post(agent, CHAT, Authorization="Bearer wrong"))[0] == 401
        assert (await post(agent, CHAT, Authorization="Bearer s3cret"))[0] == 200
        for token in ("", "wrong"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await LinePeer(agent.http, agent.url, token=token).connect()
            assert refused.value.status == 401
        peer = LinePeer(agent.http, agent.url, token="s3cret")
        await peer.start(api.new_call())
        await peer.until_heard("Archer")


async def test_start_frame_is_not_waited_for_longer_than_ten_seconds(api: FakeApi, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path, start_seconds=0.2) as agent:
        peer = LinePeer(agent.http, agent.url)
        await peer.connect()
        await peer.until(lambda: peer.closed_with is not None)
        assert peer.closed_with == 1008


@pytest.mark.parametrize("frame", ["no json", "[]", '{"type":"message","content":"hello"}', "x" * 70_000])
async def test_first_frame_must_be_a_start_frame(agent: RunningAgent, frame: str) -> None:
    peer = LinePeer(agent.http, agent.url)
    await peer.connect()
    await peer.socket.send_str(frame)
    await peer.until(lambda: peer.closed_with is not None)
    assert peer.closed_with == 1008
    assert not peer.frames


@pytest.mark.parametrize(
    "metadata", [None, {}, {"call_id": "x", "call_token": "t"}, {"call_id": CHAT["metadata"]["call_id"]}]
)
async def test_start_without_a_call_ends_the_call_and_names_nothing(agent: RunningAgent, metadata: Any) -> None:
    peer = LinePeer(agent.http, agent.url)
    await peer.connect()
    await peer.send({"type": "start", "metadata": metadata})
    await peer.until(lambda: "end_call" in peer.types)
    assert len(peer.heard) == 1


async def test_strange_frames_do_not_end_the_call(agent: RunningAgent, api: FakeApi) -> None:
    peer = await agent.peer()
    await peer.until_heard("Archer")
    for text in (
        "no json",
        "[1]",
        '{"type":"user_state","value":"dancing"}',
        '{"type":"agent_state"}',
        '{"type":"message","content":{"a":1}}',
        '{"type":"dtmf","button":"99"}',
        '{"type":"custom","metadata":"x"}',
        '{"type":"validation_error","error_message":"x","error_type":"y"}',
        '{"type":"message","content":"x","event_id":5}',
        '{"type":"unheard of"}',
        json.dumps({"type": "message", "content": "x" * 70_000}),
    ):
        await peer.socket.send_str(text)
    await peer.say("still here")
    assert peer.heard[-1] == "You said still here."


async def test_oversized_frame_closes_the_connection(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    await peer.socket.send_str(" " * 300_000)
    await peer.until(lambda: peer.closed_with is not None)
    await agent.until_idle()


async def test_conversations_beyond_the_cap_are_answered_503(api: FakeApi, tmp_path: Path) -> None:
    async with running_agent(api, tmp_path, agent_max_calls=1) as agent:
        peer = await agent.peer()
        await peer.until_heard("Archer")
        status, content_type, _ = await post(agent, CHAT)
        assert (status, content_type) == (503, "application/problem+json")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await LinePeer(agent.http, agent.url).connect()
        assert refused.value.status == 503
        await peer.hang_up()
        await agent.until_idle()
        assert (await post(agent, CHAT))[0] == 200


async def test_draining_agent_takes_no_new_calls_and_waits_for_the_others(agent: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await agent.peer(call)
    await peer.until_heard("Archer")
    draining = asyncio.create_task(agent.agent.calls.drained(10))
    await asyncio.sleep(0)
    assert (await post(agent, CHAT))[0] == 503
    async with agent.http.get(agent.url + "/health/ready") as response:
        assert (response.status, (await response.json())["reason"]) == (503, "draining")
    async with agent.http.get(agent.url + "/health") as response:
        health = await response.json()
        assert (health["draining"], health["calls"]["conversations"]) == (True, 1)
    await peer.say("still talking")
    assert not draining.done()
    await peer.hang_up()
    assert await draining is True
    assert call.lines()[-1] == ("agent", "You said still talking.")


async def test_no_words_of_a_caller_reach_the_log(
    agent: RunningAgent, api: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        peer = await agent.peer()
        await peer.until_heard("Archer")
        await peer.say("my secret is swordfish")
        await peer.socket.send_str('{"type":"custom","metadata":"swordfish"}')
        await peer.say("pay")
        await peer.hang_up()
        await agent.until_idle()
    assert "swordfish" not in caplog.text
    assert "Dana" not in caplog.text
