"""Gives the wrong digits twice: the call must end without a word about any account."""

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule

_VERIFICATION = (
    Rule(cues.ASKS_BOTH_FACTORS, say=("{wrong_four}, and the postal code is 00501.",)),
    Rule(cues.ASKS_LAST_FOUR, say=("{wrong_four}.",)),
    Rule(cues.ASKS_POSTAL_CODE, say=("00501.",)),
)

PERSONA = Persona(
    name="wrong_twice",
    description="Cannot be verified in two tries.",
    rules=cues.paying("a link by text message", verification=_VERIFICATION),
    customer=Customer(name="Dolores Finch", email="dolores.finch@example.com"),
    expect=Expect(disposition="verification_failed", verified=False, no_arrangement=True, sms=0),
)
