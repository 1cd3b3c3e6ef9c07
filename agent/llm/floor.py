"""Where both conversations of a call speak from: one state and order, one guardrail, one history, one rung.

Whoever made a sentence, it passes the order (I-27) and the guardrail (I-17) here before it leaves.
"""

from collections import deque
from collections.abc import Callable

from agent.llm.history import History, since_verification
from agent.llm.remembering import Remembering
from agent.llm.standing import Standing
from agent.redacting import Redact
from agent.thinking import Think
from archer.conversation.events import Action, Event, Say
from archer.conversation.guarding import GuardedRules
from archer.conversation.policy.talk import Talk
from archer.conversation.understanding import Understanding
from archer.protocol import Session

Step = Action | Think
UNSEEN = 6
"""Turns that only the model has seen and that the rules read when they take over."""
_BRIDGES = frozenset({"one_moment", "filler"})


class Floor:
    """What the turns of one call share."""

    def __init__(self, session: Session, standing: Standing, redact: Redact, understanding: Understanding) -> None:
        self.session, self.standing, self.redact = session, standing, redact
        self.understanding = Remembering(understanding)
        self._guarded = GuardedRules(session, self.understanding)
        self.rules, self.guard = self._guarded.rules, self._guarded.guard
        self.history = History(since_verification(session.state))
        self.unseen: deque[str] = deque(maxlen=UNSEEN)

    def by_rules(self, event: Event) -> list[Step]:
        """Let the rules answer an event."""
        return self._remembered(self._guarded.handle(event))

    def turn_of_rules(self, speak: Callable[[Talk], None]) -> list[Step]:
        """Let the rules say something of their own accord."""
        return self._remembered(self._guarded.unasked(speak))

    def spoken(self, actions: list[Action]) -> list[Step]:
        """What the rules want to say, past the guardrail; a refusal here is a defect of theirs."""
        return self._remembered(self._guarded.judged(actions))

    def _remembered(self, actions: list[Action]) -> list[Step]:
        """What the caller hears once he is verified, the model knows of."""
        for action in actions:
            if isinstance(action, Say) and action.key not in _BRIDGES and self.rules.order.verified:
                self.history.agent(self.redact(action.text))
        return list(actions)

    def taken_over(self, talk: Talk) -> None:
        """The rules go on where the model was: tell them what only it has heard."""
        if self.unseen:
            from agent.llm.handover import hand_over

            turns = list(self.unseen)
            self.unseen.clear()
            hand_over(talk, turns, talk.agent_said)
