"""Waking a call's orchestration: each wait has an event name of its own.

The Durable SDK 1.7 hands an event that arrived before its wait to every later wait of the same name, so a name that
is waited for twice can turn a quiet orchestration into a busy loop. The number of the current wait is kept in the
call's row; see docs/decisions/0001-numbered-wake-ups.md.
"""

from sqlalchemy import select, update

from archer.store.calls import Call
from archer.work import work
from durable.inputs import CallRef


def event_name(number: int) -> str:
    """The external event that wait `number` is woken by."""
    return f"wake-{number}"


async def next_wake_number(ref: CallRef) -> int:
    """Begin the next wait: from now on a change of the call raises its event. 0 when there is no such call."""
    async with work(ref.organization_id) as unit:
        found = await unit.session.execute(
            update(Call)
            .where(Call.id == ref.call_id)
            .values(wake_number=Call.wake_number + 1)
            .returning(Call.wake_number)
        )
        return found.scalar_one_or_none() or 0


async def current_wake_number(ref: CallRef) -> int:
    """The wait that a change of the call has to end."""
    async with work(ref.organization_id) as unit:
        found = await unit.session.execute(select(Call.wake_number).where(Call.id == ref.call_id))
        return found.scalar_one_or_none() or 0
