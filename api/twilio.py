"""Twilio's webhooks: status, machine detection, recordings, transfers, inbound calls and texts. Each is signed, or
refused.

Nothing here takes long: store, wake the orchestration, answer (Twilio gives up after 15 s).
"""

from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from sqlalchemy import select, text

from api.problems import Problem, responses
from api.webhooks import Signed, locked_call, need, number, xml
from archer.call_state import carrier_time, changes_the_watch, record_report, wake
from archer.dialing import own_number
from archer.people import reachable
from archer.settings import settings
from archer.store.calls import Call, add_entry
from archer.store.customers import Customer
from archer.store.database import database, hold
from archer.store.messages import Message
from archer.store.organizations import Organization, get_organization
from archer.store.playbook import chosen_tactic
from archer.store.recordings import keep_recording
from archer.streams import first_words
from archer.telephony import twiml
from archer.texting import opt_out_word, stop_by_text
from archer.work import Work, work

router = APIRouter(prefix="/twilio", tags=["twilio"])

_MACHINE_DETECTION_SEQUENCE = 0


@router.post("/{organization_id}/calls/{call_id}/status", status_code=204, responses=responses(403, 404, 409, 422))
async def call_status(organization_id: UUID, call_id: UUID, form: Signed) -> None:
    """A call's progress. Twice, late or reversed: the row comes out the same."""
    sid, status, sequence = need(form, "CallSid"), need(form, "CallStatus"), number(form, "SequenceNumber")
    kept = ("CallStatus", "CallDuration", "SipResponseCode", "AnsweredBy", "ErrorCode", "SequenceNumber")
    async with work(organization_id) as unit:
        call = await locked_call(unit, call_id, sid)
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
        if new and changes_the_watch(status):
            await wake(unit, call, f"status:{status}")


@router.post(
    "/{organization_id}/calls/{call_id}/machine-detection", status_code=204, responses=responses(403, 404, 409, 422)
)
async def machine_detection(organization_id: UUID, call_id: UUID, form: Signed) -> None:
    """Who answered: a person or a machine."""
    sid, found = need(form, "CallSid"), need(form, "AnsweredBy")
    async with work(organization_id) as unit:
        call = await locked_call(unit, call_id, sid)
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
        if new and call.answered_by == "machine":
            await wake(unit, call, "answered_by")


@router.post("/{organization_id}/calls/{call_id}/transferred", responses=responses(403, 404, 409, 422))
async def transferred(organization_id: UUID, call_id: UUID, form: Signed) -> Response:
    """The conversation with a person is over, or nobody took it."""
    sid, result = need(form, "CallSid"), form.get("DialCallStatus", "")
    async with work(organization_id) as unit:
        call = await locked_call(unit, call_id, sid)
        await add_entry(unit.session, call, at=unit.now, kind="event", event="transfer_ended", data={"result": result})
        if result in ("completed", "answered"):
            return xml(twiml.hang_up())
        call.outcome = "callback_scheduled" if call.outcome == "callback_scheduled" else "error"
        await wake(unit, call, "transfer_failed")
        number = (await get_organization(unit.session, organization_id)).configured.callback_number
        spelled = " ".join(number.removeprefix("+1"))
        return xml(
            twiml.say_and_hang_up(
                f"I am sorry, nobody could take your call just now. Please call us at {spelled}. Goodbye."
            )
        )


@router.post("/{organization_id}/calls/{call_id}/recording", status_code=204, responses=responses(403, 404, 409, 422))
async def recording_status(organization_id: UUID, call_id: UUID, form: Signed) -> None:
    """A recording began, ended or is absent: the reference is kept, the audio stays with the carrier (R-03)."""
    call_sid, sid, status = need(form, "CallSid"), need(form, "RecordingSid")[:64], need(form, "RecordingStatus")
    duration = form.get("RecordingDuration", "")
    async with work(organization_id) as unit:
        call = await locked_call(unit, call_id, call_sid)
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
    status = need(form, "MessageStatus")
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
    organization_id = await _organization_of(need(form, "To"))
    word = opt_out_word(form.get("Body", ""), form.get("OptOutType", ""))
    if organization_id is not None and word is not None:
        async with work(organization_id) as unit:
            await stop_by_text(unit, need(form, "From"), word=word, message_sid=form.get("MessageSid", ""))
    return xml("<Response/>")


async def _taken(unit: Work, organization: Organization, customer: Customer | None, caller: str, sid: str) -> Call:
    """The row of a new inbound call; a known customer's has the tactic of his segment, else the organization's."""
    tactic = await chosen_tactic(unit.session, organization.configured, customer.segment) if customer else None
    call = Call(
        id=uuid4(),
        organization_id=unit.organization_id,
        customer_id=customer.id if customer else None,
        phone_number=caller,
        direction="inbound",
        status="ringing",
        tactic=tactic.name if tactic else None,
        tactic_version=tactic.version if tactic else None,
        collector_mode="first_party",
        call_sid=sid,
        queued_at=unit.now,
        connected=True,
        session_epoch=0,
        last_seq=0,
        resumptions=0,
        latency={},
    )
    unit.session.add(call)
    await unit.session.flush()
    await unit.enqueue("call-requests", {"call_id": str(call.id)})
    return call


@router.post("/voice", responses=responses(403, 422))
async def inbound_call(form: Signed) -> Response:
    """Somebody calls us. Known customers get the agent; others get a person, or the number to call."""
    sid, caller = need(form, "CallSid"), need(form, "From")
    organization_id = await _organization_of(need(form, "To"))
    if organization_id is None:
        return xml(twiml.refuse())
    async with work(organization_id) as unit:
        await hold(unit.session, f"inbound:{sid}")
        known = (await unit.session.execute(select(Call).where(Call.call_sid == sid).with_for_update())).scalar()
        organization = await get_organization(unit.session, organization_id)
        customer = await _customer_with(unit, caller)
        call = known or await _taken(unit, organization, customer, caller, sid)
        hooks = twiml.Webhooks(settings(), organization_id)
        if customer is not None:
            return xml(first_words(call, hooks))
        people = reachable(organization.configured, unit.now)
        call.outcome = "transferred" if people else "error"
        if people:
            call.transfer_requested_at = call.transfer_started_at = unit.now
            return xml(twiml.transfer(hooks, call.id, people, own_number(organization)))
        return xml(twiml.say_and_hang_up(f"This is {organization.name}. Nobody can take your call now. Goodbye."))
