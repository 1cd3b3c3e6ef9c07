"""Twilio's webhooks: status, machine detection, what next, inbound calls and texts. Each is signed, or refused.

Nothing here takes long: store, wake the orchestration, answer (Twilio gives up after 15 s).
"""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select, text

from api.problems import Problem, responses
from archer.call_state import carrier_time, record_report, wake
from archer.dialing import own_number
from archer.people import reachable
from archer.protocol import TERMINAL_STATUSES
from archer.sessions import issue_call_token
from archer.settings import settings
from archer.store.calls import Call, add_entry, get_call
from archer.store.customers import Customer
from archer.store.database import database, hold
from archer.store.messages import Message
from archer.store.organizations import get_organization
from archer.store.recordings import keep_recording
from archer.telephony import twiml
from archer.telephony.signatures import form_fields, is_genuine
from archer.texting import opt_out_word, stop_by_text
from archer.work import Work, work

router = APIRouter(prefix="/twilio", tags=["twilio"])

MAX_RESUMPTIONS = 3
"""A stream that breaks more often than this is not worth the caller's patience: a person, or goodbye."""
_MACHINE_DETECTION_SEQUENCE = 0
_SORRY = "I am sorry, we cannot continue this call because of a technical problem. Goodbye."

Form = dict[str, str]


async def signed_form(request: Request) -> Form:
    """The form of a webhook, if it is really from Twilio: checked over the public URL."""
    body = await request.body()
    url = settings().public_api_url + request.url.path
    if request.url.query:
        url += "?" + request.url.query
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_genuine(settings().twilio_auth_token.get_secret_value(), url, body, signature):
        raise Problem(403, "bad-signature", "X-Twilio-Signature does not fit this request")
    return form_fields(body)


Signed = Annotated[Form, Depends(signed_form)]


def _xml(document: str) -> Response:
    return Response(document, media_type="application/xml")


def _need(form: Form, name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise Problem(422, "invalid-request", f"{name}: missing")
    return value


def _number(form: Form, name: str) -> int:
    value = _need(form, name)
    if not value.isdigit() or int(value) > 1_000_000:
        raise Problem(422, "invalid-request", f"{name}: not a sequence number")
    return int(value)


async def _locked_call(unit: Work, call_id: UUID, sid: str) -> Call:
    call = await get_call(unit.session, call_id, lock=True)
    if call is None:
        raise Problem(404, "not-found", f"no call {call_id}")
    if call.call_sid is not None and call.call_sid != sid:
        raise Problem(409, "conflict", "CallSid: this call has another one")
    return call


@router.post("/{organization_id}/calls/{call_id}/status", status_code=204, responses=responses(403, 404, 409, 422))
async def call_status(organization_id: UUID, call_id: UUID, form: Signed) -> None:
    """A call's progress. Twice, late or reversed: the row comes out the same."""
    sid, status, sequence = _need(form, "CallSid"), _need(form, "CallStatus"), _number(form, "SequenceNumber")
    kept = ("CallStatus", "CallDuration", "SipResponseCode", "AnsweredBy", "ErrorCode", "SequenceNumber")
    async with work(organization_id) as unit:
        call = await _locked_call(unit, call_id, sid)
        new = await record_report(
            unit,
            call,
            kind="status",
            call_sid=sid,
            sequence=sequence,
            status=status,
            at=carrier_time(form.get("Timestamp")),
            payload={name: form[name] for name in kept if name in form},
        )
        if new:
            await wake(unit, call, f"status:{status}")


@router.post(
    "/{organization_id}/calls/{call_id}/machine-detection", status_code=204, responses=responses(403, 404, 409, 422)
)
async def machine_detection(organization_id: UUID, call_id: UUID, form: Signed) -> None:
    """Who answered: a person or a machine."""
    sid, found = _need(form, "CallSid"), _need(form, "AnsweredBy")
    async with work(organization_id) as unit:
        call = await _locked_call(unit, call_id, sid)
        new = await record_report(
            unit,
            call,
            kind="machine_detection",
            call_sid=sid,
            sequence=_MACHINE_DETECTION_SEQUENCE,
            status=found,
            at=unit.now,
            payload={"AnsweredBy": found},
        )
        if new:
            await wake(unit, call, "answered_by")


@router.post("/{organization_id}/calls/{call_id}/resume", responses=responses(403, 404, 409, 422))
async def resume(organization_id: UUID, call_id: UUID, form: Signed) -> Response:
    """The media stream has ended; Twilio asks what next: hang up, a person, or the agent again."""
    sid = _need(form, "CallSid")
    async with work(organization_id) as unit:
        call = await _locked_call(unit, call_id, sid)
        organization = await get_organization(unit.session, organization_id)
        hooks = twiml.Webhooks(settings(), organization_id)
        people = reachable(organization.configured, unit.now)
        if call.hangup_requested_at is None and call.transfer_requested_at is not None and people:
            call.transfer_started_at = call.transfer_started_at or unit.now
            return _xml(twiml.transfer(hooks, call.id, people, own_number(organization)))
        over = call.agent_ended_at or call.hangup_requested_at or call.status in TERMINAL_STATUSES
        if over or form.get("CallStatus") == "completed":
            return _xml(twiml.hang_up())
        call.resumptions += 1
        entry = await add_entry(
            unit.session, call, at=unit.now, kind="event", event="stream_broken", data={"times": call.resumptions}
        )
        unit.publish("alert", call.id, {"alert": "stream_broken", "times": call.resumptions}, seq=entry.seq)
        if call.resumptions <= MAX_RESUMPTIONS:
            return _xml(twiml.stream(hooks, call.id, issue_call_token(call)))
        if people and call.verified:
            call.transfer_requested_at = call.transfer_started_at = unit.now
            call.outcome = call.outcome or "transferred"
            return _xml(twiml.transfer(hooks, call.id, people, own_number(organization)))
        call.outcome = call.outcome or "error"
        return _xml(twiml.say_and_hang_up(_SORRY))


@router.post("/{organization_id}/calls/{call_id}/transferred", responses=responses(403, 404, 409, 422))
async def transferred(organization_id: UUID, call_id: UUID, form: Signed) -> Response:
    """The conversation with a person is over, or nobody took it."""
    sid, result = _need(form, "CallSid"), form.get("DialCallStatus", "")
    async with work(organization_id) as unit:
        call = await _locked_call(unit, call_id, sid)
        await add_entry(unit.session, call, at=unit.now, kind="event", event="transfer_ended", data={"result": result})
        if result in ("completed", "answered"):
            return _xml(twiml.hang_up())
        call.outcome = "callback_scheduled" if call.outcome == "callback_scheduled" else "error"
        await wake(unit, call, "transfer_failed")
        number = (await get_organization(unit.session, organization_id)).configured.callback_number
        spelled = " ".join(number.removeprefix("+1"))
        return _xml(
            twiml.say_and_hang_up(
                f"I am sorry, nobody could take your call just now. Please call us at {spelled}. Goodbye."
            )
        )


@router.post("/{organization_id}/calls/{call_id}/recording", status_code=204, responses=responses(403, 404, 409, 422))
async def recording_status(organization_id: UUID, call_id: UUID, form: Signed) -> None:
    """A recording began, ended or is absent: the reference is kept, the audio stays with the carrier (R-03)."""
    call_sid, sid, status = _need(form, "CallSid"), _need(form, "RecordingSid")[:64], _need(form, "RecordingStatus")
    duration = form.get("RecordingDuration", "")
    async with work(organization_id) as unit:
        call = await _locked_call(unit, call_id, call_sid)
        await keep_recording(
            unit.session,
            call,
            sid=sid,
            status=status[:32],
            started_at=carrier_time(form.get("RecordingStartTime")) or unit.now,
            duration_seconds=int(duration) if duration.isdigit() and len(duration) < 7 else None,
        )


@router.post("/{organization_id}/messages/{message_id}", status_code=204, responses=responses(403, 404, 422))
async def message_status(organization_id: UUID, message_id: UUID, form: Signed) -> None:
    """Delivery of a text message; a later report never goes back to an earlier state."""
    order = {"queued": 0, "sending": 1, "accepted": 1, "sent": 2, "undelivered": 3, "failed": 3, "delivered": 4}
    status = _need(form, "MessageStatus")
    async with work(organization_id) as unit:
        row = await unit.session.get(Message, message_id, with_for_update=True)
        if row is None:
            raise Problem(404, "not-found", f"no message {message_id}")
        mine = {"undelivered": "failed", "accepted": "sending"}.get(status, status)
        if order.get(mine, -1) > order.get(row.status, 0):
            row.status = mine
            row.message_sid = row.message_sid or form.get("MessageSid")
            if mine == "failed":
                row.error = f"carrier error {form.get('ErrorCode', 'unknown')}"


async def _organization_of(number: str) -> UUID | None:
    async with database().outside() as session:
        found = await session.execute(
            text("SELECT organization_id FROM organization_of_number(:number)"), {"number": number}
        )
        return found.scalar_one_or_none()


async def _customer_with(unit: Work, number: str) -> Customer | None:
    rows = await unit.session.execute(
        select(Customer).where(Customer.phone_number == number).order_by(Customer.updated_at.desc()).limit(1)
    )
    return rows.scalar_one_or_none()


@router.post("/texts", responses=responses(403, 422))
async def inbound_text(form: Signed) -> Response:
    """A customer answers by text: STOP and its kin act at once (Twilio sends the confirmation)."""
    organization_id = await _organization_of(_need(form, "To"))
    word = opt_out_word(form.get("Body", ""), form.get("OptOutType", ""))
    if organization_id is not None and word is not None:
        async with work(organization_id) as unit:
            await stop_by_text(unit, _need(form, "From"), word=word, message_sid=form.get("MessageSid", ""))
    return _xml("<Response/>")


@router.post("/voice", responses=responses(403, 422))
async def inbound_call(form: Signed) -> Response:
    """Somebody calls us. Known customers get the agent; others get a person, or the number to call."""
    sid, caller = _need(form, "CallSid"), _need(form, "From")
    organization_id = await _organization_of(_need(form, "To"))
    if organization_id is None:
        return _xml(twiml.refuse())
    async with work(organization_id) as unit:
        await hold(unit.session, f"inbound:{sid}")
        known = (await unit.session.execute(select(Call).where(Call.call_sid == sid).with_for_update())).scalar()
        organization = await get_organization(unit.session, organization_id)
        customer = await _customer_with(unit, caller)
        call = known or Call(
            id=uuid4(),
            organization_id=organization_id,
            customer_id=customer.id if customer else None,
            phone_number=caller,
            direction="inbound",
            status="ringing",
            collector_mode="first_party",
            call_sid=sid,
            queued_at=unit.now,
            connected=True,
            session_epoch=0,
            last_seq=0,
            resumptions=0,
            latency={},
        )
        if known is None:
            unit.session.add(call)
            await unit.session.flush()
            await unit.enqueue("call-requests", {"call_id": str(call.id)})
        hooks = twiml.Webhooks(settings(), organization_id)
        if customer is not None:
            return _xml(twiml.stream(hooks, call.id, issue_call_token(call)))
        people = reachable(organization.configured, unit.now)
        call.outcome = "transferred" if people else "error"
        if people:
            call.transfer_requested_at = call.transfer_started_at = unit.now
            return _xml(twiml.transfer(hooks, call.id, people, own_number(organization)))
        return _xml(twiml.say_and_hang_up(f"This is {organization.name}. Nobody can take your call now. Goodbye."))
