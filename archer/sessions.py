"""Sessions of the agent with a call: which token may open the next one, and who may still act.

Each time a call is handed to the agent (answered, or resumed after a broken stream) a new call token is issued; it
opens exactly one session. The session's epoch fences off older ones: a process thought dead cannot act any more.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

from archer.security import CALL_TOKEN_SECONDS, SESSION_GRACE_SECONDS, CallClaims, issue
from archer.settings import settings
from archer.store.calls import Call


class SessionRefused(Exception):
    """The token does not open a session (any more); the message says why."""


@dataclass(frozen=True)
class Opened:
    """A session that may act."""

    epoch: int
    token: str
    repeated: bool
    """The same request was answered before; its answer was lost on the way."""


def issue_call_token(call: Call, *, again: bool = False) -> str:
    """A token for the next session of this call; an unused earlier one stops being valid.

    `again`: the answer that carried the last one may have been lost; whichever of the two comes opens the session.
    """
    if not again or call.stream_token_id is None:
        call.stream_token_id = uuid4()
    claims = CallClaims(call.organization_id, call.id, call.stream_token_id, call.session_epoch + 1)
    return issue(settings().call_token_secret.get_secret_value(), "archer-call", claims, CALL_TOKEN_SECONDS)


def check_unused(call: Call, claims: CallClaims) -> None:
    """Raise SessionRefused unless this token may still open a session."""
    if call.stream_token_id != claims.token_id or claims.epoch != call.session_epoch + 1:
        raise SessionRefused("the call token has been used")


def open_session(call: Call, claims: CallClaims, nonce: UUID, max_call_seconds: int) -> Opened:
    """Use the token up on a locked call; the same token with the same nonce is answered again."""
    repeated = claims.epoch == call.session_epoch and nonce == call.session_nonce
    if not repeated:
        check_unused(call, claims)
        call.session_epoch = claims.epoch
        call.session_nonce = nonce
        call.stream_token_id = None
    acting = CallClaims(call.organization_id, call.id, nonce, call.session_epoch)
    token = issue(
        settings().call_token_secret.get_secret_value(),
        "archer-session",
        acting,
        max_call_seconds + SESSION_GRACE_SECONDS,
    )
    return Opened(call.session_epoch, token, repeated)


def take_over(call: Call) -> None:
    """Somebody who is no agent talks on a locked call from now on: no session may act or be opened any more."""
    call.session_epoch += 1
    call.session_nonce = uuid4()
    call.stream_token_id = None


def check_acting(call: Call, claims: CallClaims) -> None:
    """Raise SessionRefused when a newer session of this call has taken over."""
    if claims.epoch != call.session_epoch:
        raise SessionRefused("a newer session of this call has taken over")
