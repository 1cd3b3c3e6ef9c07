"""Hand the caller to a person, if one can be had now (I-24).

The tool only says so in the call's row; when the agent's last sentence has been spoken and its stream ends, the
carrier asks what next and is told to connect the people.
"""

from archer.people import reachable
from tools.context import Arguments as Base
from tools.context import CallContext, Reason, ToolResult

NAME = "transfer_to_agent"
DESCRIPTION = "Hand the call to a person. Says whether somebody is there."
NEEDS_VERIFICATION = False


class Arguments(Base):
    reason: Reason = ""


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Ask for the transfer; without people nothing changes."""
    number = reachable(call.settings, call.now)
    if number is None:
        return ToolResult("Nobody is available right now.", {"available": False, "reason": args.reason})
    call.call.transfer_requested_at = call.call.transfer_requested_at or call.now
    call.call.outcome = call.call.outcome or "transferred"
    return ToolResult("I am connecting you to a colleague now.", {"available": True, "queue": "people"})
