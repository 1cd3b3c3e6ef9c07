"""Who listens after the proof: a verified caller who hands the phone on takes his proof with him.

Rules I-06 and I-08. A hand-over that is announced, or a greeting after a wait, makes it open who is there. Until that
is said nothing about the account is: the same person goes on where he was, anybody else hears the notices and is asked
for the person and the proof like any listener.
"""

import re

from archer.conversation.policy import arrangement, opening
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk

_SOMEBODY = (
    r"(?:(?:my|the|his|her) (?:\w+ )?(?:wife|husband|spouse|partner|son|daughter|mother|mom|mum|mama|father|dad|brother|"
    r"sister|roommate|boyfriend|girlfriend|fianc\w+|aunt|uncle|cousin|nephew|niece|grand\w+|friend|accountant|assistant|"
    r"neighbou?r|boss|caregiver|caretaker|nurse|old man|better half)(?!['’]s?\b)|him|her|them|mom|dad)"
)
_HANDS_OVER = re.compile(
    rf"\b(?:put|putting|get|getting|grab|grabbing|fetch|bring)(?: you)? {_SOMEBODY} (?:on(?!\w| (?:the|my) (?:account|card|plan|"
    rf"loan))|back on|to the phone|for you|over here|in here|real quick)"
    rf"|\b(?:let me|i(?:['’]ll| will| can|['’]m gonna|['’]m going to)?|gonna) (?:just |quickly |go )?(?:get|grab|fetch|find|call) "
    rf"{_SOMEBODY}(?=\W*$|[,.!])"
    rf"|(?:^|\bhere\b|\byou (?:can|should|could|may|better|need to|have to|['’]d better|want to)|,|\bplease|\bjust)\W*"
    rf"(?:just )?(?:talk|speak) (?:to|with) {_SOMEBODY}"
    rf"|\b(?:hand|handing|give|giving|pass|passing)(?: you| the phone| this| it)(?: off| over)? to {_SOMEBODY}"
    rf"|\b(?:give|hand|pass)(?:ing)? {_SOMEBODY} the phone"
    rf"|\bhere(?:['’]s| is| comes) {_SOMEBODY}|\bhere (?:s?he|they) (?:is|are|comes?)\b"
    rf"|\b(?:{_SOMEBODY}|s?he|they)(?:['’]s|['’]re| is| are) (?:right|standing) (?:here|next to me|beside me)(?!\W+(?:let me ask|i['’]?ll ask|with me|and|so|but))",
    re.IGNORECASE,
)
_TOOK_OVER = re.compile(
    rf"\byou (?:were|was|just|have been|['’]ve been) (?:just )?(?:talking|talked|speaking|spoke) (?:to|with) {_SOMEBODY}"
    rf"|\b(?:s?he|{_SOMEBODY}) (?:just )?(?:handed|gave|passed) (?:me the|the|you over|it)"
    rf"|^\W*(?:(?:hi|hello|yes|yeah|hey|okay)\W+)*(?:this is|i['’]?m) (?:his|her|their|(?!my\b)\w+['’]s) "
    rf"(?:wife|husband|spouse|son|daughter|mother|mom|father|dad|brother|sister|partner|friend)\b",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"^\W*(?:(?:yes|yeah|um|uh|oh|okay)\W+)*(?:hello|hi|hey|good (?:morning|afternoon|evening)|who(?:['’]s| is| am i| are you))\b",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"\b(?:still (?:me|here)|same (?:person|one)|i['’]?m back|it['’]?s me|(?:he|she) (?:isn['’]?t|is not|can['’]?t))\b",
    re.I,
)


_NAMED = re.compile(r"\b(?:[Tt]his is|[Mm]y name is|[Ii]t['’]s)\s+(?:Mr\.?\s+|Mrs\.?\s+|Ms\.?\s+)?([A-Z][a-z]+)\b")


def _another_name(talk: Talk, text: str) -> bool:
    """A name is given that is no part of the customer's."""
    found = _NAMED.search(text)
    return found is not None and found[1].lower() not in talk.session.customer_name.lower().split()


_WORD = re.compile(r"[a-z]+")
_RELATIONS = frozenset(
    _WORD.findall(
        "wife husband spouse partner son daughter mother mom mum mama father dad brother sister roommate boyfriend "
        "girlfriend fiance fiancee fianc aunt uncle cousin nephew niece grandmother grandfather grandma grandpa grandson "
        "granddaughter friend accountant assistant neighbor neighbour boss caregiver caretaker nurse man half him her "
        "them he she they his their"
    )
)
"""Without one of these words nobody is handed the phone."""


def in_doubt(talk: Talk, hearing: Hearing) -> bool:
    """With this turn it is open who is on the line, or it is said that somebody else is to come."""
    if not talk.verified:
        return False
    text = hearing.text
    if talk.state.fresh_ear or (talk.state.holding and _GREETS.search(text)):
        return True
    if _RELATIONS.isdisjoint(_WORD.findall(text.lower())):
        return False
    return bool(_HANDS_OVER.search(text) or _TOOK_OVER.search(text))


def hear(talk: Talk, hearing: Hearing) -> bool:
    """Answer a turn that has to do with who is there; False when it has not."""
    state = talk.state
    if state.step == "check" and state.checking == opening.SAME_PERSON:
        return _answered(talk, hearing)
    if not in_doubt(talk, hearing):
        return False
    took_over = bool(_TOOK_OVER.search(hearing.text))
    announced = bool(_HANDS_OVER.search(hearing.text)) and not took_over
    if announced or (hearing.intent == "hold" and not took_over):
        talk.say("take_your_time")
        state.holding = state.fresh_ear = True
        return True
    state.fresh_ear = state.holding = False
    if hearing.right is not None:
        talk.order.person_lost()
        return False  # whoever it is, a right is acted on, in words for anybody
    opening.in_doubt(talk)
    if _another_name(talk, hearing.text):
        _somebody_else(talk)
    else:
        reask(talk)
    return True


def _answered(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "am I still speaking with …?"."""
    state = talk.state
    if hearing.right is not None:
        return False
    surely = bool(_TOOK_OVER.search(hearing.text)) or _another_name(talk, hearing.text)
    other = surely or hearing.yes_no is False or hearing.bare_no
    same = hearing.yes_no is True or hearing.intent == "identity_confirmed" or bool(_STILL.search(hearing.text))
    if not other and not same:
        return False
    state.checking, state.unclear = None, 0
    if same and not surely:
        _go_on(talk)
    else:
        _somebody_else(talk)
    return True


def _somebody_else(talk: Talk) -> None:
    """Whoever it is hears the notices and is asked for the person; what was being arranged is the other's."""
    state = talk.state
    state.prepared = state.proposal = state.offer = state.suggestion = state.checking = None
    opening.new_listener(talk)
    reask(talk)


def _go_on(talk: Talk) -> None:
    """The same person: nothing was told to anybody else, and the call goes on where it was."""
    talk.order.person_back(disclosed=talk.state.options is not None)
    talk.go(talk.state.back)
    if talk.state.step == "confirm" and talk.state.prepared is not None:
        arrangement.read_and_ask(talk)
    else:
        reask(talk)
