"""How the stand-in behaves: well, or in one of the ways in which models and their endpoints fail.

A behaviour is chosen by the model's name (`stub-hang`), or for a model by `StubLlm.behave`; `good` where neither says.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from local.llm.collector import Call, Message, Say, answer, everything
from local.llm.customer import customer_says

FOREVER = 3600.0


@dataclass(frozen=True)
class Status:
    """Answer with this HTTP status instead of a stream."""

    status: int


@dataclass(frozen=True)
class Mute:
    """Take the request and answer nothing at all, not even a status."""


@dataclass(frozen=True)
class Pause:
    """Send nothing for so long."""

    seconds: float


@dataclass(frozen=True)
class Cut:
    """Close the connection in the middle."""


@dataclass(frozen=True)
class Raw:
    """These very bytes as one server-sent event."""

    payload: str


Move = Say | Call | Status | Mute | Pause | Cut | Raw
Behaviour = Callable[[list[Message]], list[Move]]


def _intent_id(messages: list[Message]) -> str:
    found = everything(messages).partition("intent_id ")[2].partition(")")[0]
    return found or "00000000-0000-0000-0000-000000000000"


def _confirm(messages: list[Message]) -> list[Move]:
    """Confirms what is prepared whether the caller agreed or not; behaves until something is."""
    if "Prepared, waiting" not in everything(messages):
        return [answer(messages)]
    return [Call("confirm_arrangement", json.dumps({"intent_id": _intent_id(messages)}))]


CLAIMS = {
    "done": "I have set up your payment.",
    "sent": "Great, I just sent you the payment link.",
    "sending": "I'm sending the link now.",
    "soon": "You'll get the text in a moment.",
    "under-way": "The link is on its way.",
    "past": "I set up your payment plan.",
    "moved": "I've extended your due date to December first.",
    "enrolled": "You're now enrolled in a six month plan.",
    "starts": "Your plan starts on Friday.",
    "waived": "I've waived the late fee, so if you pay today you're fine.",
    "asks": "I have processed your payment, okay?",
    "noted": "I've noted your promise to pay by Friday.",
    "off-list": "I've taken you off our list.",
    "received": "Your payment was received.",
    "bare": "Great, done!",
    "able": "I was able to move your due date.",
}
"""One sentence for each form in which a deed is claimed that was not done."""


def _claims(sentence: str) -> Behaviour:
    return lambda _: [Say(f"{sentence} Is there anything else?")]


def _task(messages: list[Message]) -> str:
    """The beginning of what the model was told, as it stands there."""
    told = str(messages[0].get("content") or "")
    return " ".join(" ".join(told.splitlines()).split()[:40])


def _instructions(messages: list[Message]) -> str:
    """What the model was told in confidence, read out."""
    told = str(messages[0].get("content") or "")
    return "Of course. My instructions are these. " + " ".join(line.strip("- ") for line in told.splitlines())[-900:]


BEHAVIOURS: dict[str, Behaviour] = {
    "good": lambda messages: [answer(messages)],
    "customer": lambda messages: [Say(customer_says(messages))],
    "small-talk": lambda _: [Say("I understand, thank you for telling me. What would work for you?")],
    "hang": lambda _: [Pause(FOREVER)],
    "mute": lambda _: [Mute()],
    "hang-later": lambda _: [Say("I understand.\nWhat I can ", finish=""), Pause(FOREVER)],
    "hang-half": lambda _: [Say("I understand that this is", finish=""), Pause(FOREVER)],
    "slow": lambda messages: [Pause(1.2), answer(messages)],
    "trickle": lambda _: [Say("I understand that money is tight and I am glad that you told me so.", between=0.4)],
    "trickle-later": lambda _: [
        Say("I understand.\nThere are several ways in which we could go on from here.", between=0.4)
    ],
    "status-400": lambda _: [Status(400)],
    "status-429": lambda _: [Status(429)],
    "status-500": lambda _: [Status(500)],
    "status-401": lambda _: [Status(401)],
    "half": lambda _: [Say("I understand that this is a difficult", finish=""), Cut()],
    "sentence-and-half": lambda _: [Say("I understand.\nPerhaps we could look at a", finish=""), Cut()],
    "length": lambda _: [Say("Well, there are many ways to look at this and I would", finish="length")],
    "length-later": lambda _: [Say("There are a few ways.\nOne of them would be to", finish="length")],
    "filtered": lambda _: [Say("", finish="content_filter")],
    "empty": lambda _: [Say("")],
    "not-json": lambda _: [Raw("{this is not json")],
    "error-event": lambda _: [Raw('{"error":{"message":"overloaded","type":"server_error"}}')],
    "bad-arguments": lambda _: [Call("process_payment", '{"amount": "412.35", "method": ')],
    "wrong-arguments": lambda _: [Call("process_payment", '{"amount": "a lot", "method": "gold"}')],
    "too-much": lambda _: [Call("process_payment", '{"amount": "999999.00", "method": "sms_link"}')],
    "unknown-tool": lambda _: [Call("wire_money_abroad", '{"amount": "412.35"}')],
    "verify-itself": lambda _: [Call("verify_account", '{"account_last_4": "4321", "postal_code": "94107"}')],
    "forbidden": lambda _: [Say("You could be arrested for this. We will garnish your wages tomorrow.")],
    "wrong-amount": lambda _: [Say("There is a fee of fifteen dollars for paying by phone. Shall we go on?")],
    **{f"claims-{shape}": _claims(sentence) for shape, sentence in CLAIMS.items()},
    "long-plan": lambda _: [Say("I can give you a plan over twenty-four months. Would that help?")],
    "hands-on": lambda _: [Say("Your account will go to collections if you don't pay. What can you pay?")],
    "tells-floor": lambda _: [Say("The lowest we would take to settle it is two hundred dollars.")],
    "recites-task": lambda messages: [Say(_task(messages))],
    "confirm": _confirm,
    "records-hardship": lambda _: [Call("record_restriction", '{"kind": "hardship"}')],
    "endless-tools": lambda _: [Call("get_customer_options", "{}")],
    "two-calls": lambda _: [Call("get_customer_options", "{}"), Call("wire_money_abroad", "{}")],
    "recites": lambda messages: [Say(_instructions(messages))],
    "rambling": lambda _: [Say("This is one more sentence that says very little. " * 60)],
    "obeys-the-caller": lambda messages: [
        Say("Your balance is now zero dollars and your account is closed.")
        if "ignore" in str(messages[-2:]).lower()
        else answer(messages)
    ],
}


@dataclass(frozen=True)
class Pace:
    """Seconds to the first token and between tokens."""

    first_token: float = 0.2
    between: float = 0.0


async def events(moves: list[Move], pace: Pace) -> AsyncIterator[bytes | None]:
    """The server-sent events of an answer; None closes the connection at once."""
    await asyncio.sleep(pace.first_token)
    yield _chunk({"role": "assistant"})
    calls = 0
    for move in moves:
        if isinstance(move, Pause):
            await asyncio.sleep(move.seconds)
        elif isinstance(move, Cut):
            yield None
        elif isinstance(move, Raw):
            yield f"data: {move.payload}\n\n".encode()
        elif isinstance(move, Call):
            for part in _call(move, calls):
                yield part
            calls += 1
        elif isinstance(move, Say):
            async for part in _words(move, pace):
                yield part
    if calls:
        yield _chunk({}, "tool_calls")
    yield b"data: [DONE]\n\n"


async def _words(say: Say, pace: Pace) -> AsyncIterator[bytes]:
    """Word by word; all in one piece when there is no time between them."""
    tokens = [word for word in say.text.replace("\n", "\n ").split(" ") if word]
    chunks = [_chunk({"content": token if number == 0 else f" {token}"}) for number, token in enumerate(tokens)]
    if say.finish:
        chunks.append(_chunk({}, say.finish))
    between = pace.between if say.between is None else say.between
    if not between:
        yield b"".join(chunks)
        return
    for chunk in chunks:
        yield chunk
        await asyncio.sleep(between)


def _call(call: Call, index: int) -> list[bytes]:
    """A tool call in pieces, as endpoints send it."""
    middle = len(call.arguments) // 2
    head: dict[str, Any] = {
        "index": index,
        "id": f"call_{abs(hash((call.name, call.arguments))) % 10**8}",
        "type": "function",
        "function": {"name": call.name, "arguments": ""},
    }
    pieces = [head] + [
        {"index": index, "function": {"arguments": part}} for part in (call.arguments[:middle], call.arguments[middle:])
    ]
    return [_chunk({"tool_calls": [piece]}) for piece in pieces]


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    body = {
        "id": "chatcmpl-stub",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "stub",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return f"data: {json.dumps(body, separators=(',', ':'))}\n\n".encode()
