"""The agent between a Media Stream and the Cartesia stand-in: the bridge, the Line server and the voice as one call."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from aiohttp import web

from local.cartesia.app import create_app
from local.cartesia.config import CartesiaConfig
from local.speech import SILENCE_BASE64, Ear, speak
from tests.agent.fake_api import FakeApi, FakeCall
from tests.agent.fake_media import TwilioStream
from tests.agent.running import RunningAgent, running_agent
from tests.agent.scripted import GREETING
from tests.agent.test_agent_process import free_port

SPEED = 15.0


class Caller:
    """Speaks into a Media Stream and hears what is played."""

    def __init__(self, stream: TwilioStream) -> None:
        self.stream = stream
        self._utterances = count(1)

    async def say(self, text: str) -> None:
        await self.begin(text)
        await self.silence()

    async def begin(self, text: str) -> None:
        await self.stream.say(*(b64encode(f).decode() for f in speak(text, next(self._utterances), SPEED)))

    async def silence(self) -> None:
        await self.stream.say(*[SILENCE_BASE64] * 10)

    @property
    def heard(self) -> str:
        ear, text = Ear(), ""
        for payload in self.stream.audio:
            text += "".join(frame.text for frame in ear.hear(b64decode(payload)) if frame is not None)
        return text

    async def hears(self, words: str) -> None:
        await self.stream.changes.until(lambda: words in self.heard)


@asynccontextmanager
async def line(api: FakeApi, spool: Path, speed: float = SPEED) -> AsyncIterator[RunningAgent]:
    port = free_port()
    async with running_agent(
        api, spool, cartesia_base_url=f"http://127.0.0.1:{port}", cartesia_agent_id="a1", cartesia_api_key="k1"
    ) as agent:
        config = CartesiaConfig(agent_url=agent.url, speed=speed)
        runner = web.AppRunner(create_app(config), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield agent
        finally:
            await runner.cleanup()


async def called(agent: RunningAgent, call: FakeCall) -> Caller:
    return Caller(await TwilioStream(agent.http, agent.url).start(call))


async def test_a_whole_call(api: FakeApi, tmp_path: Path) -> None:
    async with line(api, tmp_path) as agent:
        call = api.new_call()
        caller = await called(agent, call)
        await caller.hears("Dana Reyes?")
        await api.until(call.lines)
        await caller.say("pay")
        await caller.hears("The payment is arranged.")
        await api.until(lambda: len(call.lines()) == 3)
        await caller.say("bye")
        await caller.hears("Goodbye.")
        assert await caller.stream.closed() == 1000
        await api.until(lambda: call.ends)
        assert call.lines() == [
            ("agent", GREETING),
            ("customer", "pay"),
            ("agent", "The payment is arranged."),
            ("customer", "bye"),
            ("agent", "Thank you. Goodbye."),
        ]
        assert (call.ends[0].outcome, call.ends[0].hang_up) == ("payment_arranged", True)
        assert not any(entry["interrupted"] for entry in call.entries.values())


async def test_barge_in_reaches_phone_and_transcript(api: FakeApi, tmp_path: Path) -> None:
    async with line(api, tmp_path, speed=3.0) as agent:
        call = api.new_call()
        caller = await called(agent, call)
        await caller.hears("Maple Bank")
        await caller.begin("wait who is this")
        await caller.stream.changes.until(lambda: "clear" in caller.stream.events)
        await caller.silence()
        await caller.hears("You said wait who is this.")
        await caller.stream.hang_up()
        await api.until(lambda: call.ends)
        speaker, text = call.lines()[0]
        assert speaker == "agent"
        assert GREETING.startswith(text)
        assert text != GREETING
        assert call.entries[(1, 1)]["interrupted"]
        assert [v for b in call.batches for v in b.latency_ms.get("barge_in", [])]
        assert call.ends[0].reason == "caller_hung_up"


async def test_agents_server_breaking_hands_the_call_back(api: FakeApi, tmp_path: Path) -> None:
    async with line(api, tmp_path) as agent:
        call = api.new_call()
        caller = await called(agent, call)
        await caller.hears("Archer")
        async with agent.http.post(
            agent.agent.settings.cartesia_base_url + "/_test/faults", json={"break_line_after": 1}
        ) as response:
            assert response.status == 200
        await caller.say("hello")
        assert await caller.stream.closed() == 1011


async def test_twenty_calls_side_by_side(api: FakeApi, tmp_path: Path) -> None:
    async with line(api, tmp_path) as agent:
        calls = [api.new_call() for _ in range(20)]

        async def one(call: FakeCall) -> None:
            caller = await called(agent, call)
            await caller.hears("Dana Reyes?")
            await api.until(call.lines)
            await caller.say("pay")
            await caller.hears("The payment is arranged.")
            await caller.say("bye")
            assert await caller.stream.closed() == 1000

        await asyncio.gather(*(one(call) for call in calls))
        await api.until(lambda: all(call.ends for call in calls))
        assert all(len(call.tool_runs) == 1 for call in calls)
