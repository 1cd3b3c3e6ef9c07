"""Intents: what one utterance of a caller means, by the table of the language understanding contract.

`classify("I filed chapter 7")` → `Intent("bankruptcy", 0.99, …)`. Offline, about a millisecond, no dependencies.
"""

from archer.conversation.intents.classify import Intent, classify
from archer.conversation.intents.labels import CRITICAL, INTENTS

__all__ = ["CRITICAL", "INTENTS", "Intent", "classify"]
