"""Line's conversation runner without its memory.

The SDK goes through the whole history of a call, and all that was ever said in it, at every frame (facts, §3.10): twice
the time for a turn after 40 turns, ten times after 200; and it makes each event twice, the second time to carry that
history. Nobody reads it here, the conversation keeps its own.
"""

from typing import cast

from line import AgentEnv, ConversationRunner, InputEvent
from starlette.websockets import WebSocket

from agent.line_wire import LineWire
from agent.voice import VoiceAgent


class ForgetfulRunner(ConversationRunner):  # type: ignore[misc]
    """Runs one voice agent over one wire."""

    def __init__(self, wire: LineWire, voice: VoiceAgent) -> None:
        super().__init__(cast(WebSocket, wire), (voice, voice.wants, voice.yields_to), AgentEnv())

    def _process_input_event(
        self, _history: list[InputEvent], raw_event: InputEvent
    ) -> tuple[InputEvent | None, list[InputEvent]]:
        self.emitted_agent_text.clear()
        return raw_event, []
