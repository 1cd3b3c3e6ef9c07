"""A customer answers by text: STOP and its kin.

P-05: a revocation by any reasonable means acts at once. Whether a STOP by text also ends AI calls is the scope of
47 CFR 64.1200(a)(10), waived until the date that the ruleset carries; STOPALL says so itself.
"""

import hashlib
import re

from sqlalchemy import select, update

from archer.compliance.ruleset import ruleset
from archer.conversation.understanding import TRAINED
from archer.restricting import Restricted, hold_people, restrict, restrict_number
from archer.store.customers import Consent, Customer
from archer.store.dial_rows import one_of_ids
from archer.work import Work

OPT_OUT_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "OPT-OUT", "CANCEL"})
"""The words of 47 CFR 64.1200(a)(10), and those at which Twilio stops."""
_ALL_WORDS = frozenset({"STOPALL", "REVOKE"})
_SURE = 0.95
"""From here on a text in own words is taken for an opt-out: "please stop by tomorrow" is none."""
_LONGEST = 500
_CALLS = re.compile(r"\bcall(?:s|ed|ing)?\b|\bphon(?:e|ing)\b", re.IGNORECASE)


def opt_out_word(body: str, carrier_says: str) -> str | None:
    """The opt-out word that a text is, or comes to in its own words; None when it is no opt-out.

    P-05: any reasonable means, not the words alone. `carrier_says` is Twilio's `OptOutType`: it knows words in other
    languages too.
    """
    word = body.strip().strip(".!").upper()
    if word in OPT_OUT_WORDS:
        return word
    if carrier_says == "STOP":
        return "STOP"
    if not body.strip():
        return None
    meant = TRAINED.classify(body[:_LONGEST], None)
    if meant.label != "cease_contact" or meant.confidence < _SURE:
        return None
    return "STOPALL" if _CALLS.search(body) else "STOP"


async def stop_by_text(unit: Work, number: str, *, word: str, message_sid: str) -> list[Restricted]:
    """Stop texts to a number, whoever has it; AI calls too where the law or the word asks for it."""
    actor = f"text:{message_sid or hashlib.sha256(number.encode()).hexdigest()[:16]}"
    details = {"word": word, "message_sid": message_sid}
    people = (
        (await unit.session.execute(select(Customer).where(Customer.phone_number == number).order_by(Customer.id)))
        .scalars()
        .all()
    )
    if not people:
        return [await restrict_number(unit, number, "sms_opt_out", source="caller", actor=actor, details=details)]
    await hold_people(unit, people)
    done = []
    for customer in people:
        done.append(await restrict(unit, customer, "sms_opt_out", source="caller", actor=actor, details=details))
        if word in _ALL_WORDS or _revokes_all(unit):
            done.append(await restrict(unit, customer, "ai_opt_out", source="caller", actor=actor, details=details))
    await unit.session.execute(
        update(Consent)
        .where(
            one_of_ids(Consent.customer_id, [customer.id for customer in people]),
            Consent.kind == "sms",
            Consent.revoked_at.is_(None),
        )
        .values(revoked_at=unit.now, revocation_scope="sms", revoked_by=actor)
    )
    return done


def _revokes_all(unit: Work) -> bool:
    waived_until = ruleset().rule("P-05").parameters.get("revoke_all_scope_waived_until")
    return isinstance(waived_until, str) and unit.now.date().isoformat() > waived_until
