"""How the stand-in is set up, what goes wrong on purpose, and what it measures."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True)
class CartesiaConfig:
    """Set on the command line."""

    agent_url: str
    """Scheme and host of the agent's Line server, which answers `/chats` and `/ws`."""
    line_token: str = ""
    """Presented to the Line server as a bearer token when set."""
    api_key: str = ""
    """What clients must present; empty accepts any key, but never none."""
    speed: float = 1.0
    """How much faster than in life the agent speaks."""
    endpoint_seconds: float = 0.1
    """Silence after which the caller's turn is over."""
    api_base_url: str = "http://127.0.0.1"
    """Told to the agent as the address of this API."""


class Faults(BaseModel):
    """Behaviour that an agent must bear, switched on through `/_test/faults`."""

    model_config = ConfigDict(extra="forbid")

    late_transcripts: bool = False
    """`message` comes after `idle`, not before."""
    late_commits: bool = False
    """On a barge-in, `agent_speech` comes after `user_state: speaking`, not before."""
    break_line_after: int = Field(default=0, ge=0)
    """The connection to the Line server breaks at that turn of the caller; 0 never."""
    refuse_streams: int = Field(default=0, ge=0)
    """So many of the next streams are refused with HTTP 503."""


@dataclass
class Metrics:
    """Milliseconds, one entry for each occasion, and counters."""

    turn_ms: list[float] = field(default_factory=list)
    """`idle` sent → first `message` of the agent received, when it came within five seconds."""
    unanswered_turns: int = 0
    """Turns of the caller after which the agent said nothing for longer than that."""
    barge_in_ms: list[float] = field(default_factory=list)
    """`speaking` sent → the last audio and `clear` have left for the client."""
    first_message_ms: list[float] = field(default_factory=list)
    """Start frame sent to the Line server → its first `message`."""
    chats_ms: list[float] = field(default_factory=list)
    """`POST /chats` → its answer."""
    frames_in: int = 0
    frames_out: int = 0
    messages_dropped: int = 0
    """Messages of the agent that came while the caller was speaking."""
