"""Pays the whole balance by a link in a text message: the plain good call."""

from local.callers import cues
from local.callers.persona import Arrangement, Expect, Persona

PERSONA = Persona(
    name="pays_by_link",
    description="Is verified at once and pays in full by a link in a text message.",
    rules=cues.paying("a link by text message"),
    expect=Expect(
        disposition="payment_arranged",
        verified=True,
        arrangement=Arrangement("payment", "sms_link", "412.35"),
        sms=1,
    ),
)
