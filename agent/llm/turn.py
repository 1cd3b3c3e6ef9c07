"""A turn of the caller that a model answers: its sentences, its tool calls, and what happens when it does not go on.

Loaded when there is a model only (`agent.llm.conversation`). The rules take the turn over wherever the model fails, and
whatever has an effect goes their way (`agent.llm.deeds`).
"""

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent.llm.deeds import do, reads_out
from agent.llm.events import ModelCalled, ModelDone, ModelEvent, ModelFailed, ModelSaid, Request, ToolCall
from agent.llm.floor import Floor, Step
from agent.llm.prompting import facts
from agent.llm.standing import RULES
from agent.llm.tools import BadCall, Toolbox
from agent.llm.unsayable import unsayable
from agent.thinking import Think, Thinking
from archer.conversation.events import Note, ToolDone
from archer.conversation.guarding import Refused
from archer.conversation.policy import arrangement, machine, people
from archer.conversation.policy.frustration import feel
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk

if TYPE_CHECKING:
    from agent.llm.mind import Mind

MOST_ROUNDS = 10
"""Times a model is asked in one turn of the caller."""
MOST_MISTAKES = 3
"""Tool calls in one turn that could not be used."""
WORDLESS_SECONDS = 6.0
"""A turn in which the model has said nothing for this long, tools included, goes to the rules."""


class ModelTurn:
    """One turn. `begin` starts it; `tool_done` goes on with it; `over` tells that nothing more comes of it.

    `failed` turns an error of ours into what is said instead (`LlmConversation`), `hear` takes what the caller said
    meanwhile.
    """

    def __init__(
        self,
        floor: Floor,
        mind: "Mind",
        toolbox: Toolbox,
        system: str,
        hearing: Hearing,
        *,
        asked_to_confirm: bool,
        hear: Callable[[str], list[Step]],
        failed: Callable[[Exception], list[Step]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.over = False
        self._floor, self._mind, self._toolbox, self._system = floor, mind, toolbox, system
        self._hearing, self._asked_to_confirm = hearing, asked_to_confirm
        self._hear, self._failed, self._now = hear, failed, now
        self._began = now()
        self._said: list[str] = []
        self._rounds = self._mistakes = 0
        self._counted = False
        self._calls: deque[ToolCall] = deque()
        self._thought: Thinking | None = None
        self._waits_for: str | None = None

    def begin(self) -> list[Step]:
        """Ask the model (again)."""
        if self._rounds >= MOST_ROUNDS:
            return self._fall_back("tool_rounds")
        if not self._said and self._rounds and self._now() - self._began > WORDLESS_SECONDS:
            return self._fall_back("wordless")
        self._rounds += 1
        request, mind = self._request(), self._mind

        def think() -> Thinking:
            self._thought = mind.think(request, self._on_model)
            return self._thought

        return [Think(think)]

    def stop(self) -> None:
        """The caller or the rules go on: nothing more comes of this turn."""
        self.over = True
        if self._thought is not None:
            self._thought.cancel()

    def awaits(self, done: ToolDone) -> bool:
        """The turn goes on with this answer."""
        return not self.over and self._waits_for == done.tool_call_id

    def tool_done(self, done: ToolDone) -> list[Step]:
        """The answer to a call of the model: read out what lies ready, or let the model go on with it."""
        floor, state = self._floor, self._floor.rules.state
        if done.error == "unavailable":
            if state.pending is None or state.pending.retried:
                self.stop()
            return floor.by_rules(done)  # asked for once more under the same id, the first time
        self._waits_for = None
        if reads_out(done) or done.name == "schedule_callback":
            self.stop()
            return floor.by_rules(done)
        floor.guard.learn(done.data)
        state.pending = None
        if done.ok and done.name == "get_customer_options":
            state.options = done.data
        noted: list[Step] = []
        if not done.ok:
            noted.append(Note("tool_failed", {"tool": done.name, "error": done.error}))
        if state.queue:
            said, state.queue = " ".join(state.queue), []
            self.stop()
            return [*noted, *self._hear(said)]
        return [*noted, *self._next_call()]

    def _request(self) -> Request:
        floor = self._floor
        known = facts(floor.session, floor.rules.state, floor.rules.order)
        return Request(floor.history.messages(self._system, known), self._toolbox.for_model, floor.standing.best)

    # what the model answers

    def _on_model(self, event: ModelEvent) -> list[Step]:
        if self.over:
            return []
        try:
            match event:
                case ModelSaid(sentence=sentence, level=level):
                    return [*self._counts(level), *self._on_said(sentence)]
                case ModelCalled(calls=calls, level=level):
                    noted = self._counts(level)
                    self._floor.history.called(calls)
                    self._calls = deque(calls)
                    return [*noted, *self._next_call()]
                case ModelDone(cut_short=cut_short):
                    return self._on_done(cut_short=cut_short)
                case ModelFailed(reason=reason):
                    return self._fall_back(reason)
        except Exception as error:  # a fault of ours must not cost the caller his call
            return self._failed(error)

    def _counts(self, level: int) -> list[Step]:
        """The model answers: only now the turn counts as heard by it."""
        if self._counted:
            return []
        self._counted = True
        floor, hearing, state = self._floor, self._hearing, self._floor.rules.state
        state.unclear = 0
        state.refusals += hearing.intent == "refuse_to_pay"
        feel(floor.rules.turn(), hearing)
        if state.step == "confirm" and self._asked_to_confirm and hearing.yes_no is False:
            arrangement.drop(floor.rules.turn())
            state.step = "anything_else" if state.arranged else "negotiate"
        floor.unseen.append(hearing.text)
        return [*floor.standing.at(level, "configured" if level == floor.standing.best else "better_one_failed")]

    def _on_said(self, sentence: str) -> list[Step]:
        floor = self._floor
        refused = self._refusal(sentence)
        if refused is not None:
            return self._on_refused(refused)
        self._said.append(sentence)
        talk = floor.rules.turn()
        talk.say_tool(sentence, "model")
        floor.history.agent(floor.redact(sentence))
        return list(talk.actions())

    def _refusal(self, sentence: str) -> Refused | None:
        floor, state = self._floor, self._floor.rules.state
        refused = floor.guard.look(sentence, state, floor.rules.order)
        if refused is not None:
            return refused
        found = unsayable(sentence, state, self._system)
        return None if found is None else floor.guard.refuse(sentence, found.rule, found.match, found.say_instead)

    def _on_refused(self, refused: Refused) -> list[Step]:
        """A sentence that must not be said ends the model's turn: a safe one; then the rules go on, or a person.

        Where nothing was said yet the rules hear what the caller said, so that a "yes" to the model's offer is one.
        """
        self.stop()
        floor = self._floor
        if not self._said and self._counted and floor.unseen:
            floor.unseen.pop()  # the rules hear it themselves
        floor.taken_over(floor.rules.turn())

        def speak(talk: Talk) -> None:
            talk.say_tool(refused.say_instead, "guardrail")
            if refused.hand_over:
                people.to_person(talk, "guardrail")
            elif not self._said:
                machine.hear(talk, self._hearing.text)
            elif not talk.has_question:
                reask(talk)

        return [refused.note, *floor.turn_of_rules(speak)]

    def _on_done(self, *, cut_short: bool) -> list[Step]:
        if not self._said:
            return self._fall_back("length" if cut_short else "said_nothing")
        self.over = True
        if cut_short and "?" not in self._said[-1]:
            return self._floor.turn_of_rules(reask)
        return []

    def _fall_back(self, reason: str) -> list[Step]:
        """The model does not go on: the rules answer, or ask their question when it had said something."""
        self.stop()
        floor = self._floor
        note = floor.standing.at(RULES, reason)
        if self._said:
            if "?" in self._said[-1]:
                return [*note]
            floor.taken_over(floor.rules.turn())
            return [*note, *floor.turn_of_rules(reask)]
        if self._counted and floor.unseen:
            floor.unseen.pop()  # the rules hear it themselves
        floor.taken_over(floor.rules.turn())
        return [*note, *floor.turn_of_rules(lambda talk: machine.hear(talk, self._hearing.text))]

    # tools that the model asked for

    def _next_call(self) -> list[Step]:
        """Do the next of its calls; ask it again when all are answered."""
        floor = self._floor
        while self._calls:
            call = self._calls.popleft()
            talk = floor.rules.turn()
            try:
                deed = do(talk, call, self._toolbox)
            except BadCall as bad:
                floor.history.result(call.id, bad.result())
                self._mistakes += bad.error in ("unknown_tool", "invalid_arguments")
                if self._mistakes >= MOST_MISTAKES:
                    return self._fall_back(bad.error)
                continue
            if deed.tool_call_id is not None:
                floor.history.runs(call.id, deed.tool_call_id)
            if deed.answer is not None:
                floor.history.result(call.id, deed.answer)
            if deed.models_turn:
                self._waits_for = deed.tool_call_id
                floor.unseen.clear()
            else:
                self.stop()
            return floor.spoken(talk.actions())
        return self.begin()
