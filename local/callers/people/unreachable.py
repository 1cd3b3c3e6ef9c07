"""The network cannot put the call through."""

from local.callers.persona import Expect, Persona

PERSONA = Persona(
    name="unreachable",
    description="The network cannot put the call through.",
    answers="failed",
    expect=Expect(status="failed", no_arrangement=True, sms=0),
)
