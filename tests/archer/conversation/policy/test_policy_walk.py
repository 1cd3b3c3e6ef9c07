"""Every step answers every intent and every event: reached by walking, checked after each move.

After a turn of the caller there is always something said or done; never two questions; before verification nothing
that implies a debt and never a digit of the caller's factors; a restored snapshot goes on exactly alike; and every
walk ends.
"""

import json
import random
import re
from typing import Any, get_args

import pytest

from archer.conversation.events import (
    Action,
    End,
    Event,
    Heard,
    Interrupted,
    Keypad,
    MachineAnswered,
    Say,
    Silence,
    Started,
    ToolDone,
    ToolSlow,
    Transfer,
    UseTool,
)
from archer.conversation.intents.labels import INTENTS
from archer.conversation.policy import RuleConversation
from archer.conversation.policy.state import Step
from archer.protocol import ToolName
from tests.archer.conversation.policy.policy_script import FACTORS, OPTIONS, Bank, Call, Scripted

SLOTS = (
    "",
    "amount=100.00",
    "amount=10.00",
    "amount=900.00",
    "months=6",
    "months=5",
    "datetime=2026-11-27",
    "datetime=2026-11-24T17:00:00-08:00",
    "yes_no=true",
    "yes_no=false",
    "last_four=4321",
    "postal_code=90210",
)
WAYS: dict[Step, list[str]] = {
    "person": [],
    "available": ["negate"],
    "verify": ["identity_confirmed"],
    "negotiate": ["identity_confirmed", FACTORS],
    "amount": ["identity_confirmed", FACTORS, "offer_amount"],
    "months": ["identity_confirmed", FACTORS, "payment_plan"],
    "promise_date": ["identity_confirmed", FACTORS, "promise_to_pay"],
    "new_due_date": ["identity_confirmed", FACTORS, "extension"],
    "method": ["identity_confirmed", FACTORS, "pay_now"],
    "confirm": ["identity_confirmed", FACTORS, "pay_now by text"],
    "anything_else": ["identity_confirmed", FACTORS, "pay_now by text", "affirm"],
    "callback": ["identity_confirmed", FACTORS, "busy_now"],
    "offer_person": ["identity_confirmed", FACTORS, "frustrated", "frustrated"],
    "check": ["attorney | conf=0.3"],
    "ended": ["goodbye"],
}
FORBIDDEN = re.compile(
    r"debt|\bowe|balance|past due|overdue|delinquen|\bpay|\bbill|loan|collect|dollar|\bcents?\b|\bdue\b|amount|plan\b",
    re.I,
)
ERRORS = ("not_verified", "invalid_arguments", "not_allowed", "unavailable", "expired", "not_found", "outside_hours")


class Walker:
    """A call whose every event is checked, and played a second time from the snapshot before it."""

    def __init__(self, understanding: Scripted | None = None, **changes: Any) -> None:
        self.call = Call(understanding=understanding, **changes)
        self.verified = False
        self.ended = False

    def send(self, event: Event) -> list[Action]:
        before = json.loads(json.dumps(self.call.conversation.snapshot()))
        twin = RuleConversation(self.call.session, self.call.understanding)
        assert twin.restore(before)
        assert twin.snapshot() == before
        actions = self.call.conversation.handle(event)
        assert twin.handle(event) == actions
        assert twin.snapshot() == self.call.conversation.snapshot()
        self.check(event, actions)
        return actions

    def check(self, event: Event, actions: list[Action]) -> None:
        says = [a for a in actions if isinstance(a, Say)]
        if isinstance(event, Heard):
            assert any(isinstance(a, Say | UseTool | Transfer | End) for a in actions), event
        said = " ".join(a.text for a in says)
        assert said.count("?") <= 1, said
        assert "{" not in said
        assert sum(isinstance(a, UseTool | Transfer | End) for a in actions) <= 1
        if not self.call.conversation.snapshot()["order"]["verified"] and not self.verified:
            rest = said.replace("Maple Credit Bank", "")
            assert not FORBIDDEN.search(rest), rest
        assert "4321" not in said
        assert "four three two one" not in said
        assert "90210" not in said
        self.verified = self.call.conversation.snapshot()["order"]["verified"]
        self.ended = self.ended or any(isinstance(a, End | Transfer) for a in actions)

    def play(self, event: Event) -> None:
        actions = self.send(event)
        while uses := [a for a in actions if isinstance(a, UseTool)]:
            actions = self.send(self.call.bank.answer(uses[0]))

    def hear(self, turn: str) -> None:
        self.play(Heard(self.call.understanding.heard(turn)))


def arrive(step: Step, **changes: Any) -> Walker:
    walker = Walker(**changes)
    walker.play(Started())
    for turn in WAYS[step]:
        walker.hear(turn)
    assert walker.call.conversation.step == step
    return walker


@pytest.mark.parametrize("mode", ["first_party", "third_party"])
@pytest.mark.parametrize("step", list(WAYS))
def test_every_step_answers_every_intent_with_every_slot(step: Step, mode: str) -> None:
    start = arrive(step, collector_mode=mode)
    snapshot = start.call.conversation.snapshot()
    for label in INTENTS:
        for slot in SLOTS:
            for confidence in ("0.95", "0.3", "0.1"):
                walker = Walker(collector_mode=mode)
                walker.verified = start.verified
                walker.call.conversation.restore(snapshot)
                digits = " 4321" if "last_four" in slot else " 90210" if "postal" in slot else ""
                walker.hear(f"{label}{digits} | {slot + ' | ' if slot else ''}conf={confidence}")


@pytest.mark.parametrize("step", list(WAYS))
def test_every_step_answers_every_other_event(step: Step) -> None:
    start = arrive(step)
    snapshot = start.call.conversation.snapshot()
    events: list[Event] = [
        *(Keypad(key) for key in "0123456789*#"),
        Silence(6),
        Silence(1),
        Silence(45),
        Interrupted(""),
        Interrupted("Thank you"),
        MachineAnswered(),
        Started(resumed=True),
        Started(),
        ToolDone("unknown", "verify_account", ok=True),
        ToolSlow("unknown"),
        Heard(""),
        Heard("   "),
    ]
    for event in events:
        walker = Walker()
        walker.verified = start.verified
        walker.call.conversation.restore(snapshot)
        if isinstance(event, Heard):
            walker.call.understanding.slots[""] = {}
        walker.play(event)
        walker.hear("affirm")
        walker.hear("negate")


@pytest.mark.parametrize("tool", get_args(ToolName))
@pytest.mark.parametrize("error", ERRORS)
def test_every_tool_failure_leads_on_to_an_end(tool: str, error: str) -> None:
    data = {"limit": "2026-12-04", "field": "amount", "suggestion": "2026-11-23T17:00:00-08:00"}
    for way in WAYS.values():
        bank = Bank({tool: {"error": error, "data": data}})
        walker = Walker(bank=bank)
        walker.play(Started())
        for turn in [
            *way,
            "affirm",
            "promise_to_pay | datetime=2026-11-27",
            "pay_now by text",
            "affirm",
            "payment_plan",
        ]:
            walker.hear(turn)
        for turn in ("offer_amount | amount=10.00", "request_human", "goodbye", "goodbye"):
            walker.hear(turn)
        assert walker.ended


@pytest.mark.parametrize("seed", range(60))
def test_random_walks_end(seed: int) -> None:
    dice = random.Random(seed)
    bank = _moody(dice)
    walker = Walker(
        bank=bank,
        collector_mode=dice.choice(["first_party", "third_party"]),
        direction=dice.choice(["outbound", "inbound"]),
        customer_country=dice.choice(["US", "CA"]),
        tactic={dial: dice.randint(1, 10) for dial in ("urgency", "empathy", "persistence", "authority")},
    )
    walker.play(Started())
    for _ in range(140):
        walker.play(_event(dice, walker))
        if walker.ended:
            break
    assert walker.ended, walker.call.conversation.snapshot()


@pytest.mark.parametrize("label", INTENTS)
def test_saying_the_same_for_ever_ends(label: str) -> None:
    for way in ([], ["identity_confirmed"], ["identity_confirmed", FACTORS]):
        walker = Walker()
        walker.play(Started())
        for turn in [*way, *[label] * 100]:
            walker.hear(turn)
            if walker.ended:
                break
        assert walker.ended


def _event(dice: random.Random, walker: Walker) -> Event:
    kind = dice.random()
    if kind < 0.05:
        return Keypad(dice.choice("12345678*#"))
    if kind < 0.10:
        return Interrupted(dice.choice(["", "Thank you", "Am I speaking"]))
    if kind < 0.12:
        return Started(resumed=True)
    if kind < 0.16:
        return Silence(6)
    if kind < 0.22:
        return Heard(walker.call.understanding.heard(FACTORS))
    harmless = [i for i in INTENTS if i not in ("goodbye", "cease_contact", "emergency", "voicemail_greeting")]
    slots = dice.sample(SLOTS[1:], dice.randint(0, 2))
    words = dice.choice([dice.choice(harmless), "affirm", "pay_now by text", "identity_confirmed"])
    confidence = dice.choice(["0.95", "0.95", "0.5", "0.3"])
    return Heard(walker.call.understanding.heard(" | ".join([words, *slots, f"conf={confidence}"])))


def _moody(dice: random.Random) -> Bank:
    """Answers rightly most of the time, and in every other way sometimes."""
    bank = Bank()
    honest = bank.answer

    def answer(use: UseTool) -> ToolDone:
        if dice.random() < 0.25:
            error = dice.choice(ERRORS)
            data = dice.choice([{}, {"limit": "100.00"}, {"limit": "2026-12-04"}, {"limit": [3, 6]}, {"field": "date"}])
            return ToolDone(use.tool_call_id, use.name, False, data, None, error)
        if dice.random() < 0.1:
            return ToolDone(use.tool_call_id, use.name, True, dice.choice([{}, OPTIONS, {"available": False}]))
        return honest(use)

    bank.answer = answer  # type: ignore[method-assign]
    return bank
