"""Run entities: the waiting operations of one entity as one batch, its state and all replies in one transaction."""

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from azure.functions.meta import Datum

from local.functions.binder import ENTITY, LoadedApp
from local.functions.durable.history import Kind, dumps, event
from local.functions.durable.hub import Effects, TaskHub
from local.functions.durable.store import Operation
from local.functions.failures import log_failure
from local.functions.invocation import BoundFunction, Outcome

Call = Callable[[BoundFunction, Datum], Awaitable[Outcome]]

log = logging.getLogger("local.functions")


def entity_id(name: str, key: str) -> str:
    """The id of an entity, which is also the instance id that orchestrators address."""
    return f"@{name.lower()}@{key}"


def split(identifier: str) -> tuple[str, str]:
    """Name and key of an entity id."""
    _, name, key = identifier.split("@", 2)
    return name, key


class Entities:
    """Runs entity batches and takes signals; `call` invokes a function of the app."""

    def __init__(self, app: LoadedApp, hub: TaskHub, call: Call) -> None:
        self._app, self._hub, self._call = app, hub, call

    def signal(self, name: str, key: str, operation: str, input_: str | None) -> None:
        """Send an operation that nobody waits for; `input_` is JSON text."""
        identifier = entity_id(name, key)
        with self._hub.store.transaction():
            self._add_signal(identifier, operation, input_)
        self._hub.release(Effects(entities=[identifier]))

    def _add_signal(self, identifier: str, operation: str, input_: str | None) -> None:
        request = {"op": operation, "id": str(uuid.uuid4()), "signal": True, "input": input_}
        self._hub.store.add_operation(identifier, request)

    async def run(self, identifier: str) -> None:
        """Carry out the operations that wait for an entity."""
        operations = self._hub.store.operations(identifier)
        if not operations:
            return
        name, key = split(identifier)
        state = self._hub.store.entity(identifier)
        batch = [
            {
                "name": operation.request["op"],
                "input": operation.request.get("input"),
                "isSignal": bool(operation.request.get("signal")),
            }
            for operation in operations
        ]
        call = {"self": {"name": name, "key": key}, "exists": state is not None, "state": state, "batch": batch}
        try:
            function = self._app.durable.get((ENTITY, name))
            if function is None:
                raise LookupError(f"the app has no entity function '{name}'")
            outcome = await self._call(function, Datum(dumps(call), "json"))
            assert outcome.returned is not None
            reply = json.loads(outcome.returned.value)
        except Exception as error:
            log_failure(f"entity {name}", error, "failed as a whole batch")
            failed = {"isError": True, "result": dumps(str(error) or type(error).__name__)}
            reply = {"entityExists": state is not None, "entityState": state, "results": [failed] * len(batch)}
        self._store(identifier, operations, reply)

    def _store(self, identifier: str, operations: Sequence[Operation], reply: dict[str, Any]) -> None:
        store, effects = self._hub.store, Effects()
        with store.transaction():
            if reply["entityExists"]:
                store.put_entity(identifier, split(identifier)[0], reply["entityState"], self._hub.now())
            else:
                store.delete_entity(identifier)
            store.finish_operations(operations)
            for operation, result in zip(operations, reply["results"], strict=True):
                request = operation.request
                if request.get("signal"):
                    continue
                answer = {"result": result["result"], **({"exceptionType": "Error"} if result["isError"] else {})}
                raised = event(Kind.EVENT_RAISED, self._hub.now(), Name=request["id"], Input=dumps(answer))
                effects.messages.append(store.post(request["parent"], raised, execution_id=request.get("execution")))
            for signal in reply.get("signals") or []:
                target = entity_id(signal["target"]["name"], signal["target"]["key"])
                self._add_signal(target, signal["name"], signal["input"])
                effects.entities.append(target)
        self._hub.release(effects)
