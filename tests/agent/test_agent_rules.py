"""The rule-based conversation in the agent: what only shows when policy, voice and tools work together."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.conversations import Conversations
from agent.dialogue import Timing
from archer.protocol import ToolOutcome, ToolRequest
from archer.settings import Settings
from tests.agent.fake_api import FakeApi
from tests.agent.running import RunningAgent, no_redaction, running_agent

QUICK = Timing(filler=0.1, quiet=0.3, late_transcript=0.1, silence=30.0)
OPTIONS = {
    "balance": "412.35",
    "as_of": "2026-11-23",
    "due_date": "2026-11-05",
    "days_overdue": 18,
    "minimum_payment": "25.00",
    "options": [{"kind": "full_payment", "amount": "412.35"}],
    "methods": ["sms_link", "bank_transfer"],
}


@pytest.fixture
async def bank(api: FakeApi, tmp_path: Path) -> AsyncIterator[RunningAgent]:
    async def verify(request: ToolRequest) -> ToolOutcome:
        return done(request, "verify_account", {"verified": True, "attempts_left": 2})

    async def options(request: ToolRequest) -> ToolOutcome:
        return done(request, "get_customer_options", OPTIONS)

    async def record(request: ToolRequest) -> ToolOutcome:
        return done(request, "record_restriction", {"kind": request.arguments.get("kind", "cease")})

    api.tools.update(verify_account=verify, get_customer_options=options, record_restriction=record)
    async with running_agent(
        api, tmp_path, script=Conversations(Settings(_env_file=None), no_redaction), timing=QUICK
    ) as running:
        yield running


def done(request: ToolRequest, name: str, data: dict[str, object]) -> ToolOutcome:
    return ToolOutcome(tool_call_id=request.tool_call_id, name=name, ok=True, data=data)


async def test_person_is_verified_before_the_balance_is_named(bank: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await bank.peer(call)
    await peer.until_heard("Dana Reyes")
    await peer.say("yes this is Dana Reyes")
    assert "four hundred" not in " ".join(peer.heard)
    await peer.say("4321 and my zip code is 94107")
    await peer.until_heard("four hundred twelve dollars")
    assert [name for name, _ in call.tool_runs] == ["verify_account", "get_customer_options"]
    assert call.tool_runs[0][1].arguments == {"account_last_4": "4321", "postal_code": "94107"}


async def test_a_turn_that_recognition_cuts_in_two_is_understood_as_one(bank: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await bank.peer(call)
    await peer.until_heard("Dana Reyes")
    await peer.speaks()
    await peer.words("Yes, this")
    await peer.answer_to(await peer.stops())
    await peer.words("is she.")
    await peer.until(lambda: sum("last four digits" in sentence for sentence in peer.heard) == 2)
    await peer.say("4321 and my zip code is 94107")
    await peer.until_heard("four hundred twelve dollars")
    assert [name for name, _ in call.tool_runs] == ["verify_account", "get_customer_options"]
    await peer.hang_up()
    await bank.until_idle()
    assert [text for who, text in call.lines() if who == "customer"][:2] == ["Yes, this", "is she."]


async def test_stop_calling_said_while_a_tool_runs_is_acted_on_once(bank: RunningAgent, api: FakeApi) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def slow(request: ToolRequest) -> ToolOutcome:
        begun.set()
        await release.wait()
        return done(request, "verify_account", {"verified": True, "attempts_left": 2})

    api.tools["verify_account"] = slow
    call = api.new_call()
    peer = await bank.peer(call)
    await peer.until_heard("Dana Reyes")
    await peer.say("yes this is Dana Reyes")
    await peer.speaks()
    await peer.words("4321 and my zip code is 94107")
    await peer.stops()
    await begun.wait()
    await peer.speaks()
    await peer.words("stop calling me do not ever call me again")
    turn = await peer.stops()
    release.set()
    await peer.answer_to(turn)
    await api.until(lambda: any(name == "record_restriction" for name, _ in call.tool_runs))
    await peer.hang_up()
    await bank.until_idle()
    names = [name for name, _ in call.tool_runs]
    assert (names.count("verify_account"), names.count("record_restriction")) == (1, 1)
    assert "four hundred" not in " ".join(peer.heard)


async def test_slow_tool_is_bridged_in_the_conversations_words(bank: RunningAgent, api: FakeApi) -> None:
    release = asyncio.Event()

    async def slow(request: ToolRequest) -> ToolOutcome:
        await release.wait()
        return done(request, "verify_account", {"verified": True, "attempts_left": 2})

    api.tools["verify_account"] = slow
    peer = await bank.peer()
    await peer.until_heard("Dana Reyes")
    await peer.say("yes this is Dana Reyes")
    before = len(peer.heard)
    await peer.speaks()
    await peer.words("4321 and my zip code is 94107")
    await peer.stops()
    await peer.until(lambda: len(peer.heard) >= before + 2)
    release.set()
    await peer.until_heard("four hundred twelve dollars")


async def test_notice_that_was_spoken_over_is_heard_to_its_end(bank: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await bank.peer(call, voice=False)
    await peer.until_heard("Dana Reyes")
    opening = peer.heard[0]
    assert peer.frames[0]["interruptible"] is False
    await peer.voice_on()
    await peer.spoke(" ".join(opening.split()[:4]))
    await peer.say("who is this?")
    assert opening not in peer.heard[2:], "it cannot be interrupted: it is being spoken to its end"
    assert "Maple Bank" in peer.heard[2]
    await peer.spoke(" ".join(opening.split()[4:]))
    await peer.hang_up()
    await bank.until_idle()
    assert ("agent", opening) in call.lines()


async def test_broken_line_goes_on_where_it_stopped(bank: RunningAgent, api: FakeApi) -> None:
    call = api.new_call()
    peer = await bank.peer(call)
    await peer.until_heard("Dana Reyes")
    await peer.say("yes this is Dana Reyes")
    await peer.say("4321 and my zip code is 94107")
    await peer.until_heard("four hundred twelve dollars")
    await peer.hang_up()
    await bank.until_idle()
    assert not call.ends
    call.nonce = None
    second = await bank.peer(call)
    await second.until(lambda: second.heard)
    await second.say("yes go on")
    assert call.epoch == 2
    assert [name for name, _ in call.tool_runs].count("verify_account") == 1
    assert "last four" not in " ".join(second.heard)
