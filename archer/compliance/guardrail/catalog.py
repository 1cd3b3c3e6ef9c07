"""The patterns of the guardrail, read from `rules/*.toml`: what each rule forbids, its citation and its exceptions.

A pattern is a regular expression over the normalised text (text.py) and is tried only when one of its cue words stands
there. Macros of `rules/macros.toml` are written {NAME}.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

_MACRO = re.compile(r"\{([A-Z]+)\}")
_SHORTEST_STEM, _LONGEST_STEM = 3, 14
When = Literal["always", "unverified", "validation"]


@dataclass(frozen=True)
class Pattern:
    """One way to break a rule."""

    rule: str
    name: str
    match: re.Pattern[str]
    cues: tuple[str, ...]
    clears: frozenset[str]
    """What takes the guilt off a match: `denied`, `reported`."""
    when: When
    unless_deadline: bool
    """It does not bind where the sentence states the deadline that tools verified."""


@dataclass(frozen=True)
class Rule:
    """One of G-01 … G-18."""

    id: str
    title: str
    citation: str
    safe: re.Pattern[str] | None
    """Phrases in which the words of the rule are innocent."""
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Catalog:
    """All rules, and which patterns a word calls for."""

    rules: dict[str, Rule]
    words: dict[str, tuple[int, ...]] = field(default_factory=dict)
    stems: dict[str, tuple[int, ...]] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()

    def candidates(self, words: list[str]) -> list[Pattern]:
        """The patterns that a text with these words may match."""
        found: set[int] = set()
        exact, stems = self.words, self.stems
        for word in set(words):
            if word in exact:
                found.update(exact[word])
            for length in range(_SHORTEST_STEM, min(len(word), _LONGEST_STEM) + 1):
                stem = word[:length]
                if stem in stems:
                    found.update(stems[stem])
        return [self.patterns[index] for index in sorted(found)]


@cache
def catalog() -> Catalog:
    """The rules as shipped; KeyError or re.error when their data is broken."""
    folder = files(__package__).joinpath("rules")
    macros: dict[str, str] = tomllib.loads(folder.joinpath("macros.toml").read_text(encoding="utf-8"))
    names = sorted(path.name for path in folder.iterdir() if path.name.startswith("G-"))
    rules = {
        name[:-5]: _rule(tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")), macros) for name in names
    }
    patterns = tuple(pattern for rule in rules.values() for pattern in rule.patterns)
    words: dict[str, list[int]] = {}
    stems: dict[str, list[int]] = {}
    for index, pattern in enumerate(patterns):
        for cue in pattern.cues:
            table, key = (stems, cue[:-1]) if cue.endswith("*") else (words, cue)
            table.setdefault(key, []).append(index)
    return Catalog(rules, _frozen(words), _frozen(stems), patterns)


def _frozen(table: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(dict.fromkeys(indices)) for key, indices in table.items()}


def _rule(data: dict[str, Any], macros: dict[str, str]) -> Rule:
    safe = data.get("safe")
    patterns = tuple(_pattern(data, item, macros) for item in data["patterns"])
    return Rule(data["id"], data["title"], data["citation"], _compiled(safe, macros) if safe else None, patterns)


def _pattern(data: dict[str, Any], item: dict[str, Any], macros: dict[str, str]) -> Pattern:
    return Pattern(
        rule=data["id"],
        name=item["id"],
        match=_compiled([item["match"]], macros),
        cues=tuple(item["cues"]),
        clears=frozenset(item.get("clears", data.get("clears", ["denied", "reported"]))),
        when=item.get("when", data.get("when", "always")),
        unless_deadline=item.get("unless_deadline", False),
    )


def _compiled(parts: list[str], macros: dict[str, str]) -> re.Pattern[str]:
    text = "|".join(part if part.startswith("(") else rf"\b{part.removeprefix(chr(92) + 'b')}" for part in parts)
    for _ in range(3):
        text = _MACRO.sub(lambda match: macros[match[1]], text)
    return re.compile(text)
