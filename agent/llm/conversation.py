"""The conversation of a call on the ladder: a language model where it may talk, the rules everywhere else.

Same shape as `archer.conversation.policy.RuleConversation`: events in, actions out, state that can be written down.
Both speak from one state and one legal order, so that a call changes between them at any turn. Whoever made a sentence,
it passes the order (I-27) and the guardrail (I-17) before it leaves. Without a model it is the rule-based conversation.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.guarding import Refused, SpeechGuard
from agent.llm.events import ModelCalled, ModelDone, ModelEvent, ModelFailed, ModelSaid, Request, ToolCall
from agent.llm.history import History, since_verification
from agent.llm.last_resort import LastResort
from agent.llm.routing import asked_to_confirm, may_think, rules_answer
from agent.logs import describe
from agent.redacting import Redact
from agent.thinking import Think, Thinking
from archer.conversation.events import Action, Event, Heard, Interrupted, Note, Say, Started, ToolDone
from archer.conversation.order import OrderViolation
from archer.conversation.policy import RuleConversation, arrangement, machine, people
from archer.conversation.policy.frustration import feel
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk
from archer.conversation.understanding import TRAINED, Classified, Understanding
from archer.protocol import Session

if TYPE_CHECKING:
    from agent.llm.mind import Mind
    from agent.llm.tools import Toolbox

FULL, SMALL, RULES, PERSON = range(4)
MOST_ROUNDS = 10
"""Times a model is asked in one turn of the caller."""
MOST_MISTAKES = 3
"""Tool calls in one turn that could not be used."""
WORDLESS_SECONDS = 6.0
"""A turn in which the model has said nothing for this long, tools included, goes to the rules."""
PARDON = "I'm sorry, could you say that again, please?"
_BRIDGES = frozenset({"one_moment", "filler"})
_UNSEEN = 6
"""Turns that only the model has seen and that the rules read when they take over."""

Step = Action | Think
log = logging.getLogger("agent.llm.conversation")


@dataclass
class _Turn:
    """A turn of the caller that the model answers."""

    hearing: Hearing
    began: float
    asked_to_confirm: bool
    said: list[str] = field(default_factory=list)
    rounds: int = 0
    mistakes: int = 0
    counted: bool = False
    calls: deque[ToolCall] = field(default_factory=deque)
    thought: Thinking | None = None
    waits_for: tuple[str, str] | None = None
    """Ids of the tool call as the API and as the model know it."""


class LlmConversation:
    """One call. `mind` is None without a language model; `best_level` is the best rung that may be used."""

    def __init__(
        self,
        session: Session,
        mind: "Mind | None" = None,
        *,
        best_level: int = FULL,
        redact: Redact = str,
        understanding: Understanding = TRAINED,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.level = best_level if mind is not None else max(best_level, RULES)
        """The rung that the caller's last turn was answered from."""
        self._session, self._mind, self._best = session, mind, self.level
        self._redact, self._now = redact, now
        self._understanding = _Remembering(understanding)
        self.rules = RuleConversation(session, self._understanding)
        self._guard = SpeechGuard(session)
        self._history = History(since_verification(session.state))
        self._toolbox: Toolbox | None = None
        self._system = ""
        self._turn: _Turn | None = None
        self._unseen: deque[str] = deque(maxlen=_UNSEEN)
        self._faults = 0
        self._last_resort: LastResort | None = None

    @property
    def ended(self) -> bool:
        """The conversation has said its last word."""
        return self.rules.ended

    def snapshot(self) -> dict[str, Any]:
        """The state as JSON values; a conversation without a model can take it up just as well."""
        return self.rules.snapshot() | {"ladder": {"level": self.level, "refused": self._guard.refused}}

    def restore(self, snapshot: dict[str, Any] | None) -> bool:
        """Take over a snapshot; see RuleConversation.restore."""
        restored = self.rules.restore(snapshot)
        if restored and snapshot is not None and isinstance(kept := snapshot.get("ladder"), dict):
            self._guard.refused = int(kept.get("refused") or 0)
        return restored

    def handle(self, event: Event) -> list[Step]:
        """Take one event; what is to be said and done now, in order."""
        if self._last_resort is not None:
            return list(self._last_resort.handle(event))
        try:
            actions = self._handle(event)
        except Exception as error:  # a fault of ours must not cost the caller his call
            return self._fault(error)
        return actions

    def _handle(self, event: Event) -> list[Step]:
        match event:
            case Started():
                degraded = [self._note_level("configured" if self._mind else "no_model")] if self.level > FULL else []
                return [*degraded, *self._by_rules(event)]
            case Heard(text=text):
                return self._heard(text)
            case Interrupted(heard=heard):
                self._history.cut(self._redact(heard))
                return self._by_rules(event)
            case ToolDone() if self._awaited(event):
                return self._tool_done(event)
            case _:
                return self._by_rules(event)

    # the rules

    def _by_rules(self, event: Event) -> list[Step]:
        if isinstance(event, ToolDone) and event.ok:
            self._guard.learn(event.data)
        return self._spoken(self.rules.handle(event))

    def _spoken(self, actions: list[Action]) -> list[Step]:
        """What the rules want to say, past the guardrail; a refusal here is a defect of theirs."""
        checked: list[Step] = []
        hand_over = False
        for action in actions:
            if not isinstance(action, Say):
                checked.append(action)
                continue
            say = action
            refused = self._guard.look(say.text, self.rules.state, self.rules.order)
            if refused is not None:
                log.error("call %s: the rules' sentence %r was refused", self._session.call_id, say.key)
                checked.append(refused.note)
                say = Say(refused.say_instead, "guardrail", say.interruptible)
                hand_over = hand_over or refused.hand_over
            if say.key not in _BRIDGES and self.rules.order.verified:
                self._history.agent(self._redact(say.text))
            checked.append(say)
        if hand_over and self.rules.state.pending is None and not self.rules.ended:
            checked += self._turn_of_rules(lambda talk: people.to_person(talk, "guardrail"))
        return checked

    def _turn_of_rules(self, speak: Callable[[Talk], None]) -> list[Step]:
        """Let the rules say something of their own accord."""
        talk = self.rules.turn()
        speak(talk)
        return self._spoken(talk.actions())

    # a turn of the caller

    def _heard(self, text: str) -> list[Step]:
        self._turn = None
        if self.rules.order.verified:
            self._history.customer(self._redact(text))
        talk = self.rules.turn()
        if not may_think(talk):
            return self._by_rules(Heard(text))
        hearing = Hearing(text, talk.agent_said, self._understanding, talk.clock)
        if rules_answer(talk, hearing):
            return [*self._taken_over(talk), *self._by_rules(Heard(text))]
        if self._best == PERSON and not talk.state.person_tried:
            return self._turn_of_rules(_find_person)
        if self._mind is None or not self._mind.available(self._best):
            note = self._level_is(max(self._best, RULES), "models_resting")
            return [*note, *self._taken_over(talk), *self._by_rules(Heard(text))]
        state = talk.state
        state.turns += 1
        state.silences, state.broken_off, state.turn_begins = 0, False, True
        state.nudged = state.holding = False
        self._turn = _Turn(hearing, self._now(), asked_to_confirm(talk))
        return self._think(self._turn)

    def _taken_over(self, talk: Talk) -> list[Step]:
        """The rules go on where the model was: tell them what only it has heard."""
        if self._unseen:
            from agent.llm.handover import hand_over

            turns, self._unseen = list(self._unseen), deque(maxlen=_UNSEEN)
            hand_over(talk, turns, talk.agent_said)
        return []

    def _think(self, turn: _Turn) -> list[Step]:
        """Ask the model (again)."""
        assert self._mind is not None
        if turn.rounds >= MOST_ROUNDS:
            return self._fall_back(turn, "tool_rounds")
        if not turn.said and turn.rounds and self._now() - turn.began > WORDLESS_SECONDS:
            return self._fall_back(turn, "wordless")
        turn.rounds += 1
        request, mind = self._request(), self._mind

        def begin() -> Thinking:
            turn.thought = mind.think(request, lambda event: self._on_model(turn, event))
            return turn.thought

        return [Think(begin)]

    def _request(self) -> Request:
        from agent.llm.prompting import facts, system_prompt
        from agent.llm.tools import Toolbox

        if self._toolbox is None:
            self._toolbox = Toolbox(self._session.tools)
            self._system = system_prompt(self._session)
        known = facts(self._session, self.rules.state, self.rules.order)
        return Request(self._history.messages(self._system, known), self._toolbox.for_model, self._best)

    # what the model answers

    def _on_model(self, turn: _Turn, event: ModelEvent) -> list[Step]:
        if turn is not self._turn:
            return []
        try:
            match event:
                case ModelSaid(sentence=sentence, level=level):
                    return [*self._begun(turn, level), *self._on_said(turn, sentence)]
                case ModelCalled(calls=calls, level=level):
                    noted = self._begun(turn, level)
                    self._history.called(calls)
                    turn.calls = deque(calls)
                    return [*noted, *self._next_call(turn)]
                case ModelDone(cut_short=cut_short):
                    return self._on_done(turn, cut_short=cut_short)
                case ModelFailed(reason=reason):
                    return self._fall_back(turn, reason)
        except Exception as error:  # as in `handle`
            return self._fault(error)

    def _begun(self, turn: _Turn, level: int) -> list[Step]:
        """The model answers: only now the turn counts as heard by it."""
        if turn.counted:
            return []
        turn.counted = True
        hearing, state = turn.hearing, self.rules.state
        state.unclear = 0
        state.refusals += hearing.intent == "refuse_to_pay"
        feel(self.rules.turn(), hearing)
        if state.step == "confirm" and turn.asked_to_confirm and hearing.yes_no is False:
            arrangement.drop(self.rules.turn())
            state.step = "anything_else" if state.arranged else "negotiate"
        self._unseen.append(hearing.text)
        return self._level_is(level, "answered")

    def _on_said(self, turn: _Turn, sentence: str) -> list[Step]:
        refused = self._refusal(sentence)
        if refused is not None:
            return self._on_refused(turn, refused)
        turn.said.append(sentence)
        talk = self.rules.turn()
        talk.say_tool(sentence, "model")
        self._history.agent(self._redact(sentence))
        return list(talk.actions())

    def _refusal(self, sentence: str) -> Refused | None:
        from agent.llm.claims import NOTHING_DONE, unfounded_claim

        state = self.rules.state
        refused = self._guard.look(sentence, state, self.rules.order)
        if refused is not None or state.arranged is not None:
            return refused
        claim = unfounded_claim(sentence)
        return None if claim is None else self._guard.refuse(sentence, "I-21", claim, NOTHING_DONE)

    def _on_refused(self, turn: _Turn, refused: Refused) -> list[Step]:
        """A sentence that must not be said ends the model's turn: a safe one, and a question, or a person."""
        self._stop(turn)

        def speak(talk: Talk) -> None:
            talk.say_tool(refused.say_instead, "guardrail")
            if refused.hand_over:
                people.to_person(talk, "guardrail")
            elif not talk.has_question:
                reask(talk)

        return [refused.note, *self._turn_of_rules(speak)]

    def _on_done(self, turn: _Turn, *, cut_short: bool) -> list[Step]:
        if not turn.said:
            return self._fall_back(turn, "length" if cut_short else "said_nothing")
        self._turn = None
        if cut_short and "?" not in turn.said[-1]:
            return self._turn_of_rules(reask)
        return []

    def _fall_back(self, turn: _Turn, reason: str) -> list[Step]:
        """The model does not go on: the rules answer, or ask their question when it had said something."""
        self._stop(turn)
        note = self._level_is(RULES, reason)
        talk = self.rules.turn()
        if turn.said:
            if "?" in turn.said[-1]:
                return note
            self._taken_over(talk)
            return [*note, *self._turn_of_rules(reask)]
        if turn.counted and self._unseen:
            self._unseen.pop()  # the rules hear it themselves
        self._taken_over(talk)
        return [*note, *self._turn_of_rules(lambda own: machine.hear(own, turn.hearing.text))]

    def _stop(self, turn: _Turn) -> None:
        self._turn = None
        if turn.thought is not None:
            turn.thought.cancel()

    # tools that the model asked for

    def _next_call(self, turn: _Turn) -> list[Step]:
        """Do the next of its calls; ask it again when all are answered."""
        from agent.llm.deeds import do
        from agent.llm.tools import BadCall

        assert self._toolbox is not None
        while turn.calls:
            call = turn.calls.popleft()
            talk = self.rules.turn()
            try:
                awaited = do(talk, call, self._toolbox)
            except BadCall as bad:
                self._history.result(call.id, bad.result())
                turn.mistakes += bad.error in ("unknown_tool", "invalid_arguments")
                if turn.mistakes >= MOST_MISTAKES:
                    return self._fall_back(turn, bad.error)
                continue
            if awaited is None:
                self._stop(turn)
            else:
                turn.waits_for = (awaited, call.id)
                self._unseen.clear()
            return self._spoken(talk.actions())
        return self._think(turn)

    def _awaited(self, done: ToolDone) -> bool:
        turn = self._turn
        return turn is not None and turn.waits_for is not None and turn.waits_for[0] == done.tool_call_id

    def _tool_done(self, done: ToolDone) -> list[Step]:
        """The answer to a call of the model: read out what lies ready, or let the model go on with it."""
        from agent.llm.deeds import reads_out, told

        turn, state = self._turn, self.rules.state
        assert turn is not None
        assert turn.waits_for is not None
        if done.error == "unavailable":
            if state.pending is not None and not state.pending.retried:
                return self._by_rules(done)  # asked for once more under the same id
            self._stop(turn)
            return self._by_rules(done)
        self._guard.learn(done.data)
        self._history.result(turn.waits_for[1], told(done))
        turn.waits_for = None
        if reads_out(done) or done.name == "schedule_callback":
            self._stop(turn)
            return self._by_rules(done)
        state.pending = None
        if done.ok and done.name == "get_customer_options":
            state.options = done.data
        noted: list[Step] = []
        if not done.ok:
            noted.append(Note("tool_failed", {"tool": done.name, "error": done.error}))
        if state.queue:
            said, state.queue = " ".join(state.queue), []
            self._stop(turn)
            return [*noted, *self._heard(said)]
        return [*noted, *self._next_call(turn)]

    # the ladder

    def _level_is(self, level: int, reason: str) -> list[Step]:
        if level == self.level:
            return []
        worse = level > self.level
        self.level = level
        return [self._note_level(reason) if worse else Note("recovered", {"level": level})]

    def _note_level(self, reason: str) -> Note:
        return Note("degraded", {"level": self.level, "reason": reason})

    def _fault(self, error: Exception) -> list[Step]:
        """A defect: ask again once; then a person, without anything that could fail in the same way."""
        self._turn = None
        self._faults += 1
        rule = error.rule if isinstance(error, OrderViolation) else None
        log.error("call %s: the conversation failed: %s", self._session.call_id, describe(error))
        note = Note("order_violation" if rule else "conversation_fault", {"error": rule or type(error).__name__})
        order, state = self.rules.order, self.rules.state
        if self._faults == 1 and order.noticed and state.step != "ended":
            state.pending, state.queue = None, []
            return [note, Say(PARDON, "pardon")]
        self.level = PERSON
        self._last_resort = LastResort(self._session, noticed=order.noticed)
        return [note, self._note_level("conversation_fault"), *self._last_resort.begin()]


def _find_person(talk: Talk) -> None:
    """The rung above the rules is switched off by hand: a person, or a callback."""
    talk.say("finding_person")
    people.to_person(talk, "requested")


class _Remembering:
    """An understanding that does not think twice about the same words."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self._last: tuple[str, str | None] | None = None
        self._classified: Classified | None = None

    def classify(self, text: str, agent_said: str | None) -> Classified:
        """See Understanding."""
        if self._classified is None or self._last != (text, agent_said):
            self._classified = self._understanding.classify(text, agent_said)
            self._last = (text, agent_said)
        return self._classified

    def extract(self, kind: str, text: str, context: dict[str, Any]) -> Any:
        """See Understanding."""
        return self._understanding.extract(kind, text, context)
