"""The bench's command line: one stack, or the agent with a model, at several loads; a table, a JSON file."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from local.bench import model
from local.bench.figures import figures, figures_of_model, table, table_of_model
from local.bench.load import Load, run
from local.callers import find
from local.demo.policy_time import demo_time
from local.demo.stage import DemoError, Stage
from local.stack import ROOT, Options, Stack, free_port_base
from local.state import UsageError
from local.supervisor import StackError


async def _measure(options: argparse.Namespace, state: Path) -> list[Load]:
    now = demo_time(datetime.now(UTC).date())
    setup = Options(state=state, port_base=free_port_base(), now=now, speed=options.speed)
    async with Stack(setup) as stack:
        stage, loads = Stage(stack, now), []
        try:
            await run(stage, stack.info["pids"], find(options.persona), 1)  # warm-up: first imports, first connections
            for calls in options.calls or [1, 50]:
                print(f"{calls} call(s) …", file=sys.stderr, flush=True)
                loads.append(await run(stage, stack.info["pids"], find(options.persona), calls, options.ramp))
        finally:
            await stage.close()
    return loads


def _counts(text: str) -> list[int]:
    counts = [int(part) for part in text.split(",")]
    if not counts or any(not 1 <= count <= 500 for count in counts):
        raise ValueError
    return counts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local bench", description=__doc__)
    parser.add_argument("--calls", type=_counts, help="concurrent calls (default 1,50; with --model 1,100)")
    parser.add_argument("--speed", type=float, default=1.0, help="times faster than in life the callers speak")
    parser.add_argument(
        "--ramp", type=float, default=20.0, help="seconds over which the calls begin (0: all at the same instant)"
    )
    parser.add_argument("--persona", default="pays_by_link", metavar="NAME")
    parser.add_argument(
        "--output", type=Path, help="where the figures go (default .archer/bench.json, bench-model.json)"
    )
    with_model = parser.add_argument_group("the agent with a model alone")
    with_model.add_argument("--model", action="store_true", help="measure that, against a stand-in for the model")
    with_model.add_argument("--turns", type=int, default=12, metavar="N", help="turns of a call (default 12)")
    with_model.add_argument("--think", type=float, default=4.0, metavar="S", help="seconds between turns (default 4)")
    with_model.add_argument(
        "--first-token-ms", type=float, default=200.0, metavar="MS", help="of the model (default 200)"
    )
    with_model.add_argument(
        "--voices", type=int, default=8, metavar="N", help="calls with a voice, for barge-in (default 8)"
    )
    return parser


async def _measure_model(options: argparse.Namespace) -> list[model.ModelLoad]:
    loads = []
    for calls in options.calls or [1, 100]:
        print(f"{calls} call(s) with a model …", file=sys.stderr, flush=True)
        plan = model.Plan(calls, options.turns, options.think, options.first_token_ms, options.voices)
        loads.append(await model.run(plan))
    return loads


def run_command(argv: Sequence[str]) -> int:
    """0 when every call came out right, 1 when not, 2 when asked wrongly."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.turns < 1 or options.think < 0 or options.voices < 0 or options.first_token_ms < 0:
        parser.error("--turns must be at least 1; --think, --voices and --first-token-ms at least 0")
    try:
        if options.model:
            of_model = asyncio.run(_measure_model(options))
            shown, kept = table_of_model(of_model), figures_of_model(of_model)
            wrong = any(load.problems for load in of_model)
        else:
            with tempfile.TemporaryDirectory(prefix="archer-bench-") as directory:
                loads = asyncio.run(_measure(options, Path(directory)))
            shown, kept, wrong = table(loads), figures(loads), any(load.problems for load in loads)
    except (StackError, DemoError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ValueError, UsageError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(shown)
    output = options.output or ROOT / ".archer" / ("bench-model.json" if options.model else "bench.json")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({"loads": kept}, indent=1))
    print(f"\nfigures: {output}", file=sys.stderr)
    return 1 if wrong else 0
