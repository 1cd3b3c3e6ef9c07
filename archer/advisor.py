"""Advice on a caller's offer from a language model, within a budget of its own.

OpenAI-compatible chat completions with structured output (the `openai` SDK), imported only when a key is set and
then off the event loop. The model sees numbers of the account and the bank's limits, never a name, a number or a
word of the caller. Whatever goes wrong (no answer in time, 429, 500, no valid answer, circuit open) there is no
advice, and the answer by rules stands (`archer.negotiation`).
"""

import asyncio
import json
import logging
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from archer.failures import where
from archer.negotiation import Bounds, Offer
from archer.resilience import CircuitBreaker, CircuitOpenError
from archer.settings import settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

BUDGET_SECONDS = 1.5
"""From the question to the answer; the caller hears a filler meanwhile."""
ANSWER_TOKENS = 120
"""Of the answer; models that reason refuse a temperature and the older name of this bound, so neither is sent."""
log = logging.getLogger(__name__)

_TASK = (
    "You advise a bank's agent in a call about an overdue account. The customer has made an offer. Decide whether to "
    "accept it or with what to counter. Numbers are US dollars. Stay inside of `limits`: a payment between "
    "`least_payment` and `balance`; a settlement between `settlement_floor` and less than `balance`, only when "
    "`settlement_floor` is given; a plan of one of `plan_months`. Never counter with less than the offer, nor with the "
    "offer itself. Prefer what the customer can keep over what sounds largest, and accept what is acceptable unless a "
    "somewhat higher amount is clearly realistic. With `accept` repeat the offer as `amount`; with a plan give "
    "`months` and no `amount`."
)


class Guidance(BaseModel):
    """What the model advises, as it must answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Literal["accept", "counter"]
    kind: Literal["payment", "settlement", "plan"]
    amount: str | None
    """Dollars and cents such as 100.00."""
    months: int | None


@dataclass(frozen=True)
class Question:
    """All that the model is told."""

    offer: Offer
    bounds: Bounds
    days_overdue: int
    earlier_offers: tuple[str, ...] = ()
    """What the caller offered before in this call, oldest first."""
    manner: dict[str, int] | None = None
    """The dials of the call's tactic."""

    def plain(self) -> dict[str, Any]:
        """JSON terms."""
        within = self.bounds
        return {
            "offer": f"{self.offer.amount:.2f}",
            "offer_settles_the_account": self.offer.settles,
            "earlier_offers": list(self.earlier_offers),
            "days_overdue": self.days_overdue,
            "manner": self.manner,
            "limits": {
                "balance": f"{within.balance:.2f}",
                "least_payment": f"{within.least:.2f}",
                "settlement_floor": _floor(within, self.offer),
                "plan_months": list(within.months),
                "may_ask_for_more_than_an_acceptable_offer": within.may_ask_for_more,
            },
        }


def _floor(within: Bounds, offer: Offer) -> str | None:
    floor: Decimal | None = within.floor if offer.settles or within.may_raise_settlement else None
    return None if floor is None else f"{floor:.2f}"


class Advisor:
    """The model, asked at most one question at a time a call; one for the process."""

    def __init__(self, *, api_key: str, base_url: str, model: str, breaker: CircuitBreaker | None = None) -> None:
        """Without `api_key` or `model` there is never any advice."""
        self.breaker = breaker or CircuitBreaker("negotiation guidance", failures=3, open_seconds=30.0)
        self._api_key, self._base_url, self._model = api_key, base_url, model
        self._client: asyncio.Task[AsyncOpenAI] | None = None

    @property
    def available(self) -> bool:
        """A question would be tried now."""
        return self._usable and self.breaker.state != "open"

    @property
    def _usable(self) -> bool:
        return bool(self._api_key and self._model)

    def prepare(self) -> None:
        """Begin to import and make the client, so that the first question need not wait for it."""
        if self._usable and self._client is None:
            self._client = asyncio.create_task(asyncio.to_thread(self._make))

    async def ask(self, question: Question, *, budget: float = BUDGET_SECONDS) -> Guidance | None:
        """The model's advice; None when there is none within `budget` seconds."""
        if not self._usable:
            return None
        try:
            return await self.breaker.call(lambda: self._within(question, budget))
        except CircuitOpenError:
            return None
        except Exception as error:  # whatever it is, the answer by rules stands
            log.warning("no negotiation guidance: %s", where(error))
            return None

    async def close(self) -> None:
        """Close the connections; a question after that opens new ones."""
        task, self._client = self._client, None
        if task is not None:
            await (await task).close()

    async def _within(self, question: Question, budget: float) -> Guidance:
        async with asyncio.timeout(budget):
            client = await self._connected()
            answer = await client.chat.completions.parse(
                model=self._model,
                messages=[
                    {"role": "system", "content": _TASK},
                    {"role": "user", "content": json.dumps(question.plain())},
                ],
                response_format=Guidance,
                max_completion_tokens=ANSWER_TOKENS,
                timeout=budget,
            )
        advice = answer.choices[0].message.parsed if answer.choices else None
        if advice is None:
            raise ValueError("the model gave no structured answer")
        return advice

    async def _connected(self) -> "AsyncOpenAI":
        """The client; its import takes a second of one core, so it is made in a thread and kept across time-outs."""
        self.prepare()
        assert self._client is not None
        try:
            return await asyncio.shield(self._client)
        except Exception:
            self._client = None
            raise

    def _make(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI

        client = AsyncOpenAI(api_key=self._api_key, base_url=self._base_url, max_retries=0)
        _ = client.chat.completions  # imports the rest, which would otherwise happen on the event loop
        return client


@cache
def advisor() -> Advisor:
    """The advisor of this process, as configured; the small model where there is one, because the budget is short."""
    configured = settings()
    return Advisor(
        api_key=configured.openai_api_key.get_secret_value(),
        base_url=configured.openai_base_url,
        model=configured.agent_small_model or configured.agent_model,
    )
