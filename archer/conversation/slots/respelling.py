"""Corrections of single letters in a name: "with a k", "without an h", "with an e at the end"."""

import re
from collections.abc import Sequence

from archer.conversation.slots.letters import announced_letter, spelled_run
from archer.conversation.slots.tokens import Token

_CHANGE = re.compile(
    r"\bwith (?:a|an|the) (?P<wanted>[a-z]{1,2})\b(?! as)(?P<at_end> at the end)?"
    r"|\b(?:without an?|no) (?P<dropped>[a-z])\b"
)
_SWAPS = {
    "k": "c", "c": "k", "s": "z", "z": "s", "y": "i", "i": "y", "v": "ph", "ph": "v", "f": "ph", "j": "g", "g": "j",
}  # fmt: skip
_WITH_H = {"sara": "sarah", "jon": "john", "debora": "deborah", "hanna": "hannah", "teresa": "theresa"}


def changes_said(tokens: Sequence[Token]) -> str:
    """The words of a segment without the "with a c" that a spelling follows: the spelling says it all."""
    said: list[str] = []
    index = 0
    while index < len(tokens):
        announced = announced_letter(tokens, index)
        if announced and spelled_run(tokens, announced):
            index = announced
        else:
            said.append(tokens[index].word)
            index += 1
    return " ".join(said)


def respelled(words: list[str], said: str) -> list[str]:
    """The words of a name with every change of a letter that was said applied to the words that it fits."""
    for match in _CHANGE.finditer(said):
        wanted, at_end, dropped = match.group("wanted"), bool(match.group("at_end")), match.group("dropped")
        words = [_dropped(word, dropped) if dropped else _with(word, wanted, at_end) for word in words]
    return words


def _dropped(word: str, letter: str) -> str:
    if word.lower().count(letter) != 1 or len(word) <= 3:
        return word
    return re.sub(letter, "", word, count=1, flags=re.IGNORECASE)


def _with(word: str, wanted: str, at_end: bool) -> str:
    lower = word.lower()
    if at_end:
        return word if lower.endswith(wanted) else word + wanted
    if wanted not in lower and lower.count(_SWAPS.get(wanted, "?")) == 1:
        return lower.replace(_SWAPS[wanted], wanted)
    if wanted == "h":
        return _WITH_H.get(lower, word)
    return word + "e" if wanted == "e" and not lower.endswith("e") else word
