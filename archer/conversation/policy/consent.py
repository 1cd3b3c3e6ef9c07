"""Is an answer a yes to what was read out (I-21)? One reading of it, for whoever asks.

Everything is taken away from the answer that agrees, is polite, or only repeats what was read out. A yes of which
something of substance is left is none yet: "okay, let me think about it", "yes mom, I'm coming", "yes, that account is
closed". Such a caller is asked once more, yes or no; a bare yes or the same words again then count, unless they put
the matter off, ask something, or are meant for somebody else.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from importlib import resources

from archer.conversation.policy.differences import differences
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.state import Prepared
from archer.conversation.policy.steps import today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken


class Consent(Enum):
    """What an answer to a reading comes to."""

    GIVEN = "given"
    """A yes, and nothing else of substance."""
    DOUBTFUL = "doubtful"
    """A yes with something beside it, or the terms once more without a yes: ask yes or no."""
    WITHHELD = "withheld"
    """Put off, asked about, or spoken to somebody else, whatever friendly word is in it."""
    NONE = "none"
    """No word of assent."""


def _pattern(words: str) -> re.Pattern[str]:
    parts = [part.strip() for part in re.split(r" \| |\n", words) if part.strip()]
    parts.sort(key=len, reverse=True)
    return re.compile(rf"(?<![\w'])(?:{'|'.join(parts)})(?![\w'])")


_LEXICON = tomllib.loads(resources.files(__package__).joinpath("consent.toml").read_text("utf-8"))
_WORDS = {name: _pattern(words) for name, words in _LEXICON["words"].items()}
_KINDS = {name: _pattern(words) for name, words in _LEXICON["kinds"].items()}
_NOT_IN_IT = {name: _pattern(words) for name, words in _LEXICON["not_in_it"].items()}
_ASSENT = {"deed": 3, "yes": 2, "weak": 1}
"""How much of a yes a word is: to the deed itself, in a word, no more than friendly."""
_PAYMENTS = frozenset({"full_payment", "partial_payment", "settlement"})
_PLAIN = re.compile(r"[^\w'%$.?]+|(?<!\d)\.|\.(?!\d)")
_REQUEST = re.compile(
    r"(?<![\w'])(?:can|could|will|would) you (?:please |kindly |just |go ahead and )*"
    r"(?=(?:set|send|text|book|put|process|arrange|schedule|take) )"
)
"""A request to do it is put as a question."""
_TAG = re.compile(r"(?<![\w'])(?:okay|ok|alright|all right|yeah|please|would you|will you|could you|can you) \?")
_SARCASM = re.compile(r"^(?:oh )?yeah right$|^(?:oh )?sure right$")
_TODAY = re.compile(r"(?<![\w'])(?:today|right now|tonight)(?![\w'])")
_PART = re.compile(r"(?<![\w'])(?:half|a third|one third|third|part)(?: of (?:it|that))?(?![\w'])")
_AT_ONCE = re.compile(
    r"(?<![\w'])(?:take|pay|charge|withdraw) (?:it |that |out )?"
    r"(?:all(?! right)|everything|the (?:full|whole|entire) \w+|in full)(?![\w'])"
)
"""The whole balance in one payment, where instalments were read out."""
_THAT_DAY = re.compile(
    r"(?<![\w'])(?:on |by |in )?(?:(?:the )?day after tomorrow|tomorrow(?: morning| afternoon| evening| night)?|"
    r"(?:next|this)(?: coming)? week|"
    r"(?:an?|one|two|three|ten|\d+) (?:days?|weeks?)(?: (?:from|after) (?:now|today|then))?|"
    r"(?:the )?end of (?:the|this|next) (?:week|month))(?![\w'])"
)
_NUMBER = re.compile(r"\$?(\d[\d,]*(?:\.\d+)?)(st|nd|rd|th)?")
_BETWEEN = frozenset({"dollars", "dollar", "cents", "cent", "and", "|"})
"""What stands between the numbers of one amount."""
_OF_CALENDAR = re.compile(
    r"(?<![\w'])(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may(?= \w+th| \d)|june|"
    r"july|august|september|october|november|december)(?![\w'])"
)
_BEGINS = "To confirm:"
"""Before it stands what becomes of an earlier arrangement."""
_LONGEST, _STORY = 40, "story"
"""Words beyond which an answer holds more than a yes; a word that is left, whatever is taken away."""


@dataclass(frozen=True)
class _Terms:
    """What an answer is held against."""

    kind: str
    method: str | None
    told: str
    """What was read out, in plain words."""
    names: tuple[str, ...]
    nothing_down: bool
    part: bool
    """A part of the balance was read out, and the very part that the answer names."""


@dataclass(frozen=True)
class _Reading:
    """What is left of an answer, and what was found in it."""

    assent: int
    rest: str
    strange: str
    """Numbers and days that were not read out in these words."""
    told: bool
    """It repeats something that was read out."""
    heard: bool
    leans: bool
    closes: bool
    asks: bool


def consent(talk: Talk, hearing: Hearing) -> Consent:
    """What the answer comes to, for what lies ready now; `NONE` when nothing does."""
    prepared = talk.state.prepared
    if prepared is None:
        return Consent.NONE
    text = plain(hearing.text)
    if prepared.date and hearing.day == prepared.date[:10]:
        text = " ".join(_THAT_DAY.sub(" ", text).split())  # "tomorrow" of a day that was read out by its date
    if prepared.kind == "plan" and _AT_ONCE.search(text):
        return Consent.NONE  # "go ahead and take the full amount"
    found = _read(_terms(talk, prepared, hearing), text)
    if found.strange and not _means_the_same(talk, hearing, prepared):
        found = replace(found, rest=f"{found.rest} {found.strange}".strip())
    strict = prepared.method == "bank_transfer"
    if found.assent and not found.rest and not found.asks and _whole(found, strict=strict) and not _SARCASM.match(text):
        return Consent.GIVEN
    if found.asks or _WORDS["defers"].search(text):
        return Consent.WITHHELD if found.assent else Consent.NONE
    if talk.state.doubted and _insists(found, again=text == talk.state.doubted, strict=strict):
        return Consent.GIVEN
    return Consent.DOUBTFUL if found.assent or not found.rest else Consent.NONE


def _means_the_same(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """The numbers are other words for what was read out: "sixty-nine a month"."""
    return not differences(talk, hearing, prepared) and hearing.amount(talk.balance) is not None


def _insists(found: _Reading, *, again: bool, strict: bool) -> bool:
    """After a plain question for a yes or a no: the same words again mean yes, and so does a friendly word alone."""
    if found.assent and not (found.rest or found.heard or found.leans or found.closes):
        return True
    if strict:
        return again and found.assent >= _ASSENT["deed"] and not found.leans
    return again and (found.assent >= _ASSENT["yes"] or (found.told and not (found.rest or found.heard)))


def consents(talk: Talk, hearing: Hearing) -> bool:
    """The answer to a reading is a yes, and nothing else."""
    return consent(talk, hearing) is Consent.GIVEN


def doubt(talk: Talk, hearing: Hearing) -> None:
    """The answer is asked about in plain words: the same again is meant as it was said."""
    talk.state.doubted = plain(hearing.text)


def plain(text: str) -> str:
    """Words in lower case, and question marks; pauses between them do not count."""
    lowered = text.lower().replace("’", "'").replace("?", " ? ").replace("-", " ")
    return " ".join(_PLAIN.sub(" ", lowered).split())


def _whole(found: _Reading, *, strict: bool) -> bool:
    """What stands beside the yes leaves it whole."""
    if strict and (found.assent < _ASSENT["yes"] or found.leans):
        return False
    if found.heard or found.leans:
        return found.assent >= _ASSENT["deed"]
    return found.assent >= _ASSENT["yes"] if found.closes else True


@lru_cache(maxsize=64)
def _read(terms: _Terms, text: str) -> _Reading:
    if len(text.split()) > _LONGEST:
        text = f"{_STORY} {text}"
    text = _without(_WORDS["why"], text)
    asked = _REQUEST.sub("", text)
    rest = _without(_of_names(terms.names), asked)
    for pattern in _turned_down(terms):
        rest = _without(pattern, rest)
    assent, marks = 0, dict.fromkeys(("heard", "leans", "closes"), False)
    for name in ("deed", "heard", "closes", "yes", "leans", "weak"):
        before, rest = rest, _without(_WORDS[name], rest)
        if rest != before:
            assent = max(assent, _ASSENT.get(name, 0))
            marks |= {name: True} if name in marks else {}
    if assent >= _ASSENT["deed"] and (asked != text or _TAG.search(text)):
        rest = rest.replace("?", " ", 1)
    asks, rest = "?" in rest, _without(_WORDS["around"], rest.replace("?", " "))
    before = rest
    for pattern in _belonging(terms):
        rest = _without(pattern, rest)
    words = [word for word in _without(_WORDS["glue"], rest).split() if word != "|"]
    left = [word for word in words if not _numeral(word) and not _OF_CALENDAR.fullmatch(word)]
    strange = " ".join(_strange(_without(_WORDS["yes"], text), terms.told))
    told = rest != before or len(left) < len(words)
    return _Reading(assent, " ".join(left), strange, told, marks["heard"], marks["leans"], marks["closes"], asks)


def _without(pattern: re.Pattern[str], text: str) -> str:
    """What is left; a bar where something was, so that its neighbours make no new phrase."""
    return pattern.sub(" | ", text)


@cache
def _of_names(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?![\w'])")


def _terms(talk: Talk, prepared: Prepared, hearing: Hearing) -> _Terms:
    session, proposal = talk.session, talk.state.proposal
    names = re.findall(r"[^\W\d_]{2,}", f"{session.customer_name} {session.business_name} {session.agent_name or ''}")
    paying = prepared.kind in _PAYMENTS
    part = paying and bool(_PART.search(hearing.text.lower()))
    amount = hearing.amount(talk.balance) if part else None
    return _Terms(
        kind=prepared.kind,
        method=prepared.method,
        told=plain(f"{(prepared.say or '').rpartition(_BEGINS)[2]} {_told(talk, prepared)}"),
        names=tuple(sorted({name.lower() for name in names})),
        nothing_down=prepared.kind == "plan" and not (proposal and proposal.down_payment),
        part=amount is not None and f"{amount:.2f}" == prepared.amount,
    )


def _turned_down(terms: _Terms) -> list[re.Pattern[str]]:
    """Phrases that turn something down which was not read out either."""
    kinds = [terms.kind, terms.method or ""]
    kinds += ["payment"] if terms.kind in _PAYMENTS else []
    kinds += ["no_down"] if terms.nothing_down else []
    return [_NOT_IN_IT[kind] for kind in kinds if kind in _NOT_IN_IT]


def _belonging(terms: _Terms) -> list[re.Pattern[str]]:
    """Words for what was read out, none of which names anything else."""
    kinds = ["any", terms.kind, terms.method or ""]
    kinds += ["payment"] if terms.kind in _PAYMENTS else []
    found = [_KINDS[kind] for kind in kinds if kind in _KINDS]
    return [*found, _TODAY, *([_PART] if terms.part else [])]


def _told(talk: Talk, prepared: Prepared) -> str:
    """What was read out, in words for the ear, whether or not a tool worded it."""
    parts = [spoken.money(prepared.amount)] if prepared.amount else []
    parts += [spoken.date(prepared.date[:10], today(talk))] if prepared.date else []
    parts += [f"{spoken.cardinal(prepared.months)} {prepared.months}"] if prepared.months else []
    return " ".join(parts)


def _strange(text: str, told: str) -> list[str]:
    """Numbers, months and days of the week that were not read out."""
    read = _runs(told)
    days = [found[0] for found in _OF_CALENDAR.finditer(text) if found[0].rstrip("s") not in told]
    runs = [run for run in _runs(text) if run != ["one"]]
    return days + [" ".join(run) for run in runs if not any(_begins(run, whole) for whole in read)]


def _begins(run: list[str], whole: list[str]) -> bool:
    """ "Four twelve" of "four hundred twelve thirty-five", "a hundred" of "one hundred": from its beginning on."""
    if whole[0] == "one" and run[0] != "one":
        whole = whole[1:]
    if not whole or run[0] != whole[0]:
        return False
    rest = iter(whole)
    return all(word in rest for word in run)


def _runs(text: str) -> list[list[str]]:
    """Words for numbers that stand together, each an amount, a count or a day; digits as words."""
    runs: list[list[str]] = []
    open_run = False
    for word in text.split():
        numeral = _numeral(word)
        if numeral:
            runs = runs if open_run else [*runs, []]
            runs[-1] += numeral
        open_run = bool(numeral) or (open_run and word in _BETWEEN)
    return runs


@lru_cache(maxsize=512)
def _numeral(word: str) -> tuple[str, ...]:
    """A number in words: of its own word, or of its digits; empty for any other word."""
    if word in _numerals():
        return (word,)
    found = _NUMBER.fullmatch(word)
    if found is None:
        return ()
    value = found[1].replace(",", "")
    said = spoken.ordinal(int(float(value))) if found[2] else spoken.money(value)
    return tuple(part for part in plain(said).split() if part not in _BETWEEN)


@cache
def _numerals() -> frozenset[str]:
    """Words for numbers and ranks up to a hundred, and for thousands."""
    counts = {word for n in range(100) for word in spoken.cardinal(n).split("-")}
    ranks = {word for n in range(1, 100) for word in spoken.ordinal(n).split("-")}
    return frozenset(counts | ranks - {"second"} | {"hundred", "thousand", "million"})
