"""Do media streams reach the agent at all? What this process has seen of it, for the decision to offer one.

A stream counts as failed when it ended before a session was opened over it: the container or Cartesia cannot be
reached. While the circuit is open, calls begin with the carrier's own voice at once instead of with silence.
"""

from functools import cache

from archer.resilience import CircuitBreaker
from archer.sessions import issue_call_token
from archer.store.calls import Call
from archer.telephony import twiml

FAILURES_IN_A_ROW = 3
"""One call fails twice before it is given up: this many are seen by more than one call."""
LEFT_ALONE_SECONDS = 20.0


@cache
def streams() -> CircuitBreaker:
    """The circuit of this process."""
    return CircuitBreaker("agent streams", failures=FAILURES_IN_A_ROW, open_seconds=LEFT_ALONE_SECONDS)


def first_words(call: Call, hooks: twiml.Webhooks) -> str:
    """What a call begins with: the agent, or, while streams fail, the question who is to talk once it is answered."""
    if streams().state == "closed":
        return twiml.stream(hooks, call.id, issue_call_token(call))
    return twiml.ask(hooks, call.id)
