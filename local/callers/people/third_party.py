"""Somebody else picks up: nothing may be told, the call is short."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="third_party",
    description="The customer's sister answers; the customer is not at home.",
    rules=(
        cues.UNDERSTOOD,
        Rule(
            cues.ASKS_FOR_PERSON,
            say=("No, this is the sister. {first_name} isn't here right now.", "No, {first_name} isn't in."),
        ),
        Rule(r"message|let \w+ know|tell \w+", say=("Okay, I'll pass that on.",), times=1),
        cues.FAREWELL,
    ),
    customer=Customer(name="Avery Cole", email="avery.cole@example.com"),
    expect=Expect(disposition="third_party", verified=False, no_arrangement=True, sms=0),
)
