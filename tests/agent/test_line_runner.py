"""The SDK's runner without its memory: an event costs what the first one did, and the whole call is in no list."""

from collections.abc import AsyncIterator
from typing import Any

from line import AgentSendText, InputEvent, UserTurnEnded, UserTurnStarted
from starlette.websockets import WebSocketDisconnect

from agent.line_runner import ForgetfulRunner

TURNS = 50


class _Wire:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self._frames = [
            frame
            for turn in range(TURNS)
            for frame in (
                {"type": "user_state", "value": "speaking", "event_id": f"s{turn}"},
                {"type": "message", "content": f"words {turn}", "event_id": f"m{turn}"},
                {"type": "user_state", "value": "idle", "event_id": f"i{turn}"},
            )
        ]

    async def receive_json(self) -> dict[str, Any]:
        if not self._frames:
            raise WebSocketDisconnect
        return self._frames.pop(0)

    async def send_json(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


class _Voice:
    def __init__(self) -> None:
        self.told: list[InputEvent] = []

    def wants(self, event: InputEvent) -> bool:
        return isinstance(event, UserTurnEnded)

    def yields_to(self, event: InputEvent) -> bool:
        return isinstance(event, UserTurnStarted)

    async def process(self, _env: Any, event: InputEvent) -> AsyncIterator[Any]:
        self.told.append(event)
        yield AgentSendText(text="I see. ")


async def test_the_sdk_remembers_nothing_of_a_call() -> None:
    wire, voice = _Wire(), _Voice()
    runner = ForgetfulRunner(wire, voice)  # type: ignore[arg-type]

    events: list[InputEvent] = []
    handle = runner._handle_event

    async def look(env: Any, event: InputEvent) -> None:
        events.append(event)
        await handle(env, event)
        assert runner.history == []
        assert len(runner.emitted_agent_text) <= 1
        if runner.agent_task is not None and isinstance(event, UserTurnEnded):
            await runner.agent_task

    runner._handle_event = look
    await runner.run()
    assert len(events) == 3 * TURNS + 2  # the call's begin and end
    assert not any(getattr(event, "history", None) for event in events)
    assert [event.event_id for event in voice.told] == [f"i{turn}" for turn in range(TURNS)]
    assert [frame["responding_to"] for frame in wire.sent if frame["type"] == "message"] == [
        f"i{turn}" for turn in range(TURNS)
    ]
