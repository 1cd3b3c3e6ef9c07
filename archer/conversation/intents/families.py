"""Families of words: words that stand in the same places in other people's texts, so that an unheard one is not strange.

`families.txt` is made by `train_families`: a line a family. The model sees the family beside the word: who has learnt
what "my shop burned down" means has a notion of "my bakery flooded".
"""

from functools import cache
from importlib.resources import files

from archer.conversation.intents.text import word_class

_CLASSED = frozenset({"NUM", "NAME", "MONEY", "ORD"})


@cache
def _families() -> dict[str, str]:
    lines = files(__package__).joinpath("families.txt").read_text(encoding="utf-8").splitlines()
    listed = (line for line in lines if not line.startswith("#"))
    return {word: str(number) for number, line in enumerate(listed) for word in line.split()}


def family(word: str) -> str:
    """The number of the word's family; its class where that says more, or where it has no family."""
    kind = word_class(word)
    return kind if kind in _CLASSED else _families().get(word, kind)
