"""Live events: a client asks where to listen, and gets a URL that lets it hear its own organization only."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.auth import Viewer
from api.problems import Problem, responses
from archer.failures import where
from archer.realtime import HUB, publisher
from archer.settings import settings
from archer.store.calls import get_call
from archer.work import work

router = APIRouter(prefix="/realtime", tags=["realtime"])
_LIFETIME = timedelta(hours=1)


class Negotiated(BaseModel):
    """Where to listen: open `url` with a Web PubSub client; the groups are joined already."""

    url: str
    hub: str
    groups: list[str]
    expires_in: int


@router.post("/negotiate", response_model=Negotiated, responses=responses(401, 403, 404, 422, 503))
async def negotiate(
    who: Viewer,
    call_id: Annotated[UUID | None, Query(description="this call only; else the whole organization")] = None,
) -> Negotiated:
    """A client access URL, valid for an hour; ask again before it ends."""
    group = f"org:{who.organization_id}"
    if call_id is not None:
        async with work(who.organization_id) as unit:
            if await get_call(unit.session, call_id) is None:
                raise Problem(404, "not-found", f"no call {call_id}")
        group = f"call:{call_id}"
    if not settings().web_pubsub_connection_string.get_secret_value():
        raise Problem(503, "unavailable", "live events are not configured: set WEB_PUBSUB_CONNECTION_STRING")
    try:
        url = await publisher().client_access(who.name, [group], _LIFETIME)
    except (ValueError, OSError) as error:
        raise Problem(503, "unavailable", f"live events cannot be had: {where(error)}") from error
    return Negotiated(url=url, hub=HUB, groups=[group], expires_in=int(_LIFETIME.total_seconds()))
