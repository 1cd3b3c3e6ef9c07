"""Opts out by the key that the opening names."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="presses_nine",
    description="Presses 9 when the opening offers it.",
    rules=(cues.FAREWELL, Rule(r"(press|key|dial) (nine|9)", press="9", times=1)),
    fallback="",
    customer=Customer(name="Tomas Novak", email="tomas.novak@example.com"),
    expect=Expect(disposition="cease_requested", restriction="cease", verified=False, no_arrangement=True, sms=0),
)
