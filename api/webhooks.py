"""What Twilio's webhooks have in common: each is signed, or refused; each speaks of one call, which is then locked."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from api.problems import Problem
from archer.settings import settings
from archer.store.calls import Call, get_call
from archer.telephony.signatures import form_fields, is_genuine
from archer.work import Work

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


def xml(document: str) -> Response:
    """TwiML as an answer."""
    return Response(document, media_type="application/xml")


def need(form: Form, name: str) -> str:
    """A field that must be there; 422 without it."""
    value = form.get(name, "")
    if not value:
        raise Problem(422, "invalid-request", f"{name}: missing")
    return value


def number(form: Form, name: str) -> int:
    """A field that must be a sequence number; 422 otherwise."""
    value = need(form, name)
    if not value.isdigit() or int(value) > 1_000_000:
        raise Problem(422, "invalid-request", f"{name}: not a sequence number")
    return int(value)


async def locked_call(unit: Work, call_id: UUID, sid: str) -> Call:
    """The call that a webhook is about, locked; 404 and 409 when it is none of ours."""
    call = await get_call(unit.session, call_id, lock=True)
    if call is None:
        raise Problem(404, "not-found", f"no call {call_id}")
    if call.call_sid is not None and call.call_sid != sid:
        raise Problem(409, "conflict", "CallSid: this call has another one")
    return call
