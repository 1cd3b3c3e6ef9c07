"""A verified call in which the model says what the test wrote down for it, at once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from agent.llm.conversation import LlmConversation
from agent.llm.events import ModelCalled, ModelDone, ModelEvent, ModelSaid, Request, ToolCall
from agent.thinking import Think
from archer.conversation.events import Action, Event, Heard, Say, Started, ToolDone, UseTool
from archer.protocol import Session, SessionState
from tests.agent.llm.bank import OPTIONS
from tools.registry import schemas


class EagerThought:
    """A thought that is there at once."""

    def __init__(self, deliver: Any, events: Sequence[ModelEvent]) -> None:
        self.deliver, self.events = deliver, events
        self.over = False

    def cancel(self) -> None:
        self.over = True

    def take(self) -> list[Any]:
        self.over = True
        return [action for event in self.events for action in self.deliver(event)]


class ScriptedMind:
    """A model. `script` holds its next answers; it says the same harmless thing when that is empty."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.script: list[list[ModelEvent]] = []

    def available(self, _best: int) -> bool:
        return True

    def think(self, request: Request, deliver: Any) -> EagerThought:
        self.requests.append(request)
        return EagerThought(deliver, self.script.pop(0) if self.script else says("I see.", "What would work for you?"))


def says(*sentences: str) -> list[ModelEvent]:
    """The model's answer: these sentences."""
    return [*(ModelSaid(sentence, 0) for sentence in sentences), ModelDone(0)]


def calls(name: str, arguments: str) -> list[ModelEvent]:
    """The model's answer: this tool, please."""
    return [ModelCalled((ToolCall("c1", name, arguments),), 0)]


def handle(conversation: LlmConversation, event: Event) -> list[Action]:
    """All that comes of an event, the model's part included."""
    steps, done = list(conversation.handle(event)), []
    while steps:
        step = steps.pop(0)
        if isinstance(step, Think):
            steps = [*step.begin().take(), *steps]
        else:
            done.append(step)
    return done


def hear(conversation: LlmConversation, words: str) -> list[Action]:
    """The caller speaks."""
    return handle(conversation, Heard(words))


def heard(actions: Sequence[Action]) -> str:
    """What the caller hears of it."""
    return " ".join(action.text for action in actions if isinstance(action, Say))


def used(actions: Sequence[Action]) -> UseTool:
    """The tool that is asked for."""
    return next(action for action in actions if isinstance(action, UseTool))


def answer(
    conversation: LlmConversation, use: UseTool, data: dict[str, Any] | None = None, say: str | None = None
) -> list[Action]:
    """The tool answers."""
    return handle(conversation, ToolDone(use.tool_call_id, use.name, ok=True, data=data or {}, say=say))


def session(**given: Any) -> Session:
    """What the call is begun with."""
    usual: dict[str, Any] = {
        "call_id": uuid4(),
        "epoch": 1,
        "session_token": "t",
        "direction": "outbound",
        "business_name": "Maple Bank",
        "agent_name": "Archer",
        "callback_number": "+18005550100",
        "customer_name": "Dana Reyes",
        "customer_timezone": "America/New_York",
        "customer_country": "US",
        "language": "en",
        "collector_mode": "first_party",
        "first_communication": True,
        "in_validation_period": False,
        "now": datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        "agent_profile": "collections",
        "tools": schemas(),
        "state": SessionState(),
        "degradation_level": 0,
    }
    return Session(**usual | given)


def verified_conversation(mind: Any, **given: Any) -> LlmConversation:
    """A call that has come to its purpose."""
    conversation = LlmConversation(session(**given), mind)
    conversation.handle(Started())
    conversation.handle(Heard("yes this is Dana Reyes"))
    steps = handle(conversation, Heard("4321 and my zip code is 94107"))
    for name, data in (("verify_account", {"verified": True}), ("get_customer_options", OPTIONS)):
        use = used(steps)
        assert use.name == name
        steps = answer(conversation, use, data)
    return conversation
