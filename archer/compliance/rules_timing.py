"""Rules that time lifts: the hours (P-07, P-08), inconvenient times (P-09), frequency (P-10, P-11) and pace (P-12).

Each says from when on it would allow, exactly; the gate puts these instants together. Parameters: data/rules.toml and
the organization's policy in the facts.
"""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from archer.compliance.case import Case, Verdict
from archer.compliance.dates import is_federal_holiday
from archer.compliance.facts import Contact
from archer.compliance.localtime import DAY, local_date, next_allowed, start_of_day
from archer.compliance.places import area_code, number_class
from archer.compliance.ruleset import Rule

DAY_SECONDS = 24 * 3600
WEEK_SECONDS = 7 * DAY_SECONDS


def _second(local: datetime) -> int:
    return local.hour * 3600 + local.minute * 60 + local.second


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}" + (f":{second % 60:02}" if second % 60 else "")


def _less_buffer(case: Case, opening: int, closing: int) -> tuple[int, int]:
    buffer = math.ceil(case.facts.policy.window_buffer_minutes * 60)
    return opening + buffer, closing - buffer


def shut_zones(case: Case, opening: int, closing: int) -> list[tuple[str, str, datetime | None]]:
    """The zones in which it is not between these seconds of the day, less the buffer: name, reason, next opening."""
    first, last = _less_buffer(case, opening, closing)

    def is_open(local: datetime) -> bool:
        return first <= _second(local) < last

    shut: list[tuple[str, str, datetime | None]] = []
    for name in case.zones:
        opens = next_allowed(name, case.now, (first, last), is_open)
        if opens != case.now:
            early = _second(case.local(name)) < first
            reason = f"{_clock(first)} has not come in {name}" if early else f"{_clock(last)} has passed in {name}"
            shut.append((name, reason, opens))
    return shut


def hours_verdict(shut: list[tuple[str, str, datetime | None]]) -> Verdict:
    """`block_until` the last of these openings; without one, for good."""
    openings = [opens for _, _, opens in shut]
    until = None if None in openings else max(opens for opens in openings if opens)
    return Verdict("block_until", "; ".join(reason for _, reason, _ in shut), until)


def p_07(case: Case, rule: Rule) -> Verdict | None:
    """The hours, when no possible zone is open; without any zone there is nothing to go by."""
    if not case.zones:
        return Verdict("block", "neither number nor address tells the consumer's time zone")
    shut = shut_zones(case, rule.seconds("open"), rule.seconds("close"))
    return hours_verdict(shut) if len(shut) == len(case.zones) else None


def p_08(case: Case, rule: Rule) -> Verdict | None:
    """The hours, when several zones are possible and one is shut; a hint that cannot be read blocks."""
    where = case.dial.where
    if where.stated_problem:
        return Verdict("block", where.stated_problem)
    if not where.stated:
        if where.address_problem:
            return Verdict("block", where.address_problem)
        e164 = case.facts.number.e164 if case.facts.number else None
        if e164 and not where.number_zones and number_class(e164) != "toll_free":
            return Verdict("block", f"the zone of {area_code(e164) or e164} is unknown")
    if len(case.zones) < 2:
        return None
    shut = shut_zones(case, rule.seconds("open"), rule.seconds("close"))
    return hours_verdict(shut) if shut else None


def p_09(case: Case, _rule: Rule) -> Verdict | None:
    """Inconvenient times, in every possible zone. Over midnight both readings of `days` are kept free (see facts)."""
    windows = case.dial.inconvenient
    if not windows:
        return None
    boundaries = {0} | {second for window in windows for second in (window.begin, window.end)}

    def is_free(local: datetime) -> bool:
        return not any(window.covers(local.weekday(), _second(local)) for window in windows)

    starts = [(name, next_allowed(name, case.now, boundaries, is_free)) for name in case.zones]
    held = [(name, start) for name, start in starts if start != case.now]
    if not held:
        return None
    until = None if any(start is None for _, start in held) else max(start for _, start in held if start)
    return Verdict("block_until", f"an inconvenient time in {', '.join(name for name, _ in held)}", until)


def shut_all_week(case: Case) -> bool:
    """Whether the hours and the inconvenient times together leave no second of a week free, as the clocks of this
    instant run. So it then stays until one of these clocks changes."""
    rule = case.dial.rules.rule("P-07" if len(case.zones) == 1 else "P-08")
    first, last = _less_buffer(case, rule.seconds("open"), rule.seconds("close"))
    if len(case.zones) == 1 and not case.dial.inconvenient:
        return first >= last
    daily = [(0, min(first, DAY_SECONDS)), (max(last, 0), DAY_SECONDS)]
    local = [(n * DAY_SECONDS + begin, n * DAY_SECONDS + end) for n in range(7) for begin, end in daily]
    local += [(n * DAY_SECONDS + begin, n * DAY_SECONDS + end) for n, begin, end in _inconvenient_spans(case)]
    shut: list[tuple[int, int]] = []
    for name in case.zones:
        offset = int((case.local(name).utcoffset() or timedelta()).total_seconds())
        for begin, end in local:
            start = (begin - offset) % WEEK_SECONDS
            stop = start + end - begin
            shut += [(start, stop)] if stop <= WEEK_SECONDS else [(start, WEEK_SECONDS), (0, stop - WEEK_SECONDS)]
    reached = 0
    for start, stop in sorted(shut):
        if start > reached:
            return False
        reached = max(reached, stop)
    return reached == WEEK_SECONDS


def _inconvenient_spans(case: Case) -> Iterator[tuple[int, int, int]]:
    """The inconvenient times of a week, day by day: weekday, first second, second after the last."""
    for window in case.dial.inconvenient:
        for day in window.days:
            if window.begin < window.end:
                yield day, window.begin, window.end
            else:
                yield from ((day, window.begin, DAY_SECONDS), (day, 0, window.end), ((day + 1) % 7, 0, window.end))


def is_counted(contact: Contact) -> bool:
    """A call of ours that reached the line: rang, was answered or dropped, or met voicemail; not one asked for."""
    ours = contact.direction == "outbound" and contact.channel == "call"
    return ours and contact.connected is not False and not contact.prior_consent


def p_10(case: Case, rule: Rule) -> Verdict | None:
    """Seven calls in seven dates."""
    cap, days = rule.number("cap"), rule.number("days")
    if case.facts.debt and not case.facts.debt.id:
        return Verdict("block", "debt.id is missing: which debt the call would be about is unknown")

    def selection(contact: Contact) -> bool:
        return is_counted(contact) and case.dial.in_scope(contact)

    until = case.until_fewer("counted", selection, cap, days)
    if until is None:
        return None
    return Verdict("block_until", f"{case.count('counted', selection, days)} counted calls in {days} days", until)


def p_11(case: Case, rule: Rule) -> Verdict | None:
    """Seven dates from a conversation on, about whichever debt and over whichever channel, unless asked for."""
    until = case.until_fewer("conversations", lambda contact: contact.conversation, 1, rule.number("days"))
    if until is None or _asked_for(case, case.now, rule):
        return None
    callback = _callback_start(case, rule)
    reason = f"a conversation within the last {rule.number('days')} dates"
    return Verdict("block_until", reason, min(until, callback) if callback else until)


def _asked_for(case: Case, at: datetime, rule: Rule) -> bool:
    """Whether a dial at this instant is the call that the consumer asked for, within the days of that consent."""
    callback = case.facts.callback_consent
    if callback is None or callback.given_at is None or callback.for_ is None:
        return False
    tolerance = timedelta(minutes=rule.number("callback_tolerance_minutes"))
    if at < callback.given_at or abs(at - callback.for_) > tolerance:
        return False
    days = ((local_date(at, name) - local_date(callback.given_at, name)).days for name in case.zones)
    return all(0 <= n < rule.number("callback_days") for n in days)


def _callback_start(case: Case, rule: Rule) -> datetime | None:
    """When the time that the consumer asked for begins, if that is still to come."""
    callback = case.facts.callback_consent
    if callback is None or callback.given_at is None or callback.for_ is None:
        return None
    start = max(callback.for_ - timedelta(minutes=rule.number("callback_tolerance_minutes")), callback.given_at)
    start = start.astimezone(UTC)
    return start if start > case.now and _asked_for(case, start, rule) else None


def _attempt(contact: Contact) -> bool:
    return contact.direction == "outbound" and contact.channel == "call"


def p_12(case: Case, _rule: Rule) -> Verdict | None:
    """Pace. Every dial of ours counts, of any debt, busy or asked for; overrides do not switch holidays off."""
    policy = case.facts.policy
    held = [_spacing(case, policy.pace_min_hours), _daily(case, policy.pace_max_per_day), _holiday(case)]
    verdicts = [verdict for verdict in held if verdict]
    if not verdicts:
        return None
    untils = [verdict.until for verdict in verdicts]
    until = None if None in untils else max(until for until in untils if until)
    return Verdict("block_until", "; ".join(verdict.reason for verdict in verdicts), until)


def _spacing(case: Case, hours: float) -> Verdict | None:
    calls = case.latest("attempts", _attempt)
    until = calls[0] + timedelta(hours=hours) if calls else case.now
    return Verdict("block_until", f"the last call is less than {hours:g} h ago", until) if until > case.now else None


def _daily(case: Case, cap: int) -> Verdict | None:
    if cap == 0:
        return Verdict("block_until", "policy allows no calls a day")
    until = case.until_fewer("attempts", _attempt, cap, 1)
    return Verdict("block_until", f"{cap} calls today", until) if until else None


def _holiday(case: Case) -> Verdict | None:
    held = {name: today for name, today in case.today.items() if is_federal_holiday(today)}
    if not held:
        return None
    until = max(start_of_day(name, _next_working(today)) for name, today in held.items())
    return Verdict("block_until", f"a federal holiday in {', '.join(held)}", until)


def _next_working(day: date) -> date:
    while is_federal_holiday(day):
        day += DAY
    return day
