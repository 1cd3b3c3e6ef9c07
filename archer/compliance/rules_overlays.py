"""P-28: the state and city overlays of data/overlays.toml, of the address's and the area code's state alike."""

from archer.compliance.case import Case, Dial, Verdict
from archer.compliance.facts import Contact
from archer.compliance.rules_timing import hours_verdict, shut_zones
from archer.compliance.ruleset import Overlay, Rule


def p_28(case: Case, _rule: Rule) -> Verdict | None:
    """An address whose state cannot be told leaves open which overlays apply."""
    problem = case.dial.where.state_problem
    return Verdict("block", problem) if problem else None


def concerned(dial: Dial) -> list[Overlay]:
    """The overlays of this place that bind this collector, whatever their dates."""
    return [overlay for overlay in dial.rules.overlays if _place_and_collector(overlay, dial)]


def _place_and_collector(overlay: Overlay, dial: Dial) -> bool:
    collector, debt, where = dial.facts.collector, dial.facts.debt, dial.where
    mode = collector.mode if collector else None
    if overlay.dormant or not overlay.binds(mode):
        return False
    begun = debt is None or debt.collection_procedures_begun
    if mode == "first_party" and overlay.flag("first_party_needs_procedures") and not begun:
        return False
    if not overlay.zip_prefixes:
        return not where.states.isdisjoint(overlay.states)
    if where.postal_code:
        in_state = where.address is not None and where.address.state == overlay.zip_state
        return in_state and where.postal_code.startswith(tuple(overlay.zip_prefixes))
    return where.address_problem is not None and overlay.zip_state in where.states


def in_force(case: Case) -> list[Overlay]:
    """The overlays that apply to this dial on this date, in any of its zones."""
    days = set(case.today.values()) or {case.now.date()}
    return [overlay for overlay in case.dial.overlays if any(overlay.in_force(day) for day in days)]


def overlay_verdicts(case: Case) -> list[tuple[str, Verdict]]:
    """Every overlay that does not allow, by the id of its jurisdiction."""
    found: list[tuple[str, Verdict]] = []
    for overlay in in_force(case):
        verdict = None
        if overlay.measure == "contacts":
            verdict = _contacts(case, overlay)
        elif overlay.measure == "hours":
            verdict = _hours(case, overlay)
        if verdict:
            found.append((overlay.rule_id, verdict))
    return found


def _contacts(case: Case, overlay: Overlay) -> Verdict | None:
    """A cap on our contacts over a number of local dates, counted across debts unless policy counts per debt."""
    cap, days = overlay.number("cap"), overlay.number("days")
    if case.facts.number and case.facts.number.kind == "work" and "days_elsewhere" in overlay.parameters:
        days = overlay.number("days_elsewhere")
    channels, unconnected = overlay.words("channels"), overlay.flag("include_unconnected")
    conversations = overlay.flag("conversations_only")

    def selection(contact: Contact) -> bool:
        if contact.channel not in channels or not case.dial.in_scope(contact):
            return False
        if conversations:
            return contact.conversation
        return contact.direction == "outbound" and (unconnected or contact.connected is not False)

    until = case.until_fewer(overlay.id, selection, cap, days)
    if until is None:
        return None
    count = case.count(overlay.id, selection, days)
    return Verdict("block_until", f"{overlay.jurisdiction}: {count} contacts in {days} days", until)


def _hours(case: Case, overlay: Overlay) -> Verdict | None:
    shut = shut_zones(case, overlay.seconds("open"), overlay.seconds("close"))
    if not shut:
        return None
    verdict = hours_verdict(shut)
    return verdict._replace(reason=f"{overlay.jurisdiction}: {verdict.reason}")
