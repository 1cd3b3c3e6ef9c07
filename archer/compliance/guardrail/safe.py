"""What to say instead of a refused sentence, and when a call with too many of them goes to a person.

Source: rule I-17: blocked → a safe sentence and the finding is stored; the third one transfers the call. The sentences
pass the guardrail themselves, before and after verification.
"""

import tomllib
from importlib.resources import files
from typing import Any

from archer.compliance.guardrail.judge import judge
from archer.compliance.guardrail.state import SpeechState, Verdict

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("safe.toml").read_text(encoding="utf-8"))
_BEFORE: str = _DATA["before_verification"]
_AFTER: dict[str, str] = _DATA["after_verification"]
_HAND_OVER: str = _DATA["hand_over"]
FINDINGS_UNTIL_HAND_OVER: int = _DATA["findings_until_hand_over"]
"""The refused sentence of a call, counted from 1, that hands it over to a person."""


def safe_sentence(rule: str, state: SpeechState) -> str:
    """The sentence to say instead of one that a rule forbids."""
    if not state.right_party_verified and rule not in _DATA["any_time"]:
        return _BEFORE
    return _AFTER.get(rule) or _AFTER["default"]


class Guard:
    """The guardrail of one call: judges each sentence and counts the refused ones. `state` may be replaced."""

    def __init__(self, state: SpeechState, refused: int = 0) -> None:
        self.state = state
        self.refused = refused
        """Sentences refused so far in this call; pass it on when another process goes on with the call."""

    def check(self, sentence: str) -> Verdict:
        """Whether a sentence may be spoken now, else what to say in its place."""
        findings = judge(sentence, self.state)
        if not findings:
            return Verdict(allowed=True, say_instead=None, findings=[], hand_over=False)
        self.refused += 1
        hand_over = self.refused >= FINDINGS_UNTIL_HAND_OVER
        say = _HAND_OVER if hand_over else safe_sentence(findings[0].rule, self.state)
        return Verdict(allowed=False, say_instead=say, findings=findings, hand_over=hand_over)
