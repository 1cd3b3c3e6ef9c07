"""What a caller says around the matter, taken away: fillers, courtesies, words to somebody else in the room.

Taken away is only what leaves something to understand; a turn of nothing else stays as it is.
"""

import re

_FILLED = re.compile(
    r"^(?:\W*\b(?:u+h+|u+m+|e+r+m?|h+m+|well|so|like|you know|look|listen|see|(?:ok|okay|alright|all right) so)\b"
    r"[\s,.]+)+(?=(?!huh)\w)",
    re.I,
)
"""What people say before they say something; "okay so, no" is no okay."""
_IS = re.compile(r"(?<=\w)['’]s (?=(?:good|fine|great|ok|okay|better|best|perfect)\b)", re.I)
"""So that "noon's good" holds a noon."""
_DROPPED_G = re.compile(
    r"\b((?:speak|call|talk|pay|go|do|try|look|work|com|ask|say|noth|someth|anyth|everyth|driv|think|wait|mak|hav|tak|"
    r"giv|mean|liv|mov|start|stopp|gett|runn|putt|sitt|tell|kidd|bother|ring|phon|sleep|eat|cook|read|send|us|be)"
    r"(?=in\b)|[a-z]{2,}(?=in['’](?!\w)))in\b['’]?",
    re.I,
)
"""Speech as it is written down by ear: "speakin'", "who's callin"."""
_ALRIGHT = (
    r"(?:possible|ok|okay|fine|all ?right|convenient|no (?:bother|trouble)|(?:any|too much) (?:bother|trouble|to ask))"
)
_COURTESIES = re.compile(
    r"(?:\b(?:and|but|now)\s+)?\b(?:"
    r"i (?:do |really |just )?hate to (?:be (?:such )?a (?:bother|pain|nuisance)|(?:bother|trouble) you|ask|impose)"
    r"|i(?:'d)? (?:quite |totally |fully |completely |would )?understand if (?:it|that|this)(?:'s| is| isn'?t) "
    rf"(?:not )?{_ALRIGHT}"
    rf"|if (?:it|that|this)(?:'s| is| isn'?t| is not|'s not|'d be| would be) (?:not )?(?:at all )?{_ALRIGHT}"
    r"(?: (?:with|for|by) (?:you|y'?all))?"
    r"|if (?:it|that)(?: isn'?t| is not|'s not) (?:asking )?too much(?: (?:trouble|bother|to ask))?"
    r"|if you (?:don'?t|wouldn'?t|do not) mind(?: me (?:asking|saying))?"
    r"|if you(?:'d| would| will)? be so kind(?: as to)?"
    r"|with all due respect|no offen[sc]e|to be (?:perfectly |quite |totally )?(?:honest|frank)(?: with you)?"
    r"|i(?:'m| am) (?:so |really |very )?sorry to (?:bother|trouble|keep)(?: you)?(?: with this)?"
    r"|(?:please )?forgive me(?: for asking)?|for crying out loud|for (?:god|heaven|pete|christ)(?:'s)? sakes?"
    r")(?=\W|$)[\s,;]*",
    re.I,
)
"""Politeness and temper, which say nothing about the matter; "if that's okay" is no condition."""
_DEAR = (
    r"(?:honey|hun|sweet(?:ie|heart)|babe|baby|dear|darling|love|buddy|mom|mommy|mum|dad|daddy|kids|guys|boys|girls)"
)
_NAME = (
    r"(?!(?:yes|yeah|yep|no|nope|ok|okay|sure|well|sorry|wait|right|alright|fine|oh|hey|look|listen|please|now|so|and|but|"
    r"then|actually|stop|just|hello|hi)\b)(?-i:[A-Z][a-z]+)"
)
_TO_CHILDREN = (
    r"(?:get (?:down|off|up|out|over|away|back)|put (?:it|that|them|the)|come (?:here|on|down|back)|sit|hush|shush|"
    r"quiet|be (?:quiet|careful|nice|good)|leave (?:it|that|him|her|the)|don'?t (?:touch|hit|eat|run|jump|pull|throw))"
)
_ORDERS = (
    rf"(?:{_TO_CHILDREN}|go|turn|wait|give|not now|down|no|in a minute|just a (?:minute|second)|"
    r"stop (?:it|that|(?!call|phon|ring|bother|contact)\w+ing))"
)
_SPEAKS_TO = (
    rf"(?:{_DEAR}[,!]\s*(?:please\s+)?{_ORDERS}|{_NAME}[,!]\s*(?:please\s+)?{_TO_CHILDREN})\b"
    rf"|{_ORDERS}\b[^.!?]*,\s*{_DEAR}\b"
)
_BEFORE, _AFTER = r"(?:^|(?<=[.!?]\s))", r"(?:[.!?]+(?:\s+|$))"
_TO_OTHERS = re.compile(
    rf"{_BEFORE}(?:(?:hey|oh|no)\W+)?(?:(?:{_SPEAKS_TO})[^.!?]*|sh+h*[^.!?]*|(?:no[,\s]+)?not you"
    r"|i(?:'m| am) (?:on|talking on) the (?:phone|telephone)"
    r"|(?:sorry[,\s]+)?(?:(?:that|this) (?:was|is) (?:just )?)?my (?:son|daughter|wife|husband|kids?|dog|mom|boss)"
    r"|(?:i'?m )?(?:so |really )?sorry(?: about (?:that|the noise|this))?"
    rf"|(?:sorry[,\s]+)?(?:anyway[s]?|go on|go ahead)){_AFTER}",
    re.I,
)
"""Whole sentences that are meant for somebody else in the room, and the excuse for them."""


_HELD = re.compile(
    r"^(?!.*\b(?:for you|(?:he|she)(?:'s| is)(?: right)? (?:here|there|coming)|(?:get|grab|find|fetch) (?:him|her))\b)"
    r"(?:(?:(?:oh|um|uh|ok|okay|well|wait|sorry),? )?(?:(?:hold|hang) on(?: a (?:second|sec|minute|moment))?|"
    r"(?:just )?(?:one|a) (?:second|sec|moment|minute)|give me a (?:second|sec|minute|moment)|"
    r"let me (?:just )?(?:ask|check|see|think|look)\b(?! (?:if|whether) i)[^.?!,]*)[.!,;]+ )+(?=\w+['’]?\w*[ ,]+\w|"
    r"(?:yes|yeah|no|nope|okay|sure)\b)",
    re.I,
)
"""A pause that is over within the same turn: "hold on, let me ask my wife. Okay, she says yes"."""


_TAKEN_BACK = re.compile(
    r"\b(?:never ?mind|(?:forget|scratch|strike|ignore|disregard)(?: about)? "
    r"(?:that|it|the (?:plan|months|link|transfer)))\b[^.!?;]*?[.!?;,]+\s+(?=(?:\w+['’]?\w*\W+){2})",
    re.I,
)
_A_WISH = re.compile(
    r"\b(?:pay\w*|spread|split|months?|monthly|plan|instal\w*|due date|extension|half|link|transfer|dollars|"
    r"(?:real |live |actual )(?:person|human|per(?=-)))\b",
    re.I,
)
_MORE_THAN_A_WISH = re.compile(
    r"\b(?:call\w*|contact\w*|lawyers?|attorneys?|bankrupt\w*|record\w*|disput\w*|mine|stol\w+|identity|died|passed|"
    r"army|military|paid|lost|sick|hospital)\b",
    re.I,
)


def _last_wish(text: str) -> str:
    """What comes after a wish that was taken back: "six months? No, forget that. I'll pay it all now"."""
    taken_back = list(_TAKEN_BACK.finditer(text))
    if not taken_back:
        return text
    before = text[: taken_back[-1].start()]
    return text[taken_back[-1].end() :] if _A_WISH.search(before) and not _MORE_THAN_A_WISH.search(before) else text


_SINCE = re.compile(
    r"(\b(?:have|has|had)(?:n['’]?t| not| never)\b[^.?!]*?)\s+in (?:about |over |like |almost |nearly |at least )*"
    r"(?:an?|a couple(?: of)?|a few|\w+) (?:days?|weeks?|months?|years?)\b",
    re.I,
)
"""A time that is over: "I haven't opened my mail in three weeks" names no day."""


def plain(text: str) -> str:
    """The words that concern the matter, single spaces between them."""
    said = _last_wish(_or_whole(_FILLED, _DROPPED_G.sub(r"\1ing", " ".join(text.split()))))
    said = _SINCE.sub(r"\1", _IS.sub(" is ", said))
    if _ADDRESSED.search(said):
        said = _or_whole(_TO_OTHERS, said)
    said = _or_whole(_FILLED, _or_whole(_COURTESIES, said))
    return _or_whole(_FILLED, _or_whole(_HELD, said))


def waits(text: str) -> bool:
    """The turn begins with words that ask to wait."""
    return bool(_WAITS.match(text))


_WAITS = re.compile(
    r"^\W*(?:(?:oh|um|uh|ok|okay|well|sorry|no|right|yes|yeah|sure|please)\W+)*(?:(?:hold|hang) on|bear with|wait\b|"
    r"give me (?:a|one|two|just)|(?:just )?(?:one|a|two|half a) "
    r"(?:second|sec|moment|minute|min|mo|ticks?|jiff\w*)\b)",
    re.I,
)
_ADDRESSED = re.compile(
    rf"{_BEFORE}(?:(?:hey|oh|no)\W+)?(?:{_SPEAKS_TO}|sh+h*\b|(?:no[,\s]+)?not you\b|i(?:'m| am) (?:on|talking on) the)",
    re.I,
)
"""Somebody else is spoken to; without that an excuse is one to us."""


def _or_whole(pattern: re.Pattern[str], text: str) -> str:
    """The text without what matches, unless no word of it is left."""
    left = _LOOSE.sub("", " ".join(pattern.sub(" ", text).split())).lstrip(",;.! ")
    return left if re.search(r"\w", left) else text


_LOOSE = re.compile(r"\s*[,;]?\s+(?=[.?!])")
