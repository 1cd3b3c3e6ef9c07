"""Webhooks: signed, numbered, retried by the rules in the URL; doubled, reversed, late or lost when told to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.twilio.webhooks import read_overrides

HANGUP = "<Response><Hangup/></Response>"
PAUSE = '<Response><Pause length="600"/></Response>'


async def test_the_stages_of_a_call_are_reported_in_order_and_signed(twilio: Any) -> None:
    sid = await twilio.call(HANGUP, status_callback=f"{twilio.bank.url}/status?name=a%20b&x=1")
    await twilio.ended(sid)
    await twilio.wait(lambda: len(twilio.bank.at("/status")) == 4)
    reports = twilio.bank.at("/status")
    assert [report["CallStatus"] for report in reports] == ["initiated", "ringing", "in-progress", "completed"]
    assert [report["SequenceNumber"] for report in reports] == ["0", "1", "2", "3"]
    final = reports[-1]
    assert (final["CallSid"], final["Direction"], final["SipResponseCode"]) == (sid, "outbound-api", "200")
    assert int(final["CallDuration"]) >= 1
    assert final["Timestamp"].endswith("+0000")
    assert twilio.bank.forged == 0
    assert len(set(twilio.bank.tokens)) == 4


async def test_without_a_wish_only_the_end_is_reported(twilio: Any) -> None:
    sid = await twilio.call(HANGUP, status_callback_event=[])
    await twilio.ended(sid)
    await twilio.wait(lambda: twilio.bank.at("/status"))
    assert [report["CallStatus"] for report in twilio.bank.at("/status")] == ["completed"]


@pytest.mark.parametrize(
    ("persona", "status", "sip"),
    [("no_answer", "no-answer", "487"), ("busy", "busy", "486"), ("unreachable", "failed", "404")],
)
async def test_calls_that_nobody_takes(twilio: Any, persona: str, status: str, sip: str) -> None:
    sid = await twilio.call(HANGUP, persona=persona, timeout=15)
    call = await twilio.ended(sid)
    assert (call["status"], call["duration"]) == (status, "0")
    await twilio.wait(lambda: twilio.bank.at("/status")[-1:] and twilio.bank.at("/status")[-1]["CallStatus"] == status)
    assert twilio.bank.at("/status")[-1]["SipResponseCode"] == sip


async def test_doubled_and_reversed(twilio: Any) -> None:
    await twilio.post("/_test/faults", {"duplicate_callbacks": True, "reverse_callbacks": True})
    await twilio.ended(await twilio.call(HANGUP))
    await twilio.wait(lambda: len(twilio.bank.at("/status")) == 8)
    assert [report["SequenceNumber"] for report in twilio.bank.at("/status")] == list("33221100")


async def test_lost_callbacks(twilio: Any) -> None:
    await twilio.post("/_test/faults", {"drop_callbacks": ["completed", "ringing"]})
    await twilio.ended(await twilio.call(HANGUP))
    await twilio.wait(lambda: len(twilio.bank.at("/status")) == 2)
    assert [report["CallStatus"] for report in twilio.bank.at("/status")] == ["initiated", "in-progress"]


async def test_a_failing_webhook_is_retried_as_often_as_its_url_says(twilio: Any) -> None:
    twilio.bank.failures = {"/status": [503, 500, 502]}
    url = f"{twilio.bank.url}/status#rc=3&rp=all"
    sid = await twilio.call(HANGUP, status_callback=url, status_callback_event=["completed"])
    await twilio.wait(lambda: twilio.bank.at("/status"))
    assert len(set(twilio.bank.tokens)) == 1
    assert twilio.bank.forged == 0
    call = await twilio.get(f"/_test/calls/{sid}")
    assert [hook["attempts"] for hook in call["webhooks"]] == [4]


async def test_by_default_a_server_error_is_not_retried(twilio: Any) -> None:
    twilio.bank.failures = {"/status": [500]}
    sid = await twilio.call(HANGUP, status_callback_event=["completed"])
    call = await twilio.until(sid, lambda call: call["webhooks"] and call["webhooks"][0]["status"])
    assert (call["webhooks"][0]["status"], call["webhooks"][0]["attempts"]) == (500, 1)


async def test_an_answer_that_comes_too_late_counts_as_none(twilio: Any) -> None:
    twilio.bank.failures = {"/status": [0]}
    url = f"{twilio.bank.url}/status#rt=200&rc=1&rp=rt"
    await twilio.call(HANGUP, status_callback=url, status_callback_event=["completed"])
    await twilio.wait(lambda: twilio.bank.at("/status"))
    assert len(twilio.bank.tokens) == 2


def test_overrides_are_read_from_the_fragment() -> None:
    default, given = read_overrides("http://a/b"), read_overrides("http://a/b#rc=9&rp=4xx,5xx&rt=50&ct=2000&tt=x")
    assert (default.retries, default.retry_after("ct"), default.retry_after("5xx")) == (1, True, False)
    assert (given.retries, given.retry_after("5xx"), given.retry_after("ct")) == (5, True, False)
    assert (given.read_seconds, given.connect_seconds, given.total_seconds) == (0.1, 2.0, 15.0)


@pytest.mark.parametrize(
    ("persona", "detection", "result"),
    [
        ("pays_by_link", "Enable", "human"),
        ("voicemail", "Enable", "machine_start"),
        ("voicemail", "DetectMessageEnd", "machine_end_beep"),
    ],
)
async def test_who_answered_is_reported_while_the_call_goes_on(
    twilio: Any, persona: str, detection: str, result: str
) -> None:
    sid = await twilio.call(
        PAUSE,
        persona=persona,
        machine_detection=detection,
        async_amd="true",
        async_amd_status_callback=f"{twilio.bank.url}/amd",
    )
    await twilio.wait(lambda: twilio.bank.at("/amd"))
    report = twilio.bank.at("/amd")[0]
    assert (report["CallSid"], report["AnsweredBy"]) == (sid, result)
    assert (await twilio.do(twilio.client.calls(sid).fetch)).answered_by == result


async def test_a_message_is_reported_until_it_is_delivered(twilio: Any) -> None:
    message = await twilio.do(
        twilio.client.messages.create,
        to="+14155550123",
        from_="+12025550100",
        body="Your link: https://example.com/p/1",
        status_callback=f"{twilio.bank.url}/message",
    )
    assert message.status == "queued"
    await twilio.wait(lambda: len(twilio.bank.at("/message")) == 3)
    assert [report["MessageStatus"] for report in twilio.bank.at("/message")] == ["queued", "sent", "delivered"]
    assert (await twilio.do(twilio.client.messages(message.sid).fetch)).status == "delivered"
    shown = (await twilio.get("/_test/messages"))["messages"]
    assert [item["body"] for item in shown] == ["Your link: https://example.com/p/1"]


async def test_who_texts_stop_gets_no_more_messages(twilio: Any) -> None:
    from twilio.base.exceptions import TwilioRestException

    person, ours = "+14155550123", "+12025550100"
    await twilio.post("/_test/inbound_sms", {"from": person, "to": ours, "body": " stop "})
    assert twilio.bank.at("/sms")[0]["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException) as caught:
        await twilio.do(twilio.client.messages.create, to=person, from_=ours, body="Hello")
    assert caught.value.code == 21610
    await twilio.post("/_test/inbound_sms", {"from": person, "to": ours, "body": "START"})
    await twilio.do(twilio.client.messages.create, to=person, from_=ours, body="Hello")
    assert twilio.bank.forged == 0


async def test_a_persona_may_text_back(twilio: Any) -> None:
    await twilio.post("/_test/callers", {"number": "+14155550123", "persona": "texts_stop"})
    await twilio.do(twilio.client.messages.create, to="+14155550123", from_="+12025550100", body="Your link")
    await twilio.wait(lambda: twilio.bank.at("/sms"))
    assert (twilio.bank.at("/sms")[0]["Body"], twilio.bank.at("/sms")[0]["OptOutType"]) == ("STOP", "STOP")


async def test_who_answered_is_known_before_the_twiml_when_detection_is_not_asynchronous(twilio: Any) -> None:
    sid = await twilio.call("", url=f"{twilio.bank.url}/twiml", persona="voicemail", machine_detection="Enable")
    await twilio.ended(sid)
    assert twilio.bank.at("/twiml")[0]["AnsweredBy"] == "machine_start"


async def test_messages_are_found_by_number_and_time(twilio: Any) -> None:
    before = datetime.now(UTC)
    for last in (1, 2, 2):
        await twilio.do(
            twilio.client.messages.create, to=f"+1415555012{last}", from_="+12025550100", body=f"Link {last}"
        )
    sent = await twilio.do(twilio.client.messages.list, to="+14155550122")
    while not all(message.date_sent for message in sent):  # one that still waits has no time of sending
        sent = await twilio.do(twilio.client.messages.list, to="+14155550122")
    found = await twilio.do(
        twilio.client.messages.list, to="+14155550122", date_sent_after=before - timedelta(seconds=2)
    )
    assert [message.body for message in found] == ["Link 2"] * 2
    later = before + timedelta(minutes=1)
    assert await twilio.do(twilio.client.messages.list, date_sent_after=later) == []


async def test_a_message_that_cannot_be_delivered_says_why(twilio: Any) -> None:
    await twilio.post("/_test/numbers", {"pattern": r"\+1415.*", "sms": "undelivered"})
    await twilio.do(
        twilio.client.messages.create,
        to="+14155550123",
        from_="+12025550100",
        body="Hello",
        status_callback=f"{twilio.bank.url}/message",
    )
    await twilio.wait(lambda: len(twilio.bank.at("/message")) == 3)
    final = twilio.bank.at("/message")[-1]
    assert (final["MessageStatus"], final["ErrorCode"]) == ("undelivered", "30005")
