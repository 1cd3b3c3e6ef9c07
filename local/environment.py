"""What each process of a stack is told: the names of `archer/settings.py`, and which stand-ins that makes necessary.

The environment comes before `.env`, `.env` before stand-ins. Each service outside is decided on its own: a base URL
or real keys that are given are used, and the stand-in of that service is not started.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dotenv import dotenv_values

from archer.clock import Clock
from local.ports import HOST, Ports
from local.state import Secrets, UsageError

FROM_NUMBER = "+12065550100"
HUMAN_QUEUE_NUMBER = "+12065550150"
"""Where calls are handed to people; the organization that is seeded says so."""
CARTESIA_AGENT = "agent_local"
CLOCK_NAMES = ("ARCHER_CLOCK_NOW", "ARCHER_CLOCK_ANCHOR", "ARCHER_CLOCK_RATE")


def given(root: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the environment and the root's `.env` set; empty values count as not given."""
    kept = {name: value for name, value in dotenv_values(root / ".env").items() if value}
    return kept | {name: value for name, value in (os.environ if environ is None else environ).items() if value}


def clock(rate: float, now: datetime | None) -> Clock | None:
    """The policy clock that all processes share; None for the wall clock."""
    if rate <= 0:
        raise UsageError(f"--clock-rate must be positive, is {rate:g}")
    if now is None and rate == 1:
        return None
    if now is not None and now.tzinfo is None:
        raise UsageError("--now needs an offset, such as 2026-11-20T15:00:00Z")
    anchor = time.time()
    return Clock(start=now.timestamp() if now else anchor, anchor=anchor, rate=rate)


@dataclass(frozen=True)
class Plan:
    """The stand-ins to start, and the environment that follows from that."""

    stand_ins: frozenset[str]
    env: dict[str, str]
    """For every process."""
    owner_url: str
    """`DATABASE_OWNER_URL`, for migrating and seeding only."""


def for_agent(env: Mapping[str, str]) -> dict[str, str]:
    """What of a plan's environment the agent may see: no database, no queues, no secrets but Cartesia's and a model's.

    So a stack shows at once when the agent reaches for what it does not have in production.
    """
    kept_from = (
        "DATABASE_",
        "AzureWebJobsStorage",
        "WEB_PUBSUB_",
        "TWILIO_",
        "REASSIGNED_",
        "CALL_TOKEN_",
        "LINK_TOKEN_",
    )
    return {name: value for name, value in env.items() if not name.startswith(kept_from)}


@dataclass(frozen=True)
class Endpoints:
    """Where a stack's own services are, should they be used."""

    database_url: str
    database_owner_url: str
    storage: str
    ports: Ports
    secrets: Secrets


def plan(settings: Mapping[str, str], without: frozenset[str], local: Endpoints, policy: Clock | None) -> Plan:
    """Decide service by service; UsageError when something needed is neither given nor to be started."""
    stand_ins: set[str] = set()
    ports, secrets = local.ports, local.secrets
    env = {name: value for name, value in settings.items() if name not in (*CLOCK_NAMES, "DATABASE_OWNER_URL")}
    env |= {"ENVIRONMENT": "development", "PYTHONUNBUFFERED": "1"} | (policy.environment() if policy else {})

    def default(**values: str) -> None:
        env.update({name: settings.get(name) or value for name, value in values.items()})

    default(
        PUBLIC_API_URL=f"http://{HOST}:{ports.functions}",
        PUBLIC_AGENT_URL=f"http://{HOST}:{ports.agent}",
        CALL_TOKEN_SECRET=secrets.call_token,
        LINK_TOKEN_SECRET=secrets.link_token,
    )
    own_database = not ("DATABASE_URL" in settings and "DATABASE_OWNER_URL" in settings)
    if own_database:
        stand_ins.add("postgres")
        env["DATABASE_URL"] = local.database_url
    if "AzureWebJobsStorage" not in settings:
        stand_ins.add("azurite")
        env["AzureWebJobsStorage"] = local.storage
    if "WEB_PUBSUB_CONNECTION_STRING" not in settings:
        stand_ins.add("webpubsub")
        endpoint = f"Endpoint=http://{HOST}:{ports.webpubsub}"
        env["WEB_PUBSUB_CONNECTION_STRING"] = f"{endpoint};AccessKey={secrets.web_pubsub_key};Version=1.0;"
    if "REASSIGNED_NUMBERS_BASE_URL" not in settings:
        stand_ins.add("registry")
        env["REASSIGNED_NUMBERS_BASE_URL"] = f"http://{HOST}:{ports.registry}"
        env["REASSIGNED_NUMBERS_API_KEY"] = secrets.registry_key
    stand_ins |= _carrier(settings, without, local, env)
    if "cartesia" in stand_ins:
        default(LINE_SERVER_TOKEN=secrets.line_token)
    default(
        TWILIO_ACCOUNT_SID=secrets.twilio_account,
        TWILIO_AUTH_TOKEN=secrets.twilio_token,
        TWILIO_FROM_NUMBER=FROM_NUMBER,
        CARTESIA_API_KEY=secrets.cartesia_key,
        CARTESIA_AGENT_ID=CARTESIA_AGENT,
    )
    owner_url = local.database_owner_url if own_database else settings["DATABASE_OWNER_URL"]
    return Plan(frozenset(stand_ins), env, owner_url)


def _carrier(settings: Mapping[str, str], without: frozenset[str], local: Endpoints, env: dict[str, str]) -> set[str]:
    """Twilio and Cartesia: somebody's stand-in by its URL, the real one by its keys, else our stand-in."""
    real = {
        "TWILIO_API_BASE_URL": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER"),
        "CARTESIA_BASE_URL": ("CARTESIA_API_KEY", "CARTESIA_AGENT_ID"),
    }
    stand_ins = set()
    for url, keys in real.items():
        name = url.split("_")[0].lower()
        missing = [key for key in keys if key not in settings]
        if url in settings or not missing:
            continue
        if "carrier" in without:
            raise UsageError(
                f"--without carrier needs {url}, or the real {', '.join(missing)}, in the environment or .env"
            )
        stand_ins.add(name)
        env[url] = f"http://{HOST}:{getattr(local.ports, name)}"
    return stand_ins
