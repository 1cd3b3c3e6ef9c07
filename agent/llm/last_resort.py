"""Rung 3 when even the rules fail: a person if one is there, else the number to call. Needs nothing that could fail.

Says only what may be said to anybody (allow-list of `archer.conversation.words.before`), whoever is on the line; and
what a tool has done at the caller's yes, when its answer comes that late.
"""

from archer.conversation.events import Action, End, Event, Heard, Keypad, Say, ToolDone, Transfer, UseTool
from archer.conversation.policy.in_force import DISPOSITIONS
from archer.conversation.words import before, spoken
from archer.protocol import Session

UNFIT = "I am sorry, we are having a technical problem. We will be in touch another time. Goodbye."


class LastResort:
    """Takes over a call for good."""

    def __init__(
        self, session: Session, *, noticed: bool, outcome: str = "error", confirming: str | None = None
    ) -> None:
        self._session = session
        self._noticed = noticed
        """The opening was said; without it nothing may be done but to take leave."""
        self._outcome = outcome
        """With what the call ends: what was arranged in it stays arranged."""
        self._confirming = confirming
        """The tool call that the caller has said yes to and that is under way."""
        self._tool = f"p{session.epoch}-1"
        self._ended = False

    def begin(self) -> list[Action]:
        """The first words, and the question whether somebody is free."""
        if not self._noticed:
            self._ended = True
            return [Say(UNFIT, "goodbye", interruptible=False), End("error", "technical problem")]
        return [
            self._say("understanding_trouble"),
            UseTool(self._tool, "transfer_to_agent", {"reason": "system_trouble"}),
        ]

    def handle(self, event: Event) -> list[Action]:
        """Whatever comes, the way out."""
        if isinstance(event, ToolDone) and event.tool_call_id == self._confirming:
            return self._confirmed(event)
        if isinstance(event, ToolDone) and event.tool_call_id == self._tool and not self._ended:
            self._ended = True
            if event.ok and event.data.get("available") is True:
                return [self._say("connecting"), Transfer("system_trouble")]
            return [self._say("call_us"), End(self._outcome, "technical problem")]
        if isinstance(event, Heard | Keypad):
            if self._ended:
                return [self._say("goodbye_again"), End(self._outcome, "technical problem")]
            return [self._say("one_moment")]
        return []

    def _confirmed(self, done: ToolDone) -> list[Action]:
        """What was under way has been done, or has not: only then is it said."""
        if not done.ok:
            return []
        kind = str(done.data.get("kind"))
        self._outcome = str(done.data.get("disposition") or DISPOSITIONS.get(kind, "payment_arranged"))
        return [Say(done.say, "tool.confirmed", interruptible=False)] if done.say else []

    def _say(self, key: str) -> Say:
        session = self._session
        fields = {
            "business": session.business_name,
            "name": session.customer_name,
            "number": spoken.phone(session.callback_number),
        }
        return Say(before.SENTENCES[key].text("plain", 0, fields), key)
