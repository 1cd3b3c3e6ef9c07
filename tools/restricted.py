"""Whether a right that was invoked keeps anything more from being arranged (I-15)."""

from sqlalchemy import and_, func, or_, select

from archer.store.customers import Customer, Restriction
from archer.voiding import ENDS_PERSUASION, OF_THE_PERSON
from tools.context import CallContext, ToolResult, refused


async def restricted(call: CallContext) -> ToolResult | None:
    """The refusal of a tool that would arrange something; None when nothing stands in its way."""
    person = select(Customer.id).where(
        Customer.phone_number == call.customer.phone_number, func.lower(Customer.name) == call.customer.name.lower()
    )
    found = await call.unit.session.execute(
        select(Restriction)
        .where(
            Restriction.lifted_at.is_(None),
            or_(
                and_(
                    Restriction.call_id == call.call.id,
                    or_(*(Restriction.kind == kind for kind in sorted(ENDS_PERSUASION))),
                ),
                and_(
                    Restriction.customer_id.in_(person),
                    or_(*(Restriction.kind == kind for kind in sorted(OF_THE_PERSON))),
                ),
            ),
        )
        .limit(1)
    )
    row = found.scalars().first()
    return None if row is None else refused("not_allowed", field="restriction", kind=row.kind)
