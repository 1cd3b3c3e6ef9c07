"""`python -m local up`: the whole stack in the foreground, one JSON line when everything answers, until Ctrl-C."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from local.stack import Options, Stack
from local.state import UsageError
from local.supervisor import StackError

INTERRUPTED = 130


def parse(argv: Sequence[str]) -> Options:
    """The options of a command line; ends the process with exit code 2 when they are wrong."""
    parser = argparse.ArgumentParser(prog="python -m local up", description=__doc__)
    parser.add_argument("--state", type=Path, default=Options.state, help="where state is kept (default: .archer)")
    parser.add_argument("--fresh", action="store_true", help="forget the state of earlier runs")
    parser.add_argument("--port-base", type=int, help="use the ports from this one on")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="carrier|agent|functions",
        help="leave this out; may be repeated, or take a comma-separated list",
    )
    parser.add_argument("--clock-rate", type=float, default=1.0, help="how many times faster policy time runs")
    parser.add_argument("--now", type=_moment, help="policy time at the start, ISO 8601 with an offset")
    parser.add_argument("--callers", default="", metavar="NAME", help="scripted caller who answers every call")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than in life callers speak")
    given = parser.parse_args(argv)
    without = frozenset(name.strip() for names in given.without for name in names.split(",") if name.strip())
    return Options(
        state=given.state,
        fresh=given.fresh,
        port_base=given.port_base,
        without=without,
        clock_rate=given.clock_rate,
        now=given.now,
        callers=given.callers,
        speed=given.speed,
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time in ISO 8601") from error


async def run(options: Options) -> int:
    """Bring the stack up, say so, and keep it until a signal; the exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stack = Stack(options)
    starting = asyncio.create_task(stack.__aenter__())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            return INTERRUPTED
        await starting
        print(json.dumps(stack.info), flush=True)
        await stopping
        options.report("stopping")
        return 0
    finally:
        stopping.cancel()
        starting.cancel()
        with contextlib.suppress(asyncio.CancelledError, StackError):
            await starting
        await stack.close()


def main(argv: Sequence[str]) -> int:
    """Run the command; 0 after a signal, 1 when the stack cannot start, 2 when it was asked wrongly."""
    try:
        return asyncio.run(run(parse(argv)))
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
