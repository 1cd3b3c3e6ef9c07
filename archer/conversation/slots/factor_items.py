"""What a turn with the factors of verification is made of: digits, letters, names of a factor, corrections, denials.

A turn becomes one list of items, in order, so that the reading (`factors.py`) can weigh what belongs together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from archer.conversation.slots.corrections import Repair, split_corrections
from archer.conversation.slots.digits import counted, digit_options, is_digit_word, run_end
from archer.conversation.slots.letters import Certainty, read_letter
from archer.conversation.slots.other_numbers import of_other, until_pause
from archer.conversation.slots.tokens import Token, tokenize, without_fillers

FOUR, CODE = "F", "C"
"""The last four digits; the postal code."""


class Mark(Enum):
    """What an item is."""

    SYMBOL = "symbol"
    """May be a digit or a letter, or be passed over."""
    LABEL = "label"
    """Names a factor."""
    REPAIR = "repair"
    """The caller corrects himself."""
    DENIED = "denied"
    """What follows is not it ("not 4312")."""
    FORMER = "former"
    """What follows is out of date ("used to be")."""
    LINK = "link"
    """Joins or parts digits ("and", "then", "dash")."""
    GLUE = "glue"
    """Says nothing ("it's", "the")."""
    WORD = "word"
    """Anything else."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Characters that may stand at an item."""

    text: str
    width: int
    """How many items they take."""
    cost: float


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a turn."""

    mark: Mark
    stop: str = ""
    """The punctuation after it."""
    digits: tuple[Symbol, ...] = ()
    letters: tuple[Symbol, ...] = ()
    passed: float | None = None
    """The cost of passing over a symbol as no digit at all; None when it is one for certain."""
    aside: Mark = Mark.GLUE
    """What a symbol is when it is passed over."""
    joined: bool = False
    """Written in one piece with the digit before it."""
    names: str = ""
    """The factor that a label names."""
    firmly: bool = True
    """A label that can mean nothing else ("zip"; not "card")."""
    trails: bool = False
    """A label that reads as said of what came before it ("… for the zip")."""
    dash: bool = False
    """A link that leads to the last four of a ZIP+4."""


_LABELS: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (names, firmly, re.compile(rf"(?:{pattern})(?= |$)"))
    for names, firmly, pattern in (
        (CODE, True, r"(?:zip|postal|post)(?:'s)? (?:code|number)(?:'s)?|zip(?:'s|code)?|zipcode's|postal(?:'s)?"
                     r"|post ?code(?:'s)?|five digits?|5 digits?|first (?:five|5)"),
        (FOUR, True, r"(?:the )?(?:last|final) (?:four|4|for|ones)(?:'s)?(?: digits?| numbers?)?|last digits"
                     r"|(?:four|4) (?:digits?|numbers)|(?:ends|ending|ended)(?: in| with| on)?|end (?:in|with|on)"),
        (FOUR, False, r"(?:account|acct|card|loan)(?:'s)?(?: (?:number|ending))?(?:'s)?"),
        (CODE, False, r"(?:i'm|i am|we're|we are|live|living) (?:at|in)|area code|code(?:'s)?|address(?:'s)?"),
    )
)  # fmt: skip
_TRAILING = re.compile(r"\b(?:for|on|is|as|being|of|from|'s|that's|it's|was)(?: (?:the|my|that|your|our|a|me))*$")
_LINKS = frozenset({"and", "then", "dash", "hyphen", "plus", "comma", "space", "minus", "next", "with", "&", "+"})
_DASHES = frozenset({"dash", "hyphen", "plus", "minus", "+"})
_GLUE = frozenset({
    "it's", "its", "is", "it", "the", "my", "are", "that's", "thats", "would", "be", "should", "number", "numbers",
    "digit", "digits", "followed", "by", "of", "i", "said", "says", "here", "now", "a", "was", "there's", "number's",
    "these", "they're", "one's", "capital", "letter", "uh", "um", "new", "our", "am", "for", "to", "on", "in", "as",
    "also", "which", "first", "last", "other", "me", "sir", "ma'am", "maam", "again", "'s", "that", "this", "#", "dot",
    "pause", "hash",
})  # fmt: skip
_DENIALS = frozenset({"not", "isn't", "isnt", "wasn't", "wasnt", "ain't", "aint"})
_FORMER = re.compile(r"(?:used to (?:be|live)|(?:old|former|previous)|moved from|lived (?:in|at)|was (?:in|at))(?= |$)")
_SIGNS = (
    (_FORMER, Item(Mark.FORMER)),
    (re.compile(r"first (?:four|4|six|6)(?: digits?| numbers?)?(?= |$)"), Item(Mark.DENIED)),
    (re.compile(r"plus (?:four|4)(?= |$)"), Item(Mark.LINK, dash=True)),
)
_DETERMINERS = frozenset({
    "the", "this", "that", "which", "other", "another", "every", "only", "new", "old", "first", "last", "no", "any",
    "some", "each", "wrong", "right", "second",
})  # fmt: skip
_ARTICLES = frozenset({"the", "my", "our", "your", "that", "this", "a"})
_SOUNDS = frozenset({
    "to", "too", "for", "fore", "ate", "won", "tree", "tew", "sicks", "free", "sex", "wan", "a", "and", "owe", "ow",
    "nil", "null",
})  # fmt: skip
"""Words that are digits only among digits."""
_OF_SOUND, _OF_CHOICE = 0.25, 0.7
"""What a second choice costs, for a word that only sounds like a digit and for any other."""
_IN_A_ROW = frozenset({Mark.SYMBOL, Mark.LINK, Mark.GLUE})
_MOST_DIGITS = 12
_SAID_TWICE = re.compile(
    r"(\d{4})\1*(?:(\d{1,4})(?=\2))?(\d{5})(?:\1|\3)*|(\d{5})\4*(?:(\d{1,3})(?=\5))?(\d{4})(?:\4|\6)*"
)
"""Both factors, one of them more than once, or begun anew."""
_PARTED = ([4, 9], [4, 4, 5], [4, 5, 5])
"""Last four and ZIP+4, or one of them twice and different: parted, they are no card."""
_KEPT = frozenset({"like", "so", "ah", "okay"})
_NEVER = frozenset("dfioqu")
"""Letters that no Canadian code has."""
_NEVER_NAMED = _NEVER - {"o", "i"}
_OF_LINK = 0.3
"""What it costs, besides, to take "and" for an n."""
_LETTER_COST = {Certainty.PLAIN: 0.0, Certainty.CODE: 0.1, Certainty.SOUND: 0.25, Certainty.EXAMPLE: 0.5}


def items_of(text: str, country: str) -> list[Item]:
    """The items of a turn."""
    tokens = without_fillers(_short_forms(tokenize(text)), keep=_KEPT if country == "CA" else ())
    found: list[Item] = []
    for segment in split_corrections(tokens):
        if segment.repair is not Repair.NONE:
            found.append(Item(Mark.REPAIR))
        found.extend(_segment(segment.tokens, country))
    return _without_long(found)


def _without_long(items: list[Item]) -> list[Item]:
    """The items with words for digits of which so many stand in a row that they are a card or an account."""
    start = 0
    while start < len(items):
        end, groups, dash = start, [""], False
        while end < len(items) and items[end].mark in _IN_A_ROW and not items[end].letters:
            item = items[end]
            said = item.digits[0] if item.digits and item.passed != 0 else None
            groups[-1] += said.text if said else ""
            end += said.width if said else 1
            dash = dash or item.dash or item.stop == "-"
            if groups[-1] and (items[end - 1].stop.strip("-") or item.mark is Mark.LINK):
                groups.append("")
        denied = start > 0 and items[start - 1].mark in (Mark.DENIED, Mark.FORMER)
        if not (dash or denied) and _is_long(groups):
            items = [*items[:start], *[Item(Mark.WORD)] * (end - start), *items[end:]]
        start = max(end, start + 1)
    return items


def _is_long(groups: Sequence[str]) -> bool:
    digits = "".join(groups)
    lengths = sorted(len(group) for group in groups if group)
    return len(digits) >= _MOST_DIGITS and not _SAID_TWICE.fullmatch(digits) and lengths not in _PARTED


def _short_forms(tokens: Sequence[Token]) -> list[Token]:
    """ "Nine two one oh three's my zip": the digit without the verb."""
    found: list[Token] = []
    for token in tokens:
        digit = token.word.endswith("'s") and found and is_digit_word(found, len(found) - 1)
        base = replace(token, word=token.word[:-2]) if digit else token
        found.append(base if is_digit_word([base], 0) else token)
    return found


def _segment(tokens: Sequence[Token], country: str) -> list[Item]:
    words = [token.word for token in tokens]
    masked = counted(tokens)
    found: list[Item] = []
    index = 0
    while index < len(tokens):
        end, item = _named(tokens, index)
        if item:
            found.append(replace(item, stop=tokens[end - 1].stop))
        elif country == "CA" and words[index] in _NEVER_NAMED:
            letter = read_letter(tokens, index)
            end = letter.end if letter else index + 1
            found.append(Item(Mark.WORD, tokens[end - 1].stop))
        elif country == "CA" and (letters := _letters(tokens, index)):
            end, plain = index + 1, _plain(tokens[index])
            passed = 0.3 if len(words[index]) == 1 and words[index] not in "ai" else 0.0
            found.append(replace(plain, mark=Mark.SYMBOL, aside=plain.mark, letters=letters, passed=passed))
        elif masked[index]:
            end = index + 1
            found.append(Item(Mark.GLUE, tokens[index].stop))
        elif is_digit_word(tokens, index):
            end = max(_end(tokens, words, masked, index), index + 1)
            if country == "CA":
                end = next((at for at in range(index + 1, end) if _is_letter(tokens, at)), end)
            found.extend(_digit_items(tokens, index, end))
        else:
            end = index + 1
            found.append(_plain(tokens[index]))
        index = end
    return found


def _named(tokens: Sequence[Token], index: int) -> tuple[int, Item | None]:
    """A label or the sign of something out of date that starts at an index, and the index after it."""
    ahead = " ".join(until_pause(tokens[index : index + 4]))
    for names, firmly, pattern in _LABELS:
        match = pattern.match(ahead)
        if match:
            trails = bool(_TRAILING.search(" ".join(token.word for token in tokens[max(0, index - 3) : index])))
            end = index + match.group().count(" ") + 1
            return end, Item(Mark.LABEL, names=names, firmly=firmly, trails=trails)
    for pattern, item in _SIGNS:
        match = pattern.match(ahead)
        if match:
            return index + match.group().count(" ") + 1, item
    return index, None


def _plain(token: Token) -> Item:
    word = token.word
    if word in _DENIALS:
        return Item(Mark.DENIED, token.stop)
    if word == "/":
        return Item(Mark.WORD, token.stop)
    if word in _LINKS:
        return Item(Mark.LINK, token.stop, dash=word in _DASHES)
    return Item(Mark.GLUE if word in _GLUE else Mark.WORD, token.stop)


def _end(tokens: Sequence[Token], words: Sequence[str], masked: Sequence[bool], start: int) -> int:
    """Where the digits that start at an index end: at the latest before a label."""
    end = run_end(tokens, start)
    if end < len(tokens) and words[end] in _ARTICLES and words[end - 1] in {"for", "to"} and not tokens[end - 1].stop:
        end -= 1
    return next((index for index in range(start + 1, end) if masked[index] or _named(tokens, index)[1]), end)


def _digit_items(tokens: Sequence[Token], start: int, end: int) -> list[Item]:
    """The items of digits said in one go; plain words where they count something else."""
    run = list(tokens[start:end])
    other = of_other(tokens, start, end)
    widths = [_written(run, at) for at in range(len(run))]
    starts = [sum(widths[:at]) for at in range(len(run) + 1)]
    found: list[Item] = []
    for at, token in enumerate(run):
        if other[at]:
            found.extend([Item(Mark.WORD, token.stop)] * widths[at])
        elif widths[at] > 1:
            digits = token.word.replace(".", "")
            found.extend(
                Item(Mark.SYMBOL, token.stop if place == len(digits) - 1 else "", (Symbol(digit, 1, 0.0),),
                     joined=place > 0)
                for place, digit in enumerate(digits)
            )  # fmt: skip
        else:
            weight = _OF_SOUND if token.word in _SOUNDS else _OF_CHOICE
            symbols = tuple(
                Symbol(option.text, starts[option.end] - starts[at], weight * option.cost)
                for option in digit_options(run, at, loose=True)
                if option.text
            )
            passed = _passed(tokens, start + at, end - start)
            item = Item(Mark.SYMBOL, _stop(run, at), symbols, passed=passed)
            found.append(item if symbols else _plain(token))
    return found


def _stop(run: Sequence[Token], at: int) -> str:
    """The punctuation after a digit; a full stop after each of several parts no more than a comma."""
    around = (run[near].stop for near in (at - 1, at + 1) if 0 <= near < len(run) - 1)
    return "," if run[at].stop == "." and "." in around else run[at].stop


def _written(run: Sequence[Token], at: int) -> int:
    """How many items a token becomes: each digit of a long number written in one piece is one."""
    word = run[at].word.replace(".", "")
    after = run[at + 1].word if at + 1 < len(run) else ""
    before = run[at - 1].word if at else ""
    single = not word.isdecimal() or after in {"hundred", "thousand"} or before in {"double", "triple"}
    return 1 if single else len(word)


def _passed(tokens: Sequence[Token], index: int, length: int) -> float | None:
    """What it costs to take a word that may be a digit, in a run of some length, for none."""
    word = tokens[index].word
    before = tokens[index - 1].word if index else ""
    after = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if word in _SOUNDS:
        inside = is_digit_word(tokens, index - 1) and is_digit_word(tokens, index + 1)
        return 0.5 if inside or length > 3 else 0.0
    if word in {"oh", "o"} and index == 0 and after in {"", "and"} and not tokens[0].stop.strip(".!"):
        return 0.3
    if word in {"oh", "o"} and not is_digit_word(tokens, index - 1):
        one_by_one = tokens[index].stop == "," and is_digit_word(tokens, index + 1) and tokens[index + 1].stop == ","
        return 0.1 if (tokens[index].stop and not one_by_one) or not is_digit_word(tokens, index + 1) else 0.6
    if word == "one" and before in _DETERMINERS:
        return 0.4 if is_digit_word(tokens, index + 1) else 0.0
    if word == "one" and length > 4 and after != "one" and not is_digit_word(tokens, index + 1):
        start = index + 1 - length
        return 0.2 if start > 0 and tokens[start - 1].word in {"the", "my"} else None
    return 0.0 if word == "one" and after in {"of", "that", "where"} else None


def _is_letter(tokens: Sequence[Token], index: int) -> bool:
    linked = tokens[index].word == "and" and tokens[index - 1].word in {"hundred", "thousand"}
    return not linked and bool(_letters(tokens, index))


def _letters(tokens: Sequence[Token], index: int) -> tuple[Symbol, ...]:
    """The letter that may stand at an index, with or without the word that spells it."""
    letter = read_letter(tokens, index)
    if letter is None or len(letter.text) != 1 or letter.text in _NEVER:
        return ()
    cost = _LETTER_COST[letter.certainty] + _OF_LINK * (tokens[index].word == "and")
    symbols = [Symbol(letter.text.upper(), letter.end - index, cost)]
    if letter.end > index + 1 and len(tokens[index].word) < 2:
        symbols.append(Symbol(letter.text.upper(), 1, 0.3))
    return tuple(symbols)
