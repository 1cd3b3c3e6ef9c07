"""Words that stand for a right or a wish, as patterns: what has to be there before something weighty is acted on.

They do not classify; they only say whether a label has any word to rest on (`readings.py`).
"""

import re


def words(*alternatives: str, whole: bool = False) -> re.Pattern[str]:
    """A pattern that finds any of the alternatives, which are separated by `|`, where a word begins (or as words)."""
    parts = [part.strip() for text in alternatives for part in text.split(" | ")]
    return re.compile(rf"\b(?:{'|'.join(parts)}){chr(92) + 'b' if whole else ''}", re.I)


OF_RIGHT = {
    "cease_contact": words("call | contact | bother | alone | list | number | stop | quit | text | phone"),
    "attorney": words("lawyer | attorney | counsel | represent | legal | law firm"),
    "bankruptcy": words("bankrupt | chapter | proposal | trustee | insolv | discharge | automatic stay"),
    "deceased": words(
        "die | dead | death | pass(?:ed|ing) | deceased | funeral | buri | widow | late (?:husband|wife) | estate",
        "lost (?:him|her|my) | no longer (?:with|living|alive) | rest in peace | in heaven",
    ),
    "identity_theft": words(
        "identit | stole | fraud | hack | theft | thief | police | someone | somebody | used my | in my name",
        "forged | scammed",
    ),
    "wrong_number": words(
        r"wrong | number | nobody | no one | no such | not? (?:him|her|me)\b | never heard | misdial | not a",
        r"don'?t know (?:a|any|that|him|her|who|no) | there'?s no (?!money|way|point|reason|more) | isn'?t any",
        r"no \w+ (?:here|at this) | doesn'?t live",
    ),
    "third_party": words(
        r"wife | husband | mother | mom | father | dad | son\b | daughter | brother | sister | roommate | friend",
        r"partner | assistant | neighbou?r | he\b | he'?s | she\b | she'?s | him\b | her\b | his\b | they | message",
        r"not? me | at work | out\b | (?:not|isn'?t) (?:here|in|home|around|available)",
    ),
    "military": words(
        r"military | army | navy | marines? | air force | deploy | active duty | service ?m[ae] | guard | station",
        r"reserv | overseas | base\b | ship | scra\b | orders",
    ),
    "language_request": words("language | speak | spanish | french | english | habl | ingl | espa | fran[cç] | en"),
    "do_not_record": words("record | tap(?:e|ing)"),
    "request_human": words(
        r"human | person | agent | representative | reps?\b | operator | someone | somebody | manager | people",
        r"supervisor | talk | speak | colleague | department | live\b | transfer | connect",
    ),
}
"""Words of which one has to be there for a right to be evident; rights without an entry need none."""

OTHER_LANGUAGE = words(
    r"no hablo | hablo | hablas? | habla usted | espa[nñ]ol | no entiendo | no ingl[eé]s | fran[cç]ais | parlez",
    "je ne | no english | por favor",
    whole=True,
)
_AGAIN = r"sorry|what|who|huh|was that|did you say|pardon|say that again"
NOT_HEARD = re.compile(
    r"^\W*(?:i'?m )?(?:sorry|pardon(?: me)?|excuse me|what|huh|come again|say (?:that |it )?again|hm+|eh)"
    rf"(?:\W+(?:{_AGAIN}))*\W*$",
    re.I,
)
CLAIMS = words(
    "yes | yeah | yep | yup | ya | sure | speaking | correct | right | it is | it'?s me | i am | i'?m | that'?s me",
    "me",
    "this is (?:he|she|him|her|me) | uh ?huh | m+ ?hm+ | mhm+ | you (?:got|have|found|reached) | affirmative | indeed",
    "s[ií] | oui | of course | absolutely | okay | ok",
    whole=True,
)
FETCHES = words(
    "(?:i'?ll|let me|lemme|i can|gonna|going to) (?:go )?(?:get|grab|fetch|find|put|see if|check if|call)",
    "hold on | hang on | (?:one|just a) (?:sec|second|moment|minute) | wait a | here (?:he|she) (?:is|comes)",
    "(?:he|she)'?s coming",
    whole=True,
)
MESSAGE = words("message | (?:tell|let) (?:him|her|them) | police | lawyer", whole=True)
DOUBTS = words(
    r"scam\w* | fishy | sketchy | shady | legit\w* | suspicious | phish\w* | spoof\w*",
    "real (?:company|bank|business|call)",
    whole=True,
)
WILL_PAY = words(
    "pay | settle | clear | square | take care | cover | knock | close | put through | get (?:it|this) over | in full",
    "the (?:whole|full|entire|total) | all of it | everything | whole (?:thing|amount|balance)",
    whole=True,
)
ASKS = re.compile(r"\b(?:how much|what(?! i\b)|what'?s|which|tell me|remind|again|do i|did you say|know)\b|\?", re.I)
WANTS_PARTS = words(
    r"instal+ments? | payment plan | monthly | (?:per|a|each|every) month | smaller (?:payments|chunks|pieces|amounts)",
    r"(?:break|split|spread|stretch|chop|divide)\w* (?:\w+ ){0,3}?(?:up|out|over|into) | in (?:parts|pieces|chunks)",
    whole=True,
)
NO_CALLS = re.compile(
    r"\b(?:don'?t|do not|never|can'?t|cannot|shouldn'?t|stop|quit|not|no)\b[^.?!]*"
    r"\b(?:call\w*|phon\w+|ring\w*|bother\w*)",
    re.I,
)
NEVER_THEN = words("(?:never|not|no calls?) (?:before|after|until)", whole=True)
AT_THOSE_TIMES = words(
    r"when i'?m (?:asleep|sleeping|working|at work|in bed)",
    r"(?:during|while) (?:my |i'?m |the )?(?:\w+ ){0,2}?(?:sleep\w*|shifts?|work\w*|class\w*|school|dinner)",
    r"(?:work|on|doing) (?:nights|the night shift|night shift|graveyard)",
    whole=True,
)
BEGINS_NO = re.compile(r"^\W*(?:no|nope|nah|not)\b", re.I)
