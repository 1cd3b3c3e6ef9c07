"""The frames of `json.webpubsub.azure.v1` and `json.reliable.webpubsub.azure.v1`, read and written.

Source: Azure Web PubSub JSON and reliable JSON WebSocket subprotocol references.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

DataType = Literal["json", "text", "binary", "protobuf"]
GroupName = Annotated[str, Field(min_length=1, max_length=1024)]
AckId = Annotated[int, Field(ge=0, lt=2**64)]


class Frame(BaseModel):
    """Base of what a client sends; names are the wire's, unknown fields are ignored as the service does."""

    model_config = ConfigDict(strict=True)


class Payload(Frame):
    """A frame that carries data of a declared type."""

    dataType: DataType = "json"
    data: Any = None

    @model_validator(mode="after")
    def _data_is_what_it_says(self) -> Self:
        if self.dataType != "json" and not isinstance(self.data, str):
            raise ValueError(f"data of type {self.dataType} must be a string")
        if self.dataType in ("binary", "protobuf"):
            try:
                base64.b64decode(self.data, validate=True)
            except binascii.Error as error:
                raise ValueError(f"data of type {self.dataType} must be base64") from error
        return self


class JoinGroup(Frame):
    """Join a group; needs `webpubsub.joinLeaveGroup`."""

    type: Literal["joinGroup"]
    group: GroupName
    ackId: AckId | None = None


class LeaveGroup(Frame):
    """Leave a group; needs `webpubsub.joinLeaveGroup`."""

    type: Literal["leaveGroup"]
    group: GroupName
    ackId: AckId | None = None


class SendToGroup(Payload):
    """Publish to a group; needs `webpubsub.sendToGroup`."""

    type: Literal["sendToGroup"]
    group: GroupName
    ackId: AckId | None = None
    noEcho: bool = False


class Event(Payload):
    """An event for an upstream handler."""

    type: Literal["event"]
    event: str
    ackId: AckId | None = None


class SequenceAck(Frame):
    """Everything up to `sequenceId` has arrived (reliable subprotocol)."""

    type: Literal["sequenceAck"]
    sequenceId: AckId


class Ping(Frame):
    """Is the service there?"""

    type: Literal["ping"]


ClientFrame = JoinGroup | LeaveGroup | SendToGroup | Event | SequenceAck | Ping
_client_frame: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="type")])


class MalformedFrameError(ValueError):
    """A client's frame that is not of the protocol; `ack_id` is known when it can be answered by an ack."""

    def __init__(self, message: str, ack_id: int | None) -> None:
        super().__init__(message)
        self.ack_id = ack_id


def parse(text: str) -> ClientFrame:
    """The frame in a text message; raises MalformedFrameError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedFrameError("The message is not valid JSON", None) from error
    try:
        return _client_frame.validate_python(value)
    except ValidationError as error:
        ack_id = value.get("ackId") if isinstance(value, dict) else None
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MalformedFrameError(
            f"Invalid message: {where + ': ' if where else ''}{first['msg']}",
            ack_id if type(ack_id) is int else None,
        ) from error


@dataclass(frozen=True)
class Message:
    """One published message, in the forms that the kinds of client receive."""

    body: str
    """The frame of a subprotocol client, without a sequence id."""
    plain: str | bytes
    """What a client without subprotocol receives: the bare data."""

    def sequenced(self, sequence_id: int) -> str:
        """The frame of a reliable client."""
        return f'{self.body[:-1]},"sequenceId":{sequence_id}}}'


def message(data_type: DataType, data: Any, *, group: str | None = None, from_user: str | None = None) -> Message:
    """A message from the server, or to a group; binary data is base64."""
    source = {"from": "server"} if group is None else {"from": "group", "group": group}
    sender = {} if from_user is None else {"fromUserId": from_user}
    body = json.dumps({"type": "message", **source, **sender, "dataType": data_type, "data": data})
    if data_type == "json":
        return Message(body, json.dumps(data))
    return Message(body, data if data_type == "text" else base64.b64decode(data))


def connected(connection_id: str, user_id: str | None, reconnection_token: str | None) -> str:
    """The first frame of a connection, and of each recovery."""
    recovery = {} if reconnection_token is None else {"reconnectionToken": reconnection_token}
    frame = {"type": "system", "event": "connected", "userId": user_id, "connectionId": connection_id}
    return json.dumps(frame | recovery)


def disconnected(reason: str) -> str:
    """The last frame of a connection that the service ends."""
    return json.dumps({"type": "system", "event": "disconnected", "message": reason})


def ack(ack_id: int, error: tuple[str, str] | None = None) -> str:
    """The answer to a request; `error` is (name, message)."""
    failure = {} if error is None else {"error": {"name": error[0], "message": error[1]}}
    return json.dumps({"type": "ack", "ackId": ack_id, "success": error is None} | failure)


PONG = json.dumps({"type": "pong"})
