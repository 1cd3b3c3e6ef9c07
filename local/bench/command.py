"""The bench's command line: one stack, several loads, a table, a JSON file."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from local.bench.load import Load, run
from local.callers import find
from local.demo.policy_time import demo_time
from local.demo.stage import DemoError, Stage
from local.stack import ROOT, Options, Stack, free_port_base
from local.state import UsageError
from local.supervisor import StackError

MEASURED = {
    "setup": "call set-up: accepted by the API → carrier asked to dial",
    "turn": "turn: caller stops → first agent word leaves the agent",
    "tool": "tool: asked by the agent → answered",
    "event": "event: stored → received by a Web PubSub client",
    "barge_in": "barge-in: caller speaks → last audio frame",
}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(loads: Sequence[Load]) -> str:
    """The figures for people, one block a load."""
    lines = []
    for load in loads:
        lines.append(f"\n{load.calls} concurrent call(s), {load.seconds:.0f} s")
        lines.append(f"  {'milliseconds':58} {'n':>6} {'p50':>8} {'p95':>8} {'p99':>8}")
        for name, meaning in MEASURED.items():
            values = load.samples.get(name) or []
            if values:
                figures = " ".join(f"{percentile(values, share):8.1f}" for share in (0.5, 0.95, 0.99))
                lines.append(f"  {meaning:58} {len(values):6d} {figures}")
        lines.append(f"  {'part':58} {'% of a core':>15} {'MB':>8}")
        for part, usage in sorted(load.usage.items()):
            lines.append(f"  {part:58} {usage.cpu_percent:15.1f} {usage.rss_mb:8.1f}")
        lines += [f"  wrong: {problem}" for problem in load.problems]
    return "\n".join(lines)


def figures(loads: Sequence[Load]) -> list[dict[str, object]]:
    """The figures for programs."""
    return [
        {
            "calls": load.calls,
            "seconds": round(load.seconds, 1),
            "milliseconds": {
                name: {f"p{int(share * 100)}": round(percentile(values, share), 2) for share in (0.5, 0.95, 0.99)}
                | {"n": len(values)}
                for name, values in load.samples.items()
                if values
            },
            "parts": {part: asdict(usage) for part, usage in load.usage.items()},
            "problems": load.problems,
        }
        for load in loads
    ]


async def _measure(options: argparse.Namespace, state: Path) -> list[Load]:
    now = demo_time(datetime.now(UTC).date())
    setup = Options(state=state, port_base=free_port_base(), now=now, speed=options.speed)
    async with Stack(setup) as stack:
        stage, loads = Stage(stack, now), []
        try:
            await run(stage, stack.info["pids"], find(options.persona), 1)  # warm-up: first imports, first connections
            for calls in options.calls:
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


def run_command(argv: Sequence[str]) -> int:
    """0 when every call came out right, 1 when not, 2 when asked wrongly."""
    parser = argparse.ArgumentParser(prog="python -m local bench", description=__doc__)
    parser.add_argument("--calls", type=_counts, default=[1, 50], help="concurrent calls, such as 1,50")
    parser.add_argument("--speed", type=float, default=1.0, help="times faster than in life the callers speak")
    parser.add_argument(
        "--ramp", type=float, default=20.0, help="seconds over which the calls begin (0: all at the same instant)"
    )
    parser.add_argument("--persona", default="pays_by_link", metavar="NAME")
    parser.add_argument("--output", type=Path, default=ROOT / ".archer" / "bench.json", help="where the figures go")
    options = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="archer-bench-") as directory:
            loads = asyncio.run(_measure(options, Path(directory)))
    except (StackError, DemoError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ValueError, UsageError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(table(loads))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"loads": figures(loads)}, indent=1))
    print(f"\nfigures: {options.output}", file=sys.stderr)
    return 1 if any(load.problems for load in loads) else 0
