"""The bench of the agent with a language model: what a turn costs beyond the model's own time, and what a call weighs.

Processes: the agent as in production, the stand-in for a model (`local.llm`), the stand-in for Cartesia for the calls
with a voice, and this one with the callers and the API (`local.bench.desk`). Added latency is what a caller waits
beyond the model's time to its first token; some of that is the stand-in's and this process's own, which a direct
question to the endpoint shows.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import psutil

from local.bench.desk import Desk
from local.bench.lines import Line
from local.bench.telephone import Telephone
from local.demo.policy_time import demo_time
from local.environment import for_agent
from local.ports import HOST
from local.processes import die_with_parent
from local.supervisor import StackError

SAYINGS = (
    "tell me more about how that works",
    "what would that look like for me",
    "I would have to think about that with my wife",
    "I see, and what else is possible",
)
"""What the model answers each time: the rules answer faster than any model."""
READY_SECONDS, PROBE_SECONDS, SETTLE_SECONDS = 60.0, 0.25, 0.5
OPENED_AT_ONCE, VOICE_TURNS = 4, 6
VOICE_SPEED = 4.0
"""Times faster than in life the two sides speak in the calls with a voice; what is measured does not depend on it."""
_MODEL = "bench"
_MODEL_NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AGENT_MODEL", "AGENT_SMALL_MODEL", "AGENT_LEVEL")


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    calls: int
    turns: int
    think_seconds: float
    first_token_ms: float
    voices: int
    """Calls with a voice, in which the caller speaks over the agent at most `VOICE_TURNS` times."""


@dataclass
class ModelLoad:
    """What was measured; all times in milliseconds."""

    plan: Plan
    seconds: float = 0.0
    samples: dict[str, list[float]] = field(default_factory=dict)
    cpu_ms_a_turn: float = 0.0
    mb_a_call: float = 0.0
    resident_mb: float = 0.0
    """Of the agent, before the calls."""
    without_key_mb: float = 0.0
    """Of an agent that has no model."""
    problems: list[str] = field(default_factory=list)


async def run(plan: Plan) -> ModelLoad:
    """Measure once. Raises StackError when a process does not come up."""
    load = ModelLoad(plan)
    desk = Desk(demo_time(datetime.now(UTC).date()), level=0)
    await desk.start()
    try:
        with tempfile.TemporaryDirectory(prefix="archer-bench-") as spool:
            async with AsyncExitStack() as stack:
                http = await stack.enter_async_context(
                    aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)
                )
                await _measure(load, desk, http, Path(spool), stack)
    finally:
        await desk.stop()
    return load


async def _measure(
    load: ModelLoad, desk: Desk, http: aiohttp.ClientSession, spool: Path, stack: AsyncExitStack
) -> None:
    plan, ports = load.plan, _free_ports(4)
    endpoint, agent, cartesia = (f"http://{HOST}:{port}" for port in ports[:3])
    env = _environment(desk.url, spool, {"CARTESIA_BASE_URL": cartesia})
    async with _process(http, f"http://{HOST}:{ports[3]}/health/live", env, "agent", "--port", ports[3]) as bare:
        load.without_key_mb = _mb(bare)
    model = ["--port", str(ports[0]), "--first-token-ms", str(plan.first_token_ms)]
    await stack.enter_async_context(_process(http, f"{endpoint}/v1/models", env, "local.llm", *model))
    with_model = env | {"OPENAI_API_KEY": "bench", "OPENAI_BASE_URL": f"{endpoint}/v1"}
    process = await stack.enter_async_context(
        _process(http, f"{agent}/health/live", with_model, "agent", "--port", ports[1])
    )
    await _behave(http, endpoint, "small-talk")
    probing = asyncio.create_task(_probe(load, http, endpoint))
    try:
        await _converse_all(load, desk, http, agent, process)
    finally:
        probing.cancel()
        await asyncio.gather(probing, return_exceptions=True)
    if plan.voices:
        voice = ["--port", str(ports[2]), "--agent-url", agent, "--speed", str(VOICE_SPEED)]
        await stack.enter_async_context(_process(http, f"{cartesia}/health", env, "local.cartesia", *voice))
        await _behave(http, endpoint, "rambling")
        await _speak_over_all(load, desk, http, agent)


# conversations by text


async def _converse_all(
    load: ModelLoad, desk: Desk, http: aiohttp.ClientSession, agent: str, process: psutil.Process
) -> None:
    plan = load.plan
    warm = await Line.open(http, agent, desk.new_call())
    for words in SAYINGS[:3]:
        await warm.say(words)
    load.resident_mb = _mb(process)
    accounts = [desk.new_call() for _ in range(plan.calls)]
    lines: list[Line] = []
    for first in range(0, len(accounts), OPENED_AT_ONCE):
        some = accounts[first : first + OPENED_AT_ONCE]
        lines += await asyncio.gather(*(Line.open(http, agent, account) for account in some))
    await asyncio.sleep(SETTLE_SECONDS)
    for account in accounts:
        account.turn_ms.clear()
    before, began = _cpu_ms(process), time.monotonic()
    waits = await asyncio.gather(*(_converse(line, plan, number, load.problems) for number, line in enumerate(lines)))
    load.seconds = time.monotonic() - began
    await asyncio.sleep(SETTLE_SECONDS)
    load.cpu_ms_a_turn = (_cpu_ms(process) - before) / (plan.calls * plan.turns)
    load.mb_a_call = (_mb(process) - load.resident_mb) / plan.calls
    load.samples["added"] = [wait - plan.first_token_ms for of_call in waits for wait in of_call]
    load.samples["own"] = [ms - plan.first_token_ms for account in accounts for ms in account.turn_ms]
    for account in accounts:
        load.problems += [f"{account.call_id}: {event}" for event in account.events if event in _PROBLEMS]
    for line in [warm, *lines]:
        await line.hang_up()


_PROBLEMS = frozenset({"degraded", "agent_fault", "conversation_fault", "guardrail_blocked", "entries_dropped"})


async def _converse(line: Line, plan: Plan, number: int, problems: list[str]) -> list[float]:
    """One caller; each begins at a moment of his own and thinks for a time of his own."""
    dice = random.Random(number)  # noqa: S311 - repeatable, not secret
    await asyncio.sleep(dice.uniform(0, plan.think_seconds))
    waits = []
    for turn in range(plan.turns):
        await asyncio.sleep(plan.think_seconds * dice.uniform(0.75, 1.25))
        words = SAYINGS[(turn + number) % len(SAYINGS)]
        waits.append(await line.say(words))
        if waits[-1] < plan.first_token_ms:
            problems.append(f"not by the model: {words!r} → {line.said!r}")
    return waits


async def _probe(load: ModelLoad, http: aiohttp.ClientSession, endpoint: str) -> None:
    """Ask the endpoint directly now and then: the share of the latency that is not the agent's."""
    body = {"model": _MODEL, "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    direct = load.samples.setdefault("direct", [])
    while True:
        began = time.perf_counter()
        async with http.post(f"{endpoint}/v1/chat/completions", json=body) as response:
            async for line in response.content:
                if b'"content"' in line:
                    direct.append((time.perf_counter() - began) * 1000 - load.plan.first_token_ms)
                    break
        await asyncio.sleep(PROBE_SECONDS)


# conversations with a voice


async def _speak_over_all(load: ModelLoad, desk: Desk, http: aiohttp.ClientSession, agent: str) -> None:
    plan = load.plan
    phones = await asyncio.gather(
        *(Telephone.open(http, agent, desk.new_call(), VOICE_SPEED) for _ in range(plan.voices))
    )
    taken = await asyncio.gather(*(_speak_over(phone, plan, number) for number, phone in enumerate(phones)))
    load.samples["barge_in"] = [ms for of_call in taken for ms in of_call]
    for phone in phones:
        await phone.hang_up()


async def _speak_over(phone: Telephone, plan: Plan, number: int) -> list[float]:
    taken = []
    for turn in range(min(plan.turns, VOICE_TURNS)):
        words = SAYINGS[(turn + number) % len(SAYINGS)]
        if turn == 0:
            await phone.say(words)
        await phone.until("one more sentence that says")
        taken.append(await phone.interrupt(words))
    return taken


# processes


def _environment(api_url: str, spool: Path, more: Mapping[str, str]) -> dict[str, str]:
    env = {name: value for name, value in for_agent(os.environ).items() if name not in _MODEL_NAMES}
    return {
        **env,
        "ENVIRONMENT": "development",
        "PUBLIC_API_URL": api_url,
        "ARCHER_AGENT_SPOOL": str(spool),
        "ARCHER_AGENT_DRAIN_SECONDS": "0.1",
        "AGENT_MODEL": _MODEL,
        "AGENT_SMALL_MODEL": "",
        "AGENT_MAX_CALLS": "1000",
        "OPENAI_API_KEY": "",
        "LINE_SERVER_TOKEN": "",
        "CARTESIA_API_KEY": "bench",
        "CARTESIA_AGENT_ID": "agent_bench",
        **more,
    }


@asynccontextmanager
async def _process(
    http: aiohttp.ClientSession, health: str, env: Mapping[str, str], module: str, *arguments: str | int
) -> AsyncIterator[psutil.Process]:
    """A part, once it answers, until the context is left."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *(str(argument) for argument in arguments),
        env=dict(env),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        await _answers(http, health, running, module)
        yield psutil.Process(running.pid)
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(running.wait(), 10)
        except TimeoutError:
            running.kill()
            await running.wait()


async def _answers(http: aiohttp.ClientSession, url: str, running: asyncio.subprocess.Process, module: str) -> None:
    try:
        async with asyncio.timeout(READY_SECONDS):
            while running.returncode is None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(url) as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise StackError(f"{module} did not answer within {READY_SECONDS:.0f} s") from None
    raise StackError(f"{module} ended with {running.returncode} before it answered")


async def _behave(http: aiohttp.ClientSession, endpoint: str, behaviour: str) -> None:
    async with http.put(f"{endpoint}/behaviours/{_MODEL}", data=behaviour) as response:
        response.raise_for_status()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _cpu_ms(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system) * 1000


def _mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6
