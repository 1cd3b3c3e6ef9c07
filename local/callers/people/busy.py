"""The line is engaged."""

from local.callers.persona import Expect, Persona

PERSONA = Persona(
    name="busy",
    description="The line is engaged.",
    answers="busy",
    expect=Expect(status="busy", disposition="busy", no_arrangement=True, sms=0),
)
