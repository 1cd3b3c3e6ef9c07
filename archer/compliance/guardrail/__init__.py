"""May we say it? Each sentence is judged before it is spoken (G-01 … G-18); a refused one is replaced by a safe one."""

from archer.compliance.guardrail.judge import judge
from archer.compliance.guardrail.safe import Guard
from archer.compliance.guardrail.state import Finding, SpeechState, Verdict

__all__ = ["Finding", "Guard", "SpeechState", "Verdict", "judge"]
