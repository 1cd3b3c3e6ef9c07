"""Run a number of calls at once on a running stack and collect every measurement of them."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from archer.clock import Clock
from archer.store import Call
from local.bench.usage import Meter, Usage
from local.callers import Persona
from local.demo.listener import Listener
from local.demo.stage import Cast, Stage, differences

CALL_SECONDS = 300.0


@dataclass
class Load:
    """What was measured at one number of concurrent calls; all times in milliseconds."""

    calls: int
    seconds: float = 0.0
    samples: dict[str, list[float]] = field(default_factory=dict)
    usage: dict[str, Usage] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def _clock(info: dict[str, Any]) -> Clock:
    given = info["clock"]
    start = datetime.fromisoformat(given["ARCHER_CLOCK_NOW"]).timestamp()
    return Clock(start, float(given["ARCHER_CLOCK_ANCHOR"]), float(given["ARCHER_CLOCK_RATE"]))


def _raw(info: dict[str, Any], ids: list[str]) -> dict[str, list[float]]:
    """The measurements that the calls' rows hold, all of them."""
    samples: dict[str, list[float]] = {}
    with Session(create_engine(info["database_owner_url"])) as session:
        rows = session.execute(select(Call.latency).where(Call.id.in_([UUID(call) for call in ids]))).scalars()
        for row in rows:
            for name, value in row.items():
                samples.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return samples


async def _place_later(stage: Stage, cast: Cast, delay: float) -> str:
    await asyncio.sleep(delay)
    return await stage.place(cast)


async def run(stage: Stage, pids: dict[str, int], persona: Persona, calls: int, ramp: float = 0.0) -> Load:
    """Place `calls` calls, evenly over `ramp` seconds, and wait for all; they overlap when they last longer."""
    load, clock, delays = Load(calls), _clock(stage.info), []

    def arrived(event: dict[str, Any]) -> None:
        delays.append((clock.now() - datetime.fromisoformat(event["at"])).total_seconds() * 1000)

    casts = [await stage.cast(persona) for _ in range(calls)]
    meter = Meter(pids)
    async with Listener(stage.api, arrived) as listener:
        before, started = meter.cpu_seconds(), time.monotonic()
        ids = await asyncio.gather(*(_place_later(stage, cast, ramp * n / calls) for n, cast in enumerate(casts)))
        await asyncio.gather(*(listener.ended(call, CALL_SECONDS) for call in ids))
        load.seconds = time.monotonic() - started
        load.usage = meter.between(before, meter.cpu_seconds(), load.seconds)
        ended = [await stage.delivered(await stage.ended(call, CALL_SECONDS)) for call in ids]
    load.problems = [f"{call['id']}: {problem}" for call in ended for problem in differences(persona.expect, call)]
    load.samples = _raw(stage.info, list(ids)) | {"event": delays}
    return load
