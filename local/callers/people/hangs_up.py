"""Hangs up without an answer when asked for digits."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="hangs_up",
    description="Confirms the name, then hangs up at the first question about the account.",
    rules=(cues.IDENTITY, Rule(cues.ANYTHING, hang_up=True)),
    customer=Customer(name="Victor Almeida", email="victor.almeida@example.com"),
    expect=Expect(disposition="hung_up", verified=False, no_arrangement=True, sms=0),
)
