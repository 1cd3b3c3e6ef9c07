"""Pays the whole balance by bank transfer."""

from local.callers import cues
from local.callers.persona import Arrangement, Customer, Expect, Persona

PERSONA = Persona(
    name="pays_by_transfer",
    description="Is verified at once and pays in full by bank transfer.",
    rules=cues.paying("bank transfer"),
    customer=Customer(
        name="Priya Raman",
        email="priya.raman@example.com",
        account_last_4="8080",
        postal_code="98101",
        state="WA",
        balance="1250.00",
    ),
    expect=Expect(
        disposition="payment_arranged",
        verified=True,
        arrangement=Arrangement("payment", "bank_transfer", "1250.00"),
    ),
)
