"""Wants to know who calls and why before answering; pays after that."""

from local.callers import cues
from local.callers.persona import Arrangement, Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="asks_who",
    description="Asks who is calling and what about, then pays in full by bank transfer.",
    rules=(
        Rule(cues.ASKS_FOR_PERSON, say=("Who is this, and what is this about?",), times=1),
        *cues.paying("bank transfer"),
    ),
    customer=Customer(name="Henry Walsh", email="henry.walsh@example.com", balance="230.10"),
    expect=Expect(
        disposition="payment_arranged",
        verified=True,
        arrangement=Arrangement("payment", "bank_transfer", "230.10"),
    ),
)
