"""Features of an utterance: hashed n-grams of words, classes, letters and sounds, and what the agent had asked.

Words carry what was said, classes ("CALLS me NEG") what was meant, families of words what is like it, letters and
sounds survive mis-recognition: sounds run over the gaps between words ("dis pute"). Every feature is a row number (`archer.ngrams`).
"""

from functools import lru_cache

from archer.conversation.intents.families import family
from archer.conversation.intents.questions import Question
from archer.conversation.intents.sounds import sound
from archer.conversation.intents.text import classes, word_class
from archer.ngrams import begun, ended, grams, item, row

LETTER_WEIGHT = 0.6
"""Letters count less than words: they are many and say less each."""
SHORT, VERY_SHORT = 8, 4
"""Up to so many words the agent's question is part of what was said."""
_MAX_WORDS = 80
_PAIR_REACH = 5
_SOUNDS = 4
"""So many consonants in a row are one feature."""
_BIAS, _HEARD = row("bias"), begun("h")


def features(found: list[str], asked: Question, known: frozenset[str]) -> tuple[list[int], list[int]]:
    """Row numbers of the word features and of the features of letters and sounds of normalised words.

    `known` are the words that callers with a request use; many others speak for chit-chat.
    """
    found = found[:_MAX_WORDS]
    named = ["CUSTOMER" if word in asked.customer else word for word in found]
    kinds = classes(found, asked.customer)
    rows = {_BIAS, *grams("w", named), *grams("c", kinds), *_pairs(kinds)}
    rows.update(grams("f", ["CUSTOMER" if word in asked.customer else family(word) for word in found], longest=2))
    rows.update(map(row, _context(named, kinds, asked)))
    rows.update(map(row, _strangeness(found, kinds, known)))
    rows.add(row(f"n{min(len(found), 12) if len(found) < 8 else len(found) // 4 + 6}"))
    letters = set(_sound_grams(named))
    for word in named:
        if len(word) > 2 and word != "CUSTOMER":
            letters.update(_letters(word))
    return list(rows), list(letters)


@lru_cache(maxsize=8192)
def _letters(word: str) -> frozenset[int]:
    edged = f"<{word}>"
    names = [f"l{edged[i : i + 4]}" for i in range(max(len(edged) - 3, 1))]
    return frozenset(map(row, [*names, f"p{word[:5]}"]))


def _sound_grams(named: list[str]) -> list[int]:
    heard = "".join([sound(word) for word in named if word != "CUSTOMER"]).encode()
    return ended(_HEARD, [heard[start : start + _SOUNDS] for start in range(max(len(heard) - _SOUNDS + 1, 1))])


def _pairs(kinds: list[str]) -> list[int]:
    """Which classes stand near which, others between them."""
    items = [item("c", kind) for kind in kinds]
    rows = []
    for index, first in enumerate(kinds):
        rows += ended(begun(f"s {first} "), [second.text for second in items[index + 2 : index + 1 + _PAIR_REACH]])
    return rows


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
