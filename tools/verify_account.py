"""Verify the caller: last four of the account and postal code, two tries, then the call ends.

Rule I-06 (right-party verification). The factors are never spoken by the agent.
"""

import hmac
from typing import Annotated

from pydantic import Field, StringConstraints

from tools.context import Arguments as Base
from tools.context import CallContext, ToolResult

NAME = "verify_account"
DESCRIPTION = "Verify the caller with two facts that the caller said. Call it once both are known."
NEEDS_VERIFICATION = False
MAX_ATTEMPTS = 2


class Arguments(Base):
    account_last_4: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] = Field(
        description="Last four digits of the account, as the customer said them"
    )
    postal_code: Annotated[str, StringConstraints(min_length=3, max_length=12)] = Field(
        description="Postal code on file, as the customer said it"
    )


def _plain(code: str, country: str) -> str:
    compact = "".join(code.split()).upper()
    return compact[:5] if country == "US" else compact


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Compare both factors at once; which one was wrong is not told."""
    row, customer = call.call, call.customer
    if row.verified:
        return ToolResult(data={"verified": True, "attempts_left": MAX_ATTEMPTS - row.verification_attempts})
    if row.verification_attempts >= MAX_ATTEMPTS:
        return ToolResult(data={"verified": False, "attempts_left": 0})
    given = args.account_last_4 + "|" + _plain(args.postal_code, customer.country)
    known = customer.account_last_4 + "|" + _plain(customer.postal_code, customer.country)
    row.verified = hmac.compare_digest(given.encode(), known.encode())
    if row.verified:
        row.conversation = True
        return ToolResult("Thank you, you are verified.", {"verified": True, "attempts_left": 1})
    row.verification_attempts += 1
    left = MAX_ATTEMPTS - row.verification_attempts
    if left == 0:
        row.outcome = row.outcome or "verification_failed"
        return ToolResult("I could not verify your account.", {"verified": False, "attempts_left": 0})
    return ToolResult("That does not match our records.", {"verified": False, "attempts_left": left})
