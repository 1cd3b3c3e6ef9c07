"""The same caller as recognition may hear him: without punctuation, with fillers, with a word doubled or lost.

A variant is a caller's name and a number (`pays_half~3`); the number seeds the dice, 0 is the caller as written.
Digits, amounts, days and names stay: what is varied is the noise around them.
"""

import random
import re
from dataclasses import replace

from local.callers.persona import Persona, Rule

_FILLERS = ("uh", "um", "well", "you know", "like", "so", "okay so", "hmm")
_SMALL_WORDS = frozenset({"the", "a", "just", "that", "please", "really", "about", "of"})
_DIGITS = re.compile(r"\d|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b", re.I)
_FILLER_SHARE, _STUTTER_SHARE, _LOST_SHARE, _PLAIN_SHARE = 0.35, 0.15, 0.1, 0.6


def vary(persona: Persona, seed: int) -> Persona:
    """The variant of a caller; the caller himself for seed 0."""
    if seed == 0:
        return persona
    dice = random.Random(f"{persona.name}~{seed}")  # noqa: S311 - repeatable, not secret
    rules = tuple(_rule(rule, dice) for rule in persona.rules)
    return replace(persona, name=f"{persona.name}~{seed}", rules=rules)


def _rule(rule: Rule, dice: random.Random) -> Rule:
    return replace(rule, say=tuple(_sentence(sentence, dice) for sentence in rule.say))


def _sentence(sentence: str, dice: random.Random) -> str:
    if not sentence or "{" in sentence or len(_DIGITS.findall(sentence)) > 2:
        return sentence  # facts to be filled in, digits to be read out
    words = sentence.split()
    if len(words) > 3 and dice.random() < _LOST_SHARE:
        lost = [i for i, word in enumerate(words) if word.lower() in _SMALL_WORDS]
        if lost:
            del words[dice.choice(lost)]
    if len(words) > 1 and dice.random() < _STUTTER_SHARE:
        words.insert(0, words[0].rstrip(",."))
    if dice.random() < _FILLER_SHARE:
        words.insert(0, f"{dice.choice(_FILLERS)},")
    said = " ".join(words)
    return re.sub(r"[^\w\s']", " ", said).lower() if dice.random() < _PLAIN_SHARE else said
