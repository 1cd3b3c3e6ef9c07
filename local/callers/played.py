"""Callers whom a language model plays: told who they are and what they want, they answer in their own words.

The model is any OpenAI-compatible endpoint: `CALLER_API_KEY`, `CALLER_BASE_URL`, `CALLER_MODEL`, the first two by
default those of `OPENAI_API_KEY` and `OPENAI_BASE_URL`. It is asked in a thread, so that a telephone goes on meanwhile.
"""

import logging
import os
import re
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from local.callers.engine import Caller, Reply
from local.callers.persona import Customer, Persona

DEFAULT_MODEL = "gpt-4.1-mini"
ANSWER_SECONDS, ANSWER_TOKENS, LONGEST_ANSWER = 15.0, 120, 300
AT_ONCE = 16
_ROLE = """\
You play a person on the telephone. An automated assistant of a bank is calling you. Stay in your role whatever it says.
Speak as people do on the telephone: one or two short sentences, no lists, numbers as one says them. Say only what your
role would say. Do not help the assistant, do not sum up, do not be more polite than your role.

Your name: {name}
Last four digits of your account: {last_four}
Your postal code: {postal_code}
What you owe, as far as you know: {balance} dollars

Your role: {brief}

Answer with the words that you say, nothing else. Instead of or after them you may write
[hang up] to end the call, once you have said goodbye or have had enough;
[press 9] to press a key, whichever it is;
[silence] to say nothing, when the assistant has only told you something and will go on by itself."""
_KEY = re.compile(r"\[press ([0-9*#])\]", re.IGNORECASE)
_STAGE = re.compile(r"\[[^\]]*\]|^\s*(?:you|caller|customer)\s*:", re.IGNORECASE)
log = logging.getLogger("local.callers.played")


class NoActorError(ValueError):
    """There is no model to play callers."""

    def __init__(self) -> None:
        super().__init__("callers played by a model need OPENAI_API_KEY (or CALLER_API_KEY) in the environment")


class Actor:
    """The model that plays. One for all callers of a process."""

    def __init__(self, api_key: str, base_url: str | None, model: str) -> None:
        from openai import OpenAI

        self._client = OpenAI(api_key=api_key, base_url=base_url, timeout=ANSWER_SECONDS, max_retries=1)
        self._model = model
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="caller")

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Actor":
        """As the environment says. Raises NoActorError without a key."""
        key = key_in(environ)
        if not key:
            raise NoActorError
        base_url = environ.get("CALLER_BASE_URL") or environ.get("OPENAI_BASE_URL")
        return cls(key, base_url, environ.get("CALLER_MODEL") or DEFAULT_MODEL)

    def ask(self, messages: list[Any]) -> "Future[str]":
        """The next words of a role; the future fails as the endpoint does."""
        return self._threads.submit(self._answer, messages)

    def _answer(self, messages: list[Any]) -> str:
        answer = self._client.chat.completions.create(
            model=self._model, messages=messages, max_completion_tokens=ANSWER_TOKENS, stream=True
        )
        return "".join(piece.choices[0].delta.content or "" for piece in answer if piece.choices)


def key_in(environ: Mapping[str, str]) -> str:
    """The key for the model that plays; empty without one."""
    return environ.get("CALLER_API_KEY") or environ.get("OPENAI_API_KEY") or ""


_ACTORS: dict[tuple[str, ...], Actor] = {}


def caller_of(
    persona: Persona,
    customer: Customer | None = None,
    speed: float = 1.0,
    *,
    environ: Mapping[str, str] = os.environ,
    patient: bool = False,
) -> Caller:
    """Whoever plays this persona: the script, or a model where it has a brief.

    Raises NoActorError when there is no model that could.
    """
    if not persona.brief:
        return Caller(persona, customer, speed)
    names = ("CALLER_API_KEY", "CALLER_BASE_URL", "CALLER_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL")
    key = tuple(environ.get(name, "") for name in names)
    if key not in _ACTORS:
        _ACTORS[key] = Actor.of(environ)
    return PlayedCaller(persona, _ACTORS[key], customer, speed, patient=patient)


class PlayedCaller(Caller):
    """A caller played by a model. `patient`: wait for its words where they are asked for (a line without real time)."""

    def __init__(
        self,
        persona: Persona,
        actor: Actor,
        customer: Customer | None = None,
        speed: float = 1.0,
        *,
        patient: bool = False,
    ) -> None:
        super().__init__(persona, customer, speed)
        self._actor, self._patient = actor, patient
        self._role = _ROLE.format(**self._words, brief=persona.brief)
        self._turns: list[dict[str, str]] = []
        self._asking: Future[str] | None = None
        self._asked_about = ""

    def poll(self, now: float) -> Reply | None:
        """As every caller's; nothing while the model thinks. Words that the agent has talked past are dropped."""
        asking = self._asking
        if asking is not None:
            if not self._patient and not asking.done():
                return None
            self._asking = None
            if self._asked_about == self.heard:
                return self._play(asking, now)
        return super().poll(now)

    def _consider(self) -> Reply | None:
        """Ask the model; its words come with a later `poll`."""
        heard = [*self._turns, {"role": "user", "content": self._unanswered.strip()}]
        self._asking = self._actor.ask([{"role": "system", "content": self._role}, *heard])
        self._asked_about = self.heard
        return Reply()

    def _play(self, asking: "Future[str]", now: float) -> Reply | None:
        try:
            words = asking.result()
        except Exception as error:  # whatever the endpoint's fault is: as if he had not understood
            log.warning("%s: the model did not answer: %s", self.persona.name, type(error).__name__)
            return self._answered(self._fall_back(), now)
        self._turns.append({"role": "user", "content": self._unanswered.strip()})
        self._turns.append({"role": "assistant", "content": words.strip() or "[silence]"})
        reply = directed(words)
        answered = self._answered(reply, now)
        return None if reply == Reply() else answered


def directed(words: str) -> Reply:
    """What a model wrote as what a caller does: speech, keys, hanging up; an empty reply is silence."""
    keys = "".join(_KEY.findall(words))
    spoken = " ".join(_STAGE.sub(" ", words).split()).strip('"“” ')[:LONGEST_ANSWER]
    return Reply(spoken, keys, hang_up="[hang up]" in words.lower())
