"""Nobody of that name has this number."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="wrong_number",
    description="Says that the number is wrong.",
    rules=(
        cues.UNDERSTOOD,
        cues.FAREWELL,
        Rule(
            cues.ASKS_FOR_PERSON,
            say=("You have the wrong number, there's no {first_name} here.", "No, wrong number."),
        ),
    ),
    customer=Customer(name="Peter Lindqvist", email="peter.lindqvist@example.com"),
    expect=Expect(disposition="wrong_number", restriction="wrong_number", verified=False, no_arrangement=True, sms=0),
)
