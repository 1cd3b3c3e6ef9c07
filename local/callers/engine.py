"""Plays a scripted caller: hears the agent's words as they are spoken and says when and what to answer.

Pure: time is an argument (monotonic seconds), nothing sleeps. A turn of the agent is over when nothing was heard for a
moment; then the rules are asked, first about the agent's last question, then about all it said since the last answer.
"""

import re
from dataclasses import dataclass

from local.callers.persona import Customer, Persona, Rule
from local.speech import join

_TURN_GAP_SECONDS = 0.7
_SHORTEST_GAP_SECONDS = 0.3
"""However fast the audio, a tool call between two sentences of the agent must not look like the end of its turn."""
_FALLBACK_SECONDS = 5.0
_SHORTEST_FALLBACK_SECONDS = 1.5
_SHORTEST_PATIENCE_SECONDS = 10.0
_MOST_FALLBACKS = 3
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<!\b[ap]\.m\.)\s+")


@dataclass(frozen=True)
class Reply:
    """What the caller does next; speech first, then keys, then hanging up."""

    say: str = ""
    press: str = ""
    hang_up: bool = False


@dataclass(frozen=True)
class _CompiledRule:
    rule: Rule
    pattern: re.Pattern[str]
    counter: str


class Caller:
    """One telephone conversation of a persona.

    `speed` divides the times of thinking, as it divides the length of speech.
    """

    def __init__(self, persona: Persona, customer: Customer | None = None, speed: float = 1.0) -> None:
        self.persona = persona
        self.customer = customer or persona.customer
        self._words = self.customer.words()
        escaped = {key: re.escape(value.lower()) for key, value in self._words.items()}
        self._rules = [
            _CompiledRule(rule, re.compile(rule.when.format(**escaped), re.DOTALL), rule.group or f"rule {number}")
            for number, rule in enumerate(persona.rules)
        ]
        self._interrupting = any(rule.interrupt for rule in persona.rules)
        self._uses: dict[str, int] = {}
        self._gap = max(_SHORTEST_GAP_SECONDS, _TURN_GAP_SECONDS / speed) + persona.think_seconds / speed
        self._fallback_after = max(_SHORTEST_FALLBACK_SECONDS, _FALLBACK_SECONDS / speed)
        shortest = min(_SHORTEST_PATIENCE_SECONDS, persona.patience_seconds)
        self._patience = max(shortest, persona.patience_seconds / speed)
        self._fallbacks = 0
        self._unanswered = ""
        self._considered = False
        self._last_sound: float | None = None
        self._ready: Reply | None = None
        self.heard = ""
        """All that the agent was heard to say."""

    def pick_up(self, now: float) -> None:
        """The line is open."""
        self._last_sound = now
        if self.persona.greeting:
            self._ready = Reply(say=self._fill(self.persona.greeting))

    def hear(self, text: str, now: float, new_utterance: bool = False) -> None:
        """Some of the agent's words, or an empty string for the sound of its voice between two characters."""
        self._last_sound = now
        if not text:
            return
        self.heard = join(self.heard, text) if new_utterance else self.heard + text
        self._unanswered = join(self._unanswered, text) if new_utterance else self._unanswered + text
        self._considered = False
        if self._interrupting and self._ready is None:
            self._ready = self._first_match(_normal(self._unanswered), interrupting=True)

    def poll(self, now: float) -> Reply | None:
        """What the caller does now, if anything. Ask often; not while the caller is still speaking."""
        if self._ready is not None:
            ready, self._ready = self._ready, None
            return self._answered(ready, now)
        if self._last_sound is None:
            return None
        quiet = now - self._last_sound
        if quiet < self._gap:
            return None
        if not self._considered and self._unanswered:
            self._considered = True
            reply = self._consider()
            if reply is not None:
                return self._answered(reply, now) if reply != Reply() else None
        if self._unanswered and self._is_question() and self.persona.fallback and quiet >= self._fallback_after:
            return self._answered(self._fall_back(), now)
        return Reply(hang_up=True) if quiet >= self._patience else None

    def spoke(self, now: float) -> None:
        """The caller's own words have been spoken: patience counts from here."""
        self._last_sound = now

    def _answered(self, reply: Reply, now: float) -> Reply:
        self._unanswered = ""
        self._considered = False
        self._last_sound = now
        return reply

    def _consider(self) -> Reply | None:
        """The reply to the agent's turn; an empty one when a rule says to stay silent, None when no rule fits."""
        text = _normal(self._unanswered)
        questions = [sentence for sentence in _SENTENCE_END.split(text) if sentence.endswith("?")]
        for part in (*questions[-1:], text):
            reply = self._first_match(part)
            if reply is not None:
                if reply == Reply():
                    self._unanswered = ""
                return reply
        return None

    def _first_match(self, text: str, interrupting: bool = False) -> Reply | None:
        for compiled in self._rules:
            rule, used = compiled.rule, self._uses.get(compiled.counter, 0)
            spent = rule.times is not None and used >= rule.times
            if spent or (interrupting and not rule.interrupt) or not compiled.pattern.search(text):
                continue
            self._uses[compiled.counter] = used + 1
            if rule.silent:
                return Reply()
            sentence = rule.say[min(used, len(rule.say) - 1)] if rule.say else ""
            return Reply(self._fill(sentence), rule.press, rule.hang_up)
        return None

    def _fall_back(self) -> Reply:
        self._fallbacks += 1
        if self._fallbacks > _MOST_FALLBACKS:
            return Reply(hang_up=True)
        return Reply(say=self._fill(self.persona.fallback))

    def _is_question(self) -> bool:
        return "?" in self._unanswered

    def _fill(self, sentence: str) -> str:
        return sentence.format(**self._words)


def _normal(text: str) -> str:
    """Lower case, straight apostrophes, single spaces: what the rules are matched against."""
    return " ".join(text.lower().replace("\u2019", "'").split())
