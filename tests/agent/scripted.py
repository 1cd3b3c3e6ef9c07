"""A conversation made of a test's own table, in the vocabulary of `archer.conversation.events`."""

from collections.abc import Callable
from typing import Any

from archer.conversation.events import Action, End, Event, Heard, Interrupted, Say, Started, ToolDone, UseTool
from archer.protocol import Session

Script = Callable[[Event], list[Action]]


class ScriptedConversation:
    """Asks the script, remembers the events."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.events: list[Event] = []

    def handle(self, event: Event) -> list[Action]:
        self.events.append(event)
        return self.script(event)

    def snapshot(self) -> dict[str, Any]:
        return {"events": len(self.events)}

    def heard(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Heard)]

    def interruptions(self) -> list[str]:
        return [event.heard for event in self.events if isinstance(event, Interrupted)]


GREETING = "Hello, this is Archer with Maple Bank. Am I speaking with Dana Reyes?"


def polite(event: Event) -> list[Action]:
    """Greets, echoes, pays with a tool on "pay", says goodbye on "bye"."""
    match event:
        case Started():
            return [Say(GREETING, "opening")]
        case Heard("pay"):
            return [UseTool("t1", "process_payment", {"amount": "10.00"})]
        case Heard("bye"):
            return [Say("Thank you. Goodbye.", "goodbye", interruptible=False), End("payment_arranged", "done")]
        case Heard(""):
            return [Say("Sorry, I did not catch that.", "pardon")]
        case Heard(text):
            return [Say(f"You said {text}.", "echo")]
        case ToolDone(ok=ok, say=say):
            return [Say(say or "The payment is arranged.", "paid") if ok else Say("That did not work.", "failed")]
    return []


class Scripted:
    """Makes the conversations of an agent, and keeps them for the test to look at."""

    def __init__(self, script: Script = polite) -> None:
        self.script = script
        self.made: list[ScriptedConversation] = []

    def __call__(self, _session: Session) -> ScriptedConversation:
        conversation = ScriptedConversation(self.script)
        self.made.append(conversation)
        return conversation

    @property
    def last(self) -> ScriptedConversation:
        return self.made[-1]
