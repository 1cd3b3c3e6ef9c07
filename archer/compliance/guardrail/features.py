"""What the linear model sees of a sentence: words, their classes, what stands beside and near what, letters, and form.

The classes (lexicon.txt) carry what was learned of one word over to its kin: a sentence about a constable is judged by
those about policemen. Words that a negation governs and words that report somebody else carry a mark. Amounts do not
count: whether one may be spoken is decided by the ledger.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from zlib import crc32

from archer.compliance.guardrail.scope import Scope
from archer.compliance.guardrail.text import Spoken

BUCKETS = 1 << 16
WIDE_WEIGHT = 0.6
"""Letters and pairs of classes count less than words: they are many and say less each."""
_REACH = 6
_LETTERS = 5
_NEGATED = 7
"""So many words after a negation are marked as negated, up to the end of the clause."""
_MOST_WORDS = 60
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
    names = {"bias", *(f"t {word}{mark}" for word, mark in said if mark)}
    names.update(f"1 {word}" for word in plain)
    edged = ["<", *plain, ">"]
    names.update(f"2 {first} {second}" for first, second in pairwise(edged))
    names.update(f"3 {a} {b} {c}" for a, b, c in zip(edged, edged[1:], edged[2:], strict=False))
    names.update(f"s {word[:5]}" for word in plain if len(word) > 5)
    words = [(word, mark) for word, mark in said if word not in _MARKS]
    asked = "?" if plain and plain[-1] == "?" else "."
    kinds = [tuple(f"{kind}{mark}" for kind in classes(word)) for word, mark in words]
    names.update(_beside(words, kinds, asked))
    wide = set(_pairs(kinds))
    for word, _ in words:
        if len(word) > 3:
            wide.update(_letters(word))
    return _rows(names), _rows(wide)


def _rows(names: set[str]) -> list[int]:
    return sorted({crc32(name.encode()) % BUCKETS for name in names})


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


def _beside(words: list[tuple[str, str]], kinds: list[tuple[str, ...]], asked: str) -> Iterator[str]:
    for place, group in enumerate(kinds):
        for kind in group:
            yield f"c {kind}"
            yield f"{asked} {kind}"
            if place + 1 < len(words):
                yield f"r {kind} {words[place + 1][0]}"
            if place:
                yield f"l {words[place - 1][0]} {kind}"
    yield f"f {asked} {' '.join(word for word, _ in words[:2])}"
    yield f"f {asked} {words[0][0] if words else ''}"


def _pairs(kinds: list[tuple[str, ...]]) -> Iterator[str]:
    for place, group in enumerate(kinds):
        for later in kinds[place + 1 : place + _REACH]:
            for first in group:
                for second in later:
                    yield f"p {first} {second}"


@lru_cache(maxsize=4096)
def _letters(word: str) -> tuple[str, ...]:
    edged = f"<{word}>"
    return tuple(f"h {edged[i : i + _LETTERS]}" for i in range(max(len(edged) - _LETTERS + 1, 1)))
