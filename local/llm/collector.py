"""A collections agent made of rules of thumb: what the stand-in answers when it behaves.

It reads the conversation as a model would (the caller's last words, the facts, tool results) and answers in one or two
sentences or with one tool call. No understanding to speak of; enough for whole calls.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Message = dict[str, Any]
_BALANCE = re.compile(r'"balance":\s*"(\d+\.\d\d)"')
_MISTAKE = re.compile(r'"error":\s*"(?:invalid_arguments|unknown_tool)"')
"""The tool call could not be used: a model that behaves thinks again."""
_TODAY = re.compile(r"\((\d{4}-\d\d-\d\d)\)")
_NUMBERS = {"three": 3, "six": 6, "twelve": 12, "3": 3, "6": 6, "12": 12, "half a year": 6, "a year": 12}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Say:
    """Words, and the reason to stop; `between`: seconds between two words where the endpoint's pace is not meant."""

    text: str
    finish: str = "stop"
    between: float | None = None


@dataclass(frozen=True)
class Call:
    """A tool call; `arguments` as text, so that they can be wrong."""

    name: str
    arguments: str


def last(messages: Sequence[Message], role: str) -> str:
    """The newest message of a role, lower case; empty without one."""
    return next((str(m.get("content") or "").lower() for m in reversed(messages) if m["role"] == role), "")


def everything(messages: Sequence[Message]) -> str:
    """All the text of a request."""
    return "\n".join(str(message.get("content") or "") for message in messages)


def answer(messages: Sequence[Message]) -> Say | Call:
    """The next move."""
    newest = next((m for m in reversed(messages) if m["role"] != "system"), {"role": "user", "content": ""})
    if newest["role"] == "tool" and not _MISTAKE.search(str(newest.get("content") or "")):
        return _after_tool(str(newest.get("content") or ""))
    return _to_caller(last(messages, "user"), last(messages, "assistant"), everything(messages))


def _after_tool(result: str) -> Say:
    try:
        outcome = json.loads(result)
    except ValueError:
        outcome = {}
    if outcome.get("ok") is False:
        return Say("I'm sorry, that is not possible. What else would work for you?")
    return Say("Thank you for waiting. How would you like to go on?")


def _to_caller(said: str, asked: str, known: str) -> Say | Call:
    balance = found.group(1) if (found := _BALANCE.search(known)) else "0.00"
    method = "bank_transfer" if re.search(r"transfer|bank", said) else "sms_link"
    amount = re.search(r"\$?(\d+(?:\.\d\d)?) dollars", said)
    if re.search(r"plan|months?|instal|half a year|a year", said) or "how many months" in asked:
        months = next((number for word, number in _NUMBERS.items() if re.search(rf"\b{word}\b", said)), None)
        if months is None:
            return Say("Over how many months would you like to spread it?")
        return Call("calculate_payment_plan", json.dumps({"months": months}))
    weekday = next((number for number, name in enumerate(_WEEKDAYS) if name in said), None)
    if re.search(r"promise|next week", said) or (weekday is not None and "pay" in said):
        today = date.fromisoformat(found.group(1)) if (found := _TODAY.search(known)) else date(2026, 11, 23)
        ahead = 7 if weekday is None else (weekday - today.weekday() - 1) % 7 + 1
        day = (today + timedelta(days=ahead)).isoformat()
        return Call("promise_to_pay", json.dumps({"amount": balance, "date": day}))
    if re.search(r"due date|more time|extension", said):
        return Say("I can look at a later due date for you. Which day would suit you?")
    if amount:
        return Call("process_payment", json.dumps({"amount": f"{float(amount.group(1)):.2f}", "method": method}))
    if re.search(r"\b(pay|link|transfer|take care of it|full|all of it)\b", said):
        return Call("process_payment", json.dumps({"amount": balance, "method": method}))
    if re.search(r"nothing|that's all|that is all", said):
        return Call("end_call", '{"reason":"nothing else"}')
    return Say("I understand, thank you for telling me. Would you like to pay in full, or spread it over a few months?")
