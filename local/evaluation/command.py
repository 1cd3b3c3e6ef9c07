"""The evaluation's command line: whom to let call, how, and what to hold it against."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from archer.conversation.tactics import library
from local.callers import Persona, every, find, plays, variations, vary
from local.callers.played import NoActorError, key_in
from local.evaluation.baseline import Baseline, as_baseline, read, regressions
from local.evaluation.score import Card, Cell, Score
from local.stack import ROOT
from local.state import UsageError
from local.supervisor import StackError

POLICY_TIME = datetime(2027, 5, 4, 19, 30, tzinfo=UTC)
"""A Tuesday on which calls are allowed everywhere in the country: the same day for every evaluation."""
BASELINE = ROOT / "docs" / "eval-baseline.json"
OUTPUT = ROOT / ".archer" / "eval"
PEOPLE, PLAYED = "people", "played"
_NOT_FOR_CALLS = frozenset({"colleague"})
LEAST = 0.95


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local eval",
        description="Let scripted customers call and judge every call by what it left in the database.",
    )
    parser.add_argument("callers", nargs="*", metavar="CALLER", help="by name (default: all people)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME", help="a set of variations; `all` for all")
    parser.add_argument("--played", action="store_true", help="let callers call whom a model plays (needs a key)")
    parser.add_argument("--list", action="store_true", help="name the callers and the sets")
    parser.add_argument("--offline", action="store_true", help="the conversation alone, without a stack: seconds")
    parser.add_argument("--tactics", default="", metavar="A,B", help="tactics to compare; `none` is no tactic")
    parser.add_argument("--levels", default="2", metavar="0,1,2", help="rungs of the ladder (0 and 1: a model)")
    parser.add_argument("--variants", type=int, default=1, metavar="N", help="each caller in N wordings (default 1)")
    parser.add_argument("--speed", type=float, default=8.0, help="times faster than in life (default 8)")
    parser.add_argument("--at-once", type=int, default=6, metavar="N", help="calls at the same time (default 6)")
    parser.add_argument("--baseline", type=Path, help="compare with this file (default docs/eval-baseline.json)")
    parser.add_argument("--write-baseline", type=Path, metavar="FILE", help="keep the result in a baseline")
    parser.add_argument("--least", type=float, default=LEAST, help="share of calls that must come out right")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="DIR", help="where the scorecard goes")
    parser.add_argument("--json", action="store_true", help="print the scorecard as JSON on standard output")
    return parser


def run_command(argv: Sequence[str]) -> int:
    """0: enough calls right and nothing worse than the baseline; 1: not so; 2: asked wrongly."""
    options = _parser().parse_args(argv)
    try:
        if options.list:
            return _list()
        callers, cells = _callers(options), _cells(options)
        baseline = _baseline(options.baseline)
        card = Card(datetime.now(UTC), "offline" if options.offline else "whole path", _play(options, callers, cells))
        card.regressions = regressions(card, baseline, options.least)
    except (ValueError, UsageError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    _keep(options, card)
    return 1 if card.regressions else 0


def _list() -> int:
    for name, personas in {PEOPLE: every(), **variations(), PLAYED: plays()}.items():
        print(f"{name}:")
        for persona in personas.values():
            if persona.name not in _NOT_FOR_CALLS:
                print(f"  {persona.name:30} {persona.description}")
    return 0


def _callers(options: argparse.Namespace) -> list[tuple[str, Persona]]:
    """Who calls, each with the set he is from; ValueError for a name that nobody has."""
    sets = variations()
    wanted = list(sets) if "all" in options.set else options.set
    unknown = [name for name in wanted if name not in sets]
    if unknown:
        raise ValueError(f"there is no set {unknown[0]!r}; there are {', '.join(sets)}")
    chosen = [(_group(name), find(name)) for name in options.callers]
    chosen += [(name, persona) for name in wanted for persona in sets[name].values()]
    if options.played:
        chosen += [(PLAYED, persona) for persona in plays().values()]
    if any(persona.brief for _, persona in chosen) and not key_in(os.environ):
        raise NoActorError
    if not chosen or "all" in options.set:
        chosen += [(PEOPLE, persona) for persona in every().values() if persona.name not in _NOT_FOR_CALLS]
    if options.offline:
        chosen = [(group, persona) for group, persona in chosen if persona.answers in ("human", "machine")]
    if options.variants < 1:
        raise ValueError(f"--variants must be at least 1, is {options.variants}")
    return [(group, vary(persona, seed)) for seed in range(options.variants) for group, persona in chosen]


def _group(name: str) -> str:
    plain = name.partition("~")[0]
    if plain in plays():
        return PLAYED
    return next((group for group, personas in variations().items() if plain in personas), PEOPLE)


def _cells(options: argparse.Namespace) -> list[Cell]:
    try:
        levels = [int(level) for level in options.levels.split(",")]
    except ValueError:
        levels = []
    if not levels or any(level not in (0, 1, 2) for level in levels):
        raise ValueError(f"--levels takes 0, 1 and 2, not {options.levels!r}")
    if options.offline and levels != [2]:
        raise ValueError("--offline knows the rules only: leave --levels out")
    known = [tactic.name for tactic in library()]
    strange = [name for name in options.tactics.split(",") if options.tactics and name not in ("none", *known)]
    if strange:
        raise ValueError(f"there is no tactic {strange[0]!r}; there are {', '.join(known)}")
    tactics = [None if name == "none" else name for name in options.tactics.split(",")] if options.tactics else [None]
    return [Cell(tactic, level) for level in levels for tactic in tactics]


def _baseline(given: Path | None) -> Baseline | None:
    """The one that was asked for, else the one in the repository, when there is one."""
    return read(given or BASELINE) if given or BASELINE.exists() else None


def _play(options: argparse.Namespace, callers: Sequence[tuple[str, Persona]], cells: Sequence[Cell]) -> list[Score]:
    def heard(score: Score) -> None:
        mark = "right" if score.right and not score.findings else "WRONG"
        print(
            f"{mark}  {score.key}  {'; '.join([*score.misses, *score.findings])}".rstrip(), file=sys.stderr, flush=True
        )

    if options.offline:
        os.environ.setdefault("ENVIRONMENT", "development")
        from local.evaluation.offline import score

        scores = [score(group, persona, cell, POLICY_TIME) for cell in cells for group, persona in callers]
        for each in scores:
            if each.misses or each.findings:
                heard(each)
        return scores
    from local.evaluation.live import play

    return asyncio.run(
        play(
            callers,
            cells,
            now=POLICY_TIME,
            speed=options.speed,
            at_once=options.at_once,
            report=lambda line: print(f"  {line}", file=sys.stderr, flush=True),
            heard=heard,
        )
    )


def _keep(options: argparse.Namespace, card: Card) -> None:
    from local.evaluation.report import page

    options.output.mkdir(parents=True, exist_ok=True)
    shown = json.dumps(card.to_json(), indent=1)
    (options.output / "scorecard.json").write_text(shown)
    (options.output / "scorecard.html").write_text(page(card))
    if options.write_baseline:
        options.write_baseline.parent.mkdir(parents=True, exist_ok=True)
        before = read(options.write_baseline) if options.write_baseline.exists() else None
        options.write_baseline.write_text(as_baseline(card, before).model_dump_json(indent=1) + "\n")
    if options.json:
        print(shown)
    total = card.total
    print(f"\n{total.right} of {total.calls} calls came out right ({total.rate:.1%})", file=sys.stderr)
    for row in (*card.by_group(), *card.by_cell()):
        print(f"  {row.name:40} {row.right:4d} of {row.calls:4d}  {row.rate:7.1%}", file=sys.stderr)
    for problem in card.regressions:
        print(f"  worse: {problem}", file=sys.stderr)
    print(f"scorecard: {options.output / 'scorecard.html'}", file=sys.stderr)
