"""The patterns of the guardrail, read from `rules/*.toml`: what each rule forbids, its citation and its exceptions.

A pattern is a regular expression over the normalised text (text.py) and is tried only when the letters that it needs
stand there (literals.py). Macros of `rules/macros.toml` are written {NAME}.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

from archer.compliance.guardrail.literals import Index, required

_MACRO = re.compile(r"\{([A-Z]+)\}")
When = Literal["always", "unverified", "validation"]


@dataclass(frozen=True)
class Pattern:
    """One way to break a rule."""

    rule: str
    name: str
    match: re.Pattern[str]
    clears: frozenset[str]
    """What takes the guilt off a match: `denied`, `reported`."""
    when: When
    topic: bool
    """Forbidden unless the sentence shows that it is innocent: the rule's pardons take it back."""
    inside: bool
    """A negation among the matched words denies them too."""
    loose: bool
    """Whatever is said not to be done by us or anybody is denied; otherwise only what closely follows the negation."""
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
    frees: re.Pattern[str] | None
    """Phrases after which they are innocent to the end of the sentence ("would you like us to …")."""
    pardons: re.Pattern[str] | None
    """Phrases that make a whole sentence innocent of the rule's topics."""
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Catalog:
    """All rules, and an index of their patterns."""

    rules: dict[str, Rule]
    patterns: tuple[Pattern, ...]
    index: Index

    def candidates(self, text: str) -> list[Pattern]:
        """The patterns that a normalised text may match."""
        return [self.patterns[number] for number in self.index.candidates(text)]


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
    return Catalog(rules, patterns, Index(_needs([pattern.match.pattern for pattern in patterns])))


def digest(expressions: list[str]) -> str:
    """Names a list of expressions, so that what was computed from it is not used for another."""
    return sha256("\n".join(expressions).encode()).hexdigest()


def _needs(expressions: list[str]) -> list[list[str]]:
    """The strings that each expression needs: as shipped (needs.json), or computed when the patterns have changed."""
    shipped = files(__package__).joinpath("needs.json")
    stored: dict[str, Any] = json.loads(shipped.read_text(encoding="utf-8")) if shipped.is_file() else {}
    if stored.get("digest") == digest(expressions):
        needs: list[list[str]] = stored["needs"]
        return needs
    return [required(expression) for expression in expressions]


def _rule(data: dict[str, Any], macros: dict[str, str]) -> Rule:
    safe, frees, pardons = (
        _compiled(data[name], macros) if data.get(name) else None for name in ("safe", "frees", "pardons")
    )
    patterns = tuple(_pattern(data, item, macros) for item in data["patterns"])
    return Rule(data["id"], data["title"], data["citation"], safe, frees, pardons, patterns)


def _pattern(data: dict[str, Any], item: dict[str, Any], macros: dict[str, str]) -> Pattern:
    return Pattern(
        rule=data["id"],
        name=item["id"],
        match=_compiled(item["match"], macros),
        clears=frozenset(item.get("clears", data.get("clears", ["denied", "reported"]))),
        when=item.get("when", data.get("when", "always")),
        topic=item.get("topic", False),
        inside=item.get("inside", data.get("inside", False)),
        loose=item.get("loose", data.get("loose", True)),
        unless_deadline=item.get("unless_deadline", False),
    )


def _compiled(parts: list[str], macros: dict[str, str]) -> re.Pattern[str]:
    """One expression of several; each begins where a word begins and ends where one ends."""
    text = "|".join(part if part.startswith((" ", "^", "\\$")) else rf"\b{part}(?!\w)" for part in parts)
    for _ in range(3):
        text = _MACRO.sub(lambda match: macros[match[1]], text)
    return re.compile(text)
