"""Where both conversations of a call speak from: one state and order, one guardrail, one history, one rung.

Whoever made a sentence, it passes the order (I-27) and the guardrail (I-17) here before it leaves.
"""

import logging
from collections import deque
from collections.abc import Callable

from agent.guarding import SpeechGuard
from agent.llm.history import History, since_verification
from agent.llm.remembering import Remembering
from agent.llm.standing import Standing
from agent.redacting import Redact
from agent.thinking import Think
from archer.conversation.events import Action, Event, Say, ToolDone
from archer.conversation.policy import RuleConversation, people
from archer.conversation.policy.talk import Talk
from archer.conversation.understanding import Understanding
from archer.protocol import Session

Step = Action | Think
UNSEEN = 6
"""Turns that only the model has seen and that the rules read when they take over."""
_BRIDGES = frozenset({"one_moment", "filler"})
log = logging.getLogger("agent.llm.floor")


class Floor:
    """What the turns of one call share."""

    def __init__(self, session: Session, standing: Standing, redact: Redact, understanding: Understanding) -> None:
        self.session, self.standing, self.redact = session, standing, redact
        self.understanding = Remembering(understanding)
        self.rules = RuleConversation(session, self.understanding)
        self.guard = SpeechGuard(session)
        self.history = History(since_verification(session.state))
        self.unseen: deque[str] = deque(maxlen=UNSEEN)

    def by_rules(self, event: Event) -> list[Step]:
        """Let the rules answer an event."""
        if isinstance(event, ToolDone) and event.ok:
            self.guard.learn(event.data)
        return self.spoken(self.rules.handle(event))

    def turn_of_rules(self, speak: Callable[[Talk], None]) -> list[Step]:
        """Let the rules say something of their own accord."""
        talk = self.rules.turn()
        speak(talk)
        return self.spoken(talk.actions())

    def spoken(self, actions: list[Action]) -> list[Step]:
        """What the rules want to say, past the guardrail; a refusal here is a defect of theirs."""
        checked: list[Step] = []
        hand_over = False
        for action in actions:
            if not isinstance(action, Say):
                checked.append(action)
                continue
            say = action
            refused = self.guard.look(say.text, self.rules.state, self.rules.order)
            if refused is not None:
                log.error("call %s: the rules' sentence %r was refused", self.session.call_id, say.key)
                checked.append(refused.note)
                say = Say(refused.say_instead, "guardrail", say.interruptible)
                hand_over = hand_over or refused.hand_over
            if say.key not in _BRIDGES and self.rules.order.verified:
                self.history.agent(self.redact(say.text))
            checked.append(say)
        if hand_over and self.rules.state.pending is None and not self.rules.ended:
            checked += self.turn_of_rules(lambda talk: people.to_person(talk, "guardrail"))
        return checked

    def taken_over(self, talk: Talk) -> None:
        """The rules go on where the model was: tell them what only it has heard."""
        if self.unseen:
            from agent.llm.handover import hand_over

            turns = list(self.unseen)
            self.unseen.clear()
            hand_over(talk, turns, talk.agent_said)
