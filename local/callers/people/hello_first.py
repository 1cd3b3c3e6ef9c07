"""Says hello on picking up, so that agent and caller speak at once; pays after that."""

from local.callers import cues
from local.callers.persona import Arrangement, Customer, Expect, Persona

PERSONA = Persona(
    name="hello_first",
    description="Says hello while the agent begins to speak, then pays in full by a link.",
    greeting="Hello?",
    rules=cues.paying("a link by text message"),
    customer=Customer(name="Nadia Petrov", email="nadia.petrov@example.com"),
    expect=Expect(
        disposition="payment_arranged",
        verified=True,
        arrangement=Arrangement("payment", "sms_link", "412.35"),
        sms=1,
    ),
)
