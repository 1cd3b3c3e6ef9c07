"""Speaks over the agent when hearing the balance, and pays."""

from local.callers import cues
from local.callers.persona import Arrangement, Customer, Expect, Persona, Rule

PERSONA = Persona(
    name="barges_in",
    description="Interrupts the agent at the balance, then pays in full by a link.",
    rules=(
        Rule(
            r"balance|\$ ?\d|\d dollars|past due|overdue",
            say=("Yes, I know. I want to pay the full amount now.",),
            interrupt=True,
            times=1,
        ),
        *cues.paying("a link by text message"),
    ),
    customer=Customer(name="Imani Brooks", email="imani.brooks@example.com", balance="640.00"),
    expect=Expect(
        disposition="payment_arranged",
        verified=True,
        arrangement=Arrangement("payment", "sms_link", "640.00"),
        sms=1,
    ),
)
