"""Features of an utterance: hashed n-grams of words, classes, letters and sounds, and what the agent had asked.

Words carry what was said, classes ("CALLS me NEG") what was meant, families of words what is like it, letters and
sounds survive mis-recognition: sounds run over the gaps between words ("dis pute"). Every feature is a row number below `BUCKETS`; `crc32` is the hash because it is stable across processes and fast.
"""

from itertools import pairwise
from zlib import crc32

from archer.conversation.intents.families import family
from archer.conversation.intents.questions import Question
from archer.conversation.intents.sounds import sound
from archer.conversation.intents.text import classes, word_class

BUCKETS = 1 << 16
LETTER_WEIGHT = 0.6
"""Letters count less than words: they are many and say less each."""
SHORT, VERY_SHORT = 8, 4
"""Up to so many words the agent's question is part of what was said."""
_MAX_WORDS = 80
_PAIR_REACH = 5
_SOUNDS = 4
"""So many consonants in a row are one feature."""


def features(found: list[str], asked: Question, known: frozenset[str]) -> tuple[list[int], list[int]]:
    """Row numbers of the word features and of the features of letters and sounds of normalised words.

    `known` are the words that callers with a request use; many others speak for chit-chat.
    """
    found = found[:_MAX_WORDS]
    named = ["CUSTOMER" if word in asked.customer else word for word in found]
    kinds = classes(found, asked.customer)
    names = set(_grams("w", named))
    names.update(_grams("c", kinds))
    names.update(_pairs(kinds))
    names.update(_family_grams(found, asked))
    names.update(_context(named, kinds, asked))
    names.update(_strangeness(found, kinds, known))
    names.add("bias")
    names.add(f"n{min(len(found), 12) if len(found) < 8 else len(found) // 4 + 6}")
    letters: set[str] = set()
    for word in named:
        if len(word) > 2 and word != "CUSTOMER":
            edged = f"<{word}>"
            letters.update(f"l{edged[i : i + 4]}" for i in range(max(len(edged) - 3, 1)))
            letters.add(f"p{word[:5]}")
    letters.update(_sound_grams(named))
    return _rows(names), _rows(letters)


def _rows(names: set[str]) -> list[int]:
    return sorted({crc32(name.encode()) % BUCKETS for name in names})


def _grams(kind: str, items: list[str]) -> list[str]:
    edged = ["<", *items, ">"]
    grams = [f"{kind}1 {item}" for item in items]
    grams += [f"{kind}2 {a} {b}" for a, b in pairwise(edged)]
    grams += [f"{kind}3 {a} {b} {c}" for a, b, c in zip(edged, edged[1:], edged[2:], strict=False)]
    return grams


def _family_grams(found: list[str], asked: Question) -> list[str]:
    related = ["CUSTOMER" if word in asked.customer else family(word) for word in found]
    return [f"f1 {one}" for one in related] + [f"f2 {a} {b}" for a, b in pairwise(["<", *related, ">"])]


def _sound_grams(named: list[str]) -> list[str]:
    heard = "".join(sound(word) for word in named if word != "CUSTOMER")
    return [f"h{heard[start : start + _SOUNDS]}" for start in range(max(len(heard) - _SOUNDS + 1, 1))]


def _pairs(kinds: list[str]) -> list[str]:
    pairs = []
    for index, first in enumerate(kinds):
        pairs += [f"s {first} {second}" for second in kinds[index + 2 : index + 1 + _PAIR_REACH]]
    return pairs


def _strangeness(found: list[str], kinds: list[str], known: frozenset[str]) -> list[str]:
    """How many of the words are unknown: in number, as a share, and whether all are."""
    strange = sum(word not in known for word in found if word_class(word) not in ("NUM", "NAME", "MONEY", "ORD"))
    if not strange:
        return ["oov0"]
    return [f"oov{min(strange, 4)}", f"oov{4 * strange // len(found)}/4", f"oov {kinds[0]}"]


def _context(named: list[str], kinds: list[str], asked: Question) -> list[str]:
    names = [f"q {asked.kind}"]
    if len(named) <= SHORT:
        names += [f"q1 {asked.kind} {kind}" for kind in kinds[:3]]
    if len(named) <= VERY_SHORT:
        names.append(f"q= {asked.kind} {' '.join(named)}")
    return names
