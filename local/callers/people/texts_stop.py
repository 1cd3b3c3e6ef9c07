"""Pays by a link, and answers the text message with STOP: no further text may be sent."""

from local.callers import cues
from local.callers.persona import Arrangement, Customer, Expect, Persona

PERSONA = Persona(
    name="texts_stop",
    description="Pays in full by a link, and texts STOP when it arrives.",
    rules=cues.paying("a link by text message"),
    texts_back="STOP",
    customer=Customer(name="Yuki Tanaka", email="yuki.tanaka@example.com"),
    expect=Expect(
        disposition="payment_arranged",
        verified=True,
        arrangement=Arrangement("payment", "sms_link", "412.35"),
        sms=1,
    ),
)
