"""The demo's command line: a fresh stack, one scripted caller, one call, one verdict."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.callers import Persona, every, find
from local.demo.listener import Listener
from local.demo.policy_time import demo_time
from local.demo.show import Terminal
from local.demo.stage import DemoError, Stage, differences
from local.stack import Options, Stack, free_port_base
from local.state import UsageError
from local.supervisor import StackError

CALL_SECONDS = 240.0
DEFAULT_PERSONA = "pays_by_link"
DEFAULT_SPEED = 6.0
_NOT_FOR_CALLS = {"colleague"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local demo", description="Place one call on a fresh stack and show what comes of it."
    )
    parser.add_argument("--persona", default=DEFAULT_PERSONA, metavar="NAME", help="who answers; see --list")
    parser.add_argument("--list", action="store_true", help="name the scripted callers")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on standard output")
    parser.add_argument("--speed", type=float, default=DEFAULT_SPEED, help="times faster than in life (default 6)")
    parser.add_argument("--state", type=Path, help="keep the stack's state here (default: a temporary directory)")
    parser.add_argument("--to", metavar="+1…", help="the telephone to call, when the real Twilio is configured")
    return parser


def run_command(argv: Sequence[str]) -> int:
    """Parse, play, judge: 0 when the call did what it should, 1 when not, 2 when asked wrongly."""
    options = _parser().parse_args(argv)
    if options.list:
        for name, persona in every().items():
            if name not in _NOT_FOR_CALLS:
                print(f"{name:24} {persona.description}")
        return 0
    try:
        persona = find(options.persona)
        with tempfile.TemporaryDirectory(prefix="archer-demo-") as directory:
            return asyncio.run(_play(persona, options, options.state or Path(directory)))
    except (ValueError, UsageError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (StackError, DemoError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


async def _play(persona: Persona, options: argparse.Namespace, state: Path) -> int:
    terminal = Terminal()
    now = demo_time(datetime.now(UTC).date())
    terminal.line(f"policy time {now.isoformat()}: a weekday on which calls are allowed; caller: {persona.name}")
    terminal.line(f"             {persona.description}")
    setup = Options(
        state=state,
        fresh=options.state is not None,
        port_base=free_port_base(),
        now=now,
        speed=options.speed,
        callers=persona.name,
        report=lambda line: terminal.line(f"  {line}", "event"),
    )
    async with Stack(setup) as stack:
        if "twilio" not in stack.info["stand_ins"] and not options.to:
            raise DemoError("the real Twilio is configured: name the telephone to call with --to +1…")
        stage = Stage(stack, now)
        try:
            return await _call(stage, persona, options, terminal)
        finally:
            await stage.close()


async def _call(stage: Stage, persona: Persona, options: argparse.Namespace, terminal: Terminal) -> int:
    async with Listener(stage.api, terminal.event) as listener:
        cast = await stage.cast(persona, options.to)
        terminal.line()
        call_id = await stage.place(cast)
        call = await stage.delivered(await stage.ended(call_id, CALL_SECONDS))
        heard = await listener.heard(call_id, "call_ended", seconds=5)
        events = [event for event in listener.events if event["call_id"] == call_id]
    problems = differences(persona.expect, call) if not options.to else []
    if not heard:
        problems.append("the live event call_ended was not received")
    terminal.summary(call, problems, len(events))
    if options.json:
        print(json.dumps(result(call, events, problems)), flush=True)
    return 1 if problems else 0


def result(call: dict[str, Any], events: list[dict[str, Any]], problems: list[str]) -> dict[str, Any]:
    """What `--json` prints."""
    active = [a for a in call["arrangements"] if a["status"] == "active"]
    latency = call["latency_ms"]
    names = ("setup", "turn_p50", "turn_p95", "tool_p50", "tool_p95", "barge_in")
    return {
        "call_id": call["id"],
        "status": call["status"],
        "disposition": call["disposition"],
        "verified": call["verified"],
        "tools": [entry["tool"]["name"] for entry in call["entries"] if entry["kind"] == "tool"],
        "payment": active[0] if active else None,
        "events": [event["type"] for event in events],
        "turns": sum(entry["kind"] == "transcript" for entry in call["entries"]),
        "latency_ms": {name: latency.get(name) for name in names},
        "problems": problems,
    }
