"""What kind of question the agent asked, so that "yes" to "am I speaking with Sam?" is not "yes" to "pay today?".

Kinds are found by patterns over the normalised words of what the agent said; the last question counts most.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from archer.conversation.intents.text import words

KINDS: tuple[str, ...] = (
    "identity", "verify", "recording", "callback", "hold", "language", "appointment", "instalments", "amount", "when",
    "method", "more", "time", "reach", "confirm", "pay", "reason", "help", "closed", "open", "statement",
)  # fmt: skip
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile("|".join(patterns)))
    for kind, *patterns in (
        ("confirm", r"\bis that (?:all right|correct|right)$"),
        (
            "identity",
            r"(?:speak(?:ing)?|talk(?:ing)?) (?:with|to) (?!(?:a|an|one|someone|us|me|our|you)\b)",
            r"\bis this (?!a good|an ok|about|the best|correct|right|something|okay|fine|amount|payment|still)\w+",
            r"\bare you (?!able|ready|still|there|okay|sure|calling|looking|in|on|at|currently|active|willing|prepared|"
            r"interested|comfortable|having|aware)\w+ \w+ *$",
            r"\bis (?!there|that|this|it|now|anyone)\w+ \w* ?(?:there|available|home|in)\b",
            r"(?:call(?:ing)?|look(?:ing)?|ask(?:ing)?|try(?:ing)? to reach|message|reach(?:ing)?) for "
            r"(?!a |an |your|the|about)",
            r"trying to reach|can you put \w+ on|may i ask who",
        ),
        (
            "verify",
            r"last four|four digits|zip code|postal code|date of birth|verify your|social security|birthday",
            r"confirm your (?:address|identity|account)|security question",
        ),
        ("recording", r"(?:call|line) (?:is|may be|will be|being)?.*record|record(?:ed|ing)"),
        ("callback", r"(?:when|what time|what day).*\b(?:call|reach|try)\b|call you back|call back|callback"),
        ("hold", r"\b(?:hold|one moment|bear with|stay on the line)\b"),
        ("language", r"\b(?:language|spanish|french|prefer to speak)\b"),
        (
            "appointment",
            r"\b(?:appointment|book|schedule you|come in|slot|opening|visit|technician|service)\b",
        ),
        (
            "instalments",
            r"\b(?:instal|installments?|payment plan|monthly payments?|over (?:three|six|twelve|\d+) months|split|"
            r"per month|a month|how many (?:months|payments))\b",
        ),
        ("amount", r"\b(?:how much|what amount|full (?:amount|balance)|in full|any amount|partial)\b"),
        (
            "when",
            r"\b(?:when (?:can|could|would|will|do|are)|what date|which date|by what day|what day|how soon|by when)\b",
        ),
        ("method", r"\b(?:card|bank account|checking|debit|payment link|text you a link|keypad|routing|method)\b"),
        ("more", r"(?:anything|something) else|help you with (?:today|anything)|any (?:other )?questions"),
        ("time", r"good time|bad time|have a (?:minute|moment|second)|is now|few minutes|convenient"),
        ("reach", r"\b(?:best number|good number|this number|phone number|email|e mail)\b"),
        (
            "confirm",
            r"\b(?:is that (?:all right|correct|right|okay|fine|true|so)|correct|does that (?:work|sound)|do i have|"
            r"shall i (?:go ahead|confirm)|confirm|go ahead|agree|sound good|did i get|you said|heard you say|would you like me to)\b",
        ),
        ("pay", r"\b(?:pay|payment|take care of|settle|bring .* current|balance|owe|past due|resolve)\b"),
        ("reason", r"\b(?:why|what happened|reason|what is going on|tell me (?:more|about)|prevent)\b"),
        ("help", r"\b(?:how (?:can|may) i help|what can i do|how are you|thank you for calling)\b"),
        (
            "closed",
            r"^(?:(?:and|so|okay|well|then|just|sorry) )*(?:is|are|was|were|am|do|does|did|have|has|had|can|could|will|"
            r"would|shall|should|may|might)\b",
        ),
        ("open", r"^(?:(?:and|so|okay|well|then|just|sorry) )*(?:who|what|when|where|which|why|how)\b"),
    )
)
_POINTING = frozenset({"statement", "confirm", "closed", "open"})
"""Questions whose "that" may be in an earlier sentence."""
_MEANT = frozenset({"identity", "verify", "recording", "callback", "language", "appointment", "instalments", "method"})
_NAMES = re.compile(
    r"(?:with|to|this|for|is|Is|reach|[Aa]re you|mr\.?|mrs\.?|ms\.?|Mr\.?|Mrs\.?|Ms\.?|put|message for) "
    r"((?:[A-Z][\w'’.-]+)(?: [A-Z][\w'’.-]+){0,3})"
)
_NOT_NAMES_LISTED = (
    "i archer acme bank mr mrs ms miss dr first national the credit union am is are this that hello hi good may "
    "can could do does would your you calling financial services and from recorded line"
)
_NOT_NAMES = frozenset(_NOT_NAMES_LISTED.split())


@dataclass(frozen=True)
class Question:
    """What the agent said, as the model sees it: its kind, its last words, the names it asked for."""

    kind: str
    last: str
    customer: frozenset[str]


NONE = Question("none", "", frozenset())


@lru_cache(maxsize=512)
def question(agent_said: str | None) -> Question:
    """The kind of the agent's last question; `statement` when no pattern fits, `none` when nothing was said."""
    if not agent_said or not agent_said.strip():
        return NONE
    parts = [part for part in re.split(r"(?<=[.!?;])\s+", agent_said.strip()) if part.strip()]
    asked = [part for part in parts if part.rstrip().endswith("?")]
    found = [_kind(" ".join(words(part))) for part in parts]
    order = [found[index] for index in range(len(parts) - 1, -1, -1) if not asked or parts[index] in asked]
    kind = next((each for each in order if each != "statement"), "statement")
    if kind in _POINTING:  # "This line is recorded. Is that okay?", "I can text you a link. Shall I do that?"
        meant = [each for each in reversed(found) if each in (("recording",) if kind == "confirm" else _MEANT)]
        kind = meant[0] if meant else kind
    last = " ".join(words((asked or parts)[-1])[-6:])
    customer = frozenset(
        name
        for run in (_NAMES.findall(agent_said) if kind in ("identity", "statement", "reason") else [])
        for name in words(run)
        if name not in _NOT_NAMES and len(name) > 1
    )
    return Question(kind, last, customer)


def _kind(said: str) -> str:
    for kind, pattern in _PATTERNS:
        if pattern.search(said):
            return kind
    return "statement"
