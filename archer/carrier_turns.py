"""What is kept of a conversation by the carrier's own voice between two webhooks, beside the conversation's own state.

It lies in the call's row (`conversation_state`). Light on purpose: whoever only asks whether there is such a
conversation need not load one (`archer.carrier_voice`).
"""

from pydantic import BaseModel, ConfigDict

from archer.store.calls import Call

STATE = "carrier"
"""The key in `conversation_state`."""


class LastWords(BaseModel):
    """The conversation has ended; the line closes when nothing more is said."""

    outcome: str | None
    reason: str


class CarrierTurn(BaseModel):
    """Where a conversation stands between two webhooks."""

    model_config = ConfigDict(extra="forbid")

    number: int = 0
    """The turn that is awaited; what comes about an earlier one was answered."""
    answer: str = ""
    """The TwiML that the carrier was told last."""
    silent_seconds: float = 0.0
    """How long nobody has spoken."""
    notice: int | None = None
    """The entry of notices that were handed to the carrier, and are not known to have been heard."""
    advised: str | None = None
    """The tool call whose question the advisor was given time for."""
    spoken_over: bool = False
    """The caller spoke over the notices last time: now they are said to their end."""
    last_words: LastWords | None = None


def carrier_turn(call: Call) -> CarrierTurn | None:
    """Where the call's conversation by the carrier's voice stands; None when there is none."""
    kept = (call.conversation_state or {}).get(STATE)
    return None if kept is None else CarrierTurn.model_validate(kept)
