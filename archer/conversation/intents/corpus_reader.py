"""Read the training corpus: one file a label, patterns with alternatives and slots, agent's questions as context.

A line of `corpus/<label>.txt` is an utterance or a pattern: `(a|b|)` is a choice, `<slot>` a line of `slots.txt`.
`@ kind …` says that the lines below answer agent questions of those kinds (`questions.KINDS`, `none`), `@ any` takes
it back. `corpus/turns/` holds whole turns: what was said, with the very sentence of the agent that it answered.
Each turn is also learnt with slips of recognition (`slips`). Everything random comes from the seed: the same corpus
gives the same examples.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archer.conversation.intents.labels import INTENTS
from archer.conversation.intents.slips import slipped

CORPUS = Path(__file__).with_name("corpus")
_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"<(\w+)>")
_FEWEST, _MOST = 6, 40
SLIP_WEIGHT = 0.6
"""What an utterance with slips counts, beside the same one heard right."""
_NEUTRAL_KINDS = (
    "closed",
    "closed",
    "pay",
    "statement",
    "confirm",
    "help",
    "more",
    "time",
    "method",
    "verify",
    "reason",
    "amount",
    "when",
)


@dataclass(frozen=True)
class Line:
    """A line of the corpus: its label, its pattern and the kinds of question it answers (empty: any or none)."""

    label: str
    pattern: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """One utterance to learn from; `line` is the index of the corpus line it came from; `slip`: misheard on purpose."""

    label: str
    text: str
    agent_said: str | None
    line: int
    weight: float
    slip: bool = False


@dataclass(frozen=True)
class Turn:
    """What was said, what it means, and what the agent had said."""

    label: str
    text: str
    agent_said: str | None


@dataclass(frozen=True)
class Corpus:
    """The lines, the slots they use, the agent's sentences by kind of question, and whole turns."""

    lines: tuple[Line, ...]
    slots: dict[str, tuple[str, ...]]
    agent: dict[str, tuple[str, ...]]
    turns: tuple[Turn, ...]

    def examples(self, seed: int) -> list[Example]:
        """Different utterances of each line, the more the more choices it has, each with a question that fits or none;
        then the turns, numbered after the lines."""
        found = [example for number, line in enumerate(self.lines) for example in self._of(number, line, seed)]
        for number, turn in enumerate(self.turns, len(self.lines)):
            found += self._heard(number, turn, seed)
        return found

    def _heard(self, number: int, turn: Turn, seed: int) -> Iterator[Example]:
        """A turn as it was; one that stood alone, also after something that it did not answer; and with slips."""
        weight = 1.0 if turn.agent_said else 0.7
        before = [turn.agent_said]
        rng = random.Random(f"{seed} {turn.label} {turn.text}")  # noqa: S311 - reproducible, not secret
        if turn.agent_said is None:
            before.append(self.fill(rng.choice(self.agent[rng.choice(_NEUTRAL_KINDS)]), _Decks(rng)))
        for said in before:
            yield Example(turn.label, turn.text, said, number, weight)
        misheard = slipped(turn.text, rng)
        if misheard != turn.text:
            yield Example(turn.label, misheard, rng.choice(before), number, SLIP_WEIGHT * weight, slip=True)

    def _of(self, number: int, line: Line, seed: int) -> Iterator[Example]:
        rng = random.Random(f"{seed} {line.label} {line.pattern} {line.kinds}")  # noqa: S311 - reproducible, not secret
        decks = _Decks(rng)
        widest = max((text.count("|") + 1 for text in _CHOICE.findall(line.pattern)), default=1)
        most = max(_FEWEST, min(widest + widest // 2, _MOST))
        texts = list(dict.fromkeys(self.fill(line.pattern, decks) for _ in range(most * 3)))[:most]
        if line.kinds and len(texts) < _FEWEST:
            texts += [rng.choice(texts) for _ in range(min(3, len(line.kinds)) - len(texts))]
        for text in texts:
            yield Example(line.label, text, self._question(line, rng, decks), number, len(texts) ** -0.5)

    def _question(self, line: Line, rng: random.Random, decks: "_Decks") -> str | None:
        if line.kinds:
            kind = decks.draw(line.kinds)
            return None if kind == "none" else self.fill(rng.choice(self.agent[kind]), decks)
        if rng.random() < 0.5:
            return None
        kinds = list(self.agent) if line.label not in ("affirm", "negate") else list(_NEUTRAL_KINDS)
        return self.fill(rng.choice(self.agent[rng.choice(kinds)]), decks)

    def fill(self, pattern: str, decks: "_Decks") -> str:
        """Choose one alternative of each choice, innermost first, then one value of each slot."""
        while True:
            if (choice := _CHOICE.search(pattern)) is not None:
                chosen, match = decks.draw(tuple(choice[1].split("|"))), choice
            elif (slot := _SLOT.search(pattern)) is not None:
                chosen, match = decks.draw(self.slots[slot[1]]), slot
            else:
                return " ".join(pattern.split())
            pattern = pattern[: match.start()] + chosen + pattern[match.end() :]


class _Decks:
    """Draws from the same alternatives without repeating one before all had their turn."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._left: dict[tuple[str, ...], list[str]] = {}

    def draw(self, alternatives: tuple[str, ...]) -> str:
        left = self._left.get(alternatives)
        if not left:
            left = self._left[alternatives] = self._rng.sample(alternatives, len(alternatives))
        return left.pop()


def read(folder: Path = CORPUS) -> Corpus:
    """Read the corpus; ValueError names the file of an unknown label, slot or kind of question."""
    slots = {
        name.strip(): tuple(value.strip() for value in values.split(" ; "))
        for name, _, values in (line.partition(":") for line in _content(folder / "slots.txt"))
    }
    agent: dict[str, list[str]] = {}
    kind = ""
    for text in _content(folder / "agent.txt"):
        if text.startswith("@"):
            kind = text[1:].strip()
        else:
            agent.setdefault(kind, []).append(text)
    lines = [line for label in INTENTS for line in _lines(folder / f"{label}.txt", label, agent)]
    unknown = {slot for line in lines for slot in _SLOT.findall(line.pattern)} - set(slots)
    if unknown:
        raise ValueError(f"slots.txt lacks {sorted(unknown)}")
    turns = [turn for path in sorted((folder / "turns").glob("*.txt")) for turn in read_turns(path)]
    return Corpus(tuple(lines), slots, {name: tuple(said) for name, said in agent.items()}, tuple(turns))


def _lines(path: Path, label: str, agent: dict[str, list[str]]) -> Iterator[Line]:
    kinds: tuple[str, ...] = ()
    for text in _content(path):
        if text.startswith("@"):
            kinds = () if text[1:].strip() == "any" else tuple(text[1:].split())
            unknown = set(kinds) - set(agent) - {"none"}
            if unknown:
                raise ValueError(f"{path.name}: agent.txt has no {sorted(unknown)}")
        else:
            if text.count("(") != text.count(")"):
                raise ValueError(f"{path.name}: unbalanced brackets in {text!r}")
            yield Line(label, text, kinds)


def _content(path: Path) -> Iterator[str]:
    for raw in path.read_text(encoding="utf-8").splitlines():
        text = raw.strip()
        if text and not text.startswith("#"):
            yield text


def read_turns(path: Path) -> list[Turn]:
    """Read whole turns: `@ label`, then lines of `text` or `text | agent said`; ValueError for an unknown label."""
    found = []
    label = ""
    for text in _content(path):
        if text.startswith("@"):
            label = text[1:].strip()
            if label not in INTENTS:
                raise ValueError(f"{path.name}: unknown label {label!r}")
        else:
            said, _, agent = (part.strip() for part in text.partition("|"))
            found.append(Turn(label, said, agent or None))
    return found
