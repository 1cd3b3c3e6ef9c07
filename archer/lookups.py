"""Facts about a number that the bank did not give: line type (Twilio Lookup), reassignment (reassigned numbers).

Asked before a dial, over the network, never inside a transaction. An answer that does not come leaves the fact
missing, and the gate treats a missing fact as the stricter case.
"""

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

import httpx

from archer.settings import settings
from archer.store.customers import Customer
from archer.telephony.twilio_client import CarrierError, carrier

REASSIGNED_VALID_DAYS = 30
"""P-06: a query more than 30 days old counts as missing."""
_TIMEOUT_SECONDS = 3.0
logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes every URL, numbers included
log = logging.getLogger(__name__)


class ReassignedNumbers(Protocol):
    """The FCC's reassigned numbers database, or whoever resells it."""

    async def query(self, number: str, since: date) -> tuple[str, date]:
        """Was the number given up since that day? `no`, `yes` or `no_data`, and the day of the query.

        Raises httpx.HTTPError.
        """


class HttpReassignedNumbers:
    """`GET {base}/v1/numbers/{e164}?since=…` with a bearer key."""

    def __init__(self, base_url: str, key: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url, headers={"Authorization": f"Bearer {key}"}, timeout=_TIMEOUT_SECONDS
        )

    async def query(self, number: str, since: date) -> tuple[str, date]:
        answer = await self._client.get(f"/v1/numbers/{number}", params={"since": since.isoformat()})
        answer.raise_for_status()
        body = answer.json()
        if body.get("result") not in ("no", "yes", "no_data"):
            raise httpx.DecodingError("the reassigned numbers service answered an unknown result")
        return body["result"], date.fromisoformat(body["queried_on"])


@cache
def reassigned_numbers() -> ReassignedNumbers | None:
    """The configured service; None when there is none."""
    configured = settings()
    if not configured.reassigned_numbers_base_url:
        return None
    return HttpReassignedNumbers(
        configured.reassigned_numbers_base_url, configured.reassigned_numbers_api_key.get_secret_value()
    )


@dataclass(frozen=True)
class NumberAnswers:
    """What was found out; None where nothing was."""

    line_type: str | None = None
    reassigned: tuple[str, date] | None = None
    unanswered: bool = False
    """A service did not answer; asking again later may help."""


def missing(customer: Customer, today: date) -> tuple[bool, bool]:
    """Whether line type and reassignment must be looked up."""
    queried = customer.reassigned_queried_on
    stale = queried is None or today - queried > timedelta(days=REASSIGNED_VALID_DAYS)
    return customer.line_type is None, stale


async def look_up(customer: Customer, today: date, consented_on: date | None) -> NumberAnswers:
    """Ask for what is missing; failures are logged without the number and leave the fact missing."""
    needs_type, needs_reassigned = missing(customer, today)
    line_type, reassigned, unanswered = None, None, False
    if needs_type:
        try:
            line_type = await carrier().line_type(customer.phone_number)
        except CarrierError as error:
            unanswered = error.retry or error.may_have_happened
            log.warning("line type not found out: %s", error)
    service = reassigned_numbers()
    if needs_reassigned and service is not None and consented_on is not None:
        try:
            reassigned = await service.query(customer.phone_number, consented_on)
        except (httpx.HTTPError, ValueError) as error:
            unanswered = True
            log.warning("reassigned numbers database did not answer: %s", type(error).__name__)
    return NumberAnswers(line_type, reassigned, unanswered)


def keep(customer: Customer, answers: NumberAnswers) -> None:
    """Write what was found out on the customer's row."""
    if answers.line_type:
        customer.line_type = answers.line_type
    if answers.reassigned:
        customer.reassigned_result, customer.reassigned_queried_on = answers.reassigned
