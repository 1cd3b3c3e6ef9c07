"""Twilio's side of a call without a media stream: follows TwiML, speaks, presses keys, delivers webhooks twice."""

import uuid
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from archer.settings import settings
from archer.store import Call
from archer.store.database import database
from tests.support import Tenant, customer


async def dialing(tenant: Tenant, **changes: Any) -> tuple[str, str]:
    """A call that the carrier has been asked for: (call id, sid)."""
    person = (await tenant.client.post("/customers", json=customer(**changes))).json()
    call = (await tenant.client.post("/calls", json={"customer_id": person["id"]})).json()["id"]
    sid = "CA" + uuid.uuid4().hex
    async with database().transaction(tenant.organization_id) as session:
        row = await session.get(Call, uuid.UUID(call))
        assert row is not None
        row.status, row.call_sid = "dialing", sid
    return call, sid


async def post(tenant: Tenant, path: str, form: dict[str, str], signature: str | None = None) -> Any:
    """A signed webhook."""
    url = settings().public_api_url + "/api/v1" + path
    token = settings().twilio_auth_token.get_secret_value()
    signed = RequestValidator(token).compute_signature(url, form)
    headers = {"X-Twilio-Signature": signed if signature is None else signature}
    return await tenant.client.post(path, data=form, headers=headers)


class Line:
    """One call at the carrier. `heard` is all that was spoken to the caller."""

    def __init__(self, tenant: Tenant, call_id: str, sid: str) -> None:
        self.tenant, self.call_id, self.sid = tenant, call_id, sid
        self.heard: list[str] = []
        self.twiml = ""
        self.times = 1
        """How often each webhook is delivered."""

    async def ask(self, path: str, **form: str) -> str:
        """Deliver a webhook and take what it answers; each delivery must be answered alike."""
        full = {"CallSid": self.sid, "CallStatus": "in-progress", **form}
        answers = [await post(self.tenant, path, full) for _ in range(self.times)]
        assert [answer.status_code for answer in answers] == [200] * self.times, answers[0].text
        assert len({answer.text for answer in answers}) == 1
        self.twiml = answers[0].text
        self.heard += [say.text or "" for say in self.root.iter("Say")]
        return self.twiml

    async def resume(self, query: str) -> str:
        """The stream has ended, or none was offered yet: what next?"""
        return await self.ask(f"/twilio/{self.tenant.organization_id}/calls/{self.call_id}/resume?{query}")

    async def without_agent(self) -> str:
        """Two streams in which nobody came."""
        await self.resume("breaks=0")
        await self.resume("breaks=1")
        return self.twiml

    async def speaks(self, words: str, confidence: str = "0.95", *, cut: bool = False) -> str:
        """The caller answers; `cut`: over what has to be heard in full."""
        return await self.ask(self.action(cut=cut), SpeechResult=words, Confidence=confidence)

    async def presses(self, digits: str, *, cut: bool = False) -> str:
        """The caller presses keys; `cut`: while that is spoken which speech does not break off."""
        return await self.ask(self.action(cut=cut), Digits=digits)

    async def says_nothing(self) -> str:
        """Nothing was heard in time."""
        return await self.ask(self.action())

    async def redirected(self) -> str:
        """The carrier goes on to the <Redirect>."""
        target = self.root.find("Redirect")
        assert target is not None, self.twiml
        return await self.ask(self._path(target.text or ""))

    async def shown(self) -> dict[str, Any]:
        """The call as the API shows it."""
        return dict((await self.tenant.client.get(f"/calls/{self.call_id}")).raise_for_status().json())

    async def row(self) -> Call:
        """The call as it is stored."""
        async with database().transaction(self.tenant.organization_id) as session:
            row = await session.get(Call, uuid.UUID(self.call_id))
            assert row is not None
            return row

    @property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.twiml)

    @property
    def verbs(self) -> list[str]:
        """The verbs of the last answer, in order."""
        return [element.tag for element in self.root]

    def action(self, *, cut: bool = False) -> str:
        """Where the last answer's <Gather> reports to."""
        for gather in self.root.iter("Gather"):
            if ("cut=true" in gather.get("action", "")) == cut:
                return self._path(gather.get("action", ""))
        raise AssertionError(f"no such <Gather> in {self.twiml}")

    @staticmethod
    def _path(url: str) -> str:
        split = urlsplit(url)
        return split.path.removeprefix("/api/v1") + (f"?{split.query}" if split.query else "")
