"""What goes into a conversation and what comes out: the one vocabulary of policy, agent and tests.

A conversation is a pure machine: `handle(event) -> list[Action]`. It does no I/O; tools are asked for by a
`UseTool` action and answered by a `ToolDone` event, so that every conversation can be walked in a test and its
state can be written down after any event and picked up by another process.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from archer.protocol import ToolOutcome


@dataclass(frozen=True)
class Started:
    """The line is open and the agent may speak. `resumed` when an earlier session of this call broke off."""

    resumed: bool = False


@dataclass(frozen=True)
class Heard:
    """The caller finished a turn; `text` is what recognition made of it."""

    text: str


@dataclass(frozen=True)
class Keypad:
    """The caller pressed one key: 0–9, * or #."""

    digit: str


@dataclass(frozen=True)
class Silence:
    """Nothing was said since the agent's last word, for `seconds`; sent about every six seconds while it lasts."""

    seconds: float


@dataclass(frozen=True)
class Interrupted:
    """The caller spoke over the agent; `heard` is the part of the sentence that was spoken before that."""

    heard: str


@dataclass(frozen=True)
class ToolDone:
    """The answer to a `UseTool`. `outcome` is `archer.protocol.ToolOutcome` in plain JSON terms."""

    tool_call_id: str
    name: str
    ok: bool
    data: dict[str, Any] = field(default_factory=dict)
    say: str | None = None
    error: str | None = None
    """Why it failed, for the log and the policy, never to be spoken; `unavailable` when nothing is known."""

    @classmethod
    def of(cls, outcome: ToolOutcome) -> "ToolDone":
        """The event that an outcome is."""
        return cls(outcome.tool_call_id, outcome.name, outcome.ok, outcome.data, outcome.say, outcome.error)


@dataclass(frozen=True)
class ToolSlow:
    """The tool has not answered yet, and the caller would begin to wonder (after about 400 ms, then every 2 s)."""

    tool_call_id: str


@dataclass(frozen=True)
class MachineAnswered:
    """Answering-machine detection says that no person is on the line."""


Event = Started | Heard | Keypad | Silence | Interrupted | ToolDone | ToolSlow | MachineAnswered


@dataclass(frozen=True)
class Say:
    """Speak one sentence or a few. `key` names the words (`opening`, `ask_person`, …) for audit and tests."""

    text: str
    key: str
    interruptible: bool = True


@dataclass(frozen=True)
class UseTool:
    """Run a tool; the conversation waits for the `ToolDone` of the same id before it says anything else."""

    tool_call_id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Transfer:
    """Connect the caller to a person; asked for after `transfer_to_agent` said that someone is there."""

    reason: str


@dataclass(frozen=True)
class End:
    """Hang up once everything said has been spoken. `outcome` is a disposition of the design, or None."""

    outcome: str | None
    reason: str


@dataclass(frozen=True)
class Note:
    """Something to remember with the call that nobody says: `guardrail_blocked`, `opt_out_heard`, …"""

    event: str
    data: dict[str, Any] = field(default_factory=dict)


Action = Say | UseTool | Transfer | End | Note
CollectorMode = Literal["first_party", "third_party"]
