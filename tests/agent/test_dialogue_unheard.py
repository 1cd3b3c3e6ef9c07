"""What was to be said and never left the agent is not taken for said, the mini-Miranda least of all."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from agent.dialogue import Dialogue, Timing
from archer.conversation.events import Action, Event, Heard, Interrupted, Say, Started
from archer.conversation.policy import RuleConversation
from tests.archer.conversation.policy.policy_script import FACTORS, Bank, Scripted, session


class Entries:
    """Takes the transcript and forgets it."""

    snapshot: Any = None

    def said(self, *_: Any, **__: Any) -> None: ...
    def happened(self, *_: Any, **__: Any) -> None: ...


def dialogue(conversation: Any) -> Dialogue:
    call = SimpleNamespace(entries=Entries(), session=session())
    return Dialogue(call, conversation, Timing(), now=lambda: 0.0, wall=lambda: datetime.now(UTC))  # type: ignore[arg-type]


class Greeting:
    """Says two sentences, and remembers what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def handle(self, event: Event) -> list[Action]:
        self.events.append(event)
        return [Say("First.", "a"), Say("Second.", "b", interruptible=False)] if isinstance(event, Started) else []

    def snapshot(self) -> dict[str, Any]:
        return {}


async def test_lines_that_were_dropped_are_told_as_an_interruption() -> None:
    conversation = Greeting()
    talk = dialogue(conversation)
    talk.begin("")
    first = await talk.next_line()
    assert isinstance(first, Say)
    talk.sent(first)
    talk.voice_on()
    talk.reported("First.")
    talk.heard("hello")
    assert [type(event) for event in conversation.events] == [Started, Interrupted, Heard]


async def test_nothing_dropped_is_no_interruption() -> None:
    conversation = Greeting()
    talk = dialogue(conversation)
    talk.begin("")
    for _ in range(2):
        line = await talk.next_line()
        assert isinstance(line, Say)
        talk.sent(line)
        talk.voice_on()
        talk.reported(line.text.replace(" ", ""))
    talk.heard("hello")
    assert [type(event) for event in conversation.events] == [Started, Heard]


def test_a_mini_miranda_that_never_left_is_due_again() -> None:
    understanding = Scripted()
    conversation = RuleConversation(session(collector_mode="third_party"), understanding)  # type: ignore[arg-type]
    bank = Bank()
    conversation.handle(Started())
    conversation.handle(Heard(understanding.heard("identity_confirmed")))
    asked = conversation.handle(Heard(understanding.heard(FACTORS)))
    said = conversation.handle(bank.answer(asked[-1]))  # type: ignore[arg-type]
    assert "mini_miranda" in [action.key for action in said if isinstance(action, Say)]
    conversation.handle(Interrupted("Thank you, Sam, that's confirmed."))
    again = conversation.handle(Heard(understanding.heard("repeat")))
    assert "mini_miranda" in [action.key for action in again if isinstance(action, Say)]
