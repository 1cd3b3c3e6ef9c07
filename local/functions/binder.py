"""Load an app's `function_app.py` as the Python worker does, and refuse at once what Azure would refuse.

One top-level `FunctionApp`, `get_functions()` called once, every function checked (`signatures.py`), every binding one
that this host serves, every `%SETTING%` set, schedules and queue names valid, no two functions of one name, route or
durable name.
"""

import importlib
import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import azure.functions as func

from local.functions.configuration import HostOptions, resolve
from local.functions.errors import FunctionLoadError, LoadError
from local.functions.invocation import BoundFunction
from local.functions.routes import Route, RouteTable
from local.functions.schedules import parse_schedule
from local.functions.signatures import read_signature

HTTP, QUEUE, TIMER = "httpTrigger", "queueTrigger", "timerTrigger"
ORCHESTRATION, ACTIVITY, ENTITY = "orchestrationTrigger", "activityTrigger", "entityTrigger"
DURABLE_CLIENT = "durableClient"
DURABLE_NAMES = {ORCHESTRATION: "orchestration", ACTIVITY: "activity", ENTITY: "entityName"}
TRIGGERS = (HTTP, QUEUE, TIMER, *DURABLE_NAMES)
OUTPUTS = ("http", "queue")
METHODS = ("GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS")
QUEUE_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9](?:-?[a-z0-9])*")
FUNCTION_NAME = re.compile(r"[A-Za-z][\w-]{0,126}")
RESERVED_ROUTES = ("admin", "runtime")

log = logging.getLogger("local.functions")


@dataclass(frozen=True)
class LoadedApp:
    """An app that can be served."""

    folder: Path
    register: Any
    """The app object itself, an `azure.functions.FunctionRegister`."""
    functions: Mapping[str, BoundFunction]
    routes: RouteTable
    durable: Mapping[tuple[str, str], BoundFunction]
    """Trigger type and lower-case durable name (that of `call_activity`, `start_new`, an entity id) to function."""

    def of_kind(self, trigger: str) -> list[BoundFunction]:
        """The enabled functions with a trigger of this type."""
        return [function for function in self.functions.values() if function.kind == trigger and not function.disabled]


def _import(folder: Path, script: str) -> ModuleType:
    path = folder / script
    if not path.is_file():
        raise LoadError(f"{path} does not exist: this host serves the v2 programming model, one {script} an app")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    sys.modules.pop(path.stem, None)
    try:
        return importlib.import_module(path.stem)
    except Exception as error:
        place = next(
            (f for f in reversed(traceback.extract_tb(error.__traceback__)) if str(folder) in f.filename), None
        )
        where = f" ({Path(place.filename).name}, line {place.lineno})" if place else ""
        raise LoadError(f"{path} cannot be imported: {type(error).__name__}: {error}{where}") from error


def _register(module: ModuleType, path: str) -> Any:
    names = [name for name, value in vars(module).items() if isinstance(value, func.FunctionRegister)]
    if not names:
        raise LoadError(f"{path} defines no top-level function app (azure.functions.FunctionApp or a relative of it)")
    if len(names) > 1:
        raise LoadError(f"{path} defines more than one top-level function app: {', '.join(names)}")
    return getattr(module, names[0])


def _warn_of_the_unserved(folder: Path, register: Any, indexed: list[Any]) -> None:
    """Say what Azure would pass over in silence, or do and this host does not."""
    builders = {id(builder) for builder in register._function_builders}
    for module in tuple(sys.modules.values()):
        if not (getattr(module, "__file__", None) or "").startswith(str(folder)):
            continue
        for name, value in tuple(vars(module).items()):
            blueprint = isinstance(value, func.decorators.function_app.DecoratorApi)
            if blueprint and any(id(builder) not in builders for builder in value._function_builders):
                log.warning("blueprint %s of %s is not registered: its functions are not served", name, module.__name__)
    for function in indexed:
        if function.get_settings_dict("retry_policy") is not None:
            log.warning("function %s: its retry policy is not applied by this host", function.get_function_name())


def _check_binding(function: str, binding: Any, is_trigger: bool) -> None:
    if is_trigger:
        served: tuple[str, ...] = TRIGGERS
    else:
        served = OUTPUTS if binding.direction == 1 else (DURABLE_CLIENT,)
    if binding.type not in served:
        role = "trigger" if is_trigger else "output" if binding.direction == 1 else "input"
        raise FunctionLoadError(function, f"a {role} binding of type {binding.type!r} is not served by this host")


def _settings(function: str, binding: Any, environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        return {
            name: resolve(value, environ) if isinstance(value, str) else value
            for name, value in dict(binding.get_dict_repr()).items()
        }
    except ValueError as error:
        raise FunctionLoadError(function, f"binding {binding.name}: {error}") from None


def _check_settings(function: str, kind: str, settings: Mapping[str, Any]) -> None:
    if kind in ("queueTrigger", "queue") and not QUEUE_NAME.fullmatch(str(settings.get("queueName") or "")):
        raise FunctionLoadError(
            function,
            f"{settings.get('queueName')!r} is no queue name: 3 to 63 lower-case letters, digits and single dashes",
        )
    if kind == TIMER:
        try:
            parse_schedule(str(settings["schedule"]))
        except ValueError as error:
            raise FunctionLoadError(function, str(error)) from None


def _disabled(name: str, environ: Mapping[str, str]) -> bool:
    value = environ.get(f"AzureWebJobs.{name}.Disabled") or environ.get(f"AzureWebJobs_{name}_Disabled") or ""
    return value.lower() in ("true", "1")


def _bind(function: Any, environ: Mapping[str, str]) -> BoundFunction:
    name, callable_, trigger = function.get_function_name(), function.get_user_function(), function.get_trigger()
    if not FUNCTION_NAME.fullmatch(name):
        raise FunctionLoadError(name, "a function's name starts with a letter and has letters, digits, _ and - only")
    bindings = list(function.get_bindings())
    if len({binding.name for binding in bindings}) != len(bindings):
        raise FunctionLoadError(name, "two of its bindings have the same name")
    if (
        DURABLE_CLIENT in {binding.type for binding in bindings}
        and trigger.type in DURABLE_NAMES
        and trigger.type != ACTIVITY
    ):
        raise FunctionLoadError(name, "orchestrators and entities must not use a durable client: it is not replay-safe")
    for binding in bindings:
        _check_binding(name, binding, binding is trigger)
    signature = read_signature(name, callable_, bindings)
    settings = {binding.name: _settings(name, binding, environ) for binding in bindings}
    for binding in bindings:
        _check_settings(name, binding.type, settings[binding.name])
    return BoundFunction(
        name=name,
        call=callable_,
        kind=trigger.type,
        trigger=trigger.name,
        bindings={binding.name: binding.type for binding in bindings},
        settings=settings,
        signature=signature,
        disabled=_disabled(name, environ),
    )


def _routes(functions: list[BoundFunction], prefix: str) -> RouteTable:
    table = RouteTable(prefix)
    for function in functions:
        if function.kind != HTTP:
            continue
        settings = function.trigger_settings
        template = str(settings.get("route") or function.name).strip("/")
        if not prefix and template.partition("/")[0].lower() in RESERVED_ROUTES:
            raise FunctionLoadError(function.name, f"the route {template!r} conflicts with a route of the host itself")
        methods = frozenset(str(getattr(m, "value", m)).upper() for m in settings.get("methods") or METHODS)
        if unknown := sorted(methods - set(METHODS)):
            raise FunctionLoadError(function.name, f"unknown HTTP methods: {', '.join(unknown)}")
        level = settings.get("authLevel")
        try:
            route = Route(template, methods, str(getattr(level, "value", level) or "function").lower(), function)
        except ValueError as error:
            raise FunctionLoadError(function.name, str(error)) from None
        if (other := table.conflict(route)) is not None:
            raise FunctionLoadError(
                function.name, f"the route {template!r} conflicts with that of the function {other.function.name!r}"
            )
        table.add(route)
    return table


def _durable_names(functions: list[BoundFunction]) -> dict[tuple[str, str], BoundFunction]:
    names: dict[tuple[str, str], BoundFunction] = {}
    for function in functions:
        if function.kind not in DURABLE_NAMES:
            continue
        name = str(function.trigger_settings.get(DURABLE_NAMES[function.kind]) or function.name)
        key = (function.kind, name.lower())
        if key in names:
            raise FunctionLoadError(function.name, f"{name!r} is the name of {names[key].name!r} already ({key[0]})")
        names[key] = function
    return names


def load_app(folder: Path, options: HostOptions, environ: Mapping[str, str] | None = None) -> LoadedApp:
    """Load and check an app; raises LoadError with the reason when it cannot be served."""
    environ = os.environ if environ is None else environ
    folder = folder.resolve()
    script = environ.get("PYTHON_SCRIPT_FILE_NAME", "function_app.py")
    register = _register(_import(folder, script), script)
    try:
        indexed = register.get_functions()
    except (ValueError, TypeError) as error:
        raise LoadError(str(error)) from error
    functions = [_bind(function, environ) for function in indexed]
    _warn_of_the_unserved(folder, register, indexed)
    if not functions:
        raise LoadError(f"{script} registers no function")
    lowered: dict[str, str] = {}
    for function in functions:
        if function.name.lower() in lowered:
            raise FunctionLoadError(function.name, f"its name is taken by {lowered[function.name.lower()]!r}")
        lowered[function.name.lower()] = function.name
    return LoadedApp(
        folder=folder,
        register=register,
        functions={function.name: function for function in functions},
        routes=_routes(functions, options.route_prefix),
        durable=_durable_names(functions),
    )
