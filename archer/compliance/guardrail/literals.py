"""Find out from a regular expression which letters a text must hold for it to match at all.

A sentence is shown only to the few patterns whose letters it holds; that, not luck, keeps the guardrail fast. The
sets are computed from the parsed expression, so that nobody has to keep lists of cue words in step with the patterns.
"""

from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 300
_START = 4
_LONG_ENOUGH = 7
_COMMON = frozenset(
    {
        "",
        "the",
        "a",
        "an",
        "his",
        "her",
        "your",
        "their",
        "my",
        "our",
        "every",
        "i",
        "am",
        "you",
        "we",
        "it",
        "is",
        "are",
    }
    | {"this", "that", "of", "to", "for", "in", "on", "at", "by", "from", "with", "as", "and", "or", "if", "not", "no"}
    | {"will", "can", "would", "have", "has", "do", "be", "was", "what", "they", "he", "she", "all", "so", "us", "me"}
)
"""Words that nearly every sentence holds."""
Strings = frozenset[str]


def required(expression: str) -> list[str]:
    """Strings of which every match of the expression holds at least one; empty when there are none such."""
    _, needed = _sequence(parser.parse(expression))
    return _minimal(needed) if needed and "" not in needed else []


def _sequence(items: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, Strings | None]:
    """Of a sequence: all strings that it can be (None when they are too many), and strings of which it needs one."""
    best: Strings | None = None
    current: Strings = frozenset({""})
    whole = True
    for code, argument in items:
        exact, needed = _item(code, argument)
        best = _better(best, needed)
        joined = _product(current, exact) if exact is not None else None
        if joined is None:
            whole = False
            best = _better(best, current)
            current = exact if exact is not None else frozenset({""})
        else:
            current = joined
    return (current if whole else None), _better(best, current)


def _item(code: Any, argument: Any) -> tuple[Strings | None, Strings | None]:
    if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return frozenset({""}), None
    if code is op.LITERAL:
        return frozenset({chr(argument)}), None
    if code is op.IN:
        return _class(argument), None
    if code is op.SUBPATTERN:
        return _sequence(argument[3])
    if code is op.BRANCH:
        return _branch(argument[1])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, inner = argument
        exact, needed = _sequence(inner)
        if most == 1:
            return (exact | {""} if least == 0 and exact is not None else exact), (needed if least else None)
        return None, (needed if least else None)
    return None, None


def _class(members: Sequence[tuple[Any, Any]]) -> Strings | None:
    if all(code is op.LITERAL for code, _ in members):
        return frozenset(chr(argument) for _, argument in members)
    return None


def _branch(branches: Iterable[Any]) -> tuple[Strings | None, Strings | None]:
    exact: set[str] | None = set()
    needed: set[str] | None = set()
    for branch in branches:
        strings, one_of = _sequence(branch)
        exact = None if exact is None or strings is None else exact | strings
        needed = None if needed is None or not one_of else needed | one_of
    return (
        frozenset(exact) if exact is not None and len(exact) <= _MOST else None,
        frozenset(needed) if needed else None,
    )


def _product(left: Strings, right: Strings) -> Strings | None:
    if len(left) * len(right) > _MOST:
        return None
    return frozenset(first + second for first in left for second in right)


def _better(left: Strings | None, right: Strings | None) -> Strings | None:
    """Of two sets of which one string is needed, the one that is harder to meet by chance."""
    usable = [strings for strings in (left, right) if strings and "" not in strings]
    return max(usable, key=_worth) if usable else None


def _worth(strings: Strings) -> tuple[int, int]:
    """How hard it is to meet one of some strings by chance: the letters of their rarer words, then how few they are."""
    return min(min(_rare_letters(text), _LONG_ENOUGH) for text in strings), -len(strings)


def _rare_letters(text: str) -> int:
    words = text.split(" ")
    return max((len(word) for word in words if word not in _COMMON), default=0)


def _minimal(strings: Strings) -> list[str]:
    """The strings without those that hold another one of them."""
    kept: list[str] = []
    for text in sorted(strings, key=lambda text: (len(text), text)):
        if not any(short in text for short in kept):
            kept.append(text)
    return kept


class Index:
    """Which patterns a text may match, by the strings that they need."""

    def __init__(self, needs: Sequence[Sequence[str]]) -> None:
        """`needs[n]` are the strings of which a text must hold one to match expression n; none: it is always tried."""
        self._always = [number for number, strings in enumerate(needs) if not strings]
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        self._short: dict[str, list[int]] = {}
        for number, strings in enumerate(needs):
            for text in strings:
                if len(text) < _START:
                    self._short.setdefault(text, []).append(number)
                else:
                    self._by_start.setdefault(text[:_START], []).append((text, number))
        self._starts = frozenset(self._by_start)

    def candidates(self, text: str) -> list[int]:
        """The numbers of the expressions whose needs a text meets, in order."""
        found = set(self._always)
        for literal, numbers in self._short.items():
            if literal in text:
                found.update(numbers)
        for start in self._starts.intersection({text[place : place + _START] for place in range(len(text))}):
            for literal, number in self._by_start[start]:
                if number not in found and literal in text:
                    found.add(number)
        return sorted(found)
