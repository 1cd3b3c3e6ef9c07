"""The telephone rings and nobody picks up."""

from local.callers.persona import Expect, Persona

PERSONA = Persona(
    name="no_answer",
    description="Nobody picks up.",
    answers="no_answer",
    expect=Expect(status="no_answer", disposition="no_answer", no_arrangement=True, sms=0),
)
