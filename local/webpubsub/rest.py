"""The REST side: what the service SDK calls (`/api/hubs/{hub}/…`, api-version 2024-12-01).

Source: the Web PubSub data-plane REST reference. `filter` (OData) is refused; `messageTtlSeconds` is accepted and
has no effect, because a message waits at most for the recovery window.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from local.webpubsub import frames
from local.webpubsub.connection import Connection
from local.webpubsub.hub import Registry
from local.webpubsub.tokens import Authority

PERMISSIONS = ("joinLeaveGroup", "sendToGroup")
PAGE_SIZE = 200


class RestEndpoint:
    """The operations of the service; the caller has been authenticated before."""

    def __init__(self, authority: Authority, registry: Registry) -> None:
        self._authority, self._registry = authority, registry

    def routes(self) -> Iterator[web.RouteDef]:
        """Every route below `/api/hubs/{hub}`."""
        base, group, user, connection = (
            "/api/hubs/{hub}",
            "/groups/{group}",
            "/users/{user}",
            "/connections/{connection}",
        )
        for audience in ("", group, user, connection):
            yield web.post(f"{base}{audience}/:send", self._send)
        for audience in ("", group, user):
            yield web.post(f"{base}{audience}/:closeConnections", self._close)
        yield web.delete(f"{base}{connection}", self._close)
        for subject in (group, user, connection):
            yield web.head(f"{base}{subject}", self._exists)
        for membership in (f"{group}{connection}", f"{user}{group}"):
            yield web.put(f"{base}{membership}", self._add_to_group)
            yield web.delete(f"{base}{membership}", self._remove_from_group)
        for subject in (user, connection):
            yield web.delete(f"{base}{subject}/groups", self._remove_from_all_groups)
        yield web.get(f"{base}{group}/connections", self._list_connections, allow_head=False)
        permission = f"{base}/permissions/{{permission}}{connection}"
        yield web.put(permission, self._grant)
        yield web.delete(permission, self._revoke)
        yield web.head(permission, self._has_permission)
        yield web.post(f"{base}/:generateToken", self._generate_token)

    def _meant(self, request: web.Request, *, whole_group: bool = True) -> Iterator[Connection]:
        """The connections that the path names; a membership's group is its target, not a condition."""
        path = request.match_info
        return self._registry.find(
            path["hub"].lower(),
            group=path.get("group") if whole_group else None,
            user=path.get("user"),
            connection=path.get("connection"),
            excluded=set(request.query.getall("excluded", [])),
        )

    async def _send(self, request: web.Request) -> web.Response:
        if "filter" in request.query:
            raise bad_request("filter is not supported here")
        data_type, data = await _payload(request)
        message = frames.message(data_type, data, group=request.match_info.get("group"))
        for connection in self._meant(request):
            connection.deliver(message)
        return web.Response(status=202)

    async def _close(self, request: web.Request) -> web.Response:
        for connection in self._meant(request):
            connection.end(request.query.get("reason", ""))
        return web.Response(status=204)

    async def _exists(self, request: web.Request) -> web.Response:
        return web.Response(status=200 if any(self._meant(request)) else 404)

    async def _add_to_group(self, request: web.Request) -> web.Response:
        members = list(self._meant(request, whole_group=False))
        if "connection" in request.match_info and not members:
            raise _not_found(request)
        for connection in members:
            connection.groups.add(request.match_info["group"])
        return web.Response(status=200)

    async def _remove_from_group(self, request: web.Request) -> web.Response:
        for connection in self._meant(request, whole_group=False):
            connection.groups.discard(request.match_info["group"])
        return web.Response(status=204)

    async def _remove_from_all_groups(self, request: web.Request) -> web.Response:
        for connection in self._meant(request):
            connection.groups.clear()
        return web.Response(status=204)

    async def _list_connections(self, request: web.Request) -> web.Response:
        size = min(_number(request, "maxpagesize", PAGE_SIZE), PAGE_SIZE)
        top, start = _number(request, "top", 2**31 - 1), _continuation(request)
        members = list(self._meant(request))[:top]
        page = members[start : start + size]
        answer: dict[str, Any] = {"value": [{"connectionId": member.id, "userId": member.user_id} for member in page]}
        if start + size < len(members):
            token = base64.urlsafe_b64encode(str(start + size).encode()).decode()
            answer["nextLink"] = str(request.url.update_query(continuationToken=token))
        return web.json_response(answer)

    async def _grant(self, request: web.Request) -> web.Response:
        connection, role = self._permission(request)
        connection.roles.add(role)
        return web.Response(status=200)

    async def _revoke(self, request: web.Request) -> web.Response:
        connection, role = self._permission(request)
        connection.roles.discard(role)
        return web.Response(status=204)

    async def _has_permission(self, request: web.Request) -> web.Response:
        connection, _ = self._permission(request)
        held = connection.can(request.match_info["permission"], request.query.get("targetName"))
        return web.Response(status=200 if held else 404)

    def _permission(self, request: web.Request) -> tuple[Connection, str]:
        permission = request.match_info["permission"]
        if permission not in PERMISSIONS:
            raise bad_request(f"permission must be one of {', '.join(PERMISSIONS)}, is {permission!r}")
        connection = self._registry.get(request.match_info["hub"].lower(), request.match_info["connection"])
        if connection is None:
            raise _not_found(request)
        target = request.query.get("targetName")
        return connection, f"webpubsub.{permission}" + (f".{target}" if target else "")

    async def _generate_token(self, request: web.Request) -> web.Response:
        if request.query.get("clientType", "Default").lower() != "default":
            raise bad_request("clientType must be Default: MQTT and Socket.IO are not supported here")
        token = self._authority.issue(
            f"{request.scheme}://{request.host}/client/hubs/{request.match_info['hub']}",
            minutes=_number(request, "minutesToExpire", 60),
            user_id=request.query.get("userId"),
            roles=request.query.getall("role", []),
            groups=request.query.getall("group", []),
        )
        return web.json_response({"token": token})


async def _payload(request: web.Request) -> tuple[frames.DataType, Any]:
    """The data of a send request by its content type; 413 when over the cap, 415 when of another type."""
    body = await request.read()
    try:
        match request.content_type:
            case "application/json":
                return "json", json.loads(body)
            case "text/plain":
                return "text", body.decode()
            case "application/octet-stream":
                return "binary", base64.b64encode(body).decode()
    except (ValueError, RecursionError) as error:
        raise bad_request(f"the body is not valid {request.content_type}") from error
    raise web.HTTPUnsupportedMediaType(
        text="Content-Type must be application/json, text/plain or application/octet-stream"
    )


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise bad_request(f"{name} must be a whole number from 1, is {text!r}")
    return int(text)


def _continuation(request: web.Request) -> int:
    token = request.query.get("continuationToken")
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise bad_request("continuationToken is not one of this service") from error


def bad_request(message: str) -> web.HTTPBadRequest:
    """A 400 with the service's kind of body."""
    return web.HTTPBadRequest(
        text=json.dumps({"code": "BadRequest", "message": message}), content_type="application/json"
    )


def _not_found(request: web.Request) -> web.HTTPNotFound:
    message = f"connection {request.match_info['connection']} is not connected"
    return web.HTTPNotFound(text=json.dumps({"code": "NotFound", "message": message}), content_type="application/json")
