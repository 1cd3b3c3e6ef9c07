"""Asks for a person and is connected to one."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="wants_human",
    description="Asks for a person as soon as the agent has introduced itself.",
    rules=(
        cues.NOTHING_ELSE,
        Rule(r"how can i help", say=("I have a question about my last statement.", "Thank you, bye."), group="person"),
        Rule(cues.SAYS_GOODBYE, hang_up=True),
        Rule(rf"({cues.OFFERS_PERSON}).*\?", say=("Yes, please.",), times=2),
        Rule(rf"{cues.OFFERS_PERSON}|one moment", silent=True),
        Rule(cues.ASKS_FOR_PERSON, say=("I'd rather speak to a person, please.",), times=2),
        cues.UNDERSTOOD,
        Rule(cues.ASKS_TO_CONFIRM, say=("Yes, a person, please.",)),
        Rule(cues.ANYTHING, say=("A representative, please.",), times=2),
    ),
    customer=Customer(name="Rosa Delgado", email="rosa.delgado@example.com"),
    expect=Expect(disposition="transferred", no_arrangement=True),
)
