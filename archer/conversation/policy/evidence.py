"""Telling words: what stands for a right, a wish or a misfortune, read from lexicon.toml, and a few forms of speech.

They do not classify; they say whether a label has any word to rest on (`readings.py`, `weighing.py`).
"""

import re
import tomllib
from importlib import resources

_SEPARATOR = re.compile(r"\s+\|\s+|\n")


def pattern(words: str, *, whole: bool) -> re.Pattern[str]:
    """One expression out of a list of them, separated by " | " or a new line, each beginning where a word begins."""
    parts = [part.strip() for part in _SEPARATOR.split(words) if part.strip()]
    return re.compile(rf"\b(?:{'|'.join(parts)})" + (r"\b" if whole else ""), re.I)


_LEXICON = tomllib.loads(resources.files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
OF_RIGHT = {label: pattern(words, whole=False) for label, words in _LEXICON["rights"].items()}
"""Words of which one has to be there for a right to be evident; rights without an entry need none."""
FAMILY = {
    **{name: pattern(words, whole=True) for name, words in _LEXICON["whole"].items()},
    **{name: pattern(words, whole=False) for name, words in _LEXICON["open"].items()},
}
"""Families of words by what they stand for."""

_AGAIN = r"sorry|what|who|huh|was that|did you say|pardon|say that again"
NOT_HEARD = re.compile(
    r"^\W*(?:i'?m )?(?:sorry|pardon(?: me)?|excuse me|what|huh|come again|say (?:that |it )?again|hm+|eh)"
    rf"(?:\W+(?:{_AGAIN}))*\W*$",
    re.I,
)
HESITATES = re.compile(
    r"^\W*(?!(?:uh|u?m+)\W?h(?:uh|m+)\W*$)"
    r"(?:(?:u+h+|u+m+|e+r+m?|h+m+|m{2,}|ah|oh|well|so|i|i'?m|like|you know|and|but|the|just)\b(?:[^\w?]+|$))+$",
    re.I,
)
"""Sounds and beginnings, and nothing begun; "mm-hmm" and "uh-huh" are a yes."""
ASKS_OF_WAY = re.compile(
    r"^\W*(?:(?:and|so|but|wait|well|okay|ok)\W+)*(?:is|are|isn'?t|does|why|which|what(?:'s| is| does| happens)"
    r"|how (?:does|do(?! you want)|safe|secure|long|fast|soon|would (?:that|it|the)))\b",
    re.I,
)
"""A question about a way of paying; "can I use my card?" and "how about the link?" choose one."""
ASKS_TERMS = re.compile(
    r"\b(?:when|what(?:'?s)?|which|how (?:much|many|long|often))\b[^.?!]*\b"
    r"(?:first|last|start\w*|begin\w*|due|each|every|per|(?:a|the) month|monthly|total|altogether|instal+ments?|"
    r"payments?|(?:come|take|taken|go|goes)(?: it| that| them)? out|withdraw\w*|debit\w*)\b"
    r"|\bhow long (?:would|will|is|does)\b"
    r"|\b(?:how much|what) (?:was|is) (?:that|it|this|the (?:amount|date|day))(?! i)\b",
    re.I,
)
"""What was read out, or a part of it, is asked for once more: when it starts, how much each payment is."""
BEYOND_TERMS = re.compile(r"\b(?:owe|balance|what happens|what if|miss\w*|late)\b", re.I)
"""What no reading of an arrangement answers."""
FIRST_PAYMENT = re.compile(
    r"\b(?:first|1st) (?:payment|one|instal+ment)\b|\bstart(?:s|ing|ed)?\b|\bbegin(?:s|ning)?\b", re.I
)
NEXT_WEEK = re.compile(r"\b(?:next|the following) week\b", re.I)
WEEKDAY = re.compile(r"\b(?:sun|mon|tues|wednes|thurs|fri|satur)days?\b", re.I)
DAY_OF_WEEK = re.compile(
    rf"{WEEKDAY.pattern}|\b(?:end|beginning|start|middle|mid|early|late|from|\d+(?:st|nd|rd|th)?)\b", re.I
)
"""What tells which day of a week is meant."""
ASKS = re.compile(
    r"\b(?:how much|what(?! i\b)|what'?s|which|tell me|remind|again|do i|did you say|(?<!you )know)\b|\?", re.I
)
NO_CALLS = re.compile(
    r"\b(?:don'?t|do not|never|can'?t|cannot|shouldn'?t|stop|quit|not|no)\b"
    r"(?:(?!\b(?:now|good|talk|speak|chat|right|busy|time|but|just|so)\b)[^.?!,;])*"
    r"\b(?:call\w*|phon\w+|ring\w*|bother\w*|try|reach)",
    re.I,
)
"""A no that is about calls: "can't talk now, call me after five" has none."""
BEGINS_NO = re.compile(r"^\W*(?:no|nope|nah|not)\b", re.I)
SUPPOSES = re.compile(
    r"\b(?:if|when|once|could|can|until|till|how about) (?:i|we|you)\b|\bdoesn'?t\b|\bwhat would\b", re.I
)
"""Said of what is not yet: "if I paid"."""
HAVE_TO = re.compile(
    r"\b(?:do|must|would|will) i (?:really |still )?(?:have to|need to|pay it all|owe)\b|\bam i supposed to\b"
    r"|\bdoes it have to be\b|\bhas to be\b[^.?!]*\?",
    re.I,
)
"""Asked, and not wanted."""
CALLS = re.compile(r"\b(?:call\w*|ring|phon\w+|talk\w*|speak\w*|reach|get back)\b", re.I)
EVER = re.compile(r"\b(mornings?|evenings?|afternoons?|weekends?|nights?|hours|work)\W+(?:ever|at all|period)\b", re.I)
"""What stresses a time at which no call is wanted, and means no other time."""
CALLS_US = re.compile(
    r"\b(?:i'?ll|i will|let me|can i|could i|i(?:'d| would) rather|i(?:'m| am) going to|i'?m gonna|"
    r"i (?:need|have|want) to) (?:just |have to |need to )?"
    r"(?:call|ring|phone|get back to) (?:you|y'?all|the bank)(?: guys)?(?: back)?\b",
    re.I,
)
"""The caller will call, and need not be called."""
SPOKEN_OF = re.compile(
    r"\b(?:my|our) (?:late |dear |poor |ex[- ]?|old |oldest |youngest |little |big )?(?:wife|husband|son|daughter|"
    r"mother|father|mom|mama|mum|dad|daddy|brother|sister|(?:grand|step)\w+|aunt\w*|uncle|cousin|roommate|friend|partner|kids?|"
    r"boyfriend|girlfriend|accountant|boss)\b",
    re.I,
)
"""Somebody is mentioned, and by somebody who is the person asked for."""
CONDITION = re.compile(
    r"\b(?:if|as long as|so long as|provided|assuming|unless|when|once|depending)\b(?! (?:not|possible)\b)", re.I
)
"""A yes that hangs on something."""
SOFT_YES = re.compile(
    r"\b(?:hopefully|probably|perhaps|(?:i'?ll|i will|i can|i'?m going to) (?:\w+ )?(?:try|do (?:my best|what i can))|"
    r"try my best|i (?:think|hope|suppose) so)\b",
    re.I,
)
"""Good will, and no yes."""
OF_COST = re.compile(r"\b(?:fees?|costs?|charges?|charged|interest|extra|penalt(?:y|ies)|free)\b", re.I)
HAS_PAID = re.compile(
    r"\b(?:(?:i|we|she|he)(?:'ve| have|'s| has)? (?:already |just )?(?:paid|sent|mailed)|already paid|was paid|is paid|"
    r"been paid|went through|came out)\b",
    re.I,
)
"""Paid in so many words; "I already told you" says nothing of the kind."""
BUT_LATER = re.compile(
    r"\b(?:can'?t|not) (?:\w+ )?(?:today|now)|\btomorrow\b|\bnext\b|\buntil\b|\bfriday\b|\bmonday\b", re.I
)
