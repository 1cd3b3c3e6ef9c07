"""When a consumer does not want to be called, from his own words: "never before noon", "only on weekends after five".

Rule P-09 and C-02. The result has the gate's shape: [from, to) in his local time on local weekdays. What cannot be read
gives nothing, and whoever asked must then treat every hour as inconvenient until a person has found out.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from archer.conversation.slots.clock_times import Clock, read_clocks
from archer.conversation.slots.time_words import prepared
from archer.conversation.slots.tokens import Token

Window = dict[str, object]
_Spans = list[tuple[int, int]]

_DAY = 24 * 60
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLAUSES = re.compile(
    r"[.;!?]|\bbut\b|\binstead\b|(?<=\w)\s(?=only\b)"
    r"|,(?=\s*(?:just|you can|call|please call|try|not|never|don't|do not)\b)",
    re.I,
)
_EXCEPTION = re.compile(r"\b(?:except|unless)\b", re.I)
_NEGATION = re.compile(
    r"n't\b|\b(?:dont|cant|wont|not|never|no|stop|quit|avoid|inconvenient|bad|busy|asleep|sleep|sleeping|working|work)\b",
    re.I,
)
_WANTED = re.compile(r"\b(?:only|just|call|try|reach|ring|phone|best|better|prefer|fine|ok|okay|good)\b", re.I)
_DAYS = {
    **{name + ending: (n,) for n, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")) for ending in ("", "s")},
    "weekend": (5, 6), "weekends": (5, 6), "weekday": (0, 1, 2, 3, 4), "weekdays": (0, 1, 2, 3, 4),
}  # fmt: skip
_PARTS = {
    "morning": (0, 12 * 60), "mornings": (0, 12 * 60),
    "afternoon": (12 * 60, 17 * 60), "afternoons": (12 * 60, 17 * 60),
    "evening": (17 * 60, _DAY), "evenings": (17 * 60, _DAY), "night": (17 * 60, _DAY), "nights": (17 * 60, _DAY),
    "early": (0, 10 * 60), "late": (19 * 60, _DAY), "lunch": (11 * 60, 14 * 60), "lunchtime": (11 * 60, 14 * 60),
    "dinner": (17 * 60, 20 * 60), "dinnertime": (17 * 60, 20 * 60), "supper": (17 * 60, 20 * 60),
}  # fmt: skip
_WORK_HOURS = re.compile(
    r"\b(?:work(?:ing)? hours|business hours|office hours|during work|while i work|the day)\b", re.I
)
_WORK = (8 * 60, 18 * 60)
_BEFORE = frozenset({"before", "until", "till", "til", "earlier", "prior"})
_AFTER = frozenset({"after", "past", "later", "from", "since"})
_RANGE_OPENS = frozenset({"between", "from"})
_RANGE_JOINS = frozenset({"and", "to", "till", "until", "through", "-"})


def quiet_windows(text: str) -> list[Window]:
    """Inconvenient times in a text, as `{"days": […], "from": "HH:MM", "to": "HH:MM"}`; empty when there are none."""
    found: list[Window] = []
    negated = bool(_NEGATION.search(text))
    for clause in _CLAUSES.split(text) if negated else [text]:
        refused, *allowed = _EXCEPTION.split(clause)
        denies = bool(_NEGATION.search(refused)) or (negated and not _WANTED.search(refused))
        found += _of_clause(refused, wanted=not denies and bool(_WANTED.search(refused)))
        for exception in allowed:
            found += _of_clause(exception, wanted=True)
    return [window for n, window in enumerate(found) if window not in found[:n]]


def is_quiet(windows: Sequence[Window], moment: datetime) -> bool:
    """Whether a moment in the consumer's own zone lies in one of his inconvenient times."""
    day, clock = _WEEK[moment.weekday()], f"{moment:%H:%M}"
    return any(day in cast(list[str], w["days"]) and str(w["from"]) <= clock < str(w["to"]) for w in windows)


def _of_clause(clause: str, *, wanted: bool) -> list[Window]:
    tokens = prepared(clause)
    days = sorted({day for token in tokens for day in _DAYS.get(token.word, ())})
    if re.search(r"\bduring the week\b", clause, re.I):
        days = sorted({*days, 0, 1, 2, 3, 4})
    spans = _spans(clause, tokens, wanted=wanted)
    if not days and not spans:
        return []
    if not wanted:
        return [_window(days, span) for span in spans or [(0, _DAY)]]
    windows = [_window([day for day in range(7) if day not in days], (0, _DAY))] if days else []
    return windows + [_window(days, span) for span in _others(spans)]


def _others(spans: _Spans) -> _Spans:
    """The rest of the day; the whole day is no rest."""
    rest: _Spans = []
    place = 0
    for start, end in sorted(spans):
        if start > place:
            rest.append((place, start))
        place = max(place, end)
    return [*rest, (place, _DAY)] if spans and place < _DAY else rest


def _spans(clause: str, tokens: Sequence[Token], *, wanted: bool) -> _Spans:
    words = [token.word for token in tokens]
    clocks = [_halved(clock, words[clock.end : clock.end + 3]) for clock in read_clocks(tokens)]
    spans: _Spans = []
    index = 0
    while index < len(clocks):
        clock = clocks[index]
        following = clocks[index + 1] if index + 1 < len(clocks) else None
        before = words[clock.start - 1] if clock.start else ""
        joined = following is not None and following.start == clock.end + 1 and words[clock.end] in _RANGE_JOINS
        if following is not None and joined and (before in _RANGE_OPENS or before not in _BEFORE | _AFTER):
            spans.append(_between(clock, following))
            index += 1
        elif before in _BEFORE or (before == "than" and words[clock.start - 2] in _BEFORE):
            spans.append((0, _minutes(clock, morning_from=7)))
        elif before in _AFTER or (before == "than" and words[clock.start - 2] in _AFTER):
            spans.append((_minutes(clock, morning_from=9 if wanted else 10, late=not wanted), _DAY))
        index += 1
    if spans:
        return spans
    named = [_part(word, words[max(0, index - 2) : index]) for index, word in enumerate(words) if word in _PARTS]
    return [*named, _WORK] if _WORK_HOURS.search(clause) else named


def _part(word: str, before: Sequence[str]) -> tuple[int, int]:
    """A part of the day, or all that lies before or after it: "nothing before lunch"."""
    start, end = _PARTS[word]
    if _BEFORE & set(before):
        return (0, start)
    return (end, _DAY) if _AFTER & set(before) and end < _DAY else (start, end)


def _halved(clock: Clock, following: Sequence[str]) -> Clock:
    """The clock with the half of the day that the words behind it name: "eleven in the morning"."""
    if clock.half or clock.exact or following[:1] not in (["in"], ["at"]):
        return clock
    if "morning" in following:
        return replace(clock, half="am")
    return replace(clock, half="pm") if {"afternoon", "evening", "night"} & set(following) else clock


def _minutes(clock: Clock, *, morning_from: int, late: bool = False) -> int:
    """A time as minutes of the day. Without am or pm, hours from `morning_from` to 11 are of the morning, the others
    of the afternoon; `late` reads ten and eleven as of the night."""
    hour = clock.hour
    if clock.half:
        hour = hour % 12 + (12 if clock.half == "pm" else 0)
    elif not clock.exact and hour < 12 and (late or hour < morning_from):
        hour += 12
    return hour * 60 + clock.minute


def _between(first: Clock, last: Clock) -> tuple[int, int]:
    start = _minutes(first, morning_from=7)
    end = _minutes(last, morning_from=0)
    if end <= start and not last.half and not last.exact:
        end += 12 * 60
    return (start, end) if start < end <= _DAY else (0, _DAY)


def _window(days: Sequence[int], span: tuple[int, int]) -> Window:
    start, end = span
    return {"days": [_WEEK[day] for day in days or range(7)], "from": _clock(start), "to": _clock(end)}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
