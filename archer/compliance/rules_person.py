"""Rules about the person, the account and ourselves: P-14 to P-29 where they block whatever the time, and P-31.

Each answers for its own missing facts; parameters come from data/rules.toml.
"""

import re

from archer.compliance.case import Case, Verdict
from archer.compliance.ruleset import Rule

_CALLABLE = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}|\+[2-9][0-9]{6,14}")


def p_14(case: Case, _rule: Rule) -> Verdict | None:
    """The consumer's own number."""
    number = case.facts.number
    if case.facts.consumer is None:
        return Verdict("block", "consumer is missing")
    if number is None or number.e164 is None:
        return Verdict("block", "number.e164 is missing")
    if number.kind is None:
        return Verdict("block", "number.kind is missing: whose line it is is unknown")
    return Verdict("block", f"the number is of a {number.kind}") if number.kind in ("relative", "reference") else None


def p_15(case: Case, _rule: Rule) -> Verdict | None:
    """Work."""
    number = case.facts.number
    if number and number.kind == "work":
        return Verdict("block", "the number is a work number")
    return Verdict("block", "calls at work are prohibited") if number and number.work_prohibited else None


def p_16(case: Case, _rule: Rule) -> Verdict | None:
    """Attorney."""
    consumer = case.facts.consumer
    return Verdict("block", "represented by an attorney") if consumer and consumer.attorney else None


def p_17(case: Case, _rule: Rule) -> Verdict | None:
    """Cease."""
    consumer = case.facts.consumer
    return Verdict("block", "asked to cease communication") if consumer and consumer.cease else None


def p_18(case: Case, _rule: Rule) -> Verdict | None:
    """Not by phone."""
    consumer = case.facts.consumer
    return Verdict("block", "asked not to be phoned") if consumer and consumer.phone_opt_out else None


def p_19(case: Case, _rule: Rule) -> Verdict | None:
    """Dispute. Written or oral, within the validation period or after it: it holds until the response is sent."""
    dispute = case.facts.debt.dispute if case.facts.debt else None
    if dispute is None or dispute.response_sent:
        return None
    return Verdict("block", f"{dispute.kind or 'a'} dispute without a response")


def p_20(case: Case, rule: Rule) -> Verdict | None:
    """Validation notice. One dated after today is not sent; day 5 after the first communication is still in time."""
    if case.facts.collector is None or case.facts.collector.mode is None:
        return Verdict("block", "collector.mode is missing")
    debt = case.facts.debt
    if debt is None or debt.initial_communication_on is None:
        return None
    if debt.validation_notice_sent_on and debt.validation_notice_sent_on <= case.latest_date:
        return None
    days = (case.last_local_date - debt.initial_communication_on).days
    if days <= rule.number("days"):
        return None
    return Verdict("block", f"no validation notice {days} days after the initial communication")


def p_21(case: Case, _rule: Rule) -> Verdict | None:
    """Bankruptcy."""
    consumer = case.facts.consumer
    return Verdict("block", "bankruptcy") if consumer and consumer.bankruptcy else None


def p_22(case: Case, _rule: Rule) -> Verdict | None:
    """Deceased."""
    consumer = case.facts.consumer
    return Verdict("block", "deceased") if consumer and consumer.deceased else None


def p_23(case: Case, _rule: Rule) -> Verdict | None:
    """Identity theft."""
    consumer = case.facts.consumer
    return Verdict("block", "identity theft reported") if consumer and consumer.identity_theft else None


def p_25(case: Case, _rule: Rule) -> Verdict | None:
    """Time-barred."""
    debt = case.facts.debt
    return Verdict("block", "the debt is time-barred") if debt and debt.time_barred else None


def p_26(case: Case, _rule: Rule) -> Verdict | None:
    """Balance and minors."""
    if case.facts.consumer and case.facts.consumer.minor:
        return Verdict("block", "the consumer is a minor")
    balance = case.facts.debt.balance if case.facts.debt else None
    if balance is None:
        return Verdict("block", "debt.balance is missing")
    return None if balance > 0 else Verdict("block", "nothing is owed")


def p_27(case: Case, _rule: Rule) -> Verdict | None:
    """Wrong number."""
    number = case.facts.number
    return Verdict("block", "the number was reported wrong") if number and number.wrong else None


def p_29(case: Case, _rule: Rule) -> Verdict | None:
    """Caller id: one that can be called back, verified as ours, and not the consumer's own."""
    caller_id = case.facts.caller_id
    if caller_id is None or not caller_id.number:
        return Verdict("block", "caller_id is missing")
    if not _CALLABLE.fullmatch(caller_id.number):
        return Verdict("block", f"caller id {caller_id.number!r} cannot be called back")
    if case.facts.number and caller_id.number == case.facts.number.e164:
        return Verdict("block", "the caller id is the consumer's own number")
    return None if caller_id.verified else Verdict("block", "the caller id is not verified as ours")


def p_31(case: Case, _rule: Rule) -> Verdict | None:
    """Guardrail, recorder, opt-out service."""
    return None if case.facts.healthy else Verdict("block", "guardrail, recorder or opt-out service is not healthy")
