"""What the agent and the API say to each other: the messages of `/api/v1/agent/calls/{id}/…`.

Both sides import this module and nothing else of each other. The order of a call:

1. `POST stream`  (call token)      the media bridge asks whether this stream may be carried; nothing is used up
2. `POST session` (call token)      uses the token up; answers who is called, the conversation so far and a session
   token. The same token with the same `nonce` is answered again (a lost reply is harmless); with another nonce it
   is refused. A newer session of the same call ends the older one's right to act.
3. `POST tools/{tool}` (session token)   runs one tool once per `tool_call_id`; a repeat gives the stored outcome
4. `GET tools/{tool_call_id}`            what became of a tool call whose answer was lost
5. `POST entries` (session token)        transcript and event entries, numbered per session; a repeat is harmless
6. `POST end`     (session token)        the conversation is over and why; the orchestration wakes up
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

CallStatus = Literal[
    "queued",
    "dialing",
    "ringing",
    "in_progress",
    "completed",
    "no_answer",
    "busy",
    "failed",
    "canceled",
    "blocked",
]
TERMINAL_STATUSES: frozenset[str] = frozenset({"completed", "no_answer", "busy", "failed", "canceled", "blocked"})
Disposition = Literal[
    "payment_arranged",
    "promise_to_pay",
    "plan_agreed",
    "extension_granted",
    "callback_scheduled",
    "transferred",
    "verification_failed",
    "third_party",
    "wrong_number",
    "refused",
    "hardship_referred",
    "disputed",
    "cease_requested",
    "attorney",
    "bankruptcy",
    "deceased",
    "identity_theft",
    "voicemail",
    "no_answer",
    "busy",
    "hung_up",
    "blocked",
    "error",
]
ToolName = Literal[
    "verify_account",
    "get_customer_options",
    "calculate_payment_plan",
    "process_payment",
    "promise_to_pay",
    "adjust_due_date",
    "get_negotiation_guidance",
    "schedule_callback",
    "transfer_to_agent",
    "record_restriction",
    "confirm_arrangement",
]


class Message(BaseModel):
    """Base of all messages: unknown fields are refused, so that a drift between the two sides is loud."""

    model_config = ConfigDict(extra="forbid")


class StreamGrant(Message):
    """Answer to `stream`: carry it, for at most this long."""

    call_id: UUID
    max_seconds: int


class SessionRequest(Message):
    nonce: UUID
    """Chosen by the agent for one attempt to open the session."""


class ToolSchema(Message):
    """A tool as a language model sees it."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON schema of the arguments."""


class HeardLine(Message):
    """One line of the conversation so far, redacted."""

    speaker: Literal["agent", "customer"]
    text: str


class SessionState(Message):
    """Where an earlier session of the same call stopped; empty at the first."""

    verified: bool = False
    verification_attempts: int = 0
    conversation: dict[str, Any] | None = None
    """The last snapshot that the conversation wrote (see `EntryBatch.conversation`)."""
    lines: list[HeardLine] = []
    tool_calls: int = 0


class Session(Message):
    """All that the agent needs for one call, and nothing that a caller must not hear before verification."""

    call_id: UUID
    epoch: int
    """1 for the first session of the call, one more for each resumption."""
    session_token: str
    direction: Literal["outbound", "inbound"]
    business_name: str
    agent_name: str
    callback_number: str
    """The bank's number in E.164, spoken on request."""
    customer_name: str
    customer_timezone: str
    customer_country: Literal["US", "CA"]
    language: str
    collector_mode: Literal["first_party", "third_party"]
    first_communication: bool
    """No conversation with this person about this debt before: the full mini-Miranda is due (I-11, I-12)."""
    in_validation_period: bool
    now: datetime
    agent_profile: str
    tactic: dict[str, Any] | None = None
    prompt: str | None = None
    tools: list[ToolSchema]
    state: SessionState
    degradation_level: int = 2
    """The ladder: 0 full model, 1 small model, 2 rules, 3 person or callback."""


class Entry(Message):
    """One thing that was said or happened, as the agent saw it."""

    n: int = Field(ge=1)
    """Number within this session, from 1 without gaps."""
    at: datetime
    kind: Literal["transcript", "event"]
    speaker: Literal["agent", "customer"] | None = None
    text: str | None = Field(default=None, max_length=8000)
    interrupted: bool = False
    event: str | None = Field(default=None, max_length=64)
    data: dict[str, Any] = {}


class ToolRequest(Message):
    tool_call_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")
    """Unique within the call."""
    arguments: dict[str, Any]
    entries: list[Entry] = Field(default=[], max_length=500)
    """What is not known to be stored yet: the record shows the words before the tool that they led to."""


class ToolOutcome(Message):
    """What a tool did. `say` is worded for the ear; `data` is what the policy decides on."""

    tool_call_id: str
    name: str
    ok: bool
    say: str | None = None
    data: dict[str, Any] = {}
    error: str | None = None
    """A stable word when `ok` is false: `invalid_arguments`, `not_verified`, `not_allowed`, `expired`, …"""
    duration_ms: float = 0.0


class EntryBatch(Message):
    entries: list[Entry] = Field(max_length=500)
    conversation: dict[str, Any] | None = None
    """Snapshot of the conversation's state after the last entry; kept for a resumption."""
    latency_ms: dict[str, list[float]] = {}
    """Measurements since the last batch: `turn`, `barge_in`, `tool`, each a list of milliseconds."""


class EntryReceipt(Message):
    stored_to: int
    """The highest `n` such that all entries up to it are stored."""
    best_level: int | None = None
    """The best rung of the ladder from now on (`Session.degradation_level`): an operator may set it during a call."""


class EndRequest(Message):
    outcome: Disposition | None = None
    reason: str = Field(max_length=200)
    hang_up: bool = True
    """The agent wants the line closed (it has said its last sentence)."""
