"""A second look at what was understood, in the light of where the call is.

The classifier hears one sentence and the question before it; here is what only the call knows: who has been verified,
what would be absurd, and which words a right needs before it is written down (I-15: it cannot be taken back by a
misheard word). A reading changes the label; it never invents a value.
"""

import re
from decimal import Decimal

from archer.conversation.policy import calls, evidence
from archer.conversation.policy.claims import claims_too, names, speaks
from archer.conversation.policy.consent import consents
from archer.conversation.policy.fetching import fetching
from archer.conversation.policy.hearing import RIGHTS, Hearing
from archer.conversation.policy.invoked import weigh_claim
from archer.conversation.policy.mere_offers import dearer, only_offers
from archer.conversation.policy.mistaken import OF_PAYING, down_and_rest, of_reading, ordinal
from archer.conversation.policy.one_day import on_one_day
from archer.conversation.policy.steps import plan_months
from archer.conversation.policy.surprise import wonders
from archer.conversation.policy.talk import Talk
from archer.conversation.policy.weighing import weigh

EVIDENT, CERTAIN, ASKED = 0.88, 0.95, 0.45
"""A right that none of its words stand for is acted on from the first confidence on, and from the second on where it
would be absurd; below it is asked about at most, and what was surer than the third of it is asked about first."""


def reread(talk: Talk, hearing: Hearing) -> Hearing:
    """The same turn with the label that fits the call; readings are tried in order, each on what the last one left."""
    if talk.state.step == "confirm" and consents(talk, hearing):
        hearing.take("affirm", 0.99)  # nothing else is in it, whatever it resembles
        return hearing
    weigh(talk, hearing)
    for reading in (
        _hesitation,
        weigh_claim,
        _language,
        _identity,
        ordinal,
        _moment,
        _machine,
        _times,
        fetching,
        _doubt,
        calls.read,
        _rights,
        _requests,
    ):
        reading(talk, hearing)
    return hearing


def _hesitation(_: Talk, hearing: Hearing) -> None:
    """ "Hmm. I, uh..." says neither yes nor no to anything."""
    if evidence.HESITATES.match(hearing.text) and hearing.confidence < CERTAIN:
        hearing.take("unclear", 0.1)


def _language(_: Talk, hearing: Hearing) -> None:
    if evidence.FAMILY["other_language"].search(hearing.text) and hearing.label not in (
        "identity_confirmed",
        "affirm",
        "negate",
    ):
        hearing.take("language_request", 0.9)


_NO_MOMENT = frozenset({"negate", "repeat", "unclear", "out_of_scope", "third_party", "wrong_number"})
"""What "this is not the best time" is easily taken for."""


_NO_LEAVE = frozenset(
    {"request_callback", "busy_now", "hold", "unclear", "out_of_scope", "promise_to_pay"}
    | {"reschedule_appointment", "affirm"}
)
"""What "I'll call you back" is easily taken for."""


def _moment(talk: Talk, hearing: Hearing) -> None:
    """A bad moment is one whatever else the words resemble: another time is offered, unless it will do all the same."""
    if talk.state.step == "method" and hearing.label in _NO_LEAVE and _says_how(hearing):
        hearing.take("unclear", 0.1)  # "text is easier, I'm on the bus": that is what was asked
        return
    if hearing.label == "busy_now" and hearing.goes_on and hearing.later is None:
        claims = talk.state.step == "person" and claims_too(talk, hearing)
        hearing.take("identity_confirmed" if claims or not talk.open else "ask_reason", 0.6)
        return
    if (hearing.label in _NO_LEAVE or not hearing.sure) and evidence.CALLS_US.search(hearing.text):
        hearing.take("goodbye", 0.7)  # "let me call you back": he has the number, and wants no call
        return
    mistakable = not hearing.sure or hearing.label in _NO_MOMENT
    if mistakable and not hearing.right and evidence.FAMILY["bad_moment"].search(hearing.text):
        hearing.take("busy_now", 0.8)


_NOT_NOW = re.compile(
    r"\b(?:later|not now|another time|call(?:ing)? (?:me|back|you)|can'?t (?:talk(?! long)|do (?:this|it|that))|"
    r"in an? (?:hour|while))\b",
    re.I,
)


def _says_how(hearing: Hearing) -> bool:
    """The way of paying is named, and no other time for it."""
    return hearing.method_asked is not None and hearing.later is None and not _NOT_NOW.search(hearing.text)


def _identity(talk: Talk, hearing: Hearing) -> None:
    """A claim to be the person needs a word that claims it: "pardon me?" and a shop's name are none."""
    if talk.state.step not in ("person", "available"):
        return
    claims = bool(evidence.FAMILY["claims"].search(hearing.text))
    if evidence.FAMILY["stranger"].search(hearing.text) and not hearing.right and not claims:
        hearing.take("wrong_number", 0.6)
    if hearing.label == "repeat" and hearing.also_me and not evidence.FAMILY["again"].search(hearing.text):
        hearing.take("identity_confirmed", 0.6)  # "uh-huh, what's up?"
        return
    if (hearing.label in _NO_STRANGER or not hearing.sure) and speaks(talk, hearing.text):
        hearing.take("identity_confirmed", 0.7)  # "speaking! can't get out the door, with the snow"
    if hearing.label not in ("identity_confirmed", "affirm"):
        return
    if evidence.NOT_HEARD.match(hearing.text):
        hearing.take("repeat", 0.9)
    elif not (claims or names(talk, hearing.text) or hearing.confidence >= CERTAIN):
        hearing.take("unclear", 0.1)


_NO_STRANGER = frozenset(
    {"negate", "unclear", "out_of_scope", "third_party", "wrong_number", "thanks", "goodbye", "repeat"}
)
"""What somebody who says "speaking" first is not, whatever he says after it."""


def _machine(talk: Talk, hearing: Hearing) -> None:
    """An answering machine cannot pick up in the middle of a call."""
    if hearing.label == "voicemail_greeting" and talk.order.claimed:
        hearing.take("unclear", 0.1)


def _times(talk: Talk, hearing: Hearing) -> None:
    """Not at these hours: a wish about calls, and no wish for one."""
    if hearing.label in ("attorney", "promise_to_pay") or hearing.right == "cease_contact" or "?" in hearing.text:
        return
    text = hearing.text
    some_times = hearing.only_some_times or bool(evidence.FAMILY["at_those_times"].search(text))
    not_then = evidence.NO_CALLS.search(text) or evidence.FAMILY["never_then"].search(text)
    if some_times and (not_then or _only_then(talk, hearing)):
        hearing.take("cease_contact", 0.9)


def _only_then(talk: Talk, hearing: Hearing) -> bool:
    """ "Mornings only"; "tomorrow, but only in the morning" and an answer to "when?" are a wish for one call."""
    one_call = talk.state.step == "callback" or evidence.FAMILY["once"].search(hearing.text)
    return bool(evidence.FAMILY["only_then"].search(hearing.text)) and not one_call


def _doubt(_: Talk, hearing: Hearing) -> None:
    if hearing.label in ("are_you_ai", "ask_reason", "unclear", "out_of_scope") and evidence.FAMILY["doubts"].search(
        hearing.text
    ):
        hearing.take("scam_suspicion", 0.8)


_OF_METHOD = frozenset({"request_human", "cease_contact", "dispute_debt", "third_party"})
"""What the answer to "link or transfer?" is easily taken for: "text me", "I don't have a bank account"."""


def _rights(talk: Talk, hearing: Hearing) -> None:
    """A right without a word of its own is asked about at most; after verification nobody else is on the line."""
    if _answers_step(talk, hearing):
        return
    if evidence.FAMILY["complains_of_calls"].search(hearing.text):
        if hearing.label not in RIGHTS - {"cease_contact"} and not talk.state.said.get("check_cease_contact"):
            hearing.take("cease_contact", ASKED)  # "you never leave me alone" complains, and perhaps asks for more
    elif evidence.FAMILY["leave_me"].search(hearing.text) and hearing.label not in RIGHTS:
        hearing.take("cease_contact", ASKED if calls.asks(hearing.text) else 0.9)  # in anger it is said as well (C-01)
    if hearing.label == "deceased" and evidence.FAMILY["thing_died"].search(hearing.text):
        hearing.take("unclear", 0.1)
        return
    words = evidence.OF_RIGHT.get(hearing.label)
    if hearing.label not in RIGHTS or words is None or words.search(hearing.text):
        return
    absurd = hearing.label == "do_not_record" or (talk.verified and hearing.label in ("wrong_number", "third_party"))
    if hearing.label != "cease_contact" and hearing.confidence >= (CERTAIN if absurd else EVIDENT):
        return
    if evidence.BEGINS_NO.search(hearing.text) and talk.state.step not in ("person", "available"):
        hearing.take("negate", 0.6)
    else:
        hearing.take("unclear" if absurd else hearing.label, min(hearing.confidence, ASKED))


def _answers_step(talk: Talk, hearing: Hearing) -> bool:
    """What sounds like a right and is about the way of paying, what was read out, or somebody who is only spoken of."""
    step, label, text = talk.state.step, hearing.label, hearing.text
    if step == "method" and label in _OF_METHOD and hearing.method_asked:
        against = "not_right" if label == "dispute_debt" else "against_calls"
        of_way = hearing.method_left and label == "cease_contact" and not evidence.FAMILY["of_calls"].search(text)
        if of_way or not evidence.FAMILY[against].search(text):
            hearing.take("unclear", 0.1)  # "text me", "no texts": that is what was asked
    elif label == "dispute_debt" and _plan_too_high(talk, hearing):
        hearing.take("payment_plan", 0.7)
    elif label == "dispute_debt" and step == "negotiate" and _only_dear(text):
        hearing.take("negate", 0.7)  # "that's more than I expected": no to what was offered
    elif label == "dispute_debt" and step in ("negotiate", "amount") and only_offers(hearing, talk.balance):
        hearing.take("offer_amount", 0.7)  # "I got a five-dollar bill, that's my offer"
    elif label == "dispute_debt" and wonders(hearing.text):
        hearing.take("out_of_scope", 0.5)  # "never late in my life, how did that happen?": a question
    elif step == "confirm" and label == "dispute_debt" and not _of_debt(hearing):
        named = hearing.amount(talk.balance) is not None
        hearing.take("offer_amount" if named else "negate", 0.7)  # "that's wrong, I said one fifty"
    elif step == "confirm" and of_reading(hearing):
        hearing.take("unclear", 0.1)  # what was read out is wrong, or to be done otherwise
    elif talk.order.claimed and label == "third_party" and evidence.SPOKEN_OF.search(text) and not _another(text):
        hearing.take("unclear", 0.1)  # "my wife handles that"
    else:
        return False
    return True


def _only_dear(text: str) -> bool:
    dear, wrong = evidence.FAMILY["dear"].search(text), evidence.FAMILY["not_right"].search(text)
    return bool(dear) and not wrong and not evidence.FAMILY["of_debt"].search(text)


def _another(text: str) -> bool:
    return bool(evidence.FAMILY["another_speaks"].search(text))


def _of_debt(hearing: Hearing) -> bool:
    """It is the debt that is wrong, and not what was just read out."""
    text = OF_PAYING.sub(" ", hearing.text)
    return bool(evidence.FAMILY["of_debt"].search(text) or evidence.FAMILY["wants_proof"].search(text))


def _plan_too_high(talk: Talk, hearing: Hearing) -> bool:
    """ "That's too high" of a plan that was just read out is no dispute of the debt."""
    plan = talk.state.step == "confirm" and talk.state.prepared is not None and talk.state.prepared.kind == "plan"
    disputes = evidence.FAMILY["not_right"].search(hearing.text)
    return plan and not disputes and bool(evidence.FAMILY["too_much"].search(hearing.text))


_LATER = frozenset({"plan", "promise", "extension"})
_PAYS_NOW = re.compile(
    r"\b(?:pay|settle|clear|square|take care of|cover|knock|close)\b[^.?!]*"
    r"\b(?:(?<!from )(?:now|today)|right away|in full|all of it)\b",
    re.I,
)
_NEAR_SETTLING = frozenset(
    {
        *("pay_now", "offer_amount", "ask_options", "ask_balance", "ask_price", "payment_plan", "refuse_to_pay"),
        *("affirm", "negate", "unclear", "out_of_scope", "knowledge_question", "hardship", "thanks"),
    }
)
"""Labels under which a wish to settle for less may hide; a right and a date for it are kept."""


def _names_sum(talk: Talk, hearing: Hearing) -> bool:
    """ "How about two fifty next Monday?": a sum to pay then, and no hour to call at."""
    negotiating = talk.state.step == "negotiate" and bool(evidence.FAMILY["proposes"].search(hearing.text))
    calls = evidence.FAMILY["call_me"].search(hearing.text)
    return negotiating and not calls and hearing.amount(talk.balance) is not None


_OF_DAY = {"promise": "promise_to_pay", "extension": "extension"}


def _names_other_day(talk: Talk, hearing: Hearing) -> bool:
    """ "Thursday is better", while a day to pay by is what is being settled: no hour to call at."""
    proposal = talk.state.proposal
    settling = proposal is not None and proposal.kind in _OF_DAY and talk.state.step not in ("callback", "offer_person")
    return settling and hearing.day is not None and not evidence.FAMILY["call_me"].search(hearing.text)


_OTHER_DAY = frozenset({"request_callback", "reschedule_appointment", "affirm", "unclear", "out_of_scope"})


def _pays_another_day(talk: Talk, hearing: Hearing) -> bool:
    """ "Can we do that on Friday instead?", while a payment of today is being set up."""
    state, proposal = talk.state, talk.state.proposal
    if hearing.later is None or evidence.FAMILY["call_me"].search(hearing.text):
        return False
    if state.step == "negotiate":  # "tomorrow, or no, Monday is better"
        by_clock = isinstance(hearing.moment, str)
        asked = hearing.label in ("request_callback", "reschedule_appointment") and not evidence.CALLS.search(
            hearing.text
        )
        return asked and not by_clock and not evidence.FAMILY["busy"].search(hearing.text)
    today = proposal is not None and proposal.kind in ("full_payment", "partial_payment")
    return today and (state.step == "confirm" or (state.step in ("method", "amount") and hearing.wants_change))


_OF_CONDITION = frozenset({"hardship", "extension", "unclear", "out_of_scope", "knowledge_question", "ask_price"})
_BEGINS_YES = re.compile(r"^\W*(?:yes|yeah|yep|yup|sure|okay|ok|fine|right)\b", re.I)


def _yes_on_condition(hearing: Hearing) -> bool:
    """ "Yeah, if the overtime comes through": about what was read out, and no new misfortune."""
    yes = _BEGINS_YES.search(hearing.text) and evidence.CONDITION.search(hearing.text)
    return bool(yes) and not evidence.FAMILY["illness"].search(hearing.text)


_TODAY = re.compile(r"\b(?:now|today|right away|immediately)\b", re.I)


def _has_to_wait(hearing: Hearing) -> bool:
    """ "Once my refund comes in I'll pay it all": not now, and the day is to be asked for."""
    waits = evidence.FAMILY["has_to_wait"].search(hearing.text)
    return bool(waits) and hearing.later is None and not _TODAY.search(hearing.text)


def _offers_part(talk: Talk, hearing: Hearing) -> bool:
    """One clause offers an amount, whatever the others deny; recognition may have left out what parts them."""
    if hearing.offers_part:
        return True
    return bool(evidence.FAMILY["proposes"].search(hearing.text)) and hearing.amount(talk.balance) is not None


_CLAUSES = re.compile(r"[.,;!?]+\s+|\bbut\b", re.I)
_DENIED = re.compile(r"n't\b|\b(?:not|never|cannot)\b", re.I)


def _pays_after_all(talk: Talk, text: str) -> bool:
    """ "No, forget it, I'll pay one fifty": the last word counts."""
    last = _CLAUSES.split(text)[-1]
    pays = evidence.FAMILY["pays_then"].search(last) and not _DENIED.search(last)
    return bool(pays) and talk.understanding.extract("amount", last, {}) is not None


def settles(talk: Talk, hearing: Hearing) -> bool:
    """The rest is to be forgiven; "to settle it" says so only with less than the whole."""
    if evidence.FAMILY["settles"].search(hearing.text):
        return True
    if not talk.balance or not evidence.FAMILY["lesser_settles"].search(hearing.text):
        return False
    amount = hearing.amount(talk.balance)
    return amount is not None and amount < Decimal(talk.balance)


def _requests(talk: Talk, hearing: Hearing) -> None:
    """What a verified caller asks for, where the words leave no doubt and the label does."""
    wish = _day_or_sum(talk, hearing) or _way_of_paying(talk, hearing) if talk.verified else None
    if wish is not None:
        hearing.take(wish, 0.7)


def _day_or_sum(talk: Talk, hearing: Hearing) -> str | None:
    """What a day or an amount turns the label into."""
    text, label, proposal = hearing.text, hearing.label, talk.state.proposal
    if label in ("payment_plan", "offer_amount") and dearer(text):
        return "frustrated"
    if label == "request_callback" and _names_sum(talk, hearing):
        return "offer_amount"
    if label in ("request_callback", "reschedule_appointment") and proposal and _names_other_day(talk, hearing):
        return _OF_DAY[proposal.kind]
    if label in _OTHER_DAY and _pays_another_day(talk, hearing):
        return "promise_to_pay"
    if talk.state.step == "confirm" and label in _OF_CONDITION and _yes_on_condition(hearing):
        return "affirm"
    if label == "promise_to_pay" and hearing.months in plan_months(talk) and evidence.FIRST_PAYMENT.search(text):
        return "payment_plan"
    if down_and_rest(hearing):
        return "payment_plan"
    if label == "pay_now" and _has_to_wait(hearing):
        return "promise_to_pay"
    if on_one_day(talk, hearing):
        return "promise_to_pay"
    settling = label in _NEAR_SETTLING and settles(talk, hearing)
    after_all = label in ("refuse_to_pay", "negate") and _pays_after_all(talk, text)
    return "offer_amount" if settling or after_all else None


_NO_OFFER = frozenset(
    {"unclear", "out_of_scope", "frustrated", "ask_reason", "ask_price", "knowledge_question", "thanks"}
)


def _way_of_paying(talk: Talk, hearing: Hearing) -> str | None:
    """What telling words turn the label into."""
    text, label, doubtful = hearing.text, hearing.label, hearing.confidence < 0.6
    if label == "affirm" and talk.state.offer in _LATER and _PAYS_NOW.search(text):
        # "I can square that up now": that is no yes to instalments or another day
        return None if evidence.BUT_LATER.search(text) else "pay_now"
    if label == "pay_now" and evidence.HAVE_TO.search(text):
        return "ask_options"  # "do I have to pay it all at once?"
    dear = evidence.FAMILY["dear"].search(text) and talk.state.step == "negotiate"
    vague = label in _NO_OFFER or (doubtful and label in ("affirm", "hardship", "dispute_debt") and not hearing.right)
    if dear and vague and hearing.amount(talk.balance) is None:
        return "negate"  # "that's a lot of money": to what was offered
    if label == "ask_balance" and evidence.FAMILY["will_pay"].search(text) and not evidence.ASKS.search(text):
        return "pay_now"
    if evidence.FAMILY["wants_parts"].search(text) and (label == "ask_options" or (doubtful and label not in RIGHTS)):
        return "payment_plan"
    little = label in ("hardship", "negate", "out_of_scope", "unclear") and doubtful
    return "offer_amount" if little and _offers_part(talk, hearing) else None
