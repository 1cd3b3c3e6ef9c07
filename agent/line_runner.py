"""Line's conversation runner without its memory.

The SDK goes through the whole history of a call, and all that was ever said in it, at every frame (facts, §3.10): twice
the time for a turn after 40 turns, ten times after 200. Nobody reads that history here, the conversation keeps its own.
"""

from typing import Any, cast

from line import AgentEnv, ConversationRunner, InputEvent
from starlette.websockets import WebSocket

from agent.line_wire import LineWire
from agent.voice import VoiceAgent

KEPT_EVENTS = 4


class ForgetfulRunner(ConversationRunner):  # type: ignore[misc]
    """Runs one voice agent over one wire."""

    def __init__(self, wire: LineWire, voice: VoiceAgent) -> None:
        super().__init__(cast(WebSocket, wire), (voice, voice.wants, voice.yields_to), AgentEnv())

    def _process_input_event(self, history: list[Any], raw_event: InputEvent) -> tuple[InputEvent | None, list[Any]]:
        self.emitted_agent_text.clear()
        processed: tuple[InputEvent | None, list[Any]] = super()._process_input_event(history[-KEPT_EVENTS:], raw_event)
        return processed
