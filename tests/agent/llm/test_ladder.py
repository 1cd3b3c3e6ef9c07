"""Down the ladder and up again: budgets, breakers shared by all calls, and what a thought hands on."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from agent.llm.backend import Budgets, Finish, ModelError, Text
from agent.llm.events import ModelCalled, ModelDone, ModelEvent, ModelFailed, ModelSaid, Request, ToolCall
from agent.llm.ladder import Ladder, TurnBudget
from agent.llm.mind import Mind
from archer.conversation.events import Action

ASKED = Request([])
BUDGET = TurnBudget(first_token=0.1, sentence=0.5, between=0.1)
Piece = Text | Finish | float | ModelError


class ScriptedBackend:
    """Answers each model with its pieces; numbers are seconds to wait, errors are raised."""

    def __init__(self, **pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.asked: list[str] = []
        self.budgets: list[Budgets] = []

    async def stream(self, model: str, request: Request, budgets: Budgets) -> AsyncGenerator[Text | Finish]:
        self.asked.append(model)
        self.budgets.append(budgets)
        try:
            async with asyncio.timeout(budgets.first_token):
                for piece in self.pieces[model]:
                    if isinstance(piece, float):
                        await asyncio.sleep(piece)
                    elif isinstance(piece, ModelError):
                        raise piece
                    else:
                        yield piece
        except TimeoutError:
            raise ModelError("first_token") from None


GOOD: list[Piece] = [Text("I see. What "), Text("now?"), Finish("stop")]
DEAD: list[Piece] = [ModelError("status_500")]
HANGING: list[Piece] = [5.0]


async def think(mind: Mind, best: int = 0) -> list[ModelEvent]:
    seen: list[ModelEvent] = []

    def deliver(event: ModelEvent) -> list[Action]:
        seen.append(event)
        return []

    thought = mind.think(Request([], b"", best), deliver)
    async with asyncio.timeout(2):
        while not thought.over:
            await asyncio.wait([thought.news])
            thought.take()
    return seen


def mind_of(backend: ScriptedBackend, **ladder: object) -> Mind:
    return Mind(backend, Ladder(["full", "small"], **ladder), BUDGET)  # type: ignore[arg-type]


async def test_full_model_answers() -> None:
    backend = ScriptedBackend(full=GOOD, small=GOOD)
    assert await think(mind_of(backend)) == [ModelSaid("I see.", 0), ModelSaid("What now?", 0), ModelDone(0)]
    assert backend.asked == ["full"]


@pytest.mark.parametrize(
    "fault", [DEAD, HANGING, [Text("I see"), ModelError("cut")], [Finish("length")], [Finish("stop")]]
)
async def test_small_model_answers_in_the_time_that_is_left(fault: list[Piece]) -> None:
    backend = ScriptedBackend(full=fault, small=GOOD)
    assert (await think(mind_of(backend)))[0] == ModelSaid("I see.", 1)
    assert backend.asked == ["full", "small"]
    assert backend.budgets[1].first_token <= BUDGET.sentence


async def test_both_fail_within_the_budget() -> None:
    began = asyncio.get_running_loop().time()
    assert await think(mind_of(ScriptedBackend(full=HANGING, small=HANGING))) in (
        [ModelFailed("first_token")],
        [ModelFailed("first_sentence")],
    )
    assert asyncio.get_running_loop().time() - began < BUDGET.sentence + 0.15


async def test_nothing_is_said_twice_when_a_model_fails_late() -> None:
    backend = ScriptedBackend(full=[Text("I see. And "), ModelError("cut")], small=GOOD)
    assert await think(mind_of(backend)) == [ModelSaid("I see.", 0), ModelFailed("cut")]
    assert backend.asked == ["full"]


async def test_words_before_a_tool_call_are_spoken() -> None:
    calls = (ToolCall("c", "one", "{}"),)
    backend = ScriptedBackend(full=[Text("Let me look."), Finish("tool_calls", calls)], small=GOOD)
    assert await think(mind_of(backend)) == [ModelSaid("Let me look.", 0), ModelCalled(calls, 0)]


async def test_half_a_sentence_at_a_limit_is_dropped() -> None:
    backend = ScriptedBackend(full=[Text("I see. And then we"), Finish("length")], small=GOOD)
    assert await think(mind_of(backend)) == [ModelSaid("I see.", 0), ModelDone(0, cut_short=True)]


async def test_best_level_skips_the_full_model() -> None:
    backend = ScriptedBackend(full=GOOD, small=GOOD)
    assert (await think(mind_of(backend), best=1))[0] == ModelSaid("I see.", 1)
    assert backend.asked == ["small"]


async def test_model_is_left_alone_after_failures_and_tried_again_later() -> None:
    now = 0.0
    backend = ScriptedBackend(full=DEAD, small=GOOD)
    mind = mind_of(backend, failures=2, open_seconds=10, now=lambda: now)
    for _ in range(3):
        await think(mind)
    assert backend.asked == ["full", "small", "full", "small", "small"]
    assert mind.ladder.states() == {"full": "open", "small": "closed"}
    now = 11.0
    backend.pieces["full"] = GOOD
    assert (await think(mind))[0] == ModelSaid("I see.", 0)
    assert mind.ladder.states()["full"] == "closed"


async def test_only_one_call_tries_a_resting_model() -> None:
    now = 0.0
    backend = ScriptedBackend(full=DEAD, small=GOOD)
    mind = mind_of(backend, failures=1, open_seconds=10, now=lambda: now)
    await think(mind)
    now, backend.pieces["full"] = 11.0, HANGING
    backend.asked.clear()
    await asyncio.gather(*(think(mind) for _ in range(5)))
    assert backend.asked.count("full") == 1
    assert backend.asked.count("small") == 5


async def test_nobody_to_ask() -> None:
    mind = mind_of(ScriptedBackend(full=DEAD, small=DEAD), failures=1)
    await think(mind)
    assert not mind.available(0)
    assert await think(mind) == [ModelFailed("no_model")]


async def test_cancelled_thought_says_no_more_and_counts_against_nobody() -> None:
    backend = ScriptedBackend(full=HANGING, small=GOOD)
    mind = mind_of(backend, failures=1)
    thought = mind.think(ASKED, lambda _event: [])
    await asyncio.sleep(0)
    thought.cancel()
    assert thought.over
    assert list(thought.take()) == []
    assert mind.ladder.states()["full"] == "closed"


def test_one_refused_request_is_none_of_the_models_fault_and_one_after_the_other_is() -> None:
    (rung,) = Ladder(["full"]).rungs
    for _ in range(20):
        rung.refused()
        rung.succeeded()
    assert rung.breaker.state == "closed"
    for _ in range(5):
        rung.refused()
    assert rung.breaker.state == "open"
