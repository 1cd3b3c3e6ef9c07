"""Which of several days and times in a sentence is the one that the caller asks for.

"I get paid on the 15th, so call me on the 16th after 5; I work until 4": paydays and shifts are not asked for.
"""

import re
from collections.abc import Sequence

from archer.conversation.slots.clock_times import Clock
from archer.conversation.slots.named_day import Day
from archer.conversation.slots.tokens import Token

_ASKED = re.compile(
    r"\b(call|pay|try|schedule|can do|could do|do it|do|send|reach|set|make|book|phone|ring|talk|available|free|by"
    r"|until|till|works|would work|better|put|take|give me|let's|lets|how about|what about|have it|instead|will be"
    r"|come|prefer|mail|good|best|after|pick|say|rather|(move|push|shift|change|switch) (it|that|this|my|the)|home)\b"
)
_OTHER = re.compile(
    r"\b(i (have|work)|(i've|we've) got|we have|social security|benefits|pension|disability|get my"
    r"|(work|busy|meeting|class|school|out|gone|away|tied up"
    r"|unavailable|open|here|shift) (until|till|til|from)|get paid|got paid|gets paid|be paid|payday|paycheck|check"
    r"|born|since|birthday|due(?! date (to|for|until|till|moved|changed|pushed))"
    r"|bill|opened|statement|work until|work till|working|get off|off work|off at|off on"
    r"|(?<!to )(?<!you )(?<!please )shift(?! (it|that|this|my|the))|salary|wages|leave at|meeting|appointment"
    r"|surgery|fired|laid off|lost|called|talked|spoke|told|was|were|ended|from"
    r"|closed|out of town|on vacation|away|back on|busy|asleep|start work|starts at|moved|flight|deposit"
    r"|direct deposit|hits|rent is|already|paid|been|payments? (is|was))\b"
)
_DENIED = re.compile(
    r"\b(not|can't|cannot|won't|don't|isn't|never|couldn't|wouldn't|except|but not|no good|instead of|rather than"
    r"|any day but|anything but|unable)( \w+){0,4}$"
)
_DENIED_AFTER = re.compile(
    r"^(is no good|doesn't work|won't work|isn't|is not|is bad|is out|is too|i can't|i work|i'm busy|i am busy)"
)
_IS_TAKEN = re.compile(
    r"(is|(?:i|we|he|she|they)(?:'m|'ve|'re|'s| am| have| has| had| are| got| work)) "
    r"(?!(?:\w+ )?(?:good|fine|great|best|better|okay|ok|alright|perfect|ideal|free|open|off|home|available|around|"
    r"here|time|clear|easier|easiest|convenient)\b"
    r"|(?:my|the|a) (?:(?!bad|busy|long|rough|terrible|hard|school|work)\w+ )?(?:day|one|time)\b"
    r"|when (?:i|we|you) (?:can|could|get off)\b)"
)
"""What follows a day that is told of and not asked for: "tomorrow is the recital", "Thursday I have court"."""
_CLAUSE_END = frozenset({"but", "so", "because", "though", "however", "and", "then"})


def meant_day(days: Sequence[Day], tokens: Sequence[Token]) -> Day | None:
    """The day asked for; None when there is none."""
    floors = [0, *(day.end for day in days)]
    fits = [_score(tokens, day.start, day.end, floors[index]) for index, day in enumerate(days)]
    spans = _SPAN_BESIDE_DAY if any(not day.vague and not day.past for day in days) else 1
    scored = [
        (fits[index] - 3 * _withdrawn(days, fits, index) - 4 * day.past - spans * day.vague, -index)
        for index, day in enumerate(days)
    ]
    if not scored:
        return None
    best = max(scored)
    return days[-best[1]] if best[0] > -4.5 or days[-best[1]].past else None


_SPAN_BESIDE_DAY = 2.5
"""What it counts against "next week" that a day is named as well."""


def _withdrawn(days: Sequence[Day], fits: Sequence[float], index: int) -> bool:
    """The same day is named once more, as one that is taken: "Thursday at two, oh, I have the kids Thursday"."""
    after = zip(days[index + 1 :], fits[index + 1 :], strict=True)
    return fits[index] > 0 and any(day.date == days[index].date and fit < 0 for day, fit in after)


def meant_clock(clocks: Sequence[Clock], day: Day | None, tokens: Sequence[Token]) -> Clock | None:
    """The time asked for: a sure one, nearest to the day when they stand together."""
    floors = [0, *(clock.end for clock in clocks)]
    scored = [
        (_score(tokens, clock.start, clock.end, floors[index]) + 2 * clock.sure - _distance(clock, day), -index)
        for index, clock in enumerate(clocks)
    ]
    if not scored:
        return None
    best = max(scored)
    return clocks[-best[1]] if best[0] > -3 else None


def _distance(clock: Clock, day: Day | None) -> float:
    """A small charge for standing far from the day."""
    if day is None:
        return 0.0
    gap = max(clock.start - day.end, day.start - clock.end)
    return min(max(gap, 0) * 0.1, 1.0)


def _score(tokens: Sequence[Token], start: int, end: int, floor: int) -> float:
    """How much a day or time looks like what is asked for; `floor` is where the one before it ends."""
    clause = _clause_before(tokens, start)
    behind = " ".join(token.word for token in tokens[end : end + 4])
    asked, other = _last(_ASKED, clause), _last(_OTHER, clause)
    until = re.search(r"\b(until|till|til)$", clause)
    score = -2.0 if other >= 0 and (until or other >= asked) else 2.0 if asked >= 0 else 0.0
    own = clause.split()[max(0, len(clause.split()) - (start - floor)) :]
    told = "is " + behind if tokens[end - 1].word.endswith("'s") else behind
    if _DENIED.search(" ".join(own)) or _DENIED_AFTER.match(told):
        score -= 6
    if _IS_TAKEN.match(told):
        score -= 3
    if tokens[end - 1].word.endswith("days"):  # a habit
        score -= 1
    if re.match(r"(works|would|is (good|fine|better|best)|sounds|please|then|instead)\b", behind):
        score += 2
    return score


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def _clause_before(tokens: Sequence[Token], start: int) -> str:
    words: list[str] = []
    for token in reversed(tokens[max(0, start - 8) : start]):
        if token.stop in {".", "?", "!", ";", ","} or token.word in _CLAUSE_END:
            break
        words.append(token.word)
    return " ".join(reversed(words))
