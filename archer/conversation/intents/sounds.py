"""How a word sounds, roughly: recognition that misspells or splits a word keeps its consonants.

`sound("extention") == sound("extension")`, and the sounds of "rep resent ative" joined are those of "representative".
"""

import re
from functools import lru_cache

_CHANGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"x", "ks"),
        (r"^wr", "r"),
        (r"^[kgp]n", "n"),
        (r"^ps", "s"),
        (r"ght?", "t"),
        (r"ph", "f"),
        (r"t(?:io|ia|ch)|[sc]h|[sc]i[oa]", "x"),
        (r"c(?=[eiy])", "s"),
        (r"dg|g(?=[eiy])", "j"),
        (r"ck|c|q", "k"),
        (r"z", "s"),
        (r"v", "f"),
        (r"d", "t"),
        (r"b", "p"),
        (r"^[aeiouyhw]", "A"),
        (r"[aeiouyhw]", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """The consonants of a lower-case word by how they sound, with `A` for a vowel at its start; may be empty."""
    for pattern, heard in _CHANGES:
        word = pattern.sub(heard, word)
    return word
