"""Bring what recognition wrote into one form: lower case, contractions spelt out, fillers and stammers gone.

Callers say "I-I can't, um, talk" and recognition writes it with or without apostrophes, capitals and punctuation;
the model and the rules see "i can not talk" either way. Word classes come from `lexicon.txt`.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

FOREIGN = "foreignscript"
"""Stands for a run of letters of a script other than Latin."""


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TOKEN = re.compile(
    r"\$?\d+(?:[,.:]\d+)*(?:st|nd|rd|th)?%?|[a-z]+(?:'[a-z]+)*'?-?|[^\W\d_a-z]+|\*+[a-z]*",
)
_JOINED = re.compile(r"(?<=[a-z]{2})-(?=[a-z])")
_STAMMER = re.compile(r"\b[a-z]{1,2}-(?=[a-z])")
_SOUNDS = (
    (re.compile(r"\b(?:uh[ -]?huh|m+[ -]?h+m+|mhm+|uhuh yeah)\b"), "uhhuh"),
    (re.compile(r"\b(?:uh[ -]uh|n+uh[ -]uh|mm[ -]mm|nah uh)\b"), "nuhuh"),
    (re.compile(r"\bo\.? ?k\b\.?|\bokey\b|\bokie\b|\bkay\b"), "okay"),
    (
        re.compile(r"\ba\.i\.?\b|\ba\. i\.|\ba i\b(?= (?:bot|thing|agent|voice|assistant|or|system|program|calling))"),
        "ai",
    ),
    (
        re.compile(
            r"\b(?:you know what i mean|you know|i mean|know what i'?m saying)\b(?! (?:who|what|how|where|if|that))"
        ),
        " ",
    ),
    (re.compile(r"\b(\w+)('s)? (?:pass|past) away\b"), r"\1 passed away"),
)
_FILLERS = _set("um uh uhm umm uhh er erm ah ahh eh mm hm hmm hmmm ehm")

_WHOLE = {
    "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not", "wont": "will not",
    "shan't": "will not", "ain't": "is not", "aint": "is not", "dont": "do not", "didnt": "did not",
    "doesnt": "does not", "isnt": "is not", "wasnt": "was not", "arent": "are not", "werent": "were not",
    "havent": "have not", "hasnt": "has not", "hadnt": "had not", "wouldnt": "would not", "couldnt": "could not",
    "shouldnt": "should not", "im": "i am", "ive": "i have", "youre": "you are", "youve": "you have",
    "theyre": "they are", "weve": "we have", "thats": "that is", "whats": "what is", "whos": "who is",
    "hes": "he is", "shes": "she is", "theres": "there is", "heres": "here is", "wheres": "where is", "its": "it is",
    "lets": "let us", "let's": "let us", "gonna": "going to", "gunna": "going to", "wanna": "want to",
    "gotta": "got to", "gotcha": "got you", "lemme": "let me", "gimme": "give me", "dunno": "do not know",
    "kinda": "kind of", "sorta": "sort of", "cuz": "because", "cause": "because", "'cause": "because",
    "coz": "because", "ya": "you", "y'all": "you all", "yall": "you all", "u": "you", "ur": "your", "r": "are",
    "tryna": "trying to", "finna": "going to", "imma": "i am going to", "ima": "i am going to", "outta": "out of",
    "hafta": "have to", "oughta": "ought to", "shoulda": "should have", "coulda": "could have",
    "woulda": "would have", "whatcha": "what are you", "whaddya": "what do you", "c'mon": "come on",
    "ma'am": "maam", "o'clock": "oclock", "yep": "yes", "yup": "yes", "yeah": "yes", "yea": "yes", "yah": "yes",
    "yeh": "yes", "yess": "yes", "ye": "yes", "nope": "no", "nah": "no", "naw": "no", "tho": "though",
    "thx": "thanks", "ty": "thanks", "pls": "please", "plz": "please", "ok": "okay", "okey": "okay",
    "tmrw": "tomorrow", "tomorow": "tomorrow", "appt": "appointment", "acct": "account", "pymt": "payment",
    "atty": "attorney", "dob": "birthday", "mom's": "mom", "em": "them", "'em": "them", "bout": "about",
    "til": "until", "till": "until", "'til": "until", "goin": "going", "callin": "calling", "payin": "paying",
    "talkin": "talking", "nothin": "nothing", "somethin": "something", "doin": "doing", "tryin": "trying",
    "workin": "working", "ladys": "lady", "mornin": "morning", "evenin": "evening", "alright": "all right",
    "gon": "going to", "thankyou": "thank you", "goodbye": "good bye", "byebye": "bye", "anymore": "any more",
    "somebody's": "somebody is", "someone's": "someone is", "who're": "who are",
}  # fmt: skip
_IS = _set(
    "it that he she what who where there here how when why this everything something nobody everybody one name "
    "wife husband mom dad mother father son daughter brother sister line phone number time today"
)
_ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}
_NUMBERS = _set(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand grand"
)
_ORDINALS = _set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth twentieth thirtieth"
)
_CURRENCY = _set("dollar dollars buck bucks cent cents usd cad")


def words(text: str) -> list[str]:
    """The words of an utterance in the one form; digits stay digits, foreign scripts become `FOREIGN`."""
    lowered = text.replace("’", "'").replace("‘", "'").lower()
    if not lowered.isascii():
        lowered = "".join(ch for ch in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(ch))
    lowered = _STAMMER.sub("", lowered)
    lowered = _JOINED.sub(" ", lowered)
    for pattern, replacement in _SOUNDS:
        lowered = pattern.sub(replacement, lowered)
    found: list[str] = []
    for token in _TOKEN.findall(lowered):
        if token.endswith("-"):  # a word broken off
            continue
        found += _spelt_out(token)
    return _without_repeats([word for word in found if word not in _FILLERS] or found)


def _spelt_out(token: str) -> list[str]:
    token = token.strip("'")
    if not token:
        return []
    if token in _WHOLE:
        return _WHOLE[token].split()
    first = token[0]
    if first == "*":
        return ["swearing"]
    if not (first.isascii()):
        return [FOREIGN]
    if "'" in token:
        for ending, word in _ENDINGS.items():
            if token.endswith(ending):
                return [*_WHOLE.get(token[: -len(ending)], token[: -len(ending)]).split(), word]
        stem, _, rest = token.partition("'")
        if rest == "s" and stem in _IS:
            return [stem, "is"]
        return [stem] if rest == "s" else [stem + rest]
    return [token]


def _without_repeats(found: list[str]) -> list[str]:
    """Collapse "i i can not", "i want i want to" and "no no no" to one of each."""
    result: list[str] = []
    for word in found:
        if result and result[-1] == word and not word[0].isdigit():
            continue
        result.append(word)
        if len(result) >= 4 and result[-4:-2] == result[-2:] and not result[-1][0].isdigit():
            del result[-2:]
    return result


@cache
def _lexicon() -> dict[str, str]:
    classes: dict[str, str] = {}
    for line in files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8").splitlines():
        name, _, members = line.partition(":")
        if not name.startswith("#"):
            for member in members.split():
                classes.setdefault(member, name)
    return classes


@cache
def word_class(word: str) -> str:
    """The class of a word in upper case, or its stem when the lexicon does not know it."""
    known = _lexicon().get(word)
    if known:
        return known
    if word[0] == "$":
        return "MONEY"
    if word[0].isdigit():
        return "ORD" if word[-1] in "tdh" else "NUM"
    if word in _NUMBERS:
        return "NUM"
    if word in _ORDINALS:
        return "ORD"
    if word in _CURRENCY:
        return "MONEY"
    stem = _stem(word)
    return _lexicon().get(stem, stem)


def _stem(word: str) -> str:
    """A light stem: plural, -ing, -ed, -ly off, a doubled last letter undone."""
    for ending, kept in (("ing", 3), ("ies", 3), ("ed", 3), ("ly", 3), ("es", 4), ("s", 3)):
        if word.endswith(ending) and len(word) - len(ending) >= kept and not word.endswith("ss"):
            stem = word[: -len(ending)] + ("y" if ending == "ies" else "")
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lse":
                stem = stem[:-1]
            return stem
    return word


def classes(found: list[str], customer: frozenset[str] = frozenset()) -> list[str]:
    """The words as classes; runs of numbers become one, a number before a currency is `MONEY`.

    `customer` are the lower-case names the agent asked for: they become `CUSTOMER`.
    """
    result: list[str] = []
    for word in found:
        name = "CUSTOMER" if word in customer else word_class(word)
        joins = result and name in ("NUM", "MONEY", "CUSTOMER", "NAME") and result[-1] in (name, "NUM")
        if joins and name in (result[-1], "MONEY"):
            result[-1] = name
            continue
        if name == "NAME" and result and result[-1] == "CUSTOMER":
            continue
        result.append(name)
    return result
