"""A conversation without a media stream: each webhook a turn, done once, with the agent's rules, words and record."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from archer.advisor import Advisor
from archer.store.arrangements import Intent
from archer.store.database import database
from archer.streams import streams
from tests.api.carrier import Line, dialing, post
from tests.support import Tenant, new_tenant, open_session, placed_call


@pytest.fixture(autouse=True)
def _closed_circuit() -> Iterator[None]:
    streams.cache_clear()
    yield
    streams.cache_clear()


async def _line(tenant: Tenant, **changes: Any) -> Line:
    """A call whose streams do not reach the agent, in its first turn."""
    line = Line(tenant, *await dialing(tenant, **changes))
    await line.without_agent()
    return line


async def _verified(tenant: Tenant, **changes: Any) -> Line:
    line = await _line(tenant, **changes)
    await line.speaks("Yes, this is Sam Smith.")
    await line.speaks("Four three two one, and oh two one three nine.")
    assert (await line.row()).verified
    return line


async def _read_out(tenant: Tenant) -> Line:
    """A payment by link lies ready and was read to the caller."""
    line = await _verified(tenant)
    await line.speaks("I want to pay the full balance today.")
    await line.speaks("Send me the link.")
    return line


def _events(call: dict[str, Any]) -> list[str]:
    return [entry["event"] for entry in call["entries"] if entry["kind"] == "event"]


async def test_after_two_streams_in_which_nobody_came_the_rules_open_the_call(tenant: Tenant) -> None:
    line = await _line(tenant)
    assert line.verbs == ["Gather", "Gather"]
    opening, question = line.heard[-2:]
    for needed in (tenant.name, "automated assistant", "recorded line", "stop or press"):
        assert needed in opening
    assert "Sam Smith" in question
    whole, heard = line.root.iter("Gather")
    assert (whole.get("actionOnEmptyResult"), [say.text for say in whole]) == (None, [opening])
    assert "cut=true" in (whole.get("action") or "")
    assert (heard.get("input"), heard.get("speechTimeout")) == ("dtmf speech", "auto")
    assert heard.get("actionOnEmptyResult") == "true"
    call = await line.shown()
    assert (call["status"], call["degradation_level"]) == ("in_progress", 2)
    assert _events(call).count("stream_broken") == 2
    assert {"session_opened", "degraded"} <= set(_events(call))


async def test_a_caller_verifies_and_arranges_a_payment_with_every_webhook_delivered_three_times(
    tenant: Tenant,
) -> None:
    line = await _line(tenant, balance="412.35")
    line.times = 3
    await line.speaks("Yes, this is Sam Smith.")
    await line.speaks("It's four three two one.")
    await line.speaks("oh two one three nine")
    assert "four hundred twelve dollars" in " ".join(line.heard)
    await line.speaks("I want to pay the full balance today.")
    await line.speaks("Send me the link.")
    await line.speaks("Yes, I agree.")
    await line.speaks("No, that's all, thank you.")
    await line.says_nothing()
    assert line.verbs == ["Hangup"]
    call = await line.shown()
    (arrangement,) = call["arrangements"]
    assert (arrangement["kind"], arrangement["method"], arrangement["amount"]) == ("payment", "sms_link", "412.35")
    tools = [entry["tool"]["name"] for entry in call["entries"] if entry["tool"]]
    assert len(tools) == len(set(tools)) == 4
    row = await line.row()
    assert (row.outcome, row.agent_ended_at is not None) == ("payment_arranged", True)
    assert row.hangup_requested_at is not None
    assert row.latency == {}
    assert [entry["seq"] for entry in call["entries"]] == list(range(1, len(call["entries"]) + 1))
    said = [entry["text"] for entry in call["entries"] if entry["speaker"] == "customer"]
    assert len(said) == 7


async def test_the_same_turn_several_times_at_once_is_one_turn(tenant: Tenant) -> None:
    line = await _line(tenant)
    form = {"CallSid": line.sid, "CallStatus": "in-progress", "SpeechResult": "Yes, this is Sam Smith."}
    answers = await asyncio.gather(*(post(tenant, line.action(), form) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    call = await line.shown()
    assert [entry["speaker"] for entry in call["entries"]].count("customer") == 1


async def test_nine_opts_out_even_while_the_notices_are_spoken(tenant: Tenant) -> None:
    line = await _line(tenant)
    await line.presses("9", cut=True)
    assert "automated assistant" in line.heard[-2]  # broken off, so said again before anything else
    await line.says_nothing()
    assert line.verbs == ["Hangup"]
    call = await line.shown()
    assert call["restriction"]["kind"] == "cease"
    assert (await line.row()).outcome == "cease_requested"


async def test_stop_is_heard_while_the_notices_are_spoken(tenant: Tenant) -> None:
    line = await _line(tenant)
    await line.speaks("Stop calling me.", cut=True)
    assert "automated assistant" in line.heard[-2]
    assert (await line.shown())["restriction"]["kind"] == "cease"


async def test_the_notices_are_spoken_over_once_and_then_to_their_end(tenant: Tenant) -> None:
    line = await _line(tenant)
    await line.speaks("Hello?", cut=True)
    whole, _ = line.root.iter("Gather")
    assert "automated assistant" in (whole[0].text or "")
    assert whole.get("input") == "dtmf"
    await line.speaks("Yes, this is Sam Smith.")
    assert line.verbs == ["Gather"]


async def test_a_yes_over_the_reading_is_a_yes_to_nothing(tenant: Tenant) -> None:
    line = await _read_out(tenant)
    whole, _ = line.root.iter("Gather")
    assert whole.get("input") == "dtmf"
    await line.presses("1", cut=True)
    assert (await line.shown())["arrangements"] == []
    await line.speaks("Yes.")
    await line.speaks("Yes.")
    assert len((await line.shown())["arrangements"]) == 1


async def test_keys_answer_where_digits_are_asked_for(tenant: Tenant) -> None:
    line = await _line(tenant)
    await line.speaks("Yes, speaking.")
    await line.presses("4321")
    await line.presses("02139")
    assert (await line.row()).verified


async def test_more_keys_than_any_question_asks_for_pause_the_recording(tenant: Tenant) -> None:
    line = await _line(tenant)
    await line.speaks("Yes, speaking.")
    await line.presses("411111111")
    assert "long_number_keyed" in _events(await line.shown())
    assert "411111" not in str(await line.shown())


async def test_silence_is_asked_about_twice_and_then_the_call_ends(tenant: Tenant) -> None:
    line = await _line(tenant)
    for _ in range(3):
        await line.says_nothing()
    assert "oodbye" in line.heard[-1]
    await line.says_nothing()
    assert line.verbs == ["Hangup"]
    row = await line.row()
    assert (row.outcome, row.agent_ended_at is not None) == ("hung_up", True)


async def test_a_right_that_is_named_after_the_last_word_still_counts(tenant: Tenant) -> None:
    line = await _line(tenant)
    for _ in range(3):
        await line.says_nothing()
    await line.speaks("Stop calling me.")
    await line.says_nothing()
    assert line.verbs == ["Hangup"]
    assert (await line.shown())["restriction"]["kind"] == "cease"


async def test_what_was_verified_over_the_stream_stays_verified(tenant: Tenant) -> None:
    agent = await open_session(tenant)
    await agent.verify()
    snapshot = await _snapshot_of(agent)
    assert (await agent.post("entries", {"entries": [], "conversation": snapshot})).status_code == 200
    sid = "CA" + uuid.uuid4().hex
    line = Line(tenant, agent.call_id, sid)
    for breaks in range(4):
        await line.resume(f"breaks={breaks}")
    assert line.verbs == ["Gather", "Gather"]
    assert "automated assistant" in line.heard[0]
    call = await line.shown()
    assert call["verified"] is True
    assert _events(call).count("stream_broken") == 4
    refused = await agent.post("tools/get_customer_options", {"tool_call_id": "late", "arguments": {}})
    assert refused.status_code == 409
    await line.speaks("I want to pay the full balance today.")
    assert "last four" not in " ".join(line.heard)
    assert "link" in line.heard[-1] or "link" in line.heard[-2]


async def _snapshot_of(agent: Any) -> dict[str, Any]:
    """What the agent's conversation wrote down after verification."""
    from archer.conversation.events import Heard, Started, ToolDone, UseTool
    from archer.conversation.guarding import GuardedRules
    from archer.protocol import Session

    conversation = GuardedRules(Session.model_validate(agent.session))
    conversation.handle(Started())
    conversation.handle(Heard("Yes, this is Sam Smith."))
    *_, verify = conversation.handle(Heard("4321 and 02139"))
    assert isinstance(verify, UseTool)
    done = ToolDone(verify.tool_call_id, verify.name, True, {"verified": True, "attempts_left": 2})
    *_, options = conversation.handle(done)
    assert isinstance(options, UseTool)
    outcome = await agent.tool("get_customer_options", options.tool_call_id)
    conversation.handle(ToolDone(options.tool_call_id, options.name, True, outcome["data"], outcome["say"]))
    return {**conversation.rules.snapshot(), "guard": conversation.guard.snapshot()}


async def test_a_transfer_connects_the_people_and_ends_the_conversation(app: Any, backend: dict[str, Any]) -> None:
    async with new_tenant(app, human_queue_number="+18005550199", human_hours=(0, 24)) as bank:
        line = await _line(bank)
        line.times = 2
        await line.speaks("I want to speak with a real person, please.")
        if line.verbs == ["Gather"] or line.verbs == ["Gather", "Gather"]:
            await line.speaks("Yes, a person please.")
        assert line.verbs[-1] == "Dial"
        row = await line.row()
        assert (row.outcome, row.agent_ended_at is not None) == ("transferred", True)
        assert row.transfer_started_at is not None
        assert row.hangup_requested_at is None


async def test_a_tool_that_is_held_up_is_bridged_by_a_word_and_done_once(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.carrier_voice.STATEMENT_MS", "300")
    line = await _read_out(tenant)
    line.times = 2
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(select(Intent.id).with_for_update())
        await line.speaks("Yes, I agree.")
        assert line.verbs == ["Say", "Redirect"]
        assert "moment" in line.heard[-1]
        assert (await line.shown())["arrangements"] == []
    await line.redirected()
    assert line.verbs[-1] == "Gather"
    assert len((await line.shown())["arrangements"]) == 1


async def test_a_tool_that_stays_unavailable_ends_with_the_number_to_call(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.carrier_voice.STATEMENT_MS", "300")
    line = await _read_out(tenant)
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(select(Intent.id).with_for_update())
        await line.speaks("Yes, I agree.")
        for _ in range(2):
            assert line.verbs[-1] == "Redirect"
            await line.redirected()
    assert line.verbs[-1] == "Gather"
    call = await line.shown()
    assert call["arrangements"] == []
    assert "transfer_to_agent" in [entry["tool"]["name"] for entry in call["entries"] if entry["tool"]]


async def test_the_advisor_is_asked_while_a_word_bridges_the_wait(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def ask_ahead(_organization: Any, _call: Any, name: str, _request: Any) -> None:
        asked.append(name)

    line = await _verified(tenant)
    monkeypatch.setattr("api.speaking.asks_ahead", lambda name: name == "get_negotiation_guidance")
    monkeypatch.setattr("api.carrier_voice.ask_ahead", ask_ahead)
    monkeypatch.setattr(Advisor, "available", True)
    await line.speaks("I can only pay five dollars.")
    assert line.verbs == ["Say", "Redirect"]
    assert asked == []
    await line.redirected()
    assert asked == ["get_negotiation_guidance"]
    assert line.verbs[-1] == "Gather"


async def test_card_digits_are_not_kept_and_pause_the_recording(tenant: Tenant) -> None:
    line = await _verified(tenant)
    await line.speaks("My card number is 4111 1111 1111 1111.")
    call = await line.shown()
    assert "card_digits_spoken" in _events(call)
    assert "1111 1111" not in str(call)
    assert "1111 1111" not in str((await line.row()).conversation_state)


async def test_the_recording_begins_when_the_notice_was_heard(app: Any, backend: dict[str, Any]) -> None:
    async with new_tenant(app, record_calls=True) as bank:
        line = await _line(bank)
        assert "recording" not in _events(await line.shown())
        await line.presses("0", cut=True)
        assert "recording" not in _events(await line.shown())
        await line.speaks("Yes, this is Sam Smith.")
        assert _events(await line.shown()).count("recording") == 1


async def test_a_yes_that_recognition_doubts_sets_nothing_up(tenant: Tenant) -> None:
    line = await _read_out(tenant)
    await line.speaks("Yes.", confidence="0.2")
    assert (await line.shown())["arrangements"] == []
    await line.speaks("Yes.", confidence="0.9")
    assert len((await line.shown())["arrangements"]) == 1


async def test_a_defect_becomes_an_apology_and_no_dead_line(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    line = await _line(tenant)

    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr("api.speaking.events_of", broken)
    line.times = 2
    await line.speaks("Yes, this is Sam Smith.")
    assert line.verbs == ["Say", "Hangup"]
    row = await line.row()
    assert (row.outcome, row.degradation_level, row.agent_ended_at is not None) == ("error", 3, True)
    call = await line.shown()
    assert [entry["speaker"] for entry in call["entries"]].count("customer") == 0  # nothing of the turn happened


async def test_a_switch_that_leaves_only_people_begins_no_conversation(app: Any, backend: dict[str, Any]) -> None:
    async with new_tenant(app, agent_level=3) as bank:
        line = await _line(bank)
        assert line.verbs == ["Say", "Hangup"]
        assert (await line.row()).session_epoch == 0


async def test_turns_that_nobody_asked_for_are_refused(tenant: Tenant) -> None:
    line = await _line(tenant)
    path = f"/twilio/{tenant.organization_id}/calls/{line.call_id}/turns"
    form = {"CallSid": line.sid, "SpeechResult": "Yes."}
    assert (await post(tenant, f"{path}/7", form)).status_code == 409
    assert (await post(tenant, f"{path}/1", form, signature="forged")).status_code == 403
    assert (await post(tenant, f"{path}/1", {**form, "CallSid": "CA" + "0" * 32})).status_code == 409
    other = Line(tenant, await placed_call(tenant), "CA" + uuid.uuid4().hex)
    path = f"/twilio/{tenant.organization_id}/calls/{other.call_id}/turns/0"
    assert (await post(tenant, path, {"CallSid": other.sid})).status_code == 409


async def test_streams_that_fail_for_several_calls_are_not_offered_for_a_while(tenant: Tenant) -> None:
    for _ in range(3):
        await _line(tenant)
    assert streams().state == "open"
    line = Line(tenant, *await dialing(tenant))
    line.times = 2
    await line.resume("first=true")
    assert line.verbs == ["Gather", "Gather"]
    assert "stream_broken" not in _events(await line.shown())


async def test_the_first_stream_that_is_offered_again_may_be_asked_for_twice(tenant: Tenant) -> None:
    line = Line(tenant, *await dialing(tenant))
    await line.resume("first=true")
    await line.resume("first=true")
    assert line.verbs == ["Connect", "Redirect"]
    assert (await line.row()).resumptions == 0
    assert streams().state == "closed"
