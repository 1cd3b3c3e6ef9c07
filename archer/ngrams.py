"""Features of the two linear models as row numbers: the hash of a feature's name, below `BUCKETS`.

A feature is named by a kind and the words in it ("w2 pay today"), its row is the `crc32` of the name: stable across
processes, and it can be taken up where a name's beginning was left. So the row of a pair of words costs one step from
the remembered beginning of the first, and no name is ever written out.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

BUCKETS = 1 << 16
_MASK = BUCKETS - 1


def row(name: str) -> int:
    """The row of a feature with this name."""
    return crc32(name.encode()) & _MASK


@lru_cache(maxsize=16384)
def begun(beginning: str) -> int:
    """A name's beginning, for `ended`."""
    return crc32(beginning.encode())


def ended(beginning: int, ends: Iterable[bytes]) -> list[int]:
    """The rows of the names that begin alike and end so."""
    return [crc32(end, beginning) & _MASK for end in ends]


class Item(NamedTuple):
    """A word, or what stands for one, as part of n-grams of one kind."""

    text: bytes
    spaced: bytes
    """With the space that parts it from the next."""
    alone: int
    """The row of the item by itself."""
    first_of_two: int
    first_of_three: int
    """The beginnings of the names of pairs and triples in which it stands first."""


@lru_cache(maxsize=16384)
def item(kind: str, text: str) -> Item:
    """One item; the same one is remembered."""
    return Item(
        text.encode(),
        f"{text} ".encode(),
        row(f"{kind}1 {text}"),
        begun(f"{kind}2 {text} "),
        begun(f"{kind}3 {text} "),
    )


def grams(kind: str, texts: Sequence[str], *, longest: int = 3) -> list[int]:
    """The rows of all items, pairs and (up to `longest`) triples of a sentence, whose edges count as items of pairs."""
    items = [item(kind, text) for text in texts]
    edged = [item(kind, "<"), *items, item(kind, ">")]
    rows = [one.alone for one in items]
    rows += [crc32(b.text, a.first_of_two) & _MASK for a, b in pairwise(edged)]
    if longest == 3:
        rows += [
            crc32(c.text, crc32(b.spaced, a.first_of_three)) & _MASK
            for a, b, c in zip(edged, edged[1:], edged[2:], strict=False)
        ]
    return rows
