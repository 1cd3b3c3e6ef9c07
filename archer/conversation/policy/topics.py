"""Which questions a turn holds, and which of its words belong to each (questions.toml)."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from archer.conversation.policy.evidence import pattern


@dataclass(frozen=True)
class Topic:
    """What may be asked: its name, and how it is asked."""

    name: str
    asks: re.Pattern[str]
    mistaken: frozenset[str]
    """Rights that such a question is easily taken for."""


@dataclass(frozen=True)
class Asked:
    """A question found in a turn: the words that tell it, and all that belongs to it."""

    topic: Topic
    core: tuple[int, int]
    whole: tuple[int, int]


_GAP, _NO_NEW_QUESTION = (
    "[^.?!]{",
    r"(?:(?!\b(?:can|could|may|would|will|does|do|is|are) (?:i|you|it|that|this|there)\b)[^.?!]){",
)
"""What lies between the words of a question holds no other one: recognition leaves out what parts them."""
TOPICS = tuple(
    Topic(
        name, pattern(entry["asks"].replace(_GAP, _NO_NEW_QUESTION), whole=False), frozenset(entry.get("mistaken", ()))
    )
    for name, entry in tomllib.loads(resources.files(__package__).joinpath("questions.toml").read_text("utf-8")).items()
)
_LEAD = re.compile(
    r"(?:\b(?:and|but|so|well|also|oh|uh|um|wait|hold on|hang on|(?<!the )(?<!er )(?<!ry )(?<!ch )(?<!ly )first(?!\.)|"
    r"now|actually|just|though|by the way|tell me|"
    r"before (?:i|we) [\w ]{2,20}|(?:one|a|quick|one more|just one|just a|another) (?:quick )?(?:question|thing)|"
    r"(?:can|could|may) i (?:just )?ask(?: you)?(?: something)?|let me ask(?: you)?(?: something)?|"
    r"i (?:just |also )?(?:want(?:ed)?|need|would like|'d like) to (?:know|ask)|(?:do|would) you know|"
    r"what i want to know is|(?:can|could|would) you tell me|"
    r"i(?:'m| am| was)? (?:just |only )?(?:wonder(?:ing)?|asking))"
    r"\b[\s,:.\-]*)+$|(?:\b(?:and|but|so|well)\s+)*\bif (?:i|we|it|that|this)\b[^.?!]*$",
    re.I,
)
"""What leads up to a question and belongs to it."""
_END = re.compile(
    r"[.?!](?=\s|$)|$|\s+(?=(?:can|could|would|will) you\b|call me\b)"
    r"|,\s+(?=(?:(?:and|but|so|then|or)\s+)*(?:(?:can|could|would|will) (?:you|we|i)|please|let'?s|"
    r"call|send|i(?:'ll|'d| want| can| need| will))\b)"
    r"|\s+(?:(?:but|and|so) )?(?=(?:(?:yeah|yes|yep|sure|okay|ok|please)[ ,]+)+"
    r"(?:go ahead|do it|set it up|do that|let'?s)\b)"
    r"|\s+(?:but|and|so) (?=(?:go ahead|set it up)\b)",
    re.I,
)
"""Where a question ends: with its sentence, or before a wish in the same."""


def find(text: str, topics: Sequence[Topic]) -> list[Asked]:
    """The questions of a turn in their order; where two would share words, the first and longest."""
    found: list[Asked] = []
    for topic in topics:
        for match in topic.asks.finditer(text):
            lead = _LEAD.search(text[: match.start()])
            end = _END.search(text, match.end())
            start, stop = lead.start() if lead else match.start(), end.end() if end else len(text)
            found.append(Asked(topic, match.span(), (start, stop)))
    found.sort(key=lambda asked: (asked.core[0], -asked.core[1]))
    apart: list[Asked] = []
    for asked in found:
        if not apart or asked.core[0] >= apart[-1].core[1]:
            apart.append(asked)
    return apart


def without(text: str, found: Sequence[Asked]) -> str:
    """What else was said."""
    rest = text
    for asked in reversed(found):
        rest = rest[: asked.whole[0]] + " " + rest[asked.whole[1] :]
    return " ".join(rest.split())
