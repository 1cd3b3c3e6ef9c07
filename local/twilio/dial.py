"""<Dial>: the call is put through to another telephone, and both people talk until one of them hangs up.

https://www.twilio.com/docs/voice/twiml/dial. The other telephone belongs to whom the directory says, else to a
colleague at the bank. What the two say to each other is passed on as text: no application listens to it.
"""

import asyncio
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from local.speech import duration
from local.twilio.phone import Phone
from local.twilio.records import Call
from local.twilio.twiml import CallOver, Document, follow_action

if TYPE_CHECKING:
    from local.twilio.live import LiveCall

_POLL_SECONDS = 0.05
_RING_SECONDS = 30.0


async def dial(call: "LiveCall", element: Element, document: Document) -> Document | None:
    """Carry out <Dial> with a number as its text or in <Number>."""
    noun = element.find("Number")
    if noun is None and len(element):
        call.error(12200, f"<Dial> with <{element[0].tag}> is not known to this stand-in")
        raise CallOver
    target = noun if noun is not None else element
    number = (target.text or "").strip()
    if not call.carrier.directory.valid(number):
        call.error(13223, f"<Dial>: invalid phone number {number!r}")
        return await follow_action(call, element, document, {"DialCallStatus": "failed"})
    record = Call(
        account_sid=call.record.account_sid,
        to=number,
        from_=element.get("callerId") or call.record.from_,
        direction="outbound-dial",
        parent_call_sid=call.record.sid,
    )
    leg = call.carrier.second_leg(
        record,
        status_callback=document.url(target.get("statusCallback") or ""),
        status_events=frozenset(target.get("statusCallbackEvent", "completed").split()),
        timeout=float(element.get("timeout", _RING_SECONDS)),
    )
    call.mark("transferring")
    try:
        if await leg.ring():
            call.mark("transferred")
            leg.pick_up()
            await _talk(call, leg)
    finally:
        if not leg.over:
            leg.finish("completed" if record.answered else "canceled")
    status = "completed" if record.answered else record.status
    outcome = {"DialCallSid": record.sid, "DialCallStatus": status}
    if record.answered:
        outcome["DialCallDuration"] = str(record.seconds)
    return await follow_action(call, element, document, outcome)


async def _talk(call: "LiveCall", leg: "LiveCall") -> None:
    """Let both people speak in turn until the dialled one hangs up. Raises CallOver when the first one does."""
    call.phone.caller.spoke(asyncio.get_running_loop().time())
    while not await leg.ends_within(_POLL_SECONDS):
        if await _take_turn(leg.phone, call.phone):
            return
        if await _take_turn(call.phone, leg.phone):
            call.hang_up("callee")
            raise CallOver


async def _take_turn(speaker: Phone, listener: Phone) -> bool:
    """Let one person speak, if there is something to say; true when that person hangs up."""
    loop = asyncio.get_running_loop()
    reply = speaker.caller.poll(loop.time())
    if reply is None:
        return False
    if reply.say:
        speaker.note_said(reply.say)
        await asyncio.sleep(duration(reply.say, speaker.speed))
        speaker.caller.spoke(loop.time())
        listener.hear_text(reply.say, loop.time())
    return reply.hang_up
