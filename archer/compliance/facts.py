"""What is known when a dial is decided: the input of `python -m archer.compliance dial` and of `gate.evaluate`.

Defaults: the policy numbers as written here, flags false, lists empty. Any other fact may be absent (None); a rule that
needs it then blocks, so that nothing is dialed on a gap. Garbage is refused with pydantic.ValidationError: wrong types,
instants without an offset, unknown keys inside an object. Unknown keys of the outermost object are annotations and
are dropped, unless they look like a misspelt fact.
"""

import difflib
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONEY = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
"""Instants and dates are believed from the first of these days to the last; outside, the input is refused."""


def _instant_text(value: object) -> object:
    """Pass datetimes and ISO 8601 text; epoch numbers, also as text, are refused."""
    if (isinstance(value, str) and value[4:5] == "-" and len(value) >= 16) or isinstance(value, datetime):
        return value
    raise ValueError("must be an ISO 8601 instant with an offset, like 2026-11-23T14:30:00Z")


def _date_text(value: object) -> object:
    if (isinstance(value, date) and not isinstance(value, datetime)) or (
        isinstance(value, str) and _DATE.fullmatch(value)
    ):
        return value
    raise ValueError("must be a date like 2026-11-20")


def _money_text(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise ValueError('must be an amount like "412.07"')
    if isinstance(value, str) and not _MONEY.fullmatch(value):
        raise ValueError('must be an amount like "412.07"')
    return str(value) if isinstance(value, float) else value


Instant = Annotated[
    AwareDatetime,
    Field(
        strict=False,
        ge=datetime.combine(FIRST, time(), UTC),
        lt=datetime.combine(LAST, time(), UTC),
    ),
    BeforeValidator(_instant_text),
]
Day = Annotated[date, Field(strict=False, ge=FIRST, le=LAST), BeforeValidator(_date_text)]
Money = Annotated[Decimal, Field(strict=False), BeforeValidator(_money_text)]
E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
WallTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")]
WallTimeEnd = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00(:00)?)$")]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Mode = Literal["first_party", "third_party"]


class _Facts(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


class Collector(_Facts):
    mode: Mode | None = None
    registered_name: str | None = None
    name_indicates_collection: bool = False


class Address(_Facts):
    postal_code: str | None = None
    """US ZIP (or ZIP+4) or Canadian postal code (its first three characters suffice)."""
    state: str | None = None
    """State or province, two letters or in full."""
    country: str | None = None
    city: str | None = None


class InconvenientTime(_Facts):
    """[from, to) in consumer-local time on these local weekdays; empty `days` means every day.

    When `to` is not after `from` the span runs over midnight. Whether `days` then names the evening or the morning
    is open, so both are kept free: the listed day outside [to, from) and the following day until `to`.
    """

    days: list[Weekday] = []
    from_: WallTime = Field(default="00:00", alias="from")
    to: WallTimeEnd = "24:00"


class Consumer(_Facts):
    address: Address | None = None
    stated_timezone: str | None = None
    language: str | None = None
    supported_languages: list[str] = []
    attorney: bool = False
    cease: bool = False
    bankruptcy: bool = False
    deceased: bool = False
    identity_theft: bool = False
    active_duty: bool = False
    minor: bool = False
    phone_opt_out: bool = False
    inconvenient: list[InconvenientTime] = []


class Reassigned(_Facts):
    """Answer of the reassigned numbers database."""

    result: Literal["no", "yes", "no_data"] | None = None
    queried_on: Day | None = None


class Number(_Facts):
    e164: E164 | None = None
    line_type: Literal["wireless", "landline", "voip", "unknown"] | None = None
    kind: Literal["personal", "work", "relative", "reference"] | None = None
    work_prohibited: bool = False
    wrong: bool = False
    reassigned: Reassigned | None = None


class AiVoiceConsent(_Facts):
    source: Literal["application", "direct", "skip_trace", "caller_id", "third_party"] | None = None
    date: Day | None = None


class Consent(_Facts):
    ai_voice: AiVoiceConsent | None = None
    revoked_at: Instant | None = None
    revocation_scope: Literal["ai_voice", "all"] | None = None


class Dispute(_Facts):
    at: Instant | None = None
    kind: Literal["written", "oral"] | None = None
    response_sent: bool = False


class Debt(_Facts):
    id: str | None = None
    balance: Money | None = None
    time_barred: bool = False
    dispute: Dispute | None = None
    validation_notice_sent_on: Day | None = None
    initial_communication_on: Day | None = None
    collection_procedures_begun: bool = False


class Contact(_Facts):
    """One row of history. What it does not say is read against us: an outbound, connected call about any debt."""

    at: Instant
    debt_ids: list[str] = []
    direction: Literal["outbound", "inbound"] = "outbound"
    channel: Literal["call", "sms", "email"] = "call"
    number: str | None = None
    voice: Literal["ai", "human"] = "ai"
    connected: bool | None = True
    """False: busy, not in service. None (not known) counts as connected."""
    conversation: bool = False
    prior_consent: bool = False


class CallbackConsent(_Facts):
    given_at: Instant | None = None
    for_: Instant | None = Field(default=None, alias="for")


class CallerId(_Facts):
    number: str | None = None
    verified: bool = False


class Policy(_Facts):
    """The numbers an organization may set; the law's own limits are in the ruleset."""

    window_buffer_minutes: float = Field(default=5, ge=0, le=720, allow_inf_nan=False)
    pace_min_hours: float = Field(default=4, ge=0, le=720, allow_inf_nan=False)
    pace_max_per_day: int = Field(default=2, ge=0)
    frequency_scope: Literal["consumer", "debt"] = "consumer"
    allow_toll_free: bool = False


class DialFacts(BaseModel):
    """All that one decision rests on; the same facts give the same decision, whenever they are evaluated."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    id: str | int | None = None
    now: Instant
    voice: Literal["ai", "human"] | None = None
    purpose: Literal["collection", "servicing", "marketing"] | None = None
    collector: Collector | None = None
    consumer: Consumer | None = None
    number: Number | None = None
    consent: Consent | None = None
    debt: Debt | None = None
    history: list[Contact] = []
    callback_consent: CallbackConsent | None = None
    caller_id: CallerId | None = None
    healthy: bool | None = False
    policy: Policy = Policy()

    @model_validator(mode="after")
    def _drop_annotations(self) -> Self:
        extra: dict[str, Any] = self.__pydantic_extra__ or {}
        rule_facts = type(self).model_fields.keys() - {"id"}
        for key in extra:
            if close := difflib.get_close_matches(key.lower(), rule_facts, n=1, cutoff=0.75):
                raise ValueError(f"unknown key {key!r}; is {close[0]!r} meant?")
        extra.clear()
        return self
