"""One turn being put together: what is said, which tool is asked for, and how it leaves in the right order.

A turn holds any number of statements, at most one question (the last one set wins, so that two are never asked),
and at most one of: a tool, a transfer, the end. Every sentence passes `Order.check` before it gets in.
"""

from typing import Any

from archer.conversation.events import Action, End, Note, Say, Transfer, UseTool
from archer.conversation.order import FREE, Order, Phase
from archer.conversation.policy.hearing import Clock
from archer.conversation.policy.state import UNVERIFIED_STEPS, Pending, Proposal, Spoken, State, Step
from archer.conversation.policy.tone import Tone
from archer.conversation.understanding import Understanding
from archer.conversation.words import account, before, spoken
from archer.protocol import Session

SENTENCES = {**before.SENTENCES, **account.SENTENCES}


class Talk:
    """What a handler works with: the call, its state, and the turn."""

    def __init__(self, session: Session, state: State, order: Order, tone: Tone, understanding: Understanding) -> None:
        self.session = session
        self.state = state
        self.order = order
        self.tone = tone
        self.understanding = understanding
        self._said: list[Spoken] = []
        self._question: Spoken | None = None
        self._notes: list[Note] = []
        self._act: UseTool | Transfer | End | None = None

    # what the caller hears

    def say(self, key: str, **values: str) -> None:
        """A statement."""
        self._add(self._word(key, values))

    def ask(self, key: str, **values: str) -> None:
        """The question of this turn; replaces one asked before it in the same turn."""
        self._question = self._word(key, values)

    def say_tool(self, text: str, key: str, *, interruptible: bool = True) -> None:
        """A sentence worded by a tool; one that asks is the question of this turn."""
        sentence = Spoken(key=key, text=text.strip(), interruptible=interruptible)
        if "?" in text:
            self._question = sentence
        else:
            self._add(sentence)

    def say_again(self, sentences: list[Spoken]) -> None:
        """The same words once more."""
        for sentence in sentences:
            if not self.order.allows(sentence.key, sentence.text):
                continue
            if "?" in sentence.text:
                self._question = sentence
            else:
                self._add(sentence)

    def no_question(self) -> None:
        """Withdraw the question of this turn."""
        self._question = None

    @property
    def has_question(self) -> bool:
        """A question is set for this turn."""
        return self._question is not None

    # what happens

    def use(self, name: str, arguments: dict[str, Any], then: str) -> None:
        """Ask for a tool; `then` names who goes on with the answer."""
        self.order.check_tool(name, arguments)
        self.state.calls += 1
        call_id = f"r{self.session.epoch}-{self.state.calls}"
        self.state.pending = Pending(tool_call_id=call_id, name=name, arguments=arguments, then=then)
        self._act = UseTool(call_id, name, arguments)

    def use_again(self, pending: Pending) -> None:
        """Ask for the same tool under the same id: done once, however often it is asked for."""
        self.state.pending = pending
        self._act = UseTool(pending.tool_call_id, pending.name, pending.arguments)

    def note(self, event: str, **data: Any) -> None:
        """Something to remember with the call."""
        self._notes.append(Note(event, data))

    def transfer(self, reason: str) -> None:
        """Connect with a person; nothing comes after it."""
        self.state.step, self.state.outcome = "ended", "transferred"
        self._act = Transfer(reason)

    def end(self, outcome: str | None, reason: str) -> None:
        """Hang up after what is said."""
        self.state.step, self.state.outcome = "ended", outcome
        self._act = End(outcome, reason)

    @property
    def acted(self) -> bool:
        """A tool, a transfer or the end is set for this turn."""
        return self._act is not None

    def withdraw(self) -> None:
        """Keep what the turn learnt and drop what it would say: something more urgent was heard."""
        self._question = None
        self._said = [sentence for sentence in self._said if not sentence.interruptible]

    def withdraw_deed(self) -> None:
        """Take back the tool, transfer or end of this turn, which nobody has seen yet."""
        self._act = None

    def go(self, step: Step) -> None:
        """Wait for something else from now on."""
        self.state.step = step

    def aside(self, step: Step) -> None:
        """Ask a side question and remember where to return to."""
        if self.state.step not in ("offer_person", "check", "callback", "ended"):
            self.state.back = self.state.step
        self.state.step = step

    def actions(self) -> list[Action]:
        """The turn in its order: notes, statements, question, deed."""
        if self._act is not None:
            self._question = None
        if self._question is not None:
            self._add(self._question)
            self._question = None
        kept = [sentence for sentence in self._said if sentence.key != "one_moment"]
        if kept:
            self.state.last = kept if self.state.turn_begins else [*self.state.last, *kept]
            self.state.turn_begins = False
        says = [Say(s.text, s.key, s.interruptible) for s in self._said]
        return [*self._notes, *says, *([self._act] if self._act else [])]

    # what handlers look up

    @property
    def verified(self) -> bool:
        """The right party is proven to be on the line."""
        return self.order.verified

    @property
    def open(self) -> bool:
        """The account may be spoken of: verified, notices and disclosure said."""
        return self.order.phase is Phase.PURPOSE

    @property
    def inbound(self) -> bool:
        """The customer called us."""
        return self.session.direction == "inbound"

    @property
    def clock(self) -> Clock:
        """What slots need to know."""
        return Clock(self.session.now, self.session.customer_timezone, self.session.customer_country)

    @property
    def balance(self) -> str | None:
        """The balance as the tool gave it."""
        value = (self.state.options or {}).get("balance")
        return None if value is None else str(value)

    @property
    def proposal(self) -> Proposal | None:
        """What is being worked out."""
        return self.state.proposal

    @property
    def agent_said(self) -> str | None:
        """The last sentence spoken: the question that the caller answers."""
        return self.state.last[-1].text if self.state.last else None

    def home(self) -> Step:
        """The step to return to when a side question is settled."""
        back = self.state.back
        if self.verified and back in UNVERIFIED_STEPS:
            return "anything_else" if self.state.arranged else "negotiate"
        if not self.verified and back not in UNVERIFIED_STEPS:
            return "verify" if self.order.claimed else "person"
        return back

    # wording

    def _word(self, key: str, values: dict[str, str]) -> Spoken:
        times = self.state.said.get(key, 0)
        sentence = SENTENCES[key]
        text = sentence.text(self.tone.voice, times, {**self._fields(), **values})
        self.state.said[key] = times + 1
        return Spoken(key=key, text=text, interruptible=sentence.interruptible)

    def _fields(self) -> dict[str, str]:
        session = self.session
        helper = f"an automated assistant with {session.business_name}"
        return {
            "intro": f"{session.agent_name}, {helper}" if session.agent_name else helper,
            "business": session.business_name,
            "name": session.customer_name,
            "first_name": session.customer_name.split()[0] if session.customer_name.strip() else "",
            "number": spoken.phone(session.callback_number),
            "code": "ZIP code" if session.customer_country == "US" else "postal code",
        }

    def _add(self, sentence: Spoken) -> None:
        self.order.check(sentence.key if sentence.key in SENTENCES else FREE, sentence.text)
        self.order.said(sentence.key)
        self._said.append(sentence)
