"""What callers ask in between, at any step: is there a fee, when does it start, what if I miss one, where are you.

A question that is known here (questions.toml) is answered before anything else is made of the turn, so that no word of
it is taken for an answer; what is said beside it is heard as if it had come alone. An explicit yes in the same breath
as a question sets nothing up (I-21): the question is answered and the yes asked for again.
"""

import re
from collections.abc import Callable, Sequence

from archer.conversation.policy import proof, surprise
from archer.conversation.policy.arrangement import PAYMENTS, monthly
from archer.conversation.policy.claims import claims_too
from archer.conversation.policy.consent import Consent, consent
from archer.conversation.policy.differences import differences
from archer.conversation.policy.evidence import FAMILY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.in_force import all_told, amount_told, day_told
from archer.conversation.policy.opening import fail
from archer.conversation.policy.people import ask_for_time
from archer.conversation.policy.purpose import say_balance, say_purpose
from archer.conversation.policy.readings import reread
from archer.conversation.policy.replies import REPLIES, Say, account, anytime, day_read, of_plan
from archer.conversation.policy.state import Step
from archer.conversation.policy.steps import decimal, minimum, option, plan_months, reask, spoken_day
from archer.conversation.policy.talk import Talk
from archer.conversation.policy.topics import TOPICS, Asked, find, without
from archer.conversation.words import questions as words
from archer.conversation.words import spoken

_NOTHING = re.compile(
    r"^(?:\W|\b(?:ok|okay|well|alright|all right|so|and|but|then|good|great|fine|cool|thanks|thank you|sorry|please|"
    r"hmm|oh|um|uh|wait|right|sounds good|i see|got it|though|hold on|hang on|(?:one|quick|one more) question|"
    r"or|if|whoa|wow|dear|honey|ma'?am|sir|let me get (?:a|my) pen)\b)*$",
    re.I,
)
_BARE_YES = re.compile(r"^\W*(?:yes|yeah|yep|yup|sure)\W*$", re.I)
_BARE = re.compile(r"^\W*(?:yes|yeah|yep|yup|sure|no|nope|nah)\W*$", re.I)
_DENIES = re.compile(r"n['’]t\b|\b(?:no|not|never|stop|without|off|prov(?:e|es|ing)|proof|validat\w*)\b", re.I)
_YES_COUNTS = frozenset({"person", "available", "negotiate", "offer_person", "check"})
"""Steps at which a yes or a no beside a question still answers what was asked before it."""
_MOST_ANSWERS = 2
_LONGEST_TAIL = 4
"""Words behind a question that may still belong to it, whatever the turn as a whole resembles."""
_DOUBTFUL = 0.8
_DIGITS_OF_FACTOR = 4


def set_apart(talk: Talk, hearing: Hearing) -> Hearing | None:
    """Answer the questions of a turn; what else was said, None when that was all, the turn itself when it asks none."""
    known = [topic for topic in TOPICS if _ANSWERS[topic.name](talk, hearing) is not None]
    found = find(hearing.text, known)
    if not found:
        own = surprise.without_echo(talk, hearing)
        return _without_surprise(talk, hearing) if own is hearing else _hard(reread(talk, own))
    if _is_right(hearing, found):
        return hearing
    rest = without(hearing.text, found)
    for name in list(dict.fromkeys(asked.topic.name for asked in found))[:_MOST_ANSWERS]:
        say = _ANSWERS[name](talk, hearing)
        assert say is not None
        say()
    if talk.state.step == "ended":
        return None
    agreed = talk.state.step == "confirm" and _BARE_YES.match(rest)
    if _NOTHING.match(rest) or (_BARE.match(rest) and talk.state.step not in _YES_COUNTS and not agreed):
        reask(talk)
        return None
    beside = reread(talk, hearing.only(rest))
    return beside if _counts(talk, beside, found) else None


def _counts(talk: Talk, beside: Hearing, found: Sequence[Asked]) -> bool:
    """What is said beside a question is to be heard; else the open question is asked again."""
    step, agrees = talk.state.step, _yes(talk, beside)
    names = {asked.topic.name for asked in found}
    harmless = _CHANGES_NOTHING | {"that_day"} if _TO_DO_IT.search(beside.text) else _CHANGES_NOTHING
    if step == "confirm" and _other(talk, beside):
        counts = True
    elif step == "confirm" and agrees and not (consent(talk, beside) is Consent.GIVEN and names <= harmless):
        counts = False
    elif step == "anything_else" and (beside.yes_no is not None or beside.intent == "thanks"):
        counts = False  # who asks has not done with it
    elif beside.intent == "ask_reason" and names & {"who", "about", "about_money"}:
        counts = False
    elif beside.intent == "repeat" or (names & _OF_DEBT and step == "negotiate" and beside.intent == "affirm"):
        counts = False  # a yes to what was heard, and to nothing that was offered
    else:
        counts = not ("number" in names and beside.intent in ("scam_suspicion", "goodbye"))
    if not counts:
        reask(talk)
    return counts


_OF_DEBT = frozenset({"why", "inside", "whole", "card", "was_due", "purpose", "legal", "consequences"})
"""Questions of somebody who has not come to an offer yet."""
_CHANGES_NOTHING = frozenset(
    {"receipt", "papers", "early", "change", "number", "office", "duration", "recorded", "name", "who", "found"}
    | {"others", "calls", "how_to_pay", "first_date", "day", "agreed"}
)
"""Questions of which no answer would make somebody take back the yes that he says in the same breath."""


_TO_DO_IT = re.compile(r"\b(?:go ahead|do (?:it|that)|set it up|book it)\b", re.I)


def _yes(talk: Talk, beside: Hearing) -> bool:
    """A word of assent beside the question."""
    return beside.intent == "affirm" or consent(talk, beside) is not Consent.NONE


def _other(talk: Talk, beside: Hearing) -> bool:
    """Beside the question something else is named than was read out."""
    prepared = talk.state.prepared
    return prepared is not None and bool(differences(talk, beside, prepared))


def _hard(own: Hearing) -> Hearing:
    """What is said of a balance that is beyond the caller's means, if no wish: a misfortune, or a no to paying it."""
    if not own.right and own.intent not in _WISHES:
        own.take("hardship" if FAMILY["illness"].search(own.text) else "negate", 0.7)
    return own


_WISHES = frozenset({"payment_plan", "extension", "promise_to_pay", "hardship", "request_callback", "ask_options"})


def _without_surprise(talk: Talk, hearing: Hearing) -> Hearing | None:
    """What else was said than words that wonder at the balance; the balance again when that was all."""
    rest = surprise.set_aside(talk, hearing)
    if rest is None:
        say_balance(talk)
        reask(talk)
        return None
    return hearing if rest is hearing else reread(talk, rest)


def _is_right(hearing: Hearing, found: Sequence[Asked]) -> bool:
    """The turn invokes a right, and the question alone is not what makes it look so."""
    if hearing.right is None:
        return False
    outside = hearing.text
    for asked in reversed(found):
        outside = outside[: asked.core[0]] + " " + outside[asked.core[1] :]
    mistaken = any(hearing.right in asked.topic.mistaken for asked in found)
    if mistaken:
        return bool(_DENIES.search(outside))
    alone = _NOTHING.match(without(hearing.text, found)) and len(outside.split()) <= _LONGEST_TAIL
    return not (alone and hearing.confidence < _DOUBTFUL)


def _undated(key: str) -> Callable[[Talk, Hearing], Say | None]:
    """The same, unless a day is named: then it is a wish for that day, and no question."""
    plain = account(key)
    return lambda talk, hearing: plain(talk, hearing) if hearing.later is None else None


def _at_proof(key: str) -> Callable[[Talk, Hearing], Say | None]:
    """An answer while the factors are asked for, unless the turn holds them after all, or asks to wait for them."""

    def answer(talk: Talk, hearing: Hearing) -> Say | None:
        said = hearing.digit_count >= _DIGITS_OF_FACTOR or hearing.intent == "hold"
        if _step(talk) != "verify" or said or proof.heard(talk, hearing).any:
            return None

        def say() -> None:
            talk.go("verify")
            talk.say(key)

        return say

    return answer


def _why_proof(talk: Talk, hearing: Hearing) -> Say | None:
    """Why the factors are asked for; asked by who has just said his name, too."""
    early = talk.state.step == "person" and claims_too(talk, hearing)
    return (lambda: talk.say("answer_private")) if early else _at_proof("why_factors")(talk, hearing)


def _withheld(talk: Talk, hearing: Hearing) -> Say | None:
    """To keep back what nobody has asked for is no refusal to say what is needed."""
    early = talk.state.step in ("person", "verify") and not talk.verified
    return (lambda: talk.say("answer_withheld")) if early and not proof.heard(talk, hearing).any else None


def _not_at_hand(talk: Talk, hearing: Hearing) -> Say | None:
    """Who does not have them may look for them; who still does not have them then has no proof."""
    looked = talk.state.said.get("answer_not_at_hand", 0) > 0
    say = _at_proof("answer_not_at_hand")(talk, hearing)
    return say and ((lambda: fail(talk)) if looked else say)


def _step(talk: Talk) -> Step:
    """What the call waits for, whatever is asked beside it."""
    return talk.home() if talk.state.step in ("check", "offer_person") else talk.state.step


def _keys(talk: Talk, _: Hearing) -> Say | None:
    step = _step(talk)

    def say() -> None:
        talk.go(step)
        talk.say("answer_keys")

    return say if step in ("verify", "amount", "months") else None


def _fee(talk: Talk, hearing: Hearing) -> Say | None:
    proposal = talk.state.proposal
    if of_plan(talk):
        return account("answer_plan_fee")(talk, hearing)
    return account("nothing_added" if proposal and proposal.kind in PAYMENTS else "answer_fee")(talk, hearing)


def _purpose(talk: Talk, _: Hearing) -> Say | None:
    return (lambda: say_purpose(talk)) if talk.open and talk.state.options is not None else None


_TO_BE_DONE = re.compile(r"\b(?:settle\w*|close|clear|done|even|forgive|call it|over with|out of)\b", re.I)


def _least(talk: Talk, hearing: Hearing) -> Say | None:
    """The least that counts as a payment; what would settle the account is another question."""
    least = minimum(talk) if talk.open and not _TO_BE_DONE.search(hearing.text) else None
    return None if least is None else lambda: talk.say("answer_least", minimum=spoken.money(least))


def _latest(talk: Talk, _: Hearing) -> Say | None:
    if told := day_told(talk):
        return told
    state, proposal = talk.state, talk.state.proposal
    if state.offer == "limit" and state.suggestion and spoken_day(talk, state.suggestion):
        return lambda: None  # the very day that is asked about once more
    kind = "extension" if proposal is not None and proposal.kind == "extension" else "promise"
    until = spoken_day(talk, (option(talk, kind) or {}).get("until")) if talk.open else ""
    return (lambda: talk.say("answer_latest", until=until)) if until else None


def _months(talk: Talk, hearing: Hearing) -> Say | None:
    """What an instalment comes to: while a length is being chosen, and of another one than was read out."""
    if talk.state.step == "months":
        each = monthly(talk, hearing.months)
    else:
        length = _other_length(talk, hearing)
        each = monthly(talk, length) if length else ""
    return (lambda: talk.say("monthly_is", monthly=each)) if each else amount_told(talk)


def _other_length(talk: Talk, hearing: Hearing) -> int | None:
    """Another length than that of the plan that was read out; with money down it is to be worked out anew."""
    prepared, proposal = talk.state.prepared, talk.state.proposal
    if talk.state.step != "confirm" or prepared is None or prepared.kind != "plan":
        return None
    if proposal is None or proposal.down_payment is not None:
        return None
    words = set(re.findall(r"\w+", hearing.text.lower()))
    lengths = [m for m in plan_months(talk) if m != prepared.months and words & {str(m), spoken.cardinal(m)}]
    return lengths[0] if len(lengths) == 1 else None


def _other_day(talk: Talk, _: Hearing) -> Say | None:
    """ "What happens if I pay on the third?", once a day was read out: any day until the last, if it is wanted."""
    prepared = talk.state.prepared if talk.state.step == "confirm" else None
    if prepared is None or prepared.kind not in ("promise", "extension"):
        return None
    until = spoken_day(talk, (option(talk, prepared.kind) or {}).get("until"))
    return (lambda: talk.say("answer_other_day", until=until)) if until else None


def _day(key: str, *, first: bool) -> Callable[[Talk, Hearing], Say | None]:
    """The day of what stands, or was just read out; else that it will be read out."""
    plain = account(key, not_at=frozenset({"confirm"}))
    return lambda talk, hearing: day_told(talk) or day_read(talk, first=first) or plain(talk, hearing)


def _rest_open(talk: Talk, hearing: Hearing) -> Say | None:
    """Only of a part there is a rest, be it the one that is worked out or the one named in the same breath."""
    proposal, whole = talk.state.proposal, decimal(talk.balance)
    partly = proposal is not None and proposal.kind in ("partial_payment", "promise")
    part = decimal(proposal.amount) if proposal and partly else hearing.amount(talk.balance)
    lesser = part is not None and whole is not None and part < whole
    return (lambda: talk.say("rest_still_open")) if talk.open and lesser else None


def _helper(talk: Talk, _: Hearing) -> Say | None:
    """Somebody else does the caller's money: a call when both are there, once it is known who the caller is."""

    def say() -> None:
        talk.say("answer_helper")
        ask_for_time(talk)

    if talk.open:
        return say if not talk.state.said.get("answer_helper") else None
    early = talk.state.step in ("person", "verify") and not talk.state.said.get("answer_only_with")
    return (lambda: talk.say("answer_only_with")) if early else None


_ANSWERS: dict[str, Callable[[Talk, Hearing], Say | None]] = {
    **{name.removeprefix("answer_"): anytime(name) for name in words.ANYTIME},
    **{name.removeprefix("answer_"): account(name) for name in words.ACCOUNT},
    "keys": _keys,
    "why_proof": _why_proof,
    "not_at_hand": _not_at_hand,
    "which": _at_proof("answer_which"),
    "withheld": _withheld,
    "fee": _fee,
    "early": _undated("answer_early"),
    "ways": _undated("answer_ways"),
    "first_date": _day("answer_first_date", first=True),
    "day": _day("answer_day", first=False),
    "day_arranged": lambda talk, _: day_told(talk),
    "amount_arranged": lambda talk, _: amount_told(talk),
    "arranged": lambda talk, _: all_told(talk),
    "agreed": lambda talk, _: all_told(talk),
    "online": account("answer_ways", not_at=frozenset({"method"})),
    "rest": _rest_open,
    "safe": account("safe_ways"),
    "purpose": _purpose,
    "least": _least,
    "latest": _latest,
    "months": _months,
    "helper": _helper,
    "other_day": _other_day,
    **REPLIES,
}
