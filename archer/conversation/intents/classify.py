"""Classify one utterance: the linear model's scores, moved by the rules, read in the light of the agent's question.

The labels and what separates two that could fit: the understanding contract, table of intents.
"""

from dataclasses import dataclass

from archer.conversation.intents.labels import CRITICAL, INTENTS
from archer.conversation.intents.model import load, softmax
from archer.conversation.intents.questions import NONE, Question, question
from archer.conversation.intents.rules import verdicts
from archer.conversation.intents.text import word_class, words

_INDEX = {label: index for index, label in enumerate(INTENTS)}
_RANKED = 5
_DUTIES = tuple(_INDEX[label] for label in INTENTS if label in CRITICAL)
_LEAN = 1.0
"""Added to the score of each label that carries a duty: in doubt a right is heard rather than missed. On the held-out
sets it raises their recall and costs no accuracy; 1.5 does."""
_GIBBERISH = 0.4
"""Confidence is cut to this share when not a single word is known: nobody is taken at the word of a mumble."""


@dataclass(frozen=True)
class Intent:
    """The primary intent of an utterance, how sure that is (0 to 1), and the likeliest labels, best first."""

    label: str
    confidence: float
    ranked: tuple[tuple[str, float], ...]


def classify(text: str, agent_said: str | None = None) -> Intent:
    """What `text` means, said in answer to `agent_said`; silence or noise is `out_of_scope` with confidence 0."""
    found = words(text)
    if not found:
        return Intent("out_of_scope", 0.0, ())
    asked = question(agent_said)
    model = load()
    logits = model.logits(found, asked)
    for duty in _DUTIES:
        logits[duty] += _LEAN
    for verdict in verdicts(found, asked):
        logits[_INDEX[verdict.label]] += verdict.weight
    probabilities = softmax(logits)
    _answer_identity(probabilities, asked)
    if not any(word in model.known or word_class(word) in ("NUM", "NAME", "MONEY", "ORD") for word in found):
        probabilities = [_GIBBERISH * probability for probability in probabilities]
    ranked = sorted(zip(INTENTS, probabilities, strict=True), key=lambda pair: -pair[1])[:_RANKED]
    return Intent(*ranked[0], ranked=tuple(ranked))


def _answer_identity(probabilities: list[float], asked: Question) -> None:
    """`affirm` and `negate` never answer "am I speaking with …?": they say who is speaking."""
    if asked is NONE or asked.kind != "identity":
        return
    for plain, meant in (("affirm", "identity_confirmed"), ("negate", "third_party")):
        probabilities[_INDEX[meant]] += probabilities[_INDEX[plain]]
        probabilities[_INDEX[plain]] = 0.0
