"""A person's name as given on the phone: "this is Sam O'Connor speaking", "Jon, that's j o n".

Rules: no honorifics; a spelling given wins over what recognition heard.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from archer.conversation.slots.corrections import Repair, split_corrections
from archer.conversation.slots.letters import Certainty, read_letter, spelled_run
from archer.conversation.slots.name_words import (
    FIRST_CUES,
    FIRST_NAMES,
    HONORIFICS,
    INTRODUCTIONS,
    LAST_CUES,
    NOT_NAMES,
    SUFFIXES,
    SURNAMES,
)
from archer.conversation.slots.tokens import Token, tokenize, without_fillers

_APOSTROPHE = frozenset({"apostrophe", "'"})
_HYPHEN = frozenset({"hyphen", "dash"})
_PREFIXES = frozenset({"mc", "mac", "o", "d", "l", "fitz"})
_KEPT = frozenset({"like", "so", "mm", "well", "ah"})
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of a name."""

    text: str
    """As written, apostrophes and hyphens in place."""
    spelled: bool
    which: str = ""
    """`first` or `last` where the speaker said so."""


def extract(text: str, context: Mapping[str, Any]) -> str | None:  # noqa: ARG001 (one signature for all slots)
    """The name with capitals as it is written, or None."""
    name: list[_Part] = []
    for segment in split_corrections(tokenize(text), ignore=frozenset({"rather", "should", "wrong"})):
        tokens = without_fillers(segment.tokens, keep=_KEPT)
        heard = _parts(tokens, named=bool(name))
        if not heard:
            if segment.repair is Repair.RESTART:
                name = []
            name = _changed_letter(name, tokens)
            continue
        name = _corrected(name, heard) if segment.repair is Repair.SLIP and name else heard
    name = [part for part in name if part.text]
    return " ".join(_cased(part.text, text) for part in _ordered(name)) or None


def _parts(tokens: Sequence[Token], named: bool) -> list[_Part]:
    """The words of the name in a segment, spellings already applied."""
    start, introduced = _introduction(tokens)
    found = _collect(tokens, start, introduced or named)
    if not found and start:
        found = _collect(tokens, 0, introduced or named)
    return _changed_letter(found, tokens) if found else []


def _introduction(tokens: Sequence[Token]) -> tuple[int, bool]:
    """The index after the last phrase that introduces a name, and whether there is one."""
    start, introduced = 0, False
    for index in range(len(tokens)):
        length = INTRODUCTIONS.longest(tokens, index)
        if length and index >= start and not (introduced and tokens[index].word in {"it's", "that's", "thats", "its"}):
            if _spelling(tokens, index + length) and index > 0:
                continue
            after = _skip_honorifics(tokens, index + length)
            if after < len(tokens) and (not introduced or _is_name(tokens[after].word)):
                start, introduced = index + length, True
    for index in range(len(tokens)):
        if FIRST_CUES.longest(tokens, index) or LAST_CUES.longest(tokens, index):
            return (min(start, index) if introduced else 0), True
    return start, introduced


def _skip_honorifics(tokens: Sequence[Token], index: int) -> int:
    while index < len(tokens) and tokens[index].word in HONORIFICS:
        index += 1
    return index


def _is_name(word: str) -> bool:
    return word.replace("'", "").isalpha() and word not in NOT_NAMES


def _collect(tokens: Sequence[Token], start: int, introduced: bool) -> list[_Part]:
    parts: list[_Part] = []
    which, index = "", start
    while index < len(tokens) and len(parts) <= _MOST_WORDS:
        cue = FIRST_CUES.longest(tokens, index), LAST_CUES.longest(tokens, index)
        if any(cue):
            which = "first" if cue[0] > cue[1] else "last"
            index += max(cue)
            continue
        spelled = _spelling(tokens, index)
        if spelled:
            _apply(parts, spelled[0], which)
            index = spelled[1]
            continue
        if tokens[index].word in HONORIFICS:
            index += 1
            continue
        if tokens[index].word == "as" and index + 2 < len(tokens) and tokens[index + 1].word == "in" and parts:
            index += 3
            continue
        part = _word(tokens, index)
        if part is None:
            if parts and not _links(tokens, index):
                if not _spelling_follows(tokens, index):
                    break
            elif not parts and not introduced and not _links(tokens, index):
                return _bare(tokens, index + 1)
            index += 1
            continue
        if not _repeats(parts, part[0]):
            parts.append(_Part(part[0], False, which))
        index = part[1]
        if which != "first" and tokens[index - 1].stop in {".", "?", "!"} and not _spelling_follows(tokens, index):
            break
    return parts if len(parts) <= _MOST_WORDS and _plausible(parts, introduced) else []


def _bare(tokens: Sequence[Token], index: int) -> list[_Part]:
    """A name after words that are none, where nothing introduced it ("yeah sure sam jones")."""
    return _collect(tokens, index, False) if index < len(tokens) else []


def _plausible(parts: Sequence[_Part], introduced: bool) -> bool:
    if not parts:
        return False
    return introduced or any(part.spelled for part in parts) or any(len(part.text) > 1 for part in parts)


def _links(tokens: Sequence[Token], index: int) -> bool:
    """Words that may stand between the parts of a name or before its spelling."""
    return tokens[index].word in {
        "and", "that's", "thats", "spelled", "spelt", "is", "with", "then", "space", "new", "word", "it's", "its",
        "name",
        "my", "the", "you", "spell", "it", "last", "first", "for", "which", "spelling", "as", "in", "comma", "capital",
        "uh", "um", "i'll",
    }  # fmt: skip


def _spelling_follows(tokens: Sequence[Token], index: int) -> bool:
    return any(_spelling(tokens, ahead) for ahead in range(index, min(index + 6, len(tokens))))


def _word(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """One word of a name with its particles joined (o connor, mc donald, smith dash jones): (text, index after it)."""
    token = tokens[index]
    particle = token.word in _PREFIXES and _joined_follows(tokens, index)
    if not (_is_name(token.word) or particle or _common_word_as_name(tokens, index)):
        return None
    text, end = token.raw, index + 1
    if token.word == "oh" or (token.word in _PREFIXES and _joined_follows(tokens, index)):
        end += tokens[end].word in _APOSTROPHE
        mark = "'" if token.word in {"o", "d", "l", "oh"} else ""
        head = {"oh": "O"}.get(token.word, token.word)
        text, end = f"{head.title()}{mark}{tokens[end].word.title()}", end + 1
    while end < len(tokens):
        if tokens[end].word in _HYPHEN and end + 1 < len(tokens) and _is_name(tokens[end + 1].word):
            text, end = f"{text}-{tokens[end + 1].raw}", end + 2
        elif tokens[end - 1].stop == "-" and _is_name(tokens[end].word) and len(tokens[end].word) > 1:
            text, end = f"{text}-{tokens[end].raw}", end + 1
        else:
            break
    return text, end


def _common_word_as_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word such as "day" or "hope" closes a name ("doris day") or opens one ("hope williams")."""
    word = tokens[index].word
    before, after = (tokens[at].word if 0 <= at < len(tokens) else "" for at in (index - 1, index + 1))
    if word in FIRST_NAMES:
        return (index == 0 or before in {"is", "i'm", "name's"}) and (after == "" or _is_name(after))
    closed = after in {"", "speaking", "here", "calling", "and"} or tokens[index].stop not in ("", "-")
    return word in SURNAMES and closed and _is_name(before) and tokens[index - 1].stop in ("", "-")


def _joined_follows(tokens: Sequence[Token], index: int) -> bool:
    """Whether a name follows that a particle belongs to."""
    if tokens[index].stop not in ("", "'"):
        return False
    following = index + 1
    if following < len(tokens) and tokens[following].word in _APOSTROPHE:
        following += 1
    if following >= len(tokens):
        return False
    word = tokens[following].word
    return len(word) > 2 and _is_name(word) and (index == 0 or len(tokens[index - 1].word) > 1 or following > index + 1)


def _spelling(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """A spelled word: letters, with apostrophe and hyphen where they were said: (text, index after it)."""
    first = read_letter(tokens, index)
    if first is None or (
        len(tokens[index].word) > 1 and tokens[index].word not in {"double", "capital"} and not _code(tokens, index)
    ):
        return None
    text, end, letters = "", index, 0
    while end < len(tokens):
        word = tokens[end].word
        if text and word in _APOSTROPHE:
            text, end = text + "'", end + 1
        elif text and word in _HYPHEN:
            text, end = text + "-", end + 1
        else:
            letter = read_letter(tokens, end)
            if (
                letter is None
                or letter.certainty is Certainty.EXAMPLE
                or (word in {"and", "is", "in", "or", "said", "we", "as"} and len(word) > 1)
            ):
                break
            text, end, letters = text + letter.text, letter.end, letters + len(letter.text)
            if tokens[end - 1].stop in {",", "."} and letters > 2 and not _letter_after(tokens, end):
                break
    text = text.rstrip("'-")
    return (text, end) if letters >= 2 and (letters > 2 or _two_letters(tokens, index, end)) else None


def _code(tokens: Sequence[Token], index: int) -> bool:
    """Whether a spelling alphabet or sound-alike run of three letters and more starts here."""
    return spelled_run(tokens, index) is not None


def _letter_after(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and len(tokens[index].word) == 1


def _two_letters(tokens: Sequence[Token], index: int, end: int) -> bool:
    """Two letters spell a name ("b o", "j o") where a spelling was announced or nothing else follows."""
    before = tokens[index - 1].word if index else ""
    return before in {"that's", "spelled", "spelt", "thats", "is"} or (
        end >= len(tokens) and index > 0 and before not in NOT_NAMES
    )


def _apply(parts: list[_Part], spelled: str, which: str) -> None:
    """Put a spelling in the place of the word that it spells, or after the words it does not resemble."""
    plain = re.sub(r"[^a-z]", "", spelled)
    candidates = [
        index for index, part in enumerate(parts) if not part.spelled and (not which or part.which in ("", which))
    ]
    if which and any(part.which == which for part in parts):
        candidates = [index for index in candidates if parts[index].which == which]
    scored = [(_alike(parts[index].text, plain), index) for index in candidates]
    whole = re.sub(r"[^a-z]", "", "".join(part.text for part in parts).lower())
    if len(candidates) > 1 and not which and SequenceMatcher(None, whole, plain).ratio() > 0.8:
        _apply_to_all(parts, plain)
        return
    best = max(scored, default=(0.0, -1))
    if best[0] >= 0.45 or (len(candidates) == 1 and (best[0] > 0.2 or parts[-1].which == which != "")):
        old = parts[best[1]]
        same = re.sub(r"[^a-z]", "", old.text.lower()) == plain
        parts[best[1]] = _Part(old.text if same else spelled, True, old.which or which)
    else:
        parts.append(_Part(spelled, True, which))


def _apply_to_all(parts: list[_Part], plain: str) -> None:
    """Spread one spelling over all words of the name ("john smyth, j o h n s m i t h"), where they fit best."""
    for index, part in enumerate(parts[:-1]):
        length = len(re.sub(r"[^a-z]", "", part.text.lower()))
        cuts = [cut for cut in range(length - 2, length + 3) if 0 < cut < len(plain)]
        cut = max(cuts, key=lambda end: (_alike(part.text, plain[:end]), -abs(end - length)), default=length)
        parts[index] = _respell(part, plain[:cut])
        plain = plain[cut:]
    parts[-1] = _respell(parts[-1], plain)


def _respell(part: _Part, plain: str) -> _Part:
    same = re.sub(r"[^a-z]", "", part.text.lower()) == plain
    return _Part(part.text if same or not plain else plain, True, part.which)


def _alike(text: str, plain: str) -> float:
    return SequenceMatcher(None, re.sub(r"[^a-z]", "", text.lower()), plain).ratio()


def _repeats(parts: Sequence[_Part], text: str) -> bool:
    """Whether a word was said before ("sam, sam jones")."""
    return len(parts) > 0 and any(part.text.lower() == text.lower() for part in parts)


def _corrected(name: list[_Part], heard: list[_Part]) -> list[_Part]:
    """A single corrected word replaces the word it resembles or the last; a whole name replaces all."""
    if len(heard) >= len(name) or len(name) == 1:
        return heard
    which = heard[0].which
    if which:
        index = 0 if which == "first" else len(name) - 1
    else:
        scores = [_alike(part.text, heard[0].text.lower()) for part in name]
        index = len(name) - 1 if max(scores) < 0.5 else scores.index(max(scores))
    return [*name[:index], *heard, *name[index + 1 :]] if index + 1 < len(name) else [*name[:index], *heard]


def _changed_letter(name: list[_Part], tokens: Sequence[Token]) -> list[_Part]:
    """Apply "with a k", "with a ph", "no h", "with an e at the end" to the word that it fits."""
    text = " ".join(token.word for token in tokens)
    for match in re.finditer(
        r"\bwith (?:a|an|the) ([a-z]{1,2})\b(?! as)( at the end)?|\b(?:without an?|no) ([a-z])\b", text
    ):
        wanted, at_end, dropped = match.groups()
        name = [_Part(_respelled(part.text, wanted, bool(at_end), dropped), part.spelled, part.which) for part in name]
    return name


_SWAPS = {
    "k": "c",
    "c": "k",
    "s": "z",
    "z": "s",
    "y": "i",
    "i": "y",
    "v": "ph",
    "ph": "v",
    "f": "ph",
    "j": "g",
    "g": "j",
}


def _respelled(word: str, wanted: str | None, at_end: bool, dropped: str | None) -> str:
    lower = word.lower()
    if dropped:
        return (
            re.sub(dropped, "", word, count=1, flags=re.IGNORECASE)
            if lower.count(dropped) == 1 and len(word) > 3
            else word
        )
    if wanted is None:
        return word
    if at_end:
        return word if lower.endswith(wanted) else word + wanted
    if wanted in lower or wanted not in _SWAPS or lower.count(_SWAPS[wanted]) != 1:
        if wanted == "h" and lower in {"sara", "jon", "debora", "hanna", "teresa", "mat"}:
            return {"sara": "sarah", "jon": "john", "debora": "deborah", "hanna": "hannah", "teresa": "theresa"}.get(
                lower, word
            )
        return word + "e" if wanted == "e" and not lower.endswith("e") else word
    return lower.replace(_SWAPS[wanted], wanted)


def _ordered(name: Sequence[_Part]) -> list[_Part]:
    """First name before last name, however they were given."""
    last = [part for part in name if part.which == "last"]
    first = [part for part in name if part.which == "first"]
    if first:
        return first + [part for part in name if part.which == ""] + last
    return [part for part in name if part.which != "last"] + last


def _cased(word: str, text: str) -> str:
    """Capitals as in writing; a mixture of cases that was recognised is kept."""
    if word.lower() in SUFFIXES:
        return SUFFIXES[word.lower()]
    if any(char.islower() for char in word) and any(char.isupper() for char in word[1:]) and word in text:
        return word[0].upper() + word[1:]
    pieces = re.split(r"(['-])", word.lower())
    return "".join(_cased_piece(piece, index, pieces) for index, piece in enumerate(pieces))


def _cased_piece(piece: str, index: int, pieces: Sequence[str]) -> str:
    if piece == "s" and index and pieces[index - 1] == "'":
        return piece
    if piece.startswith("mc") and len(piece) > 3:
        return "Mc" + piece[2:].capitalize()
    if piece.startswith("mac") and piece[3:] in {"donald", "arthur", "gregor", "dougall", "leod", "lean", "intosh"}:
        return "Mac" + piece[3:].capitalize()
    return piece.capitalize()
