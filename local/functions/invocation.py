"""Call one function: values in through the official converters, the function itself, values out again.

`async def` functions run on the event loop, others in a thread pool with the context variables of the caller, as in
the Python worker.
"""

import asyncio
import contextvars
import inspect
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import azure.functions as func
from azure.functions.meta import Datum

from local.functions.converters import converter, datum_of
from local.functions.signatures import Signature


class Out(func.Out):  # type: ignore[misc]
    """The value a function sets for an output binding."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        self._value = val

    def get(self) -> Any:
        return self._value


class TraceContext:
    """W3C trace context of an invocation: the caller's, or a new one."""

    def __init__(self, parent: str | None, state: str | None) -> None:
        self._parent = parent or f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-00"
        self._state = state or ""

    @property
    def trace_parent(self) -> str:
        return self._parent

    @property
    def trace_state(self) -> str:
        return self._state

    @property
    def attributes(self) -> dict[str, str]:
        return {}


class Context(func.Context):  # type: ignore[misc]
    """What a function that asks for `context` is told about its invocation."""

    def __init__(self, function: "BoundFunction", invocation_id: str, trace: TraceContext) -> None:
        self._function, self._invocation_id, self._trace = function, invocation_id, trace
        self._local = threading.local()
        self._local.invocation_id = invocation_id

    @property
    def invocation_id(self) -> str:
        return self._invocation_id

    @property
    def thread_local_storage(self) -> Any:
        return self._local

    @property
    def function_name(self) -> str:
        return self._function.name

    @property
    def function_directory(self) -> str:
        return self._function.directory

    @property
    def trace_context(self) -> TraceContext:
        return self._trace

    @property
    def retry_context(self) -> None:
        return None


class Outcome:
    """What a function handed back: a returned datum (None: nothing) and one datum for each output that was set."""

    __slots__ = ("outputs", "returned")

    def __init__(self, returned: Datum | None, outputs: dict[str, Datum]) -> None:
        self.returned, self.outputs = returned, outputs


class BoundFunction:
    """One function of the app with everything needed to call it."""

    def __init__(
        self,
        *,
        name: str,
        call: Callable[..., Any],
        kind: str,
        trigger: str,
        bindings: Mapping[str, str],
        settings: Mapping[str, Mapping[str, Any]],
        signature: Signature,
        disabled: bool = False,
    ) -> None:
        self.name, self.call, self.kind, self.trigger = name, call, kind, trigger
        self.bindings, self.settings, self.signature = bindings, settings, signature
        self.disabled = disabled
        self.is_async = inspect.iscoroutinefunction(call)
        self._trigger_slot = signature.inputs[trigger]
        self._clients = [slot for slot in signature.inputs.values() if slot.name != trigger]

    @property
    def trigger_settings(self) -> Mapping[str, Any]:
        """The trigger's attributes, named as in function.json."""
        return self.settings[self.trigger]

    @cached_property
    def directory(self) -> str:
        """The folder of the file that defines the function."""
        try:
            return str(Path(inspect.getfile(inspect.unwrap(self.call))).parent)
        except TypeError:
            return os.getcwd()

    async def invoke(
        self,
        data: Datum,
        *,
        pool: Executor,
        client: str = "",
        metadata: Mapping[str, Datum] | None = None,
        invocation_id: str | None = None,
        trace: TraceContext | None = None,
    ) -> Outcome:
        """Call the function with the trigger's datum; `client` is the durable client binding's JSON.

        Raises whatever the function raises, TypeError when a value cannot be converted.
        """
        metadata = {} if metadata is None else dict(metadata)
        slot = self._trigger_slot
        arguments = {slot.name: converter(slot.carrier).decode(data, trigger_metadata=metadata)}
        for slot in self._clients:
            arguments[slot.name] = converter(slot.carrier).decode(Datum(client, "string"), trigger_metadata=None)
        outs = {name: Out() for name in self.signature.outputs}
        arguments.update(outs)
        if self.signature.wants_context:
            invocation_id = invocation_id or str(uuid.uuid4())
            arguments["context"] = Context(self, invocation_id, trace or TraceContext(None, None))
        if self.is_async:
            returned = await self.call(**arguments)
        else:
            run = contextvars.copy_context().run
            returned = await asyncio.get_running_loop().run_in_executor(pool, partial(run, self.call, **arguments))
        return self._outcome(returned, outs)

    def _outcome(self, returned: Any, outs: Mapping[str, Out]) -> Outcome:
        slot = self.signature.returns
        if returned is not None and slot is None:
            raise RuntimeError(f"function {self.name!r} returned a value but has no $return binding")
        outputs: dict[str, Datum] = {}
        for name, out in outs.items():
            value = out.get()
            if value is not None:
                carried = self.signature.outputs[name]
                datum = datum_of(carried.carrier, value, carried.pytype)
                if datum is not None:
                    outputs[name] = datum
        if slot is None:
            return Outcome(None, outputs)
        return Outcome(datum_of(slot.carrier, returned, slot.pytype), outputs)
