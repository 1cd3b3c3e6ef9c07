"""What recognition makes of speech: words split, misspelt, dropped, run together, or taken for others that sound alike.

Training hears each turn once as it was said and once with such slips, so that the model leans on more than one word.
"""

import random
import re
from collections.abc import Callable

_ALIKE: dict[str, str] = {
    "one": "won", "won": "one", "write": "right", "right": "write", "there": "their", "their": "there", "know": "no",
    "hear": "here", "here": "hear", "your": "you are", "two": "to", "to": "two", "too": "to", "by": "buy",
    "for": "four", "four": "for", "wait": "weight", "due": "do", "loan": "lone", "week": "weak", "mail": "male",
    "pay": "pain", "past": "passed", "not": "knot", "our": "are", "new": "knew", "would": "wood", "sent": "cent",
    "see": "sea", "which": "witch", "through": "threw", "lawyer": "loyer", "lawyers": "loyers", "hold": "old",
    "call": "called", "identity": "identify", "attorney": "a turn he", "dead": "debt",
    "debt": "dead", "someone": "some one", "account": "a count", "again": "a gain", "amount": "a mount",
    "extension": "extinction", "human": "hue man", "balance": "ballots", "record": "wreck cord",
    "recording": "wreck ording", "chapter": "chap ter", "person": "purse in",
}  # fmt: skip
_SPELT: tuple[tuple[str, str], ...] = (
    ("tion", "shun"), ("tion", "sion"), ("sion", "tion"), ("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ie", "ei"),
    ("ei", "ie"), ("ll", "l"), ("tt", "t"), ("ss", "s"), ("pp", "p"), ("rr", "r"), ("mm", "m"), ("ce", "se"),
    ("se", "ce"), ("c", "k"), ("k", "c"), ("er", "or"), ("or", "er"), ("ent", "ant"), ("ance", "ence"), ("ea", "e"),
    ("ou", "o"), ("z", "s"), ("y", "i"), ("pt", "p"), ("gh", ""), ("al", "el"), ("i", "e"), ("e", "i"), ("a", "u"),
)  # fmt: skip
_LIGHT = frozenset({
    "a", "an", "the", "to", "of", "is", "are", "am", "be", "do", "i", "you", "it", "that", "my", "your", "and", "with",
    "on", "in", "for", "at", "this", "have", "has", "was", "me",
})  # fmt: skip
_WORD = re.compile(r"[A-Za-z']+[.,?!]?")
_MARKS = ".,?!"
_LONG, _SPELLABLE = 6, 5
MOST = 3
"""Slips in one utterance, at the most."""


def slipped(text: str, rng: random.Random) -> str:
    """The utterance with one to `MOST` slips; unchanged when none of those drawn fits its words."""
    said = text.split()
    for _ in range(rng.randint(1, MOST)):
        at = [index for index, word in enumerate(said) if _WORD.fullmatch(word)]
        if at:
            rng.choices(_SLIPS, _ODDS)[0](said, at, rng)
    return " ".join(said)


def _plain(word: str) -> str:
    return word.strip(_MARKS).lower().replace("'", "")


def _split(said: list[str], at: list[int], rng: random.Random) -> None:
    """ "dispute" becomes "dis pute", half the time misspelt as well."""
    long = [index for index in at if len(_plain(said[index])) >= _LONG]
    if long:
        index = rng.choice(long)
        word = _plain(said[index])
        cut = rng.randint(2, len(word) - 3)
        parts = [word[:cut], word[cut:]]
        if rng.random() < 0.5:
            parts = [_misspelt(part, rng) for part in parts]
        said[index] = " ".join(parts)


def _misspelt(word: str, rng: random.Random) -> str:
    fitting = [(old, new) for old, new in _SPELT if old in word[1:]]
    if len(word) < _SPELLABLE - 1 or not fitting:
        return word
    old, new = rng.choice(fitting)
    start = word.index(old, 1)
    return word[:start] + new + word[start + len(old) :]


def _misspell(said: list[str], at: list[int], rng: random.Random) -> None:
    """ "extension" becomes "extention"."""
    long = [index for index in at if len(_plain(said[index])) >= _SPELLABLE]
    if long:
        index = rng.choice(long)
        said[index] = _misspelt(_plain(said[index]), rng)


def _mistake(said: list[str], at: list[int], rng: random.Random) -> None:
    """ "mail" becomes "male"."""
    alike = [index for index in at if _plain(said[index]) in _ALIKE]
    if alike:
        index = rng.choice(alike)
        said[index] = _ALIKE[_plain(said[index])]


def _drop(said: list[str], at: list[int], rng: random.Random) -> None:
    """A small word is not heard."""
    light = [index for index in at if _plain(said[index]) in _LIGHT]
    if light and len(said) > 3:
        del said[rng.choice(light)]


def _join(said: list[str], at: list[int], rng: random.Random) -> None:  # noqa: ARG001 (one signature for all slips)
    """ "a lot" becomes "alot"."""
    if len(said) > 2:
        index = rng.randrange(len(said) - 1)
        said[index : index + 2] = [said[index] + said[index + 1]]


_SLIPS: tuple[Callable[[list[str], list[int], random.Random], None], ...] = (_split, _misspell, _mistake, _drop, _join)
_ODDS = (30, 30, 15, 20, 5)
