"""An evaluation held against an earlier one, kept in the repository: what is worse than it was, or than it may be.

Outcomes and lengths are compared call by call, whatever path they took; times only between evaluations of the whole
path, with room for a slower machine.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from local.evaluation.score import Card, Score, percentile

LONGEST_SILENCE_MS = 2000.0
"""No caller waits longer for a word (the conversation's own budget)."""
MORE_TURNS = 1.2
"""The calls of the baseline may need so many times the turns they needed."""
SLOWER, SLOWER_BY_MS = 2.0, 50.0
"""The median wait may be so many times the baseline's, and so much longer, before it counts."""


class Before(BaseModel):
    """One call of the baseline."""

    model_config = ConfigDict(extra="forbid")

    right: bool
    turns: int
    turn_ms: float | None
    """The median wait for an answer."""


class Baseline(BaseModel):
    """What of an evaluation later ones are compared with: small enough to be kept in the repository."""

    model_config = ConfigDict(extra="forbid")

    at: datetime
    path: str
    results: dict[str, Before]
    """By `Score.key`."""


def as_baseline(card: Card, onto: Baseline | None = None) -> Baseline:
    """What is kept of an evaluation, put over an earlier baseline: other ways of calling keep theirs.

    Calls of another path than the earlier one's are kept without their times.
    """
    path = onto.path if onto else card.path
    results = dict(onto.results) if onto else {}
    for score in card.scores:
        timed = score.turn_ms if card.path == path else None
        results[score.key] = Before(right=score.right, turns=score.turns, turn_ms=timed)
    return Baseline(at=card.at, path=path, results=dict(sorted(results.items())))


def read(path: Path) -> Baseline:
    """A baseline from its file. Raises ValueError when it cannot be read or has another shape."""
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ValueError(f"the baseline {path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"the baseline {path} has another shape: {where}: {first['msg']}") from error


def regressions(card: Card, baseline: Baseline | None, least: float) -> list[str]:
    """Why this evaluation is no good, one sentence each; none when it may pass.

    Too few right; too many led by a lower rung than asked for; a compliance finding; a silence beyond the budget; a
    caller who was served before and is not now; longer or slower calls than before.
    """
    found = []
    for cell in card.by_cell():
        if cell.rate < least:
            found.append(f"{cell.name}: {cell.right} of {cell.calls} calls came out right; at least {least:.0%} should")
        if cell.fell > (1 - least) * cell.calls:
            found.append(f"{cell.name}: {cell.fell} of {cell.calls} calls fell to a lower level: has it a model?")
    found += [f"{score.key}: {finding}" for score in card.scores for finding in score.findings]
    found += [
        f"{score.key}: {score.silence_ms:.0f} ms without a word, at most {LONGEST_SILENCE_MS:.0f} may be"
        for score in card.scores
        if score.silence_ms is not None and score.silence_ms > LONGEST_SILENCE_MS
    ]
    return found + _worse(card, baseline) if baseline else found


def _worse(card: Card, baseline: Baseline) -> list[str]:
    before = baseline.results
    known = [score for score in card.scores if score.key in before]
    found = [
        f"{score.key} was right in the baseline: {'; '.join(score.misses)}"
        for score in known
        if before[score.key].right and not score.right
    ]
    found += _longer(known, before)
    if card.path == baseline.path:
        found += _slower(known, before)
    return found


def _longer(known: Sequence[Score], before: dict[str, Before]) -> list[str]:
    alike = [score for score in known if score.right and before[score.key].right]
    now, then = sum(score.turns for score in alike), sum(before[score.key].turns for score in alike)
    if now <= MORE_TURNS * then:
        return []
    return [f"{now} turns in {len(alike)} calls of the baseline, which needed {then}"]


def _slower(known: Sequence[Score], before: dict[str, Before]) -> list[str]:
    timed = [(score.turn_ms, before[score.key].turn_ms) for score in known]
    pairs = [(now, then) for now, then in timed if now is not None and then is not None]
    now, then = percentile([pair[0] for pair in pairs], 50), percentile([pair[1] for pair in pairs], 50)
    if now is None or then is None or now <= SLOWER * then or now - then <= SLOWER_BY_MS:
        return []
    return [f"a median wait of {now:.0f} ms for an answer, {then:.0f} ms in the baseline"]
