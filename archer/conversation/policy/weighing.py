"""What a turn means, weighed: the classifier's likeliest labels, moved by where the call is and by telling words.

The classifier knows one sentence and the question before it. Here each label's probability is multiplied by what else
is known: nobody else is on the line once the person is verified; a day goes with a promise, "try me" with a call
later, illness with hardship. A label that telling words stand for enters with a small probability of its own, so that
a sentence heard wrongly as a whole can still be understood by its heart. The result is a probability again; what may
be done from which certainty on is decided elsewhere (`hearing.SURE`, `hearing.RIGHT_SURE`).
"""

import re
from dataclasses import dataclass, field

from archer.conversation.policy.evidence import BUT_LATER, FAMILY, HAS_PAID, NO_CALLS, OF_RIGHT, SUPPOSES
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk

ENTERS = 0.02
"""Probability, times the factor, of a label that only telling words speak for."""
STRONG = 5.0
"""A sign of this factor also halves what is left for all other labels."""
WITHOUT_EVIDENCE = 0.5
"""A right loses half its weight when none of its words is there."""


@dataclass(frozen=True)
class Sign:
    """Telling words, and the labels that they make likelier or less likely by which factor."""

    pattern: re.Pattern[str]
    factors: dict[str, float]
    unless: re.Pattern[str] | None = None
    verified: bool | None = None
    """Counts only after (True) or before (False) verification."""


SIGNS: tuple[Sign, ...] = (
    Sign(FAMILY["illness"], {"hardship": 5, "busy_now": 0.3, "wrong_number": 0.3, "refuse_to_pay": 0.5}),
    Sign(FAMILY["not_right"], {"dispute_debt": 10, "offer_amount": 0.3, "pay_now": 0.4, "frustrated": 0.7}),
    Sign(FAMILY["used_my_name"], {"identity_theft": 40, "dispute_debt": 0.2, "third_party": 0.2}),
    Sign(FAMILY["wants_proof"], {"dispute_debt": 20, "refuse_to_pay": 0.2, "frustrated": 0.5}, verified=True),
    Sign(FAMILY["wont"], {"refuse_to_pay": 5, "hardship": 0.5}, unless=FAMILY["parts"]),
    Sign(FAMILY["again"], {"repeat": 8, "extension": 0.2, "negate": 0.2, "identity_confirmed": 0.4, "hardship": 0.4}),
    Sign(
        FAMILY["parts"],
        {"payment_plan": 5, "already_paid": 0.3, "ask_options": 0.5, "offer_amount": 0.6},
        verified=True,
    ),
    Sign(FAMILY["more_time"], {"extension": 4}, unless=FAMILY["again"], verified=True),
    Sign(FAMILY["relation"], {"third_party": 5, "wrong_number": 0.5, "identity_confirmed": 0.2}, verified=False),
    Sign(FAMILY["plain_no"], {"negate": 6, "frustrated": 0.3}, verified=True),
    Sign(FAMILY["busy"], {"busy_now": 3, "request_callback": 1.5}, unless=FAMILY["illness"]),
)
"""Words that tell, in the order in which they are looked for; each counts on its own."""
_ONCE_VERIFIED = {
    **dict.fromkeys(("third_party", "wrong_number", "identity_confirmed"), 0.2),
    **dict.fromkeys(("book_appointment", "reschedule_appointment", "cancel_appointment", "voicemail_greeting"), 0.1),
    **dict.fromkeys(("deceased", "language_request", "do_not_record", "ask_hours", "ask_price"), 0.5),
}
_BEFORE = {
    **dict.fromkeys(("pay_now", "promise_to_pay", "extension", "offer_amount", "payment_plan", "refuse_to_pay"), 0.4),
    **dict.fromkeys(("hardship", "already_paid", "book_appointment", "reschedule_appointment"), 0.5),
}


@dataclass
class _Scale:
    """Probabilities of labels while they are being weighed."""

    odds: dict[str, float]
    rest: float
    """What is left for the labels that the classifier did not name."""
    lifted: set[str] = field(default_factory=set)

    def times(self, label: str, factor: float) -> None:
        """Make a label likelier or less likely; one that is not there enters when something speaks for it."""
        if label not in self.odds:
            if factor <= 1:
                return
            self.odds[label] = ENTERS
        self.odds[label] *= factor
        if factor > 1:
            self.lifted.add(label)
        if factor >= STRONG:
            self.rest /= 2

    def best(self) -> tuple[str, float]:
        total = sum(self.odds.values()) + self.rest
        label = max(self.odds, key=lambda name: self.odds[name])
        return label, self.odds[label] / total


def weigh(talk: Talk, hearing: Hearing) -> None:
    """Read the turn anew in the light of the call."""
    if not hearing.ranked:
        return
    odds = dict(hearing.ranked)
    scale = _Scale(odds, max(0.01, 1.0 - sum(odds.values())))
    for move in (_by_clauses, _by_phase, _by_signs, _by_rights, _by_values, _by_loss):
        move(talk, hearing, scale)
    label, confidence = scale.best()
    if label != hearing.label or confidence < hearing.confidence or label in scale.lifted:
        hearing.take(label, round(confidence, 3))


_LONG, _DOUBTFUL, _PLAIN = 14, 0.7, 0.9
"""Words from which on a turn is a story, what is doubtful about it as a whole, and what is plain about a part of it."""
_PARTS = re.compile(r"[.,;!?]+\s+|\b(?:and so|so|but|anyway)\b", re.I)
_WISHES = frozenset(
    {"pay_now", "promise_to_pay", "payment_plan", "extension", "offer_amount", "ask_options", "hardship"}
)
"""What a story may lead up to; a right needs the whole turn, or its own words in it."""


def _by_clauses(talk: Talk, hearing: Hearing, scale: _Scale) -> None:
    """A long story that is doubtful as a whole means what its last plain clause wishes for."""
    if len(hearing.text.split()) < _LONG or hearing.confidence >= _DOUBTFUL or hearing.label in OF_RIGHT:
        return
    for clause in reversed(_PARTS.split(hearing.text)):
        found = talk.understanding.classify(clause, talk.agent_said) if clause and clause.strip() else None
        if found is not None and found.label in _WISHES and found.confidence >= _PLAIN:
            scale.times(found.label, 8)
            return


def _by_phase(talk: Talk, _: Hearing, scale: _Scale) -> None:
    for label, factor in (_ONCE_VERIFIED if talk.verified else _BEFORE).items():
        if label in scale.odds and scale.odds[label] < _SETTLED:
            scale.times(label, factor)


_SETTLED = 0.85
"""What the classifier is as sure of as this is no matter of the phase."""


def _by_signs(talk: Talk, hearing: Hearing, scale: _Scale) -> None:
    for sign in SIGNS:
        if sign.verified not in (None, talk.verified) or not sign.pattern.search(hearing.text):
            continue
        if sign.unless is None or not sign.unless.search(hearing.text):
            for label, factor in sign.factors.items():
                scale.times(label, factor)


def _by_rights(_: Talk, hearing: Hearing, scale: _Scale) -> None:
    for label, evidence in OF_RIGHT.items():
        if label in scale.odds and not evidence.search(hearing.text) and scale.odds[label] < _SETTLED:
            scale.times(label, WITHOUT_EVIDENCE)
    paid = FAMILY["paid"].search(hearing.text) is not None and not SUPPOSES.search(hearing.text)
    if paid and FAMILY["will_still_pay"].search(hearing.text) and not HAS_PAID.search(hearing.text):
        paid = False  # "I told you already, I'm paying on Monday"
    scale.times("already_paid", 3 if paid and "already_paid" in scale.odds else 0.3 if not paid else 1)


def _by_values(talk: Talk, hearing: Hearing, scale: _Scale) -> None:
    """A time to call, a day to pay, an amount."""
    text = hearing.text
    if hearing.later is not None and FAMILY["call_me"].search(text) and not NO_CALLS.search(text):
        scale.times("request_callback", 8)
        for other in ("hardship", "offer_amount", "promise_to_pay", "extension"):
            scale.times(other, 0.3)
    elif talk.verified and hearing.later is not None and _promises(text):
        scale.times("promise_to_pay", 4)
        for other in ("refuse_to_pay", "payment_plan", "hardship"):
            scale.times(other, 0.3)
        if FAMILY["will_still_pay"].search(text) and not HAS_PAID.search(text):
            scale.times("already_paid", 0.1)
        scale.times("request_callback", 0.6)
    if talk.verified and FAMILY["all_of_it"].search(text) and not BUT_LATER.search(text) and hearing.says_yes:
        scale.times("pay_now", 3)
        scale.times("ask_balance", 0.2)


def _promises(text: str) -> bool:
    """A day is named in the way of somebody who will pay then."""
    if "?" in text or FAMILY["parts"].search(text):
        return False
    return bool(FAMILY["later"].search(text) or FAMILY["pays_then"].search(text))


def _by_loss(talk: Talk, hearing: Hearing, scale: _Scale) -> None:
    """ "We lost Jordan": what is lost has the customer's name."""
    first = talk.session.customer_name.split()[0] if talk.session.customer_name.strip() else ""
    if first and re.search(rf"\b(?:lost|losing|buried|without) {re.escape(first)}\b", hearing.text, re.I):
        scale.times("deceased", 30)
