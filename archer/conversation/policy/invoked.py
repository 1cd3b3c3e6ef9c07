"""Whether a right is claimed, or only spoken of: denied, of somebody else, of long ago, thought of, asked about.

What ends a call or restricts an account needs a clear statement of the speaker's own, or a confirmed question. The
classifier hears the words of a right and is meant to (its recall is a duty); here the turn is read once more for who
is spoken of and when. What is not claimed takes its meaning from the rest of the turn. Words: invoked.toml.
"""

import re
import tomllib
from dataclasses import dataclass
from importlib import resources

from archer.conversation.intents.text import words
from archer.conversation.policy.claims import names, speaks
from archer.conversation.policy.evidence import FAMILY, pattern
from archer.conversation.policy.hearing import RIGHTS, Hearing
from archer.conversation.policy.talk import Talk

_KIN = (
    r"(?:my |our |a |an )?(?:\w+ )?(?:husband|wife|partner|boyfriend|girlfriend|fiance|spouse|ex|father|mother|dad|mom|"
    r"son|daughter|brother|sister|uncle|aunt|cousin|nephew|niece|grandson|granddaughter|friend|buddy|neighbor|boss|roommate|coworker|"
    r"parents|kid|grandma|grandpa|grandmother|grandfather)"
)
_LAWYER = r"(?:lawyers?|attorneys?|counsel|paralegal|legal (?:team|aid))"
_MIL = (
    r"(?:army|navy|marines?|military|air force|coast guard|national guard|reserves?|service|veteran|vet|soldier|"
    r"sailor|overseas|deployed|active duty|iraq|afghanistan|marine corps)"
)
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class _Words:
    no: re.Pattern[str]
    asks: re.Pattern[str]
    claim: re.Pattern[str]
    yet: re.Pattern[str]


def _compiled(listed: str) -> re.Pattern[str]:
    if not listed.strip():
        return _NEVER
    for name, stands in (("KIN", _KIN), ("LAWYER", _LAWYER), ("BANKRUPT", r"bankrupt\w*"), ("MIL", _MIL)):
        listed = listed.replace(name, stands)
    return pattern(listed, whole=False)


_OF = {
    label: _Words(*(_compiled(entry.get(name, "")) for name in ("not", "asks", "claim", "yet")))
    for label, entry in tomllib.loads(resources.files(__package__).joinpath("invoked.toml").read_text("utf-8")).items()
}
_OF_CUSTOMER = frozenset({"bankruptcy", "military", "identity_theft"})
"""What somebody else may tell of the person asked for."""
ASKED = 0.45
"""Sure enough to be asked about, and not to be acted on."""
_SOMETHING = 3
"""Words of which the rest of a turn has to have so many to mean something of its own."""


def weigh_claim(talk: Talk, hearing: Hearing) -> None:
    """Take a right back that is spoken of and not claimed; make one that is only thought of a question."""
    if hearing.right is None:
        return
    is_person = talk.order.claimed or _says_so(talk, hearing)
    if hearing.label in ("third_party", "wrong_number"):
        _of_stranger(talk, hearing)
        return
    if hearing.label == "deceased":
        if is_person:
            _of_another(talk, hearing)
        return
    of = _OF.get(hearing.label)
    if of is None or (hearing.label in _OF_CUSTOMER and not is_person):
        return  # "my son's in the army", by his mother who answers his phone, tells of the customer
    said = " ".join(words(hearing.text))
    denied = of.no.search(said) or (of.asks.search(said) and of.yet.search(said))
    rest = of.no.sub(" ", said)
    if of.claim.search(rest):
        return
    if denied:
        _mean_the_rest(talk, hearing, of.asks.sub(" ", rest))
    elif of.asks.search(said):
        hearing.take(hearing.label, ASKED)


_ME = re.compile(
    r"\W*(?:(?:yes|yeah|yep|yup|hi|hello|oh|uh|um)\W+)*"
    r"(?:speaking\b|this is (?:he|she|me|her|him)\b|(?:it|that)(?:'?s| is) me\b|i am (?:he|she)\b)",
    re.I,
)


def _says_so(talk: Talk, hearing: Hearing) -> bool:
    """It is the customer who speaks, by his own words; "yes, he died" answers for somebody else."""
    text = hearing.text
    named = FAMILY["is_me"].search(text) is not None and names(talk, text)
    says = talk.state.step == "person" and (_ME.match(text) or speaks(talk, text) or named)
    return bool(says) and not FAMILY["another_speaks"].search(text)


_GIVES_NAME = re.compile(
    r"\b(?:yes|yeah|yep|sure|okay|ok|sorry|hi|hello)\b[\s,.!]+(?:(?:yes|yeah|sorry|oh|uh|um)[\s,.!]+)*"
    r"(?:this is|it'?s|i'?m|i am)\s+(?P<name>[a-z][\w'-]*)(?! *(?:'s|['’]s|not)\b)",
    re.I,
)


def _gives_name(talk: Talk, text: str) -> bool:
    """A yes and the customer's own name, by nobody who says to be another."""
    found = _GIVES_NAME.search(text)
    return found is not None and names(talk, found["name"]) and not FAMILY["relation"].search(text)


def _of_stranger(talk: Talk, hearing: Hearing) -> None:
    """ "Jordan is deceased, I'm his wife" tells of a death; the digits asked for are said by nobody else."""
    if FAMILY["another_speaks"].search(hearing.text) and hearing.digit_count:
        return
    if _customer_died(talk, " ".join(words(hearing.text))):
        hearing.take("deceased", 0.9)
    elif talk.state.step == "person" and _gives_name(talk, hearing.text):
        hearing.take("identity_confirmed", 0.7)  # "who is it? I don't know, hon. Sorry, yes, this is Jordan"
    elif talk.state.step == "verify" and hearing.factors.any:
        hearing.take("unclear", 0.1)


def _mean_the_rest(talk: Talk, hearing: Hearing, rest: str) -> None:
    """What the turn means without the right; "I just can't right now" is said of paying then, and not of talking."""
    if len(rest.split()) >= _SOMETHING:
        found = talk.understanding.classify(rest, talk.agent_said)
        if found.label not in RIGHTS and found.confidence >= ASKED:
            busy = hearing.label == "dispute_debt" and found.label in ("busy_now", "request_callback")
            hearing.take("negate" if busy else found.label, round(float(found.confidence), 3))
            return
    hearing.take("out_of_scope", 0.5)


_RELATIVE = re.compile(
    r"\b(?:husband|wife|partner|boyfriend|girlfriend|fiance|father|mother|dad|mom|son|daughter|brother|sister|uncle|aunt|"
    r"cousin|nephew|niece|grandson|granddaughter|friend|parents|kid|grandma|grandpa|grandmother|grandfather|baby|"
    r"somebody|someone|roommate|in law)\b"
)
_ACCOUNT = re.compile(r"\baccount ?holder\b|\b(?:the|that) (?:person|man|woman|lady|guy|one) you\b")
_ITS_NAME = re.compile(r"\b(?:his|her) name\b|\bwho do i (?:talk|speak)\b")
_OWNER = re.compile(
    r"\b(?:his|her|was the) (?:own )?(?:account|card|loan|debt|bills?|credit)\b|"
    r"\byou are (?:calling|asking|looking) for\b|"
    r"\b(?:calling|asking) for (?:him|her|a dead)\b|\b(?:estate|executor|executrix|probate|death certificate|borrower|"
    r"customer|cardholder|card holder|widow|widower|records|notify)\b|\baccount (?:belonged|was)\b|\bask(?:ing)? for\b|"
    r"\b(?:this is|i am) (?:his|her) \w+|\b(?:had|held|opened|on|was|of) (?:that|this|the) (?:account|card|loan)\b|"
    r"\b(?:husband|wife|mother|father) account\b|\bthe (?:son|daughter|wife|husband)\b"
)
"""What makes it likely that the customer himself is meant, whoever answered for him."""
_DIED = re.compile(
    r"\b(?:just |recently )?(?:died|passed away|passed|buried|funeral|dead|deceased|killed (?:himself|herself)|lost)\b"
    r"(?: (?:last|this|in|on|a few|two|three) \w+(?: ago)?)?"
)


def _of_another(talk: Talk, hearing: Hearing) -> None:
    """The person asked for is on the line and mourns somebody: condolence, and what else the turn means."""
    said = " ".join(words(hearing.text))
    if _ACCOUNT.search(said) or _customer_died(talk, said) or FAMILY["another_speaks"].search(hearing.text):
        return
    if talk.verified and _ITS_NAME.search(said):
        hearing.mood = "bereaved"
        hearing.take("request_human", 0.9)
        return
    if _OWNER.search(said) or not _RELATIVE.search(said):
        if len(said.split()) > 1:  # "he died", "it was his loan": perhaps the customer, whoever has answered for him
            hearing.take("deceased", ASKED)
        return
    lately = _DIED.search(said) is not None  # "my late husband did it all" tells of old times
    hearing.mood = "bereaved" if lately else ""
    if talk.verified:
        _mean_the_rest(talk, hearing, _DIED.sub(" ", said))
        if hearing.offers_part:
            hearing.take("offer_amount", 0.7)
        elif lately and (not hearing.sure or hearing.label not in _WISHES):
            hearing.take("hardship", 0.7)
    elif hearing.digit_count:
        hearing.take("unclear", 0.1)
    else:
        hearing.take("identity_confirmed", 0.9)


_WISHES = frozenset(
    {
        *("pay_now", "promise_to_pay", "payment_plan", "extension", "ask_options", "hardship"),
        *("request_callback", "busy_now", "ask_balance", "ask_reason", "hold"),
    }
)


def _customer_died(talk: Talk, said: str) -> bool:
    """It is the customer by name who has died."""
    name = "|".join(re.escape(word) for word in words(talk.session.customer_name) if len(word) > 2)
    if not name:
        return False
    died = r"(?:died|dead|passed|deceased|killed|gone)"
    return bool(re.search(rf"\b(?:{name})\b(?: \w+){{0,2}} {died}\b|\b(?:lost|buried) (?:\w+ )?(?:{name})\b", said))
