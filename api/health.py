"""Health: does each dependency answer, and could a call be made now?"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
from fastapi import APIRouter, Response
from pydantic import BaseModel

from archer.advisor import advisor
from archer.failures import where
from archer.queues import queue_sender
from archer.readiness import compliance_ready
from archer.realtime import publisher
from archer.resilience import CircuitOpenError
from archer.settings import settings
from archer.store.database import database
from archer.telephony.twilio_client import carrier

router = APIRouter(prefix="/health", tags=["health"])
_TIMEOUT_SECONDS = 3.0


class Dependency(BaseModel):
    """One thing that the system needs. `essential`: without it no call can be made."""

    name: str
    ok: bool
    essential: bool
    latency_ms: float
    error: str | None = None


class Health(BaseModel):
    status: str
    """`ok`, `degraded` (calls work, something else does not) or `down` (no call could be made)."""
    dependencies: list[Dependency]


async def _agent() -> None:
    async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
        (await client.get(f"{settings().public_agent_url}/health/live")).raise_for_status()


async def _carrier() -> None:
    configured = settings()
    if not (configured.twilio_account_sid and configured.twilio_auth_token.get_secret_value()):
        raise RuntimeError("TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN is not set")
    await carrier().ping()


async def _compliance() -> None:
    compliance_ready()


async def _guidance() -> None:
    if advisor().breaker.state == "open":
        raise CircuitOpenError(advisor().breaker.name)


async def _probe(name: str, essential: bool, ask: Callable[[], Awaitable[None]]) -> Dependency:
    started, problem = time.perf_counter(), None
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            await ask()
    except Exception as error:  # whatever a dependency throws is its state, shown to whoever asks
        problem = where(error)
    return Dependency(
        name=name,
        ok=problem is None,
        essential=essential,
        latency_ms=round((time.perf_counter() - started) * 1000, 1),
        error=problem,
    )


@router.get("", response_model=Health, responses={503: {"model": Health, "description": "no call could be made"}})
async def health(response: Response) -> Health:
    """Ask every dependency; 503 when a call could not be made."""
    found = await asyncio.gather(
        _probe("postgres", True, database().ping),
        _probe("queues", True, queue_sender().ping),
        _probe("carrier", True, _carrier),
        _probe("agent", True, _agent),
        _probe("compliance", True, _compliance),
        _probe("realtime", False, publisher().ping),
        _probe("negotiation_guidance", False, _guidance),
    )
    if any(not item.ok and item.essential for item in found):
        response.status_code, status = 503, "down"
    else:
        status = "ok" if all(item.ok for item in found) else "degraded"
    return Health(status=status, dependencies=list(found))


@router.get("/live", response_model=dict[str, str])
async def live() -> dict[str, str]:
    """This process answers."""
    return {"status": "live"}
