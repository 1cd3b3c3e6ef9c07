"""The conversation of a call on the ladder: a language model where it may talk, the rules everywhere else.

Same shape as `archer.conversation.policy.RuleConversation`: events in, actions out, state that can be written down.
Both speak from one floor (`agent.llm.floor`), so that a call changes between them at any turn. Without a model it is
the rule-based conversation.
"""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agent.llm.floor import Floor, Step
from agent.llm.history import told
from agent.llm.last_resort import LastResort
from agent.llm.routing import asked_to_confirm, may_think, rules_answer, telling
from agent.llm.standing import FULL, PERSON, RULES, Standing
from agent.logs import describe
from agent.redacting import Redact
from archer.conversation.events import Event, Heard, Interrupted, Note, Say, Started, ToolDone
from archer.conversation.order import OrderViolation
from archer.conversation.policy import RuleConversation, in_force, people
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk
from archer.conversation.understanding import TRAINED, Understanding
from archer.protocol import Session

if TYPE_CHECKING:
    from agent.llm.mind import Mind
    from agent.llm.tools import Toolbox
    from agent.llm.turn import ModelTurn

_OUTLIVES = frozenset({"confirm_arrangement", "record_restriction"})
"""Tools whose answer is awaited whatever goes wrong meanwhile: what they do is done."""
PARDON = "I'm sorry, could you say that again, please?"
log = logging.getLogger("agent.llm.conversation")


class LlmConversation:
    """One call. `mind` is None without a language model.

    `best_level` is the best rung that may be used (the method sets another); never better than `configured_level`.
    """

    def __init__(
        self,
        session: Session,
        mind: "Mind | None" = None,
        *,
        best_level: int = FULL,
        configured_level: int = FULL,
        redact: Redact = str,
        understanding: Understanding = TRAINED,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._mind, self._configured, self._now = session, mind, configured_level, now
        self._floor = Floor(session, Standing(self._usable(best_level)), redact, understanding)
        self._toolbox: Toolbox | None = None
        self._system = ""
        self._turn: ModelTurn | None = None
        self._faults = 0
        self._last_resort: LastResort | None = None

    @property
    def rules(self) -> RuleConversation:
        """The rules' side, whose state both share."""
        return self._floor.rules

    @property
    def level(self) -> int:
        """The rung that the caller's last turn was answered from."""
        return self._floor.standing.level

    @property
    def ended(self) -> bool:
        """The conversation has said its last word."""
        return self.rules.ended

    def best_level(self, level: int) -> None:
        """An operator has set the best rung that may be used, from the caller's next turn on."""
        self._floor.standing.best = self._usable(level)

    def _usable(self, level: int) -> int:
        level = max(level, self._configured)
        return level if self._mind is not None else max(level, RULES)

    def snapshot(self) -> dict[str, Any]:
        """The state as JSON values; a conversation without a model can take it up just as well."""
        return self.rules.snapshot() | {"guard": self._floor.guard.snapshot()}

    def restore(self, snapshot: dict[str, Any] | None) -> bool:
        """Take over a snapshot; see RuleConversation.restore."""
        restored = self.rules.restore(snapshot)
        if restored and snapshot is not None and isinstance(kept := snapshot.get("guard"), dict):
            self._floor.guard.restore(kept)
        return restored

    def handle(self, event: Event) -> list[Step]:
        """Take one event; what is to be said and done now, in order."""
        if self._last_resort is not None:
            return list(self._last_resort.handle(event))
        try:
            return self._handle(event)
        except Exception as error:  # a fault of ours must not cost the caller his call
            return self._fault(error, event)

    def _handle(self, event: Event) -> list[Step]:
        floor = self._floor
        match event:
            case Started():
                return [*floor.standing.began("configured" if self._mind else "no_model"), *floor.by_rules(event)]
            case Heard(text=text):
                return self._heard(text)
            case Interrupted(heard=heard):
                floor.history.cut(floor.redact(heard))
                return floor.by_rules(event)
            case ToolDone():
                floor.history.ran(event.tool_call_id, told(event))
                if self._turn is not None and self._turn.awaits(event):
                    return self._turn.tool_done(event)
                return floor.by_rules(event)
            case _:
                return floor.by_rules(event)

    def _heard(self, text: str) -> list[Step]:
        """A turn of the caller: the rules', a person's, or the model's."""
        floor = self._floor
        if self._turn is not None:
            self._turn.stop()
            self._turn = None
        talk = floor.rules.turn()
        if not may_think(talk):
            self._remember(text)
            return floor.by_rules(Heard(text))
        hearing = Hearing(text, talk.agent_said, floor.understanding, talk.clock)
        self._remember(text, of_note=telling(hearing))
        if rules_answer(talk, hearing):
            floor.taken_over(talk)
            return floor.by_rules(Heard(text))
        best = floor.standing.best
        if best == PERSON and not talk.state.person_tried:
            return [*floor.standing.at(PERSON, "configured"), *floor.turn_of_rules(_find_person)]
        if self._mind is None or not self._mind.available(best):
            reason = "configured" if best >= RULES else "models_resting"
            floor.taken_over(talk)
            return [*floor.standing.at(max(best, RULES), reason), *floor.by_rules(Heard(text))]
        return self._models_turn(self._mind, talk, hearing)

    def _remember(self, text: str, *, of_note: bool = False) -> None:
        if self.rules.order.verified:
            self._floor.history.customer(self._floor.redact(text), of_note=of_note)

    def _models_turn(self, mind: "Mind", talk: Talk, hearing: Hearing) -> list[Step]:
        from agent.llm.tools import toolbox
        from agent.llm.turn import ModelTurn
        from archer.conversation.prompts.whole import system_prompt

        if self._toolbox is None:
            self._toolbox = toolbox(self._session.tools)
            self._system = system_prompt(self._session)
        state = talk.state
        state.turns += 1
        state.silences, state.broken_off, state.turn_begins = 0, False, True
        state.nudged = state.holding = False
        self._turn = ModelTurn(
            self._floor,
            mind,
            self._toolbox,
            self._system,
            hearing,
            asked_to_confirm=asked_to_confirm(talk),
            hear=self._heard,
            failed=self._fault,
            now=self._now,
        )
        return self._turn.begin()

    def _fault(self, error: Exception, event: Event | None = None) -> list[Step]:
        """A defect: ask again once; then a person, without anything that could fail in the same way.

        What the caller said yes to is not forgotten: its answer is awaited, or said when it was just that.
        """
        if self._turn is not None:
            self._turn.stop()
            self._turn = None
        self._faults += 1
        rule = error.rule if isinstance(error, OrderViolation) else None
        log.error("call %s: the conversation failed: %s", self._session.call_id, describe(error))
        note = Note("order_violation" if rule else "conversation_fault", {"error": rule or type(error).__name__})
        order, state = self.rules.order, self.rules.state
        steps: list[Step] = [note]
        if isinstance(event, ToolDone):
            state.pending = None
            if event.ok and event.name == "confirm_arrangement" and not state.arranged:
                in_force.record(state, event, state.prepared)
                state.prepared = state.proposal = None
                steps += [Say(event.say, "tool.confirmed", interruptible=False)] if event.say else []
        pending = state.pending if state.pending and state.pending.name in _OUTLIVES else None
        if self._faults == 1 and order.noticed and state.step != "ended":
            state.pending, state.queue = pending, []
            return [*steps, Say(PARDON, "pardon")]
        awaited = pending.tool_call_id if pending and pending.name == "confirm_arrangement" else None
        self._last_resort = LastResort(
            self._session, noticed=order.noticed, outcome=state.arranged or "error", confirming=awaited
        )
        return [*steps, *self._floor.standing.at(PERSON, "conversation_fault"), *self._last_resort.begin()]


def _find_person(talk: Talk) -> None:
    """The rung above the rules is switched off by hand: a person, or a callback."""
    talk.say("finding_person")
    people.to_person(talk, "requested")
