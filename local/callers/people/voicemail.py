"""An answering machine takes the call: no message is left."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="voicemail",
    description="An answering machine picks up.",
    answers="machine",
    greeting="Hi, you have reached {first_name}. I can't come to the phone now. Please leave a message after the tone.",
    rules=(Rule(cues.ANYTHING, silent=True),),
    fallback="",
    patience_seconds=30,
    customer=Customer(name="Olivia Hart", email="olivia.hart@example.com"),
    expect=Expect(disposition="voicemail", verified=False, no_arrangement=True, sms=0),
)
