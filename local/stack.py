"""One stack: every part of the system on this machine, wired to each other, started and stopped together.

async with Stack(Options(state=directory, port_base=20000)) as stack:
    stack.info["api"]; await stack.kill("agent"); await stack.start("agent")
"""

import asyncio
import contextlib
import json
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import aiohttp

from local import azurite, environment, ports, processes
from local.azurite import Azurite
from local.environment import Endpoints, Plan
from local.ports import HOST, Ports
from local.postgres import Passwords, Postgres, end_servers
from local.state import StateDirectory, UsageError
from local.supervisor import NotReadyError, Part, Report, StackError, Step, Supervisor

ROOT = Path(__file__).resolve().parent.parent
HEALTH_SECONDS, HEALTH_PAUSE_SECONDS = 20.0, 0.25
OPTIONAL = frozenset({"carrier", "agent", "functions"})


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Options:
    """How a stack is started; the defaults are those of `python -m local up`."""

    state: Path = ROOT / ".archer"
    fresh: bool = False
    """Forget what the state directory holds."""
    port_base: int | None = None
    """First of a block of ports; None for the usual ones."""
    without: frozenset[str] = frozenset()
    """What is left out: `carrier` (Twilio and Cartesia), `agent`, `functions`."""
    clock_rate: float = 1.0
    """Policy seconds in a second."""
    now: datetime | None = None
    """Policy time at the start; the wall clock's when None."""
    speed: float = 1.0
    """How many times faster than in life the telephone stand-ins speak and listen."""
    callers: str = ""
    """Scripted caller who answers where no other is placed; the Twilio stand-in's own choice when empty."""
    environ: Mapping[str, str] | None = None
    """The environment to start from; this process's when None."""
    report: Report = field(default=_to_stderr, compare=False)
    """Takes lines of progress."""


class Stack:
    """The running system. Use it as a context manager: leaving the context stops everything."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.info: dict[str, Any] = {}
        """What `up` prints: where everything is and how to get in."""
        self._state = StateDirectory(options.state)
        self._supervisor: Supervisor | None = None
        self._plan: Plan | None = None

    async def __aenter__(self) -> Self:
        """Start everything and wait until everything answers; StackError (UsageError for bad options) otherwise."""
        try:
            await self._open()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop everything; harmless when nothing runs."""
        if self._supervisor is not None:
            await asyncio.shield(self._supervisor.stop_all())
        self._state.release()

    async def start(self, part: str) -> None:
        """Start a part that was stopped or killed, and wait until it answers."""
        await self._running.start(part)
        self.info["pids"] = self._running.pids

    async def stop(self, part: str) -> None:
        """Stop a part as an orderly shutdown would (SIGTERM)."""
        await self._running.stop(part)

    async def kill(self, part: str) -> None:
        """Kill a part as a crash would (SIGKILL)."""
        await self._running.kill(part)

    def log(self, part: str) -> Path:
        """Where a part's output goes."""
        return self._running.log(part)

    @property
    def settings(self) -> dict[str, str]:
        """The environment that every part of this stack was given; holds secrets."""
        if self._plan is None:
            raise StackError("the stack has not been started")
        return dict(self._plan.env)

    @property
    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise StackError("the stack has not been started")
        return self._supervisor

    async def _open(self) -> None:
        options = self.options
        unknown = options.without - OPTIONAL
        if unknown:
            raise UsageError(f"--without takes {', '.join(sorted(OPTIONAL))}, not {', '.join(sorted(unknown))}")
        settings = environment.given(ROOT, options.environ)
        policy = environment.clock(options.clock_rate, options.now)
        try:
            chosen = Ports() if options.port_base is None else Ports.from_base(options.port_base)
        except ValueError as error:
            raise UsageError(str(error)) from error
        await asyncio.to_thread(self._state.acquire, fresh=options.fresh, report=options.report)
        directory = self._state.path / "postgres"
        await asyncio.to_thread(end_servers, directory, options.report)
        if options.fresh:
            await asyncio.to_thread(self._state.empty)
        secrets = self._state.secrets()
        passwords = Passwords(secrets.postgres_superuser, secrets.postgres_owner, secrets.postgres_app)
        postgres = Postgres(directory, chosen.postgres, passwords, options.report)
        storage = Azurite(ROOT, self._state.path / "azurite", chosen.blob, chosen.queue, chosen.table)
        endpoints = Endpoints(postgres.app_url, postgres.owner_url, storage.connection_string, chosen, secrets)
        plan = self._plan = environment.plan(settings, options.without, endpoints, policy)
        self._check_ports(plan, chosen)
        if "azurite" in plan.stand_ins:
            await azurite.install(ROOT, options.report)
        nodes = self._nodes(plan, chosen, postgres, storage)
        self._supervisor = Supervisor(self._state.path, nodes, options.report)
        self.info = {
            "ready": False,
            "api": f"http://{HOST}:{chosen.functions}/api/v1",
            "agent": f"http://{HOST}:{chosen.agent}",
            "dashboard": None,
        }
        await self._supervisor.start_all()
        self.info |= self._describe(plan)

    def _nodes(self, plan: Plan, chosen: Ports, postgres: Postgres, storage: Azurite) -> list[Part | Step]:
        """Every step and part of the stack, in no particular order."""
        env, without = plan.env, self.options.without
        nodes: list[Part | Step] = []
        if "postgres" in plan.stand_ins:
            nodes += postgres.nodes(env)
        if "azurite" in plan.stand_ins:
            nodes += storage.nodes(env)
        nodes.append(Step("database", lambda: self._prepare_database(plan), _present(nodes, "roles")))
        for name, arguments in self._stand_in_arguments(env).items():
            if name in plan.stand_ins:
                health = "/api/health" if name == "webpubsub" else "/health"
                nodes.append(_python_part(f"local.{name}", arguments, env, getattr(chosen, name), health))
        services = _present(nodes, "database", "azurite", "webpubsub", "registry", "twilio")
        if "functions" not in without:
            arguments = [str(ROOT), "--state", str(self._state.path / "functions.sqlite")]
            health = "/admin/host/status"
            nodes.append(_python_part("local.functions", arguments, env, chosen.functions, health, services))
        if "agent" not in without:
            spool = {"ARCHER_AGENT_SPOOL": str(self._state.path / "agent"), "ARCHER_AGENT_DRAIN_SECONDS": "5"}
            agent_env = environment.for_agent(env) | spool
            nodes.append(_python_part("agent", [], agent_env, chosen.agent, "/health/live"))
        if not without & {"functions", "agent"}:
            url = f"http://{HOST}:{chosen.functions}/api/v1/health"
            others = frozenset() if "twilio" in plan.stand_ins else frozenset({"carrier"})
            nodes.append(Step("health", lambda: _healthy(url, others), ("functions", "agent", *services)))
        return nodes

    def _stand_in_arguments(self, env: Mapping[str, str]) -> dict[str, list[str]]:
        """What our own stand-ins are told on their command lines, beside their ports."""
        options, secrets, api = self.options, self._state.secrets(), f"{env['PUBLIC_API_URL']}/api/v1/twilio"
        speed = ["--speed", str(options.speed)]
        twilio = ["--account-sid", env["TWILIO_ACCOUNT_SID"], "--auth-token", env["TWILIO_AUTH_TOKEN"], *speed]
        twilio += ["--voice-url", f"{api}/voice", "--sms-url", f"{api}/texts"]
        cartesia = ["--agent-url", env["PUBLIC_AGENT_URL"], "--api-key", env["CARTESIA_API_KEY"], *speed]
        return {
            "webpubsub": ["--access-key", secrets.web_pubsub_key],
            "registry": [],
            "twilio": twilio + (["--callers", options.callers] if options.callers else []),
            "cartesia": [*cartesia, "--line-token", env.get("LINE_SERVER_TOKEN", "")],
        }

    def _check_ports(self, plan: Plan, chosen: Ports) -> None:
        used = {"postgres", "webpubsub", "registry", "twilio", "cartesia"} & plan.stand_ins
        used |= {"functions", "agent"} - self.options.without
        used |= {"blob", "queue", "table"} if "azurite" in plan.stand_ins else set()
        for name in sorted(used):
            port = getattr(chosen, name)
            if not ports.is_free(port):
                raise UsageError(
                    f"port {port} ({name}) is taken{ports.holder(port)}: free it, or choose others with --port-base"
                )

    async def _prepare_database(self, plan: Plan) -> None:
        env = plan.env | {"DATABASE_OWNER_URL": plan.owner_url}
        command = [sys.executable, "-m", "archer.store"]
        key_file = self._state.path / "api_key"
        try:
            await processes.run([*command, "migrate"], env=env, cwd=ROOT)
            command += [
                "seed",
                "--json",
                "--api-key-file",
                str(key_file),
                "--human-queue",
                environment.HUMAN_QUEUE_NUMBER,
            ]
            seed = await processes.run(command, env=env, cwd=ROOT)
            made = json.loads(seed.strip().splitlines()[-1])
            self.info |= {"api_key": made["api_key"], "organization_id": made["organization_id"]}
        except (processes.CommandError, ValueError, KeyError, IndexError) as error:
            raise StackError(f"the database cannot be migrated and seeded: {error}") from error

    def _describe(self, plan: Plan) -> dict[str, Any]:
        env, secrets = plan.env, self._state.secrets()
        made_here = env["TWILIO_AUTH_TOKEN"] == secrets.twilio_token  # real credentials are not shown
        names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER") if made_here else ()
        return {
            "ready": True,
            "database_url": env["DATABASE_URL"],
            "database_owner_url": plan.owner_url,
            "realtime": env["WEB_PUBSUB_CONNECTION_STRING"],
            "storage": env["AzureWebJobsStorage"],
            "twilio": env.get("TWILIO_API_BASE_URL"),
            "twilio_credentials": {name: env[name] for name in names},
            "cartesia": env.get("CARTESIA_BASE_URL"),
            "registry": env.get("REASSIGNED_NUMBERS_BASE_URL"),
            "stand_ins": sorted(plan.stand_ins),
            "clock": {name: env[name] for name in environment.CLOCK_NAMES if name in env},
            "state": str(self._state.path),
            "pids": self._running.pids,
        }


async def _healthy(url: str, others: frozenset[str]) -> None:
    """Wait until the API itself says that a call could be made; StackError with what is missing when it does not.

    What is run by `others` may come later than this stack.
    """
    said = "no answer"
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(HEALTH_SECONDS), aiohttp.ClientSession() as session:
            while True:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
                    if response.status == 503 and _missing(await response.json()) <= others:
                        return
                    said = f"{response.status} {await response.text()}"
                await asyncio.sleep(HEALTH_PAUSE_SECONDS)
    raise StackError(f"all parts run, but GET {url} says that no call could be made: {said}")


def _missing(health: dict[str, Any]) -> set[str]:
    return {one["name"] for one in health.get("dependencies", []) if one["essential"] and not one["ok"]}


def free_port_base() -> int:
    """The base of a block of free ports, for stacks side by side."""
    return ports.free_base(random.SystemRandom())


def _present(nodes: list[Part | Step], *names: str) -> tuple[str, ...]:
    there = {node.name for node in nodes}
    return tuple(name for name in names if name in there)


def _python_part(
    module: str, arguments: list[str], env: Mapping[str, str], port: int, health: str, depends_on: tuple[str, ...] = ()
) -> Part:
    """A part that is one of our own modules and answers 200 to a health request."""
    url = f"http://{HOST}:{port}{health}"

    async def answers() -> None:
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                if response.status != 200:
                    raise NotReadyError(f"GET {url} answers {response.status}")
        except aiohttp.ClientError as error:
            raise NotReadyError(f"GET {url}: {error}") from error

    command = [sys.executable, "-m", module, *arguments, "--port", str(port)]
    return Part(module.removeprefix("local."), command, env, answers, depends_on, cwd=ROOT)
