"""Which of several numbers in a sentence is the amount that the speaker offers.

"I owe 840, my rent is 1200, but I can do a hundred on the 15th": debts, income, dates and counts are not the offer.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from archer.conversation.slots.money import Mention
from archer.conversation.slots.numerals import word_at
from archer.conversation.slots.tokens import Token

_COUNTED = frozenset({
    "month", "months", "day", "days", "week", "weeks", "year", "years", "hour", "hours", "minute", "minutes",
    "second", "seconds", "payment", "payments", "installment", "installments", "instalment", "instalments", "times",
    "time", "percent", "%", "per", "o'clock", "oclock", "pm", "am", "kids", "children", "people", "of", "jobs", "job",
    "accounts", "account", "cards", "card", "bills", "business", "weekly", "monthly", "biweekly", "equal", "more",
    "bedrooms", "miles", "paycheck", "paychecks", "checks", "quarter", "quarters", "third", "thirds", "fourth",
    "fourths", "fifth", "fifths", "half", "halves", "tenth", "tenths", "street", "avenue", "road", "drive", "lane",
    "boulevard", "apartment", "digits", "yards",
})  # fmt: skip
_MONTHS = frozenset({
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "extension", "ext", "number",
    "apartment", "apt", "unit", "suite", "line", "option", "press", "zip", "route", "section", "age", "aged", "since",
})  # fmt: skip
_OFFER = re.compile(
    r"\b(pay|paying|do|afford|offer|offering|put|manage|give|giving|send|how about|what about|swing|start|commit"
    r"|contribute|scrape|handle|go|spare|charge|take|settle|make a payment|make it|payment|down|process|good for|make"
    r"|just|only|at least|up to|have|got|payments)\b"
)
_STRONG_OFFER = re.compile(
    r"\b(pay|do|afford|offer|put|manage|give|send|how about|swing|commit|scrape|handle|spare|charge|payment|take|start"
    r"|settle|go)\b"
)
_OTHER = re.compile(
    r"\b(owe|owed|owing|balance|bill|says|said|rent|mortgage|make|earn|bring home|income|salary|paycheck|get paid"
    r"|car|insurance|was|were|costs?|debt|statement|letter|already paid|paid|groceries|limit|bonus|from|fee|fees"
    r"|interest|charged|it's showing|due|asking|wanted|want me|told|out of|instead of|rather than|used to|utilities"
    r"|check|tax|used|spent|spend|originally|late fee|total|medical|electric|phone|shows?|been paying)\b"
)
_DENIED = re.compile(
    r"\b(can't|cannot|can not|couldn't|won't|don't|not|isn't|never|unable|no way|instead of|rather than|wouldn't"
    r"|too much|nowhere near|more than)( \w+){0,4}$"
)
_BOUND = re.compile(r"\b(no|(not|can't|cannot|couldn't|won't|don't)( \w+){0,3}) (more|higher|over|above)( than)?$")
"""A limit is an offer: "I can't do more than eighty"."""
_OTHER_PAYMENT = re.compile(
    r"\b(car|truck|house|home|mortgage|rent|loan|insurance|phone|minimum|last|tax) payments?\b"
    r"|\b(was|were|been|used to|had been) (pay|paying|sending|giving)\b"
)
_DATED = re.compile(r"\b(on the|by the|at|around|before|until|till|after|in|since|from|born|of)$")
_CLAUSE_END = re.compile(r"\b(but|so|because|though|however|then|although|and)\b")


def choose(found: Sequence[Mention], tokens: Sequence[Token], balance: Decimal | None) -> Mention | None:
    """The likeliest offer among the numbers of a segment; None when none is an amount."""
    candidates = [mention for mention in found if not _counts_other(mention, tokens) and not _negative(mention, tokens)]
    if not candidates:
        return None
    scores = [_score(mention, tokens, balance) - 2 * _ends_range(mention, candidates, tokens) for mention in candidates]
    best = max(scores)
    if best <= -4:
        return None
    return candidates[scores.index(best)]


_POINTING = frozenset({"the", "this", "that", "which", "no", "any", "every", "another", "last", "next", "first"})
_POINTED_AT = frozenset({
    "thing", "of", "time", "question", "moment", "sec", "or", "day", "way", "that", "i", "who", "more",
})  # fmt: skip


def _counts_other(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Whether the number counts days, payments or the like, or is part of a date."""
    if mention.currency:
        return False
    after = word_at(tokens, mention.end)
    closed = bool(tokens[mention.end - 1].stop) and tokens[mention.end - 1].stop != "-"
    if after in _COUNTED and not closed and not _rate(tokens, mention.end):
        return True
    before = word_at(tokens, mention.start - 1)
    if before in _MONTHS or (before == "may" and word_at(tokens, mention.start - 2) in {"on", "in", "by", "of"}):
        return True
    if before in {"at", "past"} and not mention.scaled and mention.value < 13:
        return True
    if after == "and" and mention.value < 12 and word_at(tokens, mention.end + 1) in {"a", "half"}:
        return True
    phrase = " ".join(token.word for token in tokens[max(0, mention.start - 2) : mention.start])
    if before == "one" or (mention.value in (1, 2) and not mention.scaled and _pronoun(tokens, mention)):
        return True
    return (
        mention.value < 32
        and bool(re.search(r"\b(at|around|in|since|until|till|on the|by the)$", phrase))
        and (before not in {"around", "at"} or not _amount_like(tokens, mention))
    )


def _rate(tokens: Sequence[Token], index: int) -> bool:
    """Whether "per", "weekly", "monthly" after a number say how often it is paid."""
    word = word_at(tokens, index)
    return word in {"per", "weekly", "monthly", "biweekly", "more", "time"} or (
        word == "of" and word_at(tokens, index + 1) in {"it", "that"}
    )


def _pronoun(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether "one" or "two" is no amount ("this one", "one of these", "one thing")."""
    before, after = word_at(tokens, mention.start - 1), word_at(tokens, mention.end)
    return before in _POINTING or after in _POINTED_AT


def _amount_like(tokens: Sequence[Token], mention: Mention) -> bool:
    after = word_at(tokens, mention.end)
    return after not in {"in", "tonight", "tomorrow", "today", "o'clock"} and len(tokens) - mention.end < 3


def _negative(mention: Mention, tokens: Sequence[Token]) -> bool:
    return word_at(tokens, mention.start - 1) in {"minus", "negative"}


def _score(mention: Mention, tokens: Sequence[Token], balance: Decimal | None) -> float:
    """How much a number looks like an offer; earlier mentions win a tie."""
    clause = _clause_before(tokens, mention)
    behind = " ".join(token.word for token in tokens[mention.end : mention.end + 4])
    score = 0.0
    if mention.currency or mention.scaled:
        score += 1.5
    clause = _OTHER_PAYMENT.sub("rent", clause)
    offer, other = _last(_OFFER, clause), _last(_OTHER, clause)
    if offer > other:
        score += 3 if _last(_STRONG_OFFER, clause) == offer else 2
    elif other >= 0:
        score -= 3
    if _DENIED.search(_BOUND.sub("", clause)):
        score -= 5
    if re.match(r"(a|per|each|every|now|today|down|right now|would|works?|monthly|weekly|is all|to start)\b", behind):
        score += 1
    if re.match(r"(is too much|is too high|a month in rent|in rent|an hour|is what i owe|i owe)\b", behind):
        score -= 4
    bound = word_at(tokens, mention.start - 2) in {"less", "lower", "fewer"}
    if word_at(tokens, mention.start - 1) == "then" or re.search(r"\bthen (do|pay|put)$", _before(tokens, mention, 2)):
        score -= 2
    if re.search(r"\bthan$", _BOUND.sub("", clause)) and not bound:
        score -= 4
    if _DATED.search(clause) and not mention.currency:
        score -= 2
    if balance is not None and mention.value == balance and offer <= other:
        score -= 1
    return score


def _before(tokens: Sequence[Token], mention: Mention, count: int) -> str:
    return " ".join(token.word for token in tokens[max(0, mention.start - count) : mention.start])


def _ends_range(mention: Mention, candidates: Sequence[Mention], tokens: Sequence[Token]) -> bool:
    """Whether a number is the second of two ("one fifty to two hundred", "50 or 60")."""
    linked = word_at(tokens, mention.start - 1) in {"to", "or", "and"}
    return linked and any(other.end == mention.start - 1 for other in candidates)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _clause_before(tokens: Sequence[Token], mention: Mention) -> str:
    """The words before a mention back to the start of its clause."""
    words: list[str] = []
    for token in reversed(tokens[max(0, mention.start - 9) : mention.start]):
        if token.stop in {".", "?", "!", ";", ","} or _CLAUSE_END.fullmatch(token.word):
            break
        words.append(token.word)
    return " ".join(reversed(words))
