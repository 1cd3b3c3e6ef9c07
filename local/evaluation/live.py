"""Calls through the real path: one stack for each rung of the ladder, scripted callers behind numbers of their own.

The dial gate, orchestration, media stream, agent and tools are the system's own; times come from the Cartesia
stand-in, which hears the caller stop and the agent begin.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from local.callers import Persona
from local.callers.played import key_in
from local.demo.stage import DemoError, Stage
from local.evaluation.inspection import findings_of
from local.evaluation.score import Cell, Score, lines_of, turns_of
from local.evaluation.waits import silences_in, waits_in
from local.llm.server import StubLlm
from local.stack import Options, Stack, free_port_base

CALL_SECONDS = 420.0
RULES = 2
_MODEL_NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AGENT_MODEL", "AGENT_SMALL_MODEL")
Heard = Callable[[Score], None]


async def play(
    callers: Sequence[tuple[str, Persona]],
    cells: Sequence[Cell],
    *,
    now: datetime,
    speed: float,
    at_once: int,
    report: Callable[[str], None],
    heard: Heard,
) -> list[Score]:
    """All callers in all cells; one stack a level, `at_once` calls at a time. `heard` is told of each score."""
    scores: list[Score] = []
    for level in sorted({cell.level for cell in cells}, reverse=True):
        async with _model(level) as environ:
            with tempfile.TemporaryDirectory(prefix="archer-eval-") as directory:
                setup = Options(
                    state=Path(directory),
                    port_base=free_port_base(),
                    now=now,
                    speed=speed,
                    environ=environ,
                    report=report,
                )
                async with Stack(setup) as stack:
                    chosen = [cell for cell in cells if cell.level == level]
                    scores += await _on(stack, callers, chosen, now, at_once, heard)
    return scores


@asynccontextmanager
async def _model(level: int) -> AsyncIterator[Mapping[str, str]]:
    """The environment of a stack at this level: no model at the rules, the configured one or else the stub above."""
    environ = {name: value for name, value in os.environ.items() if name not in _MODEL_NAMES}
    environ["AGENT_LEVEL"] = str(level)
    callers = {"CALLER_API_KEY": key_in(os.environ), "CALLER_BASE_URL": os.environ.get("OPENAI_BASE_URL", "")}
    environ |= {name: value for name, value in callers.items() if value and not environ.get(name)}
    if level >= RULES:
        yield environ
        return
    if os.environ.get("OPENAI_API_KEY"):
        yield {**environ, **{name: os.environ[name] for name in _MODEL_NAMES if name in os.environ}}
        return
    stub = StubLlm()
    url = await stub.start()
    try:
        yield {**environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "stub", "AGENT_MODEL": "stub-good"}
    finally:
        await stub.stop()


async def _on(
    stack: Stack,
    callers: Sequence[tuple[str, Persona]],
    cells: Sequence[Cell],
    now: datetime,
    at_once: int,
    heard: Heard,
) -> list[Score]:
    stage, gate = Stage(stack, now), asyncio.Semaphore(at_once)
    numbers = iter(range(10_000))

    async def one(group: str, persona: Persona, cell: Cell) -> Score:
        number = next(numbers)
        async with gate:
            score = await _call(stage, group, persona, cell, f"+1415555{number:04d}")
            heard(score)
            return score

    try:
        return list(await asyncio.gather(*(one(*caller, cell) for cell in cells for caller in callers)))
    finally:
        await stage.close()


async def _call(stage: Stage, group: str, persona: Persona, cell: Cell, number: str) -> Score:
    score = Score(persona.name, persona.description, group, cell, misses=[])
    try:
        cast = await stage.cast(persona, number)
        answer = await stage.api.post("/calls", json={"customer_id": cast.customer_id, "tactic": cell.tactic})
        if answer.status_code != 202:
            raise DemoError(f"the call was refused: {answer.json().get('detail', answer.text)}")
        call = await stage.delivered(await stage.ended(str(answer.json()["id"]), CALL_SECONDS))
    except (DemoError, httpx.HTTPError) as error:
        score.misses = [str(error) or type(error).__name__]
        return score
    score.misses = persona.expect.misses(call)
    score.findings = findings_of(call)
    score.status, score.disposition = call["status"], call["disposition"]
    score.turns, score.lines, score.seconds = turns_of(call), lines_of(call), call["duration_seconds"]
    score.stood = call["degradation_level"]
    heard = await _events(stage, call["id"])
    score.waits_ms = [round(wait, 1) for events in heard for wait in waits_in(events)]
    score.gaps_ms = [round(gap, 1) for events in heard for gap in silences_in(events)]
    score.latency_ms = call["latency_ms"]
    return score


async def _events(stage: Stage, call_id: str) -> list[list[dict[str, Any]]]:
    """What the line heard, stream by stream."""
    if not stage.info.get("cartesia") or "cartesia" not in stage.info["stand_ins"]:
        return []
    async with httpx.AsyncClient() as client:
        shown = (await client.get(f"{stage.info['cartesia']}/_test/calls")).raise_for_status().json()
    return [stream["events"] for stream in shown["calls"] if stream["metadata"].get("call_id") == call_id]
