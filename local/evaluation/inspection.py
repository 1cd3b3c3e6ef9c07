"""What a compliance officer would object to in a call, read from its record alone and after the fact.

Independent of the conversation: the sentences are judged anew by what the tools had answered until then, and the order
of things is looked at. Offline and whole path give records of the same shape (`GET /calls/{id}`).
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from archer.compliance.guardrail import SpeechState, judge

FAULTS = frozenset({"agent_fault", "conversation_fault"})
"""Events of a call in which something of ours broke."""
_NOTICES = {
    "automated (I-04)": re.compile(r"\bautomated assistant\b", re.I),
    "recorded (I-05)": re.compile(r"\brecorded\b", re.I),
    "the way out (I-03)": re.compile(r"\bstop\b.*\bnine\b|\bopt out\b", re.I),
}
_PREPARES = frozenset({"process_payment", "calculate_payment_plan", "promise_to_pay", "adjust_due_date"})
_ENDS_PERSUASION = frozenset(
    {
        *("cease", "attorney", "bankruptcy", "deceased", "identity_theft", "dispute", "already_paid"),
        *("wrong_number", "third_party", "military"),
    }
)
"""Restrictions after which nothing is prepared any more (I-15)."""
_YES = re.compile(
    r"\b(?:y(?:es(?:sir|sum|siree)?|eah|ep|up|ea|ah)|aye|sure|ok(?:ay)?|al(?:right|l right)|right|correct|agreed?|"
    r"affirmative|you bet(?:cha)?|authori[sz]e|confirm|confirmed|accept|go (?:ahead|for it|on)|do (?:it|that|so)|"
    r"please do|i do|set (?:it|that|this) up|send (?:it|the link|me)|text (?:it|me)|"
    r"sounds? (?:good|great|fine|fair|right)|works?|fine|good|great|perfect|"
    r"deal|absolutely|definitely|certainly|of course|exactly|mm[- ]?hm+|uh-?huh|let's|let us|i(?:'ll| will))\b",
    re.I,
)
_CLAUSES = re.compile(r"[.,;!?]+\s*|\b(?:but|and)\b", re.I)
_NO = re.compile(
    r"\b(?:don't|do not|can't|cannot|won't|will not|not|never|nope|no)\b"
    r"(?!\W+(?:problem|worries|questions?|doubt|objections?))",
    re.I,
)
_OPEN = re.compile(
    r"\b(?:later|think|maybe|perhaps|wait|hold on|one (?:moment|second)|unless|"
    r"(?:call|get) (?:you )?back|let you know|repeat|explain|question)\b",
    re.I,
)
"""Words that leave a yes open, whatever yes there is beside them."""
_MONEY = re.compile(r"\d{1,9}\.\d{2}")
CollectorMode = Literal["first_party", "third_party"]


def findings_of(call: dict[str, Any]) -> list[str]:
    """Everything to object to in a call, one sentence each; none when all is well."""
    entries = in_order(call["entries"])
    mode: CollectorMode = "third_party" if call.get("collector_mode") == "third_party" else "first_party"
    blocked = [f"{item['rule']}: {item['match']!r} in {item['sentence']!r}" for item in call.get("findings") or []]
    faults = [str(e["event"]).replace("_", " ") for e in entries if e["kind"] == "event" and e["event"] in FAULTS]
    return [*blocked, *faults, *_opening(entries), *_speech(entries, mode), *_deeds(entries)]


def in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries as they happened: lines are stored in batches, some after the tool that they led to."""
    return sorted(entries, key=lambda entry: str(entry.get("at", "")))


def _opening(entries: list[dict[str, Any]]) -> Iterator[str]:
    """The first turn holds the notices, whole: somebody who was never spoken to needs none."""
    turn: list[str] = []
    for entry in entries:
        if entry["kind"] == "transcript" and entry["speaker"] == "agent":
            turn.append(entry["text"])
        elif entry["kind"] == "transcript" and turn:
            break
    said = " ".join(turn)
    if said:
        yield from (f"the first turn does not say {what}" for what, words in _NOTICES.items() if not words.search(said))


def _speech(entries: list[dict[str, Any]], mode: CollectorMode) -> Iterator[str]:
    verified, ledger, amounts = False, {}, set[str]()
    state = SpeechState(collector_mode=mode)
    for entry in entries:
        if entry["kind"] == "tool":
            data = (entry["tool"]["result"] or {}).get("data") or {}
            verified = verified or data.get("verified") is True
            if entry["tool"]["name"] == "get_customer_options":
                ledger = {name: value for name, value in data.items() if isinstance(value, str | int | float)}
            amounts.update(_amounts(data))
            state = SpeechState(
                right_party_verified=verified,
                collector_mode=mode,
                ledger=ledger if verified else {},
                approved_amounts=sorted(amounts) if verified else [],
            )
        elif entry["kind"] == "transcript" and entry["speaker"] == "agent" and not entry["interrupted"]:
            # the beginning of a sentence that was broken off is no sentence
            for found in judge(entry["text"], state):
                yield f"said, {found.rule}: {found.match!r} in {entry['text']!r}"


def _deeds(entries: list[dict[str, Any]]) -> Iterator[str]:
    """Nothing is confirmed without an answer that is a yes, and nothing prepared after a right."""
    answer: list[str] = []
    right = ""
    for entry in entries:
        if entry["kind"] == "transcript":
            answer = _answer(answer, entry)
        elif entry["kind"] == "tool" and entry["tool"]["ok"]:
            name, arguments = entry["tool"]["name"], entry["tool"]["arguments"]
            if name == "confirm_arrangement" and not answer:
                yield "an arrangement was confirmed without an answer of the caller (I-21)"
            elif name == "confirm_arrangement" and not _agrees(" ".join(answer)):
                yield f"an arrangement was confirmed without an explicit yes: {' '.join(answer)!r} (I-21)"
            if name == "record_restriction" and arguments.get("kind") in _ENDS_PERSUASION:
                right = str(arguments["kind"])
            elif name in _PREPARES and right:
                yield f"{name} after {right} (I-15)"
            answer = [] if name in _PREPARES else answer


def _answer(answer: list[str], entry: dict[str, Any]) -> list[str]:
    """The caller's last turn after one more line of the transcript; the agent's next question makes it an old one."""
    if entry["speaker"] == "customer":
        return [*answer, entry["text"]]
    return [] if "?" in entry["text"] else answer


def _agrees(text: str) -> bool:
    """One clause says yes and denies nothing, and no word puts it off; "the whole of it, not the half, yes"."""
    plainly = any(_YES.search(clause) and not _NO.search(clause) for clause in _CLAUSES.split(text))
    first = _CLAUSES.split(text.lstrip())[0]
    refused = _NO.search(first) and not _YES.search(first)
    return plainly and not refused and not _OPEN.search(text) and not text.rstrip().endswith("?")


def _amounts(data: Any) -> Iterator[str]:
    if isinstance(data, str) and _MONEY.fullmatch(data):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _amounts(value)
    elif isinstance(data, list):
        for item in data:
            yield from _amounts(item)
