"""Words that only wonder at the balance: "four twelve? I thought it was closer to three hundred".

An amount in them is neither offered nor asked for; the balance is said once more, and what else was said counts alone.
"""

import re
from decimal import Decimal

from archer.conversation.policy.evidence import FAMILY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk

_PIECES = re.compile(
    r"(?<=[.?!])\s+|\s*\b(?:but|so|anyway|either way)\b|,\s+(?=(?:okay|ok|well|fine|all ?right|sure)\b)", re.I
)
_PROPOSES = re.compile(
    r"\b(?:can|could|would|will|i'?ll|i'?d|pay|do|put|send|give|take|make|how about|what about|what if|if|let'?s|today|"
    r"now|tomorrow|month\w*|week\w*|instead|settle|offer|enough|only|just)\b",
    re.I,
)
_BELIEVED = re.compile(
    r"\b(?:thought|figured|expect(?:ed|ing)|remember(?:ed|ing)?|assumed|guessed|believed|in my (?:head|mind)|"
    r"could(?:'ve| have|a)? sworn|would(?:'ve| have|a) (?:said|guessed|thought)|under the impression|"
    r"last (?:time|i|bill|statement)\b|used to be)\b",
    re.I,
)
_LITTLE = re.compile(
    r"^(?:\W|\b(?:wow|whoa|huh|hm+|oh|ah|uh|um|wait|what|really|seriously|sorry|okay|ok|well|jeez|geez|man|goodness|"
    r"my|gosh|god|are you (?:sure|serious|kidding(?: me)?)|you sure|is that right|that much|no way|no|yes|right)\b)*$",
    re.I,
)
_ASKS = re.compile(
    r"\?\W*$|^\W*(?:oh|wow|whoa|ooh|ouch|jeez|geez|gosh)\b|\b(?:goodness|gracious|lord|mercy|huh|god|gosh|heavens|dang|"
    r"wow|whoa|yikes)\W*$",
    re.I,
)
_PAYS = re.compile(r"\b(?:pay\w*|send|settle|put|give|do)\b", re.I)
"""What is planned, and not what is remembered."""
_LONGEST_ECHO = 8
_NEAR = Decimal("0.05")
"""How far, as a part of the balance, an amount may be from it and still be an echo: "four hundred?" """


_WORDS = (
    r"(?:\d[\d,.]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety)(?![a-z])|hundred|thousand)"
)
_NUMBER = re.compile(rf"\$?\b{_WORDS}(?:(?:[\s-]+|\s+and\s+){_WORDS})*(?:\s+(?:dollars?|bucks))?", re.I)
_ROUNDED = Decimal("0.07")
"""How far an amount may be from the balance that only repeats it: "six hundred" of 640."""


def without_echo(talk: Talk, hearing: Hearing) -> Hearing:
    """ "Six forty is too much for me": the balance is only repeated; the turn without it, where it is beyond means."""
    text = hearing.text
    if talk.state.step not in ("negotiate", "method") or not talk.open or not talk.balance:
        return hearing
    if not (FAMILY["beyond"].search(text) or FAMILY["illness"].search(text)) or not hearing.digit_count:
        return hearing
    whole = Decimal(talk.balance)
    for found in _NUMBER.finditer(text):
        amount = hearing.only(found[0]).amount(talk.balance, asked=True)
        if amount is not None and abs(amount - whole) <= whole * _ROUNDED:
            rest = " ".join((text[: found.start()] + " that " + text[found.end() :]).split())
            return hearing.only(rest)
    return hearing


def set_aside(talk: Talk, hearing: Hearing) -> Hearing | None:
    """The turn without what only wonders at the balance; None when that was all of it, the turn itself when none is."""
    if talk.state.step != "negotiate" or not talk.open or not talk.balance or not _may_wonder(hearing):
        return hearing
    balance = Decimal(talk.balance)
    pieces = [piece for piece in _PIECES.split(hearing.text) if piece and piece.strip()]
    left = [piece for piece in pieces if not _wonders(hearing.only(piece), balance)]
    if len(left) == len(pieces):
        return hearing
    rest = " ".join(left)
    return None if _LITTLE.match(rest) else hearing.only(rest)


def _may_wonder(hearing: Hearing) -> bool:
    if hearing.right is not None and (hearing.right != "dispute_debt" or FAMILY["not_right"].search(hearing.text)):
        return False
    asked = bool("?" in hearing.text or _ASKS.search(hearing.text)) and hearing.amount(None, asked=True) is not None
    return asked or bool(_BELIEVED.search(hearing.text) and hearing.digit_count)


def _wonders(piece: Hearing, balance: Decimal) -> bool:
    text = piece.text
    if FAMILY["settles"].search(text):
        return False
    if _BELIEVED.search(text) and piece.digit_count:
        return not _PAYS.search(text)
    amount = piece.amount(str(balance), asked=True)
    echo = _ASKS.search(text) and len(text.split()) <= _LONGEST_ECHO and not _PROPOSES.search(text)
    return bool(echo) and amount is not None and abs(amount - balance) <= balance * _NEAR


_WONDERS = re.compile(
    r"\bhow (?:did|could|can|has|come)\b|\bwhy (?:is|was|are|did)\b|"
    r"\bmore than i (?:remember|thought|expect|figured)|\bnever (?:been |once )?late\b",
    re.I,
)
_DENIES_DEBT = re.compile(
    r"\b(?:never|didn['’]?t|don['’]?t|did not|do not|haven['’]?t)\b[^.?!]*\b(?:bought|buy|opened|open|owed?|had|have|"
    r"charged|used?|signed|ordered|got|get|received)\b|\bnot mine\b",
    re.I,
)


def wonders(text: str) -> bool:
    """How the balance came about is asked, and nothing of it denied."""
    return bool(_WONDERS.search(text)) and not (_DENIES_DEBT.search(text) or FAMILY["not_right"].search(text))
