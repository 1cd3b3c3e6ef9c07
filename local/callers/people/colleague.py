"""The person at the bank to whom a call is transferred."""

from local.callers import cues
from local.callers.persona import Persona, Rule

PERSONA = Persona(
    name="colleague",
    description="A person at the bank: greets, answers once, says goodbye and hangs up.",
    greeting="Thank you for holding, this is Dana at the bank. How can I help you?",
    ring_seconds=1.0,
    rules=(
        Rule(r"bye|thank", say=("Goodbye.",), hang_up=True),
        Rule(cues.ANYTHING, say=("I see it here. That is taken care of. Anything else?",), times=1),
        Rule(cues.ANYTHING, say=("Goodbye.",), hang_up=True),
    ),
    patience_seconds=12,
)
