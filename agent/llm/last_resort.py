"""Rung 3 when even the rules fail: a person if one is there, else the number to call. Needs nothing that could fail.

Says only what may be said to anybody (allow-list of `archer.conversation.words.before`), whoever is on the line.
"""

from archer.conversation.events import Action, End, Event, Heard, Keypad, Say, ToolDone, Transfer, UseTool
from archer.conversation.words import before, spoken
from archer.protocol import Session

UNFIT = "I am sorry, we are having a technical problem. We will be in touch another time. Goodbye."


class LastResort:
    """Takes over a call for good."""

    def __init__(self, session: Session, *, noticed: bool) -> None:
        self._session = session
        self._noticed = noticed
        """The opening was said; without it nothing may be done but to take leave."""
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
        if isinstance(event, ToolDone) and event.tool_call_id == self._tool and not self._ended:
            self._ended = True
            if event.ok and event.data.get("available") is True:
                return [self._say("connecting"), Transfer("system_trouble")]
            return [self._say("call_us"), End("error", "technical problem")]
        if isinstance(event, Heard | Keypad):
            if self._ended:
                return [self._say("goodbye_again"), End("error", "technical problem")]
            return [self._say("one_moment")]
        return []

    def _say(self, key: str) -> Say:
        session = self._session
        fields = {
            "business": session.business_name,
            "name": session.customer_name,
            "number": spoken.phone(session.callback_number),
        }
        return Say(before.SENTENCES[key].text("plain", 0, fields), key)
