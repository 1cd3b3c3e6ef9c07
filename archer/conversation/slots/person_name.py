"""A person's name as given on the phone: "this is Sam O'Connor speaking", "Jon, that's j o n".

Rules: no honorifics; a spelling given wins over what recognition heard.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from archer.conversation.slots.corrections import Repair, split_corrections
from archer.conversation.slots.letters import Certainty, announced_letter, read_letter, spelled_run
from archer.conversation.slots.name_words import (
    FIRST_CUES,
    FIRST_NAMES,
    HONORIFICS,
    INTRODUCTIONS,
    LAST_CUES,
    NAMES_IN_ING,
    NOT_NAMES,
    POLITE,
    POSSESSIVES,
    RELATIONS,
    SUFFIXES,
    SURNAMES,
)
from archer.conversation.slots.respelling import changes_said, respelled
from archer.conversation.slots.tokens import Token, tokenize, without_fillers

_APOSTROPHE = frozenset({"apostrophe", "'"})
_HYPHEN = frozenset({"hyphen", "dash"})
_PREFIXES = frozenset({"mc", "mac", "o", "fitz"})
_KEPT = frozenset({"like", "so", "mm", "well", "ah"})
_MOST_WORDS = 5
_ADJECTIVE_ENDINGS = ("ous", "ful", "less", "able", "ible", "ment", "tion", "ness", "ical")
_SUFFIXES = {"second": "ii", "third": "iii", "fourth": "iv"}


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
        tokens = _affirmed(without_fillers(segment.tokens, keep=_KEPT))
        heard = _parts(tokens)
        if not heard:
            if segment.repair is Repair.RESTART:
                name = []
            name = _changed_letter(name, tokens)
            continue
        name = _corrected(name, heard) if segment.repair is Repair.SLIP and name else heard
    name = [part for part in name if part.text]
    return " ".join(_cased(part.text, text) for part in _ordered(name)) or None


def _affirmed(tokens: list[Token]) -> list[Token]:
    """The tokens without a denied name at their start ("not robert, roberta")."""
    if not tokens or tokens[0].word != "not":
        return tokens
    cuts = [at for at, token in enumerate(tokens[:6], 1) if token.stop == "," or token.word in {"but", "it's"}]
    return tokens[cuts[0] :] if cuts else tokens


def _parts(tokens: Sequence[Token]) -> list[_Part]:
    """The words of the name in a segment, spellings already applied."""
    start = _start(tokens)
    found = [] if start is None else _collect(tokens, start)
    return _changed_letter(found, tokens) if found else []


def _start(tokens: Sequence[Token]) -> int | None:
    """Where the name begins: after the last phrase that introduces one, else after mere politeness; None if nowhere."""
    if any(FIRST_CUES.longest(tokens, index) or LAST_CUES.longest(tokens, index) for index in range(len(tokens))):
        return 0
    found: int | None = None
    for index in range(len(tokens)):
        length = INTRODUCTIONS.longest(tokens, index)
        if not length or (found is not None and index < found):
            continue
        after = _skip_company(tokens, index + length)
        spelled = _spelling(tokens, after)
        named_before = any(_is_name(token.word) and len(token.word) > 1 for token in tokens[:index])
        if after < len(tokens) and (_opens_name(tokens, after) or (spelled and not named_before)):
            found = after
    if found is not None:
        return found
    after = 0
    while after < len(tokens):
        skipped = _skip_company(tokens, after)
        if skipped == after and tokens[after].word not in POLITE:
            break
        after = skipped if skipped > after else after + 1
    opens = after < len(tokens) and (_opens_name(tokens, after) or _spelling(tokens, after))
    return after if opens else None


def _skip_company(tokens: Sequence[Token], index: int) -> int:
    """Past honorifics and "his wife": what stands between an introduction and the name."""
    while index < len(tokens):
        if tokens[index].word in HONORIFICS or tokens[index].word in {
            "actually",
            "just",
            "still",
            "like",
            "spelled",
            "spelt",
        }:
            index += 1
        elif (
            (tokens[index].word in POSSESSIVES or tokens[index].word.endswith("'s"))
            and index + 1 < len(tokens)
            and tokens[index + 1].word in RELATIONS
        ):
            index += 2
        else:
            break
    return index


def _opens_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether a name may begin here; "looking" and the like after "I'm" do not."""
    word = tokens[index].word
    if _spelling(tokens, index):
        return False
    if word in {"may", "will", "can"} and _word_at(tokens, index + 1) in {"i", "you", "we"}:
        return False
    if index and word.endswith(_ADJECTIVE_ENDINGS):
        return False
    if word.endswith("ing") and len(word) > 5 and word not in NAMES_IN_ING and index > 0:
        return False
    if word.isalpha() and len(word) == 1:
        return _word(tokens, index) is not None and index + 1 < len(tokens)
    return _word(tokens, index) is not None


def _is_name(word: str) -> bool:
    contraction = word.endswith(("'ve", "'ll", "n't", "'re", "'m", "'s"))
    return word.replace("'", "").isalpha() and word not in NOT_NAMES and not contraction


def _collect(tokens: Sequence[Token], start: int) -> list[_Part]:
    """The words of a name from its start; after other words only spellings, first and last names as such go on."""
    parts: list[_Part] = []
    which, index, broken = "", start, False
    while index < len(tokens) and len(parts) <= _MOST_WORDS:
        cue = FIRST_CUES.longest(tokens, index), LAST_CUES.longest(tokens, index)
        announced = announced_letter(tokens, index)
        spelled = None if any(cue) or announced else _spelling(tokens, index)
        if announced:
            index, broken = announced, bool(parts)
        elif any(cue):
            which, broken = "first" if cue[0] > cue[1] else "last", False
            index += max(cue)
        elif spelled:
            _apply(parts, spelled[0], which)
            index, broken = spelled[1], False
        elif tokens[index].word in HONORIFICS:
            index += 1
        elif tokens[index].word == "as" and index + 2 < len(tokens) and tokens[index + 1].word == "in" and parts:
            index += 3
        elif parts and tokens[index].word == "the" and (suffix := _SUFFIXES.get(_word_at(tokens, index + 1))):
            parts.append(_Part(suffix, False, which))
            index += 2
        elif not broken and (part := _word(tokens, index)):
            if len(parts) > 1 and parts[0].text.lower() == part[0].lower():
                parts.pop(0)
            if not _repeats(parts, part[0]):
                parts.append(_Part(part[0], False, which))
            index, broken = part[1], tokens[part[1] - 1].stop in {".", "?", "!"}
        elif not parts or _links(tokens, index) or _spelling_follows(tokens, index) or _cue_follows(tokens, index):
            broken = bool(parts)
            index += 1
        else:
            break
    return parts if 0 < len(parts) <= _MOST_WORDS else []


def _cue_follows(tokens: Sequence[Token], index: int) -> bool:
    ahead = range(index, min(index + 6, len(tokens)))
    return any(FIRST_CUES.longest(tokens, at) or LAST_CUES.longest(tokens, at) for at in ahead)


def _word_at(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].word if index < len(tokens) else ""


def _links(tokens: Sequence[Token], index: int) -> bool:
    """Words that may stand between the parts of a name or before its spelling."""
    return tokens[index].word in {
        "and", "that's", "thats", "spelled", "spelt", "is", "with", "then", "space", "new", "word", "it's", "its",
        "name",
        "my", "the", "you", "spell", "it", "last", "first", "for", "which", "spelling", "as", "in", "comma", "capital",
        "uh", "um", "i'll",
    }  # fmt: skip


def _spelling_follows(tokens: Sequence[Token], index: int) -> bool:
    if announced_letter(tokens, index):
        return True
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
        mark = "'" if token.word in {"o", "oh"} else ""
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
    named_so = len(candidates) == 1 and parts[candidates[0]].which == which
    if best[0] >= 0.45 or (named_so and (best[0] > 0.2 or which)):
        old = parts[best[1]]
        same = re.sub(r"[^a-z]", "", old.text.lower()) == plain
        marked = same and spelled != plain and old.text.isalpha()
        parts[best[1]] = _Part(old.text if same and not marked else spelled, True, old.which or which)
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
    """Apply "with a k", "without an h" to the words that they fit."""
    words = respelled([part.text for part in name], changes_said(tokens))
    return [replace(part, text=word) for part, word in zip(name, words, strict=True)]


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
