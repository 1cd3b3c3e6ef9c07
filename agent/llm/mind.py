"""Ask the models on the ladder one after the other and hand on what they say, sentence by sentence, as it comes.

A rung that fails before anything was said is followed by the next; after that, a failure is reported and the
conversation goes on without. One `Mind` for the process, one `Thought` for each time the model is asked.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from agent.llm.backend import ChatBackend, Finish, ModelError
from agent.llm.events import ModelCalled, ModelDone, ModelEvent, ModelFailed, ModelSaid, Request
from agent.llm.ladder import Ladder, Rung, TurnBudget
from agent.llm.sentences import SentenceSplitter
from agent.logs import describe
from agent.thinking import Think
from archer import telemetry
from archer.conversation.events import Action, Say

DEFAULT_BUDGET = TurnBudget()
MOST_SENTENCES = 6
"""A turn that goes on and on is stopped here: a caller wants to answer."""
IDLE_SECONDS = 30.0
"""A connection that was not used for so long may have been closed at the other end."""
LEAST_SECONDS = 0.15
"""With less time left than this no model is asked."""

Deliver = Callable[[ModelEvent], Sequence[Action | Think]]
log = logging.getLogger("agent.llm.mind")


class Mind:
    """The models of this process."""

    def __init__(self, backend: ChatBackend, ladder: Ladder, budget: TurnBudget = DEFAULT_BUDGET) -> None:
        self.ladder = ladder
        self.budget = budget
        self._backend = backend
        self._connecting: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """A call begins: its first question is some twenty seconds away, time enough for a handshake."""
        loop = asyncio.get_running_loop()
        if self._connecting is None and loop.time() - self._backend.used_at > IDLE_SECONDS:
            self._connecting = loop.create_task(self._backend.connect())
            self._connecting.add_done_callback(self._connected)

    def _connected(self, _task: "asyncio.Task[None]") -> None:
        self._connecting = None

    def available(self, best_level: int) -> bool:
        """Some model may be asked right now."""
        return bool(self.ladder.worth_asking(best_level))

    def think(self, request: Request, deliver: Deliver) -> "Thought":
        """Begin to ask; `deliver` turns what comes into actions when somebody takes them."""
        return Thought(self, self._backend, request, deliver)


class Thought:
    """One question to the models, going on in a task of its own (`agent.thinking.Thinking`)."""

    def __init__(self, mind: Mind, backend: ChatBackend, request: Request, deliver: Deliver) -> None:
        self._mind, self._backend, self._request, self._deliver = mind, backend, request, deliver
        self._events: deque[ModelEvent] = deque()
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sentences = 0
        self._ended = False
        self._task = asyncio.create_task(self._run())

    @property
    def news(self) -> "asyncio.Future[None]":
        """See Thinking."""
        return self._news

    @property
    def over(self) -> bool:
        """See Thinking."""
        return self._ended and not self._events

    def take(self) -> Sequence[Action | Think]:
        """See Thinking. Sentences that have come together are spoken in one breath."""
        actions: list[Action | Think] = []
        while self._events:
            for action in self._deliver(self._events.popleft()):
                before = actions[-1] if actions else None
                if isinstance(action, Say) and isinstance(before, Say) and _in_one_breath(before, action):
                    actions[-1] = Say(f"{before.text} {action.text}", action.key, action.interruptible)
                else:
                    actions.append(action)
        if not self._ended:
            self._news = asyncio.get_running_loop().create_future()
        return actions

    def cancel(self) -> None:
        """See Thinking."""
        self._events.clear()
        if not self._ended:  # else the answer is whole, and the task only sees its connection off
            self._ended = True
            self._task.cancel()
        if not self._news.done():
            self._news.set_result(None)

    async def _run(self) -> None:
        reason = "no_model"
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._mind.budget.sentence
        rungs = self._mind.ladder.worth_asking(self._request.best_level)
        for rung in rungs:
            left = deadline - loop.time()
            if left < LEAST_SECONDS or not rung.breaker.allow():
                continue
            try:
                await self._ask(rung, left, last=rung is rungs[-1])
                return
            except ModelError as error:
                reason = error.reason
                telemetry.count("model_failures", degradation_level=rung.level, reason=reason)
                log.warning("model %s: %s", rung.model, reason)
                if error.against_model:
                    rung.failed()
                elif error.refused:
                    rung.refused()
                if self._sentences:
                    break
            except Exception as error:  # whatever it is, the caller is answered
                reason = type(error).__name__
                log.error("asking the model failed: %s", describe(error))
                rung.failed()
                break
        self._put(ModelFailed(reason), last=True)

    async def _ask(self, rung: Rung, left: float, *, last: bool) -> None:
        """Raises ModelError unless a whole answer came."""
        loop, budget = asyncio.get_running_loop(), self._mind.budget
        began = loop.time()
        splitter = SentenceSplitter()
        stream = self._backend.stream(rung.model, self._request, budget.attempt(left, last=last))
        try:
            async with asyncio.timeout(left) as sentence_due:
                async for piece in stream:
                    if isinstance(piece, Finish):
                        sentence_due.reschedule(None)
                        self._finish(piece, splitter, rung)
                        continue
                    sentences = splitter.feed(piece.text)
                    if sentences:
                        if not self._sentences:
                            telemetry.record("model_sentence", _since(began), degradation_level=rung.level)
                        sentence_due.reschedule(loop.time() + budget.following)
                    for sentence in sentences:
                        self._sentences += 1
                        self._put(ModelSaid(sentence, rung.level))
                    if self._sentences >= MOST_SENTENCES:
                        rung.succeeded()
                        self._put(ModelDone(rung.level, cut_short=True), last=True)
                        break
        except TimeoutError:
            raise ModelError("next_sentence" if self._sentences else "first_sentence") from None
        except asyncio.CancelledError:
            if self._sentences:  # the caller spoke over a model that was answering well
                rung.succeeded()
            raise
        finally:
            await stream.aclose()

    def _finish(self, finish: Finish, splitter: SentenceSplitter, rung: Rung) -> None:
        """What the end of an answer means: tools to run, a last sentence, or half of one that is dropped.

        Raises ModelError when nothing came of it that could be used: another model may do better.
        """
        rung.succeeded()
        cut_short = finish.reason not in ("stop", "tool_calls", "function_call")
        for sentence in [] if cut_short else splitter.finish():
            self._sentences += 1
            self._put(ModelSaid(sentence, rung.level))
        if finish.calls and not cut_short:
            self._put(ModelCalled(finish.calls, rung.level), last=True)
        elif self._sentences:
            self._put(ModelDone(rung.level, cut_short=cut_short), last=True)
        else:
            raise ModelError(f"nothing_said_{finish.reason}", against_model=False)

    def _put(self, event: ModelEvent, *, last: bool = False) -> None:
        self._ended = self._ended or last
        self._events.append(event)
        if not self._news.done():
            self._news.set_result(None)


def _in_one_breath(before: Say, after: Say) -> bool:
    return before.key == after.key and before.interruptible == after.interruptible


def _since(began: float) -> float:
    return (asyncio.get_running_loop().time() - began) * 1000
