"""Callers whom a model plays, here the stand-in: they hear, answer, press keys, hang up, and bear its failures."""

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from local.callers import Persona, every, find, plays
from local.callers.engine import Reply
from local.callers.played import NoActorError, PlayedCaller, caller_of, directed
from local.evaluation.command import run_command
from local.evaluation.offline import converse
from local.llm.behaviours import Pace
from local.llm.server import StubLlm
from local.twilio.directory import Placement

NOW = datetime(2027, 5, 4, 19, 30, tzinfo=UTC)
PERSONA = Persona("played", "", brief="You pay at once.")


class ScriptedActor:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[list[dict[str, str]]] = []
        self.answers: list[Future[str]] = []

    def ask(self, messages: list[Any]) -> "Future[str]":
        self.asked.append(messages)
        self.answers.append(Future())
        return self.answers[-1]


def talking() -> tuple[PlayedCaller, ScriptedActor]:
    actor = ScriptedActor()
    caller = PlayedCaller(PERSONA, actor)  # type: ignore[arg-type]
    caller.pick_up(0.0)
    return caller, actor


def test_model_is_told_its_role_and_what_was_said_and_its_words_are_spoken() -> None:
    caller, actor = talking()
    caller.hear("Am I speaking with Jordan Rivera?", 1.0, new_utterance=True)
    assert caller.poll(1.2) is None
    assert actor.asked == [], "the agent may go on"
    assert caller.poll(3.0) is None
    actor.answers[0].set_result("Yes, that's me.")
    assert caller.poll(3.1) == Reply(say="Yes, that's me.")
    caller.hear("How would you like to pay?", 5.0, new_utterance=True)
    caller.poll(8.0)
    assert "You pay at once." in actor.asked[1][0]["content"]
    assert [m["content"] for m in actor.asked[1][1:]] == [
        "Am I speaking with Jordan Rivera?",
        "Yes, that's me.",
        "How would you like to pay?",
    ]


def test_words_that_the_agent_has_talked_past_are_dropped() -> None:
    caller, actor = talking()
    caller.hear("Hello.", 1.0, new_utterance=True)
    caller.poll(3.0)
    caller.hear("Am I speaking with Jordan Rivera?", 3.5, new_utterance=True)
    actor.answers[0].set_result("Hello?")
    assert caller.poll(4.0) is None
    caller.poll(6.0)
    assert actor.asked[1][-1]["content"] == "Hello. Am I speaking with Jordan Rivera?"


def test_caller_whose_model_fails_asks_again_and_gives_up_in_the_end() -> None:
    caller, actor = talking()
    replies = []
    for turn in range(4):
        caller.hear("Are you there?", 10.0 * turn + 1, new_utterance=True)
        caller.poll(10.0 * turn + 4)
        actor.answers[-1].set_exception(RuntimeError("overloaded"))
        replies.append(caller.poll(10.0 * turn + 5))
    assert [reply.say for reply in replies[:3] if reply] == [PERSONA.fallback] * 3
    assert replies[3] == Reply(hang_up=True)


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ('"Yes, speaking."', Reply(say="Yes, speaking.")),
        ("Caller: No thanks. [hang up]", Reply(say="No thanks.", hang_up=True)),
        ("[press 9]", Reply(press="9")),
        ("[silence]", Reply()),
        ("[sighs] I can't pay that.", Reply(say="I can't pay that.")),
        ("", Reply()),
    ],
)
def test_directions_are_followed(words: str, reply: Reply) -> None:
    assert directed(words) == reply


def test_roles_are_complete_and_of_nobody_else() -> None:
    assert len(plays()) >= 10
    assert not set(plays()) & set(every())
    for persona in plays().values():
        assert len(persona.brief) > 60
        assert persona.expect.disposition or persona.expect.restriction


@pytest.fixture
async def actor_env(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, str]]:
    stub = StubLlm(pace=Pace(first_token=0.0))
    url = await stub.start()
    env = {"CALLER_API_KEY": "stub", "CALLER_BASE_URL": url, "CALLER_MODEL": "stub-customer"}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    yield env
    await stub.stop()


@pytest.mark.usefixtures("actor_env")
async def test_whole_call_with_a_played_caller_comes_out_right() -> None:
    call = await asyncio.to_thread(converse, find("played_pays_by_link"), NOW)
    assert find("played_pays_by_link").expect.misses(call) == [], call["entries"]


@pytest.mark.usefixtures("actor_env")
async def test_played_callers_are_scored_like_the_others(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code = await asyncio.to_thread(run_command, ["played_pays_by_link", "--offline", "--output", str(tmp_path)])
    assert code == 0
    assert "1 of 1 calls came out right" in capsys.readouterr().err


@pytest.fixture
def without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "CALLER_"))]:
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("without_key")
def test_without_a_key_nobody_is_played_and_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoActorError):
        caller_of(PERSONA)
    with pytest.raises(ValidationError, match="OPENAI_API_KEY"):
        Placement(number="+14155550100", persona="played_pays_by_link")
    assert run_command(["--played", "--offline"]) == 2
    assert "OPENAI_API_KEY" in capsys.readouterr().err
