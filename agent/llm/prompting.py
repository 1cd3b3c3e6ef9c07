"""What the model is told of the account, once it may be; its system prompt is `archer.conversation.prompts.whole`.

Facts rules I-18, G-11, G-16.
"""

from typing import Any

from pydantic_core import to_json

from archer.conversation.order import Order, Phase
from archer.conversation.policy.state import State
from archer.conversation.words import spoken
from archer.protocol import Session


def facts(session: Session, state: State, order: Order) -> str:
    """What is known by now. Empty before the caller is verified and the disclosure said: then nothing may be told."""
    if order.phase is not Phase.PURPOSE:
        return ""
    known: list[str] = ["The customer is verified."]
    if state.options:
        known.append(f"From the ledger and the bank's limits: {_json(state.options)}")
    if state.prepared:
        known.append(
            f"Prepared, waiting for the caller's yes, not done: {state.prepared.kind} "
            f"(intent_id {state.prepared.intent_id}): {state.prepared.say or ''}"
        )
    if state.arranged:
        what = f": {_json([one.model_dump(exclude_none=True) for one in state.in_force])}" if state.in_force else ""
        known.append(
            f"Arranged in this call: {state.arranged}{what}. It is done and stands as it is; asked about it, say just "
            "this. Do not ask for another payment."
        )
    elif state.proposal:
        known.append(f"What the caller was last considering: {_json(state.proposal.model_dump(exclude_none=True))}")
    if state.offered:
        known.append(f"Offered so far: {', '.join(state.offered)}.")
    if state.claims:
        known.append(f"The caller said so: {', '.join(state.claims)}. Do not press; offer help.")
    if state.restrictions:
        known.append(f"On record at the caller's request: {', '.join(state.restrictions)}.")
    if state.refusals:
        known.append(f"The caller has refused {state.refusals} time(s); ask gently once, then leave it at that.")
    if state.frustration:
        known.append("The caller has shown frustration: be brief and kind, offer a person.")
    if state.person_tried:
        known.append("Nobody of the staff is free right now; a callback is possible.")
    known.append(f"The bank's number is {spoken.phone(session.callback_number)}.")
    return "Facts (only these may be stated):\n" + "\n".join(f"- {line}" for line in known)


def _json(value: Any) -> str:
    return to_json(value, fallback=str).decode()
