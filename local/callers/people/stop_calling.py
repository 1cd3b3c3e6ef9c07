"""Wants no more calls: it must be taken down at once, confirmed once, and the call ends."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="stop_calling",
    description="Says to stop calling as soon as the bank is named.",
    rules=(
        cues.FAREWELL,
        Rule(cues.ANYTHING, say=("Stop calling me.", "I said, stop calling me.")),
    ),
    customer=Customer(name="Lena Fischer", email="lena.fischer@example.com"),
    expect=Expect(disposition="cease_requested", restriction="cease", verified=False, no_arrangement=True, sms=0),
)
