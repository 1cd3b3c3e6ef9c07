"""High-precision rules beside the model: the duties of compliance table 6, and the near misses that must not trigger them.

A rule is a pattern over the normalised words (`text.words` joined by blanks). It adds its weight to the score of its
label: positive speaks for the label, negative against it; the model still has its say. Few on purpose: the model
generalises. The ids are those of the compliance table.
"""

import re
from dataclasses import dataclass

from archer.conversation.intents.questions import Question

FOR = 5.0
"""Enough to win unless the model is very sure of something else."""
AGAINST = -8.0
_CALL = r"(?:call|phone|contact|ring|text|dial|email|message|bother)"
_CALLING = r"(?:calling|call|phoning|ringing|contacting|texting|harassing|bothering|messaging|emailing|dialing)"
_LAWYER = r"(?:lawyers?|attorneys?|counsel|solicitor|legal (?:team|counsel|aid)|law firm)"
_THING = (
    r"(?:phone|battery|car|cell|truck|laptop|line|signal|computer|engine|tablet|dog|cat|plant|charger|internet|wifi)"
)


@dataclass(frozen=True)
class Verdict:
    """What a rule says about a label: `weight` is added to its score; `rule` is its name."""

    label: str
    weight: float
    rule: str


@dataclass(frozen=True)
class Rule:
    """A pattern that speaks for or against a label, unless another one fits; `asked` limits it to kinds of question."""

    name: str
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


def _for(name: str, label: str, pattern: str, unless: str = "", asked: tuple[str, ...] = ()) -> Rule:
    return Rule(name, label, FOR, re.compile(pattern), re.compile(unless) if unless else None, asked)


def _against(name: str, label: str, pattern: str, unless: str = "") -> Rule:
    return Rule(name, label, AGAINST, re.compile(pattern), re.compile(unless) if unless else None)


RULES: tuple[Rule, ...] = (
    _for(
        "C-01 stop calling",
        "cease_contact",
        rf"\b(?:stop|quit|cease) (?:\w+ ){{0,2}}{_CALLING}\b",
        r"\bi (?:filed|have filed|am in)\b|\b(?:died|dead|deceased|passed away|wrong number|lawyer|attorney)\b",
    ),
    _for(
        "C-01 off the list",
        "cease_contact",
        r"\b(?:take|remove|delete|get|scratch) (?:me|my \w+|my phone number|this \w+|us) (?:\w+ )?(?:off|from|out of) (?:of )?"
        r"(?:your|the|this|that|all) (?:\w+ ){0,3}(?:lists?|system|database|records|registry)\b",
    ),
    _for(
        "C-01, C-08 do not call",
        "cease_contact",
        rf"\b(?:do not|never) (?:you )?(?:ever |dare )?{_CALL} (?:me |us |here |this \w+ )?(?:ever )?"
        r"(?:again|any more|no more|back|at (?:my )?(?:work|job|office))\b",
        r"\b(?:died|dead|deceased|passed away|wrong number|lawyer|attorney|bankruptcy)\b",
    ),
    _for("C-01 do-not-call list", "cease_contact", r"\bdo not call (?:list|registry)\b|\bcease and desist\b"),
    _against(
        "C-01 stop, I missed that",
        "cease_contact",
        r"^(?:\w+ )?(?:stop )+(?:i (?:missed|did not|could not|can not|do not)|what|say|sorry|slow|hold|wait|could you|"
        r"repeat|go back|let me|hang on)\b",
    ),
    _against(
        "C-03 should get a lawyer",
        "attorney",
        rf"\b(?:should|might|maybe|may|thinking (?:about|of)|do i need|would i need|need to (?:get|find|hire|call)|"
        rf"could (?:get|call)|want to (?:get|find))\b.*\b{_LAWYER}\b|\b{_LAWYER} (?:jokes?|show)\b",
        rf"\byou (?:can|should|need|may|could|have|might)\b|\bmy {_LAWYER}\b|\bi have (?:a|an) {_LAWYER}\b",
    ),
    _for(
        "C-03 my lawyer",
        "attorney",
        rf"\b(?:talk|speak|speaking|call|contact|ask|through|to|from|see) my (?:own |new )?{_LAWYER}\b|"
        rf"\bmy {_LAWYER} (?:is handling|handles|will|told|said|says|advised|has|sent)\b|"
        rf"\b(?:represented|being represented) by (?:a|an|my)?\b",
        r"\b(?:bankruptcy|chapter|filed|record\w*)\b",
    ),
    _for(
        "C-04 filed",
        "bankruptcy",
        r"\b(?:fil\w+|declar\w+|went|gone|going) (?:for |through )?(?:a |my )?(?:personal )?bankrupt(?:cy)?\b|"
        r"\bchapter (?:7|13|11|seven|thirteen|eleven)\b|\bconsumer proposal\b|\bautomatic stay\b|\bbankruptcy\b",
        r"\b(?:stay on my|how long|affect|difference|what is|almost|not (?:in|filing)|avoid|do not want to file)\b",
    ),
    _against("C-07 a thing died", "deceased", rf"\b(?:my|the|our|his|her) {_THING} (?:is |just |has |had |was |about to |keeps |going to |almost |went |goes |gone |got )*(?:died|dead|die|dying)\b"),
    _against("C-07 not dead", "deceased", r"\b(?:dead|deaf) (?:broke|tired|wrong|serious)\b|\bover my dead body\b|\bdying to\b"),
    _for(
        "C-06 wrong number",
        "wrong_number",
        r"\bwrong (?:phone )?number\b|\b(?:no one|nobody|no body|no such person|not anyone) (?:here )?(?:by|with|of|called|named) (?:that|this)? ?name\b|"
        r"\bnever heard of (?:him|her|them|that (?:person|name|guy|woman))\b",
        r"\b(?:account|card|routing|social security) number\b|\bnot (?:a|the) wrong number\b",
    ),
    _for(
        "C-06 wrong amount",
        "dispute_debt",
        r"\bwrong (?:amount|balance|figure|total)\b|\b(?:amount|balance|total|figure) (?:\w+ )?(?:is|are|looks?|sounds?|seems?) "
        r"(?:all |just |totally |completely |way )?(?:wrong|incorrect|off|not (?:right|correct))\b",
    ),
    _for("C-05 not mine", "dispute_debt", r"^(?:no )?(?:it|that|this)? ?(?:is )?not (?:mine|my (?:debt|bill|account|loan|charge|card))$"),
    _against("C-05 not mine until", "dispute_debt", r"\bnot mine to pay (?:until|before|yet)\b"),
    _for("recording", "do_not_record", r"\b(?:do not|stop|quit|not) (?:\w+ )?(?:record|recording|tape|taping)(?: (?:me|this|the|my|it|any\w*|our)\b|$)|"
         r"\bturn (?:off the|that|the) record\w+(?: off)?\b|\bnot (?:\w+ )?(?:be|being) (?:recorded|taped)\b"),
    _for(
        "identity no",
        "third_party",
        r"^(?:no|nuhuh|not (?:him|her|me|them)|i am not|it is not|this is not|he is not|she is not)"
        r"(?: (?:sir|maam|sorry|it is not|i am not|this is not|that is not me|not (?:me|him|her)|he is not|she is not))*$",
        asked=("identity",),
    ),
)  # fmt: skip


def verdicts(found: list[str], asked: Question) -> list[Verdict]:
    """What the rules say of normalised words, in the order of the rules."""
    said = " ".join(found)
    return [Verdict(rule.label, rule.weight, rule.name) for rule in RULES if rule.fits(said, asked)]
