"""The last four digits of an account or card, as spoken. Rule: exactly four digits, else no value."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from archer.conversation.slots.corrections import Segment
from archer.conversation.slots.digits import Run, digit_tokens, fold, runs, segment_readings
from archer.conversation.slots.tokens import Token, tokenize

_GLUE = frozenset({
    "and", "are", "last", "first", "two", "2", "my", "other", "it's", "its", "is", "the", "number", "numbers", "next",
    "then", "by", "followed", "after", "that", "comes",
})  # fmt: skip
_CUE = re.compile(
    r"(last (four|4|for)|final (four|4)|end(s|ing|ed)? (in|with|on)|ending|last (digits|ones)|four digits|4 digits)"
    r"( digits?| numbers?| of| my| the| our| on| social| security| ssn| account| card| number| credit| debit| loan"
    r"| are| is| it's| would| be| should| for| to| that| it| in| with| says| here| i| have| show| shows)*$"
)
_YEAR_CUE = re.compile(r"(born|since|in|from|year|until|back in|expires|expiring|expiration|dated) ?(in|of|on)?$")


def extract(text: str, context: Mapping[str, Any]) -> str | None:  # noqa: ARG001 (one signature for all slots)
    """Four digits, or None when there are fewer, more or none."""
    return fold(digit_tokens(tokenize(text)), _readings, _is_four)


def _is_four(digits: str) -> bool:
    return len(digits) == 4


def _readings(segment: Segment) -> list[str]:
    found = runs(segment.tokens)
    cued = [run for run in found if _CUE.search(_before(segment.tokens, run)) and not run.noise]
    for run in reversed(cued):
        reading = run.reading(_is_four)
        if reading:
            return [reading]
    complete = [run for run in found if not run.noise and run.reading(_is_four)]
    if len(complete) > 1:
        found = [run for run in found if not _YEAR_CUE.search(_before(segment.tokens, run))]
    return segment_readings(found, segment.tokens, _is_four, _GLUE)


def _before(tokens: Sequence[Token], run: Run) -> str:
    return " ".join(token.word for token in tokens[max(0, run.start - 10) : run.start])
