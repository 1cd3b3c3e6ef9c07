"""Find card codes, social security numbers, bank account numbers, PINs and passwords by what the words call them."""

import re
from itertools import chain as chain_iterables

from archer.compliance.redaction.cards import readings
from archer.compliance.redaction.chains import Chain, Gap, lengths, span_of
from archer.compliance.redaction.lexicon import (
    BEFORE_A_PASSWORD,
    CONNECTORS,
    COPULAS,
    DIGITS,
    FILLERS,
    LABELS,
    NOT_A_PASSWORD,
    SCALES,
    TEENS,
    TENS,
    TIMES,
)
from archer.compliance.redaction.model import Span
from archer.compliance.redaction.tokens import Token, is_numeric

_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_SSN_IN_GROUPS = re.compile(
    r"\b(?:social|ssn)\b[^\[]{0,160}?(?<![\d-])(?<!\d )(?P<value>\d{3} \d{2} \d{4})(?![\d-]| \d)", re.IGNORECASE
)
"""Three, two and four figures after the word social, whatever was asked for and said before them."""
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_PASSWORD = re.compile(
    r"""\b(?P<name>pass\s?word|pass\s?code|pass\s?phrase|passwd|pwd|pw|pass(?=:)|(?:security|secret|safe)\s?word|pin(?:\s(?:number|code))?)
    (?:\s(?:for|to|on|of)\s(?:\w+\s){1,4}?)?(?:\s(?:that\s)?(?:we|i|you|he|she|they)\s\w+(?:\s\w+){0,2}?)?(?:,\s[^,.?!]{1,40},)?
    (?:\s?(?:is|was|would\sbe|will\sbe|should\sbe|has\sto\sbe|is\sgoing\sto\sbe|'s)\b|\s?[:=]|,?\sit's|,?\sit\sis)\s*(?:[:=]\s*)?
    (?:(?:my|our|his|her|the)\s(?:[\w']+\s){1,3}?(?:name|birthday|anniversary|nickname)[,:]\s)?
    (?:(?:uh|um|like|just|simply|actually|currently|now|set\sto|spelled)[,\s]+)*
    ["']?(?P<value>[^\s"',;?]+(?:'s(?=\s\w))?(?:\s[^\s,;?"']+(?:'s(?=\s\w))?){0,7})""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSWORD_BARE = re.compile(
    r"\b(?:pass\s?word|pass\s?code|pass\s?phrase|passwd|pwd|pw|(?:security|secret|safe)\s?word)[,:]?\s+[\"']?(?P<value>(?=\S*\d)(?=\S*[^\W\d])[^\s\"']+)",
    re.IGNORECASE,
)
_PASSWORD_DESCRIBED = re.compile(
    r"\b(?:pass\s?word|pass\s?code|pass\s?phrase|passwd|pwd|pw|(?:security|secret|safe)\s?word)[,:]?\s+[\"']?"
    r"(?P<value>[^\s,;:.!?\"']+)[\"']?,?\s+(?:in\s)?all\s(?:lower|upper|one|caps|capital|small)",
    re.IGNORECASE,
)
_NAME = r"(?<!\[)(?:pass\s?word|pass\s?code|pass\s?phrase|passwd|pwd|pw|(?:security|secret|safe)\s?word)"
_PASSWORD_CHANGED = re.compile(
    rf"""\b(?:chang\w+|set|reset|updat\w+|switch\w+|made|mak\w+|renam\w+)\s(?:\w+\s){{0,6}}?{_NAME}\s(?:\w+\s){{0,5}}?(?:to|into|as)\s
    ["']?(?P<value>[^\s"',;?]+(?:\s[^\s,;?"']+){{0,3}})""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSWORD_AFTER = re.compile(
    rf"""(?:^|[.!?:;,]\s|\b(?:use|used|try|tried|put|enter|entered|typed?|with|is|it's|so|um|uh|and|but|because)\s|["'])
    (?P<value>[^\s,;:.!?"']+)["']?,?\s
    (?:(?:is|was|that's|that\sis|would\sbe|will\sbe|should\sbe)\s(?:now\s|still\s|currently\s|also\s)?|(?:as|for)\s)
    (?:my|the|our|his|her|a|your)\s(?:\w+\s){{0,3}}?{_NAME}\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSWORD_TYPED = re.compile(
    rf"""{_NAME}\b[^.?!\n]{{0,40}}?\b(?:typed?|typing|enter(?:ed)?|put(?:\sin)?|used?|tried|try|trying)\s["']?
    (?P<value>(?=\S*(?:\d|[!@\#$%^&*_]\S))(?=\S*[^\W\d])[^\s,;"']+)""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSWORD_ASKED = re.compile(
    rf"""(?:\b(?:what|which|could|can|may|would|tell|give|say|spell|need|have|your|please)\b[^.?!\n]{{0,40}}?\b{_NAME}\b(?!\s(?:reset|hint|question|manager|link|email|change|rules?))[^.?!\n]{{0,40}}
    [?.]?|(?:^|[.?!\n])\s*(?:and\s)?(?:the\s)?{_NAME}(?:\s(?:on|for|of)\s(?:the|this|your)\s\w+)?\?)[\x20\t]*\r?\n\n?[\x20\t]*
    (?:(?:sure|yes|yeah|okay|ok|um|uh|well|oh|so|it's|it\sis|it\swas|it\sshould\sbe|it\swould\sbe|that's|that\sis|that\sshould\sbe|that\swould\sbe|the\sword\sis|i\sthink)[,.\x20]+)*
    ["']?(?P<value>[^\s,;:.!?"']+(?:[^\s"']*[^\s,;:.!?"'])?)""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_THE_PASSWORD = re.compile(
    rf"(?:^|[.?!\n])\s*(?:\w+,\s)?(?:is|was|does|did|has|isn't|wasn't|doesn't|didn't)\s[^.?!\n]*{_NAME}[^.?!\n]*\?[^?]{{0,30}}$",
    re.IGNORECASE,
)
"""A question about a password, not for it."""
_NAMED = re.compile(r"\b(?:it's|that's|is|was|be)\s[\"']?$", re.IGNORECASE)
_LONGEST_LINK = 12
_MORE_WORDS = re.compile(r"(?:\s?'s\b)?(?: [\w'-]+){0,4}(?=[.!?]?\s*(?:\n|$))")
_MORE_NAMES = re.compile(r"(?: [A-Z][\w'-]+){1,3}(?=[.!?,]?\s*(?:\n|$))")
_PIECE = (
    r"(?:(?:(?:capital|upper\s?case|lower\s?case|big|small|capitalized|letters?|numbers?|digits?|symbol|double|triple)\s)+[\w-]+"
    rf"|(?:{'|'.join([*DIGITS, *TEENS, *TENS])})(?:[\s-](?:{'|'.join(DIGITS)}))?\b|\d+\w*"
    r"|(?:[b-hj-z]|[ai](?=,?\s(?:\w\b|\d)))\b(?!')"
    r"|(?:exclamation|question|dollar|hash|pound|percent|at|plus|equals?|ampersand|asterisk|star)\s(?:point|mark|sign|key)"
    r"|(?:under\s?score|dash|hyphen|dot|period|hash\s?tag|ampersand|asterisk|star|bang|exclamation|space|slash)\b"
    r"|all\s(?:lower\s?case|upper\s?case|caps|one\sword|small)|(?:as\sin|like|for)\s\w+(?=,))"
)
_SPELLED_ON = re.compile(rf"(?:(?:^|[,.]?\s|-)(?:(?:and|then|and\sthen|um|uh)[,\s]+)*{_PIECE})+", re.IGNORECASE)
_SPELLED = re.compile(rf"{_PIECE}(?:,?[\s-](?:(?:and|then|and\sthen|um|uh)[,\s]+)*{_PIECE})+", re.IGNORECASE)
_SAID = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_COUNT = re.compile(r"\w+\s(?:digits?|numbers|letters|characters|words)\b", re.IGNORECASE)
_NUMBER = "|".join([r"\d+", *DIGITS, *TEENS, *TENS, *TIMES])
_DIGITS_ONLY = re.compile(rf"(?:{_NUMBER})\b(?:[\s-]+(?:(?:uh|um)\s)?(?:{_NUMBER})\b)*", re.IGNORECASE)
_ENDS_VALUE = re.compile(
    r"\s(?:and|but|so|is|can|could|do|does|did|please|thanks|okay|ok|i|my|you|if|because|for|to|then)\b|[.!](?=\s|$)",
    re.I,
)
_RANGES = {"ssn": (9, 9), "bank_account": (5, 19), "card_code": (3, 4), "password": (3, 12)}
_USUAL = {"bank_account": 8, "card_code": 3, "password": 4}
"""How many digits one has at least before an aside ends it."""
_EXACT = frozenset({"ssn", "card_code"})
_EXPIRY = re.compile(r"(?:0?[1-9]|1[0-2])(?:20)?(?:2[4-9]|3\d|4[0-5])")
_LONGEST_EXPIRY = 6
_OF_BIRTH = frozenset({"birth", "birthday", "born", "dob"})
_NOBODY = frozenset({"it", "that", "this", "here", "there", "what", "he", "she", "who", "where", "how", "let", "when"})
_ANOTHERS = frozenset({"mine", "his", "hers", "ours", "yours", "theirs"})
_KINDS = {"ssn": "ssn", "account": "bank_account", "code": "card_code", "pin": "password"}


def labelled(chain: Chain, tokens: list[Token], taken: list[tuple[int, int]]) -> list[Span]:
    """What the label of a chain says must go; `taken` are its atoms that are card numbers already."""
    kind = _KINDS.get(chain.label or "")
    if kind is None or taken:
        return []
    if chain.label == "account" and _names_several(chain, tokens):
        return []
    least, most = _RANGES[kind]
    end = 0
    for stop in _stops(chain, kind):
        fits = any(least <= length <= most for length in lengths(chain, 0, stop))
        anew = end > 0 and (chain.gaps[end - 1] is Gap.CORRECTION or _repeats(chain, end, stop))
        if anew or (fits and not (end and kind in _EXACT)):
            end = stop
        elif end:
            break
    end = end or _after_a_false_start(chain, kind, least)
    if end and kind == "ssn" and Gap.CORRECTION in chain.gaps[: end - 1]:
        end = len(chain.atoms)  # a false start counts as digits: what was said after it goes on to the end
    return [_span(chain, tokens, 0, end, kind), *_anothers(chain, tokens, end, kind)] if end else []


def _anothers(chain: Chain, tokens: list[Token], first: int, kind: str) -> list[Span]:
    """The numbers of the same kind that are said after one to be another's: "and mine is ..."."""
    if first >= len(chain.atoms):
        return []
    least, most = _RANGES[kind]
    between = tokens[chain.atoms[first - 1] + 1 : chain.atoms[first]]
    listed = kind == "ssn" and chain.gaps[first - 1] is Gap.SOFT
    if not listed and not any(_says_whose(token.text) for token in between):
        return []
    for stop in (*_stops(chain, kind), len(chain.atoms)):
        if stop > first and any(least <= length <= most for length in lengths(chain, first, stop)):
            return [_span(chain, tokens, first, stop, kind), *_anothers(chain, tokens, stop, kind)]
    return []


def _says_whose(word: str) -> bool:
    """Whether a word says that a number is another person's: "hers", "my wife's"."""
    owner = word.removesuffix("'s")
    return word in _ANOTHERS or (owner != word and owner not in _NOBODY)


def _after_a_false_start(chain: Chain, kind: str, least: int) -> int:
    """Where a number ends that was begun, taken back and said anew; 0 when none is."""
    if kind not in _EXACT:
        return 0
    stops = [*(place for place, gap in enumerate(chain.gaps, start=1) if gap is not Gap.TIGHT), len(chain.atoms)]
    taken_back = [place for place, gap in enumerate(chain.gaps, start=1) if gap is Gap.CORRECTION]
    for start in sorted({*taken_back, *_begun_anew(chain)}):
        for stop in stops:
            if stop > start and least in lengths(chain, start, stop):
                return stop
    most = max(lengths(chain, 0, len(chain.atoms))) if taken_back and kind == "ssn" else 0
    return len(chain.atoms) if least <= most <= 2 * least else 0


def _begun_anew(chain: Chain) -> list[int]:
    """Places of atoms after an aside that say once more all that was said before it: "93, hang on, 933"."""
    places = [place for place, gap in enumerate(chain.gaps, start=1) if gap is Gap.ASIDE]
    heads = ((place, chain.likely(0, place)) for place in places)
    return [place for place, head in heads if len(head) > 1 and chain.likely(place, len(chain.atoms)).startswith(head)]


def _stops(chain: Chain, kind: str) -> list[int]:
    """Where the number may end: before pauses, and at an aside when it has as many digits as it usually has."""
    stops = []
    for place, gap in enumerate(chain.gaps, start=1):
        if gap is not Gap.TIGHT:
            stops.append(place)
        if (
            (gap is Gap.ASIDE or _asked_anew(chain, place))
            and kind != "ssn"
            and max(lengths(chain, 0, place)) >= _USUAL[kind]
        ):
            return stops
    return [*stops, len(chain.atoms)]


def _names_several(chain: Chain, tokens: list[Token]) -> bool:
    """Whether the last four digits of accounts are said: "two accounts, 4471 and 0093"."""
    first = chain.atoms[0]
    plural = any(token.text in {"accounts", "accts"} for token in tokens[max(0, first - 4) : first])
    return plural and all(len(tokens[place].text) == 4 for place in chain.atoms if tokens[place].text.isdigit())


def _asked_anew(chain: Chain, place: int) -> bool:
    """Whether a question stands before an atom that is no repetition of what was said."""
    return place in chain.named and not _repeats(chain, place, len(chain.atoms))


def _repeats(chain: Chain, first: int, end: int) -> bool:
    """Whether the atoms [first, end) say once more what stands before them."""
    return chain.likely(0, first) == chain.likely(first, end)


def after_card(chain: Chain, tokens: list[Token], place: int, dated: bool = False) -> list[Span]:
    """A card code said right after a card number or its expiry date, without a name: the tail of the atoms from
    `place` on, when what stands before it is an expiry date or nothing; `dated` when a date stands before the chain."""
    end = len(chain.atoms)
    if any(token.text in SCALES for token in tokens[chain.atoms[min(place, end - 1)] : chain.atoms[-1] + 2]):
        return []
    if _says_when_it_expires(chain, place) or not (place in {0, end} or _only_dates_before(chain, tokens, place)):
        return []
    alone = len(chain.atoms) == 1 or chain.gaps[0] is Gap.SOFT
    if dated and alone and (3 <= len(chain.likely(0, 1)) <= (3 if chain.gaps else 4)):
        return [_span(chain, tokens, 0, 1, "card_code")]
    if place >= end or not lengths(chain, place, end) & {3, 7, 8, 9, 10}:
        return []
    starts = [first for first in range(place, end) if first == place or chain.gaps[first - 1] is not Gap.TIGHT]
    for first in [*reversed(starts), *range(end - 1, place, -1)]:
        size = lengths(chain, first, end)
        dated = first > place and (chain.label == "date" or bool(_EXPIRY.fullmatch(chain.likely(place, first))))
        if (3 in size and (dated or (first == place and len(chain.likely(place, end)) == 3))) or (4 in size and dated):
            return [_span(chain, tokens, first, end, "card_code")]
    return []


def _says_when_it_expires(chain: Chain, place: int) -> bool:
    """Whether the atoms from `place` on are an expiry date and nothing else; three digits are one only by name."""
    said = (digits for end, digits in readings(chain, place, _LONGEST_EXPIRY) if end == len(chain.atoms))
    dates = (digits for digits in said if _EXPIRY.fullmatch(digits))
    return any(chain.label == "date" or len(digits) > 3 for digits in dates)


def _only_dates_before(chain: Chain, tokens: list[Token], place: int) -> bool:
    """Whether at most a date is said from the atom before a place on to the end of the chain."""
    return only_dates(tokens, chain.atoms[place - 1] + 1, chain.atoms[-1])


def only_dates(tokens: list[Token], start: int, end: int) -> bool:
    """Whether tokens [start, end) say at most when a card expires."""
    return 0 <= end - start <= 12 and all(
        token.kind == "date"
        or token.text in FILLERS
        or token.text in CONNECTORS
        or (LABELS.get(token.text) == "date" and token.text not in _OF_BIRTH)
        or is_numeric(token)
        for token in tokens[start:end]
    )


def written(text: str) -> list[Span]:
    """Secrets with a shape of their own, or said after the word password."""
    spans = [Span(match.start(), match.end(), "ssn") for match in _SSN.finditer(text)]
    spans += [Span(*match.span("value"), "ssn") for match in _SSN_IN_GROUPS.finditer(text)]
    spans += [Span(match.start(), match.end(), "bank_account") for match in _IBAN.finditer(text)]
    for match in _PASSWORD.finditer(text):
        value = match.group("value")
        first = value.split()[0].lower().strip(".!").removesuffix("'s")
        if (
            first in NOT_A_PASSWORD
            or LABELS.get(first) == "pin"
            or first.endswith("n't")
            or value.startswith("[")
            or _COUNT.match(value)
        ):
            continue
        end = _ENDS_VALUE.search(value)
        length = end.start() if end and end.start() else len(value.rstrip(".!"))
        start = match.start("value")
        stop = start + (_end_of_typed(value) or min(length, _end_of_pin(match) or length))
        if value[:length].replace(" ", "").isalpha():
            stop = _spelled_on(text, stop)
        spans.append(Span(start, stop, "password"))
    spans += _said_otherwise(text)
    for match in _PASSWORD_ASKED.finditer(text):
        if _OF_THE_PASSWORD.search(text[: match.start("value")]):
            continue
        value = match["value"].lower()
        if not (
            value in NOT_A_PASSWORD or value in BEFORE_A_PASSWORD or value.startswith("[") or value.endswith("n't")
        ):
            spelled = _SPELLED.match(text, match.start("value"))
            stop = spelled.end() if spelled else _end_of_phrase(text, *match.span("value"))
            spans.append(Span(match.start("value"), stop, "password"))
    spans += [
        Span(*match.span("value"), "password")
        for match in _PASSWORD_DESCRIBED.finditer(text)
        if match["value"].lower() not in NOT_A_PASSWORD | COPULAS and not match["value"].startswith("[")
    ]
    for match in chain_iterables(_PASSWORD_BARE.finditer(text), _PASSWORD_TYPED.finditer(text)):
        spans.append(Span(match.start("value"), match.start("value") + len(match["value"].rstrip(".,!?")), "password"))
    return [_with_exclamation_marks(text, span) if span.kind == "password" else span for span in spans]


def _with_exclamation_marks(text: str, span: Span) -> Span:
    """The span of a password with the exclamation marks right after it: nobody can tell whether they are of it. A
    number alone ends with none."""
    value = text[span.start : span.end]
    end = span.end
    while any(map(str.isalpha, value)) and text[end : end + 1] == "!":
        end += 1
    return span._replace(end=end)


def _said_otherwise(text: str) -> list[Span]:
    """Passwords named after they were said ("hunter2 is my password") and those that one was changed to."""
    spans = []
    for match in _PASSWORD_AFTER.finditer(text):
        value = match["value"].lower()
        if not (value in NOT_A_PASSWORD or value in BEFORE_A_PASSWORD or value.startswith("[")):
            spans.append(Span(match.start("value"), match.end("value"), "password"))
    for match in _PASSWORD_CHANGED.finditer(text):
        first = match["value"].split()[0].rstrip(".!")
        alone = match["value"].rstrip(".!") == first
        if first.startswith("[") or first.lower() in NOT_A_PASSWORD or first.lower() in BEFORE_A_PASSWORD:
            continue
        start = match.start("value")
        spelled = _SPELLED.match(text, start)
        stop = spelled.end() if spelled else _spelled_on(text, start + len(first))
        if alone or stop > start + len(first) or not first.isalpha() or not (first.islower() or first.istitle()):
            spans.append(Span(start, stop, "password"))
    return spans


def _end_of_phrase(text: str, start: int, end: int) -> int:
    """Where a password of several words ends that is a name ("Mister Whiskers") or all that an answer says it is."""
    named = _NAMED.search(text, max(0, start - _LONGEST_LINK), start)
    more = (_MORE_WORDS if named else _MORE_NAMES).match(text, end)
    return more.end() if more and not _ENDS_VALUE.search(more.group()) else end


def _end_of_pin(match: re.Match[str]) -> int | None:
    """How long the digits are that a PIN begins with."""
    digits = _DIGITS_ONLY.match(match["value"]) if match["name"].lower().startswith("pin") else None
    return digits.end() if digits else None


def _end_of_typed(value: str) -> int | None:
    """How long a password is that was typed, with letters and other characters in one word; a "!" within a sentence is
    one of them."""
    word = value.split(maxsplit=1)[0]
    goes_on = value[len(word) :][:1] == " " and value[len(word) + 1 :][:1].islower()
    word = word if goes_on else word.rstrip("." if word.endswith(".") else "!")
    said = _SAID.fullmatch(word.rstrip("."))
    return len(word.rstrip(".")) if any(character.isalpha() for character in word) and not said else None


def _spelled_on(text: str, end: int) -> int:
    """Where a password ends of which more parts are spelled out: "delta, lowercase k, nine nine"."""
    more = _SPELLED_ON.match(text, end)
    return more.end() if more else end


def _span(chain: Chain, tokens: list[Token], first: int, end: int, kind: str) -> Span:
    return Span(*span_of(chain, tokens, first, end), kind)
