"""High-precision rules beside the model: the duties of compliance table 6 and the near misses that must not trigger them.

A rule is a pattern over the normalised words (`text.words` joined by blanks). It adds its weight to the label's score:
positive speaks for the label, negative against it; the model still has its say. Few on purpose: the model generalises.
"""

import re
from dataclasses import dataclass

from archer.conversation.intents.questions import Question

FOR = 5.0
"""Enough to win unless the model is very sure of something else."""
AGAINST = -6.0


@dataclass(frozen=True)
class Verdict:
    """What a rule says about a label: `weight` is added to its score."""

    label: str
    weight: float
    rule: str


@dataclass(frozen=True)
class Rule:
    """A pattern that speaks for or against a label, unless another pattern fits; `asked` limits it to questions."""

    label: str
    weight: float
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    asked: tuple[str, ...] = ()

    def fits(self, said: str, asked: Question) -> bool:
        """The rule applies to what was said in answer to `asked`."""
        if self.asked and asked.kind not in self.asked:
            return False
        return self.pattern.search(said) is not None and not (self.unless and self.unless.search(said))


def _rule(label: str, weight: float, pattern: str, unless: str = "", asked: tuple[str, ...] = ()) -> Rule:
    return Rule(label, weight, re.compile(pattern), re.compile(unless) if unless else None, asked)


RULES: tuple[Rule, ...] = (
    # C-01, C-08: no more calls
    _rule("cease_contact", FOR, r"\b(?:stop|quit) (?:\w+ )?(?:calling|call|phoning|contacting|texting|ringing)\b",
          r"\b(?:why|when) (?:do|will|did|would) you\b|\bwill you stop\b.*\bif\b"),
    _rule("cease_contact", FOR, r"\b(?:take|remove|delete|get) (?:me|my \w+|this \w+|us) (?:\w+ )?(?:off|from|out of) (?:of )?"
          r"(?:your|the|this|that|all)\b.*\b(?:lists?|system|database|calls?|file|records)\b", r"\brecording\b"),
    _rule("cease_contact", FOR, r"\b(?:do not|never) (?:you )?(?:ever )?(?:call|phone|contact|ring|text|dial)\b.*"
          r"\b(?:again|any more|ever|back|at work|this number|my (?:job|work|cell|house|phone|number))\b",
          r"\bwrong number\b|\bi (?:do not|never) call\b"),
    _rule("cease_contact", AGAINST, r"^(?:\w+ )?stop (?:i|what|say|sorry|slow|hold|wait|can you|could you|repeat|go back)\b"),
    # C-02, C-03: represented
    _rule("attorney", AGAINST, r"\b(?:should|might|maybe|may|thinking (?:about|of)|could|need to|do i need|going to have to)\b"
          r".*\b(?:lawyers?|attorneys?)\b", r"\b(?:you (?:can|should|need|may|could|have)|talk to my|my (?:lawyer|attorney))\b"),
    # C-04: broke is not bankrupt
    _rule("bankruptcy", FOR, r"\b(?:fil\w+|in|under|declar\w+|went) (?:for |through )?(?:a )?(?:chapter (?:7|13|11|seven|"
          r"thirteen|eleven)|(?:personal )?bankruptcy)\b|\bconsumer proposal\b|\bautomatic stay\b"),
    # C-07: things that die are not customers
    _rule("deceased", AGAINST, r"\b(?:phone|battery|car|cell|truck|laptop|line|signal|computer|engine|tablet|dog|cat)"
          r" (?:just |is |has |had |almost |about to |keeps |was |going to )*(?:died|dead|die|dying)\b"),
    # C-06: wrong number, wrong amount
    _rule("wrong_number", FOR, r"\bwrong (?:number|phone)\b", r"\baccount number\b|\bcard\b|\bright number\b"),
    _rule("dispute_debt", FOR, r"\bwrong (?:amount|balance|figure|total)\b|\b(?:amount|balance|total|figure) "
          r"(?:\w+ )?(?:is|are|looks?|sounds?|seems?) (?:all |just |totally |completely )?(?:wrong|incorrect|off|not right)\b"),
    # whoever says no to "am I speaking with …?" is someone else
    _rule("third_party", FOR, r"^(?:no|nuhuh|not (?:him|her|me|them)|no (?:it is|i am|this is) not|i am not|it is not)"
          r"(?: (?:sir|maam|sorry|it is not|i am not|this is not|that is not me|not (?:me|him|her)))*$", asked=("identity",)),
)  # fmt: skip


def verdicts(found: list[str], asked: Question) -> list[Verdict]:
    """What the rules say of normalised words, in the order of the rules."""
    said = " ".join(found)
    return [Verdict(rule.label, rule.weight, rule.pattern.pattern) for rule in RULES if rule.fits(said, asked)]
