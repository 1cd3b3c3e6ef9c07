"""An agent stream between a telephony client and a real Line server: turns, speech, barge-in, endings."""

import time
from typing import Any

import aiohttp
import pytest
from line.events import (
    AgentEndCall,
    AgentSendCustom,
    AgentSendDtmf,
    AgentSendText,
    AgentTransferCall,
    CallStarted,
    UserCustomSent,
    UserDtmfSent,
    UserTextSent,
    UserTurnEnded,
)

LONG = "one two three four five six seven eight nine ten " * 6


def said(event: Any) -> str:
    return " ".join(item.content for item in event.content if isinstance(item, UserTextSent))


def only(kind: type, *outputs: Any) -> Any:
    """A reply to one kind of event."""
    return lambda event: [output.model_copy() for output in outputs] if isinstance(event, kind) else []


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer key"}, 400), ({"Cartesia-Version": "2026-03-01"}, 401)],
)
async def test_key_and_version_are_required(cartesia: Any, headers: dict[str, str], status: int) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await cartesia.http.ws_connect(cartesia.stream_url, headers=headers)
    assert caught.value.status == status


async def test_the_first_message_must_be_start(cartesia: Any) -> None:
    caller = await cartesia.connect()
    await caller.send({"event": "media_input", "media": {"payload": ""}})
    await cartesia.until(lambda: caller.closed)
    assert caller.closed == (1011, "the first message was not a start event")
    assert cartesia.agent.requests == []


async def test_metadata_of_client_and_pre_call_handler_reach_the_agent(cartesia: Any) -> None:
    cartesia.agent.chats = lambda request: type(
        "Result", (), {"metadata": {"seen": request.metadata["call_id"], "plan": "b"}, "config": {}}
    )
    caller = await cartesia.call(call_id="c1", call_token="t1", plan="a", to="+14155550123", **{"from": "+12025550100"})
    await cartesia.until(lambda: cartesia.agent.requests)
    [request] = cartesia.agent.requests
    assert caller.of("ack")[0]["stream_id"] == "s1"
    assert (request.from_, request.to, request.agent.id) == ("+12025550100", "+14155550123", "agent_1")
    assert request.metadata["call_token"] == "t1"
    assert (request.metadata["seen"], request.metadata["plan"]) == ("c1", "b")
    assert [headers.get("authorization") for headers in cartesia.agent.headers] == ["Bearer line-secret"] * 2


async def test_a_turn_of_the_caller_is_speaking_message_idle(cartesia: Any) -> None:
    cartesia.agent.reply = only(UserTurnEnded, AgentSendText(text="Thank you, Zoë."))
    caller = await cartesia.call()
    caller.say("My number is four three two one.")
    await cartesia.until(lambda: "Zoë." in caller.words)
    assert [said(event) for event in cartesia.agent.events if isinstance(event, UserTurnEnded)] == [
        "My number is four three two one."
    ]
    frames = [(frame["type"], frame.get("value")) for frame in await cartesia.harness()]
    assert frames[:3] == [("user_state", "speaking"), ("message", None), ("user_state", "idle")]
    metrics = await cartesia.get("/_test/metrics")
    assert len(metrics["turn_ms"]) == 1
    assert 0 < metrics["turn_ms"][0] < 1000


async def test_two_sentences_with_a_short_pause_are_one_turn(cartesia: Any) -> None:
    caller = await cartesia.call()
    caller.say("Yes.")
    caller.say("This is Jordan.")
    await cartesia.until(lambda: "UserTurnEnded" in cartesia.types())
    assert said(cartesia.agent.events[-1]) == "Yes. This is Jordan."


async def test_the_agent_is_told_what_was_spoken_when_it_was_spoken(cartesia: Any) -> None:
    text = "This takes about six tenths of a second to say at this speed, and no less than that."
    cartesia.agent.reply = only(CallStarted, AgentSendText(text=text), AgentSendText(text=" Goodbye."))
    began = time.monotonic()
    caller = await cartesia.call()
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["type"] != "agent_state" or frames[-1]["value"] != "idle":
        frames = await cartesia.harness()
    assert time.monotonic() - began >= 0.5
    spoken = [frame["content"] for frame in frames if frame["type"] == "agent_speech"]
    assert spoken == ["".join(text.split()), "Goodbye."]
    assert (frames[0]["type"], frames[0]["value"]) == ("agent_state", "speaking")
    assert caller.words == f"{text} Goodbye."


async def test_the_caller_cuts_the_agent_off(cartesia: Any) -> None:
    cartesia.agent.reply = only(CallStarted, AgentSendText(text=LONG), AgentSendText(text="Never heard."))
    caller = await cartesia.call()
    await cartesia.until(lambda: caller.words.count("ten") == 2)
    caller.say("Wait, I have a question.")
    await cartesia.until(lambda: caller.of("clear"))
    await cartesia.until(lambda: "UserTurnEnded" in cartesia.types())
    frames = await cartesia.harness()
    kinds = [(frame["type"], frame.get("value")) for frame in frames[1:4]]
    assert kinds == [("agent_speech", None), ("user_state", "speaking"), ("agent_state", "idle")]
    heard = frames[1]["content"]
    assert "".join(LONG.split()).startswith(heard)
    words, rest = LONG.split(), heard
    while rest:
        assert rest.startswith(words[0])
        rest = rest.removeprefix(words.pop(0))
    assert caller.received[-1]["event"] == "clear"
    assert "Never heard." not in caller.words
    metrics = await cartesia.get("/_test/metrics")
    assert len(metrics["barge_in_ms"]) == 1
    assert metrics["barge_in_ms"][0] < 50


async def test_what_must_be_heard_is_not_cut_but_what_follows_is_dropped(cartesia: Any) -> None:
    notice = "This line is recorded and you may say stop at any time. " * 2
    cartesia.agent.reply = only(
        CallStarted, AgentSendText(text=notice, interruptible=False), AgentSendText(text=LONG * 3)
    )
    caller = await cartesia.call()
    await cartesia.until(lambda: "recorded" in caller.words)
    caller.say("Hello?")
    await cartesia.until(lambda: "UserTurnEnded" in cartesia.types())
    await cartesia.until(lambda: caller.words.startswith(notice))
    assert caller.of("clear") == []
    assert len(caller.words) < len(notice) + 60
    kinds = [(frame["type"], frame.get("value")) for frame in await cartesia.harness()]
    assert ("user_state", "speaking") in kinds
    assert said(cartesia.agent.events[-1]) == "Hello?"


async def test_the_call_ends_once_the_last_word_was_played(cartesia: Any) -> None:
    goodbye = "Thank you for your time, goodbye and have a pleasant day."
    cartesia.agent.reply = only(CallStarted, AgentSendText(text=goodbye), AgentEndCall())
    began = time.monotonic()
    caller = await cartesia.call()
    await cartesia.until(lambda: caller.closed)
    assert time.monotonic() - began >= 0.3
    assert caller.closed == (1000, "agent")
    assert caller.words == goodbye
    await cartesia.until(lambda: cartesia.types()[-1] == "CallEnded")


async def test_transfer_keys_and_custom_events_go_both_ways(cartesia: Any) -> None:
    cartesia.agent.run = [CallStarted, UserDtmfSent, UserCustomSent]
    cartesia.agent.reply = only(
        UserDtmfSent,
        AgentSendDtmf(button="5"),
        AgentSendCustom(metadata={"a": 1}),
        AgentSendText(text="One moment."),
        AgentTransferCall(target_phone_number="+12025550199"),
    )
    caller = await cartesia.call()
    await caller.send({"event": "custom", "metadata": {"reason": "machine"}})
    await cartesia.until(lambda: "UserCustomSent" in cartesia.types())
    await caller.send({"event": "dtmf", "dtmf": "9"})
    await cartesia.until(lambda: caller.of("transfer_call"))
    assert caller.of("transfer_call")[0]["transfer"] == {"target_phone_number": "+12025550199"}
    assert caller.of("dtmf")[0]["dtmf"] == "5"
    assert caller.of("custom")[0]["metadata"] == {"a": 1}
    assert caller.words == "One moment."
    assert [event.button for event in cartesia.agent.events if isinstance(event, UserDtmfSent)] == ["9"]
    assert [event.metadata for event in cartesia.agent.events if isinstance(event, UserCustomSent)] == [
        {"reason": "machine"}
    ]


async def test_an_agent_that_refuses_or_breaks_ends_the_stream_with_an_error(cartesia: Any) -> None:
    cartesia.agent.chats = lambda request: None
    caller = await cartesia.call()
    await cartesia.until(lambda: caller.closed)
    assert caller.closed == (1011, "/chats answered 403")
    cartesia.agent.chats = None
    await cartesia.faults(break_line_after=1)
    caller = await cartesia.call()
    caller.say("Hello?")
    await cartesia.until(lambda: caller.closed)
    assert caller.closed == (1011, "the agent's websocket closed")


async def test_a_client_that_leaves_ends_the_call_for_the_agent(cartesia: Any) -> None:
    caller = await cartesia.call()
    await cartesia.until(lambda: cartesia.agent.requests)
    await caller.close()
    await cartesia.until(lambda: "CallEnded" in cartesia.types())


async def test_a_late_transcript_comes_after_idle(cartesia: Any) -> None:
    await cartesia.faults(late_transcripts=True)
    caller = await cartesia.call()
    caller.say("Yes.")
    await cartesia.until(lambda: "UserTurnEnded" in cartesia.types())
    kinds = [(frame["type"], frame.get("value")) for frame in await cartesia.harness()]
    assert kinds[:3] == [("user_state", "speaking"), ("user_state", "idle"), ("message", None)]
