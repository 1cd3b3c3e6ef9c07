"""Stop what is under way to a person or a number: queued calls, campaigns, callbacks, texts (R-08: at once).

The one place where a right that was invoked reaches the dialer, whoever recorded it: a tool in a call, the API, a
do-not-call list, a text message.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from archer.call_state import end_without_carrier, wake
from archer.campaigns import hold_members, skip_held
from archer.store.arrangements import Callback
from archer.store.calls import Call
from archer.store.customers import Customer
from archer.store.dial_rows import one_of_ids, one_of_words
from archer.store.messages import Message
from archer.work import Work


@dataclass(frozen=True)
class Stopped:
    """How much was stopped."""

    calls: int = 0
    """Queued calls that were cancelled."""
    hangups: int = 0
    """Calls that were being dialed or rang already; the carrier is asked to drop them."""
    callbacks: int = 0
    texts: int = 0
    members: int = 0
    """Memberships in campaigns that are skipped from now on."""
    call_ids: tuple[UUID, ...] = ()
    """The calls that were cancelled or dropped."""
    campaign_ids: tuple[UUID, ...] = ()
    """The campaigns of these memberships."""

    def plain(self) -> dict[str, int]:
        """The figures, in JSON terms."""
        return {
            "calls": self.calls,
            "hangups": self.hangups,
            "callbacks": self.callbacks,
            "texts": self.texts,
            "members": self.members,
        }

    def named(self) -> dict[str, Any]:
        """The figures with calls and campaigns, the first hundred of them, for the audit log."""
        named = {"call_ids": self.call_ids, "campaign_ids": self.campaign_ids}
        return {**self.plain(), **{name: [str(one) for one in ids[:100]] for name, ids in named.items()}}


async def stop_calls(
    unit: Work,
    *,
    why: dict[str, Any],
    customers: Collection[UUID] = (),
    numbers: Collection[str] = (),
    besides: UUID | None = None,
) -> Stopped:
    """Cancel queued calls and callbacks of these customers and numbers, and drop what rings; `besides` one call.

    In campaigns they are skipped from now on, with `why` as the reason.
    """
    members = await hold_members(unit, customers=customers, numbers=numbers)
    queued, ringing = 0, 0
    ids: list[UUID] = []
    query = (
        select(Call)
        .where(
            Call.direction == "outbound",
            Call.status.in_(("queued", "dialing", "ringing")),
            or_(one_of_ids(Call.customer_id, customers), one_of_words(Call.phone_number, numbers)),
        )
        .order_by(Call.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if besides is not None:
        query = query.where(Call.id != besides)
    for call in (await unit.session.execute(query)).scalars().all():
        if call.status == "queued":
            call.disposition = "blocked"
            await end_without_carrier(unit, call, "canceled", "blocked")
            await wake(unit, call, "restricted")
            queued += 1
        elif call.hangup_requested_at is None:
            call.hangup_requested_at, call.outcome = unit.now, call.outcome or "blocked"
            await wake(unit, call, "restricted")
            ringing += 1
        ids.append(call.id)
    of_number = select(Customer.id).where(one_of_words(Customer.phone_number, numbers))
    canceled = await unit.session.execute(
        update(Callback)
        .where(
            Callback.status == "scheduled",
            or_(one_of_ids(Callback.customer_id, customers), Callback.customer_id.in_(of_number)),
        )
        .values(status="canceled")
        .returning(Callback.id)
    )
    campaigns = await skip_held(unit, members, ids, why)
    return Stopped(
        calls=queued,
        hangups=ringing,
        callbacks=len(canceled.all()),
        members=len(campaigns),
        call_ids=tuple(ids),
        campaign_ids=tuple(dict.fromkeys(campaigns)),
    )


async def hold_calls(unit: Work, customers: Collection[UUID]) -> None:
    """Lock the memberships and the calls of these customers that `stop_calls` may stop, in its order."""
    await hold_members(unit, customers=customers, numbers=())
    await unit.session.execute(
        select(Call.id)
        .where(
            Call.direction == "outbound",
            Call.status.in_(("queued", "dialing", "ringing")),
            one_of_ids(Call.customer_id, customers),
        )
        .order_by(Call.id)
        .with_for_update()
    )


async def stop_texts(unit: Work, *, customers: Collection[UUID] = (), numbers: Collection[str] = ()) -> int:
    """Keep texts that have not left from leaving; how many."""
    stopped = await unit.session.execute(
        update(Message)
        .where(
            Message.status == "queued",
            or_(one_of_ids(Message.customer_id, customers), one_of_words(Message.to_number, numbers)),
        )
        .values(status="failed", error="the person has opted out")
        .returning(Message.id)
    )
    return len(stopped.all())
