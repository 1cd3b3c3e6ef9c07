"""Letters as people say them: by name, by a spelling alphabet, "m as in mike", "double t", and what recognition hears.

The names of letters sound like words ("sea", "are", "why"); a slot decides where only a letter can stand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from archer.conversation.slots.tokens import Token

NATO = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliet": "j", "juliett": "j", "juliette": "j", "kilo": "k", "lima": "l", "mike": "m",
    "november": "n", "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t",
    "uniform": "u", "victor": "v", "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip
_OTHER_ALPHABETS = {
    "adam": "a", "apple": "a", "able": "a", "baker": "b", "boy": "b", "david": "d", "dog": "d", "edward": "e",
    "easy": "e", "frank": "f", "fox": "f", "george": "g", "henry": "h", "harry": "h", "ida": "i", "john": "j",
    "king": "k", "lincoln": "l", "larry": "l", "mary": "m", "mother": "m", "nora": "n", "nancy": "n", "ocean": "o",
    "paul": "p", "peter": "p", "queen": "q", "robert": "r", "sam": "s", "sugar": "s", "tom": "t", "thomas": "t",
    "union": "u", "vincent": "v", "william": "w", "young": "y", "zebra": "z",
}  # fmt: skip
NAMES = {
    "ay": "a", "eh": "a", "hey": "a", "bee": "b", "be": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e",
    "ef": "f", "eff": "f", "gee": "g", "jee": "g", "aitch": "h", "haitch": "h", "age": "h", "eye": "i", "aye": "i",
    "jay": "j", "kay": "k", "cay": "k", "okay": "k", "el": "l", "ell": "l", "elle": "l", "hell": "l", "em": "m",
    "am": "m", "en": "n", "an": "n", "and": "n", "in": "n", "end": "n", "oh": "o", "owe": "o", "pee": "p", "pea": "p",
    "cue": "q", "queue": "q", "are": "r", "ar": "r", "our": "r", "or": "r", "ess": "s", "es": "s", "as": "s",
    "tee": "t", "tea": "t", "ti": "t", "you": "u", "yew": "u", "vee": "v", "we": "v", "ve": "v", "ex": "x", "axe": "x",
    "why": "y", "wye": "y", "zee": "z", "zed": "z", "said": "z", "z's": "z", "dubya": "w", "doubleyou": "w",
}  # fmt: skip
_ONLY_LETTERS = frozenset({
    "aitch", "haitch", "em", "en", "ef", "eff", "el", "ell", "ess", "cee", "dee", "ee", "vee", "tee", "zee", "zed",
    "ar",
    "wye", "dubya", "doubleyou",
})  # fmt: skip
"""Names of letters that are no words."""
_LINKS = (("as", "in"), ("like", "in"), ("is", "in"), ("is", "for"), ("like",), ("for",), ("as",), ("in",))


class Certainty(IntEnum):
    """How surely a word was meant as a letter."""

    EXAMPLE = 0
    """A name that only some alphabets use ("sam" for s); a letter only where nothing else can stand."""
    SOUND = 1
    """A word that sounds like the name of a letter."""
    CODE = 2
    """A word of a spelling alphabet, which may also be a name."""
    PLAIN = 3
    """A letter as such, or one with its word ("m as in mike")."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One or more letters read from tokens."""

    text: str
    """Lower case; two letters after "double"."""
    end: int
    certainty: Certainty


def read_letter(tokens: Sequence[Token], index: int) -> Letter | None:
    """The letter said at an index, with its spelling word if one follows; None when it cannot be a letter."""
    if index >= len(tokens):
        return None
    word = tokens[index].word
    if word == "capital" or (word == "lowercase" and _single(tokens, index + 1)):
        return read_letter(tokens, index + 1)
    if word == "double":
        return _double(tokens, index)
    if word == "x" and index + 1 < len(tokens) and tokens[index + 1].word == "ray":
        return Letter("x", index + 2, Certainty.CODE)
    for letter, certainty in _meanings(word):
        end = _after_spelling_word(tokens, index + 1, letter)
        if end > index + 1:
            return Letter(letter, end, Certainty.PLAIN)
        if certainty is not None:
            return Letter(letter, index + 1, certainty)
    return None


def _meanings(word: str) -> list[tuple[str, Certainty | None]]:
    if len(word) == 1 and word.isalpha():
        return [(word, Certainty.PLAIN)]
    if word.endswith("'s") and len(word) == 3 and word[0].isalpha():
        return [(word[0], Certainty.PLAIN)]
    if word in NATO:
        return [(NATO[word], Certainty.CODE)]
    if word in NAMES:
        return [(NAMES[word], Certainty.CODE if word in _ONLY_LETTERS else Certainty.SOUND)]
    if word in _OTHER_ALPHABETS:
        return [(_OTHER_ALPHABETS[word], Certainty.EXAMPLE)]
    return []


def _single(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and len(tokens[index].word) == 1


def _double(tokens: Sequence[Token], index: int) -> Letter | None:
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if following in {"u", "you", "yew"}:
        end = _after_spelling_word(tokens, index + 2, "w")
        return Letter("w", end, Certainty.PLAIN)
    once = read_letter(tokens, index + 1) if following and following != "double" else None
    if once is None or len(once.text) != 1:
        return None
    return Letter(once.text * 2, once.end, Certainty.PLAIN)


_COUNTS = frozenset({"a", "an", "the", "one", "two", "double"})
_LETTERS = re.compile(r"[a-z](?:'?s)?")


def announced_letter(tokens: Sequence[Token], index: int) -> int:
    """The index after "with a k", "with two l's" at an index, which tells a spelling and is no part of one; else 0."""
    words = [token.word for token in tokens[index : index + 3]]
    if len(words) < 3 or words[0] != "with" or words[1] not in _COUNTS:
        return 0
    return index + 3 if _LETTERS.fullmatch(words[2]) else 0


def doubled(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """A doubled letter ("double l" before "oyd") at an index: (both letters, index after them)."""
    if index >= len(tokens) or tokens[index].word != "double" or not _single(tokens, index + 1):
        return None
    letter = _double(tokens, index)
    return (letter.text, letter.end) if letter else None


def _after_spelling_word(tokens: Sequence[Token], index: int, letter: str) -> int:
    """The index after "as in mike", if such words follow and their word begins with the letter."""
    for link in _LINKS:
        words = [token.word for token in tokens[index : index + len(link) + 1]]
        if len(words) != len(link) + 1 or tuple(words[:-1]) != link:
            continue
        example = words[-1]
        if len(example) > 2 and (example.startswith(letter) or (letter == "x" and example.startswith("ex"))):
            tail = 1 if example == "x" and index + len(words) < len(tokens) else 0
            return index + len(words) + tail
    if letter == "x" and [token.word for token in tokens[index : index + 4]] == ["as", "in", "x", "ray"]:
        return index + 4
    return index


def spelled_run(tokens: Sequence[Token], index: int, least: int = 3) -> tuple[str, int] | None:
    """A word spelled letter by letter from an index: (letters, index after it).

    At least `least` letters, of which most are plain, or all from a spelling alphabet.
    """
    text, end, plain, count = "", index, 0, 0
    codes = linked = 0
    while end < len(tokens):
        letter = read_letter(tokens, end)
        if letter is None or letter.certainty is Certainty.EXAMPLE:
            break
        alone = letter.certainty is Certainty.SOUND and letter.end == end + 1
        if alone and tokens[end].word in {"and", "or", "in", "as", "an", "our", "we", "said"} and count == 0:
            break
        linked += letter.certainty is Certainty.PLAIN and letter.end > end + 2
        text, end, count = text + letter.text, letter.end, count + 1
        plain += letter.certainty is Certainty.PLAIN
        codes += letter.certainty is Certainty.CODE
    if (count < least and not linked) or not (plain * 2 >= count or codes == count or (plain + codes) * 2 >= count):
        return None
    return text, end
