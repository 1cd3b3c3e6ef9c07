"""What is in force in this call already, and what becomes of it when something more is arranged.

A new arrangement replaces the earlier one: the caller changed his mind. Only a payment and a promise for the rest may
stand side by side, when the caller wants both; together they never exceed the balance. Whichever it is, the sentence
to confirm says so, for nobody is to lose an arrangement by a yes to another one.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from archer.conversation.words import spoken
from archer.store.arrangements import Arrangement
from tools.context import CallContext

_BESIDE = {"payment": "promise", "promise": "payment"}
"""Of which kind the other one is."""


@dataclass(frozen=True)
class Standing:
    """What a new arrangement leaves as it is, and what it replaces."""

    kept: list[Arrangement]
    replaced: list[Arrangement]

    @property
    def taken(self) -> Decimal:
        """How much of the balance is arranged by what is kept."""
        return sum((row.amount for row in self.kept if row.amount is not None), Decimal(0))

    def lead(self, call: CallContext) -> str:
        """What the sentence to confirm begins with: empty when nothing was arranged before."""
        stays = "".join(f"{_capital(name(row, call))} stays as it is. " for row in self.kept)
        goes = "".join(f"This would replace {name(row, call)}, which would be cancelled. " for row in self.replaced)
        return stays + goes

    @property
    def data(self) -> dict[str, Any]:
        """The same for the policy: what stays and what goes, where there is any of it."""
        both = {"kept": self.kept, "replaced": self.replaced}
        return {word: [_plain(row) for row in rows] for word, rows in both.items() if rows}

    def cancelled(self, call: CallContext) -> str:
        """What is said of it once the new one is in place."""
        return "".join(f" {_capital(name(row, call))} is cancelled." for row in self.replaced)


async def standing(call: CallContext, kind: str, *, besides: bool) -> Standing:
    """What an arrangement of this kind, wanted besides what there is or in its place, meets in this call."""
    rows = await call.unit.session.scalars(
        select(Arrangement).where(Arrangement.call_id == call.call.id).order_by(Arrangement.created_at)
    )
    active = [row for row in rows.all() if row.status == "active"]
    kept = [row for row in active if besides and row.kind == _BESIDE.get(kind)]
    return Standing(kept, [row for row in active if row not in kept])


def name(row: Arrangement, call: CallContext) -> str:
    """An arrangement as the object of a sentence: "the bank transfer of fifty dollars"."""
    money = spoken.money(row.amount) if row.amount is not None else ""
    day = spoken.date(row.due_date, call.today) if row.due_date else ""
    if row.kind == "plan":
        return "your payment plan"
    if row.kind == "extension":
        return f"your new due date, {day},"
    if row.kind == "promise":
        return f"your promise to pay {money} by {day}"
    return f"the {'payment link for' if row.method == 'sms_link' else 'bank transfer of'} {money}"


def _plain(row: Arrangement) -> dict[str, Any]:
    return {"kind": row.kind, "amount": f"{row.amount:.2f}" if row.amount is not None else None}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
