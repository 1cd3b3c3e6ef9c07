"""Misremembers the account number, gets it right at the second try, and pays."""

from local.callers import cues
from local.callers.persona import Arrangement, Customer, Expect, Persona, Rule

_VERIFICATION = (
    Rule(
        cues.ASKS_BOTH_FACTORS,
        say=("{wrong_four}, and the postal code is {postal_code}.", "{last_four}, and {postal_code}."),
        group="digits",
    ),
    Rule(cues.ASKS_LAST_FOUR, say=("It's {wrong_four}.", "Sorry, it's {last_four}."), group="digits"),
    cues.POSTAL_CODE,
)

PERSONA = Persona(
    name="wrong_then_right_digits",
    description="Gives the wrong last four, then the right ones, and pays in full by a link.",
    rules=cues.paying("a link by text message", verification=_VERIFICATION),
    customer=Customer(name="Marcus Bell", email="marcus.bell@example.com", balance="86.20"),
    expect=Expect(
        disposition="payment_arranged",
        verified=True,
        arrangement=Arrangement("payment", "sms_link", "86.20"),
        sms=1,
    ),
)
