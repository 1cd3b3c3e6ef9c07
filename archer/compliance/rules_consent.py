"""Rules about consent and about who may speak: P-01 to P-06, P-13, P-24, P-30.

Numbers, sources and words come from data/rules.toml. A rule of decision `human_only` asks nothing when a person speaks.
"""

import re
from datetime import date, timedelta

from archer.compliance.case import Case, Verdict
from archer.compliance.facts import Contact
from archer.compliance.places import number_class
from archer.compliance.ruleset import Rule, ruleset


def consent_date(case: Case) -> date | None:
    """The day on which the called party consented to AI voice; None without such consent.

    A consent dated after today is none. Only sources that P-01 names give consent.
    """
    consent = case.facts.consent.ai_voice if case.facts.consent else None
    if consent is None or consent.source not in ruleset().rule("P-01").words("consent_sources"):
        return None
    return consent.date if consent.date and consent.date <= case.latest_date else None


def p_01(case: Case, rule: Rule) -> Verdict | None:
    """AI voice to wireless needs consent. Blocks while it is open who would speak, or what line it is.

    An internet line (`voip`) is read as wireless.
    """
    number, consent = case.facts.number, case.facts.consent
    if case.facts.voice is None:
        return Verdict("block", "voice is missing: who would speak is open")
    if number is None or number.line_type is None:
        return Verdict("block", "number.line_type is missing")
    if not case.ai:
        return None
    given = consent.ai_voice if consent else None
    if given and given.date is None and given.source in rule.words("consent_sources"):
        return Verdict("block", "consent.ai_voice.date is missing")
    if number.line_type not in rule.words("wireless_line_types") or consent_date(case):
        return None
    if given is None or given.source is None:
        return Verdict("human_only", f"no consent to AI voice on this {number.line_type} line")
    if given.source in rule.words("consent_sources"):
        return Verdict("human_only", f"the consent is dated {given.date}, after today")
    return Verdict("human_only", f"a number from {given.source} carries no consent to AI voice")


def _ai_call(contact: Contact) -> bool:
    return contact.channel == "call" and contact.direction == "outbound" and contact.voice == "ai"


def p_02(case: Case, rule: Rule) -> Verdict | None:
    """The fourth AI call in 30 dates to a landline without consent.

    Read strictly: AI calls to the person's other numbers and unanswered ones count, and a person does not dial either.
    """
    number = case.facts.number
    if number is None or number.line_type != "landline" or consent_date(case):
        return None
    calls = case.count("ai_calls", _ai_call, rule.number("days"))
    if calls < rule.number("cap"):
        return None
    return Verdict("block", f"{calls} AI calls in {rule.number('days')} days to a landline without consent")


def p_03(case: Case, _rule: Rule) -> Verdict | None:
    """Emergency and charged-party lines, toll-free numbers."""
    e164 = case.facts.number.e164 if case.facts.number else None
    kind = number_class(e164) if e164 else "ordinary"
    if kind == "ordinary" or (kind == "toll_free" and case.facts.policy.allow_toll_free):
        return None
    names = {"toll_free": "a toll-free number", "premium": "a charged-party line", "emergency": "an emergency line"}
    return Verdict("block", f"the number is {names[kind]}")


def p_04(case: Case, _rule: Rule) -> Verdict | None:
    """Marketing."""
    if case.facts.purpose is None:
        return Verdict("block", "purpose is missing")
    return Verdict("block", "marketing is not allowed") if case.facts.purpose == "marketing" else None


def p_05(case: Case, _rule: Rule) -> Verdict | None:
    """Revocation. It stands whatever consent is dated later, whenever it is dated itself, and is of all calls when it
    does not say; only a person lifts it."""
    consent = case.facts.consent
    if consent is None:
        return Verdict("block", "consent is missing: whether it was revoked is unknown")
    if consent.revoked_at is None:
        return None
    if consent.revocation_scope != "ai_voice":
        return Verdict("block", "consent to all calls is revoked")
    return Verdict("human_only", "consent to AI voice is revoked") if case.ai else None


def p_06(case: Case, rule: Rule) -> Verdict | None:
    """Reassigned numbers. A query not after the consent's day, or of more than 30 days ago, counts as missing."""
    reassigned = case.facts.number.reassigned if case.facts.number else None
    queried_on, result = (reassigned.queried_on, reassigned.result) if reassigned else (None, None)
    age = timedelta(days=rule.number("fresh_days"))
    recent = queried_on is not None and case.last_local_date - age <= queried_on

    def after(consented: date | None) -> bool:
        return queried_on is not None and (consented is None or queried_on > consented)

    if result == "yes" and recent and after(consent_date(case)):
        return Verdict("block", f"the number was reassigned (queried {queried_on})")
    if not case.ai:
        return None
    consent = case.facts.consent.ai_voice if case.facts.consent else None
    if not recent or not after(consent.date if consent else None) or result is None:
        return Verdict("human_only", "no query of the reassigned numbers database after the consent and within 30 days")
    return None if result == "no" else Verdict("human_only", f"reassigned numbers database: {result}")


def p_13(case: Case, rule: Rule) -> Verdict | None:
    """A third party whose name reveals collection. Where the facts do not say, the words of the name decide."""
    collector = case.facts.collector
    if not case.ai or collector is None or collector.mode == "first_party":
        return None
    reveals = collector.name_indicates_collection
    if "name_indicates_collection" not in collector.model_fields_set:
        words = set(re.findall(r"[a-z]+", (collector.registered_name or "").lower()))
        reveals = bool(words & rule.words("revealing_words"))
    return Verdict("human_only", "the registered name reveals collection") if reveals else None


def p_24(case: Case, _rule: Rule) -> Verdict | None:
    """Active duty."""
    consumer = case.facts.consumer
    return Verdict("human_only", "active duty") if case.ai and consumer and consumer.active_duty else None


def p_30(case: Case, _rule: Rule) -> Verdict | None:
    """Language."""
    consumer = case.facts.consumer
    if not case.ai or consumer is None:
        return None
    if not consumer.language:
        return Verdict("block", "consumer.language is missing")
    if consumer.language.casefold() in {language.casefold() for language in consumer.supported_languages}:
        return None
    return Verdict("human_only", f"language {consumer.language!r} is not supported")
