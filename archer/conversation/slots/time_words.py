"""Prepare text for reading days and times: one spelling for what is written or recognised in several ways."""

from dataclasses import replace

from archer.conversation.slots.tokens import Token, tokenize, without_fillers

_SAME = {
    "oclock": "o'clock", "clock": "o'clock", "a.m": "am", "p.m": "pm", "tonite": "tonight", "til": "till",
    "'til": "till",
    "untill": "until", "minuets": "minutes", "our": "hour", "ours": "hours", "ruffly": "roughly",
}  # fmt: skip
_AFTER_NUMBER = frozenset({
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirty",
    "fifteen", "forty",
})  # fmt: skip


def prepared(text: str) -> list[Token]:
    """Tokens without hesitation, with "p m", "o clock" and the like joined."""
    tokens = without_fillers(tokenize(text), keep={"like", "right", "so"})
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        word = _SAME.get(token.word, token.word)
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        if word in {"our", "hour", "hours"} and token.word in {"our", "ours"} and not _counts_hours(result):
            word = token.word
        if word in {"a", "p"} and following == "m" and result and _is_hour(result[-1].word):
            result.append(Token(word + "m", word + "m", tokens[index + 1].stop))
            index += 2
        elif word in {"o", "oh"} and following in {"clock", "o'clock"}:
            result.append(Token("o'clock", "o'clock", tokens[index + 1].stop))
            index += 2
        elif word == "m" and result and result[-1].word in {"a", "p"}:
            index += 1
        else:
            result.append(replace(token, word=word))
            index += 1
    return result


def _is_hour(word: str) -> bool:
    return word[:1].isdigit() or word in _AFTER_NUMBER or word.endswith("ish")


def _counts_hours(result: list[Token]) -> bool:
    """Whether "our" was said for "hour" ("in an our", "half an our")."""
    return bool(result) and result[-1].word in {"an", "half", "one", "two", "three", "few"}
