"""What the linear model sees of a sentence: its words, their classes, what stands beside and near what, and its form.

The classes (lexicon.txt) carry what was learned of one word over to its kin: a sentence about a constable is judged by
those about policemen.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from archer.compliance.guardrail.scope import Scope
from archer.compliance.guardrail.text import Spoken

_REACH = 6
_QUESTIONS = frozenset(
    {"do", "does", "did", "is", "are", "was", "can", "could", "will", "would", "may", "shall", "have"}
)
_LEVEL = frozenset({"NEG", "MODAL", "IF", "YOU", "WE", "ME", "THIRD", "SORRY", "TIME"})
_MARKS = frozenset(".,;:!?%")


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


@cache
def classes(word: str) -> tuple[str, ...]:
    """The classes of a word."""
    words, stems = _lexicon()
    found = list(words.get(word, ()))
    for length in range(3, len(word) + 1):
        found += [name for name in stems.get(word[:length], ()) if name not in found]
    return tuple(found)


def features(spoken: Spoken, scope: Scope) -> set[str]:
    """The names of what a sentence has."""
    plain: list[str] = []
    kinds: list[tuple[str, ...]] = []
    place = 1
    for word in spoken.words:
        if word not in _MARKS:
            taken_back = ""
            groups = classes(word)
            if groups and not _LEVEL.intersection(groups):
                if scope.denied(place, place + len(word)):
                    taken_back = "-"
                elif scope.reported(place):
                    taken_back = "~"
            plain.append(_plain(word) + taken_back)
            kinds.append(tuple(group + taken_back for group in groups))
        place += len(word) + 1
    found = {f"1 {word}" for word in plain}
    found.update(f"2 {first} {second}" for first, second in zip(["<", *plain], [*plain, ">"], strict=True))
    found.update(f"s {word[:5]}" for word in plain if len(word) > 5)
    found.update(f"c {kind}" for group in kinds for kind in group)
    found.update(_pairs(plain, kinds))
    found.update(_form(spoken.words, plain, kinds))
    return found


def _pairs(plain: list[str], kinds: list[tuple[str, ...]]) -> Iterator[str]:
    for place, group in enumerate(kinds):
        for later in range(place + 1, min(place + _REACH, len(kinds))):
            for first in group:
                for second in kinds[later]:
                    yield f"p {first} {second}"
        if place + 1 < len(plain):
            for kind in group:
                yield f"r {kind} {plain[place + 1]}"
            for kind in kinds[place + 1]:
                yield f"l {plain[place]} {kind}"


def _form(words: list[str], plain: list[str], kinds: list[tuple[str, ...]]) -> Iterator[str]:
    yield "bias"
    if not plain:
        return
    asked = words[-1] == "?"
    yield f"f {'?' if asked else '.'} {' '.join(plain[:2])}"
    yield f"f {'?' if asked else '.'} {plain[0] if plain[0] in _QUESTIONS else ''}"
    for group in kinds:
        for kind in group:
            yield f"{'q' if asked else 'a'} {kind}"


def _plain(word: str) -> str:
    if word[0] == "$":
        return "$"
    return "#" if word[0].isdigit() else word
