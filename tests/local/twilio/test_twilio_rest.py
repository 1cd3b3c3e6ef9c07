"""REST through the official client: accepted and refused as Twilio does, listed, changed, failing on purpose."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

HANGUP = "<Response><Hangup/></Response>"
PAUSE = '<Response><Pause length="600"/></Response>'


async def refused(twilio: Any, **changes: Any) -> TwilioRestException:
    arguments = {"to": "+14155550123", "from_": "+12025550100", "twiml": HANGUP, **changes}
    with pytest.raises(TwilioRestException) as caught:
        await twilio.do(twilio.client.calls.create, **{key: value for key, value in arguments.items() if value})
    return caught.value


async def test_wrong_credentials_are_refused(twilio: Any) -> None:
    stranger = Client(twilio.client.account_sid, "wrong", http_client=twilio.client.http_client)
    with pytest.raises(TwilioRestException) as caught:
        await twilio.do(stranger.calls("CA" + "0" * 32).fetch)
    assert (caught.value.status, caught.value.code) == (401, 20003)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "555"}, 21211),
        ({"to": "+15005550001"}, 21217),
        ({"from_": "nobody"}, 21212),
        ({"twiml": None}, 21218),
        ({"url": "http://example.com/twiml"}, 20001),
        ({"twiml": None, "url": "example"}, 21205),
        ({"twiml": "<Response>" + " " * 4000 + "</Response>"}, 20001),
        ({"twiml": "<Response><Say>"}, 20001),
        ({"status_callback_event": ["answered", "gone"]}, 21626),
        ({"timeout": 601}, 20001),
        ({"machine_detection": "Maybe"}, 20001),
    ],
)
async def test_what_twilio_would_refuse_is_refused_with_its_code(twilio: Any, changes: Any, code: int) -> None:
    error = await refused(twilio, **changes)
    assert (error.status, error.code) == (400, code)
    assert (await twilio.get("/_test/calls"))["calls"] == []


async def test_an_unknown_call_is_not_found(twilio: Any) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await twilio.do(twilio.client.calls("CA" + "0" * 32).fetch)
    assert (caught.value.status, caught.value.code) == (404, 20404)


async def test_calls_are_found_by_number_status_and_time_page_by_page(twilio: Any) -> None:
    before = datetime.now(UTC)
    for last in range(5):
        await twilio.call(PAUSE, to=f"+1415555010{last % 2}")
    calls = twilio.client.calls
    found = await twilio.do(calls.list, page_size=2)
    assert len(found) == 5
    found = await twilio.do(
        calls.list, to="+14155550100", from_="+12025550100", start_time_after=before - timedelta(seconds=5)
    )
    assert [call.to for call in found] == ["+14155550100"] * 3
    assert await twilio.do(calls.list, start_time_after=before + timedelta(seconds=60)) == []
    assert await twilio.do(calls.list, status="completed") == []


async def test_an_answered_call_is_ended_by_completed(twilio: Any) -> None:
    sid = await twilio.call(PAUSE)
    await twilio.until(sid, lambda call: call["status"] == "in-progress")
    await twilio.do(twilio.client.calls(sid).update, status="completed")
    call = await twilio.ended(sid)
    assert (call["status"], call["ended_by"]) == ("completed", "api")
    again = await twilio.do(twilio.client.calls(sid).update, status="completed")
    assert again.status == "completed"
    with pytest.raises(TwilioRestException) as caught:
        await twilio.do(twilio.client.calls(sid).update, twiml=HANGUP)
    assert caught.value.code == 21220


async def test_a_ringing_call_is_canceled(twilio: Any) -> None:
    sid = await twilio.call(PAUSE, persona="no_answer", timeout=600)
    await twilio.until(sid, lambda call: call["status"] == "ringing")
    await twilio.do(twilio.client.calls(sid).update, status="canceled")
    assert (await twilio.ended(sid))["status"] == "canceled"


async def test_too_many_calls_a_second_are_refused_and_none_of_those_is_placed(twilio: Any) -> None:
    await twilio.post("/_test/faults", {"calls_per_second": 2})
    sids = [await twilio.call(HANGUP) for _ in range(2)]
    error = await refused(twilio)
    assert (error.status, error.code) == (429, 20429)
    assert [call["sid"] for call in (await twilio.get("/_test/calls"))["calls"]] == sids


async def test_a_lost_answer_leaves_a_call_that_can_be_found(twilio: Any) -> None:
    for effect in ("hang", "cut"):
        await twilio.post("/_test/faults", {"rest": [{"effect": effect}]})
        began = time.monotonic()
        with pytest.raises(requests.RequestException):
            await twilio.call(PAUSE, to="+14155550177")
        assert time.monotonic() - began < 4
    assert len(await twilio.do(twilio.client.calls.list, to="+14155550177")) == 2


async def test_a_refused_request_has_done_nothing_and_the_next_one_works(twilio: Any) -> None:
    await twilio.post("/_test/faults", {"rest": [{"code": 20500, "times": 1}]})
    assert (await refused(twilio)).status == 500
    await twilio.call(HANGUP)
    assert len((await twilio.get("/_test/calls"))["calls"]) == 1


async def test_lookup_says_mobile_unless_told_otherwise(twilio: Any) -> None:
    await twilio.post("/_test/numbers", {"pattern": r"\+1212.*", "line_type": "landline"})
    numbers = twilio.client.lookups.v2.phone_numbers
    mobile = await twilio.do(numbers("+14155550123").fetch, fields="line_type_intelligence")
    landline = await twilio.do(numbers("+12125550123").fetch, fields="line_type_intelligence")
    assert mobile.line_type_intelligence["type"] == "mobile"
    assert landline.line_type_intelligence["type"] == "landline"
    assert mobile.valid
    with pytest.raises(TwilioRestException) as caught:
        await twilio.do(numbers("+1555").fetch)
    assert caught.value.status == 404


async def test_a_call_is_recorded_from_start_to_stop(twilio: Any) -> None:
    sid = await twilio.call(PAUSE)
    await twilio.until(sid, lambda call: call["status"] == "in-progress")
    callback = f"{twilio.bank.url}/recording"
    started = await twilio.do(
        twilio.client.calls(sid).recordings.create,
        recording_status_callback=callback,
        recording_status_callback_event=["in-progress", "completed"],
    )
    stopped = await twilio.do(twilio.client.calls(sid).recordings("Twilio.CURRENT").update, status="stopped")
    assert (stopped.sid, stopped.status) == (started.sid, "completed")
    await twilio.wait(lambda: len(twilio.bank.at("/recording")) == 2)
    done = twilio.bank.at("/recording")[-1]
    assert (done["RecordingStatus"], done["RecordingSid"]) == ("completed", started.sid)
    await twilio.do(twilio.client.recordings(started.sid).delete)
    assert (await twilio.get(f"/_test/calls/{sid}"))["recordings"] == []


async def test_hooks_say_what_is_wrong_with_their_input(twilio: Any) -> None:
    answer = await twilio.post("/_test/callers", {"number": "+1", "persona": "nobody"}, status=400)
    assert "no caller is named 'nobody'" in str(answer)
    answer = await twilio.post("/_test/faults", {"explode": True}, status=400)
    assert "explode" in str(answer)
