"""What a language model answers, as the conversation sees it: sentences, tool calls, an end, or a failure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model asks for; `arguments` is what it wrote, not yet looked at."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Request:
    """What the model is asked: chat messages and tools in the terms of the chat completions API."""

    messages: list[dict[str, Any]]
    tools: bytes = b""
    """A JSON array, encoded once for all requests."""
    best_level: int = 0
    """The best rung of the ladder that may be used: 0 the full model, 1 the small one."""


@dataclass(frozen=True)
class ModelSaid:
    """A whole sentence. `level` is the rung that it comes from."""

    sentence: str
    level: int


@dataclass(frozen=True)
class ModelCalled:
    """The model wants tools; it says nothing more until it has their answers."""

    calls: tuple[ToolCall, ...]
    level: int


@dataclass(frozen=True)
class ModelDone:
    """The model has said all it wanted. `cut_short`: it was stopped by a limit, and half a sentence was dropped."""

    level: int
    cut_short: bool = False


@dataclass(frozen=True)
class ModelFailed:
    """No rung of the ladder gave a whole answer in time. `reason` is for the log: `first_token`, `status_429`, …"""

    reason: str


ModelEvent = ModelSaid | ModelCalled | ModelDone | ModelFailed
