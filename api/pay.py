"""The page behind a payment link: what is to be paid to whom, and nothing about the person.

Taking the money is the bank's payment service (`payment_link_base` of the organization's settings).
"""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from archer.links import InvalidLink, read_link
from archer.store.arrangements import Arrangement
from archer.store.organizations import get_organization
from archer.work import work

router = APIRouter(prefix="/pay", tags=["payments"])
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>{title}</title>
<body style="font-family:system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem"><h1>{title}</h1><p>{text}</p>"""


_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
"""The address is the bearer's right: it is not kept, not passed on, not indexed, not framed."""


def _page(title: str, text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=escape(title), text=escape(text)), status, headers=_HEADERS)


def _text(row: Arrangement) -> str:
    text = f"Amount to pay: ${row.amount:,.2f}."
    if row.due_date is not None:
        text += f" To be paid by {row.due_date:%B} {row.due_date.day}, {row.due_date.year}."
    return text + (" This amount settles the account." if row.kind == "settlement" else "")


@router.get("/{token}", response_class=HTMLResponse, responses={404: {"description": "no such link"}})
async def show_payment(token: Annotated[str, Path(max_length=1000)]) -> HTMLResponse:
    """Who asks for how much; a link that was replaced or has expired says so."""
    try:
        organization_id, arrangement_id = read_link(token)
    except InvalidLink as error:
        return _page("Link not valid", f"{error}. Please call us and we will send a new one.", 404)
    async with work(organization_id) as unit:
        row = await unit.session.get(Arrangement, arrangement_id)
        if row is None or row.status != "active" or row.amount is None:
            return _page("Link not valid", "This payment was replaced by another arrangement.", 404)
        organization = await get_organization(unit.session, organization_id)
        return _page(organization.name, _text(row))
