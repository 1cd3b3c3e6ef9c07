"""One call without a stack: rule-based conversation, scripted caller and the bank's tools, on a clock of their own.

What lies between them on a real line is left out but for its order: words are heard one after another, the caller
answers when the agent has finished, may speak over it, press keys, stay silent or hang up. Hundreds of calls run in
seconds. The record has the shape of `GET /calls/{id}`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from archer.conversation.events import (
    Action,
    End,
    Event,
    Heard,
    Interrupted,
    Keypad,
    MachineAnswered,
    Note,
    Say,
    Silence,
    Started,
    Transfer,
    UseTool,
)
from archer.conversation.guarding import SpeechGuard
from archer.conversation.order import OrderViolation
from archer.conversation.policy import RuleConversation
from archer.conversation.tactics import library
from archer.conversation.understanding import TRAINED, Understanding
from archer.protocol import Session, SessionState
from local.callers import Customer, Persona
from local.callers.engine import Caller, Reply
from local.callers.played import caller_of
from local.evaluation.books import BUSINESS, CALLBACK_NUMBER, Books
from local.evaluation.inspection import findings_of
from local.evaluation.score import Cell, Score, lines_of, turns_of

WORD_SECONDS, LOOK_SECONDS = 0.3, 0.25
SILENCE_SECONDS, KEYPAD_SECONDS = 7.0, 3.0
"""After so long the agent is told that nobody speaks, or that the caller stopped keying; as `agent.dialogue.Timing`."""
LONGEST_SECONDS = 900.0
CollectorMode = Literal["first_party", "third_party"]


@dataclass
class _Line:
    """The state of the line between the two."""

    conversation: RuleConversation
    caller: Caller
    books: Books
    guard: SpeechGuard
    now: float = 0.0
    over: bool = False
    machine: bool = False
    spoke_over: Reply | None = None
    """What the caller began to say before the agent had finished."""
    spoken: list[str] = field(default_factory=list)
    """The agent's sentences since the caller's last turn, each as far as it was heard."""


def session(customer: Customer, now: datetime, tactic: dict[str, Any] | None, mode: CollectorMode) -> Session:
    """What the agent is told of a call to this customer."""
    return Session(
        call_id=UUID(int=1),
        epoch=1,
        session_token="evaluation",
        direction="outbound",
        business_name=BUSINESS,
        agent_name="Archer",
        callback_number=CALLBACK_NUMBER,
        customer_name=customer.name,
        customer_timezone=customer.timezone,
        customer_country="CA" if customer.country == "CA" else "US",
        language=customer.language,
        collector_mode=mode,
        first_communication=True,
        in_validation_period=False,
        now=now,
        agent_profile="collections",
        tactic=tactic,
        tools=[],
        state=SessionState(),
    )


def converse(
    persona: Persona,
    now: datetime,
    *,
    tactic: dict[str, Any] | None = None,
    mode: CollectorMode = "first_party",
    understanding: Understanding = TRAINED,
) -> dict[str, Any]:
    """Play one call to its end; its record."""
    if persona.answers in ("no_answer", "busy", "failed"):
        raise ValueError(f"{persona.name} does not pick up: there is no conversation to evaluate")
    books = Books(persona.customer, now)
    opened = session(persona.customer, now, tactic, mode)
    conversation = RuleConversation(opened, understanding)
    line = _Line(
        conversation, caller_of(persona, patient=True), books, SpeechGuard(opened), machine=persona.answers == "machine"
    )
    try:
        _play(line)
    except OrderViolation as violation:
        books.findings.append({"rule": violation.rule, "match": violation.reason, "sentence": "(not said)"})
        books.call.outcome = "error"
    return {**books.record(), "seconds": round(line.now, 1), "tools": [name for name, _ in books.used]}


def _play(line: _Line) -> None:
    line.caller.pick_up(line.now)
    greeting = line.caller.poll(line.now)
    if greeting is not None:
        _do(line, greeting)
    else:
        _tell(line, Started())
    if line.machine and not line.over:
        _tell(line, MachineAnswered())
    while not line.over and line.now < LONGEST_SECONDS:
        reply = line.spoke_over or _wait(line, SILENCE_SECONDS)
        line.spoke_over = None
        if reply is not None:
            _do(line, reply)
        elif not line.over:
            _tell(line, Silence(SILENCE_SECONDS))


def _wait(line: _Line, seconds: float) -> Reply | None:
    """What the caller does next; None when he does nothing for so long."""
    until = line.now + seconds
    while line.now < until:
        line.now += LOOK_SECONDS
        reply = line.caller.poll(line.now)
        if reply is not None:
            return reply
    return None


def _do(line: _Line, reply: Reply) -> None:
    if reply.say:
        line.books.said("customer", reply.say)
        line.now += WORD_SECONDS * len(reply.say.split())
        line.caller.spoke(line.now)
        line.spoken.clear()
        _tell(line, Heard(reply.say))
    for key in reply.press:
        if not line.over:
            _tell(line, Keypad(key))
    if reply.press and not line.over and line.spoke_over is None and not line.spoken:
        following = _wait(line, KEYPAD_SECONDS)
        if following is None:
            _tell(line, Silence(KEYPAD_SECONDS))
        else:
            line.spoke_over = following
    line.over = line.over or reply.hang_up


def _tell(line: _Line, event: Event) -> None:
    """One event and all that follows from it until it is the caller's turn."""
    if isinstance(event, Keypad):
        line.spoken.clear()
    actions = line.conversation.handle(event)
    for action in actions:
        if line.spoke_over is not None and not isinstance(action, UseTool | End | Transfer):
            continue  # the caller has the floor
        _take(line, action)
        if line.over:
            return


def _take(line: _Line, action: Action) -> None:
    match action:
        case Say():
            _speak(line, action)
        case UseTool():
            done = line.books.answer(action)
            line.guard.learn(done.data)
            _tell(line, done)
        case End(outcome=outcome):
            line.books.call.outcome = line.books.call.outcome or outcome
            line.over = True
        case Transfer():
            line.books.call.outcome = line.books.call.outcome or "transferred"
            line.over = True
        case Note(event=event, data=data):
            line.books.entries.append({"kind": "event", "event": event, "data": data, "speaker": None, "text": None})


def _speak(line: _Line, say: Say) -> None:
    """Say a sentence word by word; the caller may break in unless it must be heard to its end."""
    refused = line.guard.look(say.text, line.conversation.state, line.conversation.order)
    if refused is not None:
        line.books.findings += [{**found, "sentence": say.text} for found in refused.note.data["findings"]]
    heard = ""
    for number, word in enumerate(say.text.split()):
        line.now += WORD_SECONDS
        heard = f"{heard} {word}".strip()
        line.caller.hear(word + " ", line.now, new_utterance=number == 0)
        reply = line.caller.poll(line.now)
        if reply is not None and line.spoke_over is None:
            line.spoke_over = reply
            if say.interruptible:
                line.books.said("agent", heard, interrupted=True)
                line.spoken.append(heard)
                line.conversation.handle(Interrupted(" ".join(line.spoken)))
                return
    line.books.said("agent", heard)
    line.spoken.append(heard)


def score(group: str, persona: Persona, cell: Cell, now: datetime) -> Score:
    """Play one call and judge it. Raises ValueError for a tactic that the library does not have."""
    call = converse(persona, now, tactic=_tactic(cell.tactic))
    return Score(
        persona.name,
        persona.description,
        group,
        cell,
        misses=persona.expect.misses(call),
        findings=findings_of(call),
        status=call["status"],
        disposition=call["disposition"],
        turns=turns_of(call),
        seconds=call["seconds"],
        lines=lines_of(call),
    )


def _tactic(name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    for tactic in library():
        if tactic.name == name:
            return {"name": tactic.name, "archetype": tactic.archetype, **tactic.config.model_dump(mode="json")}
    raise ValueError(f"there is no tactic {name!r}; there are {', '.join(tactic.name for tactic in library())}")
