"""What the linear model sees of a sentence: words, their classes, what stands beside and near what, letters, and form.

The classes (lexicon.txt) carry what was learned of one word over to its kin: a sentence about a constable is judged by
those about policemen. Words that a negation governs and words that report somebody else carry a mark. Amounts do not
count: whether one may be spoken is decided by the ledger.
"""

from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from archer.compliance.guardrail.scope import Scope
from archer.compliance.guardrail.text import Spoken
from archer.ngrams import begun, ended, grams, row

WIDE_WEIGHT = 0.6
"""Letters and pairs of classes count less than words: they are many and say less each."""
_REACH = 6
_LETTERS = _STEM = 5
_NEGATED = 7
"""So many words after a negation are marked as negated, up to the end of the clause."""
_MOST_WORDS = 60
_BIAS = row("bias")
_MARKS = frozenset(".,;:!?%")
_CLAUSE_ENDS = frozenset(".;:!?")
_NEGATIONS = frozenset({"not", "never", "no", "nobody", "nothing", "none", "neither", "nor", "without"})
_RESTARTS = frozenset({"but", "unless", "until", "if"})


@cache
def _lexicon() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    words: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, members = line.partition(":")
        for member in members.split():
            table, key = (stems, member[:-1]) if member.endswith("*") else (words, member)
            table.setdefault(key, []).append(name)
    return (
        {word: tuple(names) for word, names in words.items()},
        {stem: tuple(names) for stem, names in stems.items()},
    )


@lru_cache(maxsize=8192)
def classes(word: str) -> tuple[str, ...]:
    """The classes of a word."""
    words, stems = _lexicon()
    found = list(words.get(word, ()))
    for length in range(3, len(word) + 1):
        found += [name for name in stems.get(word[:length], ()) if name not in found]
    return tuple(found)


def features(spoken: Spoken, scope: Scope) -> tuple[list[int], list[int]]:
    """Row numbers below BUCKETS of what a sentence has: those of words, and those that count WIDE_WEIGHT."""
    said = _marked(spoken, scope)
    plain = [word for word, _ in said]
    rows = {_BIAS, *grams("", plain)}
    rows.update([row(f"t {word}{mark}") for word, mark in said if mark])
    rows.update([_stem(word) for word in plain if len(word) > _STEM])
    words = [(word, mark) for word, mark in said if word not in _MARKS]
    asked = "?" if plain and plain[-1] == "?" else "."
    kinds = [_kinds(word, mark) for word, mark in words]
    rows.update(_beside([word for word, _ in words], kinds, asked))
    wide = set(_pairs(kinds))
    for word, _ in words:
        if len(word) > 3:
            wide.update(_letters(word))
    return list(rows), list(wide)


def _marked(spoken: Spoken, scope: Scope) -> list[tuple[str, str]]:
    """Words and punctuation, with "~" on what is reported and "-" on what is negated."""
    said: list[tuple[str, str]] = []
    place, negated = 1, 0
    for word in spoken.words[:_MOST_WORDS]:
        start, place = place, place + len(word) + 1
        if word in _MARKS:
            negated = 0 if word in _CLAUSE_ENDS else negated
            said.append((word, ""))
            continue
        mark = "~" if scope.reported(start) else "-" if negated > 0 else ""
        said.append(("#" if word[0].isdigit() or word[0] == "$" else word, mark))
        negated = _NEGATED if word in _NEGATIONS else 0 if word in _RESTARTS else negated - 1
    return said


class _Kind(NamedTuple):
    """A class of words, marked as the word is, as part of features."""

    name: bytes
    alone: int
    in_question: int
    in_statement: int
    before_word: int
    before_kind: int
    """The beginnings of the names of features in which it stands before a word, and before another class."""


@lru_cache(maxsize=4096)
def _kind(name: str) -> _Kind:
    return _Kind(
        name.encode(), row(f"c {name}"), row(f"? {name}"), row(f". {name}"), begun(f"r {name} "), begun(f"p {name} ")
    )


@lru_cache(maxsize=8192)
def _kinds(word: str, mark: str) -> tuple[_Kind, ...]:
    return tuple(_kind(f"{kind}{mark}") for kind in classes(word))


@lru_cache(maxsize=8192)
def _stem(word: str) -> int:
    return row(f"s {word[:_STEM]}")


def _beside(words: list[str], kinds: list[tuple[_Kind, ...]], asked: str) -> list[int]:
    """What the classes are, and the words right before and after them; how the sentence begins."""
    rows = [row(f"f {asked} {' '.join(words[:2])}"), row(f"f {asked} {words[0] if words else ''}")]
    last = len(words) - 1
    for place, group in enumerate(kinds):
        if not group:
            continue
        rows += [kind.alone for kind in group]
        rows += [kind.in_question if asked == "?" else kind.in_statement for kind in group]
        if place < last:
            following = (words[place + 1].encode(),)
            for kind in group:
                rows += ended(kind.before_word, following)
        if place:
            rows += ended(begun(f"l {words[place - 1]} "), [kind.name for kind in group])
    return rows


def _pairs(kinds: list[tuple[_Kind, ...]]) -> list[int]:
    """Which classes stand near which."""
    rows = []
    for place, group in enumerate(kinds):
        if group:
            later = [second.name for near in kinds[place + 1 : place + _REACH] for second in near]
            for first in group:
                rows += ended(first.before_kind, later)
    return rows


@lru_cache(maxsize=4096)
def _letters(word: str) -> frozenset[int]:
    edged = f"<{word}>"
    return frozenset(row(f"h {edged[i : i + _LETTERS]}") for i in range(max(len(edged) - _LETTERS + 1, 1)))
