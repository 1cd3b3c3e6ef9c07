"""A customer answers by text: STOP and its kin.

P-05: a revocation by any reasonable means acts at once. Whether a STOP by text also ends AI calls is the scope of
47 CFR 64.1200(a)(10), waived until the date that the ruleset carries; STOPALL says so itself.
"""

import hashlib

from sqlalchemy import select, update

from archer.compliance.ruleset import ruleset
from archer.restricting import Restricted, hold_people, restrict, restrict_number
from archer.store.customers import Consent, Customer
from archer.store.dial_rows import one_of_ids
from archer.work import Work

OPT_OUT_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "OPT-OUT", "CANCEL"})
"""The words of 47 CFR 64.1200(a)(10), and those at which Twilio stops."""
_ALL_WORDS = frozenset({"STOPALL", "REVOKE"})


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
