"""The durable management HTTP API, as clients use it and as operators do.

Paths, parameters, status codes and JSON: learn.microsoft.com, "HTTP API reference (Durable Functions)".
"""

import base64
import binascii
import json
import math
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.functions.binder import LoadedApp
from local.functions.durable.control import ConflictError, Control, GoneError
from local.functions.durable.engine import Engine
from local.functions.durable.entities import entity_id
from local.functions.durable.episode import unknown_function
from local.functions.durable.history import TERMINAL, Event, Kind, Status, dumps, stamp
from local.functions.durable.links import management_links
from local.functions.durable.replay import Work
from local.functions.durable.store import InstanceRow

Handler = Callable[[Request, dict[str, str]], Awaitable[Response]]
SHOWN = {
    Kind.EXECUTION_STARTED: "ExecutionStarted",
    Kind.EXECUTION_COMPLETED: "ExecutionCompleted",
    Kind.EXECUTION_TERMINATED: "ExecutionTerminated",
    Kind.TASK_COMPLETED: "TaskCompleted",
    Kind.TASK_FAILED: "TaskFailed",
    Kind.SUB_COMPLETED: "SubOrchestrationInstanceCompleted",
    Kind.SUB_FAILED: "SubOrchestrationInstanceFailed",
    Kind.TIMER_CREATED: "TimerCreated",
    Kind.TIMER_FIRED: "TimerFired",
    Kind.EVENT_SENT: "EventSent",
    Kind.EVENT_RAISED: "EventRaised",
    Kind.SUSPENDED: "ExecutionSuspended",
    Kind.RESUMED: "ExecutionResumed",
}
COPIED = ("Timestamp", "FireAt", "Name", "Reason", "Details")
FINAL_NAMES = {1: "Completed", 3: "Failed", 5: "Terminated"}


class BadRequestError(Exception):
    """The request cannot be understood; the message says why."""


def _flag(query: QueryParams, name: str, default: bool = False) -> bool:
    return {"true": True, "false": False}.get(query.get(name, "").lower(), default)


def _json_text(body: bytes) -> str | None:
    if not body:
        return None
    try:
        return dumps(json.loads(body))
    except ValueError as error:
        raise BadRequestError(f"Invalid JSON content: {error}") from None


def _date(query: QueryParams, name: str) -> datetime | None:
    text = query.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise BadRequestError(f"{name} is no ISO 8601 time: {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _loads(text: str | None) -> Any:
    return json.loads(text) if text is not None else None


def shown_history(history: list[Event], with_results: bool) -> list[dict[str, Any]]:
    """History as the status API shows it: without the engine's own events, tasks with name and times."""
    scheduled = {e["EventId"]: e for e in history if e["EventType"] in (Kind.TASK_SCHEDULED, Kind.SUB_CREATED)}
    shown = []
    for past in history:
        name = SHOWN.get(past["EventType"])
        if name is None:
            continue
        entry: dict[str, Any] = {"EventType": name}
        entry.update({key: past[key] for key in COPIED if key in past})
        task = scheduled.get(past.get("TaskScheduledId", -1))
        if task is not None:
            entry["FunctionName"], entry["ScheduledTime"] = task["Name"], task["Timestamp"]
        if past["EventType"] == Kind.EXECUTION_STARTED:
            entry["FunctionName"] = entry.pop("Name")
        if "OrchestrationStatus" in past:
            entry["OrchestrationStatus"] = FINAL_NAMES[past["OrchestrationStatus"]]
        if with_results and past.get("Result"):
            entry["Result"] = json.loads(past["Result"])
        shown.append(entry)
    return shown


class ManagementApi:
    """Answers requests below the webhook and the RPC base; `hub` and `code` go into the links it hands out."""

    def __init__(self, app: LoadedApp, engine: Engine, hub: str, code: str = "") -> None:
        self._app, self._engine, self._hub, self._code = app, engine, hub, code
        self._control: Control = engine.control
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = [
            ("POST", re.compile(r"/orchestrators/(?P<name>[^/]+)(?:/(?P<id>[^/]+))?", re.IGNORECASE), self._start),
            ("GET", re.compile(r"/instances", re.IGNORECASE), self._list),
            ("DELETE", re.compile(r"/instances", re.IGNORECASE), self._purge_many),
            ("GET", re.compile(r"/instances/(?P<id>[^/]+)", re.IGNORECASE), self._status),
            ("DELETE", re.compile(r"/instances/(?P<id>[^/]+)", re.IGNORECASE), self._purge),
            ("POST", re.compile(r"/instances/(?P<id>[^/]+)/raiseevent/(?P<event>[^/]+)", re.IGNORECASE), self._raise),
            ("POST", re.compile(r"/instances/(?P<id>[^/]+)/(?P<operation>\w+)", re.IGNORECASE), self._operate),
            ("GET", re.compile(r"/entities/(?P<name>[^/]+)", re.IGNORECASE), self._entities),
            ("GET", re.compile(r"/entities/(?P<name>[^/]+)/(?P<key>[^/]+)", re.IGNORECASE), self._entity),
            ("POST", re.compile(r"/entities/(?P<name>[^/]+)/(?P<key>[^/]+)", re.IGNORECASE), self._signal),
            ("DELETE", re.compile(r"/entities/(?P<name>[^/]+)/(?P<key>[^/]+)", re.IGNORECASE), self._signal),
        ]

    async def answer(self, request: Request, path: str, base: str) -> Response:
        """Answer a request; `path` is what follows the base, `base` the public URL of the webhook for links."""
        request.state.base = base
        for method, pattern, handler in self._routes:
            if method == request.method and (match := pattern.fullmatch(path.rstrip("/"))) is not None:
                try:
                    return await handler(request, match.groupdict())
                except BadRequestError as error:
                    return self._error(400, str(error))
                except LookupError:
                    return Response(status_code=404)
                except GoneError:
                    return Response(status_code=410)
                except ConflictError as error:
                    return self._error(409, str(error))
        return Response(status_code=404)

    @staticmethod
    def _error(status: int, message: str, exception: str | None = None) -> Response:
        body = {
            "Message": message,
            "ExceptionMessage": exception or message,
            "ExceptionType": "System.ArgumentException",
        }
        return JSONResponse(body, status)

    def _found(self, instance_id: str) -> InstanceRow:
        row = self._control.find(instance_id)
        if row is None:
            raise LookupError(instance_id)
        return row

    def _state(self, row: InstanceRow, query: QueryParams, many: bool = False) -> dict[str, Any]:
        state = {
            "name": row.name,
            "instanceId": row.id,
            "runtimeStatus": str(row.status),
            "input": _loads(row.input) if _flag(query, "showInput", not many) else None,
            "customStatus": _loads(row.custom_status),
            "output": _loads(row.output),
            "createdTime": _seconds(row.created),
            "lastUpdatedTime": _seconds(row.updated),
        }
        if _flag(query, "showHistory"):
            history = self._control.history(row.id)
            state["historyEvents"] = shown_history(history, _flag(query, "showHistoryOutput"))
        return state

    # Orchestrations.

    async def _start(self, request: Request, path: dict[str, str]) -> Response:
        input_ = _json_text(await request.body())
        try:
            instance_id = self._control.start(path["name"], path["id"], input_, request.query_params.get("version"))
        except ValueError as error:
            return self._error(400, "One or more of the arguments submitted is incorrect", str(error))
        return await self._check_status(request, instance_id)

    async def _check_status(self, request: Request, instance_id: str) -> Response:
        query = request.query_params
        if "timeout" in query:
            try:
                timeout = float(query["timeout"])
            except ValueError:
                timeout = math.nan
            if not 0 <= timeout <= 3600:
                raise BadRequestError(f"timeout must be a number of seconds up to 3600, is {query['timeout']!r}")
            if await self._engine.hub.ended(instance_id, timeout):
                row = self._found(instance_id)
                completed = row.status is Status.COMPLETED
                return JSONResponse(_loads(row.output) if completed else self._state(row, query))
        links = management_links(request.state.base, instance_id, self._hub, self._code)
        headers = {"Location": links["statusQueryGetUri"], "Retry-After": "10"}
        return JSONResponse(links, 202, headers)

    def _matching(self, query: QueryParams, limit: int = -1) -> list[InstanceRow]:
        statuses = [name for part in query.getlist("runtimeStatus") for name in part.split(",") if name]
        known = {str(status).lower(): str(status) for status in Status}
        after = None
        if token := query.get("continuationToken"):
            try:
                created, identifier = json.loads(base64.b64decode(token, validate=True))
                after = (str(created), str(identifier))
            except (ValueError, binascii.Error):
                raise BadRequestError("the continuation token is none of this host's") from None
        return self._control.query(
            prefix=query.get("instanceIdPrefix", ""),
            statuses=[known.get(name.lower(), name) for name in statuses],
            created_from=_date(query, "createdTimeFrom"),
            created_to=_date(query, "createdTimeTo"),
            after=after,
            limit=limit,
        )

    async def _list(self, request: Request, _: dict[str, str]) -> Response:
        query = QueryParams(
            [
                *request.query_params.multi_items(),
                ("continuationToken", request.headers.get("x-ms-continuation-token", "")),
            ]
        )
        top = query.get("top", "")
        if top and (not top.isdecimal() or int(top) == 0):
            raise BadRequestError(f"top must be a positive number, is {top!r}")
        limit = int(top) if top else -1
        rows = self._matching(query, limit + 1 if limit > 0 else -1)
        token = ""
        if 0 < limit < len(rows):
            rows = rows[:limit]
            token = base64.b64encode(dumps([stamp(rows[-1].created), rows[-1].id]).encode()).decode()
        states = [self._state(row, query, many=True) for row in rows]
        return JSONResponse(states, headers={"x-ms-continuation-token": token})

    async def _purge_many(self, request: Request, _: dict[str, str]) -> Response:
        if not request.query_params.get("createdTimeFrom"):
            raise BadRequestError("Please provide value for 'createdTimeFrom' parameter.")
        rows = self._matching(request.query_params)
        deleted = self._control.purge([row.id for row in rows if row.status in TERMINAL])
        return JSONResponse({"instancesDeleted": deleted}) if deleted else Response(status_code=404)

    async def _status(self, request: Request, path: dict[str, str]) -> Response:
        row = self._found(path["id"])
        state = self._state(row, request.query_params)
        if row.status not in TERMINAL:
            return JSONResponse(state, 202, {"Location": str(request.url), "Retry-After": "5"})
        error = row.status is Status.FAILED and _flag(request.query_params, "returnInternalServerErrorOnFailure")
        return JSONResponse(state, 500 if error else 200)

    async def _purge(self, _: Request, path: dict[str, str]) -> Response:
        return JSONResponse({"instancesDeleted": self._control.purge([self._found(path["id"]).id])})

    async def _raise(self, request: Request, path: dict[str, str]) -> Response:
        self._found(path["id"])
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise BadRequestError("Only application/json request content is supported")
        self._control.raise_event(path["id"], path["event"], _json_text(await request.body()) or "null")
        return Response(status_code=202)

    async def _operate(self, request: Request, path: dict[str, str]) -> Response:
        instance_id, reason = path["id"], request.query_params.get("reason")
        match path["operation"].lower():
            case "terminate":
                self._control.terminate(instance_id, dumps(reason) if reason is not None else None)
            case "suspend":
                self._control.suspend(instance_id, reason)
            case "resume":
                self._control.resume(instance_id, reason)
            case "rewind":
                self._control.rewind(instance_id)
            case "restart":
                new = _flag(request.query_params, "restartWithNewInstanceId", True)
                return await self._check_status(request, self._control.restart(instance_id, new))
            case _:
                return Response(status_code=404)
        return Response(status_code=202)

    # Entities.

    async def _entities(self, request: Request, path: dict[str, str]) -> Response:
        fetch = _flag(request.query_params, "fetchState")
        entries = []
        for identifier, state, updated in self._engine.hub.store.entities(path["name"].lower()):
            _, name, key = identifier.split("@", 2)
            entry: dict[str, Any] = {"entityId": {"name": name, "key": key}, "lastOperationTime": updated}
            if fetch:
                entry["state"] = _loads(state)
            entries.append(entry)
        return JSONResponse(entries)

    async def _entity(self, _: Request, path: dict[str, str]) -> Response:
        state = self._engine.hub.store.entity(entity_id(path["name"], path["key"]))
        return Response(status_code=404) if state is None else JSONResponse(_loads(state))

    async def _signal(self, request: Request, path: dict[str, str]) -> Response:
        if (reason := unknown_function(self._app, Work.ENTITY, path["name"])) is not None:
            return self._error(400, reason)
        input_ = _json_text(await request.body())
        operation = "delete" if request.method == "DELETE" else request.query_params.get("op", "")
        self._engine.entities.signal(path["name"], path["key"], operation, input_)
        return Response(status_code=202)
