"""Read the sentences that the guardrail's model learns from: one file a rule, what must be refused and what must pass.

A line of `corpus/<rule>.txt` is a sentence or a pattern, in which `(a|b|)` is a choice; `= block` and `= allow` say
what holds of the lines below, `@ unverified`, `@ validation` and `@ verified` the state of the call. `ordinary.txt` and
`own_words.txt` break no rule; `fitted/` holds sentences that the patterns were written for, so that they say nothing
about how well a pattern does elsewhere. Everything random comes from the seed.
"""

import random
import re
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

CORPUS = Path(__file__).with_name("corpus")
_CHOICE = re.compile(r"\(([^()]*)\)")
_ASKS = re.compile(
    r"(?:do|does|did|is|are|was|can|could|will|would|may|shall|have|has|what|who|whose|which|where|why|how|should|am|when)\b"
    r"(?! (?:you|he|she)(?:'re| are| key| type| enter)\b| (?:your|you) \w+ (?:arrives|comes)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Example:
    """One sentence to learn from."""

    text: str
    rule: str | None
    """The rule that it breaks or comes near to."""
    allowed: bool
    verified: bool
    validation: bool
    line: str
    """The corpus line that it came from ("G-01:17")."""
    weight: float
    fitted: bool
    """Whether the patterns were written for it."""

    @property
    def part(self) -> int:
        """A number below 1000 that sentences of one line share, to hold some lines out."""
        return crc32(self.line.encode()) % 1000


def read(examples_per_line: int, seed: int) -> list[Example]:
    """All examples, in the order of the files."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    found: list[Example] = []
    for path in sorted(CORPUS.rglob("*.txt")):
        found += _file(path, examples_per_line, rng)
    return found


def _file(path: Path, most: int, rng: random.Random) -> list[Example]:
    found: list[Example] = []
    allowed, verified, validation = True, True, False
    fitted = path.parent != CORPUS
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if line.startswith("="):
            allowed = line[1:].strip() == "allow"
        elif line.startswith("@"):
            verified, validation = "unverified" not in line, "validation" in line
        elif line.strip():
            texts = expanded(line, most, rng)
            weight = len(texts) ** 0.3 / len(texts)
            rule = path.stem if path.stem.startswith("G-") else None
            name = f"{path.parent.name}/{path.stem}:{number}"
            found += [Example(text, rule, allowed, verified, validation, name, weight, fitted) for text in texts]
    return found


def expanded(pattern: str, most: int, rng: random.Random) -> list[str]:
    """Up to `most` different sentences of a pattern."""
    found: dict[str, None] = {}
    for _ in range(4 * most):
        text = pattern
        while match := _CHOICE.search(text):
            text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
        text = re.sub(r" +([,;.!?])", r"\1", re.sub(r"\s+", " ", text)).strip()
        found[_ended(text)] = None
        if len(found) == most:
            break
    return list(found)


def _ended(text: str) -> str:
    if text[-1] not in ".?!":
        last = re.split(r"[.;:?!] ", text)[-1]
        text += "?" if _ASKS.match(last) else "."
    return text[0].upper() + text[1:]
