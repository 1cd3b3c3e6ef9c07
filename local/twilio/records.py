"""What Twilio remembers: calls, recordings and messages, in the JSON of its REST API 2010-04-01."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Literal

API_VERSION = "2010-04-01"
CallStatus = Literal[
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]
FINAL: frozenset[str] = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def new_sid(prefix: str) -> str:
    """A string identifier as Twilio makes them: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def now() -> datetime:
    """The carrier's clock: wall-clock time, to the second as its API gives it."""
    return datetime.now(UTC)


def rfc2822(moment: datetime | None) -> str | None:
    """A moment as Twilio writes it, `Fri, 20 Nov 2026 10:00:00 +0000`."""
    return format_datetime(moment.replace(microsecond=0)) if moment else None


@dataclass
class Recording:
    """A recording of a call. No audio is kept; the file served for it is silence of the right length."""

    account_sid: str
    call_sid: str
    callback: str = ""
    callback_events: tuple[str, ...] = ("completed",)
    source: str = "StartCallRecordingAPI"
    sid: str = field(default_factory=lambda: new_sid("RE"))
    status: str = "in-progress"
    started: datetime = field(default_factory=now)
    seconds: float = 0.0
    """Length so far, without the time since it was last resumed."""
    running_since: datetime | None = field(default_factory=now)

    def set_status(self, status: str) -> None:
        """Pause, resume or stop."""
        if self.running_since is not None:
            self.seconds += (now() - self.running_since).total_seconds()
        self.running_since = now() if status == "in-progress" else None
        self.status = status

    def to_json(self) -> dict[str, Any]:
        """The resource."""
        base = f"/{API_VERSION}/Accounts/{self.account_sid}"
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "call_sid": self.call_sid,
            "conference_sid": None,
            "api_version": API_VERSION,
            "channels": 1,
            "source": self.source,
            "status": self.status,
            "start_time": rfc2822(self.started),
            "date_created": rfc2822(self.started),
            "date_updated": rfc2822(now()),
            "duration": str(round(self.seconds)) if self.status == "completed" else None,
            "error_code": None,
            "price": None,
            "price_unit": "USD",
            "encryption_details": None,
            "track": "both",
            "uri": f"{base}/Calls/{self.call_sid}/Recordings/{self.sid}.json",
        }


@dataclass
class Call:
    """One leg: outbound by API, outbound by <Dial>, or inbound."""

    account_sid: str
    to: str
    from_: str
    direction: Literal["outbound-api", "outbound-dial", "inbound"] = "outbound-api"
    parent_call_sid: str | None = None
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: CallStatus = "queued"
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    dialed: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    answered_by: str | None = None
    sip_code: int | None = None
    recordings: list[Recording] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        """Length of the conversation, whole seconds rounded up, as it is billed."""
        if self.answered is None:
            return 0
        return max(1, round(((self.ended or now()) - self.answered).total_seconds()))

    def to_json(self) -> dict[str, Any]:
        """The resource."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "parent_call_sid": self.parent_call_sid,
            "to": self.to,
            "to_formatted": self.to,
            "from": self.from_,
            "from_formatted": self.from_,
            "phone_number_sid": None,
            "status": "queued" if self.status == "initiated" else self.status,
            "start_time": rfc2822(self.answered or self.dialed),
            "end_time": rfc2822(self.ended),
            "duration": str(self.seconds) if self.status in FINAL else None,
            "price": None,
            "price_unit": "USD",
            "direction": self.direction,
            "answered_by": self.answered_by,
            "api_version": API_VERSION,
            "annotation": None,
            "forwarded_from": None,
            "group_sid": None,
            "caller_name": None,
            "queue_time": "0",
            "trunk_sid": None,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "uri": f"{uri}.json",
            "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
        }


@dataclass
class Message:
    """One text message, either way."""

    account_sid: str
    to: str
    from_: str
    body: str
    direction: Literal["outbound-api", "inbound"] = "outbound-api"
    messaging_service_sid: str | None = None
    callback: str = ""
    sid: str = field(default_factory=lambda: new_sid("SM"))
    status: str = "queued"
    error_code: int | None = None
    created: datetime = field(default_factory=now)
    sent: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The resource."""
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "direction": self.direction,
            "to": self.to,
            "from": self.from_,
            "messaging_service_sid": self.messaging_service_sid,
            "status": self.status,
            "error_code": self.error_code,
            "error_message": None,
            "num_media": "0",
            "num_segments": str(-(-len(self.body) // 153) if len(self.body) > 160 else 1),
            "price": None,
            "price_unit": "USD",
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.sent or self.created),
            "date_sent": rfc2822(self.sent),
            "uri": f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}.json",
            "subresource_uris": {},
        }
