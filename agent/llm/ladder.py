"""The ladder: 0 full model, 1 small model, 2 rules, 3 a person or a callback; which rungs may be asked right now.

One ladder for all calls of the process: a model that failed repeatedly is left alone for a while by every call, then
one turn tries it again (`archer.resilience.CircuitBreaker`). Rungs 2 and 3 need nothing and never fail.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.llm.backend import Budgets
from archer.resilience import CircuitBreaker, State

FAILURES = 3
"""Failures in a row, over all calls, after which a model is left alone."""
OPEN_SECONDS = 15.0
REFUSALS = 3
"""Requests refused in a row, over all calls, from which on each counts as a failure (a wrong setting refuses all)."""


@dataclass(frozen=True)
class TurnBudget:
    """Seconds for one wait of the caller; together below two, so that he is answered by then whatever happens."""

    connect: float = 0.5
    first_token: float = 1.0
    """For the first rung that is asked; the next one has what is left of `sentence`."""
    between: float = 0.7
    sentence: float = 1.7
    """Until the first whole sentence, over all rungs; then the rules answer."""
    following: float = 3.0
    """From one whole sentence to the next, which is spoken meanwhile; then the rules go on."""

    def attempt(self, left: float, *, last: bool) -> Budgets:
        """What one rung may take of the seconds that are left."""
        return Budgets(
            connect=min(self.connect, left),
            first_token=left if last else min(self.first_token, left),
            between=self.between,
        )


@dataclass
class Rung:
    """A model that may be asked."""

    level: int
    model: str
    breaker: CircuitBreaker
    refusals: int = 0
    """Requests in a row that it would not take."""

    def succeeded(self) -> None:
        """It has answered."""
        self.refusals = 0
        self.breaker.succeeded()

    def failed(self) -> None:
        """It has not, for a reason that speaks against its health."""
        self.breaker.failed()

    def refused(self) -> None:
        """It would not take this request. One may be at fault itself; who takes none is of no use to any call."""
        self.refusals += 1
        if self.refusals >= REFUSALS:
            self.breaker.failed()


class Ladder:
    """The models, best first."""

    def __init__(
        self,
        models: Sequence[str],
        *,
        failures: int = FAILURES,
        open_seconds: float = OPEN_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rungs = tuple(
            Rung(level, model, CircuitBreaker(f"model:{model}", failures=failures, open_seconds=open_seconds, now=now))
            for level, model in enumerate(models)
            if model
        )

    def worth_asking(self, best_level: int) -> list[Rung]:
        """The rungs from `best_level` down whose breaker is not open, best first; nothing is used up by looking."""
        return [rung for rung in self.rungs if rung.level >= best_level and rung.breaker.state != "open"]

    def states(self) -> dict[str, State]:
        """The breakers, for a health report."""
        return {rung.model: rung.breaker.state for rung in self.rungs}
