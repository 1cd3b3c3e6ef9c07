"""Set the stage for calls on a running stack: callers behind numbers, customers in the books, calls placed."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from local.callers import Expect, Persona
from local.stack import Stack

POLL_SECONDS, SLOWEST_POLL_SECONDS = 0.25, 2.0
_AREA_CODES = ("415", "213", "312", "617", "206", "303", "512", "404")
# The gate combines the zones of number and address: a call placed at any of these is inside all their windows.


class DemoError(Exception):
    """The demo could not be played; the message says what was refused."""


@dataclass(frozen=True)
class Cast:
    """One caller with the number that reaches him and the bank's customer behind it."""

    persona: Persona
    number: str
    customer_id: str


class Stage:
    """A running stack, seen from the bank's side."""

    def __init__(self, stack: Stack, now: datetime) -> None:
        self.info: dict[str, Any] = stack.info
        self._now = now
        self.api = httpx.AsyncClient(
            base_url=stack.info["api"],
            headers={"Authorization": f"Bearer {stack.info['api_key']}"},
            timeout=30,
            limits=httpx.Limits(max_connections=200),
        )

    async def close(self) -> None:
        await self.api.aclose()

    async def cast(self, persona: Persona, number: str | None = None) -> Cast:
        """Put a caller behind a number of its own (or the real `number`), and make the bank know the person."""
        number = number or f"+1{secrets.choice(_AREA_CODES)}555{secrets.randbelow(10_000):04d}"
        if "twilio" in self.info["stand_ins"]:
            async with httpx.AsyncClient() as client:
                placed = await client.post(
                    f"{self.info['twilio']}/_test/callers", json={"number": number, "persona": persona.name}
                )
                placed.raise_for_status()
        external_id = f"demo-{secrets.token_hex(5)}"
        answer = await self.api.post(
            "/customers", json=persona.customer.book_entry(external_id, number, self._now.date())
        )
        if answer.status_code not in (200, 201):
            raise DemoError(f"the customer was refused: {answer.text}")
        return Cast(persona, number, answer.json()["id"])

    async def place(self, cast: Cast) -> str:
        """Ask for the call; its id. Raises DemoError when the gate refuses it."""
        answer = await self.api.post("/calls", json={"customer_id": cast.customer_id})
        if answer.status_code != 202:
            raise DemoError(f"the call was refused: {answer.json().get('detail', answer.text)}")
        return str(answer.json()["id"])

    async def ended(self, call_id: str, seconds: float) -> dict[str, Any]:
        """The call once it is wrapped up. Raises DemoError when it takes longer than `seconds`."""
        pause = POLL_SECONDS
        try:
            async with asyncio.timeout(seconds):
                while True:
                    answer = await self.api.get(f"/calls/{call_id}")
                    if answer.status_code != 503:  # the database was busy: ask again
                        call: dict[str, Any] = answer.raise_for_status().json()
                        if call["summary"]:
                            return call
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.2, SLOWEST_POLL_SECONDS)
        except TimeoutError:
            raise DemoError(f"call {call_id} did not end within {seconds:.0f} s") from None

    async def delivered(self, call: dict[str, Any], seconds: float = 10.0) -> dict[str, Any]:
        """The call once its text messages have been taken by the carrier."""
        deadline = asyncio.get_running_loop().time() + seconds
        while any(message["status"] in ("queued", "sending") for message in call["messages"]):
            if asyncio.get_running_loop().time() > deadline:
                return call
            await asyncio.sleep(POLL_SECONDS)
            call = (await self.api.get(f"/calls/{call['id']}")).raise_for_status().json()
        return call

    async def recorded(self, call: dict[str, Any], seconds: float = 10.0) -> dict[str, Any]:
        """The call once the carrier has reported how long each of its recordings became."""
        deadline = asyncio.get_running_loop().time() + seconds
        while any(one["duration_seconds"] is None for one in call["recordings"]):
            if asyncio.get_running_loop().time() > deadline:
                return call
            await asyncio.sleep(POLL_SECONDS)
            call = (await self.api.get(f"/calls/{call['id']}")).raise_for_status().json()
        return call


def differences(expect: Expect, call: dict[str, Any]) -> list[str]:
    """What a call should have come to and did not; empty when all is as it should be."""
    active = [a for a in call["arrangements"] if a["status"] == "active"]
    found: list[str] = []

    def compare(what: str, wanted: object, got: object) -> None:
        if wanted is not None and wanted != got:
            found.append(f"{what} should be {wanted!r}, is {got!r}")

    compare("status", expect.status, call["status"])
    compare("disposition", expect.disposition, call["disposition"])
    compare("verified", expect.verified, call["verified"])
    compare("restriction", expect.restriction, (call["restriction"] or {}).get("kind"))
    compare("text messages", expect.sms, len(call["messages"]))
    if expect.no_arrangement:
        compare("arrangements", 0, len(active))
    if expect.arrangement is not None:
        compare("arrangements", 1, len(active))
        made = active[0] if active else {}
        for name in ("kind", "method", "amount"):
            compare(f"arrangement {name}", getattr(expect.arrangement, name), made.get(name))
    return found
