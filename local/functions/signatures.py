"""Whether a function's parameters and annotations fit its bindings, by the rules of the Python worker.

The worker refuses such a function while it indexes the app, so that nothing of the app runs on Azure. The rules are
those of `azure_functions_worker/functions.py` (4.34): names must match both ways, except an unbound `context`; `Out` on
outputs and only there; annotations must be types that the binding's converter accepts.
"""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from azure.functions._thirdparty import typing_inspect

from local.functions.converters import GENERIC, converter, has_implicit_output
from local.functions.errors import FunctionLoadError

RETURN = "$return"
OUT = 1
INOUT = 2


@dataclass(frozen=True)
class Slot:
    """How one parameter is filled or read."""

    name: str
    carrier: str
    """The converter's name: the binding type, or generic."""
    pytype: type | None


@dataclass(frozen=True)
class Signature:
    """What the host must know to call a function."""

    inputs: Mapping[str, Slot]
    outputs: Mapping[str, Slot]
    returns: Slot | None
    wants_context: bool


def _out_argument(function: str, name: str, annotation: Any) -> tuple[bool, Any]:
    origin = typing_inspect.get_origin(annotation) if typing_inspect.is_generic_type(annotation) else None
    named = origin if origin is not None else annotation
    if not (isinstance(named, type) and named.__name__ == "Out"):
        return False, annotation
    arguments = typing.get_args(annotation)
    if len(arguments) != 1:
        raise FunctionLoadError(function, f"binding {name} has the invalid Out annotation {annotation!r}")
    return True, arguments[0]


def _slot(function: str, binding: Any, annotated: bool, annotation: Any) -> Slot:
    name, output = binding.name, binding.direction == OUT
    is_out, pytype = _out_argument(function, name, annotation) if annotated else (False, None)
    if annotated and not isinstance(pytype, type) and not typing_inspect.is_generic_type(pytype):
        raise FunctionLoadError(function, f"binding {name} has the invalid non-type annotation {annotation!r}")
    if output and annotated and not is_out:
        raise FunctionLoadError(function, f"binding {name} is an output, but its annotation is not azure.functions.Out")
    if is_out and not output:
        raise FunctionLoadError(function, f"binding {name} is an input, but its annotation is azure.functions.Out")
    generic = pytype in (str, bytes) and not has_implicit_output(binding.type)
    carrier = GENERIC if generic else binding.type
    if annotated:
        check = "check_output_type_annotation" if is_out else "check_input_type_annotation"
        if not getattr(converter(carrier), check)(pytype):
            shown = getattr(pytype, "__name__", repr(pytype))
            raise FunctionLoadError(
                function, f"the binding {name} of type {binding.type!r} does not match its annotation {shown!r}"
            )
    return Slot(name, carrier, pytype)


def _return_slot(function: str, bindings: list[Any], hints: Mapping[str, Any]) -> Slot | None:
    explicit = next((binding for binding in bindings if binding.name == RETURN), None)
    if explicit is None:
        implicit = next((binding for binding in bindings if has_implicit_output(binding.type)), None)
        return Slot(RETURN, implicit.type, hints.get("return")) if implicit is not None else None
    if "return" not in hints:
        return Slot(RETURN, explicit.type, None)
    annotation = hints["return"]
    if _out_argument(function, RETURN, annotation)[0]:
        raise FunctionLoadError(function, "the return annotation must not be azure.functions.Out")
    if not isinstance(annotation, type):
        raise FunctionLoadError(function, f"has the invalid non-type return annotation {annotation!r}")
    if not converter(explicit.type).check_output_type_annotation(annotation):
        raise FunctionLoadError(
            function,
            f"the return annotation {annotation.__name__!r} does not match the binding type {explicit.type!r}",
        )
    return Slot(RETURN, explicit.type, annotation)


def _context_wanted(function: str, parameters: set[str], bound: set[str], hints: Mapping[str, Any]) -> bool:
    if "context" not in parameters or "context" in bound:
        return False
    annotation = hints.get("context")
    if "context" in hints and (not isinstance(annotation, type) or annotation.__name__ != "Context"):
        raise FunctionLoadError(
            function, f"the parameter context must be annotated azure.functions.Context, not {annotation!r}"
        )
    return True


def read_signature(function: str, callable_: Callable[..., Any], bindings: list[Any]) -> Signature:
    """Check a function against its bindings; raises FunctionLoadError with the reason when Azure would refuse it."""
    for binding in bindings:
        if binding.direction == INOUT:
            raise FunctionLoadError(function, f"binding {binding.name}: the direction inout is not supported")
        if binding.name == RETURN and binding.direction != OUT:
            raise FunctionLoadError(function, "the $return binding must be an output")
    try:
        hints = typing.get_type_hints(callable_)
    except Exception as error:
        raise FunctionLoadError(function, f"its annotations cannot be read: {error}") from error
    parameters = set(inspect.signature(callable_).parameters)
    named = {binding.name: binding for binding in bindings if binding.name != RETURN}
    wants_context = _context_wanted(function, parameters, set(named), hints)
    parameters -= {"context"} if wants_context else set()
    if unbound := sorted(parameters - set(named)):
        raise FunctionLoadError(function, f"parameters declared in Python but not bound: {', '.join(unbound)}")
    if undeclared := sorted(set(named) - parameters):
        raise FunctionLoadError(function, f"bindings without a parameter of their name: {', '.join(undeclared)}")
    slots = {name: _slot(function, binding, name in hints, hints.get(name)) for name, binding in named.items()}
    return Signature(
        inputs={name: slot for name, slot in slots.items() if named[name].direction != OUT},
        outputs={name: slot for name, slot in slots.items() if named[name].direction == OUT},
        returns=_return_slot(function, bindings, hints),
        wants_context=wants_context,
    )
