"""The guardrail of one call as conversations use it: which facts a sentence is judged by, and what is noted.

Rule I-17: every sentence is judged before it is spoken; a refused one is replaced by a safe one and the finding kept;
the third hands the call over to a person. Amounts and dates come from tools alone (G-11, G-16).
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archer import telemetry
from archer.compliance.guardrail import Guard, SpeechState
from archer.compliance.guardrail.safe import FINDINGS_UNTIL_HAND_OVER
from archer.conversation.events import Action, Event, Note, Say, ToolDone
from archer.conversation.order import Order
from archer.conversation.policy import RuleConversation, people
from archer.conversation.policy.state import State
from archer.conversation.policy.talk import Talk
from archer.conversation.understanding import TRAINED, Understanding
from archer.protocol import Session

log = logging.getLogger(__name__)
_AMOUNT = re.compile(r"\d{1,9}\.\d{2}")


@dataclass(frozen=True)
class Refused:
    """A sentence that must not be spoken: what is said in its place, and what is kept of it."""

    say_instead: str
    note: Note
    hand_over: bool


class SpeechGuard:
    """One call's guardrail. Tell it what tools returned (`learn`) and ask it about each sentence."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._guard = Guard(SpeechState(collector_mode=session.collector_mode))
        self._amounts: set[str] = set()
        self._known: tuple[Any, ...] = ()

    def snapshot(self) -> dict[str, Any]:
        """What another process needs to judge as this one does: sentences refused so far, amounts on the table."""
        return {"refused": self._guard.refused, "amounts": sorted(self._amounts)}

    def restore(self, kept: dict[str, Any]) -> None:
        """Take over a snapshot; one that lacks a part leaves it as it is."""
        self._guard.refused = int(kept.get("refused") or 0)
        self.learn(kept.get("amounts"))

    def learn(self, data: Any) -> None:
        """Amounts that a tool put on the table may be named from now on."""
        self._amounts.update(_amounts(data))

    def look(self, sentence: str, state: State, order: Order) -> Refused | None:
        """None when the sentence may be spoken now."""
        self._update(state, order)
        verdict = self._guard.check(sentence)
        if verdict.allowed:
            return None
        findings = [{"rule": finding.rule, "match": finding.match} for finding in verdict.findings]
        return self._refused(sentence, verdict.say_instead or "", findings, hand_over=verdict.hand_over)

    def refuse(self, sentence: str, rule: str, match: str, say_instead: str) -> Refused:
        """Refuse a sentence for a reason that the guardrail does not know; it counts like the others."""
        self._guard.refused += 1
        too_many = self._guard.refused >= FINDINGS_UNTIL_HAND_OVER
        return self._refused(sentence, say_instead, [{"rule": rule, "match": match}], hand_over=too_many)

    @staticmethod
    def _refused(sentence: str, say_instead: str, findings: list[dict[str, str]], *, hand_over: bool) -> Refused:
        telemetry.count("sentences_blocked", rule=findings[0]["rule"] if findings else "none")
        data = {"findings": findings, "sentence": sentence, "said_instead": say_instead}
        return Refused(say_instead, Note("guardrail_blocked", data), hand_over)

    def _update(self, state: State, order: Order) -> None:
        """The state that sentences are judged by is made anew only when something of it has changed."""
        options, stands = state.options, tuple(state.in_force) if state.arranged else ()
        known = (order.verified, id(options), len(self._amounts), state.prepared, stands)
        if known == self._known:
            return
        if options is not None:
            self.learn(options)
        if state.prepared is not None and state.prepared.amount:
            self._amounts.add(state.prepared.amount)
        ledger = {name: value for name, value in (options or {}).items() if isinstance(value, str | int | float)}
        for number, one in enumerate(stands):
            self.learn(one.model_dump(exclude={"say"}))
            ledger |= {f"arranged_{number}_date": one.date} if one.date else {}
        self._guard.state = SpeechState(
            right_party_verified=order.verified,
            collector_mode=self._session.collector_mode,
            in_validation_period=self._session.in_validation_period,
            ledger=ledger if order.verified else {},
            approved_amounts=sorted(self._amounts) if order.verified else [],
        )
        self._known = (order.verified, id(options), len(self._amounts), state.prepared, stands)


class GuardedRules:
    """The rule-based conversation behind its guardrail: what it wants to say is judged before it leaves."""

    def __init__(self, session: Session, understanding: Understanding = TRAINED) -> None:
        self.rules = RuleConversation(session, understanding)
        self.guard = SpeechGuard(session)
        self._call_id = session.call_id

    def handle(self, event: Event) -> list[Action]:
        """Let the rules answer an event."""
        if isinstance(event, ToolDone) and event.ok:
            self.guard.learn(event.data)
        return self.judged(self.rules.handle(event))

    def unasked(self, speak: Callable[[Talk], None]) -> list[Action]:
        """Let the rules say something of their own accord."""
        talk = self.rules.turn()
        speak(talk)
        return self.judged(talk.actions())

    def judged(self, actions: Sequence[Action]) -> list[Action]:
        """What the rules want to do, with a safe sentence for each that is refused: there it is a defect of theirs."""
        checked: list[Action] = []
        hand_over = False
        for action in actions:
            refused = None
            if isinstance(action, Say):
                refused = self.guard.look(action.text, self.rules.state, self.rules.order)
            if refused is None or not isinstance(action, Say):
                checked.append(action)
                continue
            log.error("call %s: the rules' sentence %r was refused", self._call_id, action.key)
            checked += [refused.note, Say(refused.say_instead, "guardrail", action.interruptible)]
            hand_over = hand_over or refused.hand_over
        if hand_over and self.rules.state.pending is None and not self.rules.ended:
            checked += self.unasked(lambda talk: people.to_person(talk, "guardrail"))
        return checked


def _amounts(data: Any) -> Iterator[str]:
    """Every amount of money in a tool's answer: decimals with two places, wherever they stand."""
    if isinstance(data, str) and _AMOUNT.fullmatch(data):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _amounts(value)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _amounts(item)
