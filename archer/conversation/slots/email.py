"""E-mail addresses as spoken: "john dot smith at gmail dot com", spelled letters, digits, corrections.

Rule: lower case; no value unless a name, an "at" and a domain with its ending were said.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from archer.conversation.slots.corrections import Repair, split_corrections
from archer.conversation.slots.digits import run_end, runs
from archer.conversation.slots.email_words import (
    DOMAIN_JOINERS,
    ENDINGS,
    FILLING,
    JOINERS,
    LEAD_INS,
    LEADING_WORDS,
    PROVIDERS,
    SYMBOL_PHRASES,
    SYMBOLS,
)
from archer.conversation.slots.letters import announced_letter, doubled, spelled_run
from archer.conversation.slots.tokens import Phrases, Token, without_fillers

_ADDRESS = re.compile(r"[a-z0-9](?:[a-z0-9._%+-]*[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_WRITTEN = re.compile(r"(?<![\w.+-])[a-z0-9][\w.+-]*@(?:[a-z0-9-]+\.)+[a-z]{2,}")
_PIECE = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)*|\d+(?:st|nd|rd|th)?|[@._+\-,;?!&]", re.IGNORECASE)
_AT = Phrases(("at sign", "at symbol", "at", "@", "the at sign"))
_NEW = re.compile(r"\b(now|new|use|instead|changed|current|better|best|prefer)\b")
_WORDS_HERE = frozenset({"to", "too", "for", "o", "won", "free", "tree", "ate", "sex", "a"})
"""Words that sound like digits and are words in an address."""
_REACH = 48
"""Words that a domain can take at the most, spelled out letter by letter: what follows is not looked at."""


def extract(text: str, context: Mapping[str, Any]) -> str | None:  # noqa: ARG001 (one signature for all slots)
    """The address in lower case, or None."""
    address, local, partial = "", "", ""
    segments = split_corrections(_tokens(text), ignore=frozenset({"rather", "should"}))
    written = _WRITTEN.findall(text.lower())
    if len(segments) == len(written) == 1:
        return str(written[0])
    for segment in segments:
        tokens = _without_asides(segment.tokens)
        heard = _address(tokens)
        domain = _domain(_after_lead_in(tokens)) if partial and "@" not in heard else ""
        if domain:
            heard = f"{partial}@{domain}"
        if heard and "@" in heard:
            address = _merged(address or local, heard, segment.repair, tokens)
        elif segment.repair is Repair.RESTART:
            address, local = "", heard
        elif address:
            address = _replaced(address, tokens)
        elif heard:
            local = _spliced(local, heard) if local else heard
            partial = _before_at(tokens) or partial
    return address if _ADDRESS.fullmatch(address) else None


def _tokens(text: str) -> list[Token]:
    """Tokens in which punctuation inside an address is a word of its own."""
    clean = (
        text.lower()
        .replace("’", "'")
        .replace("e-mail", "email")
        .replace("g-mail", "gmail")
        .replace("under score", "underscore")
        .replace("dotcom", "dot com")
    )
    found = list(_PIECE.finditer(clean))
    tokens: list[Token] = []
    for index, match in enumerate(found):
        piece = match.group()
        tight_left = match.start() > 0 and not clean[match.start() - 1].isspace()
        tight_right = match.end() < len(clean) and not clean[match.end()].isspace()
        if piece in {",", ";", "?", "!", "."} and not (piece == "." and tight_right):
            lone_dot = piece == "." and not tight_left and index + 1 < len(found)
            if not lone_dot:
                if tokens:
                    tokens[-1] = Token(tokens[-1].word, tokens[-1].raw, "." if piece == "." else ",")
                continue
        if piece == "-" and not _inside_address(clean, match.start()):
            continue
        tokens.append(Token(piece, piece))
    return tokens


def _without_asides(tokens: Sequence[Token]) -> list[Token]:
    """Without hesitation, and without what only announces a spelling ("phil with two l's, so p h i l l")."""
    plain = without_fillers(tokens, keep={"er", "so", "right", "like", "well", "ok", "mm"})
    kept: list[Token] = []
    index = 0
    while index < len(plain):
        word = plain[index].word
        paused = bool(kept and kept[-1].stop and plain[index].stop)
        if announced := announced_letter(plain, index):
            index = announced
        elif (word == "er" and paused) or (word == "so" and spelled_run(plain, index + 1)):
            index += 1
        else:
            kept.append(plain[index])
            index += 1
    return kept


def _inside_address(clean: str, at: int) -> bool:
    """Whether a hyphen belongs to a written address or domain rather than to "forty-two" or "j-o-h-n"."""
    around = re.search(r"[\w.@+-]*$", clean[:at])
    after = re.match(r"[\w.@+-]*", clean[at:])
    word = (around.group() if around else "") + (after.group() if after else "")
    return "@" in word or "." in word.strip(".") or (at > 0 and clean[at - 1].isspace())


def _address(tokens: Sequence[Token]) -> str:
    """The address of a segment; its beginning when it breaks off before the domain."""
    found: list[tuple[str, bool]] = []
    start = 0
    while (at := _at_sign(tokens, start)) is not None:
        local = _local(tokens[start : at[0]])
        cue = " ".join(token.word for token in tokens[start : at[0]])
        if local:
            found.append((f"{local}@{_domain(tokens[at[1] :])}", bool(_NEW.search(cue))))
        start = at[1]
    if found:
        return next((address for address, new in reversed(found) if new), found[0][0])
    return _known_provider(tokens) or _local(tokens)


def _at_sign(tokens: Sequence[Token], start: int = 0) -> tuple[int, int] | None:
    """Where the first "at" stands from a start that a domain follows: its index and the index after it."""
    for index in range(start, len(tokens)):
        length = _AT.longest(tokens, index)
        if not length or not _domain(tokens[index + length :]):
            continue
        previous = tokens[index - 1].word if index else ""
        after_dot = previous in {"dot", "."} and tokens[index - 2].word != "no"
        inner = previous in {"at", "@"} and _att(tokens, index)
        if not (tokens[index].word == "at" and (after_dot or inner)):
            return index, index + length
    return None


def _domain(tokens: Sequence[Token]) -> str:
    """Name and ending from the start of some tokens; empty when there is no ending."""
    labels, label = list[str](), ""
    index = 0
    tokens = tokens[:_REACH]
    while index < len(tokens):
        word = tokens[index].word
        if word in {"dot", ".", "period", "point"}:
            if not label:
                return ""
            labels.append(label)
            label, index = _ending(tokens, index + 1)
            if label in ENDINGS and not _dot_follows(tokens, index):
                break
            continue
        if labels and label:
            break
        if word in {"at", "@"} and not _att(tokens, index):
            return ""
        was_spelled = bool(label) and spelled_run(tokens, index) is not None
        dash = SYMBOLS.get(tokens[index].word) == "-"
        text, index = _domain_word(tokens, index)
        label = text if was_spelled and SequenceMatcher(None, label, text).ratio() > 0.6 else label + text
        if tokens[index - 1].stop and not dash and SYMBOLS.get(_word_at(tokens, index)) not in {".", "-"}:
            break
    if not labels or not label.isalpha() or len(label) < 2:
        return ""
    name = ".".join(labels)
    return f"{PROVIDERS.get(name, name)}.{label}"


def _att(tokens: Sequence[Token], index: int) -> bool:
    """Whether "at" opens the provider "at and t"."""
    following = [token.word for token in tokens[index + 1 : index + 3]]
    return following[:1] == ["t"] or following[:2] in (["and", "t"], ["&", "t"])


def _dot_follows(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].word in {"dot", "."}


def _ending(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """The label after a dot and the index after it: com, co, c o m."""
    words = [token.word for token in tokens[index : index + 3]]
    for ending in ENDINGS:
        if "".join(words[: len(ending)]) == ending and all(len(word) == 1 for word in words[: len(ending)]):
            return ending, index + len(ending)
    if not words:
        return "", index
    if words[0] in {"calm", "con", "come", "comm", "kom", "coms", "cum"}:
        return "com", index + 1
    if words[0] in ENDINGS:
        return words[0], index + 1
    return _domain_word(tokens, index)


def _domain_word(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    word = tokens[index].word
    if word in FILLING:
        return "", index + 1
    joiner = DOMAIN_JOINERS.longest(tokens, index)
    if joiner:
        return "", index + joiner
    if word in {"dash", "hyphen", "-", "minus"}:
        return "-", index + 1
    spelled = spelled_run(tokens, index)
    if spelled:
        return spelled
    digits = _number(tokens, index) or doubled(tokens, index)
    return digits or (re.sub(r"[^a-z0-9]", "", word), index + 1)


def _known_provider(tokens: Sequence[Token]) -> str:
    """An address whose "at" was lost: "john smith gmail dot com"."""
    for index in range(1, len(tokens)):
        domain = _domain(tokens[index:])
        if domain.split(".")[0] in set(PROVIDERS.values()) and domain.count(".") == 1:
            local = _local(tokens[:index])
            return f"{local}@{domain}" if local and tokens[index - 1].word != "at" else ""
    return ""


def _local(tokens: Sequence[Token]) -> str:
    """The part before the "at", after whatever led into it."""
    words = _after_lead_in(tokens)
    text, index = "", 0
    previous: tuple[int, str] = (0, "")
    while index < len(words):
        piece, end, spelled = _local_piece(words, index)
        if spelled and previous[1] and _announced(words, index, previous[1], piece):
            text = text[: previous[0]]
        if piece:
            previous = (len(text), piece)
            text += piece
        index = end
    return text.strip(".-,")


def _announced(words: Sequence[Token], index: int, before: str, spelled: str) -> bool:
    """Whether a spelling repeats the word before it ("john, j o n") rather than going on."""
    if not before.isalpha() or len(before) < 2:
        return False
    told = words[index - 1].word in {"spelled", "spelt", "that's", "thats", "spelling", "is", "as"}
    return told or SequenceMatcher(None, before, spelled).ratio() >= 0.6


def _local_piece(words: Sequence[Token], index: int) -> tuple[str, int, bool]:
    """The next piece: (text, index after it, whether it was spelled)."""
    length = SYMBOL_PHRASES.longest(words, index)
    if length:
        return SYMBOLS[" ".join(token.word for token in words[index : index + length])], index + length, False
    length = JOINERS.longest(words, index)
    if words[index].word == "the" and index and {words[index - 1].word, _word_at(words, index + 1)} <= SYMBOLS.keys():
        length = 0  # "bill dash the dash baker"
    if not length and words[index].word in {"it's", "its", "is", "as"} and spelled_run(words, index + 1):
        length = 1
    if length:
        return "", index + length, False
    spelled = spelled_run(words, index)
    if spelled and not _reads_as_words(words, index, spelled[1]):
        return spelled[0], spelled[1], True
    digits = _number(words, index) or doubled(words, index)
    if digits:
        return digits[0], digits[1], False
    return re.sub(r"[^a-z0-9]", "", words[index].word), index + 1, False


def _word_at(words: Sequence[Token], index: int) -> str:
    return words[index].word if index < len(words) else ""


def _reads_as_words(words: Sequence[Token], index: int, end: int) -> bool:
    """Names such as mike or oscar among fewer than three code words are names."""
    return end - index < 3 and all(len(token.word) > 1 for token in words[index:end])


def _number(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """Digits that start at an index. "to" and "for" are words here."""
    end = run_end(tokens, index)
    end = next((at for at in range(index, end) if tokens[at].word in _WORDS_HERE | {"and", "dash", "dot"}), end)
    found = runs(tokens[index:end]) if end > index else []
    if len(found) != 1 or found[0].start != 0:
        return None
    return found[0].readings[0], index + found[0].end


def _after_lead_in(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens after the last phrase that leads into an address ("my email is")."""
    start = 0
    for index in range(len(tokens)):
        length = LEAD_INS.longest(tokens, index)
        spells = index > start and spelled_run(tokens, index + length) is not None
        if length and index + length < len(tokens) and index >= start and not spells:
            start = index + length
    for index in range(start, len(tokens) - 1):
        beside = {tokens[at].word for at in (index - 1, index + 1) if 0 <= at < len(tokens)}
        told = index + 1 + (tokens[index].word in {"that", "it"} and tokens[index + 1].word == "is")
        spells = index > start and spelled_run(tokens, told) is not None
        spells = spells or (
            index > 0 and len(tokens[index - 1].word) == 1 and tokens[index].word in {"like", "as", "for"}
        )
        if tokens[index].word in LEADING_WORDS and not beside & SYMBOLS.keys() and not spells:
            start = index + 1
    return tokens[start + (start + 1 < len(tokens) and tokens[start].word == "er") :]


def _merged(before: str, heard: str, repair: Repair, tokens: Sequence[Token]) -> str:
    """A full address replaces what was said, unless it only repeats the end of a name that was broken off."""
    if repair is Repair.RESTART or not before or "@" in before:
        return heard
    local, domain = heard.split("@", 1)
    symbol = SYMBOLS.get(tokens[0].word, "")
    if symbol and symbol in before:  # "green, no, dot brown"
        return f"{before.rpartition(symbol)[0]}{symbol}{local}@{domain}"
    return f"{_spliced(before, local)}@{domain}" if repair is Repair.SLIP else heard


def _spliced(before: str, after: str) -> str:
    """The earlier name with its last part replaced by a similar one; the later name when they are unlike."""
    parts = re.split(r"([._+-])", before)
    if len(parts) > 1 and not re.search(r"[._+-]", after):
        alike = SequenceMatcher(None, parts[-1], after).ratio()
        if alike >= 0.5 and SequenceMatcher(None, before, after).ratio() < 0.8:
            return "".join(parts[:-1]) + after
    return after


def _before_at(tokens: Sequence[Token]) -> str:
    """The name of an address that broke off after its "at" ("kim at hotmail, sorry, …")."""
    at = next((index for index, token in enumerate(tokens) if token.word in {"at", "@"} and index), 0)
    return _local(tokens[:at]) if at else ""


def _replaced(address: str, tokens: Sequence[Token]) -> str:
    """A complete address with its domain, its provider or the end of its name replaced."""
    local, domain = address.split("@", 1)
    new_domain = _domain(_after_lead_in(tokens))
    if new_domain:
        return f"{local}@{new_domain}"
    words = [token.word for token in _after_lead_in(tokens)]
    provider = PROVIDERS.get("".join(words).removeprefix("at"))
    if provider:
        return f"{local}@{provider}.{domain.split('.', 1)[1]}"
    if words[:1] in (["dot"], ["."]):
        ending, _ = _ending(_after_lead_in(tokens), 1)
        return f"{local}@{domain.split('.', 1)[0]}.{ending}" if ending in ENDINGS else address
    if len(words) == 1 and words[0] in ENDINGS:
        return f"{local}@{domain.rsplit('.', 1)[0]}.{words[0]}"
    return address
