"""Redact a conversation turn by turn: a card number dictated over several utterances goes as a whole.

Source: rule I-20: spoken digits make the agent interrupt, and what was said is purged.
"""

from archer.compliance.redaction.cards import LONGEST, branded
from archer.compliance.redaction.chains import Chain, Gap, chains, digit_count
from archer.compliance.redaction.engine import masked, merged, spans
from archer.compliance.redaction.model import Redaction, Span
from archer.compliance.redaction.tokens import tokenize

_TURNS_KEPT = 6
_BREAK = "\n"
_BRANDED_LENGTHS = (13, 14, 15, 16, 19)


class Redactor:
    """Redaction with a memory of the last turns of one speaker in one call."""

    def __init__(self) -> None:
        self._turns: list[tuple[int, str]] = []
        self._count = 0
        self.amended: dict[int, Redaction] = {}
        """Earlier turns (by number from 0, as fed) that the latest turn showed to be part of a number: store these
        instead of what was returned for them. Replaced at each `feed`."""
        self.speaking_card = False
        """Whether the caller is dictating a card number right now, so that the agent should interrupt."""

    def feed(self, text: str) -> Redaction:
        """The next turn of the caller as it may be kept; look at `amended` and `speaking_card` afterwards."""
        earlier = self._turns[-_TURNS_KEPT:]
        whole = _BREAK.join([*(turn for _, turn in earlier), text])
        found = spans(whole)
        open_card = _open_card(whole, sum(len(turn) + 1 for _, turn in earlier))
        self.speaking_card = bool(open_card) or any(
            span.kind == "card_number" and span.end > len(whole) - len(text) for span in found
        )
        found = merged([*found, *open_card])
        turns = [*earlier, (self._count, text)]
        self._count += 1
        self.amended = {}
        kept: list[tuple[int, str]] = []
        start = 0
        result = Redaction(text, [])
        for number, turn in turns:
            inside = [
                Span(max(span.start, start) - start, min(span.end, start + len(turn)) - start, span.kind)
                for span in found
                if span.start < start + len(turn) and span.end > start
            ]
            redaction = Redaction(masked(turn, inside), list(dict.fromkeys(span.kind for span in inside)))
            if number == self._count - 1:
                result = redaction
            elif inside:
                self.amended[number] = redaction
            kept.append((number, turn if open_card else redaction.text))
            start += len(turn) + 1
        self._turns = kept[-_TURNS_KEPT:]
        return result


def _open_card(text: str, current: int) -> list[Span]:
    """The digits of a card number that is still being dictated at the end of a text."""
    tokens = tokenize(text)
    found = chains(text, tokens)
    if not found or tokens[found[-1].atoms[-1]].end <= current:
        return []
    chain = found[-1]
    if len(tokens) - chain.atoms[-1] > 6 or not _looks_like_card(chain):
        return []
    return [Span(tokens[chain.atoms[0]].start, tokens[chain.atoms[-1]].end, "card_number")]


def _looks_like_card(chain: Chain) -> bool:
    if chain.label not in {None, "card"} or digit_count(chain) > LONGEST:
        return False
    digits = "".join(steps[0][1] for steps in chain.steps if steps)
    if not digits or not any(branded(digits.ljust(length, "0")) for length in _BRANDED_LENGTHS):
        return False
    dictated = any(gap is not Gap.TIGHT for gap in chain.gaps) or len(digits) > 10
    return len(digits) >= 4 if chain.label == "card" else len(digits) >= 8 and dictated
