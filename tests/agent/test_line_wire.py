"""The wire between Cartesia and the SDK's runner: being woken comes between two frames and costs none of them."""

import asyncio
import json
from typing import Any

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.line_wire import LineWire
from agent.voice import WAKE


class _Listener:
    def __init__(self) -> None:
        self.told: list[Any] = []

    def user_state(self, speaking: bool) -> None:
        self.told.append(("user", speaking))

    def user_text(self, content: str) -> None:
        self.told.append(content)

    def user_key(self, button: str) -> None:
        self.told.append(button)

    def woken(self, why: str) -> None:
        self.told.append(("woken", why))

    def agent_state(self, speaking: bool) -> None:
        self.told.append(("agent", speaking))

    def agent_speech(self, content: str) -> None:
        self.told.append(("spoken", content))


class _Peer:
    """A peer behind a queue as the server has one."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.queue.put_nowait({"type": "websocket.connect"})
        self.listener = _Listener()

    def send(self, frame: dict[str, Any] | str) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self.queue.put_nowait({"type": "websocket.receive", "text": text})

    def hang_up(self) -> None:
        self.queue.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def connected(self) -> LineWire:
        async def send(_message: Any) -> None:
            return

        wire = LineWire(WebSocket({"type": "websocket", "headers": []}, self.queue.get, send))
        self.send({"type": "start", "call_id": "c"})
        await wire.open()
        wire.listen(self.listener)
        return wire


def _words(number: int) -> dict[str, Any]:
    return {"type": "message", "content": f"words {number}", "event_id": f"m{number}"}


async def test_a_waiting_runner_is_woken_and_hears_the_next_words_all_the_same() -> None:
    peer = _Peer()
    wire = await peer.connected()
    peer.send(_words(1))
    assert (await wire.receive_json())["event_id"] == "m1"
    waiting = asyncio.create_task(wire.receive_json())
    await asyncio.sleep(0)
    wire.wake("silence")
    assert await waiting == {"type": "custom", "metadata": {WAKE: "silence"}, "event_id": "m1"}
    peer.send(_words(2))
    assert (await wire.receive_json())["event_id"] == "m2"
    assert peer.listener.told == ["words 1", ("woken", "silence"), "words 2"]


@pytest.mark.parametrize("frame_first", [True, False])
async def test_a_frame_that_comes_in_the_moment_of_being_woken_is_not_lost(frame_first: bool) -> None:
    peer = _Peer()
    wire = await peer.connected()
    for number in range(50):
        waiting = asyncio.create_task(wire.receive_json())
        await asyncio.sleep(0)
        for step in (0, 1) if frame_first else (1, 0):
            if step == 0:
                peer.send(_words(number))
            else:
                wire.wake("silence")
            for _ in range(number % 4):
                await asyncio.sleep(0)
        got = [await waiting, await wire.receive_json()]
        assert sorted(frame["type"] for frame in got) == ["custom", "message"]
    assert [told for told in peer.listener.told if isinstance(told, str)] == [f"words {n}" for n in range(50)]


async def test_woken_while_it_does_something_else_the_runner_learns_it_when_it_asks() -> None:
    peer = _Peer()
    wire = await peer.connected()
    wire.wake("silence")
    wire.wake("stuck")
    assert [(await wire.receive_json())["metadata"][WAKE] for _ in range(2)] == ["silence", "stuck"]


async def test_reports_of_the_synthesis_go_to_the_agent_in_their_order_and_not_to_the_runner() -> None:
    peer = _Peer()
    wire = await peer.connected()
    peer.send({"type": "agent_state", "value": "speaking"})
    peer.send({"type": "agent_speech", "content": "Isee."})
    peer.send({"type": "user_state", "value": "speaking"})
    peer.send({"type": "agent_state", "value": "idle"})
    peer.send("{no frame")
    peer.send(_words(1))
    assert [(await wire.receive_json())["type"] for _ in range(2)] == ["user_state", "message"]
    assert peer.listener.told == [("agent", True), ("spoken", "Isee."), ("user", True), ("agent", False), "words 1"]


async def test_the_end_of_the_line_is_the_end_also_while_it_is_waited_for() -> None:
    peer = _Peer()
    wire = await peer.connected()
    waiting = asyncio.create_task(wire.receive_json())
    await asyncio.sleep(0)
    peer.hang_up()
    with pytest.raises(WebSocketDisconnect):
        await waiting
    await wire.send_json({"type": "message", "content": "to nobody"})


async def test_whoever_ends_the_runner_ends_its_waiting_too() -> None:
    wire = await _Peer().connected()
    waiting = asyncio.create_task(wire.receive_json())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
